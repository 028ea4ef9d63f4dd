"""What is remembered of hosts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage import Store, hosts
from storage.hosts import ROBOTS_FOR, Breaker, RobotsAnswer
from tests.storage.world import at

BREAKER = Breaker("example.org", 1, at(0), at(1), "failed", "it broke")
ROBOTS = RobotsAnswer("https://example.org", at(0), 200, b"User-agent: *\nDisallow: /\xff")


def test_a_host_has_one_breaker(store: Store) -> None:
    later = replace(BREAKER, failures=2, opened_at=at(1), closed_until=at(2))
    with store.write() as connection:
        assert hosts.breaker(connection, "example.org") is None
        hosts.keep_breaker(connection, BREAKER)
        hosts.keep_breaker(connection, later)
        assert hosts.breaker(connection, "example.org") == later
        assert hosts.breaker(connection, "www.example.org") is None
        hosts.forget_breaker(connection, "example.org")
        assert hosts.breaker(connection, "example.org") is None


def test_an_origin_has_one_robots_txt_byte_by_byte(store: Store) -> None:
    later = replace(ROBOTS, asked_at=at(1), status=404, body=b"")
    with store.write() as connection:
        hosts.keep_robots(connection, ROBOTS)
        assert hosts.robots_of(connection, ROBOTS.origin) == ROBOTS
        hosts.keep_robots(connection, later)
        assert hosts.robots_of(connection, ROBOTS.origin) == later
        assert hosts.robots_of(connection, "http://example.org") is None


def test_it_counts_for_a_day_and_never_from_the_future() -> None:
    assert ROBOTS.is_fresh(at(0))
    assert ROBOTS.is_fresh(at(0) + ROBOTS_FOR - timedelta(seconds=1))
    assert not ROBOTS.is_fresh(at(0) + ROBOTS_FOR)
    assert not ROBOTS.is_fresh(at(-1))
