"""The daemon's ticks, and the heart that watches over them and over the clock.

APScheduler runs the ticks by the wall clock. The heart goes by real time: it sees the clock being
set, sets the ticks going again, and says which of them did not come.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from jobdiff.config import steady_seconds, wall_clock

BEAT: Final = 1.0
GRACE: Final = 30.0
"""Seconds beyond three of its intervals after which a tick that has not come is missed."""
JUMP: Final = timedelta(seconds=5)
STOOD_STILL: Final = 5.0
SUSPICIOUS_JUMP: Final = timedelta(hours=6)
WAIT_FOR_CLOCK: Final = 1800.0
"""Seconds in which nothing is concluded from a clock that was set far ahead."""

log = logging.getLogger("scheduler")


@dataclass
class Tick:
    """Something that is done every so many seconds; never beside itself.

    Attributes:
        began: real seconds (``time.monotonic``) at which it last began.
        missed: whether it should have come long ago.
    """

    name: str
    every: float
    work: Callable[[], Awaitable[None]]
    began: float = field(default_factory=time.monotonic)
    missed: bool = False

    async def __call__(self) -> None:
        """Do it, and note when."""
        self.began = time.monotonic()
        await self.work()

    def is_late(self, now: float) -> bool:
        """Whether it is missed at ``now``, in real seconds."""
        return now - self.began > 3 * self.every + GRACE


class Every(IntervalTrigger):  # type: ignore[misc]
    """Every so many seconds; what was missed is passed over.

    APScheduler lists the missed ones before it makes one run of them: after a year that a clock was
    set ahead, 31 million of a tick that comes every second.
    """

    def get_next_fire_time(
        self, previous_fire_time: datetime | None, now: datetime
    ) -> datetime | None:
        """The next time, which is never past."""
        at: datetime | None = super().get_next_fire_time(previous_fire_time, now)
        return at if at is None or at > now else now + self.interval


class Ticks:
    """Ticks on the running loop. Late ones are run, once, however late."""

    def __init__(self, ticks: Sequence[Tick]) -> None:
        self.ticks = tuple(ticks)
        self._scheduler: Any = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin, each of them at once."""
        # What it says of ticks that take longer than their interval, or are cut off at the end, is
        # noise: the heart reports the former, and what goes wrong in a tick is logged by the tick.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        now = wall_clock()
        for tick in self.ticks:
            tick.began = time.monotonic()
            self._scheduler.add_job(
                tick.__call__,
                Every(seconds=tick.every, timezone=UTC),
                next_run_time=now,
                id=tick.name,
            )
        self._scheduler.start()

    def again(self) -> None:
        """Run each now, whatever the clock says, and go on from there."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=wall_clock())
        self._scheduler.wakeup()

    def stop(self) -> None:
        """Begin none any more."""
        self._scheduler.shutdown(wait=False)


@dataclass(frozen=True)
class Clocks:
    """What the clocks say at one moment.

    Attributes:
        wall: what people set.
        steady: seconds that nobody sets, sleep included.
        monotonic: the same without sleep; what the loop goes by.
    """

    wall: datetime
    steady: float
    monotonic: float


def read_clocks() -> Clocks:
    """What they say now."""
    return Clocks(wall_clock(), steady_seconds(), time.monotonic())


class Heart:
    """Looks at the clocks and the ticks once a second of real time.

    Attributes:
        trouble: what is the matter with the clock, in words; None while it is trusted.
    """

    def __init__(
        self,
        ticks: Sequence[Tick],
        on_jump: Callable[[], None],
        on_beat: Callable[[], None] = lambda: None,
        *,
        read: Callable[[], Clocks] = read_clocks,
        tells_sleep: bool = hasattr(time, "CLOCK_BOOTTIME"),
    ) -> None:
        self._ticks = ticks
        self._on_jump = on_jump
        self._on_beat = on_beat
        self._read = read
        self._tells_sleep = tells_sleep
        # What the last beat saw, and by how much the clock is ahead of what is trusted: one value,
        # because other threads ask for both.
        self._seen = (read(), timedelta())
        self._trusted_from = 0.0
        self.trouble: str | None = None

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await asyncio.sleep(BEAT)
            self.beat()

    def beat(self) -> None:
        """Compare the clocks with the last beat, and the ticks with their due times."""
        (before, ahead), now = self._seen, self._read()
        self._seen = (now, self._still_ahead(ahead, _jump(before, now), now))
        self._look_at_clock(before, now)
        for tick in self._ticks:
            self._look_at(tick, now.monotonic)
        self._on_beat()

    def as_trusted(self, told: datetime) -> datetime:
        """What the clock told just now, as it would be had it not been set far ahead.

        That it was set is seen here at once, and not only at the next beat. A time that does not
        go with the clock, a frozen one, is left as it is.
        """
        now = self._read()
        if abs(told - now.wall) > JUMP:
            return told
        before, ahead = self._seen
        jump = _jump(before, now)
        return told - ahead - (jump if self._is_suspicious(jump) else timedelta())

    @property
    def missed(self) -> list[str]:
        """The names of the ticks that do not come."""
        return [tick.name for tick in self._ticks if tick.missed]

    def _look_at_clock(self, before: Clocks, now: Clocks) -> None:
        passed = now.monotonic - before.monotonic
        if passed > BEAT + STOOD_STILL:
            log.warning("the process stood still for %.0f s", passed)
        slept = now.steady - before.steady - passed
        if slept > STOOD_STILL:
            log.info("this machine slept for %s", _spell(timedelta(seconds=slept)))
        jump = _jump(before, now)
        if abs(jump) > JUMP:
            self._note_jump(jump, now)
        elif self.trouble and now.monotonic >= self._trusted_from:
            self.trouble = None
            log.warning("the clock is taken to be right: %s", f"{now.wall:%Y-%m-%d %H:%M:%S} UTC")

    def _note_jump(self, jump: timedelta, now: Clocks) -> None:
        direction = "forward" if jump > timedelta() else "back"
        told = f"the clock was set {direction} by {_spell(abs(jump))}"
        log.warning("%s; the ticks go on from there", told)
        if jump < timedelta():
            self.trouble = None
        elif self._is_suspicious(jump):
            self._trusted_from = now.monotonic + WAIT_FOR_CLOCK
            self.trouble = told
            wait = _spell(timedelta(seconds=WAIT_FOR_CLOCK))
            log.warning("nothing is crawled or expired for %s, in case that was a mistake", wait)
        self._on_jump()

    def _still_ahead(self, ahead: timedelta, jump: timedelta, now: Clocks) -> timedelta:
        if self._is_suspicious(jump):
            return ahead + jump
        is_trusted = jump < -JUMP or now.monotonic >= self._trusted_from
        return timedelta() if is_trusted else ahead

    def _is_suspicious(self, jump: timedelta) -> bool:
        return jump >= SUSPICIOUS_JUMP and self._tells_sleep

    def _look_at(self, tick: Tick, now: float) -> None:
        late = tick.is_late(now)
        if late and not tick.missed:
            log.error("the tick %r did not come for %.0f s", tick.name, now - tick.began)
        if tick.missed and not late:
            log.warning("the tick %r comes again", tick.name)
        tick.missed = late


def _jump(before: Clocks, now: Clocks) -> timedelta:
    """By how much the clock was set between two moments."""
    return now.wall - before.wall - timedelta(seconds=now.steady - before.steady)


def _spell(span: timedelta) -> str:
    """A span without fractions of a second.

    >>> _spell(timedelta(days=3, seconds=4.2))
    '3 days, 0:00:04'
    """
    return str(timedelta(seconds=round(span.total_seconds())))
