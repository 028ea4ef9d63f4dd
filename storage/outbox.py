"""The outbox: messages that are owed to channels, and how far the log was read for them.

One transaction owes the deliveries of some events and moves the cursor past them; a delivery is
marked sent after it was sent. So a crash loses nothing, and repeats at most a message, with its id.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy import (
    Connection,
    Row,
    Text,
    cast,
    func,
    insert,
    or_,
    select,
    update,
)

from postings.errors import NotFound
from storage import events
from storage.events import EventRow
from storage.schema import channel_states, cursors, deliveries
from storage.schema import events as events_table

State: TypeAlias = Literal["owed", "sent", "dead", "cancelled"]

ALERTS: Final = "alerts"
CLOCKS_DIFFER: Final = timedelta(minutes=1)
"""What lies further ahead than this was written by a clock that was set back since."""
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
        leased_until: real time until which one process alone may send it.
        fence: counts its claims; only the last of them may note how it ended.
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
    leased_until: datetime | None = None
    fence: int = 0


def delivery_id(rule: str, channel: str, event_ids: Iterable[str]) -> str:
    """The id of the delivery of these events, in whatever order, by a rule to a channel."""
    return str(uuid.uuid5(_NAMESPACE, json.dumps([rule, channel, sorted(set(event_ids))])))


def find(connection: Connection, ref: str) -> Delivery:
    """The delivery whose id begins so.

    Raises:
        NotFound: there is none, or more than one.
    """
    wanted = select(deliveries).where(deliveries.c.id.startswith(ref, autoescape=True)).limit(2)
    rows = connection.execute(wanted).all()
    if len(rows) != 1:
        what = "more than one delivery has" if rows else "no delivery has"
        raise NotFound(f"{what} an id that begins with {ref!r}; `jobdiff alerts dead` lists some")
    return _delivery(rows[0])


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


def put(connection: Connection, one: Delivery) -> bool:
    """Note a delivery; False if one with its id is known already, which stays as it is."""
    if by_ids(connection, (one.id,)):
        return False
    connection.execute(insert(deliveries).values(**_values(one)))
    return True


def change(
    connection: Connection,
    delivery_id: str,
    *,
    event_ids: Sequence[str],
    payload: Mapping[str, Any],
) -> None:
    """Let one that is owed tell something else."""
    _set(connection, delivery_id, event_ids=list(event_ids), payload=dict(payload))


def keep(
    connection: Connection, delivery_id: str, payload: Mapping[str, Any], fence: int | None = None
) -> None:
    """Keep something else with one that is owed."""
    _set(connection, delivery_id, fence, payload=dict(payload))


def due(
    connection: Connection,
    now: datetime,
    limit: int | None = None,
    *,
    except_channels: Collection[str] = (),
) -> list[Delivery]:
    """The deliveries to try now, in the order they were owed; channels at rest are left alone.

    ``limit`` is for each channel, so that what one of them has not taken holds up no other.
    """
    resting = select(channel_states.c.channel).where(channel_states.c.rests_until > now)
    order = (deliveries.c.created_at, deliveries.c.next_attempt_at, deliveries.c.id)
    place = func.row_number().over(partition_by=deliveries.c.channel, order_by=order)
    ready = (
        select(deliveries.c.id, place.label("place"))
        .where(deliveries.c.state == "owed", deliveries.c.next_attempt_at <= now)
        .where(deliveries.c.channel.not_in(resting))
        .where(deliveries.c.channel.not_in(tuple(except_channels)))
        .subquery()
    )
    wanted = select(deliveries).join(ready, ready.c.id == deliveries.c.id).order_by(*order)
    if limit is not None:
        wanted = wanted.where(ready.c.place <= limit)
    return [_delivery(row) for row in connection.execute(wanted)]


def claim(
    connection: Connection, delivery_id: str, now: datetime, *, real: datetime, until: datetime
) -> Delivery | None:
    """Claim one that is due, for this process alone, as it stands now.

    Args:
        connection: to write by.
        delivery_id: which.
        now: the time by which it is due.
        real: the real time, by which claims run out.
        until: until when the claim holds.

    Returns:
        None if another process has it, or it is due no more.
    """
    held = deliveries.c.leased_until
    free = or_(held.is_(None), held <= real, held > until + CLOCKS_DIFFER)
    ready = (deliveries.c.state == "owed", deliveries.c.next_attempt_at <= now, free)
    mine = update(deliveries).where(deliveries.c.id == delivery_id, *ready)
    values = {"leased_until": until, "fence": deliveries.c.fence + 1}
    if not connection.execute(mine.values(**values)).rowcount:
        return None
    return by_ids(connection, (delivery_id,))[0]


def telling(connection: Connection, event_ids: Collection[str]) -> list[Delivery]:
    """The deliveries, owed or sent, that tell any of some events: one pass, however many."""
    wanted = select(deliveries).where(deliveries.c.state.in_(("owed", "sent")))
    if not event_ids:
        return []
    if len(event_ids) == 1:
        (only,) = event_ids
        among = cast(deliveries.c.event_ids, Text).contains(only, autoescape=True)
        wanted = wanted.where(among)
    asked = frozenset(event_ids)
    rows = connection.execute(wanted.execution_options(yield_per=500))
    return [_delivery(row) for row in rows if not asked.isdisjoint(row.event_ids)]


def holding(connection: Connection, key: str) -> list[Delivery]:
    """The owed deliveries, never tried yet, that carry a key in what the dispatcher keeps."""
    carries = cast(deliveries.c.payload, Text).contains(f'"{key}"', autoescape=True)
    wanted = select(deliveries).where(deliveries.c.state == "owed", deliveries.c.attempts == 0)
    return [_delivery(row) for row in connection.execute(wanted.where(carries))]


def counts(connection: Connection) -> dict[tuple[str, str, str], int]:
    """How many deliveries there are, by rule, channel and state."""
    by = (deliveries.c.rule, deliveries.c.channel, deliveries.c.state)
    rows = connection.execute(select(*by, func.count()).group_by(*by))
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def channels_told(connection: Connection) -> frozenset[str]:
    """The channels that were ever owed something, those that left the configuration too."""
    return frozenset(connection.scalars(select(deliveries.c.channel).distinct()))


def waiting_by_channel(connection: Connection) -> dict[str, int]:
    """How many deliveries are owed to each channel."""
    own = select(deliveries.c.channel, func.count()).where(deliveries.c.state == "owed")
    return {row[0]: row[1] for row in connection.execute(own.group_by(deliveries.c.channel))}


def last_time(connection: Connection, rule: str, channel: str, until: datetime) -> datetime | None:
    """When a rule last sent a channel something, or is going to; not after ``until``."""
    own = (deliveries.c.rule == rule, deliveries.c.channel == channel)
    at: datetime | None = connection.scalar(
        select(func.max(deliveries.c.next_attempt_at)).where(
            *own, deliveries.c.next_attempt_at <= until
        )
    )
    return at


def news_since(connection: Connection, since: datetime) -> dict[str, int]:
    """How many events of each kind were detected since then, baselines left out."""
    kinds = select(events_table.c.kind, func.count()).group_by(events_table.c.kind)
    own = (events_table.c.detected_at >= since, events_table.c.baseline.is_(False))
    return {row[0]: row[1] for row in connection.execute(kinds.where(*own))}


def next_at(connection: Connection) -> dict[str, datetime]:
    """When each rule's next owed delivery goes out."""
    at = select(deliveries.c.rule, func.min(deliveries.c.next_attempt_at))
    owed = at.where(deliveries.c.state == "owed").group_by(deliveries.c.rule)
    return {row[0]: row[1] for row in connection.execute(owed)}


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


