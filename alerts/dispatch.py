"""Sending what is owed: each channel for itself, so that none holds up another."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from secrets import SystemRandom
from typing import Final, Self, TypeAlias

from sqlalchemy import Connection

from alerts import outbox as news
from alerts.channels import CHANNELS
from alerts.contents import outgoing_of
from alerts.gather import TAKEN
from alerts.operator import owe_troubles, owe_watching
from alerts.reminders import owe_reminders
from alerts.rulebook import rule_named
from alerts.rules import HIDDEN, WHY_HIDDEN
from alerts.timing import after_quiet
from jobdiff.config import OPERATOR, WATCHING, Channel, Clock, Config, wall_clock
from postings.errors import JobdiffError, RetryLater
from storage import Store, channels, clocks, noted, outbox
from storage.outbox import Delivery

ATTEMPTS: Final = 20
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=6)
REST_WAITS: Final = timedelta(minutes=10)
FAILURES_A_TURN: Final = 3
LONGEST_TURN: Final = 30.0
"""Seconds after which a turn begins no other delivery: it goes by the time at which it began."""
PATIENT: Final = 3
"""So many tries go by what a channel asks for alone."""
DUE_AT_ONCE: Final = 500
JITTER: Final = 0.2
CLAIM: Final = timedelta(seconds=40)

Jitter: TypeAlias = Callable[[], float]
_RANDOM: Final = SystemRandom()

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Counts:
    """What a tick came to.

    Attributes:
        failed: are tried again.
        dead: are given up.
        put_off: wait for quiet hours to end.
    """

    owed: int = 0
    sent: int = 0
    failed: int = 0
    dead: int = 0
    put_off: int = 0

    @property
    def did_something(self) -> bool:
        """Whether there may be more that is due."""
        return bool(self.sent or self.failed or self.dead or self.put_off)

    def __add__(self, other: Self) -> Counts:
        return Counts(
            self.owed + other.owed,
            self.sent + other.sent,
            self.failed + other.failed,
            self.dead + other.dead,
            self.put_off + other.put_off,
        )


def backoff(attempts: int, jitter: float = 0.0) -> timedelta:
    """How long to wait after so many attempts in vain: 30 s, doubled each time, up to 6 hours.

    ``jitter``, from 0 to 1, makes it up to a fifth longer, so that not all come back at once.

    >>> [backoff(n).total_seconds() for n in (1, 2, 3, 50)]
    [30.0, 60.0, 120.0, 21600.0]
    """
    wait = min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)
    return wait * (1 + JITTER * jitter)


async def tick(
    store: Store,
    config: Config,
    now: datetime,
    busy: set[str] | None = None,
    *,
    jitter: Jitter = _RANDOM.random,
    real: Clock = wall_clock,
    is_frozen: bool = False,
) -> Counts:
    """Owe what is new and send what is due.

    Args:
        store: the store.
        config: its rules and channels.
        now: the time for everything but real waits.
        busy: names of channels that another tick is sending to; those are left to it. Shared
            between ticks that may overlap.
        jitter: from 0 to 1, for each wait.
        real: the real time, by which claims on deliveries run out.
        is_frozen: ``now`` is somebody's word (``--now``), and says nothing of a clock.
    """
    if not is_frozen:
        await asyncio.to_thread(_bring_back, store, now)
    owed = await asyncio.to_thread(owe, store, config, now)
    busy = set() if busy is None else busy
    due = await asyncio.to_thread(_due, store, now, frozenset(busy))
    mine = {name: turn for name, turn in due.items() if name not in busy}
    busy.update(mine)
    sender = Sender(store, config, now, jitter, real)
    turns = (sender.take_turn(name, turn, busy) for name, turn in mine.items())
    done = await asyncio.gather(*turns, return_exceptions=True)
    for one in done:  # what went wrong in one turn has not kept the others from ending
        if isinstance(one, BaseException):
            raise one
    return sum((one for one in done if isinstance(one, Counts)), Counts(owed=owed))


def owe(store: Store, config: Config, now: datetime) -> int:
    """Owe what is new: events, deadlines, troubles of boards.

    Returns:
        How many deliveries are new.
    """
    owed = news.owe_news(store, config, now)
    news.release(store, config, now)
    owed += owe_reminders(store, config, now)
    owed += owe_troubles(store, config, now)
    owe_watching(store, config, now)
    return owed


def _bring_back(store: Store, now: datetime) -> None:
    """What a clock that ran ahead owed, or laid to rest, must not wait until it is that late."""
    with store.read() as connection:
        if not clocks.is_ahead(connection, now):
            return
    with store.write() as connection:
        if number := clocks.bring_back(connection, now):
            log.warning("the clock was set back: %d messages are owed as of now", number)


def _due(store: Store, now: datetime, busy: frozenset[str]) -> Mapping[str, list[Delivery]]:
    by_channel: dict[str, list[Delivery]] = defaultdict(list)
    with store.read() as connection:
        for delivery in outbox.due(connection, now, DUE_AT_ONCE, except_channels=busy):
            by_channel[delivery.channel].append(delivery)
    return by_channel


@dataclass(frozen=True)
class Sender:
    """What sending needs, the same for every channel of a tick."""

    store: Store
    config: Config
    now: datetime
    jitter: Jitter
    real: Clock

    async def take_turn(self, name: str, turn: Sequence[Delivery], busy: set[str]) -> Counts:
        """Send one channel's deliveries in order, until it seems to be down or time is up."""
        done = Counts()
        failures = 0
        time = asyncio.get_running_loop().time
        until = time() + LONGEST_TURN
        try:
            for delivery in turn:
                if await asyncio.to_thread(self._is_put_off, delivery):
                    done += Counts(put_off=1)
                    continue
                mine = await asyncio.to_thread(self._claimed, delivery)
                if mine is None:
                    continue
                one = await self._attempt(name, mine)
                if not one.is_void:
                    failures = 0 if one.error is None else failures + 1
                is_down = failures >= FAILURES_A_TURN or isinstance(one.error, RetryLater)
                await asyncio.to_thread(self._note, one, is_down)
                done += _count(mine, one.error)
                if is_down or time() > until:
                    break
        finally:
            busy.discard(name)
        return done

    def _is_put_off(self, delivery: Delivery) -> bool:
        """Put it off where its rule's quiet hours have begun; whether they have."""
        is_own = delivery.rule in {OPERATOR, WATCHING}
        with self.store.read() as connection:
            named = rule_named(connection, self.config, delivery.rule)
        timed = self.config.alerts if is_own else named
        resumes = after_quiet(timed.quiet_hours, timed.zone, self.now) if timed else self.now
        if resumes <= self.now:
            return False
        with self.store.write() as connection:
            outbox.postpone(connection, delivery.id, resumes)
        return True

    def _claimed(self, delivery: Delivery) -> Delivery | None:
        """Claim it, unless another process has it."""
        with self.store.write() as connection:
            real = self.real()  # not before: the wait for the store may be half a minute
            return outbox.claim(connection, delivery.id, self.now, real=real, until=real + CLAIM)

    async def _attempt(self, name: str, delivery: Delivery) -> _Attempt:
        """Try once; what went wrong is a value here, because the next delivery goes on."""
        one = _Attempt(delivery, taken=set(delivery.payload.get(TAKEN, ())))
        channel = next((one for one in self.config.channels if one.name == name), None)
        if channel is None:
            one.error = JobdiffError(f"channel {name!r} is no longer in the configuration")
            return one
        try:
            await self._send(channel, one)
        except JobdiffError as error:
            one.error = error
        except Exception as error:  # noqa: BLE001  # a poison message must not stop the queue
            one.error = JobdiffError(f"channel {name!r} failed: {type(error).__name__}")
        return one

    async def _send(self, channel: Channel, one: _Attempt) -> None:
        """Hand it over; what has become void, by a purge or a mark, counts as sent."""
        delivery, taken = one.delivery, one.taken
        told = await asyncio.to_thread(outgoing_of, self.store, self.config, delivery, self.now)
        one.hidden, one.is_void = told.hidden, not told.says_something
        if not one.is_void:
            late = partial(self._note_late, delivery, taken)
            outgoing = replace(told, taken=taken, came_late=late)
            send = CHANNELS[channel.kind]
            await send(channel, outgoing, allow_private=self.config.network.allow_private)

    def _note_late(self, delivery: Delivery, taken: set[str], is_taken: bool) -> None:
        """Taken after all, it is not sent again, unless that has begun; else not to who has it."""
        kept = [] if is_taken else sorted(frozenset(taken))
        try:
            with self.store.write() as connection:
                payload = {**delivery.payload, TAKEN: kept}
                outbox.keep(connection, delivery.id, payload, delivery.fence)
                if is_taken:
                    outbox.sent(connection, delivery.id, self.now, delivery.fence)
        except JobdiffError as wrong:
            log.warning("rule %r: what was sent could not be noted: %s", delivery.rule, wrong)

    def _note(self, one: _Attempt, is_down: bool) -> None:
        delivery, error = one.delivery, one.error
        with self.store.write() as connection:
            _remember(connection, delivery, frozenset() if error is None else one.taken)
            if error is None:
                outbox.sent(connection, delivery.id, self.now, delivery.fence)
                _count_hidden(connection, one, self.now)
            else:
                self._note_refusal(connection, delivery, error, is_down)
            if error is None and not one.is_void:
                channels.worked(connection, delivery.channel, self.now)
        if not one.is_void:
            self._log(delivery, error)

    def _note_refusal(
        self, connection: Connection, delivery: Delivery, error: JobdiffError, is_down: bool
    ) -> None:
        wait = _wait(delivery, error, self.jitter())
        rests = self.now + _rest_waits(wait, error) if is_down else None
        channels.refused(connection, delivery.channel, str(error), rests)
        if _is_last(delivery):
            outbox.dead(connection, delivery.id, str(error), delivery.fence)
        else:
            again = self.now + wait
            outbox.failed(connection, delivery.id, str(error), again, delivery.fence)

    def _log(self, delivery: Delivery, error: JobdiffError | None) -> None:
        """That it was sent, or why not; that a channel is not there, the start has said already."""
        if error is None:
            log.info("rule %r: sent to %r", delivery.rule, delivery.channel)
            return
        is_there = any(one.name == delivery.channel for one in self.config.channels)
        level = logging.WARNING if is_there or _is_last(delivery) else logging.DEBUG
        log.log(level, "rule %r: %s", delivery.rule, error)


