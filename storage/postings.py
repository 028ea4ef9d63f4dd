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
from postings.reposts import age_in_days
from postings.siblings import group_key
from postings.urls import canonical
from postings.why import Key
from postings.wire import instant, posting_from_json, posting_json
from storage import boards as board_rows
from storage import events as event_rows
from storage import keys, knowledge, merges, past
from storage.boards import BoardRow
from storage.events import EventRow
from storage.merges import MergeRow
from storage.schema import boards, events, posting_keys, postings, snapshots
from storage.settling import fold


@dataclass(frozen=True)
class PostingRow:
    """A posting and its board.

    ``closed_window``: last seen open, first known closed; None while open, and where only its
    deadline tells. ``past``: it is as it was known once, not as it is known now. ``parts``: the
    ids of those that were merged into it.
    """

    known: Known
    board: BoardRow
    closed_window: tuple[datetime | None, datetime | None] | None = None
    past: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class History:
    """A posting over time: its snapshots and events, oldest first.

    ``enriched`` names the snapshots that differ only because the reader improved. ``merges`` are
    all in which it ever was, ``keys`` all by which it ever was known, oldest first. What was
    merged into it is a part of its history.
    """

    posting: PostingRow
    snapshots: tuple[Snapshot, ...]
    events: tuple[EventRow, ...]
    enriched: frozenset[str] = frozenset()
    merges: tuple[MergeRow, ...] = ()
    keys: tuple[Key, ...] = ()


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
    among: Sequence[str] | None = None,
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
        among: only those with these ids, some hundreds at most.

    Raises:
        NotFound: there is no such board.
    """
    ids_of = within(connection, board, tag)
    wanted = _now() if as_of is None else past.as_of_then(_OWN, as_of, ids_of)
    conditions = [snapshots.c.words.contains(word, autoescape=True) for word in _words(query)]
    if state is not None:
        conditions.append((postings.c.state if as_of is None else events.c.state) == state)
    if ids_of is not None:
        conditions.append(postings.c.board_id.in_(ids_of))
    if among is not None:
        conditions.append(postings.c.id.in_(among))
    if parts := merges.parts(connection, as_of=as_of):
        conditions.append(postings.c.id.not_in(parts))
    order = (boards.c.name, postings.c.first_seen, postings.c.id)
    rows = connection.execute(wanted.where(*conditions).order_by(*order).limit(limit)).all()
    found = _with_boards(connection, rows, as_of)
    if as_of is None:
        return found
    return [_then(one, row, as_of) for one, row in zip(found, rows, strict=True)]


def each(
    connection: Connection, *, board: str | None = None, tag: str | None = None, **wanted: Any
) -> Iterator[PostingRow]:
    """What ``search`` finds, a few hundred at a time, however many there are."""
    ids_of = within(connection, board, tag)
    ids = select(postings.c.id).join(boards, postings.c.board_id == boards.c.id)
    if ids_of is not None:
        ids = ids.where(postings.c.board_id.in_(ids_of))
    ordered = ids.order_by(boards.c.name, postings.c.first_seen, postings.c.id)
    for few in keys.chunks(connection.scalars(ordered).all()):
        yield from search(connection, among=few, **wanted)


def find(connection: Connection, ref: str) -> PostingRow:
    """The posting that a person means: by a URL it was known by, its id or the beginning of it.

    Of several at one URL, the only open one is meant; for one that was merged into another, the
    other one.

    Raises:
        NotFound: none is meant.
        UsageError: more than one is.
    """
    rows = _rows(connection, named(ref), limit=20) if ref.strip() else []
    found = _whole(connection, rows)
    if not found:
        raise NotFound(f"no posting is known by {ref!r}; `jobdiff postings` lists them")
    still_open = [one for one in found if one.known.state == "open"]
    if len(found) > 1 and len(still_open) == 1 and "://" in ref:
        return still_open[0]
    if len(found) > 1:
        ids = ", ".join(one.known.id for one in found[:3])
        raise UsageError(f"{ref!r} means more than one posting ({ids}); write one of these ids")
    return found[0]


def named(ref: str) -> ColumnElement[bool]:
    """Which postings a reference may mean: a URL they were known by, the beginning of an id."""
    if "://" not in ref:
        return postings.c.id.startswith(ref.strip().lower(), autoescape=True)
    keyed = select(posting_keys.c.posting_id).where(posting_keys.c.key == url_key(ref))
    return or_(postings.c.id.in_(keyed), postings.c.url.in_((ref, canonical(ref))))


def _whole(connection: Connection, found: Sequence[PostingRow]) -> list[PostingRow]:
    """The postings, and for each that is a part of another one that other one, each once."""
    parts = merges.parts(connection)
    if not any(one.known.id in parts for one in found):
        return list(found)
    ids = dict.fromkeys(parts.get(one.known.id, one.known.id) for one in found)
    return [get(connection, id_) for id_ in ids]


def get(connection: Connection, posting_id: str) -> PostingRow:
    """The posting with this id, or the one that it was merged into.

    Raises:
        NotFound: there is none.
    """
    return alone(connection, merges.parts(connection).get(posting_id, posting_id))


def alone(connection: Connection, posting_id: str) -> PostingRow:
    """The posting with this very id, whatever it was merged into.

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
    ids = merges.members(merges.parts(connection), posting_id)
    order = (snapshots.c.at, snapshots.c.number)
    own = select(snapshots).where(snapshots.c.posting_id.in_(ids)).order_by(*order)
    kept = connection.execute(own).all()
    return History(
        get(connection, posting_id),
        tuple(_snapshot(row) for row in kept),
        tuple(event_rows.log(connection, posting_ids=ids)),
        frozenset(row.id for row in kept if row.enriched),
        tuple(merges.of_postings(connection, ids)),
        tuple(keys.every(connection, ids)),
    )


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
    for ids in keys.chunks(posting_ids):
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
    whole = postings.c.id.not_in(merges.parts(connection))
    grouped = select(*of_state, func.count()).where(whole).group_by(*of_state)
    for row in connection.execute(grouped):
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
    said = known.snapshot.posting
    line = posting_json(said)
    window = row.closed_window
    told = None if window is None else {"after": instant(window[0]), "before": instant(window[1])}
    return line | {
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
        "group": group_key(line),
        "age": age_in_days(said.date_posted, known.first_seen, known.closed_at or now),
        "reposted": None if row.past else known.reposted,
        "repost_of": None if row.past else known.repost_of,
        "date_bumps": None if row.past else known.date_bumps,
        "parts": list(row.parts),
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


def within(connection: Connection, board: str | None, tag: str | None) -> list[str] | None:
    """The ids of the boards that are asked for; None is all of them."""
    tagged = None if tag is None else event_rows.tagged(connection, tag)
    if board is None:
        return tagged
    wanted = board_rows.find(connection, board).id
    return [wanted] if tagged is None or wanted in tagged else []


def _then(now: PostingRow, row: Row[Any], as_of: datetime) -> PostingRow:
    known, window = past.as_known(now.known, now.closed_window, row, as_of)
    return replace(now, known=known, closed_window=window, past=True)


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
        complete = past.last_complete(connection, as_of)
        every = [replace(one, last_complete_at=complete.get(one.id)) for one in every]
    of_id = {one.id: one for one in every}
    parts = merges.parts(connection, as_of=as_of) if rows else {}
    known_by = keys.of_postings(connection, [*(row[0] for row in rows), *parts], parts)
    first = _first_seen(connection, parts)
    found = [_posting_row(row, of_id[row.board_id], known_by.get(row[0], ())) for row in rows]
    return [_with_parts(one, first.get(one.known.id), parts) for one in found]


def _with_parts(
    row: PostingRow, first_seen: datetime | None, parts: Mapping[str, str]
) -> PostingRow:
    """The posting with what was merged into it; it is as old as the oldest of all."""
    if first_seen is None:
        return row
    since = min(first_seen, row.known.first_seen)
    known = replace(row.known, first_seen=since)
    return replace(row, known=known, parts=merges.members(parts, known.id)[1:])


def _first_seen(connection: Connection, parts: Mapping[str, str]) -> dict[str, datetime]:
    """When the oldest part of each posting that has parts was first seen."""
    found: dict[str, datetime] = {}
    wanted = select(postings.c.id, postings.c.first_seen).where(postings.c.id.in_(parts))
    for row in connection.execute(wanted) if parts else ():
        whole = parts[row.id]
        found[whole] = min(found.get(whole, row.first_seen), row.first_seen)
    return found


def _posting_row(row: Row[Any], board: BoardRow, known_by: tuple[str, ...]) -> PostingRow:
    known = knowledge.known_of(row, known_by)
    window = (row.closed_after, row.closed_before)
    return PostingRow(known, board, window if known.state != "open" and any(window) else None)


def _snapshot(row: Row[Any]) -> Snapshot:
    said = posting_from_json(row.content)
    return Snapshot(row.id, row.at, said, row.fingerprint, row.reader)


def _words(query: str | None) -> list[str]:
    return fold(query or "").split()
