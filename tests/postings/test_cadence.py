from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.cadence import (
    NEVER,
    Habit,
    Window,
    auto_interval,
    next_crawl,
    next_slot,
    parse_window,
    put_off,
    within,
)
from postings.errors import UsageError
from postings.model import Outcome

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FLOOR = timedelta(minutes=5)
HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
OUTCOMES: list[Outcome] = [
    "complete",
    "empty",
    "partial",
    "suspicious",
    "unreadable",
    "failed",
    "blocked",
]


@pytest.mark.parametrize(
    ("habit", "expected"),
    [
        (None, 6 * HOUR),
        (Habit(0, WEEK), 24 * HOUR),
        (Habit(1, WEEK), 24 * HOUR),
        (Habit(7, WEEK), 12 * HOUR),
        (Habit(28, WEEK), 3 * HOUR),
        (Habit(1000, WEEK), HOUR),
    ],
)
def test_auto_is_twice_as_often_as_the_board_changes(
    habit: Habit | None, expected: timedelta
) -> None:
    assert auto_interval(habit) == expected


@pytest.mark.parametrize(
    ("interval", "outcome", "failures", "expected"),
    [
        (6 * HOUR, "complete", 0, 6 * HOUR),
        (6 * HOUR, "empty", 0, 6 * HOUR),
        (6 * HOUR, "partial", 0, 6 * HOUR),
        (24 * HOUR, "suspicious", 0, 6 * HOUR),
        (HOUR, "suspicious", 0, HOUR),
        (6 * HOUR, "failed", 1, HOUR / 4),
        (6 * HOUR, "failed", 0, HOUR / 4),
        (6 * HOUR, "failed", 4, 2 * HOUR),
        (6 * HOUR, "failed", 99, 24 * HOUR),
        (48 * HOUR, "failed", 99, 48 * HOUR),
        (timedelta(minutes=10), "failed", 1, timedelta(minutes=10)),
        (6 * HOUR, "blocked", 1, 6 * HOUR),
        (6 * HOUR, "blocked", 2, 12 * HOUR),
        (6 * HOUR, "unreadable", 3, 24 * HOUR),
        (timedelta(seconds=1), "complete", 0, FLOOR),
    ],
)
def test_the_next_crawl_follows_from_the_outcome(
    interval: timedelta, outcome: Outcome, failures: int, expected: timedelta
) -> None:
    at = next_crawl(interval, outcome, now=NOW, min_interval=FLOOR, failures=failures)
    assert at - NOW == expected


def test_retry_after_holds_back_and_never_brings_forward() -> None:
    later, sooner = NOW + 9 * HOUR, NOW + HOUR
    for said, expected in ((later, later), (sooner, NOW + 6 * HOUR)):
        at = next_crawl(6 * HOUR, "complete", now=NOW, min_interval=FLOOR, retry_after=said)
        assert at == expected


@given(
    minutes=st.integers(1, 10_000),
    outcome=st.sampled_from(OUTCOMES),
    failures=st.integers(0, 500),
    jitter=st.floats(-1, 1),
)
def test_it_is_never_sooner_than_the_floor_nor_later_than_a_day_or_the_interval(
    minutes: int, outcome: Outcome, failures: int, jitter: float
) -> None:
    interval = timedelta(minutes=minutes)
    at = next_crawl(
        interval, outcome, now=NOW, min_interval=FLOOR, failures=failures, jitter=jitter
    )
    assert FLOOR <= at - NOW <= max(interval, 24 * HOUR) * 1.05


OFFICE = Window(time(7), time(19), "Europe/Zurich")
NIGHT = Window(time(22), time(6))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("window", "at", "is_open"),
    [
        (OFFICE, "2026-03-02T06:00", True),  # 07:00 in Zurich
        (OFFICE, "2026-03-02T05:59", False),
        (OFFICE, "2026-03-02T18:00", False),
        (OFFICE, "2026-07-01T05:00", True),  # summer time
        (NIGHT, "2026-03-02T22:00", True),
        (NIGHT, "2026-03-02T05:59", True),
        (NIGHT, "2026-03-02T06:00", False),
    ],
)
def test_a_window_is_open_by_local_time(window: Window, at: str, is_open: bool) -> None:
    assert window.has(utc(at)) is is_open