@dataclass
class _Attempt:
    """One try at a delivery, and what came of it.

    Attributes:
        taken: which recipients have it by now.
        hidden: how many of its events were left out, because their postings were hidden since.
        is_void: nothing was left to be told, and the channel was not asked.
        error: why it was not taken; None: it was.
    """

    delivery: Delivery
    taken: set[str] = field(default_factory=set)
    hidden: int = 0
    is_void: bool = False
    error: JobdiffError | None = None


def _count_hidden(connection: Connection, one: _Attempt, now: datetime) -> None:
    """Every drop is counted, also one between the finding and the sending."""
    if one.hidden:
        dropped = {(one.delivery.rule, HIDDEN): (one.hidden, WHY_HIDDEN)}
        noted.count_drops(connection, dropped, now)


def _remember(connection: Connection, delivery: Delivery, taken: Collection[str]) -> None:
    """Who has it, for the next try; once all have it, a replay is for everybody again."""
    if frozenset(taken) != frozenset(delivery.payload.get(TAKEN, ())):
        payload = {**delivery.payload, TAKEN: sorted(taken)}
        outbox.keep(connection, delivery.id, payload, delivery.fence)


def _wait(delivery: Delivery, error: JobdiffError, jitter: float) -> timedelta:
    """As long as was asked for; a channel that asks again and again is given more than that.

    Else "try again in a second", said for an hour, would use up all tries.
    """
    if not isinstance(error, RetryLater):
        return backoff(delivery.attempts + 1, jitter)
    if delivery.attempts < PATIENT:
        return _asked(error)
    return max(_asked(error), backoff(delivery.attempts - PATIENT + 1, jitter))


def _asked(error: RetryLater) -> timedelta:
    return timedelta(seconds=max(error.seconds, 1))


def _rest_waits(wait: timedelta, error: JobdiffError) -> timedelta:
    """How long a channel that seems to be down is left alone with what else is due."""
    return _asked(error) if isinstance(error, RetryLater) else min(wait, REST_WAITS)


def _is_last(delivery: Delivery) -> bool:
    return delivery.attempts + 1 >= ATTEMPTS


def _count(delivery: Delivery, error: JobdiffError | None) -> Counts:
    if error is None:
        return Counts(sent=1)
    return Counts(dead=1) if _is_last(delivery) else Counts(failed=1)
