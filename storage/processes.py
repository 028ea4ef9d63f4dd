"""The processes that work on this store: daemons and workers, and what they are asked to do."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from sqlalchemy import Connection, delete, insert, select, update

from storage.schema import processes

ProcessKind: TypeAlias = Literal["serve", "worker"]

SILENT_AFTER: Final = timedelta(minutes=1)
"""A process that was not seen for so long has died."""
_LONG: Final = 60 * SILENT_AFTER


@dataclass(frozen=True)
class Process:
    """One process.

    Attributes:
        asked: how often it was asked to read its configuration again; ``answered`` how many of
            these it has done.
        error: why it refused the configuration the last time; None where it took it.
    """

    id: str
    kind: ProcessKind
    host: str
    pid: int
    started_at: datetime
    seen_at: datetime
    asked: int = 0
    answered: int = 0
    error: str | None = None


def register(
    connection: Connection, kind: ProcessKind, host: str, pid: int, now: datetime
) -> Process:
    """Note that a process has begun."""
    one = Process(str(uuid.uuid4()), kind, host, pid, now, now)
    connection.execute(insert(processes).values(**vars(one)))
    return one


def get(connection: Connection, process_id: str) -> Process | None:
    """A process; None once it was forgotten."""
    row = connection.execute(select(processes).where(processes.c.id == process_id)).first()
    return None if row is None else Process(**row._mapping)


def note_seen(connection: Connection, process: Process, now: datetime) -> None:
    """Note that a process lives, also one that was forgotten: by a long sleep, by a restore."""
    own = processes.c.id == process.id
    if not connection.execute(update(processes).where(own).values(seen_at=now)).rowcount:
        connection.execute(insert(processes).values(**{**vars(process), "seen_at": now}))


def alive(connection: Connection, now: datetime) -> list[Process]:
    """The processes that were seen lately, the oldest first; ``now`` is the real time."""
    seen_at = processes.c.seen_at
    wanted = select(processes).where(seen_at > now - SILENT_AFTER, seen_at < now + SILENT_AFTER)
    rows = connection.execute(wanted.order_by(processes.c.started_at, processes.c.id))
    return [Process(**row._mapping) for row in rows]


def ask(connection: Connection, ids: Sequence[str]) -> None:
    """Ask processes to read their configuration again."""
    own = processes.c.id.in_(ids)
    connection.execute(update(processes).where(own).values(asked=processes.c.asked + 1))


def answer(connection: Connection, process_id: str, asked: int, error: str | None) -> None:
    """Note what came of the ``asked``-th time a process was asked."""
    own = processes.c.id == process_id
    connection.execute(update(processes).where(own).values(answered=asked, error=error))


def leave(connection: Connection, process_id: str) -> None:
    """Note that a process has ended."""
    connection.execute(delete(processes).where(processes.c.id == process_id))


def forget_silent(connection: Connection, now: datetime) -> int:
    """Forget the processes that died long ago, by the real time; how many there were.

    One that was seen "in the future" is another clock's; should it live, it says so again.
    """
    silent = ~processes.c.seen_at.between(now - _LONG, now + _LONG)
    return connection.execute(delete(processes).where(silent)).rowcount
