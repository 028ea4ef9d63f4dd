"""What is known of postings: search, one posting, its history, and counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select

from postings.errors import NotFound, UsageError
from postings.identity import url_key
from postings.model import Known, Posting, Snapshot
from postings.urls import canonical
from postings.wire import instant, posting_from_json, posting_json
from storage import boards as board_rows
from storage import events as event_rows
from storage import knowledge
from storage.boards import BoardRow
from storage.events import EventRow
from storage.schema import boards, crawls, events, posting_keys, postings, snapshots
from storage.settling import fold

_IDS_AT_ONCE = 500


@dataclass(frozen=True)
class PostingRow:
    """A posting and its board.

    ``closed_window``: last seen open, first known closed; None while open, and where only its
    deadline tells.
    """

    known: Known
    board: BoardRow
    closed_window: tuple[datetime | None, datetime | None] | None = None


@dataclass(frozen=True)
class History:
    """A posting over time: its snapshots and events, oldest first.

    ``enriched`` names the snapshots that differ only because the reader improved.
    """

    posting: PostingRow
    snapshots: tuple[Snapshot, ...]
    events: tuple[EventRow, ...]
    enriched: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BoardCounts:
    """A board's postings by state; ``stale`` of the open ones are not to be relied on."""

    open: int = 0
    stale: int = 0
    unlisted: int = 0
    expired: int = 0
    removed: int = 0


def search(
    connection: Connection,
    *,
    board: str | None = None,
    tag: str | None = None,
    state: str | None = None,
    query: str | None = None,
    limit: int | None = None,
    as_of: datetime | None = None,
) -> list[PostingRow]:
    """The postings that match, by board and the time they were first seen.

    Args:
        connection: to read by.
        board: only this board's: its name, URL or id.
        tag: only of boards with this tag.
        state: only in this state.
        query: only those with each of these words in title, organisation, places or description.
        limit: at most so many.
        as_of: as it was known then. When it was last seen is then the latest moment up to it that
            is on record; flags that no event tells are as they are now.

    Raises:
        NotFound: there is no such board.
    """
    within = _within(connection, board, tag)
    wanted = _now() if as_of is None else _then(as_of, within)
    conditions = [snapshots.c.words.contains(word, autoescape=True) for word in _words(query)]
    if state is not None:
        conditions.append((postings.c.state if as_of is None else events.c.state) == state)
    if within is not None:
        conditions.append(postings.c.board_id.in_(within))
    order = (boards.c.name, postings.c.first_seen, postings.c.id)
    rows = connection.execute(wanted.where(*conditions).order_by(*order).limit(limit)).all()
    found = _with_boards(connection, rows, as_of)
    if as_of is None:
        return found
    return [_as_known(one, row, as_of) for one, row in zip(found, rows, strict=True)]


def find(connection: Connection, ref: str) -> PostingRow:
    """The posting that a person means: by a URL it was known by, its id or the beginning of it.

    Of several at one URL, the only open one is meant.

    Raises:
        NotFound: none is meant.
        UsageError: more than one is.
    """
    if "://" in ref:
        keyed = select(posting_keys.c.posting_id).where(posting_keys.c.key == url_key(ref))
        names = or_(postings.c.id.in_(keyed), postings.c.url.in_((ref, canonical(ref))))
    else:
        names = postings.c.id.startswith(ref.strip().lower(), autoescape=True)
    found = _rows(connection, names, limit=20) if ref.strip() else []
    if not found:
        raise NotFound(f"no posting is known by {ref!r}; `jobdiff postings` lists them")
    still_open = [one for one in found if one.known.state == "open"]
    if len(found) > 1 and len(still_open) == 1 and "://" in ref:
        return still_open[0]
    if len(found) > 1:
        ids = ", ".join(one.known.id for one in found[:3])
        raise UsageError(f"{ref!r} means more than one posting ({ids}); write one of these ids")
    return found[0]


