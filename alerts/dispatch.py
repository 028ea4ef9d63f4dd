"""Sending what is owed: each channel for itself, so that none holds up another."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from alerts import outbox as news
from alerts.channels import CHANNELS, Outgoing
from jobdiff.config import Channel, Config
from postings.errors import JobdiffError, RetryLater
from storage import Store, events, outbox
from storage.outbox import Delivery

ATTEMPTS: Final = 20
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=6)
REST_WAITS: Final = timedelta(minutes=10)
FAILURES_A_TURN: Final = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Counts:
    """What a tick came to; ``failed`` are tried again, ``dead`` are given up."""

    owed: int = 0
    sent: int = 0
    failed: int = 0
    dead: int = 0

    def __add__(self, other: Self) -> Counts:
        return Counts(
            self.owed + other.owed,
            self.sent + other.sent,
            self.failed + other.failed,
            self.dead + other.dead,
        )


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts in vain: 30 s, doubled each time, up to 6 hours.

    >>> [backoff(n).total_seconds() for n in (1, 2, 3, 50)]
    [30.0, 60.0, 120.0, 21600.0]
    """
    return min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)


async def tick(store: Store, config: Config, now: datetime, busy: set[str] | None = None) -> Counts:
    """Owe what is new and send what is due.

    Args:
        store: the store.
        config: its rules and channels.
        now: the time for everything but real waits.
        busy: names of channels that another tick is sending to; those are left to it. Shared
            between ticks that may overlap.
    """
    owed = await asyncio.to_thread(_owe, store, config, now)
    busy = set() if busy is None else busy
    due = await asyncio.to_thread(_due, store, now)
    mine = {name: turn for name, turn in due.items() if name not in busy}
    busy.update(mine)
    done = await asyncio.gather(
        *(_turn(store, config, name, turn, now, busy) for name, turn in mine.items())
    )
    return sum(done, Counts(owed=owed))


def _owe(store: Store, config: Config, now: datetime) -> int:
    owed = news.owe_news(store, config, now)
    news.release(store, config, now)
    return owed


def _due(store: Store, now: datetime) -> Mapping[str, list[Delivery]]:
    by_channel: dict[str, list[Delivery]] = defaultdict(list)
    with store.read() as connection:
        for delivery in outbox.due(connection, now):
            by_channel[delivery.channel].append(delivery)
    return by_channel


async def _turn(
    store: Store,
    config: Config,
    name: str,
    turn: Sequence[Delivery],
    now: datetime,
    busy: set[str],
) -> Counts:
    """Send one channel's deliveries in order, until it seems to be down."""
    channel = next((one for one in config.channels if one.name == name), None)
    done = Counts()
    failures = 0
    try:
        for number, delivery in enumerate(turn):
            error = await _attempt(store, config, channel, delivery, now)
            await asyncio.to_thread(_note, store, delivery, error, now)
            done += _count(delivery, error)
            failures = 0 if error is None else failures + 1
            if error and (failures == FAILURES_A_TURN or isinstance(error, RetryLater)):
                again = now + _rest_waits(delivery, error)
                await asyncio.to_thread(_postpone, store, turn[number + 1 :], again)
                break
    finally:
        busy.discard(name)
    return done


async def _attempt(
    store: Store, config: Config, channel: Channel | None, delivery: Delivery, now: datetime
) -> JobdiffError | None:
    """Try once; what went wrong is a value here, because the next delivery goes on."""
    if channel is None:
        return JobdiffError(f"channel {delivery.channel!r} is no longer in the configuration")
    try:
        outgoing = await asyncio.to_thread(_outgoing, store, delivery, now)
        send = CHANNELS[channel.kind]
        if outgoing.events:  # else their board was purged meanwhile
            await send(channel, outgoing, allow_private=config.network.allow_private)
    except JobdiffError as error:
        return error
    except Exception as error:  # noqa: BLE001  # a poison message must not stop the queue
        return JobdiffError(f"channel {channel.name!r} failed: {type(error).__name__}")
    return None


def _outgoing(store: Store, delivery: Delivery, now: datetime) -> Outgoing:
    with store.read() as connection:
        rows = events.by_ids(connection, delivery.event_ids)
    return Outgoing(
        id=delivery.id,
        rule=delivery.rule,
        events=tuple(row.json() for row in rows),
        now=now,
        unknown=delivery.payload.get(news.UNKNOWN, {}),
    )


def _note(store: Store, delivery: Delivery, error: JobdiffError | None, now: datetime) -> None:
    with store.write() as connection:
        if error is None:
            outbox.sent(connection, delivery.id, now)
        elif delivery.attempts + 1 >= ATTEMPTS:
            outbox.dead(connection, delivery.id, str(error))
        else:
            again = now + _wait(delivery, error)
            outbox.failed(connection, delivery.id, str(error), again)
    if error is not None:
        log.warning("rule %r: %s", delivery.rule, error)


def _wait(delivery: Delivery, error: JobdiffError) -> timedelta:
    if isinstance(error, RetryLater):
        return timedelta(seconds=max(error.seconds, 1))
    return backoff(delivery.attempts + 1)


def _rest_waits(delivery: Delivery, error: JobdiffError) -> timedelta:
    """How long a channel that seems to be down is left alone with what else is due."""
    wait = _wait(delivery, error)
    return wait if isinstance(error, RetryLater) else min(wait, REST_WAITS)


def _postpone(store: Store, rest: Sequence[Delivery], again: datetime) -> None:
    with store.write() as connection:
        for delivery in rest:
            outbox.postpone(connection, delivery.id, again)


def _count(delivery: Delivery, error: JobdiffError | None) -> Counts:
    if error is None:
        return Counts(sent=1)
    return Counts(dead=1) if delivery.attempts + 1 >= ATTEMPTS else Counts(failed=1)
