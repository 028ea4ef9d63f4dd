"""When a board is due next: its habit from the log, its cron line, the pure decision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Connection

from jobdiff.config import cron_fields, parse_duration
from postings.cadence import Habit, auto_interval, next_crawl
from postings.model import Outcome
from storage import events
from storage.boards import BoardRow

LOOKED_BACK = timedelta(days=7)
KNOWN_AFTER = timedelta(days=3)


def next_due(
    connection: Connection,
    board: BoardRow,
    *,
    now: datetime,
    min_interval: timedelta,
    jitter: float = 0.0,
) -> datetime:
    """The next time to crawl ``board``, as it stands after a crawl that ended at ``now``.

    Args:
        connection: to read by.
        board: with the outcome, failures and Retry-After of that crawl.
        now: the end of that crawl.
        min_interval: the floor for any board.
        jitter: from -1 to 1, see ``postings.cadence.next_crawl``; cron lines have none.
    """
    if " " in board.every:
        earliest = max(now + min_interval, board.retry_after or now)
        return next_slot(board.every, earliest)
    return next_crawl(
        _interval(connection, board, now),
        _outcome(board),
        now=now,
        min_interval=min_interval,
        failures=board.failures,
        retry_after=board.retry_after,
        jitter=jitter,
    )


def next_slot(cron: str, after: datetime) -> datetime:
    """The first time of a cron line, in UTC, at ``after`` or later.

    >>> next_slot("30 8 * * 1", datetime(2026, 3, 1, 12, tzinfo=UTC)).isoformat()
    '2026-03-02T08:30:00+00:00'
    """
    minute, hour, day, month, weekday = cron_fields(cron)
    trigger = CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=UTC
    )
    fires: datetime | None = trigger.get_next_fire_time(None, after)
    # A line like "0 0 31 2 *" never fires; its board is looked at once a year all the same.
    return fires or after + timedelta(days=365)


def habit_of(connection: Connection, board: BoardRow, now: datetime) -> Habit | None:
    """How often a board had news lately; None while it is too new to tell."""
    watched = now - board.created_at
    if watched < KNOWN_AFTER:
        return None
    over = min(watched, LOOKED_BACK)
    news = events.log(connection, since=now - over, board=board.id, baseline=False)
    return Habit(len({event.detected_at for event in news}), over)


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
