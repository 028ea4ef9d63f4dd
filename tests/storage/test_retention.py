"""Old detail is forgotten; events, and what is open, never are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage import Store, events, pages, postings, retention
from storage.boards import BoardRow
from storage.pages import PageRecord
from storage.schema import crawls, deliveries, snapshots
from tests.storage.listening import heard
from tests.storage.world import SITE, at, gone, posting, seen, visit


@pytest.fixture
def lived(store: Store, board: BoardRow) -> Store:
    """One posting changes twice, one closes on day 3 and one stays as it is."""
    first, second, third = (posting(number, pay=90_000) for number in (1, 2, 3))
    page = PageRecord(url=f"{SITE}/old", role="detail", checked_at=at(0), changed_at=at(0))
    visit(store, board, [first, second, third], now=at(0), also=[page])
    visit(store, board, [posting(1, pay=95_000), second, third], now=at(1))
    visit(store, board, [posting(1, pay=99_000), second, third], now=at(2))
    visit(store, board, [posting(1, pay=99_000), third], now=at(3), also=[gone(second, at(3))])
    return store


def _rows(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (snapshots, crawls, deliveries)
        }


def _pays(store: Store) -> list[float | None]:
    with store.read() as connection:
        found = postings.find(connection, f"{SITE}/jobs/1").known.id
        kept = postings.history(connection, found).snapshots
    return [one.posting.salary.max if one.posting.salary else None for one in kept]


def test_what_was_followed_before_then_goes_and_what_held_then_stays(lived: Store) -> None:
    assert _pays(lived) == [90_000, 95_000, 99_000]
    done = retention.prune(lived, at(1.5), at(10))
    assert done.counts["snapshots"] == 1
    assert _pays(lived) == [95_000, 99_000]
    retention.prune(lived, at(9), at(10))
    assert _pays(lived) == [99_000]


def test_of_a_posting_closed_long_ago_the_words_of_its_page_go(lived: Store) -> None:
    retention.prune(lived, at(2.9), at(10))
    with lived.read() as connection:
        assert postings.find(connection, f"{SITE}/jobs/2").known.snapshot.posting.raw
    done = retention.prune(lived, at(9), at(10))
    assert done.counts["raw"] == 1
    with lived.read() as connection:
        closed = postings.find(connection, f"{SITE}/jobs/2").known
        still_open = postings.find(connection, f"{SITE}/jobs/3").known
    assert closed.state == "removed"
    assert closed.snapshot.posting.raw == {}
    assert closed.snapshot.posting.title == "Engineer 2"
    assert still_open.snapshot.posting.raw


def test_the_last_crawl_of_a_board_and_every_event_stay(lived: Store) -> None:
    with lived.read() as connection:
        log = events.log(connection)
    assert len(log) == 6
    done = retention.prune(lived, at(9), at(10))
    assert done.counts["crawls"] == 3
    assert _rows(lived)["crawls"] == 1
    with lived.read() as connection:
        assert events.log(connection) == log


def test_pages_that_nobody_asks_any_more_go(lived: Store, board: BoardRow) -> None:
    assert retention.prune(lived, at(9), at(10)).counts["pages"] == 1
    with lived.read() as connection:
        assert pages.load(connection, board.id) == {}


def test_a_dry_run_counts_the_same_and_takes_nothing(lived: Store) -> None:
    before = _rows(lived)
    would = retention.prune(lived, at(9), at(10), dry_run=True)
    assert _rows(lived) == before
    with lived.read() as connection:
        assert retention.pruned_before(connection) is None
    assert retention.prune(lived, at(9), at(10)).counts == would.counts
    with lived.read() as connection:
        assert retention.pruned_before(connection) == at(9)


def test_a_posting_that_comes_back_after_it_is_reopened_without_a_change(
    lived: Store, board: BoardRow
) -> None:
    retention.prune(lived, at(9), at(10))
    lived.shrink()
    back = [posting(1, pay=99_000), posting(2, pay=90_000), posting(3, pay=90_000)]
    result = visit(lived, board, back, now=at(11))
    assert dict(result.news) == {"reopened": 1}
    with lived.read() as connection:
        last = events.log(connection)[-1]
    assert last.changes == ()
    assert seen(back[0], at(11)).at - last.detected_at == timedelta()


def test_what_is_much_goes_in_many_transactions(
    lived: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_FEW", 1)
    before = _rows(lived)
    counted = retention.prune(lived, at(9), at(10), dry_run=True).counts
    with heard(lived, "commit") as commits:
        done = retention.prune(lived, at(9), at(10)).counts
    assert done == counted
    assert _rows(lived)["crawls"] == before["crawls"] - done["crawls"]
    assert len(commits) > sum(done.values())
