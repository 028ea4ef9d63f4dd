"""What the daemon does while its own store is in trouble: it says so, and blames no board."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import monotonic

import pytest

from crawler import reactor
from jobdiff.config import wall_clock
from postings.errors import StoreError
from scheduler.work import crawl_board
from storage import Store, boards, engine
from tests.crawler.site import Reply, Request, Site, listing_page
from tests.scheduler.conftest import fast
from tests.scheduler.running import complete_crawls, daemon_of, serving, until, watch


@contextmanager
def held(store: Store, how: str = "IMMEDIATE") -> Iterator[None]:
    """Another program holds the database."""
    place = store.place
    with closing(sqlite3.connect(place, isolation_level=None, check_same_thread=False)) as other:
        other.execute(f"BEGIN {how}")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store that waits for the lock for a moment only."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.02)
    monkeypatch.setattr(engine, "HASTY_MILLISECONDS", 1)
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as opened:
        yield opened


@pytest.mark.parametrize("frees", [True, False])
def test_a_store_that_cannot_be_written_is_not_the_boards_fault(
    store: Store, site: Site, *, frees: bool
) -> None:
    with ExitStack() as stack:

        def answer(_request: Request) -> Reply:
            stack.enter_context(held(store))
            return Reply(listing_page([]), 200)

        with store.write() as connection:
            board = boards.add(connection, url=site.url("/careers"), now=wall_clock())
        first = reactor.run(lambda: crawl_board(store, board, fast(), wall_clock))
        assert first.outcome == "complete"
        site["/careers"] = answer
        with pytest.raises(StoreError, match="is locked by another program"):
            reactor.run(lambda: crawl_board(store, board, fast(), wall_clock))
        if frees:
            stack.close()
        with store.read() as connection:
            after = boards.get(connection, board.id)
    assert (after.outcome, after.failures) == ("complete", 0)


def test_a_locked_store_does_not_keep_the_daemon_from_ending(
    store: Store, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.crew.STOP_WITHIN", 0.3)
    monkeypatch.setattr("storage.engine.BEGIN_TRIES", 1_000)
    board = watch(store, site.url("/careers"))
    asked = asyncio.Event()
    with ExitStack() as stack:

        def answer(_request: Request) -> Reply:
            stack.enter_context(held(store))
            asked.set()
            return Reply(listing_page([]), 200)

        async def lock() -> None:
            await until(lambda: complete_crawls(store, board) >= 1)
            site["/careers"] = answer
            await until(asked.is_set)

        began = monotonic()
        serving(fast(), store, lock)
        assert monotonic() - began < 20
        assert asked.is_set()


def test_a_store_that_cannot_be_written_is_not_ready_until_it_can(store: Store) -> None:
    async def look() -> list[tuple[bool, str]]:
        daemon = daemon_of(store, fast())
        seen = []
        for how in ("", "IMMEDIATE", ""):
            with held(store, how) if how else ExitStack():
                await daemon.be_seen()
                health = await daemon.health()
            told = next(one for one in health.checks if one.check == "store")
            assert health.ready == told.ok
            seen.append((told.ok, told.detail))
        daemon.crew.writer.shutdown()
        return seen

    before, during, after = reactor.run(look)
    assert before == after == (True, "answers")
    assert not during[0]
    assert "is locked by another program" in during[1]


def test_a_store_that_is_held_is_said_before_anybody_gave_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.BEGIN_TRIES", 1_000)
    monkeypatch.setattr("scheduler.daemon.STORE_IS_HELD_AFTER", 0.2)

    async def look() -> tuple[bool, bool]:
        daemon = daemon_of(store, fast())
        with held(store):
            seen = asyncio.ensure_future(daemon.be_seen())
            await until(lambda: store.writing.waits > 0.2)
            during = (await daemon.health()).ready
        await seen
        after = (await daemon.health()).ready
        daemon.crew.writer.shutdown()
        return during, after

    assert reactor.run(look) == (False, True)


def test_looks_for_news_do_not_queue_up_behind_a_store_that_hangs(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.BEGIN_TRIES", 1_000)

    async def send() -> int:
        daemon = daemon_of(store, fast(channels=[{"name": "me", "url": "json://localhost"}]))
        with held(store):
            for _ in range(30):
                await daemon.send()
                await asyncio.sleep(0)
            waiting = len(daemon.crew.tasks)
        await asyncio.gather(*daemon.crew.tasks)
        await daemon.send()
        assert len(daemon.crew.tasks) == 1
        await asyncio.gather(*daemon.crew.tasks)
        daemon.crew.writer.shutdown()
        return waiting

    assert reactor.run(send) == 2
