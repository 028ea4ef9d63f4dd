"""How the channels are doing: which of them are left alone for a while, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from storage.schema import channel_states


@dataclass(frozen=True)
class ChannelState:
    """One channel.

    Attributes:
        rests_until: nothing is sent before; None: it is not at rest.
        failures: attempts in a row that it did not take.
        error: what it said to the last of them.
        sent_at: when it last took something.
    """

    channel: str
    rests_until: datetime | None = None
    failures: int = 0
    error: str | None = None
    sent_at: datetime | None = None


def states(connection: Connection) -> dict[str, ChannelState]:
    """Every channel that was ever tried, by name."""
    rows = connection.execute(select(channel_states))
    return {row.channel: ChannelState(**row._mapping) for row in rows}


def worked(connection: Connection, channel: str, now: datetime) -> None:
    """It took a message, so it rests no longer."""
    _put(connection, channel, rests_until=None, failures=0, error=None, sent_at=now)


def refused(connection: Connection, channel: str, error: str, rests_until: datetime | None) -> None:
    """It did not take a message; ``rests_until`` leaves it alone with all of them."""
    known = states(connection).get(channel, ChannelState(channel))
    values: dict[str, Any] = {"failures": known.failures + 1, "error": error}
    _put(connection, channel, **values, rests_until=rests_until or known.rests_until)


def wake(connection: Connection, channel: str | None = None) -> None:
    """Let a channel, or all of them, be tried at once."""
    rests = update(channel_states).values(rests_until=None)
    if channel is not None:
        rests = rests.where(channel_states.c.channel == channel)
    connection.execute(rests)


def _put(connection: Connection, channel: str, **values: Any) -> None:
    own = update(channel_states).where(channel_states.c.channel == channel)
    if not connection.execute(own.values(**values)).rowcount:
        connection.execute(insert(channel_states).values(channel=channel, **values))
