"""What a crawl comes to, decided and written in the transaction that it is given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from postings import lifecycle, rereading
from postings.habits import Habits
from postings.model import Event, Known, Verdict
from postings.visits import Board, Crawl, Policy
from storage import baseline, knowledge, pages, repeated, rereads, settling, sightings, staging
from storage.boards import BoardRow
from storage.codec import habits_json, quarantine_json
from storage.results import CrawlFacts, CrawlResult
from storage.schema import boards as board_table
from storage.schema import crawls, events, postings, snapshots, staged

_COMPLETE = ("complete", "empty")
_FAILED = ("blocked", "failed", "unreadable")


def settle(
    connection: Connection, board: BoardRow, report: CrawlFacts, policy: Policy, now: datetime
) -> CrawlResult:
    """The one way from a stage to events, for whoever ends the crawl."""
    strategy = _strategy(report)
    first = baseline.is_baseline(counted_of(board), strategy)
    kept = staging.load(connection, report.crawl.id)
    calm = repeated.calm(connection, board, kept.repeated, kept.seen, now)
    known = knowledge.by_id(knowledge.load(connection, board.id, calm.others))
    seen = (*kept.seen, *repeated.observations(kept.repeated, known))
    report = replace(
        report, crawl=replace(report.crawl, repeated=len(calm.ids), looked=len(calm.looked))
    )
    asked = Board(
        id=board.id,
        baseline=first,
        last_complete_at=board.last_complete_at,
        quarantine=board.quarantine,
        habits=board.habits,
        ambiguous=knowledge.ambiguous(connection, board.id),
    )
    verdict = lifecycle.settle(asked, tuple(known.values()), seen, report.crawl, policy, now)
    verdict = _with_deadlines(known, verdict, report.crawl, now, baseline=first)
    if any(event.kind == "new" and not event.baseline for event in verdict.events):
        read_before = rereads.same_bytes(connection, board.id, kept.records)
        verdict = rereading.first_read(verdict, read_before)
    cursor = connection.scalar(select(func.max(events.c.cursor))) or 0
    after = settling.carry_out(connection, board.id, known, verdict, now)
    repeated.touch(connection, kept.repeated, calm.ids)
    here, read = calm.ids | verdict.present, calm.looked | verdict.looked
    sightings.note(connection, report.crawl.id, after.values(), here, read, calm.ids)
    pages.touch(connection, board.id, kept.checked)
    pages.save(connection, board.id, kept.records)
    result = _result(connection, board, report, verdict, here, cursor, baseline=first)
    counted = baseline.count(counted_of(board), strategy, verdict.outcome, read=bool(here))
    _note_board(connection, board, report, verdict, counted, now, read=bool(here))
    _note_crawl(connection, result, report.crawl, now)
    connection.execute(delete(staged).where(staged.c.crawl_id == report.crawl.id))
    return result


def _with_deadlines(
    known: Mapping[str, Known],
    verdict: Verdict,
    crawl: Crawl,
    now: datetime,
    *,
    baseline: bool,
) -> Verdict:
    """The verdict of a crawl with the deadlines that have passed."""
    after = {**known, **{one.posting.id: one.posting for one in verdict.updates}}
    late = lifecycle.expire(
        tuple(after.values()), crawl=crawl.id, now=now, looked=verdict.looked, baseline=baseline
    )
    return settling.merged(verdict, late)


def _result(
    connection: Connection,
    board: BoardRow,
    report: CrawlFacts,
    verdict: Verdict,
    present: Collection[str],
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
        saved=report.saved,
        postings=len(present),
        problems=_problems(connection, board.id, present) + _of_fields(verdict.habits),
        news=_news(verdict.events),
        baseline=baseline,
        after_cursor=cursor,
        warnings=_warnings(board, verdict),
        notes=report.notes,
    )


def _news(told: Iterable[Event]) -> dict[str, int]:
    return dict(Counter(one.kind for one in told if not one.baseline))


def _problems(connection: Connection, board_id: str, present: Collection[str]) -> int:
    """How many errors and warnings the postings have that the crawl saw."""
    wanted = (
        select(postings.c.id, snapshots.c.problems)
        .join(snapshots, postings.c.snapshot_id == snapshots.c.id)
        .where(postings.c.board_id == board_id, snapshots.c.problems > 0)
    )
    return sum(problems for id_, problems in connection.execute(wanted) if id_ in present)


def _of_fields(habits: Habits) -> int:
    return len(habits.drifts) + len(habits.volatile)


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
    *,
    read: bool,
) -> None:
    failed = verdict.outcome in _FAILED
    question = verdict.quarantine
    values: dict[str, Any] = {
        "last_crawl_at": now,
        "quarantine": None if question is None else quarantine_json(question),
        "habits": habits_json(verdict.habits),
        "read_by": counted.strategy,
        "complete_crawls": counted.complete,
        "read_crawls": counted.read,
    }
    # A crawl that was cut off before it read anything does not make a failing board well.
    if read or not (report.crawl.takeover and board.failures):
        failures = board.failures + 1 if failed else 0
        values |= {"outcome": verdict.outcome, "reason": verdict.reason, "failures": failures}
        values |= {} if failed else {"warning": None}
    if not report.crawl.takeover:
        values |= {"retry_after": report.retry_after, "deaths": 0}
    if report.learnt is not None:
        values["learnt"] = dict(report.learnt)
    if verdict.outcome in _COMPLETE:
        values["last_complete_at"] = now
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
        "saved": dict(result.saved),
    }
    connection.execute(update(crawls).where(crawls.c.id == crawl.id).values(**values))


def _strategy(report: CrawlFacts) -> str | None:
    named = report.strategy or (report.learnt or {}).get("strategy")
    return str(named) if named else None


def counted_of(board: BoardRow) -> baseline.Counted:
    """What of a board's crawls counts for its baseline."""
    return baseline.Counted(board.read_by, board.complete_crawls, board.read_crawls)
