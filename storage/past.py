"""What was known at a past time, told from the log alone: the last event and snapshot by then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from postings.model import Known
from storage.schema import boards, crawls, events, postings, snapshots

Window = tuple[datetime | None, datetime | None]


def as_of_then(
    columns: Sequence[Any], as_of: datetime, within: Sequence[str] | None
) -> Select[Any]:
    """Each posting of these boards with its last event and snapshot up to then.

    Args:
        columns: what to select of the posting and that snapshot; what the event tells is added.
        as_of: the time.
        within: the ids of the boards; None is all of them.
    """
    last_event = select(func.max(events.c.cursor).label("cursor")).where(
        events.c.detected_at <= as_of
    )
    last_snapshot = select(
        snapshots.c.posting_id, func.max(snapshots.c.number).label("number")
    ).where(snapshots.c.at <= as_of)
    if within is not None:
        own = select(postings.c.id).where(postings.c.board_id.in_(within))
        last_event = last_event.where(events.c.board_id.in_(within))
        last_snapshot = last_snapshot.where(snapshots.c.posting_id.in_(own))
    told = last_event.group_by(events.c.posting_id).subquery()
    said = last_snapshot.group_by(snapshots.c.posting_id).subquery()
    all_told = events.alias()
    latest = select(func.max(all_told.c.cursor)).where(all_told.c.posting_id == postings.c.id)
    joined = (
        told.join(events, events.c.cursor == told.c.cursor)
        .join(postings, postings.c.id == events.c.posting_id)
        .join(said, said.c.posting_id == events.c.posting_id)
        .join(snapshots, snapshots.c.number == said.c.number)
        .join(boards, postings.c.board_id == boards.c.id)
    )
    moment = (
        events.c.state.label("state_then"),
        events.c.kind,
        events.c.detected_at,
        events.c.quiet,
        events.c.closed_at.label("closed_then"),
        events.c.window_after,
        events.c.window_before,
        (latest.scalar_subquery() == events.c.cursor).label("is_last"),
    )
    return select(*columns, *moment).select_from(joined)


def as_known(
    now: Known, window: Window | None, row: Row[Any], as_of: datetime
) -> tuple[Known, Window | None]:
    """A posting and the window of its closing as they were known at ``as_of``.

    Args:
        now: the posting with its snapshot of then, and else as it is now.
        window: that of its closing, as it is now.
        row: of ``as_of_then``.
        as_of: the time.
    """
    moments = [now.first_seen, now.snapshot.at, row.detected_at]
    seen = [now.last_seen, *moments] if row.state_then == "open" else [now.last_seen, *moments[:2]]
    last_seen = max((one for one in seen if one <= as_of), default=now.first_seen)
    then = replace(now, last_seen=last_seen)
    if row.is_last:
        return then, window
    if row.state_then == "open":
        return replace(then, state="open", **_OPEN), None
    told = row.kind != "expired" and not row.quiet
    closed = replace(then, state=row.state_then, closed_at=row.closed_then)
    return closed, _window(row) if told else None


def _window(row: Row[Any]) -> Window | None:
    window = (row.window_after, row.window_before)
    return window if any(window) else None


_OPEN: Mapping[str, Any] = {
    "closed_at": None,
    "still_published": False,
    "unlisted": False,
    "absence": None,
    "unlooked": None,
}


def last_complete(connection: Connection, as_of: datetime) -> dict[str, datetime]:
    """When each board was last crawled completely by then, by board id."""
    wanted = (
        select(crawls.c.board_id, func.max(crawls.c.finished_at).label("at"))
        .where(crawls.c.outcome.in_(("complete", "empty")), crawls.c.finished_at <= as_of)
        .group_by(crawls.c.board_id)
    )
    return {row.board_id: row.at for row in connection.execute(wanted)}
