"""The one place that asks what time it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from jobdiff.config.durations import parse_instant

Clock: TypeAlias = Callable[[], datetime]


def wall_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def clock(now: str | None) -> Clock:
    """A clock that stands at ``now`` (``--now``, ``JOBDIFF_NOW``), or the real one without it.

    Raises:
        UsageError: ``now`` is no instant.
    """
    if now is None:
        return wall_clock
    instant = parse_instant(now)
    return lambda: instant
