"""The postings as ``postings.lifecycle`` wants them, and as their rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, Text, and_, cast, select

from postings.model import Absence, Known, Posting, Snapshot
from postings.wire import posting_from_json
from storage import merges
from storage.schema import ambiguous_keys, posting_keys, postings, snapshots

Postings: TypeAlias = Mapping[str, Known]


class StoredSnapshot(Snapshot):
    """A snapshot whose content is read when it is first asked for: most crawls need few of them."""

    def __init__(
        self,
        id: str,  # noqa: A002
        at: Any,
        posting: Posting | str,
        fingerprint: str,
        reader: int,
    ) -> None:
        kept = {"id": id, "at": at, "fingerprint": fingerprint, "reader": reader}
        kept["posting" if isinstance(posting, Posting) else "content"] = posting
        self.__dict__.update(kept)

    @cached_property
    def posting(self) -> Posting:
        """What was read, decoded from the text that is stored."""
        return posting_from_json(json.loads(self.__dict__["content"]))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Snapshot):
            return NotImplemented
        return _comparable(self) == _comparable(other)

    def __hash__(self) -> int:
        return hash((self.id, self.fingerprint))


def _comparable(snapshot: Snapshot) -> tuple[Any, ...]:
    one = snapshot
    return (one.id, one.at, one.fingerprint, one.reader, one.posting)


_KNOWN = (
    postings.c.id, postings.c.url, postings.c.state, postings.c.first_seen, postings.c.last_seen,
    postings.c.own_page, postings.c.listed, postings.c.unlisted, postings.c.still_published,
    postings.c.closed_at, postings.c.deadline, postings.c.read_at, postings.c.valid_through_read,
    postings.c.slid_at, postings.c.unlooked, postings.c.absent_since, postings.c.absent_crawls,
    postings.c.absent_page_gone, postings.c.date_posted_read, postings.c.date_bumps,
    postings.c.repost_of, postings.c.reposted, postings.c.reopened_at,
)  # fmt: skip
_SNAPSHOT = (
    snapshots.c.id, snapshots.c.at, cast(snapshots.c.content, Text), snapshots.c.fingerprint,
    snapshots.c.reader,
)  # fmt: skip


def load(connection: Connection, board_id: str, *only: ColumnElement[bool]) -> list[Known]:
    """The postings of a board, whatever their state, in no order; ``only`` narrows it.

    One that was merged into another one is not among them: its keys are the other one's.
    """
    parts = merges.parts(connection, board_id)
    joined = postings.join(snapshots, postings.c.snapshot_id == snapshots.c.id)
    wanted = (
        select(*_KNOWN, *_SNAPSHOT)
        .select_from(joined)
        .where(postings.c.board_id == board_id, *only)
    )
    rows = [row for row in connection.execute(wanted) if row[0] not in parts]
    keys = keys_of(connection, board_id, *only) if rows else {}
    return [known_of(row, keys.get(row[0], ())) for row in rows]


def keys_of(
    connection: Connection, board_id: str, *only: ColumnElement[bool]
) -> dict[str, tuple[str, ...]]:
    """The keys of a board's postings by posting, ambiguous ones left out."""
    unclear = ambiguous(connection, board_id)
    parts = merges.parts(connection, board_id)
    wanted = select(posting_keys.c.posting_id, posting_keys.c.key)
    if only:
        of_posting = and_(posting_keys.c.posting_id == postings.c.id, *only)
        wanted = wanted.join(postings, of_posting)
    wanted = wanted.where(posting_keys.c.board_id == board_id).order_by(posting_keys.c.number)
    found: dict[str, list[str]] = defaultdict(list)
    for posting_id, key in connection.execute(wanted):
        if key not in unclear:
            found[parts.get(posting_id, posting_id)].append(key)
    return {posting_id: tuple(dict.fromkeys(keys)) for posting_id, keys in found.items()}


def ambiguous(connection: Connection, board_id: str) -> frozenset[str]:
    """The keys that identify nothing on this board any more."""
    wanted = select(ambiguous_keys.c.key).where(ambiguous_keys.c.board_id == board_id)
    return frozenset(connection.scalars(wanted))


def known_of(row: Sequence[Any], keys: Iterable[str] = ()) -> Known:
    """A posting from a row of ``COLUMNS``."""
    (
        id_, url, state, first_seen, last_seen, own_page, listed, unlisted, still_published,
        closed_at, deadline, read_at, valid_through_read, slid_at, unlooked, absent_since,
        absent_crawls, absent_page_gone, date_posted_read, date_bumps, repost_of, reposted,
        reopened_at, *snapshot,
    ) = row[:_WIDTH]  # fmt: skip
    return Known(
        id=id_,
        url=url,
        state=state,
        snapshot=StoredSnapshot(*snapshot),
        keys=tuple(keys),
        first_seen=first_seen,
        last_seen=last_seen,
        own_page=own_page,
        listed=listed,
        unlisted=unlisted,
        still_published=still_published,
        absence=None
        if absent_since is None
        else Absence(absent_since, absent_crawls, absent_page_gone),
        closed_at=closed_at,
        deadline=deadline,
        read_at=read_at,
        valid_through_read=valid_through_read,
        slid_at=slid_at,
        unlooked=unlooked,
        date_posted_read=date_posted_read,
        date_bumps=date_bumps,
        repost_of=repost_of,
        reposted=reposted,
        reopened_at=reopened_at,
    )


COLUMNS = (*_KNOWN, *_SNAPSHOT)
"""What ``known_of`` reads, in its order."""
_WIDTH = len(COLUMNS)


def values_of(known: Known) -> dict[str, Any]:
    """A posting's row, without its board and the window of its closing."""
    absence = known.absence
    return {
        "id": known.id,
        "url": known.url,
        "state": known.state,
        "snapshot_id": known.snapshot.id,
        "first_seen": known.first_seen,
        "last_seen": known.last_seen,
        "own_page": known.own_page,
        "listed": known.listed,
        "unlisted": known.unlisted,
        "still_published": known.still_published,
        "absent_since": absence.since if absence else None,
        "absent_crawls": absence.crawls if absence else None,
        "absent_page_gone": absence.page_gone if absence else None,
        "closed_at": known.closed_at,
        "deadline": known.deadline,
        "read_at": known.read_at,
        "valid_through_read": known.valid_through_read,
        "slid_at": known.slid_at,
        "unlooked": known.unlooked,
        "date_posted_read": known.date_posted_read,
        "date_bumps": known.date_bumps,
        "repost_of": known.repost_of,
        "reposted": known.reposted,
        "reopened_at": known.reopened_at,
    }


def by_id(known: Iterable[Known]) -> Postings:
    """Postings by their id."""
    return {one.id: one for one in known}
