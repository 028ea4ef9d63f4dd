"""When a board is due next: its habit from the log, its cron line, the pure decision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Connection

from jobdiff.config import cron_fields, parse_duration
from postings import cadence
from postings.cadence import Habit, auto_interval, next_crawl, within
from postings.model import Outcome
from storage.boards import BoardRow
from storage.due import Hours, news_times

LOOKED_BACK = timedelta(days=7)
KNOWN_AFTER = timedelta(days=3)


def next_due(
    connection: Connection,
    board: BoardRow,
    *,
    now: datetime,
    min_interval: timedelta,
    jitter: float = 0.0,
    hours: Hours | None = None,
) -> datetime:
    """The next time to crawl ``board``, as it stands after a crawl that ended at ``now``.

    Args:
        connection: to read by.
        board: with the outcome, failures and Retry-After of that crawl.
        now: the end of that crawl.
        min_interval: the floor for any board.
        jitter: from -1 to 1, see ``postings.cadence.next_crawl``; cron lines have none.
        hours: what holds for boards that have no window or time zone of their own.
    """
    hours = hours or Hours()
    window = hours.window_of(board)
    if is_cron(board.every):
        earliest = max(now + min_interval, board.retry_after or now)
        return within(window, next_slot(board.every, earliest, hours.zone_of(board)))
    return next_crawl(
        _interval(connection, board, now),
        _outcome(board),
        now=now,
        min_interval=min_interval,
        failures=board.failures,
        retry_after=board.retry_after,
        jitter=jitter,
        window=window,
    )


def is_cron(every: str) -> bool:
    """Whether an interval is a cron line.

    >>> is_cron("0 8 * * mon-fri"), is_cron("6h")
    (True, False)
    """
    return " " in every


def next_slot(cron: str, after: datetime, zone: str = "UTC") -> datetime:
    """The first time of a cron line, in UTC, at ``after`` or later; once when the clocks change.

    >>> next_slot("30 8 * * 1", datetime(2026, 3, 1, 12, tzinfo=UTC)).isoformat()
    '2026-03-02T08:30:00+00:00'
    """
    triggers = _triggers(*cron_fields(cron))

    def fires(local: datetime) -> datetime | None:
        at = local.replace(tzinfo=UTC)
        found = [one.get_next_fire_time(None, at) for one in triggers]
        return min((one.replace(tzinfo=None) for one in found if one is not None), default=None)

    return cadence.next_slot(fires, after, zone)


def _triggers(
    minute: str, hour: str, day: str, month: str, weekday: str
) -> tuple[CronTrigger, ...]:
    """As crontab has it: where days and weekdays are both named, either of them is enough."""
    time = {"minute": minute, "hour": hour, "month": month, "timezone": UTC}
    if day.startswith("*") or weekday.startswith("*"):
        return (CronTrigger(**time, day=day, day_of_week=weekday),)
    return (CronTrigger(**time, day=day), CronTrigger(**time, day_of_week=weekday))


def habit_of(connection: Connection, board: BoardRow, now: datetime) -> Habit | None:
    """How often a board had news lately; None while it is too new to tell."""
    watched = now - board.created_at
    if watched < KNOWN_AFTER:
        return None
    over = min(watched, LOOKED_BACK)
    return Habit(news_times(connection, board.id, now - over), over)


def _interval(connection: Connection, board: BoardRow, now: datetime) -> timedelta:
    if board.every == "auto":
        return auto_interval(habit_of(connection, board, now))
    return parse_duration(board.every)


def _outcome(board: BoardRow) -> Outcome:
    known: dict[str | None, Outcome] = {
        "empty": "empty",
        "partial": "partial",
        "suspicious": "suspicious",
        "unreadable": "unreadable",
        "failed": "failed",
        "blocked": "blocked",
    }
    return known.get(board.outcome, "complete")