def get(connection: Connection, posting_id: str) -> PostingRow:
    """The posting with this id.

    Raises:
        NotFound: there is none.
    """
    found = _rows(connection, postings.c.id == posting_id)
    if not found:
        raise NotFound(f"no posting has the id {posting_id}; `jobdiff postings` lists them")
    return found[0]


def history(connection: Connection, posting_id: str) -> History:
    """All that is remembered of one posting.

    Raises:
        NotFound: there is no such posting.
    """
    own = snapshots.c.posting_id == posting_id
    kept = connection.execute(select(snapshots).where(own).order_by(snapshots.c.number)).all()
    return History(
        get(connection, posting_id),
        tuple(_snapshot(row) for row in kept),
        tuple(event_rows.log(connection, posting_id=posting_id)),
        frozenset(row.id for row in kept if row.enriched),
    )


def known_of_board(connection: Connection, board_id: str) -> list[Known]:
    """A board's postings, whatever their state."""
    return knowledge.load(connection, board_id)


def snapshot(connection: Connection, snapshot_id: str) -> Snapshot:
    """One snapshot.

    Raises:
        NotFound: there is none with this id.
    """
    row = connection.execute(select(snapshots).where(snapshots.c.id == snapshot_id)).first()
    if row is None:
        raise NotFound(f"no snapshot has the id {snapshot_id}; `jobdiff history` lists them")
    return _snapshot(row)


def contents(connection: Connection, posting_ids: Sequence[str]) -> dict[str, Posting]:
    """What these postings say now, by id; what is not known is left out."""
    wanted = select(postings.c.id, snapshots.c.content).join(
        snapshots, postings.c.snapshot_id == snapshots.c.id
    )
    found: dict[str, Posting] = {}
    for ids in _chunks(posting_ids):
        rows = connection.execute(wanted.where(postings.c.id.in_(ids)))
        found |= {row.id: posting_from_json(row.content) for row in rows}
    return found


def unlooked_events(connection: Connection) -> frozenset[str]:
    """The ids of the ``expired`` events after which the posting's page was not looked at yet."""
    wanted = select(postings.c.unlooked).where(postings.c.unlooked.is_not(None))
    return frozenset(one for one in connection.scalars(wanted) if one)


def counts(connection: Connection, now: datetime) -> dict[str, BoardCounts]:
    """How many postings each board has in each state, by board id; every board is in it."""
    of_state = (postings.c.board_id, postings.c.state, postings.c.unlisted)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in connection.execute(select(*of_state, func.count()).group_by(*of_state)):
        found[row[0]][row[1]] += row[3]
        if row[1] == "open" and row[2]:
            found[row[0]]["unlisted"] += row[3]
    every = board_rows.all_boards(connection, watched_only=False)
    for board in every:
        stale = is_stale(board, now)
        found[board.id]["stale"] = found[board.id]["open"] if stale else 0
    return {board.id: BoardCounts(**found[board.id]) for board in every}


def is_stale(board: BoardRow, now: datetime) -> bool:
    """Whether a board's postings are not to be relied on, by its own interval."""
    return board_rows.is_stale(board, board_rows.interval(board.every), now)


def posting_line(row: PostingRow, now: datetime) -> dict[str, Any]:
    """The contract ``jobdiff.posting/1`` of a stored posting."""
    known = row.known
    window = row.closed_window
    told = None if window is None else {"after": instant(window[0]), "before": instant(window[1])}
    return posting_json(known.snapshot.posting) | {
        "url": known.url,
        "id": known.id,
        "board": row.board.name,
        "tags": list(row.board.tags),
        "state": known.state,
        "stale": known.state == "open" and is_stale(row.board, now),
        "unlisted": known.unlisted,
        "still_published": known.still_published,
        "first_seen": instant(known.first_seen),
        "last_seen": instant(known.last_seen),
        "closed_at": instant(known.closed_at),
        "closed_window": told,
    }


_OWN = (
    *knowledge.COLUMNS,
    postings.c.board_id,
    postings.c.closed_after,
    postings.c.closed_before,
)


def _now() -> Select[Any]:
    joined = postings.join(snapshots, postings.c.snapshot_id == snapshots.c.id).join(
        boards, postings.c.board_id == boards.c.id
    )
    return select(*_OWN).select_from(joined)


