"""``/healthz`` and ``/readyz``, over a socket."""

from __future__ import annotations

import json

import pytest

from tests.web.running import Health, ask, served


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
