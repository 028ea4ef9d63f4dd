"""Rules that commands made: kept as written, and never about what was before them."""

from __future__ import annotations

import pytest

from postings.errors import NotFound, UsageError
from storage import Store, events, noted, outbox, rules
from storage.boards import BoardRow
from storage.outbox import Delivery
from tests.storage.world import at, posting, visit

KEYS = {"title": ["python"], "deliver": "daily at 08:00", "at_most": 5}


def log_of(store: Store, board: BoardRow) -> int:
    """Three events; the newest one's cursor."""
    visit(store, board, [posting(n) for n in range(3)], now=at(0))
    with store.read() as connection:
        last = events.last_cursor(connection)
    assert last == 3
    return last


def owe(store: Store, rule: str, id_: str = "d1") -> None:
    with store.write() as connection:
        outbox.put(connection, Delivery(id_, rule, "hook", ("e1",), at(1), at(2)))


def test_a_rule_is_kept_as_it_was_written(store: Store) -> None:
    with store.write() as connection:
        rules.add(connection, "python", KEYS, at(1))
        rules.add(connection, "all", {}, at(0))
    with store.read() as connection:
        assert [one.name for one in rules.every(connection)] == ["all", "python"]
        found = rules.find(connection, "python")
        assert rules.find(connection, "nobody") is None
    assert found is not None
    assert (found.keys, found.paused, found.created_at) == (KEYS, False, at(1))


def test_a_name_is_taken_once(store: Store) -> None:
    with store.write() as connection:
        rules.add(connection, "python", KEYS, at(0))
        rules.add(connection, "java", {}, at(0))
        with pytest.raises(UsageError, match="a rule 'python' already"):
            rules.add(connection, "python", {}, at(1))
        with pytest.raises(UsageError, match="a rule 'java' already"):
            rules.rename(connection, "python", "java", at(1))
    with store.read() as connection:
        assert {one.name: one.keys for one in rules.every(connection)} == {
            "python": KEYS,
            "java": {},
        }


def test_what_the_log_says_already_is_none_of_its_news(store: Store, board: BoardRow) -> None:
    last = log_of(store, board)
    with store.write() as connection:
        assert rules.add(connection, "python", KEYS, at(1)).after_cursor == last


def test_alerts_begin_with_the_first_rule_so_that_their_first_run_skips_nothing(
    store: Store, board: BoardRow
) -> None:
    last = log_of(store, board)
    with store.write() as connection:
        assert not outbox.has_begun(connection)
        rules.add(connection, "python", KEYS, at(1))
        assert outbox.has_begun(connection)
        assert outbox.cursor(connection) == last


def test_a_log_that_was_read_in_part_goes_on_from_there(store: Store, board: BoardRow) -> None:
    log_of(store, board)
    with store.write() as connection:
        outbox.owe(connection, (), 1)
        rules.add(connection, "python", KEYS, at(1))
        assert outbox.cursor(connection) == 1


def test_a_resumed_rule_has_nothing_of_its_pause(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        rules.add(connection, "python", KEYS, at(0))
        assert rules.pause(connection, "python", at(0)).paused
    last = log_of(store, board)
    with store.write() as connection:
        resumed = rules.resume(connection, "python", at(1))
        assert (resumed.paused, resumed.after_cursor) == (False, last)
    visit(store, board, [posting(n) for n in range(4)], now=at(1))
    with store.write() as connection:
        assert rules.resume(connection, "python", at(2)).after_cursor == last


def test_a_changed_rule_keeps_its_time(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        rules.add(connection, "python", KEYS, at(0))
    log_of(store, board)
    with store.write() as connection:
        changed = rules.change(connection, "python", {"title": ["java"]}, at(1))
    assert (changed.keys, changed.after_cursor) == ({"title": ["java"]}, 0)
    assert (changed.created_at, changed.changed_at) == (at(0), at(1))


def test_a_rule_that_is_not_there_is_said(store: Store) -> None:
    with store.write() as connection:
        for work in (rules.pause, rules.resume):
            with pytest.raises(NotFound, match="no rule is called 'x'"):
                work(connection, "x", at(0))
        with pytest.raises(NotFound):
            rules.change(connection, "x", {}, at(0))
        with pytest.raises(NotFound):
            rules.rename(connection, "x", "y", at(0))
        with pytest.raises(NotFound):
            rules.remove(connection, "x")


def test_what_it_owes_and_noted_goes_with_its_name(store: Store) -> None:
    owe(store, "old")
    owe(store, "other", "d2")
    with store.write() as connection:
        noted.count_drops(connection, {("old", "title"): (2, "no")}, at(0))
        noted.count_drops(connection, {("new", "title"): (9, "of a rule long gone")}, at(0))
        rules.hand_over(connection, "old", "new")
    with store.read() as connection:
        assert sorted(outbox.counts(connection)) == [
            ("new", "hook", "owed"),
            ("other", "hook", "owed"),
        ]
        assert [(one.rule, one.count) for one in noted.every_drop(connection)] == [("new", 2)]


def test_what_a_rule_owes_can_be_discarded(store: Store) -> None:
    owe(store, "python")
    owe(store, "other", "d2")
    with store.write() as connection:
        assert rules.waiting(connection, "python") == 1
        assert rules.discard(connection, "python") == 1
        assert rules.waiting(connection, "python") == 0
        assert rules.waiting(connection, "other") == 1


def test_a_removed_rule_is_gone_and_its_notes_with_it(store: Store) -> None:
    with store.write() as connection:
        rules.add(connection, "python", KEYS, at(0))
        noted.count_drops(connection, {("python", "title"): (2, "no")}, at(0))
    with store.write() as connection:
        assert noted.every_drop(connection)
        rules.remove(connection, "python")
        rules.forget_notes(connection, "python")
        assert rules.every(connection) == []
        assert noted.every_drop(connection) == []
