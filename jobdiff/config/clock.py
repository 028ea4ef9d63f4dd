"""The one place that asks what time it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

from jobdiff.config.durations import parse_instant
from postings.errors import UsageError

_FIRST, _LAST = 1970, 9000
Clock: TypeAlias = Callable[[], datetime]


@dataclass(frozen=True)
class Uptime:
    """A moment that no setting of the clock moves.

    Attributes:
        boot: which start of which machine it counts from.
        seconds: since then, sleep left out; the same for every process of the machine.
    """

    boot: str
    seconds: float


def uptime() -> Uptime | None:
    """How long this machine has been running; None where that cannot be told (not Linux)."""
    boot = _boot()
    return Uptime(boot, time.monotonic()) if boot else None


def steady_seconds() -> float:
    """Seconds that nobody sets, sleep included where the system counts it (Linux)."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


@cache
def _boot() -> str | None:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None


def wall_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def clock(now: str | None) -> Clock:
    """A clock that stands at ``now`` (``--now``, ``JOBDIFF_NOW``), or the real one without it.

    Raises:
        UsageError: ``now`` is no instant, or one that nobody's clock shows.
    """
    if now is None:
        return wall_clock
    instant = parse_instant(now)
    if not _FIRST <= instant.year <= _LAST:
        raise UsageError(f"--now {now}: write an instant of the years {_FIRST} to {_LAST}")
    return lambda: instant
