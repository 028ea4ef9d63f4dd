"""Servers that break HTTP: slow, cut, excessive, contradictory, endless (rows 1-8, 16-19)."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from time import monotonic

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd

from crawler.answer import Answer
from crawler.decoding import Undecodable, decoded
from tests.crawler.hostile import (
    SHORT,
    Behaviour,
    RawServer,
    asked,
    chunked,
    drip,
    flood,
    reply,
    silent,
)
from tests.crawler.site import listing_page, posting_page
from tests.crawler.visits import Watched

PAGE = posting_page(1).encode()
HALF = PAGE[: len(PAGE) // 2]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
SLOW = "it took too long to answer"
CUT = "its answer was cut off"
HEADERS = "its headers are larger than 64 KiB"
LENGTHS = "its headers contradict each other about its length"
BIG = "its answer is larger than 16 MiB"
UNDONE = "its encoding could not be undone"
INVALID = "its answer is not valid HTTP"
LOST = "the connection was lost"
MEBIBYTE = 1024 * 1024
BOMB = b"\0" * (40 * MEBIBYTE)


def encoded(body: bytes, *codings: str) -> bytes:
    return reply(body, *(f"Content-Encoding: {coding}" for coding in codings))


def raw_deflate(body: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-15)
    return squeeze.compress(body) + squeeze.flush()


# What a server does, and the one sentence that tells it.
FAULTS: dict[str, tuple[bytes | Behaviour, str]] = {
    "no answer": (silent, SLOW),
    "slow headers": (drip(HEAD, b"X-Slow: 1\r\n"), SLOW),
    "slow header line": (drip(HEAD + b"X-Slow: ", b"x"), SLOW),
    "slow body": (drip(reply(HALF, length=99_999), b" "), SLOW),
    "slow chunks": (drip(chunked(HALF, end=b""), b"1\r\n \r\n"), SLOW),
    "slow body of unsaid length": (drip(reply(HALF, length=None), b" "), SLOW),
    "closed at once": (b"", LOST),
    "cut in its headers": (HEAD[:-20], LOST),
    "short body": (reply(HALF, length=len(PAGE)), CUT),
    "no body": (reply(b"", length=500), CUT),
    "cut chunks": (chunked(HALF, end=b""), CUT),
    "cut inside a chunk": (chunked(HALF, end=b"ffff\r\nabc"), CUT),
    "bad chunk size": (chunked(HALF, end=b"zz\r\nabc\r\n0\r\n\r\n"), CUT),
    "endless chunk size": (flood(chunked(HALF, end=b""), b"0" * 65536), CUT),
    "cut without a length": (reply(HALF, length=None), CUT),
    "body beyond its length": (reply(PAGE, length=len(HALF)), "it sent more than it told"),
    "body after none": (reply(PAGE, length=0), "it sent more than it told"),
    "bytes after the last chunk": (
        chunked(PAGE, end=b"0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
        "it sent more than it told",
    ),
    "two lengths": (reply(PAGE, "Content-Length: 7"), INVALID),
    "two lengths in one line": (
        reply(PAGE, f"Content-Length: 7, {len(PAGE)}", length=None),
        INVALID,
    ),
    "negative length": (reply(PAGE, "Content-Length: -5", length=None), INVALID),
    "length in words": (reply(PAGE, "Content-Length: many", length=None), INVALID),
    "length and chunks": (
        chunked(PAGE).replace(b"Transfer-", b"Content-Length: 5\r\nTransfer-"),
        LENGTHS,
    ),
    "unknown transfer encoding": (reply(PAGE, "Transfer-Encoding: gzip", length=None), LENGTHS),
    "two transfer encodings": (
        reply(PAGE, "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", length=None),
        LENGTHS,
    ),
    "5 MB header": (HEAD + b"X-Big: " + b"x" * 5_000_000 + b"\r\n\r\n", HEADERS),
    "5 MB of headers": (HEAD + b"X-Many: 1\r\n" * 450_000 + b"\r\n", HEADERS),
    "endless headers": (flood(HEAD, b"X-More: 1\r\n" * 1000), HEADERS),
    "endless folded header": (flood(HEAD + b"X-Fold: 1\r\n", b" folded\r\n" * 1000), HEADERS),
    "endless status line": (flood(b"HTTP/1.1 200 ", b"O" * 65536), HEADERS),
    "endless interim answers": (flood(b"", b"HTTP/1.1 103 Early\r\n\r\n" * 500), HEADERS),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", INVALID),
    "no status": (b"HTTP/1.1 okay fine\r\n\r\n", INVALID),
    "endless stream": (flood(reply(b"", length=None), b"x" * 65536), BIG),
    "endless chunks": (flood(chunked(end=b""), b"10000\r\n" + b"x" * 65536 + b"\r\n"), BIG),
    "a huge length": (reply(b"", length=10**15), BIG),
    "gzip bomb": (encoded(gzip.compress(BOMB), "gzip"), BIG),
    "deflate bomb": (encoded(zlib.compress(BOMB), "deflate"), BIG),
    "raw deflate bomb": (encoded(raw_deflate(BOMB), "deflate"), BIG),
    "br bomb": (encoded(brotli.compress(BOMB, quality=1), "br"), BIG),
    "zstd bomb": (encoded(zstd.compress(BOMB), "zstd"), BIG),
    "bomb in a bomb": (encoded(gzip.compress(gzip.compress(BOMB)), "gzip, gzip"), BIG),
    "encoded three times": (
        encoded(gzip.compress(PAGE), "gzip, gzip, gzip"),
        "it was encoded more than twice over",
    ),
    "false gzip": (encoded(PAGE, "gzip"), UNDONE),
    "false deflate": (encoded(PAGE, "deflate"), UNDONE),
    "false br": (encoded(PAGE, "br"), UNDONE),
    "false zstd": (encoded(PAGE, "zstd"), UNDONE),
    "double gzip told once": (
        encoded(gzip.compress(gzip.compress(PAGE)), "gzip"),
        "it is zipped data, not a page",
    ),
    "gzip told twice": (encoded(gzip.compress(PAGE), "gzip", "gzip"), UNDONE),
    "cut gzip": (encoded(gzip.compress(PAGE)[:-30], "gzip"), UNDONE),
    "cut deflate": (encoded(zlib.compress(PAGE)[:-30], "deflate"), UNDONE),
    "cut br": (encoded(brotli.compress(PAGE)[:-30], "br"), UNDONE),
    "cut zstd": (encoded(zstd.compress(PAGE)[:-30], "zstd"), UNDONE),
    "an encoding nobody has": (
        encoded(PAGE, "exi"),
        "it was sent in an encoding that cannot be read (exi)",
    ),
    "a PDF": (reply(b"%PDF-1.7 <a>", kind="application/pdf"), "it is application/pdf, not a page"),
    "a PDF called a page": (reply(b"%PDF-1.7 <a>"), "it is a PDF file, not a page"),
    "nothing": (reply(b""), "its answer was empty"),
    "white space": (reply(b" \r\n\t"), "its answer was empty"),
    "an empty page": (reply("<!doctype html><html></html>"), "it is an empty frame"),
}
NUMBERS = (1, 2, 3)


@pytest.fixture
def server() -> Iterator[RawServer]:
    paths = [f"/jobs/{n}-engineer" for n in NUMBERS]
    with RawServer({"/careers": reply(listing_page(paths))}) as opened:
        for n, path in zip(NUMBERS, paths, strict=True):
            opened.routes[path] = reply(posting_page(n))
        yield opened


@pytest.mark.parametrize("fault", FAULTS)
def test_a_posting_page_that_breaks_http_is_unknown_and_its_neighbours_are_kept(
    server: RawServer, fault: str
) -> None:
    board = Watched(server.url("/careers"), settings=SHORT)
    healthy = board.crawl()
    assert (healthy.outcome, len(healthy.titles())) == ("complete", 3)
    server.routes["/jobs/2-engineer"], said = FAULTS[fault]
    began = monotonic()
    seen = board.crawl()
    assert monotonic() - began < 5
    assert seen.fetches() == {"unchanged": 2, "failed": 1}
    (page,) = [page for page in seen.report.crawl.pages if page.role == "detail"]
    assert page.detail == said
    assert [one.evidence for one in seen.observations if one.fetch == "failed"] == [()]
    assert "/jobs/2-engineer" not in {record.url for record in seen.records}


@pytest.mark.parametrize(
    "fault", [name for name in FAULTS if name != "an empty page" and "slow" not in name]
)
def test_a_listing_that_breaks_http_proves_nothing(server: RawServer, fault: str) -> None:
    board = Watched(server.url("/careers"), settings=SHORT)
    assert board.crawl().outcome == "complete"
    server.routes["/careers"], said = FAULTS[fault]
    seen = board.crawl()
    assert (seen.outcome, said in (seen.reason or "")) == ("failed", True), seen.reason
    assert seen.observations == []
    assert seen.records == []


@pytest.mark.parametrize(
    "body",
    [
        encoded(gzip.compress(PAGE), "gzip"),
        encoded(gzip.compress(PAGE), "x-gzip"),
        encoded(gzip.compress(HALF) + gzip.compress(PAGE[len(HALF) :]) + b"\0\0", "GZIP"),
        encoded(zlib.compress(PAGE), "deflate"),
        encoded(raw_deflate(PAGE), "deflate"),
        encoded(brotli.compress(PAGE), "br"),
        encoded(zstd.compress(PAGE) + zstd.compress(b""), "zstd"),
        encoded(gzip.compress(zlib.compress(PAGE)), "deflate, gzip"),
        encoded(PAGE, "identity"),
        chunked(HALF, PAGE[len(HALF) :]),
        chunked(PAGE, end=b"0\r\nX-Trailer: 1\r\n\r\n"),
        reply(PAGE, length=None),
        reply(PAGE, f"Content-Length: {len(PAGE)}"),
        reply(PAGE) + b"\r\n",
        reply(PAGE, "X-Long: " + "x" * 40_000),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + reply(PAGE),
        reply(PAGE, "no colon in this line"),
    ],
)
def test_odd_but_whole_answers_are_read(body: bytes) -> None:
    with RawServer({"/1": body}) as server:
        (answer,) = asked([server.url("/1")])
    assert (answer.trouble, answer.status, answer.body) == (None, 200, PAGE)


def test_what_a_connection_sent_too_much_is_not_the_next_pages_answer() -> None:
    smuggled = reply("<p>smuggled</p>").replace(b"Connection: close", b"Connection: keep-alive")
    first = reply(PAGE).replace(b"Connection: close", b"Connection: keep-alive")
    with RawServer({"/1": first + smuggled, "/2": reply(PAGE)}) as server:
        one, two = asked([server.url("/1"), server.url("/2")])
    assert one.trouble is not None
    assert (two.trouble, two.body) == (None, PAGE)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_is_unpacked_in_constant_memory(coding: str) -> None:
    pack: dict[str, Callable[[bytes], bytes]] = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": lambda body: bytes(brotli.compress(body, quality=1)),
        "zstd": zstd.compress,
    }
    squeeze = pack[coding]
    small, big = squeeze(BOMB), squeeze(BOMB * 4)
    peaks = []
    for body in (small, big):
        tracemalloc.start()
        with pytest.raises(Undecodable, match="larger than 16 MiB"):
            decoded(body, coding, 16 * MEBIBYTE)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + MEBIBYTE
    assert peaks[1] < 40 * MEBIBYTE


def test_the_deadline_is_for_the_whole_answer_whatever_trickles_in() -> None:
    with RawServer({"/1": drip(reply(b"", length=None), b"x"), "/2": reply(PAGE)}) as server:
        began = monotonic()
        one, two = asked([server.url("/1"), server.url("/2")], SHORT)
        assert monotonic() - began < 2
    assert _said(one) == SLOW
    assert two.trouble is None
    assert SHORT.timeout < timedelta(seconds=1)


def _said(answer: Answer) -> str | None:
    return answer.trouble.detail if answer.trouble else None
