"""What strangers may do to a socket, and what that costs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from tests.web.running import ask, free_port, served
from web import connections
from web.server import serving

HOST = b"Host: localhost\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\n" + HOST


async def raw(port: int, *pieces: bytes) -> bytes:
    """What is answered until the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    with contextlib.suppress(ConnectionError):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        answer = await reader.read()
    writer.close()
    return answer


def status(answer: bytes) -> int:
    return int(answer.split()[1]) if answer else 0


def answered(*pieces: bytes) -> bytes:
    async def once(port: int) -> bytes:
        return await raw(port, *pieces)

    said: bytes = served(once)
    return said


REQUESTS = [
    (HEALTH + b"\r\n", 200),
    (b"GET /healthz HTTP/1.0\r\n" + HOST + b"\r\n", 200),
    (HEALTH + b"Content-Length: 5\r\n\r\nhello", 200),
    (HEALTH + b"Connection: upgrade\r\nUpgrade: websocket\r\n\r\n", 200),
    (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    (HEALTH + HOST + b"\r\n", 400),
    (HEALTH + b"X: " + b"a" * 20_000, 400),
    (b"\x16\x03\x01\x02\x00\x01\x00", 400),
    (b"hello\r\n\r\n", 400),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 421),
    (b"GET http://evil.example/healthz HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    (b"CONNECT example.org:443 HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    (b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    (b"GET /%ff%00%zz HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    (b"GET /healthz/ HTTP/1.1\r\n" + HOST + b"\r\n", 404),
    (b"TRACE /healthz HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    (b"MADE-UP /healthz HTTP/1.1\r\n" + HOST + b"\r\n", 405),
    (b"POST /healthz HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\n\r\n", 405),
    (b"POST /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: -5\r\n\r\n", 400),
]


def test_every_request_is_answered_for_what_it_is() -> None:
    async def each(port: int) -> list[bytes]:
        return [await raw(port, request) for request, _ in REQUESTS]

    answers = served(each)
    told = [status(answer) for answer in answers]
    assert list(zip(told, (request for request, _ in REQUESTS), strict=True)) == [
        (code, request) for request, code in REQUESTS
    ]
    assert all(b"connection: close" in answer.lower() for answer in answers)


@pytest.mark.parametrize("start", [b"GET /", HEALTH + b"X: "])
def test_a_head_without_end_is_refused(start: bytes) -> None:
    """Who still sends when it is refused may not see that."""
    assert status(answered(start + b"a" * 20_000)) == 400
    assert status(answered(start, *[b"a" * 65_536] * 50)) in {0, 400}


def test_one_connection_serves_one_request() -> None:
    assert answered((HEALTH + b"\r\n") * 3).count(b"HTTP/1.1 200 OK") == 1


def test_junk_behind_a_request_ends_it_without_a_word_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert status(answered(HEALTH + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) == 200
    assert status(answered(HEALTH + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")) in {0, 200}
    assert status(answered(b"junk\r\n\r\n")) == 400
    assert caplog.messages == []


def test_a_body_without_end_is_not_read() -> None:
    piece = b"x" * 65_536
    head = b"POST /healthz HTTP/1.1\r\n" + HOST + b"Content-Length: 1000000000\r\n\r\n"

    async def pour(port: int) -> int:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        poured = 0
        with contextlib.suppress(ConnectionError):
            writer.write(head)
            while poured < 1_000_000_000:
                writer.write(piece)
                await writer.drain()
                poured += len(piece)
        writer.close()
        return poured

    assert served(pour) < 50_000_000


def test_a_head_answers_as_a_get_does_without_its_body() -> None:
    async def both(port: int) -> list[tuple[int, str, str]]:
        asked = [await ask(port, "/healthz", "Host: localhost", method=m) for m in ("GET", "HEAD")]
        return [*asked, await ask(port, "/nowhere", "Host: localhost", method="HEAD")]

    get, head, missing = served(both)
    assert head[0] == 200
    assert missing[0] == 404
    assert head[2] == missing[2] == ""
    assert head_of(head[1]) == head_of(get[1])
    assert head_of(get[1])["content-length"] == str(len(get[2]))


def head_of(head: str) -> dict[str, str]:
    lines = (line.partition(": ") for line in head.split("\r\n")[1:])
    return {name.lower(): value for name, _, value in lines if name.lower() != "date"}


def patiently(
    script: Callable[[int], Coroutine[Any, Any, Any]],
    monkeypatch: pytest.MonkeyPatch,
    **limits: Any,
) -> Any:
    for name, value in limits.items():
        monkeypatch.setattr(connections, name, value)
    return served(script)


def test_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(port: int) -> list[bytes]:
        async with asyncio.timeout(20):
            return [await raw(port), await raw(port, HEALTH)]

    assert patiently(silent, monkeypatch, ASKS_WITHIN=0.2) == [b"", b""]


def test_a_byte_now_and_then_is_not_waited_for_either(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip(port: int) -> int:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        sent = 0
        with contextlib.suppress(ConnectionError):
            for byte in HEALTH + b"X: " + b"a" * 1_000:
                writer.write(bytes([byte]))
                await writer.drain()
                sent += 1
                await asyncio.sleep(0.02)
        writer.close()
        return sent

    assert 1 < patiently(drip, monkeypatch, ASKS_WITHIN=0.3) < 500


def test_an_answer_that_is_not_taken_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ENDS_WITHIN", 0.5)
    whole = 64 * 1024 * 1024

    async def main() -> int:
        port = free_port()
        async with serving(PlainTextResponse("x" * whole), ("127.0.0.1", port)):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=65_536)
            writer.write(HEALTH + b"\r\n")
            got = 0
            with contextlib.suppress(ConnectionError):
                while piece := await reader.read(131_072):
                    got += len(piece)
                    await asyncio.sleep(0.01)
            writer.close()
            return got

    assert 0 < asyncio.run(main()) < whole


def test_two_hundred_silent_connections_keep_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ASKS_WITHIN", 60.0)

    async def crowd(port: int) -> tuple[list[int], int]:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
        codes = [(await ask(port, "/healthz", "Host: localhost"))[0] for _ in range(20)]
        ended = [reader.at_eof() or reader.exception() is not None for reader, _ in silent]
        for _, writer in silent:
            writer.close()
        return codes, ended.count(False)

    codes, still_open = served(crowd)
    assert codes == [200] * 20
    assert 0 < still_open <= connections.MOST_OPEN


def test_silent_connections_make_room_first_then_the_oldest_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connections, "MOST_OPEN", 3)

    async def main() -> tuple[list[bytes], list[str]]:
        goes_on, in_hand = asyncio.Event(), asyncio.Semaphore(0)

        async def slow(scope: Any, receive: Any, send: Any) -> None:
            in_hand.release()
            await goes_on.wait()
            await PlainTextResponse("done")(scope, receive, send)

        async def asks() -> asyncio.Task[bytes]:
            asking = asyncio.create_task(raw(port, HEALTH + b"\r\n"))
            await in_hand.acquire()
            return asking

        port = free_port()
        async with serving(slow, ("127.0.0.1", port)), asyncio.timeout(20):
            first = await asks()
            silent = [asyncio.create_task(raw(port)) for _ in range(5)]
            await asyncio.wait(silent, return_when=asyncio.FIRST_COMPLETED)
            assert not first.done()
            more = [await asks() for _ in range(3)]
            ended = [await one for one in (*silent, first)]
            goes_on.set()
            return ended, [(await one).decode().rpartition("\r\n")[2] for one in more]

    assert asyncio.run(main()) == ([b""] * 6, ["done"] * 3)
