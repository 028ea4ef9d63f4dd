"""A career site of any number of postings on loopback, in a process of its own."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection

from benchmarks.pages import numbered_page

SIZES = (40_000, 52_000, 74_000, 98_000, 152_000)
"""Bytes of the postings' pages, in turns."""


@dataclass(frozen=True)
class Served:
    """Where a site answers: ``/careers`` links to ``count`` postings, ``/sitemap.xml`` has them."""

    port: int
    count: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def served(count: int) -> Iterator[Served]:
    """A site with so many postings, for as long as the block; its CPU time is not ours."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(count, there), daemon=True)
    process.start()
    try:
        yield Served(here.recv(), count)
    finally:
        process.terminate()
        process.join()


def posting_path(number: int) -> str:
    """Where a posting's page stands."""
    return f"/jobs/{number}-engineer"


@cache
def _template(size: int) -> bytes:
    return numbered_page(size)


def body_at(path: str, count: int) -> bytes | None:
    """What the site has at a path."""
    if path == "/careers":
        items = "".join(f'<li><a href="{posting_path(n)}">Job {n}</a></li>' for n in range(count))
        return f"<html><title>Jobs</title><h1>Open positions</h1><ul>{items}</ul></html>".encode()
    if path == "/sitemap.xml":
        return _sitemap(count)
    number = path.removeprefix("/jobs/").removesuffix("-engineer")
    if not number.isdigit():
        return None
    size = SIZES[int(number) % len(SIZES)]
    return _template(size).replace(b"4711", f"{int(number):04}".encode())


def _sitemap(count: int) -> bytes:
    entries = "".join(
        f"<url><loc>{{site}}{posting_path(n)}</loc><lastmod>2026-07-29</lastmod></url>\n"
        for n in range(count)
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?>\n<urlset xmlns="{space}">\n{entries}</urlset>'.encode()


def _serve(count: int, told: Connection) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Http(count, f"127.0.0.1:{port[0]}"), "127.0.0.1")
        port.append(server.sockets[0].getsockname()[1])
        told.send(port[0])
        await server.serve_forever()

    port: list[int] = []
    asyncio.run(main())


class _Http(asyncio.Protocol):
    """HTTP/1.1 with ETags, as little of it as two well-behaved clients need."""

    def __init__(self, count: int, host: str) -> None:
        self._count = count
        self._host = host
        self._head = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        while b"\r\n\r\n" in self._head and self._transport:
            head, _, self._head = self._head.partition(b"\r\n\r\n")
            self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        body = body_at(path, self._count)
        if body is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        body = body.replace(b"{site}", f"http://{self._host}".encode())
        tag = hashlib.md5(body, usedforsecurity=False).hexdigest().encode()
        if b'"' + tag + b'"' in head:
            return b'HTTP/1.1 304 Not Modified\r\nETag: "' + tag + b'"\r\n\r\n'
        kind = b"application/xml" if path.endswith(".xml") else b"text/html; charset=utf-8"
        return (
            b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b'\r\nETag: "' + tag + b'"\r\n'
            b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
        )
