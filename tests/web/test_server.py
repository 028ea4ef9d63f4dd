"""Where the pages are served, and what becomes of that when the configuration changes."""

from __future__ import annotations

import asyncio
import socket

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from tests.web.running import ask, free_port, served, well
from web import server
from web.app import application
from web.server import serving

LOCAL = "127.0.0.1"
HOST = "Host: localhost"


def saying(word: str) -> PlainTextResponse:
    """An application that says a word."""
    return PlainTextResponse(word)


def test_a_taken_port_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> int:
        with socket.create_server((LOCAL, 0)) as taken:
            address = (LOCAL, int(taken.getsockname()[1]))
            async with serving(application(well), address):
                return address[1]

    port = asyncio.run(main())
    assert caplog.messages == [
        f"nothing is served at 127.0.0.1:{port} (address already in use); set [web] listen"
    ]


def test_nothing_is_served_where_that_is_not_wanted() -> None:
    async def main() -> str:
        async with serving(application(well), None):
            return "went on"

    assert asyncio.run(main()) == "went on"


def test_the_port_is_free_again_afterwards() -> None:
    async def twice(port: int) -> int:
        await ask(port, "/healthz", HOST)
        return port

    port = served(twice)
    with socket.create_server((LOCAL, port)):
        pass


def test_what_is_served_changes_in_place() -> None:
    async def main() -> list[str]:
        address = (LOCAL, free_port())
        async with serving(saying("one"), address) as site:
            first = await ask(address[1], "/", HOST)
            await site.change(saying("two"), address)
            return [first[2], (await ask(address[1], "/", HOST))[2]]

    assert asyncio.run(main()) == ["one", "two"]


def test_it_moves_and_what_is_in_hand_is_still_answered() -> None:
    async def main() -> tuple[str, str]:
        asked, goes_on = asyncio.Event(), asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            asked.set()
            await goes_on.wait()
            await saying("slow")(scope, receive, send)

        old, new = (LOCAL, free_port()), (LOCAL, free_port())
        async with serving(slow, old) as site:
            in_hand = asyncio.create_task(ask(old[1], "/", HOST))
            await asked.wait()
            await site.change(saying("new"), new)
            told = await ask(new[1], "/", HOST)
            await refuses(old[1])
            goes_on.set()
            return (await in_hand)[2], told[2]

    assert asyncio.run(main()) == ("slow", "new")


def test_a_taken_port_leaves_it_where_it_was(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> tuple[int, int, list[str]]:
        old = (LOCAL, free_port())
        async with serving(saying("old"), old) as site:
            with socket.create_server((LOCAL, 0)) as taken:
                wanted = (LOCAL, int(taken.getsockname()[1]))
                await site.change(saying("new"), wanted)
                stayed = (await ask(old[1], "/", HOST))[2]
            await site.change(saying("new"), wanted)
            return old[1], wanted[1], [stayed, (await ask(wanted[1], "/", HOST))[2]]

    old, wanted, said = asyncio.run(main())
    assert said == ["new", "new"]
    (told,) = caplog.messages
    assert told == (
        f"nothing is served at 127.0.0.1:{wanted} (address already in use),"
        f" it goes on at 127.0.0.1:{old}; set [web] listen"
    )


def test_it_can_be_turned_off_and_on() -> None:
    async def main() -> str:
        address = (LOCAL, free_port())
        async with serving(saying("on"), address) as site:
            await ask(address[1], "/", HOST)
            await site.change(saying("on"), None)
            await refuses(address[1])
            await site.change(saying("on again"), address)
            return (await ask(address[1], "/", HOST))[2]

    assert asyncio.run(main()) == "on again"


def test_its_end_waits_for_nobody_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "ENDS_WITHIN", 0.5)

    async def main() -> list[bytes]:
        asked = asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            asked.set()
            await receive()

        port = free_port()
        async with serving(slow, (LOCAL, port)):
            silent, other = await asyncio.open_connection(LOCAL, port)
            unanswered, writer = await asyncio.open_connection(LOCAL, port)
            writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")
            await asked.wait()
        async with asyncio.timeout(20):
            told = [await silent.read(), await unanswered.read()]
        writer.close()
        other.close()
        return told

    assert asyncio.run(main()) == [b"", b""]


async def refuses(port: int) -> None:
    """Wait until nobody listens there any more."""
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection(LOCAL, port)
                writer.close()
            except ConnectionRefusedError:
                return
            except ConnectionResetError:
                pass  # it is just being closed
            await asyncio.sleep(0.01)
