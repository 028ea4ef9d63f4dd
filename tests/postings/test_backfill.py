"""Observations of the past become history, and never news."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from postings.backfill import Backfill, backfill
from postings.identity import keys_of
from postings.model import Known, Observation, Posting, Verdict
from postings.visits import Board, Policy
from tests.postings.world import job

TODAY = datetime(2026, 5, 1, 12, tzinfo=UTC)
BOARD = Board("https://example.org/careers")


def at(day: int) -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(days=day)


def seen(number: int, day: int, **changes: object) -> Observation:
    posting = job(number, url=f"https://example.org/jobs/{number}", **changes)
    return _of(posting, at(day))


def _of(posting: Posting, when: datetime) -> Observation:
    url = posting.url or ""
    keys = keys_of(posting, url=url, alone=True)
    return Observation(url, when, "changed", keys=keys, posting=posting)


def fill(
    *observations: Observation, known: tuple[Known, ...] = (), board: Board = BOARD
) -> Backfill:
    return backfill(board, known, observations, Policy(), batch="import:1", today=TODAY)


def after(verdict: Verdict) -> tuple[Known, ...]:
    return tuple(one.posting for one in verdict.updates)


def test_what_nobody_knew_was_there_then_and_is_no_news() -> None:
    done = fill(seen(1, 0), seen(2, 0))
    assert [(one.state, one.first_seen, one.last_seen) for one in after(done.verdict)] == [
        ("open", at(0), at(0))
    ] * 2
    assert [(one.kind, one.baseline, one.detected_at) for one in done.verdict.events] == [
        ("new", True, at(0))
    ] * 2
    assert done.known == 0


def test_a_later_observation_adds_what_changed() -> None:
    first = after(fill(seen(1, 0)).verdict)
    done = fill(seen(1, 3, title="Engineer, lead"), known=first)
    assert [(one.kind, one.baseline) for one in done.verdict.events] == [("changed", True)]
    assert after(done.verdict)[0].last_seen == at(3)


def test_the_same_again_tells_nothing() -> None:
    first = after(fill(seen(1, 0)).verdict)
    done = fill(seen(1, 0), known=first)
    assert (done.verdict.updates, done.verdict.events, done.known) == ((), (), 1)


def test_an_older_observation_only_moves_the_beginning() -> None:
    known = after(fill(seen(1, 5)).verdict)
    done = fill(seen(1, 2, title="Something else"), known=known)
    (older,) = after(done.verdict)
    assert older == replace(known[0], first_seen=at(2))
    assert done.verdict.events == ()
    between = fill(seen(1, 3), known=(older,))
    assert between.verdict.updates == ()


def test_what_a_later_complete_crawl_did_not_see_was_taken_down() -> None:
    crawled = replace(BOARD, last_complete_at=at(10))
    done = fill(seen(1, 0), board=crawled)
    assert [one.state for one in after(done.verdict)] == ["removed"]
    assert [(one.kind, one.baseline) for one in done.verdict.events] == [
        ("new", True),
        ("removed", True),
    ]
    (closed,) = after(done.verdict)
    assert closed.closed_at == at(10)
    assert done.verdict.updates[0].created
    assert [one.state for one in after(fill(seen(1, 11), board=crawled).verdict)] == ["open"]


def test_what_ended_by_itself_expired() -> None:
    ended = fill(seen(1, 0, valid_through="2026-03-20T12:00:00Z"))
    assert [(one.state, one.unlooked) for one in after(ended.verdict)] == [("expired", None)]
    assert [(one.kind, one.baseline) for one in ended.verdict.events] == [
        ("new", True),
        ("expired", True),
    ]
    crawled = replace(BOARD, last_complete_at=at(10))
    sooner = fill(seen(1, 0, valid_through="2026-03-20T12:00:00Z"), board=crawled)
    assert [one.state for one in after(sooner.verdict)] == ["removed"]
    later = fill(seen(1, 0, valid_through="2026-06-20T12:00:00Z"))
    assert [one.state for one in after(later.verdict)] == ["open"]


def test_what_was_known_is_not_closed_by_it() -> None:
    known = after(fill(seen(1, 0)).verdict)
    crawled = replace(BOARD, last_complete_at=at(10))
    done = fill(seen(1, 3, title="Lead"), known=known, board=crawled)
    assert [one.state for one in after(done.verdict)] == ["open"]


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 9), st.integers(0, 2)), min_size=1))
def test_nothing_of_it_is_ever_delivered(days: list[tuple[int, int, int]]) -> None:
    known: dict[str, Known] = {}
    for number, day, pay in sorted(days, key=lambda one: one[1]):
        done = fill(seen(number, day, title=f"Engineer {pay}"), known=tuple(known.values()))
        assert all(event.baseline for event in done.verdict.events)
        known |= {one.posting.id: one.posting for one in done.verdict.updates}
    assert all(one.first_seen <= one.last_seen for one in known.values())
