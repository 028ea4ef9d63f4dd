"""What is remembered of hosts, for all boards on them: breakers and robots.txt."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, delete, insert, select

from storage.schema import breakers, robots

ROBOTS_FOR: Final = timedelta(hours=24)
"""How long what a robots.txt said may be gone by (RFC 9309, 2.4)."""


@dataclass(frozen=True)
class Breaker:
    """A host that failed or asked to be left alone.

    Attributes:
        host: its name, with a port that is not the scheme's own.
        failures: crawls in a row in which it never answered well.
        opened_at: when it failed last; ``closed_until``: before then nothing is asked there.
        fetch: what a page there counts as in the meantime.
        reason: why, for people.
    """

    host: str
    failures: int
    opened_at: datetime
    closed_until: datetime
    fetch: Literal["blocked", "failed"]
    reason: str

    def holds(self, now: datetime) -> bool:
        """Whether nothing may be asked at ``now``; a clock that was set back lets it go."""
        return self.opened_at <= now < self.closed_until


@dataclass(frozen=True)
class RobotsAnswer:
    """How a host answered when it was asked for its robots.txt; ``body`` at most 500 KiB."""

    origin: str
    asked_at: datetime
    status: int
    body: bytes

    def is_fresh(self, now: datetime) -> bool:
        """Whether it still counts."""
        return timedelta() <= now - self.asked_at < ROBOTS_FOR


def breaker(connection: Connection, host: str) -> Breaker | None:
    """The breaker of a host; None while all is well there."""
    row = connection.execute(select(breakers).where(breakers.c.host == host)).first()
    return None if row is None else Breaker(**row._mapping)


def keep_breaker(connection: Connection, one: Breaker) -> None:
    """Remember a breaker instead of the host's former one."""
    forget_breaker(connection, one.host)
    connection.execute(insert(breakers).values(**asdict(one)))


def forget_breaker(connection: Connection, host: str) -> None:
    """All is well with a host."""
    connection.execute(delete(breakers).where(breakers.c.host == host))


def robots_of(connection: Connection, origin: str) -> RobotsAnswer | None:
    """What the robots.txt of ``https://host`` answered last."""
    row = connection.execute(select(robots).where(robots.c.origin == origin)).first()
    return None if row is None else RobotsAnswer(**row._mapping)


def keep_robots(connection: Connection, answer: RobotsAnswer) -> None:
    """Remember an answer instead of the former one."""
    connection.execute(delete(robots).where(robots.c.origin == answer.origin))
    connection.execute(insert(robots).values(**asdict(answer)))
