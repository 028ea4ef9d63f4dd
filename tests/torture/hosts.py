"""A small web server at many loopback addresses at once, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Asked:
    """A request that arrived."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Told:
    """What is answered."""

    body: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"


def addresses(count: int) -> list[str]:
    """So many addresses of this machine; the first is 127.0.0.1."""
    return [f"127.0.{number // 250}.{number % 250 + 1}" for number in range(count)]


class ManyHosts:
    """Answers at every address, on one port; use it as a context manager.

    Attributes:
        busiest: the most requests that were open at one address at once.
    """

    def __init__(
        self, hosts: Sequence[str], answer: Callable[[Asked], Told], delay: float = 0.0
    ) -> None:
        self._answer = answer
        self._delay = delay
        self._sockets = _listening(hosts)
        self.port = int(self._sockets[0].getsockname()[1])
        self.open: Counter[str] = Counter()
        self.busiest = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(30)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)
        for listening in self._sockets:
            listening.close()

    def _run(self) -> None:
        self._loop.run_until_complete(self._listen())
        self._ready.set()
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    async def _listen(self) -> None:
        for listening in self._sockets:
            await asyncio.start_server(self._serve, sock=listening)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = str(writer.get_extra_info("sockname")[0])
        try:
            while asked := await _read(reader, host):
                told = await self._handle(asked)
                writer.write(_bytes(told))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _handle(self, asked: Asked) -> Told:
        self.open[asked.host] += 1
        if asked.method == "GET":
            self.busiest = max(self.busiest, self.open[asked.host])
        try:
            if self._delay:
                await asyncio.sleep(self._delay)
            return self._answer(asked)
        finally:
            self.open[asked.host] -= 1


def _listening(hosts: Sequence[str]) -> list[socket.socket]:
    """A socket for each address, all on the same free port."""
    for _ in range(20):
        first = socket.create_server((hosts[0], 0))
        port = first.getsockname()[1]
        others: list[socket.socket] = []
        try:
            others.extend(socket.create_server((host, port)) for host in hosts[1:])
        except OSError:
            for one in (first, *others):
                one.close()
            continue
        return [first, *others]
    raise OSError("no port is free at all addresses")


async def _read(reader: asyncio.StreamReader, host: str) -> Asked | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    body = await reader.readexactly(int(headers.get("content-length") or 0))
    return Asked(method, host, path, headers, body)


def _bytes(told: Told) -> bytes:
    body = b"" if told.status in {204, 304} else told.body.encode()
    lines = [f"HTTP/1.1 {told.status} Answer"]
    lines += [f"{name}: {value}" for name, value in told.headers.items()]
    if body:
        lines.append(f"Content-Type: {told.content_type}")
    if told.status not in {204, 304}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
