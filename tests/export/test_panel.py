"""The panel: a day's cells are what was known at its end, and say who says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from jobdiff.export.panel import Day, days
from storage.panels import BoardPast, CrawlPast
from storage.sightings import Sightings, seen_json

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(day: int, hour: int = 12) -> datetime:
    return MONDAY.replace(hour=hour) + timedelta(days=day)


def crawl(day: int, outcome: str, still_open: str, read: str = "", listed: str = "") -> CrawlPast:
    seen = Sightings(frozenset(read), frozenset(listed))
    return CrawlPast(at(day), outcome, seen_json(frozenset(still_open), seen))


PAST = BoardPast(
    "Example",
    crawls=(
        crawl(0, "complete", "ab", read="ab"),
        crawl(1, "complete", "ab", read="a", listed="ab"),
        crawl(3, "failed", "ab"),
        crawl(4, "complete", "a", listed="a"),
    ),
    states=((at(0), "a", "open"), (at(0), "b", "open"), (at(4), "b", "removed")),
    snapshots=((at(0), "a", "a1"), (at(0), "b", "b1"), (at(1), "a", "a2")),
)


def walk(first: int = -1, last: int = 5) -> list[Day]:
    return list(days(PAST, at(first).date(), at(last).date()))


def test_each_day_says_who_says_so() -> None:
    told = [{cell["posting"]: cell["evidence"] for cell in day.cells} for day in walk()]
    assert told == [
        {},
        {"a": "page_read", "b": "page_read"},
        {"a": "page_read", "b": "listed"},
        {"a": "assumed", "b": "assumed"},
        {"a": "assumed", "b": "assumed"},
        {"a": "listed"},
        {"a": "assumed"},
    ]


def test_a_gap_is_no_absence() -> None:
    rows = [day.row for day in walk()]
    assert [(row["crawls"], row["complete"], row["unread"], row["open"]) for row in rows] == [
        (0, 0, 0, 0),
        (1, 1, 0, 2),
        (1, 1, 0, 2),
        (0, 0, 0, 2),
        (1, 0, 1, 2),
        (1, 1, 0, 1),
        (0, 0, 0, 1),
    ]


def test_a_cell_names_what_the_posting_said_then() -> None:
    told = [{cell["posting"]: cell["snapshot"] for cell in day.cells} for day in walk(0, 1)]
    assert told == [{"a": "a1", "b": "b1"}, {"a": "a2", "b": "b1"}]


def test_a_late_beginning_knows_what_was_before() -> None:
    assert walk(2, 5) == walk()[3:]


def test_a_crawl_of_before_sightings_were_kept_proves_nothing() -> None:
    past = BoardPast("Old", (CrawlPast(at(0), "complete", None),), ((at(0), "a", "open"),), ())
    (day,) = days(past, date(2026, 3, 2), date(2026, 3, 2))
    assert [cell["evidence"] for cell in day.cells] == ["assumed"]
    assert day.cells[0]["snapshot"] is None
    assert day.row["complete"] == 1
