"""Which postings are one job because a person said so; a merge is a fact that can be taken back.

Nothing is moved: rows, keys, snapshots and events stay where they are, and are read as those of
the posting that stays for as long as the merge stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, true, update

from storage.schema import merges


@dataclass(frozen=True)
class MergeRow:
    """One merge: ``folded`` is read as a part of ``kept`` from ``at`` until ``undone_at``."""

    number: int
    board_id: str
    kept: str
    folded: str
    at: datetime
    by: str
    undone_at: datetime | None


def standing(
    connection: Connection, board_id: str | None = None, as_of: datetime | None = None
) -> list[MergeRow]:
    """The merges that stand, or stood at ``as_of``, oldest first."""
    return _merges(connection, _stands(as_of), board_id)


def every(connection: Connection) -> list[MergeRow]:
    """All merges there ever were, oldest first."""
    return _merges(connection, true(), None)


def of_postings(connection: Connection, ids: Iterable[str]) -> list[MergeRow]:
    """Every merge of these postings, those that were undone too, oldest first."""
    concerned = list(ids)
    named = or_(merges.c.kept_id.in_(concerned), merges.c.folded_id.in_(concerned))
    return _merges(connection, named, None)


def parts(
    connection: Connection, board_id: str | None = None, as_of: datetime | None = None
) -> dict[str, str]:
    """By the id of each posting that was merged into another one: the one that it is part of."""
    direct = {row.folded: row.kept for row in standing(connection, board_id, as_of)}
    return {folded: whole(kept, direct) for folded, kept in direct.items()}


def whole(posting_id: str, direct: Mapping[str, str]) -> str:
    """The end of a chain of merges. It has one: only what is no part of another can be merged."""
    while posting_id in direct:
        posting_id = direct[posting_id]
    return posting_id


def members(of_part: Mapping[str, str], posting_id: str) -> tuple[str, ...]:
    """A posting's id and those of its parts; ``of_part`` as ``parts`` gives it."""
    return (posting_id, *sorted(part for part, whole in of_part.items() if whole == posting_id))


def add(
    connection: Connection, board_id: str, kept: str, folded: str, *, by: str, now: datetime
) -> int:
    """Note that ``folded`` is a part of ``kept`` from now on; gives the merge's number."""
    values = {"board_id": board_id, "kept_id": kept, "folded_id": folded, "at": now, "by": by}
    added = connection.execute(insert(merges).values(**values).returning(merges.c.number))
    return int(added.scalar_one())


def end(connection: Connection, number: int, now: datetime) -> None:
    """Note that a merge is undone."""
    connection.execute(update(merges).where(merges.c.number == number).values(undone_at=now))


def _merges(
    connection: Connection, condition: ColumnElement[bool], board_id: str | None
) -> list[MergeRow]:
    wanted = select(merges).where(condition).order_by(merges.c.number)
    if board_id is not None:
        wanted = wanted.where(merges.c.board_id == board_id)
    return [
        MergeRow(
            row.number, row.board_id, row.kept_id, row.folded_id, row.at, row.by, row.undone_at
        )
        for row in connection.execute(wanted)
    ]


def _stands(as_of: datetime | None) -> ColumnElement[bool]:
    if as_of is None:
        return merges.c.undone_at.is_(None)
    not_undone = or_(merges.c.undone_at.is_(None), merges.c.undone_at > as_of)
    return and_(merges.c.at <= as_of, not_undone)
