"""The outbox: messages that are owed to channels, and how far the log was read for them.

One transaction owes the deliveries of some events and moves the cursor past them; a delivery is
marked sent after it was sent. So a crash loses nothing, and repeats at most a message, with its id.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import Connection, Row, insert, select, update

from postings.errors import NotFound
from storage import events
from storage.events import EventRow
from storage.schema import cursors, deliveries

State: TypeAlias = Literal["owed", "sent", "dead", "cancelled"]

ALERTS: Final = "alerts"
_NAMESPACE: Final = uuid.UUID("b6bb5aa3-6a5f-5c57-8a54-0e2a3c1f4f0e")


@dataclass(frozen=True)
class Delivery:
    """One message owed to one channel.

    Attributes:
        id: stable, see ``delivery_id``; receivers tell a repeat by it.
        event_ids: what it tells, oldest first.
        payload: what the dispatcher wants to keep with it, as JSON.
        next_attempt_at: not before then.
        attempts: how often it was tried in vain.
        error: what the channel said last.
    """

    id: str
    rule: str
    channel: str
    event_ids: tuple[str, ...]
    created_at: datetime
    next_attempt_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict, hash=False)
    state: State = "owed"
    attempts: int = 0
    sent_at: datetime | None = None
    error: str | None = None


def delivery_id(rule: str, channel: str, event_ids: Iterable[str]) -> str:
    """The id of the delivery of these events, in whatever order, by a rule to a channel."""
    return str(uuid.uuid5(_NAMESPACE, json.dumps([rule, channel, sorted(set(event_ids))])))


def cursor(connection: Connection, name: str = ALERTS) -> int:
    """How far the reader ``name`` has read the log; 0 before it began."""
    return connection.scalar(select(cursors.c.cursor).where(cursors.c.name == name)) or 0


def has_begun(connection: Connection, name: str = ALERTS) -> bool:
    """Whether the reader ``name`` ever noted how far it read."""
    return (
        connection.execute(select(cursors.c.name).where(cursors.c.name == name)).first() is not None
    )


def tail(connection: Connection, name: str = ALERTS, limit: int | None = None) -> list[EventRow]:
    """The events after the reader's cursor, oldest first, baselines included."""
    return events.log(connection, after_cursor=cursor(connection, name), limit=limit)


def owe(
    connection: Connection, owed: Sequence[Delivery], new_cursor: int, name: str = ALERTS
) -> int:
    """Note deliveries and move the reader's cursor, which never goes back.

    Returns:
        How many of the deliveries are new; one that is known already stays as it is.
    """
    fresh = {one.id: one for one in owed}
    known = {one.id for one in by_ids(connection, tuple(fresh))}
    rows = [_values(one) for id_, one in fresh.items() if id_ not in known]
    if rows:
        connection.execute(insert(deliveries), rows)
    _move(connection, name, new_cursor)
    return len(rows)


def due(connection: Connection, now: datetime, limit: int | None = None) -> list[Delivery]:
    """The deliveries to try now, in the order they were owed."""
    wanted = (
        select(deliveries)
        .where(deliveries.c.state == "owed", deliveries.c.next_attempt_at <= now)
        .order_by(deliveries.c.created_at, deliveries.c.next_attempt_at, deliveries.c.id)
        .limit(limit)
    )
    return [_delivery(row) for row in connection.execute(wanted)]


def by_state(connection: Connection, state: State, limit: int | None = None) -> list[Delivery]:
    """The deliveries in a state, oldest first."""
    wanted = select(deliveries).where(deliveries.c.state == state)
    rows = connection.execute(
        wanted.order_by(deliveries.c.created_at, deliveries.c.id).limit(limit)
    )
    return [_delivery(row) for row in rows]


def by_ids(connection: Connection, ids: Sequence[str]) -> list[Delivery]:
    """The deliveries with these ids; what is not known is left out."""
    rows: list[Row[Any]] = []
    for start in range(0, len(ids), 500):
        some = deliveries.c.id.in_(ids[start : start + 500])
        rows += connection.execute(select(deliveries).where(some)).all()
    return [_delivery(row) for row in rows]


def sent(connection: Connection, delivery_id: str, now: datetime) -> None:
    """The channel took it."""
    _set(connection, delivery_id, state="sent", sent_at=now, error=None)


def failed(connection: Connection, delivery_id: str, error: str, next_attempt_at: datetime) -> None:
    """The channel did not take it; it is tried again then."""
    _set(
        connection,
        delivery_id,
        attempts=deliveries.c.attempts + 1,
        error=error,
        next_attempt_at=next_attempt_at,
    )


def postpone(connection: Connection, delivery_id: str, next_attempt_at: datetime) -> None:
    """It is tried then, earlier or later than was said; no attempt is counted."""
    _set(connection, delivery_id, next_attempt_at=next_attempt_at)


def dead(connection: Connection, delivery_id: str, error: str) -> None:
    """It is given up; a person may look at it and send it again."""
    _set(connection, delivery_id, state="dead", attempts=deliveries.c.attempts + 1, error=error)


def cancel(connection: Connection, delivery_id: str, reason: str) -> None:
    """It is not wanted any more; one that was sent stays sent."""
    _set(connection, delivery_id, state="cancelled", error=reason)


def revive(connection: Connection, delivery_id: str, now: datetime) -> None:
    """Owe a dead one again, from now on and with all its attempts."""
    own = (deliveries.c.id == delivery_id, deliveries.c.state == "dead")
    back = {"state": "owed", "attempts": 0, "next_attempt_at": now}
    if not connection.execute(update(deliveries).where(*own).values(**back)).rowcount:
        raise NotFound(
            f"no dead delivery has the id {delivery_id}; `jobdiff alerts dead` lists them"
        )


def _move(connection: Connection, name: str, new_cursor: int) -> None:
    own = cursors.c.name == name
    if not has_begun(connection, name):
        connection.execute(insert(cursors).values(name=name, cursor=new_cursor))
        return
    behind = update(cursors).where(own, cursors.c.cursor < new_cursor)
    connection.execute(behind.values(cursor=new_cursor))


def _set(connection: Connection, delivery_id: str, **values: Any) -> None:
    """Change a delivery that is still owed; what is settled stays."""
    own = (deliveries.c.id == delivery_id, deliveries.c.state == "owed")
    connection.execute(update(deliveries).where(*own).values(**values))


def _values(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "rule": one.rule,
        "channel": one.channel,
        "event_ids": list(one.event_ids),
        "payload": dict(one.payload),
        "state": one.state,
        "created_at": one.created_at,
        "next_attempt_at": one.next_attempt_at,
        "attempts": one.attempts,
        "sent_at": one.sent_at,
        "error": one.error,
    }


def _delivery(row: Row[Any]) -> Delivery:
    values = dict(row._mapping)
    return Delivery(**values | {"event_ids": tuple(values["event_ids"])})
