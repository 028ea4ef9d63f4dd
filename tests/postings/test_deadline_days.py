"""A deadline is over when its day is over where the job is, whatever the clocks do (rule 5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from postings.model import Place
from tests.postings.world import START, World, job, page_of

A_MOMENT = timedelta(microseconds=1)
NOWHERE: tuple[Place, ...] = ()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def places(*countries: str) -> tuple[Place, ...]:
    return tuple(Place(country=country) for country in countries)


@pytest.mark.parametrize(
    ("valid_through", "where", "over"),
    [
        # a date lasts through its day in the posting's own zone
        ("2026-03-10", places("CH"), "2026-03-10T23:00"),
        ("2026-07-10", places("CH"), "2026-07-10T22:00"),
        ("2026-03-10", places("JP"), "2026-03-10T15:00"),
        ("2026-03-10", places("IN"), "2026-03-10T18:30"),
        # the day on which summer time begins has 23 hours, that on which it ends 25
        ("2026-03-29", places("CH"), "2026-03-29T22:00"),
        ("2026-03-28", places("CH"), "2026-03-28T23:00"),
        ("2026-10-25", places("CH"), "2026-10-25T23:00"),
        ("2026-10-24", places("CH"), "2026-10-24T22:00"),
        # of several zones the last; of no place the last one on earth
        ("2026-03-10", places("CH", "JP"), "2026-03-10T23:00"),
        ("2026-03-10", NOWHERE, "2026-03-11T12:00"),
        # a local midnight stands for its day, a local time for itself
        ("2026-03-10T00:00:00", places("CH"), "2026-03-10T23:00"),
        ("2026-03-10T17:00:00", places("CH"), "2026-03-10T16:00"),
        # an hour that the clocks skip, and one that they show twice
        ("2026-03-29T02:30:00", places("CH"), "2026-03-29T01:30"),
        ("2026-10-25T02:30:00", places("CH"), "2026-10-25T00:30"),
        # an instant is exact, whatever the place
        ("2026-03-10T17:00:00Z", places("JP"), "2026-03-10T17:00"),
        ("2026-03-10T00:00:00+02:00", places("JP"), "2026-03-09T22:00"),
        ("2028-02-29", places("CH"), "2028-02-29T23:00"),
    ],
)
def test_a_posting_expires_at_the_first_moment_after_its_day(
    valid_through: str, where: tuple[Place, ...], over: str
) -> None:
    world = World()
    world.crawl(START, {page_of(1): job(1, valid_through=valid_through, locations=where)})
    assert world.sweep(at(over) - A_MOMENT).events == ()
    assert world.state(page_of(1)) == "open"
    (event,) = world.sweep(at(over)).events
    assert (event.kind, event.occurred_at) == ("expired", at(over))
    assert world.state(page_of(1)) == "expired"
    assert world.sweep(at(over) + timedelta(days=400)).events == ()


def test_a_sweep_that_comes_late_tells_the_moment_that_passed() -> None:
    world = World()
    world.crawl(START, {page_of(1): job(1, valid_through="2026-03-29")})
    (event,) = world.sweep(at("2026-04-02T08:00")).events
    assert event.occurred_at == at("2026-03-29T22:00")
    assert event.detected_at == at("2026-04-02T08:00")
