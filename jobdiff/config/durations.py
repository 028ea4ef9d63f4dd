"""Durations, instants and intervals as people write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from postings.cadence import parse_window
from postings.errors import UsageError

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
_DURATION = re.compile(r"(?:\d{1,9}(?:\.\d{1,6})?[smhdwy])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhdwy])")
_LONGEST = timedelta(days=3660)
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
AUTO = "auto"
_CALLED = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_CRON_PART = re.compile(r"(\*|last|[a-z]{3}(-[a-z]{3})?|\d{1,2}(-\d{1,2})?)(/\d{1,2})?", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """Read ``90m``, ``1s``, ``6h``, ``2d``, ``1w``, ``2y`` (730 days) or a sum (``1h30m``).

    Raises:
        UsageError: the text is no duration, or one of more than ten years.
    """
    squeezed = text.strip().lower()
    if not _DURATION.fullmatch(squeezed):
        raise UsageError(f"{text!r} is no duration; write it like 90s, 5m, 6h, 2d or 1h30m")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(squeezed))
    if seconds > _LONGEST.total_seconds():
        raise UsageError(f"{text!r} is longer than ten years; write a shorter duration")
    return timedelta(seconds=seconds)


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant as UTC; a date is its midnight, a time without a zone is UTC.

    Raises:
        UsageError: the text is neither a date nor an instant.
    """
    squeezed = text.strip()
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", squeezed):
            return datetime.combine(date.fromisoformat(squeezed), time(), UTC)
        instant = datetime.fromisoformat(squeezed)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no instant; write a date (2026-03-01) or 2026-03-01T12:00:00Z"
        ) from None


def cron_fields(text: str) -> tuple[str, str, str, str, str]:
    """Split a five-field cron line; weekdays, also as numbers (0 and 7 are Sunday), become names.

    Raises:
        UsageError: the line has not five fields, or one of them cannot be.
    """
    fields = text.split()
    if len(fields) != 5:
        raise UsageError(f"{text!r} is no cron line: it has {len(fields)} fields instead of five")
    minute, hour, day, month, weekday = (field.lower() for field in fields)
    try:
        for field in (minute, hour, day, month):
            _refuse_unreadable(field)
        weekday = _named_weekdays(weekday)
        _trigger(minute, hour, day, month, weekday)
    except (ValueError, IndexError) as wrong:
        raise UsageError(f"{text!r} is no cron line: {' '.join(str(wrong).split())}") from None
    return minute, hour, day, month, weekday


def _refuse_unreadable(field: str) -> None:
    for part in field.split(","):
        if not _CRON_PART.fullmatch(part):
            raise ValueError(f"{part!r} cannot be read; write it like 5, 1-5, */10 or *")


def _trigger(minute: str, hour: str, day: str, month: str, weekday: str) -> CronTrigger:
    from apscheduler.triggers.cron import CronTrigger

    return CronTrigger(
        minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone=UTC
    )


def _refuse_never(text: str) -> None:
    """Refuse 30 February; a weekday beside it would be enough, as in crontab."""
    minute, hour, day, month, weekday = cron_fields(text)
    since = datetime(2000, 1, 1, tzinfo=UTC)
    trigger = _trigger(minute, hour, day, month, "*")
    if weekday == "*" and trigger.get_next_fire_time(None, since) is None:
        raise UsageError(f"{text!r} never comes: there is no day {day} in month {month}")


def _named_weekdays(field: str) -> str:
    """``1-5`` → ``mon,tue,wed,thu,fri``: crontab counts from Sunday, and a range may end on 7."""
    return ",".join(_named_weekday_part(part) for part in field.split(","))


def _named_weekday_part(part: str) -> str:
    if part == "*":
        return part
    _refuse_unreadable(part)
    days, slash, step = part.partition("/")
    first, dash, last = days.partition("-")
    start = 0 if first == "*" else _weekday(first)
    end = _weekday(last, ends=True) if dash else 6 if slash else start
    if start > end or end > 7:
        raise ValueError(f"weekdays run from 0 (sun) to 7 (sun), not {days}")
    if slash and not int(step):
        raise ValueError(f"the step of {part} is 0; write a greater one")
    return ",".join(_WEEKDAYS[day] for day in range(start, end + 1, int(step or 1)))


def _weekday(text: str, *, ends: bool = False) -> int:
    if text.isdecimal():
        return int(text)
    if text not in _WEEKDAYS:
        raise ValueError(f"{text!r} is no weekday; write 0 to 7, or mon to sun")
    return 7 if ends and text == "sun" else _WEEKDAYS.index(text)


def parse_every(text: str) -> str:
    """Check how often a board is crawled: ``auto``, a duration or a five-field cron line.

    Returns:
        The text as it is kept: squeezed, lower case.

    Raises:
        UsageError: it is none of the three.
    """
    squeezed = " ".join(text.split()).lower()
    squeezed = _CALLED.get(squeezed, squeezed)
    if squeezed == AUTO:
        return squeezed
    if " " in squeezed or squeezed.startswith("@"):
        _refuse_never(squeezed)
        return squeezed
    if not parse_duration(squeezed):
        raise UsageError(f"{text!r} is no interval; write 6h, a cron line or auto")
    return squeezed


def parse_hours(text: str) -> str:
    """Check a window of hours: ``07:00-19:00``, or ``always``.

    Returns:
        The text as it is kept: without blanks, lower case.

    Raises:
        UsageError: it is neither.
    """
    parse_window(text)
    return "".join(text.split()).lower()


def parse_zone(text: str) -> str:
    """Check the name of a time zone.

    Raises:
        UsageError: no zone is called so.
    """
    try:
        return ZoneInfo(text).key
    except (KeyError, ValueError, OSError):
        raise UsageError(f"{text!r} is no time zone; write it like Europe/Zurich") from None
