"""What the alerts note for themselves: drops counted, reminders given, troubles told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from postings.model import Posting
from postings.wire import posting_from_json
from storage import marks, merges
from storage.codec import habits_of
from storage.marks import MarkName
from storage.schema import boards, deliveries, drops, postings, reminders, snapshots, troubles

FAILING: Final = "failing"
QUARANTINED: Final = "quarantined"


@dataclass(frozen=True)
class Drop:
    """How often a rule's filter said no; ``reason`` and ``at`` are of the last time."""

    rule: str
    filter: str
    count: int
    reason: str
    at: datetime


@dataclass(frozen=True)
class Closing:
    """An open posting whose deadline is near; ``board`` is name, URL and id of its board."""

    posting_id: str
    board: tuple[str, str, str]
    tags: tuple[str, ...]
    url: str
    first_seen: datetime
    deadline: datetime
    posting: Posting


@dataclass(frozen=True)
class TroubledBoard:
    """A watched board that cannot be read, or whose postings are in question."""

    id: str
    name: str
    url: str
    trouble: str
    reason: str | None


@dataclass(frozen=True)
class Unread:
    """A watched board that could not be read of late; ``since``: when it last was, as a whole."""

    name: str
    since: datetime


def said_then(connection: Connection, snapshot_ids: Sequence[str]) -> dict[str, Posting]:
    """What these snapshots say, by id; what is not known is left out."""
    found: dict[str, Posting] = {}
    for start in range(0, len(snapshot_ids), 500):
        some = snapshots.c.id.in_(snapshot_ids[start : start + 500])
        rows = connection.execute(select(snapshots.c.id, snapshots.c.content).where(some))
        found |= {row.id: posting_from_json(row.content) for row in rows}
    return found


# --- drops -------------------------------------------------------------------------------------


def count_drops(
    connection: Connection, dropped: Mapping[tuple[str, str], tuple[int, str]], now: datetime
) -> None:
    """Add to the counts: by rule and filter, how many more and why the last of them."""
    for (rule, name), (number, reason) in dropped.items():
        own = update(drops).where(drops.c.rule == rule, drops.c.filter == name)
        more = own.values(count=drops.c.count + number, reason=reason, at=now)
        if not connection.execute(more).rowcount:
            values = {"rule": rule, "filter": name, "count": number, "reason": reason, "at": now}
            connection.execute(insert(drops).values(**values))


def every_drop(connection: Connection) -> list[Drop]:
    """The counts, by rule, the highest first."""
    wanted = select(drops).order_by(drops.c.rule, drops.c.count.desc(), drops.c.filter)
    return [Drop(**row._mapping) for row in connection.execute(wanted)]


# --- reminders ---------------------------------------------------------------------------------


def closing(
    connection: Connection,
    rule: str,
    now: datetime,
    until: datetime,
    marked: Collection[MarkName] | None = None,
) -> list[Closing]:
    """The open postings whose deadline is after ``now``, not after ``until``, soonest first.

    Those that ``rule`` has looked at for this deadline are left out; with ``marked`` only those
    that have one of these marks are in it.
    """
    looked = select(reminders.c.at).where(
        reminders.c.rule == rule,
        reminders.c.posting_id == postings.c.id,
        reminders.c.deadline == postings.c.deadline,
    )
    wanted = (
        select(
            postings.c.id, postings.c.url, postings.c.first_seen, postings.c.deadline,
            boards.c.id.label("board_id"), boards.c.name, boards.c.url.label("board_url"),
            boards.c.tags, snapshots.c.content,
        )
        .join(snapshots, postings.c.snapshot_id == snapshots.c.id)
        .join(boards, postings.c.board_id == boards.c.id)
        .where(postings.c.state == "open", postings.c.deadline > now)
        .where(postings.c.deadline <= until, boards.c.watched, ~looked.exists())
        .order_by(postings.c.deadline, postings.c.id)
    )  # fmt: skip
    if marked is not None:
        wanted = wanted.where(postings.c.id.in_(list(marks.every(connection, tuple(marked)))))
    parts = merges.parts(connection)
    return [
        Closing(
            posting_id=row.id,
            board=(row.name, row.board_url, row.board_id),
            tags=tuple(row.tags),
            url=row.url,
            first_seen=row.first_seen,
            deadline=row.deadline,
            posting=posting_from_json(row.content),
        )
        for row in connection.execute(wanted)
        if row.id not in parts
    ]


