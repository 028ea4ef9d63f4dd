"""When a message goes out, across both changes of the clocks of Zurich in 2026."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.timing import after_quiet, next_slot, slot_after
from jobdiff.config.timing import parse_quiet, parse_schedule

ZURICH = ZoneInfo("Europe/Zurich")
ZONES = [ZoneInfo(name) for name in ("Europe/Zurich", "Australia/Lord_Howe", "Asia/Kathmandu")]


def local(text: str, zone: ZoneInfo = ZURICH) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("deliver", "after", "slot"),
    [
        ("daily at 08:00", "2026-03-28T07:59", "2026-03-28T08:00"),
        ("daily at 08:00", "2026-03-28T08:00", "2026-03-29T08:00"),
        ("daily at 08:00", "2026-10-24T09:00", "2026-10-25T08:00"),
        ("weekly on mon at 08:00", "2026-03-24T00:00", "2026-03-30T08:00"),
        ("weekly on mon at 08:00", "2026-03-30T08:00", "2026-04-06T08:00"),
        ("weekly on sunday at 23:59", "2026-03-29T23:58", "2026-03-29T23:59"),
        ("hourly", "2026-03-28T08:17:31", "2026-03-28T09:00"),
        ("hourly", "2026-03-28T09:00", "2026-03-28T10:00"),
        # the clocks skip 02:30 on March 29, and have it twice on October 25
        ("daily at 02:30", "2026-03-28T03:00", "2026-03-29T03:30"),
        ("daily at 02:30", "2026-03-29T03:30", "2026-03-30T02:30"),
        ("daily at 02:30", "2026-10-24T03:00", "2026-10-25T02:30"),
        ("daily at 02:30", "2026-10-25T02:30", "2026-10-26T02:30"),
    ],
)
def test_the_next_slot_is_at_the_local_time(deliver: str, after: str, slot: str) -> None:
    assert next_slot(parse_schedule(deliver), ZURICH, local(after)) == local(slot)


def test_a_day_has_one_slot_also_where_the_clocks_change() -> None:
    for day in ("2026-03-29", "2026-10-25"):
        now, end, slots = local(f"{day}T00:00"), local(f"{day}T23:59"), 0
        while (now := next_slot(parse_schedule("daily at 02:30"), ZURICH, now)) < end:
            slots += 1
        assert slots == 1


@pytest.mark.parametrize(
    ("quiet", "at", "resumes"),
    [
        ("22:00-07:00", "2026-03-28T21:59", "2026-03-28T21:59"),
        ("22:00-07:00", "2026-03-28T22:00", "2026-03-29T07:00"),
        ("22:00-07:00", "2026-03-29T06:59", "2026-03-29T07:00"),
        ("22:00-07:00", "2026-03-29T07:00", "2026-03-29T07:00"),
        ("12:00-13:00", "2026-03-28T12:30", "2026-03-28T13:00"),
        ("22:00-02:30", "2026-03-28T23:00", "2026-03-29T03:30"),
        ("22:00-02:30", "2026-10-24T23:00", "2026-10-25T02:30"),
    ],
)
def test_quiet_hours_end_at_the_local_time(quiet: str, at: str, resumes: str) -> None:
    assert after_quiet(parse_quiet(quiet), ZURICH, local(at)) == local(resumes)


def test_what_is_found_in_quiet_hours_is_gathered_for_their_end() -> None:
    now, quiet = local("2026-03-28T23:00"), parse_quiet("22:00-09:00")
    soon = parse_schedule("immediately")
    assert slot_after(soon, None, ZURICH, now) is None
    assert slot_after(soon, quiet, ZURICH, local("2026-03-28T12:00")) is None
    assert slot_after(soon, quiet, ZURICH, now) == local("2026-03-29T09:00")
    daily = parse_schedule("daily at 08:00")
    assert slot_after(daily, quiet, ZURICH, now) == local("2026-03-29T09:00")
    assert slot_after(daily, None, ZURICH, now) == local("2026-03-29T08:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(ZONES),
    st.sampled_from(["hourly", "daily at 02:15", "weekly on sun at 02:30"]),
    st.sampled_from(["22:00-07:00", "01:00-02:30", "02:00-02:15"]),
)
def test_slots_are_ahead_and_never_far(
    now: datetime, zone: ZoneInfo, deliver: str, quiet: str
) -> None:
    schedule, hours = parse_schedule(deliver), parse_quiet(quiet)
    slot = next_slot(schedule, zone, now)
    longest = {"hourly": timedelta(hours=1), "daily": timedelta(hours=25)}
    assert now < slot <= now + longest.get(schedule.rhythm, timedelta(days=7, hours=1))
    resumes = after_quiet(hours, zone, now)
    assert now <= resumes <= now + timedelta(hours=10)
    assert after_quiet(hours, zone, resumes) >= resumes
