"""The heart: it sees clocks being set and ticks not coming, and sets the ticks going again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler import reactor
from scheduler import pulse
from scheduler.pulse import Clocks, Every, Heart, Tick, Ticks
from tests.scheduler.running import until

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass
class Watch:
    """Clocks that a test sets, and the heart that reads them."""

    clocks: Clocks = field(default_factory=lambda: Clocks(NOON, 1000.0, 1000.0))
    jumps: int = 0
    beats: int = 0
    ticks: list[Tick] = field(default_factory=list)

    def heart(self, *, tells_sleep: bool = True) -> Heart:
        def jumped() -> None:
            self.jumps += 1

        def beat() -> None:
            self.beats += 1

        return Heart(self.ticks, jumped, beat, read=lambda: self.clocks, tells_sleep=tells_sleep)

    def go(self, seconds: float = 1.0, *, slept: float = 0.0, set_by: float = 0.0) -> None:
        """Let real time pass, the machine sleep, and somebody set the clock."""
        self.clocks = Clocks(
            self.clocks.wall + timedelta(seconds=seconds + slept + set_by),
            self.clocks.steady + seconds + slept,
            self.clocks.monotonic + seconds,
        )


def trouble_of(heart: Heart) -> str | None:
    return heart.trouble


async def nothing() -> None:
    return


def test_a_clock_that_runs_evenly_is_nothing_to_speak_of(caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch()
    heart = watch.heart()
    for drift in (0.0, 0.4, -0.4, 0.001):
        watch.go(set_by=drift)
        heart.beat()
    assert (heart.trouble, watch.jumps, watch.beats, caplog.messages) == (None, 0, 4, [])


@pytest.mark.parametrize(
    ("set_by", "said"),
    [
        (-86400, "the clock was set back by 1 day, 0:00:00; the ticks go on from there"),
        (3600, "the clock was set forward by 1:00:00; the ticks go on from there"),
    ],
)
def test_a_clock_that_is_set_is_said_and_the_ticks_go_on(
    set_by: float, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Watch()
    heart = watch.heart()
    watch.go(set_by=set_by)
    heart.beat()
    assert (watch.jumps, heart.trouble) == (1, None)
    assert caplog.messages == [said]
    watch.go()
    heart.beat()
    assert watch.jumps == 1


def test_a_clock_set_far_ahead_is_not_believed_for_a_while(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch()
    heart = watch.heart()
    watch.go(set_by=365 * 86400)
    heart.beat()
    assert heart.trouble == "the clock was set forward by 365 days, 0:00:00"
    watch.go(pulse.WAIT_FOR_CLOCK - 5)
    heart.beat()
    assert trouble_of(heart)
    watch.go(10)
    heart.beat()
    assert trouble_of(heart) is None
    assert caplog.messages[-1] == "the clock is taken to be right: 2027-03-01 12:30:06 UTC"


def test_a_clock_that_is_set_right_again_is_believed_at_once() -> None:
    watch = Watch()
    heart = watch.heart()
    watch.go(set_by=365 * 86400)
    heart.beat()
    assert trouble_of(heart)
    watch.go(set_by=-365 * 86400)
    heart.beat()
    assert (trouble_of(heart), watch.jumps) == (None, 2)


def test_what_is_not_believed_is_left_out_of_the_time_from_the_first_moment_on() -> None:
    watch = Watch()
    heart = watch.heart()

    def told() -> datetime:
        return heart.as_trusted(watch.clocks.wall)

    watch.go(10)
    assert told() == NOON + timedelta(seconds=10)
    watch.go(1, set_by=365 * 86400)
    assert told() == NOON + timedelta(seconds=11), "before a beat has seen it"
    heart.beat()
    watch.go(60, slept=600)
    heart.beat()
    assert told() == NOON + timedelta(seconds=671)
    watch.go(1, set_by=86400 * 3)
    heart.beat()
    assert told() == NOON + timedelta(seconds=672), "set ahead again"
    watch.go(pulse.WAIT_FOR_CLOCK + 1)
    heart.beat()
    assert told() == watch.clocks.wall


def test_once_it_is_set_back_the_clock_is_the_time_again() -> None:
    watch = Watch()
    heart = watch.heart()
    watch.go(set_by=365 * 86400)
    heart.beat()
    watch.go(set_by=-365 * 86400)
    heart.beat()
    assert heart.as_trusted(watch.clocks.wall) == watch.clocks.wall == NOON + timedelta(seconds=2)


@pytest.mark.parametrize("set_by", [3600, -365 * 86400])
def test_a_clock_that_is_believed_is_the_time(set_by: float) -> None:
    watch = Watch()
    heart = watch.heart()
    watch.go(set_by=set_by)
    assert heart.as_trusted(watch.clocks.wall) == watch.clocks.wall
    heart.beat()
    assert heart.as_trusted(watch.clocks.wall) == watch.clocks.wall


def test_a_frozen_time_is_nobodys_clock() -> None:
    watch = Watch()
    heart = watch.heart()
    frozen = NOON + timedelta(days=40)
    watch.go(set_by=365 * 86400)
    assert heart.as_trusted(frozen) == frozen
    heart.beat()
    assert heart.as_trusted(frozen) == frozen


def test_sleep_is_no_jump_where_the_two_can_be_told_apart(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "scheduler")
    watch = Watch()
    heart = watch.heart()
    watch.go(slept=3 * 86400)
    heart.beat()
    assert (heart.trouble, watch.jumps) == (None, 0)
    assert caplog.messages == ["this machine slept for 3 days, 0:00:00"]


def test_where_they_cannot_be_told_apart_a_jump_may_be_sleep_and_is_believed() -> None:
    watch = Watch()
    heart = watch.heart(tells_sleep=False)
    watch.go(set_by=3 * 86400)
    heart.beat()
    assert (heart.trouble, watch.jumps) == (None, 1)


def test_a_process_that_stood_still_says_so(caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch()
    heart = watch.heart()
    watch.go(20)
    heart.beat()
    assert caplog.messages == ["the process stood still for 20 s"]


def test_a_tick_that_does_not_come_is_said_once_and_when_it_comes_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch(ticks=[Tick("claim", 1, nothing, began=1000), Tick("sweep", 30, nothing, 1000)])
    heart = watch.heart()
    for _ in range(30):
        watch.go()
        heart.beat()
    assert heart.missed == []
    for _ in range(10):
        watch.go()
        heart.beat()
    assert heart.missed == ["claim"]
    watch.ticks[0].began = watch.clocks.monotonic
    heart.beat()
    assert heart.missed == []
    assert caplog.messages == [
        "the tick 'claim' did not come for 34 s",
        "the tick 'claim' comes again",
    ]


class ShiftedDatetime(datetime):
    """What APScheduler takes for the time, while the clock is set elsewhere."""

    shift = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime.now(tz) + cls.shift


@pytest.mark.parametrize("shift", [timedelta(days=days) for days in (-1, 1, -400, 18_000)])
def test_ticks_survive_a_clock_that_is_set(
    shift: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", ShiftedDatetime)
    monkeypatch.setattr(ShiftedDatetime, "shift", timedelta())
    monkeypatch.setattr(pulse, "wall_clock", lambda: ShiftedDatetime.now(UTC))
    monkeypatch.setattr(pulse, "BEAT", 0.02)
    seen: list[float] = []

    async def tick() -> None:
        seen.append(0)

    async def live(wait: Callable[[Callable[[], object]], Any]) -> None:
        ticks = Ticks([Tick("tick", 0.05, tick)])
        heart = Heart(ticks.ticks, ticks.again)
        ticks.start()
        beating = asyncio.ensure_future(heart.run())
        await wait(lambda: len(seen) >= 3)
        ShiftedDatetime.shift = shift
        before = len(seen)
        await wait(lambda: len(seen) >= before + 5)
        beating.cancel()
        ticks.stop()

    reactor.run(lambda: live(until))


def test_a_late_tick_is_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tick = replace(Tick("tick", 1, nothing), began=0.0)
    assert not tick.is_late(3 + pulse.GRACE)
    assert tick.is_late(3.1 + pulse.GRACE)


def test_what_was_missed_is_passed_over_and_not_listed() -> None:
    trigger = Every(seconds=1, timezone=UTC)
    second, later = timedelta(seconds=1), NOON + timedelta(days=365)
    assert trigger.get_next_fire_time(NOON, NOON) == NOON + second
    assert trigger.get_next_fire_time(NOON, later) == later + second
