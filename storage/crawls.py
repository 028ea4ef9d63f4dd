"""A crawl's life in the store: claimed by a lease, staged as it comes, settled at its end.

A ticket is fenced: once another process took the crawl over, nothing of the old one is written.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import Connection, Row, insert, select, update

from postings import cadence, lifecycle
from postings.visits import Crawl, Policy
from storage import (
    baseline,
    boards,
    due,
    knowledge,
    leases,
    settlement,
    settling,
    staging,
)
from storage.boards import BoardRow
from storage.leases import Ticket, renew
from storage.results import CrawlFacts, CrawlResult
from storage.schema import boards as board_table
from storage.schema import crawls, postings
from storage.store import Store

if TYPE_CHECKING:
    from jobdiff.config import Uptime

__all__ = [
    "CrawlFacts", "CrawlResult", "Plan", "Ticket", "abandon", "begin", "bury", "renew", "settle",
    "stage", "sweep",
]  # fmt: skip

Plan: TypeAlias = Callable[[Connection, BoardRow, CrawlResult], datetime]
"""When a board is due next, asked in the transaction that settles its crawl."""


def begin(
    store: Store,
    board_id: str,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    lease_now: datetime | None = None,
    uptime: Uptime | None = None,
    if_due: bool = False,
    policy: Policy | None = None,
) -> Ticket | None:
    """Claim a board; what a dead process had staged of it is settled first, as partial.

    Args:
        store: the store.
        board_id: the board to crawl.
        owner: who claims it, for people.
        now: when the crawl starts.
        lease: for how long the claim holds without ``renew``.
        lease_now: the real time, by which leases run out, where ``now`` is a frozen one.
        uptime: of this machine, by which they run out where it is known.
        if_due: claim it only if it is still due, and no other board of its host is being crawled.
        policy: for settling what a dead process left.

    Returns:
        The ticket, or None while another process is crawling the board.
    """
    real = lease_now or now
    began = monotonic()
    with store.write() as connection:
        leases.lock(connection, board_id)
        board = boards.get(connection, board_id)
        running = leases.running(connection, board_id)
        if running is not None and leases.lives(running, real, uptime, leases.grace(store)):
            return None
        if running is not None:
            board = _bury(connection, board, running, policy or Policy(), now)
        if if_due and not _is_ready(connection, board, now, real, uptime):
            return None
        attempt = 1 if running is None else running.attempt + 1
        ticket = Ticket(str(uuid.uuid4()), board, attempt, owner, now)
        held = leases.lease_values(real, lease + leases.waited(began), uptime)
        connection.execute(insert(crawls).values(**_blank(ticket), **held))
    return ticket


def bury(
    store: Store,
    policy: Policy,
    now: datetime,
    lease_now: datetime,
    uptime: Uptime | None = None,
    spare: Collection[str] = (),
) -> list[CrawlResult]:
    """Settle what crawls had seen whose process died, whether or not their boards are due.

    ``spare`` names boards that the caller is crawling itself, however late its renewals are.

    Returns:
        What came of each; each in a transaction of its own.
    """
    with store.read() as connection:
        dead = [
            row
            for row in leases.unfinished(connection)
            if row.board_id not in spare and not leases.lives(row, lease_now, uptime)
        ]
    results = []
    for row in dead:
        if store.writing.is_hasty:
            break
        with store.write() as connection:
            leases.lock(connection, row.board_id)
            running = leases.running(connection, row.board_id)
            late = leases.grace(store)
            if running is not None and not leases.lives(running, lease_now, uptime, late):
                board = boards.get(connection, row.board_id)
                results.append(_buried(connection, board, running, policy, now))
    return results


def stage(store: Store, ticket: Ticket, items: Sequence[staging.Item]) -> None:
    """Keep what a crawl saw until it is settled, in one transaction.

    Raises:
        LeaseLost: another process took the crawl over; nothing is kept.
    """
    with store.write() as connection:
        leases.fence(connection, ticket)
        staging.keep(connection, ticket.crawl_id, items)


def settle(
    store: Store,
    ticket: Ticket,
    report: CrawlFacts,
    policy: Policy,
    now: datetime,
    plan: Plan | None = None,
) -> CrawlResult:
    """Decide and write all that a crawl means, in one transaction, and end the claim.

    ``plan`` says when the board is due next, with the board as the crawl leaves it.

    Raises:
        LeaseLost: another process took the crawl over; nothing is written.
    """
    with store.write() as connection:
        leases.fence(connection, ticket)
        board = boards.get(connection, ticket.board.id)
        result = settlement.settle(connection, board, report, policy, now)
        if plan is not None:
            after = boards.get(connection, board.id)
            boards.schedule(connection, board.id, plan(connection, after, result))
        return result


def abandon(store: Store, ticket: Ticket, policy: Policy, now: datetime) -> CrawlResult:
    """End a crawl that will not come to its end: what it staged counts, as partial.

    Raises:
        LeaseLost: another process took the crawl over.
    """
    with store.write() as connection:
        running = leases.fence(connection, ticket)
        board = boards.get(connection, ticket.board.id)
        return _take_over(connection, board, running, policy, now)


def sweep(store: Store, policy: Policy, now: datetime, board_id: str | None = None) -> int:  # noqa: ARG001
    """Expire the open postings whose deadline passed, and make their boards due at once.

    Returns:
        How many expired; each board's in a transaction of its own.
    """
    late = (postings.c.state == "open", postings.c.deadline <= now)
    wanted = select(postings.c.board_id).where(*late).distinct()
    if board_id is not None:
        wanted = wanted.where(postings.c.board_id == board_id)
    with store.read() as connection:
        concerned = sorted(connection.scalars(wanted))
    return sum(_sweep_board(store, one, now) for one in concerned if not store.writing.is_hasty)


def _sweep_board(store: Store, board_id: str, now: datetime) -> int:
    late = (postings.c.state == "open", postings.c.deadline <= now)
    with store.write() as connection:
        known = knowledge.by_id(knowledge.load(connection, board_id, *late))
        if not known:
            return 0
        board = boards.get(connection, board_id)
        verdict = lifecycle.expire(
            tuple(known.values()),
            crawl=str(uuid.uuid4()),
            now=now,
            baseline=baseline.is_baseline(settlement.counted_of(board), board.read_by),
        )
        settling.carry_out(connection, board_id, known, verdict, now)
        boards.schedule(connection, board_id, now)
        return len(verdict.events)


def _take_over(
    connection: Connection, board: BoardRow, running: Row[Any], policy: Policy, now: datetime
) -> CrawlResult:
    """Settle what a crawl staged that will say no more; it proves no absence."""
    crawl = Crawl(running.id, board.id, running.started_at, takeover=True)
    return settlement.settle(connection, board, CrawlFacts(crawl), policy, now)


def _bury(
    connection: Connection, board: BoardRow, running: Row[Any], policy: Policy, now: datetime
) -> BoardRow:
    """Settle what a dead process had seen of a board; the board as that leaves it."""
    _buried(connection, board, running, policy, now)
    return boards.get(connection, board.id)


def _buried(
    connection: Connection, board: BoardRow, running: Row[Any], policy: Policy, now: datetime
) -> CrawlResult:
    result = _take_over(connection, board, running, policy, now)
    deaths = board.deaths + 1
    values: dict[str, Any] = {"deaths": deaths}
    wait = cadence.put_off(boards.interval(board.every), deaths)
    if wait:
        told = f"its last {deaths} crawls ended with their process; it is left alone for a while"
        values |= {"warning": told, "next_crawl_at": now + wait}
    connection.execute(update(board_table).where(board_table.c.id == board.id).values(**values))
    return result


def _is_ready(
    connection: Connection, board: BoardRow, now: datetime, real: datetime, uptime: Uptime | None
) -> bool:
    if leases.is_host_busy(connection, board, real, uptime):
        return False
    return due.is_due(connection, board.id, now)


def _blank(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.crawl_id,
        "board_id": ticket.board.id,
        "attempt": ticket.attempt,
        "owner": ticket.owner,
        "started_at": ticket.started_at,
        "host": leases.host_of(ticket.board.url),
        "takeover": False,
        "baseline": False,
        "seconds": 0.0,
        "requests": 0,
        "not_modified": 0,
        "bytes": 0,
        "counts": {},
    }
