"""A crawl in the store: claimed, staged, settled, taken over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from postings.errors import LeaseLost
from postings.model import Observation
from postings.visits import Crawl, Policy
from storage import Store, boards, crawls, events, pages, postings
from storage.boards import BoardRow
from storage.crawls import CrawlFacts
from storage.pages import PageRecord
from storage.schema import crawls as crawl_table
from storage.schema import snapshots, staged
from tests.storage.world import (
    LEASE,
    LISTING,
    at,
    claim,
    facts,
    gone,
    listing,
    posting,
    seen,
    visit,
)

POLICY = Policy()


def kinds(store: Store, after: int = 0) -> list[tuple[str, bool]]:
    with store.read() as connection:
        return [(one.kind, one.baseline) for one in events.log(connection, after_cursor=after)]


def test_the_first_complete_crawl_is_recorded_as_baseline(store: Store, board: BoardRow) -> None:
    result = visit(store, board, [posting(1), posting(2)], now=at(0))

    assert (result.outcome, result.postings, result.baseline) == ("complete", 2, True)
    assert result.json()["new"] == 0
    assert kinds(store) == [("new", True), ("new", True)]
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(staged)) == 0
        kept = boards.get(connection, board.id)
    assert (kept.outcome, kept.last_complete_at, kept.read_by) == ("complete", at(0), "listing")
    assert (kept.complete_crawls, kept.read_crawls, kept.failures) == (1, 1, 0)
    assert kept.learnt == {"strategy": "listing"}


def test_the_same_crawl_twice_tells_nothing(store: Store, board: BoardRow) -> None:
    site = [posting(1), posting(2)]
    visit(store, board, site, now=at(0))
    again = visit(store, board, site, now=at(1))

    assert (again.outcome, again.postings, again.news) == ("complete", 2, {})
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(snapshots)) == 2
        seen_at = {one.known.last_seen for one in postings.search(connection)}
    assert seen_at == {at(1)}


def test_every_kind_of_event_is_told_once(store: Store, board: BoardRow) -> None:
    visit(
        store,
        board,
        [posting(1), posting(2), posting(3, valid_through="2026-03-02T00:00:00Z")],
        now=at(0),
    )
    raised = posting(1, pay=120000)
    site = [raised, posting(3, valid_through="2026-03-02T00:00:00Z"), posting(4)]
    second = visit(store, board, site, now=at(1), also=[gone(posting(2), at(1))])
    third = visit(store, board, [*site, posting(2)], now=at(2))

    assert second.news == {"new": 1, "changed": 1, "removed": 1, "expired": 1}
    assert third.news == {"reopened": 1}
    told = kinds(store, second.after_cursor)
    assert sorted(told) == sorted(
        (kind, False) for kind in ("new", "changed", "removed", "expired", "reopened")
    )


def test_an_event_is_the_contract(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1, pay=100000)], now=at(0))
    visit(store, board, [posting(1, pay=120000)], now=at(1))
    with store.read() as connection:
        told = events.log(connection, baseline=False)[0].json()
        history = postings.history(connection, told["posting"]["id"])

    assert list(told) == [
        "schema", "cursor", "id", "kind", "board", "baseline", "detected_at", "occurred_at",
        "window", "retracts", "snapshots", "posting", "changes", "told", "evidence",
    ]  # fmt: skip
    assert (told["schema"], told["kind"], told["board"]) == (
        "jobdiff.event/1",
        "changed",
        "Example",
    )
    assert told["posting"] | {"locations": []} == {
        "id": history.posting.known.id,
        "url": "https://example.org/jobs/1",
        "title": "Engineer 1",
        "organization": "Example AG",
        "locations": [],
        "remote": None,
        "salary": {
            "min": 120000,
            "max": 120000,
            "currency": "CHF",
            "unit": "YEAR",
            "estimated": False,
        },
        "valid_through": None,
    }
    assert told["snapshots"] == [one.id for one in history.snapshots]
    assert told["window"] == {"after": "2026-03-01T12:00:00Z", "before": "2026-03-02T12:00:00Z"}
    assert {one["field"] for one in told["changes"]} == {"salary.min", "salary.max"}
    assert [one["kind"] for one in told["evidence"]] == ["content"]


def test_a_result_is_the_contract(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    told = visit(store, board, [posting(1), posting(2)], now=at(1)).json()

    assert told == {
        "schema": "jobdiff.crawl/1", "board": "Example", "outcome": "complete", "reason": None,
        "started_at": "2026-03-02T12:00:00Z", "seconds": 0.5, "requests": 3, "not_modified": 1,
        "bytes": 512, "postings": 2, "new": 1, "changed": 0, "removed": 0, "reopened": 0,
        "expired": 0, "problems": 2,
        "saved": {"by_lastmod": 0, "by_list": 0, "not_modified": 0, "same_body": 0},
    }  # fmt: skip


def test_a_board_is_crawled_by_one_at_a_time(store: Store, board: BoardRow) -> None:
    ticket = claim(store, board, at(0))
    assert crawls.begin(store, board.id, owner="two", now=at(0), lease=LEASE) is None

    crawls.settle(store, ticket, facts(ticket, at(0), 0), POLICY, at(0))

    assert claim(store, board, at(0), "two").attempt == 1


def test_a_renewed_lease_holds_longer(store: Store, board: BoardRow) -> None:
    ticket = claim(store, board, at(0))
    later = at(0) + LEASE
    crawls.renew(store, ticket, later - timedelta(seconds=1), LEASE)

    assert crawls.begin(store, board.id, owner="two", now=later, lease=LEASE) is None
    assert crawls.begin(store, board.id, owner="two", now=later + LEASE, lease=LEASE) is not None


def test_a_frozen_clock_does_not_hold_a_lease_for_ever(store: Store, board: BoardRow) -> None:
    claim(store, board, at(0))
    real = at(0) + 2 * LEASE

    ticket = crawls.begin(store, board.id, owner="two", now=at(0), lease=LEASE, lease_now=real)

    assert ticket is not None
    assert (ticket.attempt, ticket.started_at) == (2, at(0))


def test_what_a_dead_crawl_saw_is_settled_by_who_takes_over(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1), posting(2)], now=at(0))
    dead = claim(store, board, at(1))
    crawls.stage(store, dead, [seen(posting(3), at(1)), gone(posting(1), at(1))])

    alive = claim(store, board, at(2), "two")

    with store.read() as connection:
        told = [(one.kind, one.posting["title"]) for one in events.log(connection, baseline=False)]
        states = {one.known.url[-1]: one.known.state for one in postings.search(connection)}
        ended = connection.execute(
            select(crawl_table).where(crawl_table.c.id == dead.crawl_id)
        ).one()
    assert told[0] == ("new", "Engineer 3")
    assert states["2"] == states["3"] == "open"
    assert (ended.outcome, ended.takeover, ended.finished_at) == ("partial", True, at(2))
    assert alive.attempt == 2


@pytest.mark.parametrize("died", [True, False])
def test_a_crawl_cut_off_before_it_read_anything_makes_no_failing_board_well(
    store: Store, board: BoardRow, *, died: bool
) -> None:
    def cut_off(*items: Observation) -> BoardRow:
        ticket = claim(store, board, at(2))
        crawls.stage(store, ticket, items)
        if died:
            crawls.bury(store, POLICY, at(3), at(3))
        else:
            crawls.abandon(store, ticket, POLICY, at(3))
        with store.read() as connection:
            return boards.get(connection, board.id)

    visit(store, board, [posting(1)], now=at(0))
    ticket = claim(store, board, at(1))
    broken = listing(at(1), 0, fetch="failed")
    failed = Crawl(ticket.crawl_id, board.id, at(1), pages=(broken,))
    crawls.settle(store, ticket, CrawlFacts(failed), POLICY, at(1))

    after = cut_off()
    assert (after.outcome, after.failures, after.last_crawl_at) == ("failed", 1, at(3))
    after = cut_off(seen(posting(1), at(2)))
    assert (after.outcome, after.failures) == ("partial", 0)


def test_a_fenced_off_ticket_writes_nothing(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    dead = claim(store, board, at(1))
    claim(store, board, at(2), "two")
    before = kinds(store)

    with pytest.raises(LeaseLost, match="Example was taken over"):
        crawls.stage(store, dead, [seen(posting(9), at(2))])
    with pytest.raises(LeaseLost):
        crawls.renew(store, dead, at(2), LEASE)
    with pytest.raises(LeaseLost):
        crawls.settle(store, dead, facts(dead, at(2), 0), POLICY, at(2))

    assert kinds(store) == before
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(staged)) == 0


def test_a_settled_ticket_is_spent(store: Store, board: BoardRow) -> None:
    ticket = claim(store, board, at(0))
    crawls.settle(store, ticket, facts(ticket, at(0), 0), POLICY, at(0))

    with pytest.raises(LeaseLost):
        crawls.settle(store, ticket, facts(ticket, at(0), 0), POLICY, at(0))


def test_an_abandoned_crawl_counts_what_it_saw(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    ticket = claim(store, board, at(1))
    crawls.stage(store, ticket, [seen(posting(2), at(1))])

    result = crawls.abandon(store, ticket, POLICY, at(1))

    assert (result.outcome, result.news) == ("partial", {"new": 1})
    assert claim(store, board, at(1), "two").attempt == 1


def test_failures_in_a_row_are_counted(store: Store, board: BoardRow) -> None:
    def fail(day: float) -> BoardRow:
        ticket = claim(store, board, at(day))
        crawl = Crawl(ticket.crawl_id, board.id, at(day))
        report = CrawlFacts(crawl, retry_after=at(day + 1))
        assert crawls.settle(store, ticket, report, POLICY, at(day)).outcome == "failed"
        with store.read() as connection:
            return boards.get(connection, board.id)

    visit(store, board, [posting(1)], now=at(0))
    fail(1)
    failing = fail(2)
    assert (failing.failures, failing.retry_after, failing.learnt) == (
        2,
        at(3),
        {"strategy": "listing"},
    )
    assert failing.last_complete_at == at(0)

    visit(store, board, [posting(1)], now=at(3))
    with store.read() as connection:
        healthy = boards.get(connection, board.id)
    assert (healthy.failures, healthy.retry_after, healthy.reason) == (0, None, None)


def test_a_changed_strategy_makes_a_baseline_again(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    assert visit(store, board, [posting(1), posting(2)], now=at(1)).news == {"new": 1}

    other = visit(store, board, [posting(1), posting(2), posting(3)], now=at(2), strategy="sitemap")
    assert (other.baseline, other.news) == (True, {})

    site = [posting(number) for number in (1, 2, 3, 4)]
    assert visit(store, board, site, now=at(3), strategy="sitemap").news == {"new": 1}


def test_pages_are_kept_when_the_crawl_is_settled(store: Store, board: BoardRow) -> None:
    first = PageRecord(
        url=LISTING, role="listing", checked_at=at(0), changed_at=at(0), etag='"1"', body_hash="a",
        answer={"links": ["/jobs/1"]},
    )  # fmt: skip
    detail = replace(first, url=f"{LISTING}/1", role="detail", answer={})
    visit(store, board, [posting(1)], now=at(0), also=[first, detail])
    asked_again = replace(first, checked_at=at(1))
    changed = replace(detail, checked_at=at(1), changed_at=at(1), etag='"2"', lastmod="2026-03-02")
    visit(store, board, [posting(1)], now=at(1), also=[detail, asked_again, changed])

    with store.read() as connection:
        assert pages.load(connection, board.id) == {LISTING: asked_again, changed.url: changed}


def test_a_passed_deadline_needs_no_crawl(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1, valid_through="2026-03-03T00:00:00Z"), posting(2)], now=at(0))
    assert crawls.sweep(store, POLICY, at(1)) == 0

    assert crawls.sweep(store, POLICY, at(2)) == 1
    assert crawls.sweep(store, POLICY, at(2)) == 0

    with store.read() as connection:
        told = events.log(connection, kinds=["expired"])
        waiting = postings.unlooked_events(connection)
        swept = boards.get(connection, board.id)
        found = postings.search(connection, state="expired")
    assert [one.baseline for one in told] == [False]
    assert waiting == {told[0].id}
    assert swept.next_crawl_at == at(2)
    assert [one.known.closed_at for one in found] == [told[0].occurred_at]


def test_a_sweep_keeps_to_the_board_it_is_given(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1, valid_through="2026-03-02T00:00:00Z")], now=at(0))
    with store.write() as connection:
        other = boards.add(connection, url="https://example.net/", now=at(0))

    assert crawls.sweep(store, POLICY, at(2), other.id) == 0
    assert crawls.sweep(store, POLICY, at(2), board.id) == 1


def test_a_mass_disappearance_quarantines_the_board(store: Store, board: BoardRow) -> None:
    site = [posting(number) for number in range(1, 11)]
    visit(store, board, site, now=at(0))
    result = visit(store, board, site[:2], now=at(1), also=[gone(one, at(1)) for one in site[2:]])

    assert (result.outcome, result.news) == ("suspicious", {})
    assert "Example is quarantined, 8 postings" in result.warnings[0]
    with store.write() as connection:
        kept = boards.get(connection, board.id)
        assert kept.quarantine is not None
        assert len(kept.quarantine.missing) == 8

    settled = visit(store, board, site[:2], now=at(2), also=[gone(one, at(2)) for one in site[2:]])
    assert (settled.outcome, settled.news) == ("complete", {"removed": 8})
