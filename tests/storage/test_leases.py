"""Leases hold by what no setting of the clock moves; who dies is found out, and not for ever."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from jobdiff.config import Uptime
from postings.visits import Policy
from storage import Store, boards, crawls, events
from storage.boards import BoardRow
from storage.crawls import Ticket
from storage.due import is_due
from storage.schema import crawls as crawl_table
from tests.storage.world import LEASE, at, claim, facts, posting, seen, visit

POLICY = Policy()
SECONDS = LEASE.total_seconds()


def up(seconds: float, boot: str = "one") -> Uptime:
    return Uptime(boot, seconds)


def begin(
    store: Store, board: BoardRow, days: float, uptime: Uptime | None, *, if_due: bool = False
) -> Ticket | None:
    return crawls.begin(
        store, board.id, owner="me", now=at(days), lease=LEASE, uptime=uptime, if_due=if_due
    )


@pytest.mark.parametrize("days", [-400, -1, 0, 1, 400])
def test_a_lease_holds_however_the_clock_is_set(store: Store, board: BoardRow, days: float) -> None:
    ticket = begin(store, board, 0, up(100))
    assert ticket is not None
    assert begin(store, board, days, up(100 + SECONDS - 1)) is None
    assert begin(store, board, days, up(100 + SECONDS)) is not None


def test_a_renewed_lease_holds_by_uptime_too(store: Store, board: BoardRow) -> None:
    ticket = begin(store, board, 0, up(100))
    assert ticket is not None
    crawls.renew(store, ticket, at(0), LEASE, up(200))
    assert begin(store, board, 5, up(199 + SECONDS)) is None
    assert begin(store, board, 5, up(200 + SECONDS)) is not None


@pytest.mark.parametrize("elsewhere", [up(5, "another"), None])
def test_where_uptimes_cannot_be_compared_the_clock_decides(
    store: Store, board: BoardRow, elsewhere: Uptime | None
) -> None:
    assert begin(store, board, 0, up(100))
    assert begin(store, board, 0, elsewhere) is None
    assert begin(store, board, 1, elsewhere) is not None


def test_a_claim_of_what_is_due_asks_again_whether_it_is(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        boards.schedule(connection, board.id, at(1))
    assert begin(store, board, 0.5, up(1), if_due=True) is None
    assert begin(store, board, 1, up(1), if_due=True) is not None


def test_boards_of_one_host_are_crawled_one_at_a_time_by_whomever(
    store: Store, board: BoardRow
) -> None:
    with store.write() as connection:
        sibling = boards.add(connection, url="https://EXAMPLE.org/jobs", now=at(0))
        other = boards.add(connection, url="https://example.net/jobs", now=at(0))
    first = begin(store, board, 0, up(1), if_due=True)
    assert first is not None
    assert begin(store, sibling, 0, up(2), if_due=True) is None
    assert begin(store, other, 0, up(2), if_due=True) is not None
    crawls.settle(store, first, facts(first, at(0), 0), POLICY, at(0))
    assert begin(store, sibling, 0, up(3), if_due=True) is not None


def test_the_next_time_is_written_with_the_settlement(store: Store, board: BoardRow) -> None:
    ticket = claim(store, board, at(0))
    outcomes: list[str | None] = []

    def plan(_connection: object, after: BoardRow, result: crawls.CrawlResult) -> object:
        outcomes.extend((after.outcome, result.outcome))
        return at(3)

    crawls.settle(store, ticket, facts(ticket, at(0), 0), POLICY, at(0), plan)  # type: ignore[arg-type]
    with store.read() as connection:
        assert boards.get(connection, board.id).next_crawl_at == at(3)
    assert outcomes == ["empty", "empty"]


def test_what_the_dead_saw_is_settled_even_if_their_board_is_not_due(
    store: Store, board: BoardRow
) -> None:
    visit(store, board, [posting(1)], now=at(0))
    ticket = begin(store, board, 1, up(100))
    assert ticket is not None
    crawls.stage(store, ticket, [seen(posting(2), at(1))])
    with store.write() as connection:
        boards.schedule(connection, board.id, at(9))

    assert crawls.bury(store, POLICY, at(2), at(2), up(101)) == []
    assert crawls.bury(store, POLICY, at(2), at(2), up(1e9), spare=[board.id]) == []
    (result,) = crawls.bury(store, POLICY, at(2), at(2), up(100 + SECONDS))

    assert (result.outcome, dict(result.news)) == ("partial", {"new": 1})
    assert crawls.bury(store, POLICY, at(2), at(2), up(1e9)) == []
    with store.read() as connection:
        assert [one.kind for one in events.log(connection, baseline=False)] == ["new"]
        assert boards.get(connection, board.id).next_crawl_at == at(9)


def die(store: Store, board: BoardRow, uptime: float) -> None:
    assert begin(store, board, 0, up(uptime)) is not None
    crawls.bury(store, POLICY, at(0), at(0), up(uptime + SECONDS))


def test_a_board_that_brings_its_process_down_is_put_off(store: Store, board: BoardRow) -> None:
    for number in range(2):
        die(store, board, number * 1000)
    with store.read() as connection:
        twice = boards.get(connection, board.id)
        assert is_due(connection, board.id, at(0))
    assert (twice.deaths, twice.warning) == (2, None)

    die(store, board, 5000)
    with store.read() as connection:
        thrice = boards.get(connection, board.id)
        assert not is_due(connection, board.id, at(0))
    assert (thrice.deaths, thrice.next_crawl_at) == (3, at(0) + timedelta(minutes=15))
    assert "its last 3 crawls ended with their process" in str(thrice.warning)

    visit(store, board, [posting(1)], now=at(1))
    with store.read() as connection:
        well = boards.get(connection, board.id)
    assert (well.deaths, well.warning) == (0, None)


def test_a_crawl_that_was_stopped_is_no_death(store: Store, board: BoardRow) -> None:
    crawls.abandon(store, claim(store, board, at(0)), POLICY, at(0))
    with store.read() as connection:
        assert boards.get(connection, board.id).deaths == 0


def test_who_could_not_renew_because_the_store_was_held_keeps_its_crawl(
    store: Store, store_url: str, board: BoardRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.writing.LONG", 0.1)
    monkeypatch.setattr("storage.writing.LATELY", 60.0)
    first = begin(store, board, 0, up(100))
    assert first is not None
    late = up(200 + SECONDS)
    with Store.open(store_url) as other, ThreadPoolExecutor() as threads:
        program = sqlite3.connect(store.place, isolation_level=None)
        with closing(program):
            program.execute("BEGIN IMMEDIATE")
            taken = threads.submit(begin, other, board, 0, late)
            buried = threads.submit(crawls.bury, store, POLICY, at(0), at(0), late)
            while min(store.writing.waits, other.writing.waits) < 0.2:
                assert not taken.done()
            program.execute("ROLLBACK")
        assert taken.result(30) is None
        assert buried.result(30) == []
        crawls.renew(store, first, at(0), LEASE, late)
        monkeypatch.setattr("storage.writing.LATELY", 0.0)
        assert begin(other, board, 0, late) is None
        assert begin(other, board, 0, up(300 + 3 * SECONDS)) is not None


def test_a_lease_counts_from_when_it_was_given_and_not_from_when_it_was_asked_for(
    store: Store, store_url: str, board: BoardRow
) -> None:
    with Store.open(store_url) as other, ThreadPoolExecutor() as threads:
        with other.write():
            asked = threads.submit(begin, store, board, 0, up(100))
            while store.writing.waits < 1.1:
                assert not asked.done()
        assert asked.result(30) is not None
        assert begin(other, board, 0, up(100 + SECONDS + 0.5)) is None


def test_attempts_are_counted(store: Store, board: BoardRow) -> None:
    for number in range(3):
        assert begin(store, board, 0, up(number * 1000)) is not None
    with store.read() as connection:
        attempts = connection.scalars(select(crawl_table.c.attempt).order_by(crawl_table.c.attempt))
        assert list(attempts) == [1, 2, 3]
