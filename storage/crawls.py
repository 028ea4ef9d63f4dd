"""A crawl's life in the store: claimed by a lease, staged as it comes, settled at its end.

A ticket is fenced: once another process took the crawl over, nothing of the old one is written.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from postings import lifecycle
from postings.errors import LeaseLost
from postings.matching import match
from postings.model import Board, Crawl, Event, Known, Observation, Policy, Verdict
from storage import baseline, boards, knowledge, pages, settling
from storage.boards import BoardRow
from storage.codec import observation_json, observation_of, quarantine_json
from storage.pages import PageRecord, page_json, page_of
from storage.results import CrawlFacts, CrawlResult
from storage.schema import boards as board_table
from storage.schema import crawls, events, postings, snapshots, staged
from storage.store import Store

__all__ = [
    "CrawlFacts", "CrawlResult", "Ticket", "abandon", "begin", "renew", "settle", "stage", "sweep",
]  # fmt: skip

_COMPLETE = ("complete", "empty")
_FAILED = ("blocked", "failed", "unreadable")


@dataclass(frozen=True)
class Ticket:
    """The right to crawl a board, until another process takes it over."""

    crawl_id: str
    board: BoardRow
    attempt: int
    owner: str
    started_at: datetime


def begin(
    store: Store,
    board_id: str,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
    lease_now: datetime | None = None,
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
        policy: for settling what a dead process left.

    Returns:
        The ticket, or None while another process is crawling the board.
    """
    real = lease_now or now
    with store.write() as connection:
        _lock(connection, board_id)
        board = boards.get(connection, board_id)
        running = _running(connection, board_id)
        if running is not None and running.lease_until > real:
            return None
        if running is not None:
            _take_over(connection, board, running, policy or Policy(), now)
            board = boards.get(connection, board_id)
        attempt = 1 if running is None else running.attempt + 1
        ticket = Ticket(str(uuid.uuid4()), board, attempt, owner, now)
        connection.execute(insert(crawls).values(**_blank(ticket, real + lease)))
    return ticket


def renew(store: Store, ticket: Ticket, now: datetime, lease: timedelta) -> None:
    """Hold a claim for another ``lease`` from ``now``, which is the real time.

    Raises:
        LeaseLost: another process took the crawl over.
    """
    with store.write() as connection:
        _fence(connection, ticket)
        own = crawls.c.id == ticket.crawl_id
        connection.execute(update(crawls).where(own).values(lease_until=now + lease))


def stage(store: Store, ticket: Ticket, items: Sequence[Observation | PageRecord]) -> None:
    """Keep what a crawl saw until it is settled, in one transaction.

    Raises:
        LeaseLost: another process took the crawl over; nothing is kept.
    """
    rows = [_staged_values(ticket.crawl_id, item) for item in items]
    with store.write() as connection:
        _fence(connection, ticket)
        if rows:
            connection.execute(insert(staged), rows)


def settle(
    store: Store, ticket: Ticket, report: CrawlFacts, policy: Policy, now: datetime
) -> CrawlResult:
    """Decide and write all that a crawl means, in one transaction, and end the claim.

    Raises:
        LeaseLost: another process took the crawl over; nothing is written.
    """
    with store.write() as connection:
        _fence(connection, ticket)
        board = boards.get(connection, ticket.board.id)
        return _settle(connection, board, report, policy, now)


def abandon(store: Store, ticket: Ticket, policy: Policy, now: datetime) -> CrawlResult:
    """End a crawl that will not come to its end: what it staged counts, as partial.

    Raises:
        LeaseLost: another process took the crawl over.
    """
    with store.write() as connection:
        running = _fence(connection, ticket)
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
    return sum(_sweep_board(store, one, now) for one in concerned)


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
            baseline=baseline.is_baseline(_counted(board), board.read_by),
        )
        settling.carry_out(connection, board_id, known, verdict, now)
        boards.schedule(connection, board_id, now)
        return len(verdict.events)