def looked_at(
    connection: Connection, rule: str, posting_id: str, deadline: datetime, now: datetime
) -> None:
    """Note that a rule has looked at a posting's deadline, so that it tells of it once."""
    values = {"rule": rule, "posting_id": posting_id, "deadline": deadline, "at": now}
    connection.execute(insert(reminders).values(**values))


def deadlines_of(connection: Connection, posting_ids: Sequence[str]) -> dict[str, datetime]:
    """The deadlines, as of now, of those of these postings that are open and have one."""
    found: dict[str, datetime] = {}
    for start in range(0, len(posting_ids), 500):
        some = postings.c.id.in_(posting_ids[start : start + 500])
        is_open = (some, postings.c.state == "open", postings.c.deadline.is_not(None))
        rows = connection.execute(select(postings.c.id, postings.c.deadline).where(*is_open))
        found |= {row.id: row.deadline for row in rows}
    return found


# --- troubles of boards ------------------------------------------------------------------------


def troubled(connection: Connection, failing_after: int) -> list[TroubledBoard]:
    """The troubles there are: boards that failed so often in a row, boards in quarantine."""
    own = (boards.c.id, boards.c.name, boards.c.url, boards.c.reason)
    wanted = select(*own, boards.c.failures, boards.c.quarantine, boards.c.habits).where(
        boards.c.watched,
        ~boards.c.paused,
        or_(
            boards.c.failures >= failing_after,
            boards.c.quarantine.is_not(None),
            boards.c.habits.is_not(None),
        ),
    )
    found = []
    for row in connection.execute(wanted.order_by(boards.c.name)):
        if row.failures >= failing_after:
            found.append(TroubledBoard(row.id, row.name, row.url, FAILING, row.reason))
        if row.quarantine is not None or habits_of(row.habits).drifts:
            found.append(TroubledBoard(row.id, row.name, row.url, QUARANTINED, row.reason))
    return found


def unread(connection: Connection) -> tuple[list[Unread], int]:
    """The watched boards whose last crawl could not read them, and how many are watched."""
    own = (boards.c.name, boards.c.failures, boards.c.last_complete_at, boards.c.created_at)
    rows = connection.execute(select(*own).where(boards.c.watched, ~boards.c.paused)).all()
    lost = [
        Unread(row.name, row.last_complete_at or row.created_at) for row in rows if row.failures
    ]
    return sorted(lost, key=lambda one: one.since), len(rows)


def told_since(
    connection: Connection, rule: str, channel: str, since: datetime, until: datetime
) -> int:
    """How many messages of a rule a channel was told, or is going to be, between two times."""
    own = (deliveries.c.rule == rule, deliveries.c.channel == channel)
    wanted = select(func.count()).select_from(deliveries).where(*own)
    at = deliveries.c.next_attempt_at
    return connection.scalar(wanted.where(at > since, at <= until)) or 0


def known_troubles(connection: Connection) -> dict[tuple[str, str], datetime]:
    """The troubles that operators know of: board id and trouble, and since when."""
    return {(row.board_id, row.trouble): row.since for row in connection.execute(select(troubles))}


def note_trouble(connection: Connection, board_id: str, trouble: str, now: datetime) -> None:
    """Operators are told of it."""
    connection.execute(insert(troubles).values(board_id=board_id, trouble=trouble, since=now))


def forget_trouble(connection: Connection, board_id: str, trouble: str) -> None:
    """It is over."""
    own = (troubles.c.board_id == board_id, troubles.c.trouble == trouble)
    connection.execute(delete(troubles).where(*own))