def _within(connection: Connection, board: str | None, tag: str | None) -> list[str] | None:
    """The ids of the boards that are asked for; None is all of them."""
    tagged = None if tag is None else event_rows.tagged(connection, tag)
    if board is None:
        return tagged
    wanted = board_rows.find(connection, board).id
    return [wanted] if tagged is None or wanted in tagged else []


def _then(as_of: datetime, within: Sequence[str] | None) -> Select[Any]:
    """Each posting of these boards with its last event and snapshot up to then."""
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
    return select(*_OWN, *moment).select_from(joined)


def _as_known(now: PostingRow, row: Row[Any], as_of: datetime) -> PostingRow:
    """A posting as it was known at ``as_of``, from its last event and snapshot up to then."""
    known = now.known
    moments = [known.first_seen, known.snapshot.at, row.detected_at]
    seen = (
        [known.last_seen, *moments] if row.state_then == "open" else [known.last_seen, *moments[:2]]
    )
    last_seen = max((one for one in seen if one <= as_of), default=known.first_seen)
    then = replace(known, last_seen=last_seen)
    if row.is_last:
        return replace(now, known=then)
    if row.state_then == "open":
        return replace(now, known=replace(then, state="open", **_OPEN), closed_window=None)
    told = row.kind == "removed" and not row.quiet
    window = (row.window_after, row.window_before) if told else None
    closed = replace(then, state=row.state_then, closed_at=row.closed_then)
    return replace(now, known=closed, closed_window=window)


_OPEN: Mapping[str, Any] = {
    "closed_at": None,
    "still_published": False,
    "unlisted": False,
    "absence": None,
    "unlooked": None,
}


def _rows(
    connection: Connection, condition: ColumnElement[bool], limit: int | None = None
) -> list[PostingRow]:
    rows = connection.execute(_now().where(condition).order_by(postings.c.id).limit(limit)).all()
    return _with_boards(connection, rows, None)


def _with_boards(
    connection: Connection, rows: Sequence[Row[Any]], as_of: datetime | None
) -> list[PostingRow]:
    every = board_rows.all_boards(connection, watched_only=False) if rows else []
    if as_of is not None:
        complete = _last_complete(connection, as_of)
        every = [replace(one, last_complete_at=complete.get(one.id)) for one in every]
    of_id = {one.id: one for one in every}
    keys = _keys(connection, [row[0] for row in rows])
    return [_posting_row(row, of_id[row.board_id], keys.get(row[0], ())) for row in rows]


def _posting_row(row: Row[Any], board: BoardRow, keys: tuple[str, ...]) -> PostingRow:
    known = knowledge.known_of(row, keys)
    window = (row.closed_after, row.closed_before)
    return PostingRow(known, board, window if known.state != "open" and any(window) else None)


def _keys(connection: Connection, posting_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    wanted = select(posting_keys.c.posting_id, posting_keys.c.key)
    found: dict[str, list[str]] = defaultdict(list)
    for ids in _chunks(posting_ids):
        own = wanted.where(posting_keys.c.posting_id.in_(ids)).order_by(posting_keys.c.number)
        for posting_id, key in connection.execute(own):
            found[posting_id].append(key)
    return {posting_id: tuple(keys) for posting_id, keys in found.items()}


def _last_complete(connection: Connection, as_of: datetime) -> dict[str, datetime]:
    wanted = (
        select(crawls.c.board_id, func.max(crawls.c.finished_at).label("at"))
        .where(crawls.c.outcome.in_(("complete", "empty")), crawls.c.finished_at <= as_of)
        .group_by(crawls.c.board_id)
    )
    return {row.board_id: row.at for row in connection.execute(wanted)}


def _snapshot(row: Row[Any]) -> Snapshot:
    said = posting_from_json(row.content)
    return Snapshot(row.id, row.at, said, row.fingerprint, row.reader)


def _words(query: str | None) -> list[str]:
    return fold(query or "").split()


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[start : start + _IDS_AT_ONCE]
