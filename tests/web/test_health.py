"""``/healthz`` and ``/readyz``, over a socket."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from web.app import application
from web.server import serving


@dataclass(frozen=True)
class Check:
    check: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Health:
    live: bool = True
    ready: bool = True
    started_at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    crawling: int = 2
    crawled: int = 40
    checks: tuple[Check, ...] = (Check("ticks", True, "come on time"),)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


async def ask(port: int, path: str, *headers: str, method: str = "GET") -> tuple[int, str, str]:
    """Status, head and body of an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [f"{method} {path} HTTP/1.1", *headers, "Connection: close", "", ""]
    writer.write("\r\n".join(lines).encode())
    answer = (await reader.read()).decode()
    writer.close()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), head, body


def served(
    script: Callable[[int], Coroutine[Any, Any, Any]], health: Health = Health(), **more: Any
) -> Any:
    """What a script says that may ask a server."""

    async def source() -> Health:
        return health

    async def main() -> Any:
        port = free_port()
        async with serving(application(source, **more), ("127.0.0.1", port)):
            return await script(port)

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("health", "live", "ready"),
    [
        (Health(), 200, 200),
        (Health(ready=False), 200, 503),
        (Health(live=False, ready=False), 503, 503),
    ],
)
def test_health_is_a_status_and_says_why(health: Health, live: int, ready: int) -> None:
    async def both(port: int) -> list[tuple[int, str, str]]:
        host = f"Host: 127.0.0.1:{port}"
        return [await ask(port, "/healthz", host), await ask(port, "/readyz", host)]

    answers = served(both, health)
    assert [answer[0] for answer in answers] == [live, ready]
    assert json.loads(answers[1][2]) == {
        "schema": "jobdiff.health/1",
        "live": health.live,
        "ready": health.ready,
        "started_at": "2026-03-01T12:00:00Z",
        "crawling": 2,
        "crawled": 40,
        "checks": [{"check": "ticks", "ok": True, "detail": "come on time"}],
    }
    assert "cache-control: no-store" in answers[0][1]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (("Host: localhost",), 200),
        (("Host: LOCALHOST:8765",), 200),
        (("Host: [::1]:80",), 200),
        (("Host: jobs.example.org",), 200),
        (("Host: evil.example",), 421),
        (("Host: evil.example:8765",), 421),
        (("Host: 127.0.0.1.evil.example",), 421),
        (("Host: localhost@evil.example",), 421),
        (("Host: ",), 421),
        (("X-Forwarded-Host: localhost", "Host: evil.example"), 421),
    ],
)
def test_only_who_asks_for_this_machine_is_answered(headers: tuple[str, ...], status: int) -> None:
    async def once(port: int) -> tuple[int, str, str]:
        return await ask(port, "/healthz", *headers)

    answer = served(once, hosts=["Jobs.example.org"])
    assert answer[0] == status
    assert ("jobdiff.health/1" in answer[2]) is (status == 200)


def test_what_is_not_there_is_not_found_and_nothing_can_be_changed() -> None:
    async def ask_all(port: int) -> list[int]:
        host = f"Host: localhost:{port}"
        return [
            (await ask(port, "/", host))[0],
            (await ask(port, "/healthz", host, "Content-Length: 0", method="POST"))[0],
            (await ask(port, "/healthz", host, method="HEAD"))[0],
        ]

    assert served(ask_all) == [404, 405, 200]


def test_a_taken_port_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async def source() -> Health:
        return Health()

    async def main() -> int:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = ("127.0.0.1", int(taken.getsockname()[1]))
            async with serving(application(source), address):
                return address[1]

    port = asyncio.run(main())
    assert caplog.messages == [
        f"nothing is served at 127.0.0.1:{port} (address already in use); set [web] listen"
    ]


def test_nothing_is_served_where_that_is_not_wanted() -> None:
    async def source() -> Health:
        return replace(Health())

    async def main() -> str:
        async with serving(application(source), None):
            return "went on"

    assert asyncio.run(main()) == "went on"


def test_the_port_is_free_again_afterwards() -> None:
    async def twice(port: int) -> int:
        await ask(port, "/healthz", "Host: localhost")
        return port

    port = served(twice)
    with socket.create_server(("127.0.0.1", port)):
        pass
