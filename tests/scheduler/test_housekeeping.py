"""The chores: what is forgotten, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from jobdiff.config import wall_clock
from scheduler.housekeeping import tidy
from storage import Store, boards, processes, retention
from storage.schema import crawls
from storage.schema import processes as process_table
from tests.scheduler.conftest import fast
from tests.storage.world import LISTING, at, posting, visit


@pytest.fixture
def crawled(store: Store) -> Store:
    """A board with a crawl a day for ten days."""
    with store.write() as connection:
        board = boards.add(connection, url=LISTING, name="Acme", now=at(0))
    for day in range(10):
        visit(store, board, [posting(1)], now=at(day))
    return store


def count(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(crawls)) or 0


def test_nothing_old_is_forgotten_unless_that_was_asked(crawled: Store) -> None:
    tidy(crawled, fast(), at(400))
    assert count(crawled) == 10


def test_old_detail_is_forgotten_once_a_day(
    crawled: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "scheduler")
    config = fast(scheduler={"keep": "5d"})
    tidy(crawled, config, at(10) + timedelta(minutes=1))
    left = count(crawled)
    assert 0 < left < 10
    assert caplog.messages[0].startswith("forgot what is older than 2026-03-06: ")
    tidy(crawled, config, at(10.5))
    assert count(crawled) == left
    tidy(crawled, config, at(11.5))
    assert count(crawled) < left


def test_processes_that_died_are_forgotten(store: Store) -> None:
    now = wall_clock()
    with store.write() as connection:
        for number, hours in enumerate((0.5, 2)):
            seen = now - timedelta(hours=hours)
            processes.register(connection, "serve", "here", number, seen)
    tidy(store, fast(), at(0))
    with store.read() as connection:
        left = connection.execute(select(process_table.c.pid)).scalars().all()
    assert left == [0]


def test_a_chore_that_takes_long_ends_when_the_process_has_to(crawled: Store) -> None:
    crawled.hasten()
    tidy(crawled, fast(scheduler={"keep": "5d"}), at(10))
    assert count(crawled) == 10
    with crawled.read() as connection:
        assert retention.pruned_before(connection) is None
