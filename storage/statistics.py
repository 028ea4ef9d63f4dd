"""What is asked of the past in numbers: how crawls ended, when postings were open, how long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, func, select

from postings.reposts import stated_day
from postings.survival import Life
from postings.tally import Turn
from storage import merges
from storage.postings import within
from storage.schema import boards, crawls, events, postings, snapshots

ALL: Final = ""
_DAY: Final = timedelta(days=1)
_Moment: TypeAlias = tuple[datetime, int, str, bool | None]


@dataclass(frozen=True)
class Lives:
    """How long each posting was open, by board; ``left_out``: it is not known since when."""

    of_board: Mapping[str, Sequence[Life]]
    left_out: Mapping[str, int]


def outcomes_since(connection: Connection, board_id: str, since: datetime) -> Counter[str]:
    """How many crawls of a board that began after ``since`` ended how."""
    wanted = (
        select(crawls.c.outcome, func.count())
        .where(
            crawls.c.board_id == board_id,
            crawls.c.started_at > since,
            crawls.c.outcome.is_not(None),
        )
        .group_by(crawls.c.outcome)
    )
    return Counter({row[0]: row[1] for row in connection.execute(wanted)})


def turns(
    connection: Connection, *, board: str | None = None, tag: str | None = None
) -> list[Turn]:
    """When postings opened and closed as it became known, by board, oldest first.

    At any time the balance is what ``postings.search(as_of=…, state="open")`` finds.
    """
    names = _names(connection, within(connection, board, tag))
    open_: set[str] = set()
    folded: set[str] = set()
    told: list[Turn] = []
    of_board: dict[str, str] = {}
    for at, _, posting, state in _moments(connection, names, of_board):
        before = posting in open_ and posting not in folded
        if isinstance(state, bool):
            (open_.add if state else open_.discard)(posting)
        else:
            (folded.discard if posting in folded else folded.add)(posting)
        after = posting in open_ and posting not in folded
        if before != after:
            told.append(Turn(at, names[of_board[posting]], after))
    return told


def _moments(
    connection: Connection, names: Mapping[str, str], of_board: dict[str, str]
) -> list[_Moment]:
    """What moved when: whether a posting was open from then on, or (None) its merge turned."""
    wanted = select(
        events.c.detected_at,
        events.c.cursor,
        events.c.posting_id,
        events.c.state,
        events.c.board_id,
    )
    moments: list[_Moment] = []
    for at, cursor, posting, state, board_id in connection.execute(wanted):
        if board_id in names:
            of_board[posting] = board_id
            moments.append((at, cursor, posting, state == "open"))
    for row in merges.every(connection):
        if row.folded in of_board:
            ends = (row.at, row.undone_at)
            moments += [(at, 0, row.folded, None) for at in ends if at is not None]
    return sorted(moments, key=lambda one: one[:2])


def lives(connection: Connection, *, board: str | None = None, tag: str | None = None) -> Lives:
    """How long each posting was open, in days: up to its closing, or to when it was last seen.

    One that was there when its board was first read is counted from the date that it gives, and as
    watched from then on; without such a date it is not known how long it had been open.
    """
    names = _names(connection, within(connection, board, tag))
    parts = merges.parts(connection)
    rows = [row for row in connection.execute(_spans()) if row.board_id in names]
    first = _first_seen(rows, parts)
    found: dict[str, list[Life]] = {}
    left_out: Counter[str] = Counter()
    for row in rows:
        if row.id in parts:
            continue
        name = names[row.board_id]
        life = _life(row, first.get(row.id, row.first_seen))
        if life is None:
            left_out[name] += 1
        else:
            found.setdefault(name, []).append(life)
    return Lives(found, left_out)


def _spans() -> Any:
    """Each posting's times, the date that it gave first, and whether it was there at first."""
    earliest = (
        select(snapshots.c.posting_id, func.min(snapshots.c.number).label("number"))
        .group_by(snapshots.c.posting_id)
        .subquery()
    )
    begun = (
        select(events.c.posting_id, func.min(events.c.baseline).label("baseline"))
        .where(events.c.kind == "new")
        .group_by(events.c.posting_id)
        .subquery()
    )
    posted = snapshots.c.content["date_posted"].as_string()
    joined = (
        postings.join(earliest, earliest.c.posting_id == postings.c.id)
        .join(snapshots, snapshots.c.number == earliest.c.number)
        .outerjoin(begun, begun.c.posting_id == postings.c.id)
    )
    return select(
        postings.c.id,
        postings.c.board_id,
        postings.c.first_seen,
        postings.c.last_seen,
        postings.c.state,
        postings.c.closed_at,
        begun.c.baseline,
        posted.label("posted"),
    ).select_from(joined)


def _first_seen(rows: Iterable[Any], parts: Mapping[str, str]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for row in rows:
        whole = parts.get(row.id, row.id)
        found[whole] = min(found.get(whole, row.first_seen), row.first_seen)
    return found


def _life(row: Any, first_seen: datetime) -> Life | None:
    closed = row.state != "open"
    end: datetime = row.closed_at if closed and row.closed_at else row.last_seen
    posted = stated_day(row.posted)
    if not row.baseline:
        start = first_seen
    elif posted is not None and posted < first_seen.astimezone(UTC).date():
        start = _midnight(posted)
    else:
        return None
    life = Life((end - start) / _DAY, closed, (first_seen - start) / _DAY)
    return life if life.until >= life.since else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _names(connection: Connection, ids: Sequence[str] | None) -> dict[str, str]:
    rows = connection.execute(select(boards.c.id, boards.c.name))
    return {row.id: row.name for row in rows if ids is None or row.id in ids}