def sent(connection: Connection, delivery_id: str, now: datetime, fence: int | None = None) -> None:
    """The channel took it."""
    _set(connection, delivery_id, fence, state="sent", sent_at=now, error=None, leased_until=None)


def failed(
    connection: Connection,
    delivery_id: str,
    error: str,
    next_attempt_at: datetime,
    fence: int | None = None,
) -> None:
    """The channel did not take it; it is tried again then."""
    _set(
        connection,
        delivery_id,
        fence,
        attempts=deliveries.c.attempts + 1,
        error=error,
        next_attempt_at=next_attempt_at,
        leased_until=None,
    )


def postpone(connection: Connection, delivery_id: str, next_attempt_at: datetime) -> None:
    """It is tried then, earlier or later than was said; no attempt is counted."""
    _set(connection, delivery_id, next_attempt_at=next_attempt_at, leased_until=None)


def dead(connection: Connection, delivery_id: str, error: str, fence: int | None = None) -> None:
    """It is given up; a person may look at it and send it again."""
    attempts = deliveries.c.attempts + 1
    _set(
        connection, delivery_id, fence,
        state="dead", attempts=attempts, error=error, leased_until=None,
    )  # fmt: skip


def cancel(connection: Connection, delivery_id: str, reason: str) -> None:
    """It is not wanted any more; one that was sent stays sent."""
    _set(connection, delivery_id, state="cancelled", error=reason, leased_until=None)


def replay(
    connection: Connection,
    since: datetime,
    now: datetime,
    *,
    states: Sequence[State] = ("dead",),
    channel: str | None = None,
) -> int:
    """Owe again, with their ids, the deliveries in these states that were owed since then.

    Returns:
        How many.
    """
    own = [deliveries.c.state.in_(tuple(states)), deliveries.c.created_at >= since]
    if channel is not None:
        own.append(deliveries.c.channel == channel)
    return connection.execute(update(deliveries).where(*own).values(**_anew(now))).rowcount


def hurry(connection: Connection, channel: str, now: datetime) -> int:
    """Try at once what a channel has not taken so far; how many that is."""
    own = (deliveries.c.state == "owed", deliveries.c.channel == channel, deliveries.c.attempts > 0)
    return connection.execute(update(deliveries).where(*own).values(next_attempt_at=now)).rowcount


def _anew(now: datetime) -> dict[str, Any]:
    return {"state": "owed", "attempts": 0, "next_attempt_at": now, "leased_until": None}


def _move(connection: Connection, name: str, new_cursor: int) -> None:
    own = cursors.c.name == name
    if not has_begun(connection, name):
        connection.execute(insert(cursors).values(name=name, cursor=new_cursor))
        return
    behind = update(cursors).where(own, cursors.c.cursor < new_cursor)
    connection.execute(behind.values(cursor=new_cursor))


def _set(connection: Connection, delivery_id: str, fence: int | None = None, **values: Any) -> None:
    """Change a delivery that is still owed; what is settled, or another's by now, stays."""
    own = [deliveries.c.id == delivery_id, deliveries.c.state == "owed"]
    if fence is not None:
        own.append(deliveries.c.fence == fence)
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
        "leased_until": one.leased_until,
        "fence": one.fence,
    }


def _delivery(row: Row[Any]) -> Delivery:
    values = dict(row._mapping)
    return Delivery(**values | {"event_ids": tuple(values["event_ids"])})
