"""What must hold for any history of a board, checked on histories that Hypothesis makes up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from postings.model import Event, Posting, Salary
from tests.postings.world import START, World, job, page_of

NUMBERS = range(8)
SPELLED = ("2026-03-04T12:00:00Z", "2026-03-09T12:00:00Z", "2027-01-01", None)


@st.composite
def postings(draw: st.DrawFn) -> dict[str, Posting]:
    """What a site shows on one day."""
    shown = draw(st.sets(st.sampled_from(NUMBERS)))
    return {
        page_of(number): job(
            number,
            salary=Salary(draw(st.sampled_from([100, 200])), None, "CHF", "YEAR"),
            valid_through=draw(st.sampled_from(SPELLED)),
        )
        for number in shown
    }


ANSWERS = st.dictionaries(
    st.sampled_from([page_of(n) for n in NUMBERS]),
    st.sampled_from(["gone", "ended", "blocked", "failed", "unchanged"]),
    max_size=4,
)
DAYS = st.lists(
    st.fixed_dictionaries({
        "listed": postings(),
        "unlisted": postings(),
        "answers": ANSWERS,
        "first": st.sampled_from(["changed", "changed", "changed", "failed", "blocked", "gone"]),
        "exhausted": st.sampled_from([True, True, False]),
        "hours": st.integers(1, 90),
        "sweep": st.booleans(),
    }),
    min_size=1,
    max_size=10,
)  # fmt: skip


def live_through(world: World, days: list[dict[str, Any]]) -> None:
    now = START
    for day in days:
        now += timedelta(hours=day["hours"])
        if day["sweep"]:
            world.sweep(now - timedelta(minutes=30))
        world.crawl(
            now,
            day["listed"],
            unlisted=day["unlisted"],
            answers=day["answers"],
            first=day["first"],
            exhausted=day["exhausted"],
        )


LEGAL = {
    None: {"new"},
    "open": {"changed", "expired", "removed"},
    "expired": {"removed", "reopened", "changed"},
    "removed": {"reopened"},
}


@settings(max_examples=150, deadline=None)
@given(DAYS)
def test_only_the_legal_moves_happen(days: list[dict[str, Any]]) -> None:
    world = World()
    live_through(world, days)
    state: dict[str, str | None] = {}
    for event in world.events:
        before = state.get(event.posting)
        assert event.kind in LEGAL[before], (before, event)
        assert before != "expired" or event.kind != "changed" or event.retracts
        assert before != "expired" or event.kind != "removed" or event.quiet
        state[event.posting] = event.state
    assert state == {one.id: one.state for one in world.known.values()}


@settings(max_examples=150, deadline=None)
@given(DAYS, postings())
def test_the_same_crawl_right_after_emits_nothing(
    days: list[dict[str, Any]], last: dict[str, Posting]
) -> None:
    world = World()
    live_through(world, days)
    now = START + timedelta(days=60)
    world.crawl(now, last)
    again = world.crawl(now + timedelta(minutes=1), last)
    assert [event.kind for event in again.events if event.kind != "removed"] == []


@settings(max_examples=150, deadline=None)
@given(DAYS, postings(), ANSWERS, st.sampled_from(["failed", "blocked", "gone", "changed"]))
def test_an_incomplete_crawl_never_removes(
    days: list[dict[str, Any]], last: dict[str, Posting], answers: dict[str, Any], first: Any
) -> None:
    world = World()
    live_through(world, days)
    now = START + timedelta(days=60)
    verdict = world.crawl(now, last, answers=answers, first=first, exhausted=False)
    assert verdict.outcome not in ("complete", "empty", "suspicious")
    assert "removed" not in [event.kind for event in verdict.events]


@settings(max_examples=100, deadline=None)
@given(DAYS)
def test_every_event_has_evidence_and_an_id_of_its_own(days: list[dict[str, Any]]) -> None:
    world = World()
    live_through(world, days)
    assert all(event.evidence for event in world.events)
    ids = [event.id for event in world.events]
    assert len(ids) == len(set(ids))


@settings(max_examples=100, deadline=None)
@given(DAYS, st.randoms(use_true_random=False))
def test_the_order_of_observations_does_not_matter(days: list[dict[str, Any]], random: Any) -> None:
    one, other = World(), World()
    other.settle = _shuffled(other, random)  # type: ignore[method-assign]
    live_through(one, days)
    live_through(other, days)
    assert _told(one.events) == _told(other.events)


def _shuffled(world: World, random: Any) -> Any:
    straight = world.settle

    def settle(seen: list[Any], *rest: Any) -> Any:
        random.shuffle(seen)
        return straight(seen, *rest)

    return settle


def _told(events: list[Event]) -> set[tuple[str, str, str]]:
    return {(event.kind, event.posting, event.detected_at.isoformat()) for event in events}
