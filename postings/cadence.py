"""When a board is crawled next."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from postings.errors import UsageError
from postings.model import Outcome

SHORTEST_AUTO = timedelta(hours=1)
LONGEST_AUTO = timedelta(hours=24)
UNKNOWN_AUTO = timedelta(hours=6)
FIRST_RETRY = timedelta(minutes=15)
LONGEST_RETRY = timedelta(hours=24)
RECHECK_SUSPICIOUS = timedelta(hours=6)
JITTER = 0.05
ALWAYS = "always"
LONGEST_OPENING = timedelta(minutes=30)
NEVER = timedelta(days=365)
DEATHS = 3
_SLOTS = 130
_DOUBLINGS = 20
_WINDOW = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Habit:
    """How often a board changed: ``changes`` crawls with news within ``over``."""

    changes: int
    over: timedelta


@dataclass(frozen=True)
class Window:
    """The hours of a day in which a board may be crawled; past midnight if it closes before.

    Attributes:
        opens: local time from which, inclusive.
        closes: local time until which, exclusive.
        zone: an IANA time zone.
    """

    opens: time
    closes: time
    zone: str = "UTC"

    def has(self, at: datetime) -> bool:
        """Whether the window is open at an instant."""
        local = at.astimezone(ZoneInfo(self.zone)).time()
        if self.opens < self.closes:
            return self.opens <= local < self.closes
        return local >= self.opens or local < self.closes

    def next_opening(self, after: datetime) -> datetime:
        """When it opens next, in UTC; where the clocks skip that time, as soon as they can."""
        local = after.astimezone(ZoneInfo(self.zone))
        openings = (
            datetime.combine(local.date() + timedelta(days=day), self.opens, ZoneInfo(self.zone))
            for day in range(3)
        )
        return next(one for one in (at.astimezone(UTC) for at in openings) if one > after)

    def length(self) -> timedelta:
        """How long it is open on an ordinary day."""
        opens, closes = (
            timedelta(hours=at.hour, minutes=at.minute) for at in (self.opens, self.closes)
        )
        return (closes - opens) % timedelta(days=1)


def parse_window(text: str, zone: str = "UTC") -> Window | None:
    """Read a window of hours like ``07:00-19:00``; None of ``always``.

    Raises:
        UsageError: it is neither, or it is empty.
    """
    if text.strip().lower() == ALWAYS:
        return None
    found = _WINDOW.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no window of hours; write it like 07:00-19:00, or always")
    opens, closes = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
    if opens == closes:
        raise UsageError(f"{text!r} opens when it closes; write always, or two different times")
    return Window(opens, closes, zone)


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
    window: Window | None = None,
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
        window: the hours in which it may be crawled.
    """
    wait = _wait(interval, outcome, max(failures, 1)) * (1 + JITTER * jitter)
    at = now + max(wait, min_interval)
    at = at if retry_after is None else max(at, retry_after)
    return within(window, at, jitter=jitter)


def within(window: Window | None, at: datetime, *, jitter: float = 0.0) -> datetime:
    """``at``, or the next time that a window is open; what waited for it is spread out a little.

    Args:
        window: None is always open.
        at: when it would be without one.
        jitter: from -1 to 1; over a tenth of the window's length, at most half an hour.
    """
    if window is None or window.has(at):
        return at
    spread = min(window.length() / 10, LONGEST_OPENING)
    return window.next_opening(at) + spread * ((jitter + 1) / 2)


def next_slot(fires: Callable[[datetime], datetime | None], after: datetime, zone: str) -> datetime:
    """The first time of a timetable in local time, at ``after`` or later, in UTC.

    A local time that the clocks skip is an hour late; one that they have twice counts once.

    Args:
        fires: the timetable: its first time at a local time (naive) or later, None for never.
        after: an instant.
        zone: the IANA time zone in which ``fires`` is read.
    """
    there = ZoneInfo(zone)
    local = after.astimezone(there).replace(tzinfo=None, fold=0)
    for _ in range(_SLOTS):
        slot = fires(local)
        if slot is None:
            break
        at = slot.replace(tzinfo=there, fold=0).astimezone(UTC)
        if at >= after:
            return at
        local = slot + timedelta(minutes=1)
    return after + NEVER


def put_off(interval: timedelta, deaths: int) -> timedelta:
    """How long a board waits whose last crawls died with their process, one after the other.

    Twice may be chance, and then it is crawled again at once; a board that brings the process down
    must not do so all the time. At most its own interval, for it may be another board's fault.
    """
    if deaths < DEATHS:
        return timedelta()
    first = min(interval, FIRST_RETRY)
    return min(first * (1 << min(deaths - DEATHS, _DOUBLINGS)), interval)


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
