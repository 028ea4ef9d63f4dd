"""When a message goes out: schedules and quiet hours in a time zone. Pure.

A local time that the clocks skip is taken as soon as they can; one that comes twice, once.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jobdiff.config import Quiet, Schedule

_DAY = timedelta(days=1)


def slot_after(
    schedule: Schedule, quiet: Quiet | None, zone: ZoneInfo, now: datetime
) -> datetime | None:
    """When what is found at ``now`` is gathered for; None: it goes out at once.

    What would go out at once in quiet hours is gathered for their end.
    """
    if schedule.rhythm == "immediately":
        resumes = after_quiet(quiet, zone, now)
        return resumes if resumes > now else None
    return after_quiet(quiet, zone, next_slot(schedule, zone, now))


def next_slot(schedule: Schedule, zone: ZoneInfo, after: datetime) -> datetime:
    """The first time of an hourly, daily or weekly schedule after an instant, in UTC.

    >>> next_slot(Schedule("daily", time(8)), ZoneInfo("Europe/Zurich"),
    ...           datetime(2026, 3, 28, 12, tzinfo=UTC)).isoformat()
    '2026-03-29T06:00:00+00:00'
    """
    local = after.astimezone(zone)
    if schedule.rhythm == "hourly":
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        return after.astimezone(UTC) + timedelta(hours=1) - past
    days = (local.date() + number * _DAY for number in range(-1, 9))
    slots = (
        _instant(datetime.combine(day, schedule.at), zone)
        for day in days
        if schedule.weekday in (None, day.weekday())
    )
    return next(slot for slot in slots if slot > after)


def after_quiet(quiet: Quiet | None, zone: ZoneInfo, at: datetime) -> datetime:
    """``at``, or the end of the quiet hours that it falls into, in UTC."""
    at = at.astimezone(UTC)
    local = at.astimezone(zone)
    if quiet is None or not _is_quiet(quiet, local.time()):
        return at
    ends = (
        _instant(datetime.combine(local.date() + number * _DAY, quiet.end).replace(fold=fold), zone)
        for number in range(2)
        for fold in range(2)
    )
    return next(end for end in ends if end > at)


def _is_quiet(quiet: Quiet, at: time) -> bool:
    if quiet.start < quiet.end:
        return quiet.start <= at < quiet.end
    return at >= quiet.start or at < quiet.end


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)
