"""When a host that fails is asked again: the pauses grow, and all its boards keep them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal

from storage.hosts import Breaker

PATIENCE: Final = 3
FIRST_PAUSE: Final = timedelta(minutes=5)
LONGEST_PAUSE: Final = timedelta(hours=6)
_DOUBLINGS: Final = 10


def after_failure(
    before: Breaker | None,
    host: str,
    now: datetime,
    *,
    fetch: Literal["blocked", "failed"],
    reason: str,
    until: datetime | None = None,
) -> Breaker:
    """The breaker of a host after a crawl in which it did not answer well.

    Args:
        before: its breaker before that.
        host: the host.
        now: the time of the failure.
        fetch: what its pages count as until it is asked again.
        reason: what it answered, for people.
        until: when it said to come back.
    """
    failures = (before.failures if before else 0) + 1
    paused = now + pause_after(failures)
    return Breaker(host, failures, now, max(paused, until or now), fetch, reason)


def pause_after(failures: int) -> timedelta:
    """How long a host is left alone after so many crawls in a row in which it failed.

    >>> [str(pause_after(failures)) for failures in (1, 2, 3, 4, 20)]
    ['0:00:00', '0:00:00', '0:05:00', '0:10:00', '6:00:00']
    """
    if failures < PATIENCE:
        return timedelta()
    return min(FIRST_PAUSE * (1 << min(failures - PATIENCE, _DOUBLINGS)), LONGEST_PAUSE)
