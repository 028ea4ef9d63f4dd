"""When a board is crawled next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from postings.model import Outcome

SHORTEST_AUTO = timedelta(hours=1)
LONGEST_AUTO = timedelta(hours=24)
UNKNOWN_AUTO = timedelta(hours=6)
FIRST_RETRY = timedelta(minutes=15)
LONGEST_RETRY = timedelta(hours=24)
RECHECK_SUSPICIOUS = timedelta(hours=6)
JITTER = 0.05
_DOUBLINGS = 20


@dataclass(frozen=True)
class Habit:
    """How often a board changed: ``changes`` crawls with news within ``over``."""

    changes: int
    over: timedelta


def auto_interval(habit: Habit | None) -> timedelta:
    """Twice as often as the board changes, between 1 and 24 hours; 6 hours while unknown.

    >>> auto_interval(Habit(changes=7, over=timedelta(days=7)))
    datetime.timedelta(seconds=43200)
    """
    if habit is None:
        return UNKNOWN_AUTO
    wanted = habit.over / (2 * habit.changes) if habit.changes else LONGEST_AUTO
    return min(max(wanted, SHORTEST_AUTO), LONGEST_AUTO)


def next_crawl(
    interval: timedelta,
    outcome: Outcome,
    *,
    now: datetime,
    min_interval: timedelta,
    failures: int = 0,
    retry_after: datetime | None = None,
    jitter: float = 0.0,
) -> datetime:
    """The next time to crawl a board, never before ``retry_after`` or ``min_interval``.

    A board that failed is asked again soon, then ever later; one that blocked us or could not be
    read ever later from the start; a suspicious one within six hours.

    Args:
        interval: the board's own, or ``auto_interval``'s.
        outcome: of the crawl that ended at ``now``.
        now: when it ended.
        min_interval: the floor for any board.
        failures: failed, blocked or unreadable crawls in a row, this one included.
        retry_after: when the site said to come back.
        jitter: from -1 to 1; moves the time by at most 5 %.
    """
    wait = _wait(interval, outcome, max(failures, 1)) * (1 + JITTER * jitter)
    at = now + max(wait, min_interval)
    return at if retry_after is None else max(at, retry_after)


def _wait(interval: timedelta, outcome: Outcome, failures: int) -> timedelta:
    if outcome == "suspicious":
        return min(interval, RECHECK_SUSPICIOUS)
    if outcome == "failed":
        return _doubled(min(interval, FIRST_RETRY), failures, interval)
    if outcome in {"blocked", "unreadable"}:
        return _doubled(interval, failures, interval)
    return interval


def _doubled(first: timedelta, failures: int, interval: timedelta) -> timedelta:
    longest = max(interval, LONGEST_RETRY)
    return min(first * (1 << min(failures - 1, _DOUBLINGS)), longest)
