"""Two postings are one job, or are two again: a person's word, carried out at once (rule 7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from postings import merging
from postings.errors import UsageError
from postings.merging import Told, Window, Word
from postings.model import Event, Known, Verdict
from storage import keys, merges, settling
from storage import postings as posting_rows
from storage.merges import MergeRow
from storage.postings import PostingRow
from storage.schema import events, postings
from storage.store import Store


@dataclass(frozen=True)
class Merged:
    """What a merge, or its undoing, came to: the posting that stays, its part, what was told."""

    kept: str
    folded: str
    retracted: tuple[str, ...]


def merge(store: Store, one: str, other: str, *, by: str, now: datetime) -> Merged:
    """Say that two postings of a board are one job; ids as ``postings.find`` gives them.

    Raises:
        NotFound: there is no such posting.
        UsageError: they are one already, or of different boards.
    """
    with store.write() as connection:
        a, b = posting_rows.get(connection, one), posting_rows.get(connection, other)
        if a.known.id == b.known.id:
            raise UsageError(f"{other} is posting {a.known.id[:8]} already; name two postings")
        if a.board.id != b.board.id:
            raise UsageError(
                f"{a.board.name} and {b.board.name} are two boards; only postings of one board "
                "can be merged"
            )
        kept, folded = merging.which_stays(a.known, b.known)
        stays = a if kept is a.known else b
        wrong = merging.mistaken(kept, folded, _told(connection, (kept.id, folded.id)))
        number = merges.add(connection, a.board.id, kept.id, folded.id, by=by, now=now)
        word = Word(f"merge:{number}", by, now)
        told = merging.retractions(kept, folded, wrong, _window(stays), word)
        _tell(connection, stays, told, now)
    return Merged(kept.id, folded.id, tuple(event.id for event in wrong))


def undo(store: Store, one: str, other: str, *, by: str, now: datetime) -> Merged:
    """Say that two postings that were merged are two jobs: both are as if they never had been.

    The keys that the one that stayed was first known by since then are forgotten: which of the two
    they belong to is for the next crawl to say.

    Args:
        store: the store.
        one: the beginning of the id of either, or a URL it was known by; ``other`` likewise.
        other: see there.
        by: who says so.
        now: when.

    Raises:
        UsageError: they are not merged with each other.
    """
    with store.write() as connection:
        row = _merge_of(connection, one, other)
        folded = _own(connection, row.folded)
        merges.end(connection, row.number, now)
        keys.forget_since(connection, row.kept, row.at)
        kept = posting_rows.get(connection, row.kept)
        retracted = _retracted_by(connection, row)
        word = Word(f"undone:{row.number}", by, now)
        told = merging.restorations(kept.known, folded, retracted, _window(kept), word)
        _tell(connection, kept, told, now)
    return Merged(row.kept, row.folded, tuple(retracted))


def _tell(connection: Connection, row: PostingRow, told: Sequence[Event], now: datetime) -> None:
    verdict = Verdict("complete", None, events=tuple(told))
    settling.carry_out(connection, row.board.id, {row.known.id: row.known}, verdict, now)


def _told(connection: Connection, ids: Iterable[str]) -> list[Told]:
    """What was told of these postings and still holds, oldest first."""
    news = events.c.baseline.is_(False) & events.c.quiet.is_(False)
    taken_back = select(events.c.retracts).where(events.c.retracts.is_not(None))
    wanted = (
        select(events.c.id, events.c.kind, events.c.posting_id, events.c.detected_at)
        .where(events.c.posting_id.in_(list(ids)), news, events.c.id.not_in(taken_back))
        .order_by(events.c.cursor)
    )
    return [Told(*row) for row in connection.execute(wanted)]


def _window(row: PostingRow) -> Window:
    return Window(*row.closed_window) if row.closed_window else Window()


def _merge_of(connection: Connection, one: str, other: str) -> MergeRow:
    """The one standing merge of exactly these two, however they are named."""
    names = (_ids(connection, one), _ids(connection, other))
    found = [row for row in merges.standing(connection) if _is_between(row, *names)]
    if len(found) > 1:
        raise UsageError(f"{one} and {other} mean more than one merge; write whole ids")
    if not found:
        raise UsageError(
            f"{one} and {other} are not merged with each other; "
            "`jobdiff show POSTING --why` says what a posting was merged with"
        )
    return found[0]


def _is_between(row: MergeRow, one: frozenset[str], other: frozenset[str]) -> bool:
    pairs = ((row.kept, row.folded), (row.folded, row.kept))
    return any(first in one and second in other for first, second in pairs)


def _ids(connection: Connection, ref: str) -> frozenset[str]:
    """Every posting that a reference may mean, those that are parts of others too."""
    if not ref.strip():
        return frozenset()
    found = posting_rows.named(ref)
    return frozenset(connection.scalars(select(postings.c.id).where(found)))


def _own(connection: Connection, posting_id: str) -> Known:
    return posting_rows.alone(connection, posting_id).known


def _retracted_by(connection: Connection, row: MergeRow) -> list[str]:
    """The retractions that the merge told, and that nothing has taken back."""
    taken_back = select(events.c.retracts).where(events.c.retracts.is_not(None))
    said: Any = (
        select(events.c.id, events.c.evidence)
        .where(
            events.c.posting_id == row.kept,
            events.c.detected_at == row.at,
            events.c.retracts.is_not(None),
            events.c.id.not_in(taken_back),
        )
        .order_by(events.c.cursor)
    )
    found = connection.execute(said)
    return [one.id for one in found if any(e["kind"] == "merged" for e in one.evidence)]
