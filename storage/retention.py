"""What may be forgotten: old detail, never the log of events and never what is open now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
    update,
)

from storage.schema import crawls, deliveries, pages, postings, prunings, snapshots
from storage.store import Store

Counts: TypeAlias = Mapping[str, int]

_FEW = 200


@dataclass(frozen=True)
class Pruning:
    """What a pruning takes away, or would: rows by what they are."""

    before: datetime
    counts: Counts


def prune(store: Store, before: datetime, now: datetime, *, dry_run: bool = False) -> Pruning:
    """Forget the detail of before a time, in small transactions, so that crawls go on meanwhile.

    What goes: snapshots that were followed by another before then; what the page said, word for
    word (``raw``), of postings that were closed before then; crawls that ended before then, but for
    each board's last one; deliveries that were sent, given up or cancelled before then; pages that
    were not asked since. Events stay, with their summaries, evidence and changes.

    Args:
        store: the store.
        before: the time.
        now: when this is done, for the record.
        dry_run: count what would go, and take nothing.
    """
    tables = {
        "snapshots": (snapshots, _superseded(before)),
        "crawls": (crawls, _old_crawls(before)),
        "deliveries": (deliveries, _old_deliveries(before)),
        "pages": (pages, _old_pages(before)),
    }
    counts = {
        name: _delete(store, table, which, dry_run=dry_run)
        for name, (table, which) in tables.items()
    }
    counts["raw"] = _strip_raw(store, before, dry_run=dry_run)
    if any(counts.values()) and not dry_run and not store.writing.is_hasty:
        with store.write() as connection:
            connection.execute(insert(prunings).values(at=now, before=before, counts=counts))
    return Pruning(before, counts)


def pruned_before(connection: Connection) -> datetime | None:
    """Before which time detail was forgotten; None while none was."""
    found: datetime | None = connection.scalar(select(func.max(prunings.c.before)))
    return found


def _delete(store: Store, table: Table, which: ColumnElement[bool], *, dry_run: bool) -> int:
    """How many rows there were; they go a few at a time, for others want to write as well."""
    own = tuple(table.primary_key.columns)
    with store.read() as connection:
        keys = [tuple(row) for row in connection.execute(select(*own).where(which))]
    if dry_run:
        return len(keys)
    gone = 0
    for start in range(0, len(keys), _FEW):
        if store.writing.is_hasty:
            break
        some = tuple_(*own).in_(keys[start : start + _FEW])
        with store.write() as connection:
            gone += connection.execute(delete(table).where(some, which)).rowcount
    return gone


def _superseded(before: datetime) -> ColumnElement[bool]:
    later = snapshots.alias()
    followed = exists().where(
        later.c.posting_id == snapshots.c.posting_id,
        later.c.number > snapshots.c.number,
        later.c.at < before,
    )
    current = exists().where(postings.c.snapshot_id == snapshots.c.id)
    return and_(snapshots.c.at < before, followed, ~current)


def _strip_raw(store: Store, before: datetime, *, dry_run: bool) -> int:
    """Take ``raw`` out of what closed postings said; their fields stay."""
    wanted = (
        select(snapshots.c.number, snapshots.c.content)
        .join(postings, postings.c.id == snapshots.c.posting_id)
        .where(postings.c.state != "open", postings.c.closed_at < before)
        .order_by(snapshots.c.number)
        .limit(_FEW)
    )
    stripped, last = 0, -1
    while True:
        with store.read() if dry_run else store.write() as connection:
            rows = connection.execute(wanted.where(snapshots.c.number > last)).all()
            filled = [row for row in rows if row.content.get("raw")]
            for row in () if dry_run else filled:
                _write(connection, row.number, {**row.content, "raw": {}})
        if not rows or store.writing.is_hasty:
            return stripped
        stripped += len(filled)
        last = rows[-1].number


def _write(connection: Connection, number: int, content: Mapping[str, Any]) -> None:
    own = snapshots.c.number == number
    connection.execute(update(snapshots).where(own).values(content=content))


def _old_crawls(before: datetime) -> ColumnElement[bool]:
    later = crawls.alias()
    followed = exists().where(
        later.c.board_id == crawls.c.board_id, later.c.finished_at > crawls.c.finished_at
    )
    return and_(crawls.c.finished_at < before, followed)


def _old_deliveries(before: datetime) -> ColumnElement[bool]:
    return and_(deliveries.c.state != "owed", deliveries.c.created_at < before)


def _old_pages(before: datetime) -> ColumnElement[bool]:
    return and_(pages.c.checked_at < before)