@pytest.mark.parametrize(
    ("window", "after", "opens"),
    [
        (OFFICE, "2026-03-02T18:30", "2026-03-03T06:00"),
        (OFFICE, "2026-03-02T02:00", "2026-03-02T06:00"),
        (NIGHT, "2026-03-02T12:00", "2026-03-02T22:00"),
        (Window(time(2, 30), time(4), "Europe/Zurich"), "2026-03-28T20:00", "2026-03-29T01:30"),
        (Window(time(2, 30), time(4), "Europe/Zurich"), "2026-10-24T20:00", "2026-10-25T00:30"),
    ],
)
def test_a_closed_window_opens_at_the_next_local_time(
    window: Window, after: str, opens: str
) -> None:
    assert window.next_opening(utc(after)) == utc(opens)


def test_windows_are_read_as_people_write_them() -> None:
    assert parse_window(" 7:00 - 19:00 ", "Europe/Zurich") == OFFICE
    assert parse_window("22:00-06:00") == NIGHT
    assert parse_window("Always") is None
    assert NIGHT.length() == 8 * HOUR
    assert OFFICE.length() == 12 * HOUR


@pytest.mark.parametrize("text", ["", "7-19", "25:00-26:00", "07:00", "08:00-08:00"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="write"):
        parse_window(text)


def test_a_crawl_waits_for_its_window_and_not_all_start_with_it() -> None:
    evening = utc("2026-03-02T16:00")
    due = [
        next_crawl(
            3 * HOUR, "complete", now=evening, min_interval=FLOOR, window=OFFICE, jitter=jitter
        )
        for jitter in (-1.0, 0.0, 1.0)
    ]
    opens = utc("2026-03-03T06:00")
    assert due == [opens, opens + HOUR / 4, opens + HOUR / 2]
    assert within(NIGHT, utc("2026-03-02T23:00"), jitter=1) == utc("2026-03-02T23:00")


def daily(hour: int, minute: int) -> Callable[[datetime], datetime | None]:
    """A timetable of one local time a day."""

    def fires(at: datetime) -> datetime:
        slot = at.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return slot if slot >= at else slot + timedelta(days=1)

    return fires


def test_a_local_time_is_kept_across_the_year() -> None:
    eight = daily(8, 0)
    assert next_slot(eight, utc("2026-01-10T12:00"), "Europe/Zurich") == utc("2026-01-11T07:00")
    assert next_slot(eight, utc("2026-07-10T12:00"), "Europe/Zurich") == utc("2026-07-11T06:00")


def test_a_local_time_that_comes_twice_or_never_counts_once() -> None:
    half_past_two = daily(2, 30)
    first = next_slot(half_past_two, utc("2026-10-24T12:00"), "Europe/Zurich")
    assert first == utc("2026-10-25T00:30")
    again = next_slot(half_past_two, first + FLOOR, "Europe/Zurich")
    assert again == utc("2026-10-26T01:30")
    skipped = next_slot(half_past_two, utc("2026-03-28T12:00"), "Europe/Zurich")
    assert skipped == utc("2026-03-29T01:30")
    assert next_slot(half_past_two, skipped + FLOOR, "Europe/Zurich") == utc("2026-03-30T00:30")


def test_a_timetable_that_never_comes_or_stands_still_is_looked_at_once_a_year() -> None:
    assert next_slot(lambda _at: None, NOW, "UTC") == NOW + NEVER
    assert next_slot(lambda _at: datetime(2020, 1, 1), NOW, "UTC") == NOW + NEVER


@pytest.mark.parametrize(
    ("deaths", "wait"), [(1, 0), (2, 0), (3, 15), (4, 30), (5, 60), (50, 6 * 60)]
)
def test_a_board_whose_crawls_die_is_put_off_ever_longer(deaths: int, wait: int) -> None:
    assert put_off(6 * HOUR, deaths) == timedelta(minutes=wait)
