from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from postings.model import Organization, Place, Posting, Salary
from postings.tally import Turn, by_day, pay_by, values_of
from postings.wire import posting_json

A_YEAR = {"HOUR": 2080, "MONTH": 12, "YEAR": 1}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def line(**said: Any) -> dict[str, Any]:
    return posting_json(Posting(**said)) | {"board": "Example", "tags": ["it", "ch"]}


def test_days_count_what_is_open_at_their_end() -> None:
    turns = [
        Turn(NOON, "a", True),
        Turn(NOON + timedelta(days=1), "a", True),
        Turn(NOON + timedelta(days=3), "a", False),
        Turn(NOON + timedelta(days=9), "a", False),
        Turn(NOON + timedelta(days=2), "b", True),
    ]
    told = by_day(turns, date(2026, 3, 2), date(2026, 3, 5))
    counts = {
        group: [(day.day.day, day.open, day.opened, day.closed) for day in days]
        for group, days in told.items()
    }
    assert counts == {
        "a": [(2, 2, 1, 0), (3, 2, 0, 0), (4, 1, 0, 1), (5, 1, 0, 0)],
        "b": [(2, 0, 0, 0), (3, 1, 1, 0), (4, 1, 0, 0), (5, 1, 0, 0)],
    }


def test_a_day_is_one_of_utc() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    ((day, *_),) = by_day([Turn(late, "a", True)], date(2026, 3, 1), date(2026, 3, 2)).values()
    assert (day.day, day.open) == (date(2026, 3, 1), 0)


def test_no_days_at_all_is_nothing() -> None:
    assert by_day([Turn(NOON, "a", True)], date(2026, 3, 2), date(2026, 3, 1)) == {"a": ()}
    assert by_day([], date(2026, 3, 1), date(2026, 3, 2)) == {}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("country", ("CH", "DE")),
        ("region", (None,)),
        ("town", ("Bern", "Ulm")),
        ("employer", ("Example AG",)),
        ("title", ("nurse",)),
        ("employment_types", ("FULL_TIME", "PART_TIME")),
        ("remote", (None,)),
        ("board", ("Example",)),
        ("tags", ("it", "ch")),
        ("openings", ("2",)),
    ],
)
def test_a_field_has_each_of_its_values_once(field: str, values: tuple[str | None, ...]) -> None:
    places = (
        Place(locality="Bern", country="CH"),
        Place(locality="Ulm", country="DE"),
        Place(country="CH"),
    )
    told = line(
        title="Nurse (Bern)",
        locations=places,
        organization=Organization("Example AG"),
        employment_types=("FULL_TIME", "PART_TIME"),
        openings=2,
    )
    assert values_of(told, field) == values


def test_what_says_nothing_has_no_value() -> None:
    assert values_of(line(), "employer") == (None,)
    assert values_of(line(), "title") == (None,)


def test_pay_is_compared_a_year_and_by_currency() -> None:
    lines = [
        line(title="Nurse", salary=Salary(60_000, 80_000, "CHF", "YEAR")),
        line(title="NURSE", salary=Salary(5_000, None, "CHF", "MONTH")),
        line(title="Nurse", salary=Salary(None, 30, "EUR", "HOUR")),
        line(title="Cook", salary=Salary(50_000, 50_000, "CHF", "YEAR")),
        line(title="Cook", salary=Salary(100, 100, "CHF", "DAY")),
        line(title="Cook", salary=Salary(100, 100, None, "YEAR")),
        line(title="Cook", salary=Salary(None, None, "CHF", "YEAR")),
        line(title="Cook"),
    ]
    told = [
        (one.group, one.currency, one.postings, one.low, one.median, one.high)
        for one in pay_by(lines, "title", A_YEAR)
    ]
    assert told == [
        ("Nurse", "CHF", 2, 60_000, 65_000, 80_000),
        ("Cook", "CHF", 1, 50_000, 50_000, 50_000),
        ("Nurse", "EUR", 1, 62_400, 62_400, 62_400),
    ]


def test_pay_by_a_field_that_some_do_not_name() -> None:
    lines = [
        line(salary=Salary(1, 1, "CHF", "YEAR")),
        line(remote="hybrid", salary=Salary(2, 2, "CHF", "YEAR")),
    ]
    assert [(one.group, one.median) for one in pay_by(lines, "remote", A_YEAR)] == [
        (None, 1),
        ("hybrid", 2),
    ]