def _settle(
    connection: Connection, board: BoardRow, report: CrawlFacts, policy: Policy, now: datetime
) -> CrawlResult:
    """The one way from a stage to events, for whoever ends the crawl."""
    strategy = _strategy(report)
    first = baseline.is_baseline(_counted(board), strategy)
    seen, records = _load_stage(connection, report.crawl.id)
    known = knowledge.by_id(knowledge.load(connection, board.id))
    asked = Board(
        id=board.id,
        baseline=first,
        last_complete_at=board.last_complete_at,
        quarantine=board.quarantine,
        ambiguous=knowledge.ambiguous(connection, board.id),
    )
    verdict = lifecycle.settle(asked, tuple(known.values()), seen, report.crawl, policy, now)
    present, verdict = _with_deadlines(known, verdict, seen, report.crawl, now, baseline=first)
    cursor = connection.scalar(select(func.max(events.c.cursor))) or 0
    settling.carry_out(connection, board.id, known, verdict, now)
    pages.save(connection, board.id, records)
    result = _result(connection, board, report, verdict, present, cursor, baseline=first)
    counted = baseline.count(_counted(board), strategy, verdict.outcome, read=bool(present))
    _note_board(connection, board, report, verdict, counted, now)
    _note_crawl(connection, result, report.crawl, now)
    connection.execute(delete(staged).where(staged.c.crawl_id == report.crawl.id))
    return result


def _with_deadlines(
    known: Mapping[str, Known],
    verdict: Verdict,
    seen: Sequence[Observation],
    crawl: Crawl,
    now: datetime,
    *,
    baseline: bool,
) -> tuple[list[Known], Verdict]:
    """What the crawl saw, and its verdict with the deadlines that have passed by its end."""
    after = {**known, **{one.posting.id: one.posting for one in verdict.updates}}
    sightings = match(tuple(after.values()), seen, verdict.ambiguous).known
    present = [
        one.known
        for one in sightings
        if one.known and (one.alive or (one.listed and not one.against))
    ]
    looked = frozenset(one.known.id for one in sightings if one.known and one.alive)
    late = lifecycle.expire(
        tuple(after.values()), crawl=crawl.id, now=now, looked=looked, baseline=baseline
    )
    return present, settling.merged(verdict, late)


def _result(
    connection: Connection,
    board: BoardRow,
    report: CrawlFacts,
    verdict: Verdict,
    present: Sequence[Known],
    cursor: int,
    *,
    baseline: bool,
) -> CrawlResult:
    return CrawlResult(
        crawl_id=report.crawl.id,
        board_id=board.id,
        board=board.name,
        outcome=verdict.outcome,
        reason=verdict.reason,
        started_at=report.crawl.started_at,
        seconds=report.seconds,
        requests=report.requests,
        not_modified=report.not_modified,
        bytes=report.bytes,
        postings=len(present),
        problems=_problems(connection, board.id, present),
        news=_news(verdict.events),
        baseline=baseline,
        after_cursor=cursor,
        warnings=_warnings(board, verdict),
    )


def _news(told: Iterable[Event]) -> dict[str, int]:
    return dict(Counter(one.kind for one in told if not one.baseline))


def _problems(connection: Connection, board_id: str, present: Sequence[Known]) -> int:
    """How many errors and warnings the postings have that the crawl saw."""
    wanted = (
        select(postings.c.id, snapshots.c.problems)
        .join(snapshots, postings.c.snapshot_id == snapshots.c.id)
        .where(postings.c.board_id == board_id, snapshots.c.problems > 0)
    )
    seen = {one.id for one in present}
    return sum(problems for id_, problems in connection.execute(wanted) if id_ in seen)


def _warnings(board: BoardRow, verdict: Verdict) -> tuple[str, ...]:
    if verdict.quarantine is None:
        return ()
    missing = len(verdict.quarantine.missing)
    told = f"{board.name} is quarantined, {missing} postings are gone at once"
    return (f"{told}; `jobdiff approve` or `jobdiff reject` decides it now",)


