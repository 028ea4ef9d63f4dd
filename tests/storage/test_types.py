from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from storage.types import UtcTime, clean, dumps, read_instant, spell

SQLITE = sqlite.dialect()
POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]

INSTANTS = st.datetimes(
    min_value=datetime(1, 1, 3),
    max_value=datetime(9999, 12, 28),
    timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(INSTANTS)
def test_an_instant_comes_back_in_utc(at: datetime) -> None:
    kept = UtcTime().process_bind_param(at, SQLITE)
    back = UtcTime().process_result_value(kept, SQLITE)
    assert back == at
    assert back is not None
    assert back.tzinfo is UTC


@given(INSTANTS, INSTANTS)
def test_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    assert (spell(one) < spell(other)) == (one < other)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        UtcTime().process_bind_param(datetime(2026, 3, 1), SQLITE)


def test_nothing_stays_nothing() -> None:
    assert UtcTime().process_bind_param(None, SQLITE) is None
    assert UtcTime().process_result_value(None, SQLITE) is None


def test_a_database_with_times_keeps_times() -> None:
    at = datetime(2026, 3, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    assert UtcTime().process_bind_param(at, POSTGRESQL) == at
    assert UtcTime().process_result_value(at, POSTGRESQL) == at
    assert "TIME ZONE" in UtcTime().compile(dialect=POSTGRESQL)
    assert "VARCHAR" in UtcTime().compile(dialect=SQLITE)


def test_other_spellings_are_read() -> None:
    assert read_instant("2026-03-01T13:00:00+01:00") == datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(st.text(st.characters()))
def test_any_text_can_be_kept(text: str) -> None:
    assert json.loads(dumps({"text": text}).encode()) == {"text": text}


def test_text_is_small_and_without_what_a_database_refuses() -> None:
    assert dumps(["Zürich", 1]) == '["Zürich",1]'
    assert clean("a\x00b\ud800c") == "ab?c"
