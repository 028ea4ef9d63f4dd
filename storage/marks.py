"""What a person thinks of a posting: saved, applied or hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from sqlalchemy import Connection, delete, insert, select, update

from storage import merges
from storage.schema import marks

MarkName: TypeAlias = Literal["saved", "applied", "hidden"]
MARKS: tuple[MarkName, ...] = get_args(MarkName)


@dataclass(frozen=True)
class Mark:
    """One posting's mark and since when it has it."""

    posting_id: str
    mark: MarkName
    at: datetime


def put(connection: Connection, posting_id: str, mark: MarkName, now: datetime) -> None:
    """Mark a posting; a posting has one mark, the last."""
    values = {"mark": mark, "at": now}
    own = update(marks).where(marks.c.posting_id == posting_id)
    if not connection.execute(own.values(**values)).rowcount:
        connection.execute(insert(marks).values(posting_id=posting_id, **values))


def clear(connection: Connection, posting_id: str) -> bool:
    """Take a posting's mark away; whether it had one."""
    return bool(connection.execute(delete(marks).where(marks.c.posting_id == posting_id)).rowcount)


def every(connection: Connection, only: Sequence[MarkName] = ()) -> dict[str, Mark]:
    """The marks by posting id, the oldest first; ``only`` these, or all of them.

    A part of a merged posting marks the whole, unless that has a mark of its own.
    """
    part_of = merges.parts(connection)
    found = connection.execute(select(marks).order_by(marks.c.at, marks.c.posting_id)).all()
    own = {row.posting_id: Mark(**row._mapping) for row in found if row.posting_id not in part_of}
    for row in found:
        if row.posting_id in part_of:
            whole = part_of[row.posting_id]
            own.setdefault(whole, Mark(whole, row.mark, row.at))
    return {id_: one for id_, one in own.items() if not only or one.mark in only}
