"""Postings of which a crawl says no more than that they are listed again, as they were.

On a large board these are nearly all, at every crawl. Nothing that settling decides can concern
most of them: they are counted and their time is noted, in a handful of statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, not_, or_, select, true, update

from postings.model import Known, Observation
from storage.boards import BoardRow
from storage.schema import posting_keys, postings
from storage.types import read_instant, spell

FROM: Final = 50
_FEW: Final = 2_000
_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Repeated:
    """Known postings, by id, that a listing has again.

    ``looked``: their own pages were asked, and answered that nothing has changed.
    """

    at: datetime
    postings: tuple[str, ...]
    looked: bool = False


@dataclass(frozen=True)
class Calm:
    """The repeated postings that settling may leave out, and a condition on all others.

    Of the pages of those that are ``looked`` it is known that they are as they were.
    """

    ids: frozenset[str] = frozenset()
    looked: frozenset[str] = frozenset()
    others: ColumnElement[bool] = field(default_factory=true)


def repeated_json(told: Repeated) -> dict[str, Any]:
    """For the stage."""
    return {"at": spell(told.at), "postings": list(told.postings), "looked": told.looked}


def repeated_of(told: Mapping[str, Any]) -> Repeated:
    """The inverse of ``repeated_json``."""
    return Repeated(read_instant(told["at"]), tuple(told["postings"]), told["looked"])


def calm(
    connection: Connection,
    board: BoardRow,
    told: Sequence[Repeated],
    seen: Iterable[Observation],
    now: datetime,
) -> Calm:
    """Which of the repeated postings settling may leave out.

    They are open and listed, no question about them is open, their deadline is not over and does
    not stand still after it slid, and no observation of the crawl has any of their keys. None
    where that would not pay.
    """
    claimed = {one for each in told for one in each.postings}
    keys = {key for one in seen for key in one.keys}
    asked = board.quarantine is not None or board.habits.drifts
    if len(claimed) < FROM or len(keys) > _FEW or asked:
        return Calm()
    quiet = _quiet(now)
    of_board = postings.c.board_id == board.id
    found = frozenset(connection.scalars(select(postings.c.id).where(of_board, quiet)))
    looked = {one for each in told if each.looked for one in each.postings}
    still = _confirmed(connection, board.id, looked)
    ids = (found & claimed) - _named(connection, board.id, keys) - still
    left = found - ids
    if len(left) > _FEW:
        return Calm()
    return Calm(ids, ids & looked, or_(not_(quiet), postings.c.id.in_(left)))


def observations(told: Sequence[Repeated], known: Mapping[str, Known]) -> Iterator[Observation]:
    """What is repeated of ``known`` postings, as observations."""
    for each in told:
        for one in (known[id_] for id_ in each.postings if id_ in known):
            yield Observation(
                one.url, each.at, "unchanged", listed=True, asked=each.looked, keys=one.keys
            )


def touch(connection: Connection, told: Sequence[Repeated], ids: frozenset[str]) -> None:
    """Note when ``ids`` were seen."""
    for each in told:
        for some in _chunks([one for one in each.postings if one in ids]):
            earlier = and_(postings.c.id.in_(some), postings.c.last_seen < each.at)
            values = {"last_seen": each.at} | ({"read_at": each.at} if each.looked else {})
            connection.execute(update(postings).where(earlier).values(**values))


def _quiet(now: datetime) -> ColumnElement[bool]:
    return and_(
        postings.c.state == "open",
        postings.c.listed,
        not_(postings.c.unlisted),
        not_(postings.c.still_published),
        postings.c.absent_since.is_(None),
        postings.c.unlooked.is_(None),
        or_(postings.c.deadline.is_(None), postings.c.deadline > now),
    )


def _confirmed(connection: Connection, board_id: str, looked: set[str]) -> set[str]:
    """The postings whose deadline slid, and of which the page that carries them is unchanged."""
    slid = select(postings.c.id, postings.c.own_page).where(
        postings.c.board_id == board_id, postings.c.slid_at.is_not(None)
    )
    return {id_ for id_, own_page in connection.execute(slid) if id_ in looked or not own_page}


def _named(connection: Connection, board_id: str, keys: Iterable[str]) -> set[str]:
    """The postings that have any of ``keys``."""
    found: set[str] = set()
    for some in _chunks(list(keys)):
        wanted = select(posting_keys.c.posting_id).where(
            posting_keys.c.board_id == board_id, posting_keys.c.key.in_(some)
        )
        found.update(connection.scalars(wanted))
    return found


def _chunks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _AT_ONCE):
        yield texts[start : start + _AT_ONCE]
