"""Which boards are due: by time, by Retry-After, and by the hours in which they may be crawled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, or_, select

from postings.cadence import ALWAYS, Window, parse_window
from storage.boards import BoardRow, board_of
from storage.schema import boards, events

LONGEST_RETRY_AFTER: Final = timedelta(hours=25)
CLOCKS_DIFFER: Final = timedelta(minutes=1)
"""How far the clocks of two machines may be apart; what lies further ahead is a clock set back."""


@dataclass(frozen=True)
class DueBoard:
    """What the daemon has to know of a board to claim it."""

    id: str
    name: str
    url: str


@dataclass(frozen=True)
class Hours:
    """When boards may be crawled that do not say so themselves (``[scheduler]``)."""

    hours: str = ALWAYS
    timezone: str = "UTC"

    def zone_of(self, board: BoardRow) -> str:
        """The time zone in which a board's window and cron line are read."""
        return board.timezone or self.timezone

    def window_of(self, board: BoardRow) -> Window | None:
        """The hours in which a board may be crawled; None is always."""
        return self.window(board.window, board.timezone)

    def window(self, own: str | None, timezone: str | None) -> Window | None:
        """The same, of what a board says itself."""
        return parse_window(own or self.hours, timezone or self.timezone)


def due(connection: Connection, now: datetime, hours: Hours | None = None) -> list[BoardRow]:
    """The boards to crawl now, the longest due first; a Retry-After and closed hours still hold."""
    hours = hours or Hours()
    rows = map(board_of, connection.execute(_due(select(boards), now)))
    return [row for row in rows if _is_open(hours.window_of(row), now)]


def due_boards(connection: Connection, now: datetime, hours: Hours | None = None) -> list[DueBoard]:
    """As ``due``, with no more of them than claiming needs: cheap, however many there are."""
    hours = hours or Hours()
    wanted = select(boards.c.id, boards.c.name, boards.c.url, boards.c.window, boards.c.timezone)
    return [
        DueBoard(row.id, row.name, row.url)
        for row in connection.execute(_due(wanted, now))
        if _is_open(hours.window(row.window, row.timezone), now)
    ]


def is_due(connection: Connection, board_id: str, now: datetime) -> bool:
    """Whether a board is still to be crawled now, whatever its hours."""
    wanted = _due(select(boards.c.id), now).where(boards.c.id == board_id)
    return connection.execute(wanted).first() is not None


def _due(wanted: Select[Any], now: datetime) -> Select[Any]:
    """Those that are due; one last crawled in the future counts as never crawled."""
    clock_was_set_back = boards.c.last_crawl_at > now + CLOCKS_DIFFER
    never_asked_so_long = boards.c.retry_after > now + LONGEST_RETRY_AFTER
    at, not_before = boards.c.next_crawl_at, boards.c.retry_after
    return (
        wanted.where(boards.c.watched, ~boards.c.paused)
        .where(or_(at.is_(None), at <= now, clock_was_set_back))
        .where(
            or_(
                not_before.is_(None),
                not_before <= now,
                and_(clock_was_set_back, never_asked_so_long),
            )
        )
        .order_by(func.coalesce(at, boards.c.created_at), boards.c.name)
    )


def _is_open(window: Window | None, now: datetime) -> bool:
    return window is None or window.has(now)


def news_times(connection: Connection, board_id: str, since: datetime) -> int:
    """At how many times a board had news since then, baselines left out."""
    wanted = select(func.count(events.c.detected_at.distinct())).where(
        events.c.board_id == board_id, events.c.detected_at >= since, ~events.c.baseline
    )
    return connection.scalar(wanted) or 0
