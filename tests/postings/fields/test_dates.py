"""Dates as pages write them, and the instant a deadline ends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.fields.dates import deadline, read_date, read_end
from postings.model import Place, Posting

NOW = datetime(2026, 8, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-08-05", "2026-08-05"),
        ("2026-8-5", "2026-08-05"),
        ("2021-08-05T15:51:56.000Z", "2021-08-05T15:51:56Z"),
        ("2026-05-22T15:33:44.933+02:00", "2026-05-22T15:33:44.933+02:00"),
        ("2026-05-16T10:19:50+0200", "2026-05-16T10:19:50+02:00"),
        ("2026-05-16T10:19:50-05", "2026-05-16T10:19:50-05:00"),
        ("2026-05-16 10:19:50 UTC", "2026-05-16T10:19:50Z"),
        ("2026-05-16 10:19", "2026-05-16T10:19:00"),
        ("2026-05-16T10:19:50+02:00[Europe/Berlin]", "2026-05-16T10:19:50+02:00"),
        ("2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00.123456Z"),
        ("2026-01-01T24:00:00", "2026-01-02T00:00:00"),
        ("2026-06-30T23:59:60Z", "2026-06-30T23:59:59Z"),
        ("2026/08/12", "2026-08-12"),
        ("20260812", "2026-08-12"),
        (20260812, "2026-08-12"),
        ("20260812T101500Z", "2026-08-12T10:15:00Z"),
        ("12.08.2026", "2026-08-12"),
        ("13/02/2026", "2026-02-13"),
        ("02/13/2026", "2026-02-13"),
        ("03/03/2026", "2026-03-03"),
        ("7/29/2026 3:05:00 PM", "2026-07-29T15:05:00"),
        ("7/29/2026 12:00:00 AM", "2026-07-29T00:00:00"),
        ("Posted on July 29, 2026", "2026-07-29"),
        ("29. Juli 2026", "2026-07-29"),
        ("1er août 2026", "2026-08-01"),
        ("12 de agosto de 2026", "2026-08-12"),
        ("14-Aug-2026", "2026-08-14"),
        ("2026年5月1日", "2026-05-01"),
        ("Wed Aug 12 10:00:00 CEST 2026", "2026-08-12T10:00:00+02:00"),
        ("Wed Aug 12 10:00:00 EST 2026", "2026-08-12T10:00:00-05:00"),
        ("Wed Aug 12 10:00:00 XYZ 2026", "2026-08-12T10:00:00"),
        ("Wed, 12 Aug 2026 10:00:00 GMT", "2026-08-12T10:00:00Z"),
        ("9999-12-31", "9999-12-31"),
        ("2026-01-12T10:00:00 Europe/Berlin", "2026-01-12T10:00:00+01:00"),
        ("2026-08-12T10:00:00 Europe/Berlin", "2026-08-12T10:00:00+02:00"),
        ("2026-08-12T10:00:00\u221205:00", "2026-08-12T10:00:00-05:00"),
        ("2026. 8. 12.", "2026-08-12"),
        ("2026年8月12日(水)", "2026-08-12"),
        ("12 August 2026, 5pm", "2026-08-12T17:00:00"),
        ("12 August 2026 12 a.m.", "2026-08-12T00:00:00"),
        ("2026-08-12Z", "2026-08-12"),
        ("2026-08-12+02:00", "2026-08-12"),
        ("2026-08-12T", "2026-08-12"),
        ("Mittwoch, 12.08.2026", "2026-08-12"),
        ("12.08.2026 - 09:30 Uhr", "2026-08-12T09:30:00"),
        ("Closing date: 2026-08-12", "2026-08-12"),
        ("The 2nd of May, 2026", "2026-05-02"),
        ("1º de maio de 2026", "2026-05-01"),
        ("Oct/5/2026", "2026-10-05"),
        ("05OCT2026", "2026-10-05"),
        ("mar 3 mar 2026", "2026-03-03"),
    ],
)
def test_dates_are_read(written: Any, read: str) -> None:
    assert read_date(written).text == read
    assert read_date(written).reason is None


@pytest.mark.parametrize(
    "written",
    [
        "01/02/2026",
        "2026-02-30",
        "0000-00-00",
        "0001-01-01T00:00:00",
        "10000-01-01",
        "2026-08-12T25:00:00",
        "2026-08-12T10:00:00-99:00",
        1718035200000,
        "1718035200",
        12.5,
        True,
        None,
        {},
        "3 days ago",
        "août 2026",
        "soon",
        "2026-01-01 " * 50,
        "2026-01-12T10:00:00 Europe/Atlantis",
        "from 12.08.2026 to 13.08.2026",
        "in 3 days, 12.08.2026",
        "Closing: 01/02/2026",
        "Mar 2026 (5 openings)",
        "5 openings, closing March 2026",
        "May 2026: 3 positions",
        "Week 12, March 2026",
        "closing 5th; posted May 2026",
        "mar. 5 mai 2026",
        "Applications may close 5 March 2026",
    ],
)
def test_what_is_no_clear_date_is_absent_with_a_reason(written: Any) -> None:
    read = read_date(written)
    assert read.text is None
    assert read.reason


@pytest.mark.parametrize(
    "written",
    [
        "Open until filled (posted 24/11/2026)",
        "not before 24/11/2026",
        "1 May 2026 or until filled",
        "Posted on July 29, 2026",
    ],
)
def test_a_date_beside_such_words_is_no_end(written: str) -> None:
    assert read_date(written).text
    assert read_end(written).text is None
    assert read_end(written).reason
    assert read_end("Closing: 24/11/2026, 17:00").text == "2026-11-24T17:00:00"
    assert read_date("Posted on 24/11/2026").text == "2026-11-24"
    assert read_end(20260812).text == "2026-08-12"


def test_the_last_day_there_is_does_not_roll_over() -> None:
    assert read_date("9999-12-31T24:00:00Z").text == "9999-12-31T00:00:00Z"


@given(st.one_of(st.text(), st.integers(), st.floats(), st.datetimes().map(str)))
def test_anything_is_a_date_or_has_a_reason(written: Any) -> None:
    read = read_date(written)
    assert (read.text is None) == (read.reason is not None)


def ends(
    valid_through: str | None,
    *countries: str | None,
    posted: str | None = "2026-07-01",
    applicants: tuple[str, ...] = (),
) -> datetime | None:
    posting = Posting(
        title="x",
        date_posted=posted,
        valid_through=valid_through,
        locations=tuple(Place(locality="x", country=country) for country in countries),
        applicant_locations=applicants,
    )
    return deadline(posting, NOW)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def test_a_full_timestamp_is_exact() -> None:
    assert ends("2026-09-04T15:51:55Z", "JP") == at(2026, 9, 4, 15, 51, 55)
    assert ends("2026-09-04T15:51:55-02:00") == at(2026, 9, 4, 17, 51, 55)


def test_a_date_lasts_through_its_day_in_the_places_zone() -> None:
    assert ends("2026-09-04", "CH") == at(2026, 9, 4, 22)
    assert ends("2026-09-04", "JP") == at(2026, 9, 4, 15)


def test_a_midnight_without_zone_is_that_whole_day() -> None:
    assert ends("2026-09-04T00:00:00", "CH") == at(2026, 9, 4, 22)


def test_another_local_time_is_exact_in_the_places_zone() -> None:
    assert ends("2026-09-04T17:00:00", "CH") == at(2026, 9, 4, 15)


def test_the_last_of_several_zones_counts() -> None:
    assert ends("2026-09-04", "US") == at(2026, 9, 5, 10)
    assert ends("2026-09-04", "JP", "CH") == at(2026, 9, 4, 22)


def test_without_a_place_it_lasts_till_the_last_zone_on_earth() -> None:
    assert ends("2026-09-04") == at(2026, 9, 5, 12)
    assert ends("2026-09-04", None) == at(2026, 9, 5, 12)
    assert ends("2026-09-04", "ZZ") == at(2026, 9, 5, 12)


def test_where_applicants_live_counts_without_a_place() -> None:
    assert ends("2026-09-04", applicants=("CH",)) == at(2026, 9, 4, 22)


@pytest.mark.parametrize(
    ("valid_through", "posted"),
    [
        (None, None),
        ("2026-07-01", "2026-07-01"),
        ("2026-07-01", "2026-07-01T10:00:00Z"),
        ("2026-07-01T23:59:59Z", "2026-07-01"),
        ("2026-06-01T10:00:00Z", "2026-06-01T10:00:00Z"),
        ("2026-06-01T09:00:00", "2026-06-01T10:00:00Z"),
        ("1970-01-01", None),
        ("1970-01-01T00:00:00Z", None),
        ("2036-07-01", "2026-07-01"),
        ("9999-12-31", "2026-07-01"),
        ("9999-12-31T23:00:00-12:00", None),
        ("gibberish", None),
    ],
)
def test_placeholders_are_no_deadline(valid_through: str | None, posted: str | None) -> None:
    assert ends("2026-09-04", posted=posted) is not None
    assert ends(valid_through, posted=posted) is None


@pytest.mark.parametrize("posted", [None, "gibberish", "2026-06-01T08:00:00", "2026-06-01T08:00Z"])
def test_a_deadline_after_the_posting_counts(posted: str | None) -> None:
    assert ends("2026-06-01T10:00:00Z", posted=posted) == at(2026, 6, 1, 10)
