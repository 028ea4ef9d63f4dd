"""The browser's way out: a proxy on loopback that connects to public addresses only.

The browser resolves no name itself. A name is resolved here, the address is checked here, and the
checked address is the one that is connected. Where the environment has a proxy, that one is
connected instead, once every address of the name is known to be public.
"""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from crawler.guard.addresses import is_public
from crawler.guard.urls import check_url, not_public
from crawler.settings_for import MAX_BODY, CrawlerSettings
from crawler.upstream import Stream, Upstream, Upstreams
from postings.errors import RefusedUrl

_MAX_HEAD: Final = 64 * 1024
_CHUNK: Final = 64 * 1024
_PATIENCE: Final = 30.0
_HOP_BY_HOP: Final = re.compile(
    rb"^(connection|keep-alive|proxy-[a-z-]+|upgrade)\s*:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE
)
_SHOWN: Final = re.compile(rb"^proxy-authorization:\s*basic\s+(\S+)", re.IGNORECASE | re.MULTILINE)
_LENGTH: Final = re.compile(
    rb"^content-length\s*:\s*(\d{1,9})\s*\r\n", re.IGNORECASE | re.MULTILINE
)


Resolve: TypeAlias = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host."""


async def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses that the system's resolver gives for a host."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@dataclass(frozen=True)
class _Asked:
    """The head of a request that reached the proxy."""

    method: bytes
    url: str
    head: bytes

    @property
    def scheme(self) -> str:
        return urlsplit(self.url).scheme

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)


class GuardedProxy:
    """A proxy for one browser.

    Attributes:
        password: what the browser shows, so that nothing else on this machine goes this way.
        refused: hosts that were not connected to, and why.
        left: how many more bytes may come in; set anew for each page.
    """

    def __init__(
        self,
        settings: CrawlerSettings,
        resolve: Resolve | None = None,
        upstreams: Upstreams | None = None,
    ) -> None:
        self._settings = settings
        self._resolve = resolve or resolved
        self._upstreams = upstreams or Upstreams()
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.password = secrets.token_urlsafe(24)
        self.refused: dict[str, str] = {}
        self.left = MAX_BODY

    async def start(self) -> str:
        """Listen, unless it does; the proxy's URL."""
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_MAX_HEAD)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Listen no more, and hang up."""
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def new_page(self) -> None:
        """Give the next page its own allowance of bytes."""
        self.left = MAX_BODY

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            try:
                await self._serve(reader, writer)
            finally:
                writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = _asked(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE))
        if asked is None:
            await _answer(writer, b"400 Bad Request")
        elif not self._is_ours(asked.head):
            await _answer(
                writer, b"407 Proxy Authentication Required", b"Proxy-Authenticate: Basic"
            )
        else:
            await self._pass_on(asked, reader, writer)

    def _is_ours(self, head: bytes) -> bool:
        shown = _SHOWN.search(head)
        expected = base64.b64encode(f"jobdiff:{self.password}".encode())
        return shown is not None and secrets.compare_digest(shown[1], expected)

    async def _pass_on(
        self, asked: _Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            upstream = self._upstreams.way_to(asked.scheme, asked.host)
            address = await self._checked(asked, proxied=upstream is not None)
            there = await asyncio.wait_for(_connected(asked, address, upstream), _PATIENCE)
        except RefusedUrl as error:
            self.refused[asked.host] = str(error)
            await _answer(writer, b"403 Forbidden")
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await _answer(writer, b"502 Bad Gateway")
        else:
            try:
                await self._relay(asked, (reader, writer), there, upstream)
            finally:
                there[1].close()

    async def _checked(self, asked: _Asked, *, proxied: bool) -> str:
        """The address to connect to: resolved and checked, never looked up again.

        ``proxied``: a proxy of the environment will look it up again, so all of them count; with
        ``allow_private`` names that only it knows may be asked for.

        Raises:
            RefusedUrl: it is not public.
        """
        settings = self._settings
        check_url(asked.url, allow_private=settings.allow_private, exempt=settings.exempt)
        if proxied and settings.allow_private:
            return asked.host
        found = await self._resolve(asked.host, asked.port)
        allowed = [one for one in found if self._may_connect(one)]
        if not allowed or (proxied and len(allowed) < len(found)):
            raise RefusedUrl(not_public(asked.host))
        return allowed[0]

    def _may_connect(self, address: str) -> bool:
        settings = self._settings
        return settings.allow_private or address in settings.exempt or is_public(address)

    async def _relay(
        self,
        asked: _Asked,
        here: Stream,
        there: Stream,
        upstream: Upstream | None,
    ) -> None:
        if asked.method == b"CONNECT":
            await _answer(here[1], b"200 Connection established")
            outward = asyncio.ensure_future(_pump(here[0], there[1], lambda _count: True))
            try:
                await _pump(there[0], here[1], self._allows)
            finally:
                outward.cancel()
                await asyncio.gather(outward, return_exceptions=True)
            return
        there[1].write(_passed_on(asked, upstream))
        if told := _LENGTH.search(asked.head):
            there[1].write(await here[0].readexactly(min(int(told[1]), MAX_BODY)))
        await there[1].drain()
        # One request a connection: the next may be meant for another host.
        head = await asyncio.wait_for(there[0].readuntil(b"\r\n\r\n"), _PATIENCE)
        here[1].write(_HOP_BY_HOP.sub(b"", head)[:-2] + b"Connection: close\r\n\r\n")
        await _pump(there[0], here[1], self._allows)

    def _allows(self, count: int) -> bool:
        self.left -= count
        return self.left >= 0


def _asked(head: bytes) -> _Asked | None:
    """A request's head as a value; None where it is none that a proxy is sent."""
    method, _, rest = head.partition(b" ")
    target, _, version = rest.partition(b"\r\n")[0].partition(b" ")
    try:
        said = target.decode("ascii")
        url = f"https://{said}/" if method == b"CONNECT" else said
        parts = urlsplit(url)
        if not parts.hostname or parts.port == 0 or parts.scheme not in ("http", "https"):
            return None
    except ValueError:
        return None
    return _Asked(method, url, head) if version.startswith(b"HTTP/1") else None


