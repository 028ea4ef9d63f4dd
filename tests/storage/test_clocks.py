"""Once a clock is set back, nothing waits until it is as late as it once said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage import Store, channels, clocks, outbox
from tests.storage.test_outbox import owed
from tests.storage.world import at


def test_what_a_clock_that_ran_ahead_owed_counts_from_now(store: Store) -> None:
    ahead = at(365)
    late = replace(owed("late"), created_at=ahead, next_attempt_at=ahead + timedelta(hours=20))
    tried = replace(owed("tried"), created_at=at(0), next_attempt_at=ahead)
    with store.write() as connection:
        for one in (late, tried):
            outbox.put(connection, one)
        outbox.failed(connection, "tried", "no", ahead)
        channels.refused(connection, "team", "no", ahead)
        assert outbox.due(connection, at(1)) == []

        assert clocks.is_ahead(connection, at(1))
        assert clocks.bring_back(connection, at(1)) == 2

        assert not clocks.is_ahead(connection, at(1))
        assert [one.id for one in outbox.due(connection, at(1))] == ["tried"]
        assert [one.id for one in outbox.due(connection, at(2))] == ["tried", "late"]


def test_what_is_owed_for_later_by_a_right_clock_is_left_as_it_is(store: Store) -> None:
    weekly = replace(owed("weekly"), next_attempt_at=at(8))
    with store.write() as connection:
        outbox.put(connection, weekly)
        channels.refused(connection, "team", "no", at(1))
        assert not clocks.is_ahead(connection, at(0))
        assert clocks.bring_back(connection, at(0)) == 0
        assert outbox.by_ids(connection, ("weekly",))[0].next_attempt_at == at(8)


def test_what_was_put_off_by_a_clock_that_ran_ahead_is_due(store: Store) -> None:
    """By quiet hours, by being let go or by a replay: it was owed by a right one, and not tried."""
    with store.write() as connection:
        outbox.put(connection, owed("put off"))
        outbox.postpone(connection, "put off", at(400))
        assert outbox.due(connection, at(1)) == []
        assert clocks.bring_back(connection, at(1)) == 1
        (one,) = outbox.due(connection, at(1))
    assert one.created_at == at(0)
