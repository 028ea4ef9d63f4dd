"""Which processes work on a store, and what they are asked."""

from __future__ import annotations

from datetime import timedelta

from storage import Store, processes
from tests.storage.world import at

MINUTE = timedelta(minutes=1)


def test_a_process_is_known_while_it_is_seen(store: Store) -> None:
    with store.write() as connection:
        one = processes.register(connection, "serve", "here", 12, at(0))
        other = processes.register(connection, "worker", "there", 13, at(0) + MINUTE / 2)
        assert processes.get(connection, one.id) == one
        assert processes.alive(connection, at(0) + MINUTE / 2) == [one, other]
        assert processes.alive(connection, at(0) + MINUTE) == [other]
        processes.note_seen(connection, one, at(0) + MINUTE)
        assert len(processes.alive(connection, at(0) + MINUTE)) == 2


def test_one_that_left_or_died_long_ago_is_forgotten(store: Store) -> None:
    with store.write() as connection:
        one = processes.register(connection, "serve", "here", 12, at(0))
        processes.register(connection, "worker", "there", 13, at(0))
        processes.leave(connection, one.id)
        assert processes.get(connection, one.id) is None
        assert processes.forget_silent(connection, at(0) + 59 * MINUTE) == 0
        assert processes.forget_silent(connection, at(0) + 61 * MINUTE) == 1


def test_what_is_asked_is_answered(store: Store) -> None:
    with store.write() as connection:
        one = processes.register(connection, "serve", "here", 12, at(0))
        other = processes.register(connection, "worker", "here", 13, at(0))
        processes.ask(connection, [one.id])
        asked = processes.get(connection, one.id)
        assert asked is not None
        assert (asked.asked, asked.answered) == (1, 0)
        assert processes.get(connection, other.id) == other
        processes.answer(connection, one.id, asked.asked, "line 3")
        answered = processes.get(connection, one.id)
        assert answered is not None
        assert (answered.answered, answered.error) == (1, "line 3")


def test_one_that_was_forgotten_while_it_lived_is_known_again(store: Store) -> None:
    with store.write() as connection:
        one = processes.register(connection, "serve", "here", 12, at(0))
        assert processes.forget_silent(connection, at(3)) == 1
        processes.note_seen(connection, one, at(3))
        assert [known.id for known in processes.alive(connection, at(3))] == [one.id]


def test_one_of_a_clock_that_ran_ahead_is_not_alive_for_a_year(store: Store) -> None:
    with store.write() as connection:
        processes.register(connection, "serve", "here", 12, at(365))
        assert processes.alive(connection, at(0)) == []
        assert processes.forget_silent(connection, at(0)) == 1
