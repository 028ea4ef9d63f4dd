"""Who may crawl a board: tickets, fenced, that hold for as long as they are renewed.

A lease runs by the uptime of the machine, which no setting of the clock moves. Where that cannot
be compared (another machine wrote it, or it was started anew since), it runs by the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, select, update

from postings.errors import LeaseLost
from storage.boards import BoardRow
from storage.schema import boards as board_table
from storage.schema import crawls
from storage.store import Store

if TYPE_CHECKING:
    from jobdiff.config import Uptime

_AFTER_A_HOLD: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Ticket:
    """The right to crawl a board, until another process takes it over."""

    crawl_id: str
    board: BoardRow
    attempt: int
    owner: str
    started_at: datetime


def renew(
    store: Store, ticket: Ticket, now: datetime, lease: timedelta, uptime: Uptime | None = None
) -> None:
    """Hold a claim for another ``lease`` from ``now``, which is the real time.

    Raises:
        LeaseLost: another process took the crawl over.
    """
    began = monotonic()
    with store.write() as connection:
        fence(connection, ticket)
        own = crawls.c.id == ticket.crawl_id
        values = lease_values(now, lease + waited(began), uptime)
        connection.execute(update(crawls).where(own).values(**values))


def waited(began: float) -> timedelta:
    """For how many whole seconds who asked at ``began`` waited; no lease runs meanwhile."""
    return timedelta(seconds=int(monotonic() - began))


def fence(connection: Connection, ticket: Ticket) -> Row[Any]:
    """The ticket's crawl, if it is still the ticket's.

    Raises:
        LeaseLost: it is another's, or over.
    """
    lock(connection, ticket.board.id)
    current = running(connection, ticket.board.id)
    if current is None or (current.id, current.attempt) != (ticket.crawl_id, ticket.attempt):
        raise LeaseLost(
            f"the crawl of {ticket.board.name} was taken over by another process; "
            f"what was still to be written of it is dropped"
        )
    return current


def lock(connection: Connection, board_id: str) -> None:
    """Hold the board's row where the database locks rows (SQLite locks the whole file)."""
    row = select(board_table.c.id).where(board_table.c.id == board_id).with_for_update()
    connection.execute(row)


def running(connection: Connection, board_id: str) -> Row[Any] | None:
    """The board's crawl that has not ended, whether or not its process lives."""
    wanted = select(crawls).where(crawls.c.board_id == board_id, crawls.c.finished_at.is_(None))
    return connection.execute(wanted).first()


def unfinished(connection: Connection) -> list[Row[Any]]:
    """Every crawl that has not ended."""
    wanted = select(crawls).where(crawls.c.finished_at.is_(None)).order_by(crawls.c.started_at)
    return list(connection.execute(wanted))


def lives(
    crawl: Row[Any],
    now: datetime,
    uptime: Uptime | None = None,
    grace: timedelta = timedelta(),
) -> bool:
    """Whether a running crawl's lease holds.

    Args:
        crawl: its row.
        now: the real time.
        uptime: of this machine, if it is known.
        grace: how late its renewal may be.
    """
    if uptime is not None and crawl.boot == uptime.boot:
        return bool(crawl.lease_uptime + grace.total_seconds() > uptime.seconds)
    return bool(crawl.lease_until + grace > now)


def grace(store: Store) -> timedelta:
    """How late a lease may be, in a transaction that has begun.

    While a program held the database nobody could renew; whoever lives does so within a moment.
    """
    return _AFTER_A_HOLD if store.writing.was_held else timedelta()


def is_host_busy(
    connection: Connection, board: BoardRow, now: datetime, uptime: Uptime | None = None
) -> bool:
    """Whether another board of the same host is being crawled."""
    wanted = select(crawls).where(
        crawls.c.finished_at.is_(None),
        crawls.c.host == host_of(board.url),
        crawls.c.board_id != board.id,
    )
    return any(lives(row, now, uptime) for row in connection.execute(wanted))


def lease_values(now: datetime, lease: timedelta, uptime: Uptime | None) -> dict[str, Any]:
    """A lease from now on, as columns."""
    return {
        "lease_until": now + lease,
        "boot": uptime.boot if uptime else None,
        "lease_uptime": uptime.seconds + lease.total_seconds() if uptime else None,
    }


def host_of(url: str) -> str:
    """The host of a URL, lower case.

    >>> host_of("https://Jobs.example.org:8443/careers")
    'jobs.example.org'
    """
    return (urlsplit(url).hostname or "").lower()
