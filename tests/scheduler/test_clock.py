"""A clock that is set far ahead while the daemon works: nothing is concluded from it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from crawler import reactor
from jobdiff.config import Config, steady_seconds, wall_clock
from scheduler.daemon import Daemon, Setup
from scheduler.pulse import Clocks, Heart
from storage import Store, boards, events, postings, processes
from tests.crawler.site import Reply, Site, listing_page, posting_page
from tests.scheduler.conftest import fast
from tests.scheduler.running import watch
from tests.storage.world import LISTING, posting, visit

YEAR = timedelta(days=365)


@dataclass
class WrongClock:
    """The real time, and by how much somebody has set it."""

    set_by: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return wall_clock() + self.set_by

    def read(self) -> Clocks:
        return Clocks(self(), steady_seconds(), time.monotonic())

    def daemon(self, store: Store, config: Config, *, tells_sleep: bool = True) -> Daemon:
        """A daemon that goes by it, and whose ticks the test runs itself."""
        with store.write() as connection:
            process = processes.register(connection, "serve", "here", 1, wall_clock())
        daemon = Daemon(Setup(config, store, self), process)
        daemon.heart = Heart(daemon.ticks, lambda: None, read=self.read, tells_sleep=tells_sleep)
        return daemon


def with_deadline(site: Site) -> None:
    month = wall_clock() + timedelta(days=30)
    site["/jobs/1-engineer"] = posting_page(1, validThrough=month.isoformat())


async def crawled(daemon: Daemon) -> None:
    with daemon.crew.writer:
        await daemon.claim()
        assert daemon.crew.tasks
        await asyncio.gather(*daemon.crew.tasks)
        daemon.heart.beat()
        await daemon.sweep()


@pytest.mark.parametrize(("believed", "state"), [(False, "open"), (True, "expired")])
def test_a_crawl_that_runs_while_it_is_set_ahead_expires_nothing(
    store: Store, site: Site, believed: bool, state: str
) -> None:
    clock = WrongClock()
    board = watch(store, site.url("/careers"), every="1h")
    with_deadline(site)

    def set_ahead(_request: object) -> Reply:
        clock.set_by = YEAR
        return Reply(listing_page(["/jobs/1-engineer"]))

    site["/careers"] = set_ahead
    reactor.run(lambda: crawled(clock.daemon(store, fast(), tells_sleep=not believed)))
    assert clock.set_by
    with store.read() as connection:
        (found,) = postings.search(connection, board=board)
        row = boards.get(connection, board)
        told = [event.detected_at for event in events.log(connection, baseline=True)]
    assert found.known.state == state
    assert row.last_crawl_at
    soon = wall_clock() + timedelta(minutes=1)
    assert (row.last_crawl_at < soon, max(told) < soon) == (not believed, not believed)


@pytest.mark.parametrize("believed", [False, True])
def test_nothing_is_forgotten_for_being_old_by_it(store: Store, believed: bool) -> None:
    clock = WrongClock()
    daemon = clock.daemon(store, fast(scheduler={"keep": "1y"}), tells_sleep=not believed)
    with store.write() as connection:
        board = boards.add(connection, url=LISTING, now=wall_clock())
    for _ in range(2):
        visit(store, board, [posting(1)], now=wall_clock() - timedelta(days=30))
    reactor.run(daemon.tidy)
    clock.set_by = YEAR
    reactor.run(daemon.tidy)
    with store.read() as connection:
        left = connection.exec_driver_sql("select count(*) from crawls").scalar()
    assert left == (1 if believed else 2)
