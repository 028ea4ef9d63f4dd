"""The log of events: facts, in the order in which they were committed, never edited."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from postings.model import Change, Evidence, Kind, State
from postings.wire import EVENT_SCHEMA, changes_json, evidence_json, instant, told_json
from storage.boards import all_boards, find
from storage.codec import change_of, evidence_of
from storage.schema import boards, events


@dataclass(frozen=True)
class EventRow:
    """An event as it is logged.

    Attributes:
        cursor: its place in the log; later events have higher ones.
        board: the board's name; ``tags`` are the board's.
        state: the posting's state after it.
        quiet: recorded, never delivered.
        before: the snapshot before it; ``after`` the one it came with.
        posting: the posting's summary at the time, as the contract has it.
    """

    cursor: int
    id: str
    kind: Kind
    state: State
    board_id: str
    board: str
    tags: tuple[str, ...]
    posting_id: str
    baseline: bool
    quiet: bool
    detected_at: datetime
    occurred_at: datetime | None
    window_after: datetime | None
    window_before: datetime | None
    retracts: str | None
    before: str | None
    after: str | None
    posting: dict[str, Any]
    changes: tuple[Change, ...]
    evidence: tuple[Evidence, ...]

    def json(self) -> dict[str, Any]:
        """The contract ``jobdiff.event/1``."""
        window = {"after": instant(self.window_after), "before": instant(self.window_before)}
        salary = self.posting.get("salary")
        changes = changes_json(self.changes, salary)
        return {
            "schema": EVENT_SCHEMA,
            "cursor": self.cursor,
            "id": self.id,
            "kind": self.kind,
            "board": self.board,
            "baseline": self.baseline,
            "detected_at": instant(self.detected_at),
            "occurred_at": instant(self.occurred_at),
            "window": window if any(window.values()) else None,
            "retracts": self.retracts,
            "snapshots": [self.before, self.after],
            "posting": self.posting,
            "changes": changes,
            "told": told_json(changes, salary),
            "evidence": [evidence_json(one) for one in self.evidence],
        }


def log(
    connection: Connection,
    *,
    after_cursor: int | None = None,
    since: datetime | None = None,
    kinds: Collection[str] = (),
    board: str | None = None,
    tag: str | None = None,
    posting_ids: Collection[str] | None = None,
    baseline: bool | None = None,
    limit: int | None = None,
) -> list[EventRow]:
    """The events, oldest first.

    Args:
        connection: to read by.
        after_cursor: only those after this cursor.
        since: only those detected then or later.
        kinds: only these; none means all.
        board: only this board's: its name, URL or id.
        tag: only of boards with this tag.
        posting_ids: only those of these postings.
        baseline: only baseline events, or only the others; None means both.
        limit: at most so many.

    Raises:
        NotFound: there is no such board.
    """
    wanted = _all()
    if after_cursor is not None:
        wanted = wanted.where(events.c.cursor > after_cursor)
    if since is not None:
        wanted = wanted.where(events.c.detected_at >= since)
    if kinds:
        wanted = wanted.where(events.c.kind.in_(kinds))
    if posting_ids is not None:
        wanted = wanted.where(events.c.posting_id.in_(posting_ids))
    if baseline is not None:
        wanted = wanted.where(events.c.baseline == baseline)
    if board is not None:
        wanted = wanted.where(events.c.board_id == find(connection, board).id)
    if tag is not None:
        wanted = wanted.where(events.c.board_id.in_(tagged(connection, tag)))
    rows = connection.execute(wanted.order_by(events.c.cursor).limit(limit))
    return [_event(row) for row in rows]


def by_ids(connection: Connection, ids: Sequence[str]) -> list[EventRow]:
    """The events with these ids, oldest first; ids that are not known are left out."""
    rows = connection.execute(_all().where(events.c.id.in_(ids)).order_by(events.c.cursor))
    return [_event(row) for row in rows]


def last_cursor(connection: Connection) -> int:
    """The cursor of the newest event; 0 while there is none."""
    return connection.scalar(select(func.max(events.c.cursor))) or 0


def tagged(connection: Connection, tag: str) -> list[str]:
    """The ids of the boards with this tag, watched or not."""
    return [one.id for one in all_boards(connection, watched_only=False) if tag in one.tags]


def _all() -> Select[Any]:
    own = [column for column in events.c if column.name not in ("summary", "closed_at")]
    joined = events.join(boards, events.c.board_id == boards.c.id)
    told = (events.c.summary, boards.c.name.label("board"), boards.c.tags)
    return select(*own, *told).select_from(joined)


def retracted(connection: Connection, after_cursor: int) -> frozenset[str]:
    """The events that the log took back after a cursor."""
    said = (events.c.retracts.is_not(None), events.c.cursor > after_cursor)
    return frozenset(connection.scalars(select(events.c.retracts).where(*said)))


def _event(row: Row[Any]) -> EventRow:
    values = dict(row._mapping)
    return EventRow(
        **values
        | {
            "posting": values.pop("summary"),
            "tags": tuple(values["tags"]),
            "changes": tuple(change_of(one) for one in values["changes"]),
            "evidence": tuple(evidence_of(one) for one in values["evidence"]),
        }
    )
