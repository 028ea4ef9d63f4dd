"""Servers that break the rules of HTTP, and a way to ask them: everything on loopback."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler

from crawler.answer import Answer
from crawler.fetch import Fetcher
from crawler.reactor import run
from crawler.run import _crawler, _run
from crawler.settings_for import CrawlerSettings
from tests.crawler.visits import LOCAL, START

SHORT = replace(LOCAL, timeout=timedelta(seconds=0.9))
PUBLIC = replace(LOCAL, allow_private=False)
# 127.0.0.1 stands in for the public web; the rest of 127/8 stays what it is.
STAND_IN = replace(PUBLIC, exempt=frozenset({"127.0.0.1"}))

Behaviour = Callable[[socket.socket, threading.Event], None]
_PATH = re.compile(rb"^GET (\S+) ")


class RawServer:
    """Answers each path with bytes of one's choice, or by a function of the socket.

    Attributes:
        routes: path to bytes, or to what is done with the socket (and an event that tells the end).
        log: the paths that were asked; ``heads`` are the requests' bytes.
    """

    def __init__(
        self,
        routes: dict[str, bytes | Behaviour] | None = None,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.routes: dict[str, bytes | Behaviour] = {"/robots.txt": reply(b"", status="404 No")}
        self.routes.update(routes or {})
        self.log: list[str] = []
        self.heads: list[bytes] = []
        self._tls = tls
        self._ended = threading.Event()
        self._socket = socket.create_server((host, 0), backlog=64)
        self.host, self.port = self._socket.getsockname()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"{'https' if self._tls else 'http'}://{host or self.host}:{self.port}{path}"

    def _accept(self) -> None:
        while not self._ended.is_set():
            with contextlib.suppress(OSError):
                opened, _ = self._socket.accept()
                thread = threading.Thread(target=self._serve, args=(opened,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, opened: socket.socket) -> None:
        with contextlib.suppress(OSError), opened:
            opened.settimeout(10)
            stream = self._tls.wrap_socket(opened, server_side=True) if self._tls else opened
            with stream:
                self._answer(stream)

    def _answer(self, stream: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            got = stream.recv(65536)
            if not got:
                return
            head += got
        path = _PATH.match(head)
        asked = path[1].decode() if path else "?"
        self.log.append(asked)
        self.heads.append(head)
        route = self.routes.get(asked, reply(b"none", status="404 Not Found"))
        if isinstance(route, bytes):
            stream.sendall(route)
        else:
            route(stream, self._ended)
        with contextlib.suppress(OSError):
            stream.shutdown(socket.SHUT_WR)
            while stream.recv(65536):
                pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def reply(
    body: bytes | str,
    *headers: str,
    status: str = "200 OK",
    length: int | None = -1,
    kind: str = "text/html; charset=utf-8",
) -> bytes:
    """An answer as bytes; ``length`` is what its Content-Length says (None: it says nothing)."""
    plain = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close", *headers]
    if length is not None:
        lines.append(f"Content-Length: {len(plain) if length < 0 else length}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + plain


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """An answer in chunks."""
    told = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in chunks)
    return reply(b"", "Transfer-Encoding: chunked", length=None) + told + end


def drip(start: bytes, drop: bytes) -> Behaviour:
    """Sends ``start`` and then ``drop`` again and again, slowly, without end."""

    def behave(stream: socket.socket, ended: threading.Event) -> None:
        stream.sendall(start)
        while not ended.wait(0.02):
            stream.sendall(drop)

    return behave


def flood(start: bytes, drop: bytes) -> Behaviour:
    """Sends ``start`` and then ``drop`` again and again, as fast as it is taken."""

    def behave(stream: socket.socket, ended: threading.Event) -> None:
        stream.sendall(start)
        while not ended.is_set():
            stream.sendall(drop)

    return behave


def silent(stream: socket.socket, ended: threading.Event) -> None:
    """Says nothing at all."""
    ended.wait(10)


class AskingSpider(Spider):
    """Asks URLs one after the other, through everything that a crawl's requests pass."""

    name = "asking"

    def __init__(self, urls: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = urls
        self.answers: list[Answer] = []
        self.fetcher: Fetcher | None = None

    async def start(self) -> Any:
        self.fetcher = Fetcher(self.crawler, lambda: START)
        for url in self.urls:
            self.answers.append(await self.fetcher.ask(url))
        nothing: tuple[Any, ...] = ()
        for item in nothing:
            yield item


def asked(urls: Sequence[str], settings: CrawlerSettings = LOCAL) -> list[Answer]:
    """Ask ``urls`` in one crawl."""

    async def main() -> list[Answer]:
        crawler: Crawler = _crawler(AskingSpider, settings, ITEM_PIPELINES={})
        spider = await _run(crawler, AskingSpider, None, urls=urls)
        return spider.answers

    return run(main)


@contextlib.contextmanager
def names(table: Callable[[str], Sequence[str]]) -> Iterator[None]:
    """Resolve names by ``table`` (no address: no such host); addresses stand for themselves.

    What the C library takes for an address, in any spelling, is one here too; nothing else is
    looked up anywhere.
    """
    from twisted.internet import reactor
    from twisted.internet._resolver import GAIResolver

    def resolve(host: str, port: Any, *rest: Any) -> Any:
        try:
            found: Sequence[str] = [socket.inet_ntoa(socket.inet_aton(host))]
        except OSError:
            found = [host] if ":" in host else table(host)
        if not found:
            raise socket.gaierror(socket.EAI_NONAME, "no such host")
        return [each for one in found for each in socket.getaddrinfo(one, port, *rest)]

    look_up: Any = resolve
    resolver = GAIResolver(reactor, reactor.getThreadPool, look_up)
    before = reactor.installNameResolver(resolver)
    try:
        yield
    finally:
        reactor.installNameResolver(before)
