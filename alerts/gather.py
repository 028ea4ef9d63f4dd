"""Putting matches together into deliveries: at once, or gathered for a time."""

from __future__ import annotations

import itertools
import json
import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from alerts.timing import slot_after
from jobdiff.config import Channel, Rule
from postings.wire import instant
from storage import outbox
from storage.outbox import Delivery, delivery_id

EVENTS_A_WEBHOOK: Final = 100
HELD: Final = "held"
UNKNOWN: Final = "unknown"
DEADLINES: Final = "deadlines"
BOARDS: Final = "boards"
SLOT: Final = "slot"
LINK_KEY: Final = "key"
"""What a link to a message needs beside its id: a digest's id can be worked out, this cannot."""
TAKEN: Final = "taken"
"""Which recipients have it, see ``alerts.channels.base.Outgoing``."""
_NAMESPACE: Final = uuid.UUID("0d2a3f5e-9a0e-5a39-8e0b-8a4a52ad5c1f")


@dataclass(frozen=True)
class Match:
    """An event that a rule tells a channel; ``held_until``: its page should be looked at first."""

    rule: Rule
    channel: Channel
    event_id: str
    unknown: tuple[str, ...] = ()
    held_until: datetime | None = None


@dataclass(frozen=True)
class Items:
    """What a delivery tells: events, postings that close soon, boards in trouble."""

    event_ids: tuple[str, ...] = ()
    unknown: Mapping[str, Sequence[str]] = field(default_factory=dict)
    deadlines: tuple[Mapping[str, Any], ...] = ()
    boards: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, one: Delivery) -> Items:
        """What a delivery tells already."""
        return cls(
            one.event_ids,
            one.payload.get(UNKNOWN, {}),
            tuple(one.payload.get(DEADLINES, ())),
            tuple(one.payload.get(BOARDS, ())),
        )

    def __add__(self, other: Items) -> Items:
        return Items(
            tuple(dict.fromkeys((*self.event_ids, *other.event_ids))),
            {**self.unknown, **other.unknown},
            (*self.deadlines, *other.deadlines),
            _net(*self.boards, *other.boards),
        )

    def payload(self) -> dict[str, Any]:
        """What the outbox keeps of it beside the events."""
        told: dict[str, Any] = {UNKNOWN: {key: list(names) for key, names in self.unknown.items()}}
        if self.deadlines:
            told[DEADLINES] = [dict(one) for one in self.deadlines]
        if self.boards:
            told[BOARDS] = [dict(one) for one in self.boards]
        return told


def _net(*boards: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Of what boards went through before it was told, where each is in the end.

    One whose trouble came and went, or went and came back, is where it was: nothing to tell.
    """
    first: dict[tuple[str, str], bool] = {}
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in boards:
        key = (one["url"], one["trouble"])
        first.setdefault(key, one["active"])
        last[key] = one
    return tuple(one for key, one in last.items() if one["active"] == first[key])


def stable_id(*parts: object) -> str:
    """The same id for the same parts."""
    return str(uuid.uuid5(_NAMESPACE, json.dumps([str(part) for part in parts])))


def owe_matches(connection: Connection, matches: Sequence[Match], now: datetime) -> int:
    """Owe deliveries of matches; what has to wait for a look at its page goes alone.

    Returns:
        How many deliveries are new.
    """
    together: dict[tuple[str, str], list[Match]] = defaultdict(list)
    owed = 0
    for match in matches:
        if match.held_until:
            owed += outbox.put(connection, _held(match, match.held_until, now))
        else:
            together[match.rule.name, match.channel.name].append(match)
    for group in together.values():
        unknown = {match.event_id: match.unknown for match in group if match.unknown}
        items = Items(tuple(match.event_id for match in group), unknown)
        owed += owe_items(connection, group[0].rule, group[0].channel, items, now)
    return owed


def owe_items(
    connection: Connection, rule: Rule, channel: Channel, items: Items, now: datetime
) -> int:
    """Owe what a rule tells a channel, by the rule's schedule and quiet hours.

    Returns:
        How many deliveries are new.
    """
    slot = slot_after(rule.schedule, rule.quiet_hours, rule.zone, now)
    if slot is not None:
        return int(gather(connection, rule.name, channel.name, slot, items, now))
    parts = _parts(items, channel)
    return sum(outbox.put(connection, _at_once(rule, channel, part, now)) for part in parts)


def gather(
    connection: Connection, rule: str, channel: str, slot: datetime, items: Items, now: datetime
) -> bool:
    """Add items to what is gathered for a time; True if that is a new delivery.

    One whose sending has begun is left as it is: the rest goes into a part of its own.
    """
    for part in itertools.count():
        id_ = stable_id("digest", rule, channel, instant(slot), part)
        known = outbox.by_ids(connection, (id_,))
        if not known:
            payload = _with_key(items.payload()) | {SLOT: instant(slot)}
            new = Delivery(id_, rule, channel, items.event_ids, now, slot, payload)
            return outbox.put(connection, new)
        one = known[0]
        is_open = one.state == "owed" and not one.attempts and one.leased_until is None
        if is_open and one.rule == rule:  # a rule that was renamed took its digests with it
            more = Items.of(one) + items
            payload = {**one.payload, **more.payload()}
            outbox.change(connection, id_, event_ids=more.event_ids, payload=payload)
            return False
    raise AssertionError("a digest always has room for another part")


def _held(match: Match, until: datetime, now: datetime) -> Delivery:
    unknown = {match.event_id: list(match.unknown)} if match.unknown else {}
    return Delivery(
        id=delivery_id(match.rule.name, match.channel.name, [match.event_id]),
        rule=match.rule.name,
        channel=match.channel.name,
        event_ids=(match.event_id,),
        created_at=now,
        next_attempt_at=max(until, now),
        payload=_with_key({HELD: True, UNKNOWN: unknown}),
    )


def _at_once(rule: Rule, channel: Channel, items: Items, now: datetime) -> Delivery:
    id_ = delivery_id(rule.name, channel.name, items.event_ids)
    if items.deadlines:
        told = sorted((one["posting"]["id"], one["deadline"]) for one in items.deadlines)
        id_ = stable_id("deadlines", rule.name, channel.name, instant(now), *told)
    payload = _with_key(items.payload())
    return Delivery(id_, rule.name, channel.name, items.event_ids, now, now, payload)


def _with_key(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {LINK_KEY: secrets.token_urlsafe(16), **payload}


def _parts(items: Items, channel: Channel) -> Iterable[Items]:
    """People get one message; a program as many bodies as it takes."""
    most = max(len(items.event_ids), len(items.deadlines))
    if channel.kind != "webhook" or most <= EVENTS_A_WEBHOOK:
        return (items,)
    cuts = [slice(at, at + EVENTS_A_WEBHOOK) for at in range(0, most, EVENTS_A_WEBHOOK)]
    return tuple(_part(items, cut) for cut in cuts)


def _part(items: Items, cut: slice) -> Items:
    ids = items.event_ids[cut]
    unknown = {id_: items.unknown[id_] for id_ in ids if id_ in items.unknown}
    return Items(ids, unknown, items.deadlines[cut])
