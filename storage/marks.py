"""What a person thinks of a posting: saved, applied or hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from sqlalchemy import Connection, delete, insert, select, update

from storage import merges
from storage.schema import marks

MarkName: TypeAlias = Literal["saved", "applied", "hidden"]
MARKS: tuple[MarkName, ...] = get_args(MarkName)
_COUNTS_BEFORE: tuple[MarkName, ...] = ("applied", "saved", "hidden")


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
    """Take a posting's mark away, and those of its parts; whether it had one."""
    whole = merges.members(merges.parts(connection), posting_id)
    taken = connection.execute(delete(marks).where(marks.c.posting_id.in_(whole)))
    return bool(taken.rowcount)


def every(connection: Connection, only: Sequence[MarkName] = ()) -> dict[str, Mark]:
    """The marks by posting id, the oldest first; ``only`` these, or all of them.

    A posting that others were merged into has the mark that it was given since. Before that, of
    its own and theirs, ``applied`` counts before ``saved`` and ``saved`` before ``hidden``: a
    message too many is the lesser evil. Nothing is moved: an undone merge leaves each its own.
    """
    found = {row.posting_id: Mark(**row._mapping) for row in connection.execute(select(marks))}
    for merge in merges.standing(connection):
        part, whole = found.pop(merge.folded, None), found.get(merge.kept)
        if part is None or (whole and whole.at > merge.at):
            continue
        found[merge.kept] = min(
            filter(None, (whole, replace(part, posting_id=merge.kept))), key=_rank
        )
    told = sorted(found.values(), key=lambda one: (one.at, one.posting_id))
    return {one.posting_id: one for one in told if not only or one.mark in only}


def of_events(connection: Connection, only: Sequence[MarkName] = ()) -> dict[str, MarkName]:
    """The marks by the id that an event names, which may be that of a part."""
    found: dict[str, MarkName] = {id_: one.mark for id_, one in every(connection, only).items()}
    parts = merges.parts(connection)
    return found | {part: found[whole] for part, whole in parts.items() if whole in found}


def _rank(one: Mark) -> tuple[int, datetime]:
    return (_COUNTS_BEFORE.index(one.mark), one.at)