async def _connected(asked: _Asked, address: str, upstream: Upstream | None) -> Stream:
    """A connection that leads to the site: to its checked address, or through a proxy."""
    if upstream is None:
        return await asyncio.open_connection(address, asked.port, limit=_MAX_HEAD)
    if asked.method == b"CONNECT":
        return await upstream.tunnel(urlsplit(asked.url).netloc)
    return await upstream.connect()


def _passed_on(asked: _Asked, upstream: Upstream | None) -> bytes:
    """The request as the site itself is sent it, or the proxy before it, which needs it whole."""
    parts = urlsplit(asked.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = f"{parts.scheme}://{parts.netloc}{path}" if upstream else path
    _, _, fields = asked.head.partition(b"\r\n")
    kept = _HOP_BY_HOP.sub(b"", fields)[:-2]
    more = [*(upstream.fields() if upstream else []), b"Connection: close", b"", b""]
    return (
        asked.method + b" " + target.encode("ascii") + b" HTTP/1.1\r\n" + kept + b"\r\n".join(more)
    )


async def _answer(writer: asyncio.StreamWriter, status: bytes, *fields: bytes) -> None:
    lines = [b"HTTP/1.1 " + status, *fields]
    if not status.startswith(b"200"):
        lines += [b"Content-Length: 0", b"Connection: close"]
    writer.write(b"\r\n".join(lines) + b"\r\n\r\n")
    await writer.drain()


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, allows: Callable[[int], bool]
) -> None:
    """Hand on what comes, as long as it is allowed."""
    while data := await asyncio.wait_for(reader.read(_CHUNK), _PATIENCE):
        if not allows(len(data)):
            return
        writer.write(data)
        await writer.drain()
