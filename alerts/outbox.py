"""From the log of events to deliveries: what is owed to whom.

One transaction reads the events after the cursor, owes a delivery for each rule and channel they
concern, and moves the cursor, so that a crash loses nothing and owes nothing twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from alerts.rules import decide, subject_of
from jobdiff.config import Channel, Config, Rule
from postings.model import Policy, Posting
from storage import Store, events, outbox, postings
from storage.events import EventRow
from storage.outbox import ALERTS, Delivery, delivery_id
from storage.schema import cursors

BATCH: Final = 5_000
EVENTS_A_WEBHOOK: Final = 100
HELD: Final = "held"
UNKNOWN: Final = "unknown"
_LOOK_WITHIN: Final = Policy().expired_look_within

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Match:
    """An event that a rule tells a channel; ``held_until``: its page should be looked at first."""

    rule: Rule
    channel: Channel
    event: EventRow
    unknown: tuple[str, ...] = ()
    held_until: datetime | None = None


@dataclass(frozen=True)
class _Known:
    """What deciding about a batch of events needs of the store."""

    contents: Mapping[str, Posting] = field(default_factory=dict)
    unlooked: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()


def owe_news(store: Store, config: Config, now: datetime) -> int:
    """Owe what the log says since the last time; the first time, only what comes after.

    Returns:
        How many deliveries are new.
    """
    owed = 0
    while _is_behind(store):
        with store.write() as connection:
            owed += _owe_batch(connection, config, now)
    return owed


def release(store: Store, config: Config, now: datetime) -> int:
    """Let go what waited for a look at its page that has been taken.

    Returns:
        How many deliveries are due now because of that.
    """
    if not any("expired" in rule.kinds for rule in config.rules):
        return 0
    with store.read() as connection:
        looked = _looked_at(connection, now)
    if looked:
        with store.write() as connection:
            for one in looked:
                outbox.postpone(connection, one.id, now)
    return len(looked)


def _looked_at(connection: Connection, now: datetime) -> list[Delivery]:
    unlooked = postings.unlooked_events(connection)
    return [
        one
        for one in outbox.by_state(connection, "owed")
        if one.payload.get(HELD)
        and not one.attempts
        and one.next_attempt_at > now
        and not unlooked & set(one.event_ids)
    ]


def _is_behind(store: Store) -> bool:
    with store.read() as connection:
        if not _has_begun(connection):
            return True
        return outbox.cursor(connection) < events.last_cursor(connection)


def _has_begun(connection: Connection) -> bool:
    begun = connection.execute(select(cursors.c.name).where(cursors.c.name == ALERTS)).first()
    return begun is not None


def _owe_batch(connection: Connection, config: Config, now: datetime) -> int:
    if not config.rules or not _has_begun(connection):
        outbox.owe(connection, (), events.last_cursor(connection))
        return 0
    batch = outbox.tail(connection, limit=BATCH)
    if not batch:
        return 0
    _cancel_retracted(connection, config, batch)
    known = _look_up(connection, config, batch)
    matches = [match for event in batch for match in _matches(config, event, known)]
    return outbox.owe(connection, deliveries_of(matches, now), batch[-1].cursor)


def _look_up(connection: Connection, config: Config, batch: Sequence[EventRow]) -> _Known:
    news = [event for event in batch if not event.baseline and not event.quiet]
    asked = [id_ for event in news if event.retracts for id_ in _single_ids(config, event.retracts)]
    return _Known(
        postings.contents(connection, list({event.posting_id for event in news})),
        postings.unlooked_events(connection),
        frozenset(one.id for one in outbox.by_ids(connection, asked) if one.state == "sent"),
    )


def _cancel_retracted(connection: Connection, config: Config, batch: Sequence[EventRow]) -> None:
    """A deadline that was renewed before anyone was told is no news (rule 5)."""
    for event in batch:
        for id_ in _single_ids(config, event.retracts) if event.retracts else ():
            outbox.cancel(connection, id_, f"retracted by event {event.id}")


def _single_ids(config: Config, event_id: str) -> list[str]:
    """The ids that deliveries of this one event have; those that may be retracted go alone."""
    return [
        delivery_id(rule.name, channel.name, [event_id])
        for rule in config.rules
        for channel in config.channels_of(rule)
    ]


def _matches(config: Config, event: EventRow, known: _Known) -> Iterator[Match]:
    if event.baseline or event.quiet:
        return
    posting = known.contents.get(event.posting_id, Posting())
    subject = subject_of(event.json(), posting, event.tags)
    held = event.detected_at + _LOOK_WITHIN if event.id in known.unlooked else None
    for rule in config.rules:
        decision = decide(rule, subject)
        if decision.reason:
            log.debug("rule %r drops event %s: %s", rule.name, event.id, decision.reason)
        for channel in config.channels_of(rule):
            if decision.matches or _was_told(event, rule, channel, known):
                yield Match(rule, channel, event, decision.unknown, held)


def _was_told(event: EventRow, rule: Rule, channel: Channel, known: _Known) -> bool:
    """Who was told of an event that turns out to be wrong is told that, too."""
    if event.retracts is None:
        return False
    return delivery_id(rule.name, channel.name, [event.retracts]) in known.told


def deliveries_of(matches: Sequence[Match], now: datetime) -> list[Delivery]:
    """Put matches together: one delivery for each rule and channel, in parts for webhooks.

    What has to wait for a look at its page goes alone.
    """
    together: dict[tuple[str, str], list[Match]] = defaultdict(list)
    owed: list[Delivery] = []
    for match in matches:
        if match.held_until:
            owed.append(_delivery([match], now))
        else:
            together[match.rule.name, match.channel.name].append(match)
    for group in together.values():
        size = EVENTS_A_WEBHOOK if group[0].channel.kind == "webhook" else len(group)
        parts = (group[start : start + size] for start in range(0, len(group), size))
        owed += (_delivery(part, now) for part in parts)
    return owed


def _delivery(matches: Sequence[Match], now: datetime) -> Delivery:
    first = matches[0]
    ids = tuple(match.event.id for match in matches)
    return Delivery(
        id=delivery_id(first.rule.name, first.channel.name, ids),
        rule=first.rule.name,
        channel=first.channel.name,
        event_ids=ids,
        created_at=now,
        next_attempt_at=max(first.held_until or now, now),
        payload={
            HELD: first.held_until is not None,
            UNKNOWN: {match.event.id: list(match.unknown) for match in matches if match.unknown},
        },
    )
