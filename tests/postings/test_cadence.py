from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.cadence import Habit, auto_interval, next_crawl
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
