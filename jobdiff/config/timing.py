"""When people want to be told: ``deliver`` and ``quiet`` as they write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from typing import Final, Literal, TypeAlias

Rhythm: TypeAlias = Literal["immediately", "hourly", "daily", "weekly"]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"([01]?\d|2[0-3]):([0-5]\d)"
_DAILY = re.compile(rf"daily at {_CLOCK}")
_WEEKLY = re.compile(rf"weekly on ([a-z]+) at {_CLOCK}")
_QUIET = re.compile(rf"{_CLOCK}\s*-\s*{_CLOCK}")


@dataclass(frozen=True)
class Schedule:
    """``at`` is a local time; ``weekday`` counts from Monday = 0."""

    rhythm: Rhythm = "immediately"
    at: time = time()
    weekday: int | None = None


@dataclass(frozen=True)
class Quiet:
    """Nothing is sent from ``start`` until ``end``, local times; it may span midnight."""

    start: time
    end: time


@lru_cache(maxsize=256)
def parse_schedule(text: str) -> Schedule:
    """Read ``immediately``, ``hourly``, ``daily at 08:00`` or ``weekly on mon at 08:00``.

    Raises:
        ValueError: it is none of them.
    """
    squeezed = " ".join(text.lower().split())
    if squeezed == "immediately":
        return Schedule()
    if squeezed == "hourly":
        return Schedule("hourly")
    if found := _DAILY.fullmatch(squeezed):
        return Schedule("daily", time(int(found[1]), int(found[2])))
    if (found := _WEEKLY.fullmatch(squeezed)) and (day := _weekday(found[1])) is not None:
        return Schedule("weekly", time(int(found[2]), int(found[3])), day)
    raise ValueError(
        f"{text!r} is not known; write immediately, hourly, daily at 08:00 or weekly on mon at"
        " 08:00"
    )


def _weekday(word: str) -> int | None:
    """The day that a word names, in short or in full; Monday is 0."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return next((n for n, day in enumerate(days) if word in (WEEKDAYS[n], day)), None)


@lru_cache(maxsize=256)
def parse_quiet(text: str) -> Quiet:
    """Read ``22:00-07:00``.

    Raises:
        ValueError: it is not written so, or it begins when it ends.
    """
    if not (found := _QUIET.fullmatch(text.strip())):
        raise ValueError(f"{text!r} are no hours; write them like 22:00-07:00")
    first, last, until, end = (int(part) for part in found.groups())
    quiet = Quiet(time(first, last), time(until, end))
    if quiet.start == quiet.end:
        raise ValueError(f"{text!r} begins when it ends; write hours like 22:00-07:00")
    return quiet
