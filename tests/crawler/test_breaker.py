"""A host that fails is left alone for longer and longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawler.breaker import LONGEST_PAUSE, after_failure, pause_after
from crawler.hosts import host_of
from storage.hosts import Breaker
from tests.crawler.visits import START

MINUTE = timedelta(minutes=1)


def failed(before: Breaker | None, minutes: float = 0, **said: timedelta) -> Breaker:
    now = START + minutes * MINUTE
    until = now + said["wait"] if said else None
    return after_failure(before, "example.org", now, fetch="failed", reason="why", until=until)


def test_two_failures_are_forgiven_and_then_the_pauses_grow() -> None:
    breaker: Breaker | None = None
    pauses = []
    for _ in range(12):
        breaker = failed(breaker)
        pauses.append((breaker.closed_until - START) / MINUTE)
    assert pauses == [0, 0, 5, 10, 20, 40, 80, 160, 320, 360, 360, 360]
    assert pause_after(10**6) == LONGEST_PAUSE


def test_what_the_site_asked_for_holds_at_once() -> None:
    breaker = failed(None, wait=timedelta(hours=3))
    assert breaker.closed_until == START + timedelta(hours=3)
    assert breaker.holds(START)
    assert breaker.holds(START + timedelta(hours=3) - timedelta(seconds=1))
    assert not breaker.holds(START + timedelta(hours=3))


def test_the_longer_of_the_two_counts() -> None:
    breaker = failed(failed(failed(failed(None))), wait=MINUTE)
    assert breaker.closed_until == START + 10 * MINUTE


def test_a_clock_that_was_set_back_lets_it_go() -> None:
    assert not failed(None, wait=timedelta(hours=3)).holds(START - timedelta(days=1))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/jobs", "example.org"),
        ("http://EXAMPLE.org.:80/", "example.org"),
        ("https://example.org:8443/", "example.org:8443"),
        ("http://[::1]:8080/", "::1:8080"),
    ],
)
def test_a_host_has_one_spelling(url: str, host: str) -> None:
    assert host_of(url) == host
