from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postings.cadence import Habit
from scheduler.due import habit_of, next_due, next_slot
from storage import Store, boards
from storage.boards import BoardRow
from tests.storage.world import SITE, at, posting, visit

FLOOR = timedelta(minutes=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def board(store: Store) -> BoardRow:
    with store.write() as connection:
        return boards.add(connection, url=f"{SITE}/careers", name="Example", now=at(0))


NOW = at(10)


def due(store: Store, board: BoardRow, now: datetime = NOW, **values: Any) -> datetime:
    changed = replace(board, **{"outcome": "complete", **values})
    with store.read() as connection:
        return next_due(connection, changed, now=now, min_interval=FLOOR)


def test_a_duration_is_kept(store: Store, board: BoardRow) -> None:
    assert due(store, board, every="6h") - at(10) == 6 * HOUR
    assert due(store, board, every="1s") - at(10) == FLOOR


def test_failures_are_asked_again_soon_then_later(store: Store, board: BoardRow) -> None:
    waits = [
        due(store, board, every="6h", outcome="failed", failures=failures) - at(10)
        for failures in (1, 2, 9)
    ]
    assert waits == [HOUR / 4, HOUR / 2, 24 * HOUR]


def test_retry_after_holds_for_every_kind_of_interval(store: Store, board: BoardRow) -> None:
    later = at(12)
    for every in ("6h", "auto", "0 * * * *"):
        assert due(store, board, every=every, retry_after=later) == later


@pytest.mark.parametrize("outcome", ["complete", "failed", "suspicious", None])
def test_a_cron_line_is_kept_whatever_the_outcome(
    store: Store, board: BoardRow, outcome: str | None
) -> None:
    board = replace(board, every="30 8 * * mon-fri", outcome=outcome, failures=3)
    assert at(10).strftime("%a %H:%M") == "Wed 12:00"
    assert due(store, board, outcome=outcome) == datetime(2026, 3, 12, 8, 30, tzinfo=UTC)


def test_a_cron_line_waits_for_the_floor(store: Store, board: BoardRow) -> None:
    assert due(store, board, every="* * * * *") - at(10) == FLOOR


def test_a_cron_line_of_local_clock_changes_runs_once() -> None:
    before = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    first = next_slot("30 2 * * *", before)
    assert first == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    assert next_slot("30 2 * * *", first + FLOOR) == first + timedelta(days=1)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("0 0 1,15 * mon", "03-02 03-09 03-15 03-16 03-23"),
        ("0 0 * * */2", "03-03 03-05 03-07 03-08 03-10"),
        ("0 0 */10 * mon", "05-11 06-01 08-31"),
        ("0 0 30 2 tue", "02-02 02-09"),
    ],
)
def test_days_and_weekdays_are_those_of_crontab(line: str, days: str) -> None:
    """It begins on Sunday, 1 March. With ``*`` both must fit, else either is enough."""
    slots = [at(0)]
    for _ in days.split():
        slots.append(next_slot(line, slots[-1] + FLOOR))
    assert " ".join(f"{slot:%m-%d}" for slot in slots[1:]) == days


def test_a_cron_line_that_never_comes_is_looked_at_once_a_year() -> None:
    assert next_slot("0 0 31 2 *", at(0)) == at(365)


def test_a_board_that_slept_is_due_once_from_now_on(store: Store, board: BoardRow) -> None:
    assert due(store, board, now=at(13), every="6h") == at(13) + 6 * HOUR


def test_auto_follows_the_boards_habit(store: Store, board: BoardRow) -> None:
    assert due(store, board, now=at(1)) - at(1) == 6 * HOUR
    site = [posting(0)]
    visit(store, board, site, now=at(0))
    assert due(store, board, now=at(8)) - at(8) == 24 * HOUR
    for day in range(1, 8):
        site.append(posting(day))
        visit(store, board, site, now=at(day))
    with store.read() as connection:
        assert habit_of(connection, board, at(7.5)) == Habit(7, timedelta(days=7))
    assert due(store, board, now=at(7.5)) - at(7.5) == 12 * HOUR
