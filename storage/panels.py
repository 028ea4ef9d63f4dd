"""What is kept of crawls and of a board's past, as exports need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from postings.wire import instant, posting_from_json, posting_json
from storage import merges
from storage.boards import BoardRow
from storage.merges import MergeRow
from storage.schema import crawls, events, postings, snapshots

_SNAPSHOTS_AT_ONCE = 500


@dataclass(frozen=True)
class CrawlPast:
    """One crawl that ended: what it came to, and what it saw (``storage.sightings``)."""

    finished_at: datetime
    outcome: str
    seen: Mapping[str, Any] | None


@dataclass(frozen=True)
class BoardPast:
    """A board's past, oldest first.

    ``states``: when, which posting, its state from then on. ``snapshots``: from when on, which
    posting, the snapshot's id. ``merges`` are all there ever were.
    """

    name: str
    crawls: tuple[CrawlPast, ...]
    states: tuple[tuple[datetime, str, str], ...]
    snapshots: tuple[tuple[datetime, str, str], ...]
    merges: tuple[MergeRow, ...] = ()


def past(connection: Connection, board: BoardRow) -> BoardPast:
    """What is on record of a board's crawls, and of its postings' states and snapshots."""
    ended = select(crawls.c.finished_at, crawls.c.outcome, crawls.c.seen).where(
        crawls.c.board_id == board.id, crawls.c.finished_at.is_not(None)
    )
    told = (
        select(events.c.detected_at, events.c.posting_id, events.c.state)
        .where(events.c.board_id == board.id)
        .order_by(events.c.cursor)
    )
    said = (
        select(snapshots.c.at, snapshots.c.posting_id, snapshots.c.id)
        .join(postings, postings.c.id == snapshots.c.posting_id)
        .where(postings.c.board_id == board.id)
        .order_by(snapshots.c.number)
    )
    return BoardPast(
        board.name,
        tuple(
            CrawlPast(row.finished_at, row.outcome, row.seen)
            for row in connection.execute(ended.order_by(crawls.c.finished_at))
        ),
        tuple((at, of, state) for at, of, state in connection.execute(told)),
        tuple((at, of, id_) for at, of, id_ in connection.execute(said)),
        tuple(_merges(connection, board)),
    )


def merge_lines(connection: Connection, boards: Sequence[BoardRow]) -> Iterator[dict[str, Any]]:
    """Every merge of these boards' postings, those that were undone too, oldest first."""
    for board in boards:
        for row in _merges(connection, board):
            yield {
                "board": board.name,
                "posting": row.kept,
                "part": row.folded,
                "at": instant(row.at),
                "undone_at": instant(row.undone_at),
            }


def _merges(connection: Connection, board: BoardRow) -> list[MergeRow]:
    return [row for row in merges.every(connection) if row.board_id == board.id]


def crawl_lines(connection: Connection, boards: Sequence[BoardRow]) -> Iterator[dict[str, Any]]:
    """Every crawl of these boards that ended, oldest first within its board."""
    for board in boards:
        wanted = select(crawls).where(
            crawls.c.board_id == board.id, crawls.c.finished_at.is_not(None)
        )
        for row in connection.execute(wanted.order_by(crawls.c.finished_at)):
            yield _crawl_line(board.name, row)


def snapshot_lines(connection: Connection, board: BoardRow) -> Iterator[dict[str, Any]]:
    """Every snapshot of a board's postings, oldest first, with what it said."""
    wanted = (
        select(
            snapshots.c.id,
            snapshots.c.posting_id,
            snapshots.c.at,
            snapshots.c.enriched,
            snapshots.c.content,
            postings.c.url,
        )
        .join(postings, postings.c.id == snapshots.c.posting_id)
        .where(postings.c.board_id == board.id)
        .order_by(snapshots.c.number)
        .execution_options(yield_per=_SNAPSHOTS_AT_ONCE)
    )
    for row in connection.execute(wanted):
        yield posting_json(posting_from_json(row.content)) | {
            "snapshot": row.id,
            "posting": row.posting_id,
            "url": row.url,
            "at": instant(row.at),
            "enriched": row.enriched,
        }


def _crawl_line(board: str, row: Any) -> dict[str, Any]:
    counts = row.counts or {}
    return {
        "board": board,
        "started_at": instant(row.started_at),
        "finished_at": instant(row.finished_at),
        "outcome": row.outcome,
        "reason": row.reason,
        "seconds": row.seconds,
        "requests": row.requests,
        "not_modified": row.not_modified,
        "bytes": row.bytes,
        "postings": counts.get("postings", 0),
        "problems": counts.get("problems", 0),
    }
