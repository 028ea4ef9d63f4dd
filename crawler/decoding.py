"""Undo Content-Encoding within a limit, and only where the whole of it arrived.

Scrapy hands on what a cut stream held so far; a part of a listing would then look like the whole.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import Final

import brotli  # type: ignore[import-untyped]
from scrapy import Spider
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MOST_CODINGS: Final = 2
_CHUNK: Final = 64 * 1024
_BROKEN: Final = (zlib.error, brotli.error, zstd.ZstdError, EOFError)


class Undecodable(IgnoreRequest):
    """A body that could not be unpacked; its text says why."""


def decoded(body: bytes, coding: str, limit: int) -> bytes:
    """``body`` without its ``coding`` (gzip, deflate, br or zstd), at most ``limit`` bytes.

    Raises:
        Undecodable: it is larger, cut off, or not encoded so.

    >>> decoded(zlib.compress(b"jobs"), "deflate", 10)
    b'jobs'
    """
    plain = bytearray()
    try:
        for piece in _pieces(body, coding):
            plain += piece
            if len(plain) > limit:
                raise Undecodable(f"its answer is larger than {limit // 2**20} MiB")
    except _BROKEN as error:
        raise Undecodable("its encoding could not be undone") from error
    return bytes(plain)


def _pieces(body: bytes, coding: str) -> Iterator[bytes]:
    if coding == "br":
        return _brotli(body)
    if coding == "zstd":
        return _zstd(body)
    return _deflate(body) if coding == "deflate" else _gzip(body)


def _gzip(body: bytes) -> Iterator[bytes]:
    """Every member; what follows the last one is padding."""
    yield from (rest := _Inflation(31, body)).pieces()
    while rest.after[:2] == b"\x1f\x8b":
        yield from (rest := _Inflation(31, rest.after)).pieces()


def _deflate(body: bytes) -> Iterator[bytes]:
    """With zlib's wrapping, as the standard has it, or without, as some servers send it."""
    try:
        zlib.decompressobj().decompress(body[:_CHUNK], 1)
    except zlib.error:
        return _Inflation(-15, body).pieces()
    return _Inflation(15, body).pieces()


class _Inflation:
    """One stream of zlib's; ``after`` is what follows it."""

    def __init__(self, wbits: int, body: bytes) -> None:
        self._stream = zlib.decompressobj(wbits)
        self._body = body
        self.after = b""

    def pieces(self) -> Iterator[bytes]:
        """What it unpacks to, a little at a time; EOFError where it is cut off."""
        waiting = self._body
        while not self._stream.eof:
            piece = self._stream.decompress(waiting, _CHUNK)
            waiting = self._stream.unconsumed_tail
            if not piece and not waiting and not self._stream.eof:
                raise EOFError
            yield piece
        self.after = self._stream.unused_data


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    piece: bytes = stream.process(body, output_buffer_limit=_CHUNK)
    yield piece
    while not stream.is_finished():
        piece = stream.process(b"", output_buffer_limit=_CHUNK)
        if not piece and not stream.is_finished():
            raise EOFError
        yield piece


def _zstd(body: bytes) -> Iterator[bytes]:
    while body:
        stream = zstd.ZstdDecompressor()
        yield stream.decompress(body, _CHUNK)
        while not stream.eof:
            if stream.needs_input:
                raise EOFError
            yield stream.decompress(b"", _CHUNK)
        body = stream.unused_data


class Decompression(HttpCompressionMiddleware):
    """Scrapy's decompression, done by ``decoded``."""

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        """Unpack ``response``; an empty body is none in any encoding."""
        codings = response.headers.getlist("Content-Encoding")
        if codings and (not response.body or _spelt(codings) == ["identity"]):
            del response.headers["Content-Encoding"]
            return response
        return super().process_response(request, response)

    def _handle_encoding(
        self, body: bytes, content_encoding: list[bytes], max_size: int
    ) -> tuple[bytes, list[bytes]]:
        if len(_spelt(content_encoding)) > MOST_CODINGS:
            raise Undecodable("it was encoded more than twice over")
        return super()._handle_encoding(body, content_encoding, max_size)

    @staticmethod
    def _decode(body: bytes, encoding: bytes, max_size: int) -> bytes:
        return decoded(body, encoding.decode("ascii").removeprefix("x-"), max_size)


def _spelt(codings: list[bytes]) -> list[str]:
    return [each.strip().lower() for each in b",".join(codings).decode("latin-1").split(",")]
