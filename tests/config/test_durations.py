from datetime import UTC, datetime, timedelta

import pytest

from jobdiff.config import clock, cron_fields, parse_duration, parse_every, parse_instant
from postings.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1s", timedelta(seconds=1)),
        ("90m", timedelta(minutes=90)),
        ("6h", timedelta(hours=6)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(days=7)),
        ("1h30m", timedelta(minutes=90)),
        ("0.5s", timedelta(milliseconds=500)),
        (" 6H ", timedelta(hours=6)),
        ("0s", timedelta()),
    ],
)
def test_durations_are_read(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "6", "h", "6 hours", "-1h", "1h 30", "1e3s", "99999w", "6h!"])
def test_what_is_no_duration_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_duration(text)
    assert repr(text) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T12:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
    ],
)
def test_instants_are_read_as_utc(text: str, expected: datetime) -> None:
    assert parse_instant(text) == expected
    assert parse_instant(text).utcoffset() == timedelta()


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "0001-01-01T00:00:00+14:00"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_instant(text)


def test_a_frozen_clock_stands_and_a_real_one_runs_in_utc() -> None:
    frozen = clock("2026-03-01T12:00:00Z")
    assert frozen() == frozen() == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert clock(None)().utcoffset() == timedelta()


def test_weekday_numbers_of_cron_count_from_sunday() -> None:
    assert cron_fields("0 8 * * 1-5")[4] == "mon,tue,wed,thu,fri"
    assert cron_fields("0 8 * * 0,7")[4] == "sun,sun"
    assert cron_fields("0 8 * * 5-7")[4] == "fri,sat,sun"
    assert cron_fields("0 8 * * 0-6/2")[4] == "sun,tue,thu,sat"
    assert cron_fields("0 8 * * 1/2")[4] == "mon,wed,fri"
    assert cron_fields("*/15 8 1 jan MON-WED") == ("*/15", "8", "1", "jan", "mon,tue,wed")
    assert cron_fields("0 8 * * */2")[4] == "sun,tue,thu,sat"
    assert cron_fields("0 8 * * mon-fri/2")[4] == "mon,wed,fri"
    assert cron_fields("0 8 * * fri-sun")[4] == "fri,sat,sun"
    assert cron_fields("0 8 * * sun-tue,thu")[4] == "sun,mon,tue,thu"
    assert cron_fields("0 8 * * *")[4] == "*"


@pytest.mark.parametrize("text", ["auto", "6h", "0 8 * * 1-5", "0 0 29 2 *", "0 0 30 2 mon"])
def test_an_interval_is_auto_a_duration_or_a_cron_line(text: str) -> None:
    assert parse_every(f" {text.upper()} ") == text


def test_cron_lines_that_have_a_name_are_kept_as_lines() -> None:
    assert parse_every("@daily") == "0 0 * * *"
    assert parse_every(" @HOURLY ") == "0 * * * *"


@pytest.mark.parametrize(
    "text",
    [
        *("", "often", "0s", "0 8 * *", "60 8 * * *", "0 8 * * 8", "0 8 * * 5-1", "0 8 * * 1-2/0"),
        *("0 8 * * mon#1", "0 8 * * 1/x", "0 8 L * *", "1,,2 * * * *", "@often", "0 8 * * sunday"),
        *("0 8 * * fri-mon", "0 0 30 2 *", "0 0 31 4,6 *"),
    ],
)
def test_what_is_no_interval_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_every(text)


@pytest.mark.parametrize("now", ["1969-12-31T23:59:59Z", "0001-01-01", "9001-01-01"])
def test_a_clock_shows_no_time_that_none_ever_will(now: str) -> None:
    assert clock("1970-01-01")().year == 1970
    with pytest.raises(UsageError, match="write an instant of the years 1970 to 9000"):
        clock(now)