def _note_board(
    connection: Connection,
    board: BoardRow,
    report: CrawlFacts,
    verdict: Verdict,
    counted: baseline.Counted,
    now: datetime,
) -> None:
    failed = verdict.outcome in _FAILED
    question = verdict.quarantine
    values: dict[str, Any] = {
        "last_crawl_at": now,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "failures": board.failures + 1 if failed else 0,
        "quarantine": None if question is None else quarantine_json(question),
        "read_by": counted.strategy,
        "complete_crawls": counted.complete,
        "read_crawls": counted.read,
    }
    if not report.crawl.takeover:
        values["retry_after"] = report.retry_after
    if report.learnt is not None:
        values["learnt"] = dict(report.learnt)
    if verdict.outcome in _COMPLETE:
        values["last_complete_at"] = now
    if not failed:
        values["warning"] = None
    connection.execute(update(board_table).where(board_table.c.id == board.id).values(**values))


def _note_crawl(connection: Connection, result: CrawlResult, crawl: Crawl, now: datetime) -> None:
    counts = {"postings": result.postings, "problems": result.problems, **result.news}
    values = {
        "finished_at": now,
        "takeover": crawl.takeover,
        "baseline": result.baseline,
        "outcome": result.outcome,
        "reason": result.reason,
        "seconds": result.seconds,
        "requests": result.requests,
        "not_modified": result.not_modified,
        "bytes": result.bytes,
        "counts": counts,
    }
    connection.execute(update(crawls).where(crawls.c.id == crawl.id).values(**values))


def _take_over(
    connection: Connection, board: BoardRow, running: Row[Any], policy: Policy, now: datetime
) -> CrawlResult:
    """Settle what a crawl staged that will say no more; it proves no absence."""
    crawl = Crawl(running.id, board.id, running.started_at, takeover=True)
    return _settle(connection, board, CrawlFacts(crawl), policy, now)


def _fence(connection: Connection, ticket: Ticket) -> Row[Any]:
    """The ticket's crawl, if it is still the ticket's."""
    _lock(connection, ticket.board.id)
    running = _running(connection, ticket.board.id)
    if running is None or (running.id, running.attempt) != (ticket.crawl_id, ticket.attempt):
        raise LeaseLost(
            f"the crawl of {ticket.board.name} was taken over by another process; "
            f"what was still to be written of it is dropped"
        )
    return running


def _lock(connection: Connection, board_id: str) -> None:
    """Hold the board's row where the database locks rows (SQLite locks the whole file)."""
    row = select(board_table.c.id).where(board_table.c.id == board_id).with_for_update()
    connection.execute(row)


def _running(connection: Connection, board_id: str) -> Row[Any] | None:
    wanted = select(crawls).where(crawls.c.board_id == board_id, crawls.c.finished_at.is_(None))
    return connection.execute(wanted).first()


def _load_stage(
    connection: Connection, crawl_id: str
) -> tuple[list[Observation], list[PageRecord]]:
    wanted = select(staged.c.kind, staged.c.body).where(staged.c.crawl_id == crawl_id)
    rows = connection.execute(wanted.order_by(staged.c.number)).all()
    seen = [observation_of(body) for kind, body in rows if kind == "observation"]
    return seen, [page_of(body) for kind, body in rows if kind == "page"]


def _staged_values(crawl_id: str, item: Observation | PageRecord) -> dict[str, Any]:
    if isinstance(item, PageRecord):
        return {"crawl_id": crawl_id, "kind": "page", "body": page_json(item)}
    return {"crawl_id": crawl_id, "kind": "observation", "body": observation_json(item)}


def _strategy(report: CrawlFacts) -> str | None:
    named = report.strategy or (report.learnt or {}).get("strategy")
    return str(named) if named else None


def _counted(board: BoardRow) -> baseline.Counted:
    return baseline.Counted(board.read_by, board.complete_crawls, board.read_crawls)


def _blank(ticket: Ticket, lease_until: datetime) -> dict[str, Any]:
    return {
        "id": ticket.crawl_id,
        "board_id": ticket.board.id,
        "attempt": ticket.attempt,
        "owner": ticket.owner,
        "started_at": ticket.started_at,
        "lease_until": lease_until,
        "takeover": False,
        "baseline": False,
        "seconds": 0.0,
        "requests": 0,
        "not_modified": 0,
        "bytes": 0,
        "counts": {},
    }
