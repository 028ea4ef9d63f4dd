from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import Store, outbox
from storage.boards import BoardRow
from storage.outbox import Delivery, delivery_id
from tests.storage.world import at, posting, visit


def delivery(*event_ids: str, channel: str = "team", days: float = 0) -> Delivery:
    return Delivery(
        delivery_id("rule", channel, event_ids), "rule", channel, event_ids,
        created_at=at(0), next_attempt_at=at(days), payload={"text": "one"},
    )  # fmt: skip


def owed(id_: str) -> Delivery:
    return replace(delivery(id_), id=id_)


def states(store: Store) -> dict[str, int]:
    with store.read() as connection:
        found = {
            state: len(outbox.by_state(connection, state))
            for state in ("owed", "sent", "dead", "cancelled")
        }  # fmt: skip
    return {state: number for state, number in found.items() if number}


def test_an_id_tells_the_events_and_not_their_order() -> None:
    assert delivery_id("r", "c", ["a", "b"]) == delivery_id("r", "c", ["b", "a", "a"])
    others = {
        delivery_id("r", "c", ["a"]),
        delivery_id("r", "d", ["a"]),
        delivery_id("s", "c", ["a"]),
    }
    assert len(others) == 3


def test_owing_moves_the_cursor_in_the_same_transaction(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1), posting(2)], now=at(0))

    def die_owing() -> None:
        with store.write() as connection:
            tail = outbox.tail(connection)
            outbox.owe(connection, [delivery(tail[0].id)], tail[-1].cursor)
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        die_owing()
    assert states(store) == {}

    with store.write() as connection:
        tail = outbox.tail(connection, limit=1)
        assert outbox.owe(connection, [delivery(tail[0].id)], tail[-1].cursor) == 1
    with store.read() as connection:
        assert outbox.cursor(connection) == tail[-1].cursor == 1
        assert (outbox.has_begun(connection), outbox.has_begun(connection, "feed")) == (True, False)
        assert [one.cursor for one in outbox.tail(connection)] == [2]
        assert [one.cursor for one in outbox.tail(connection, "feed")] == [1, 2]


def test_owing_twice_is_owing_once(store: Store) -> None:
    with store.write() as connection:
        outbox.owe(connection, [delivery("a"), delivery("a")], 7)
        outbox.sent(connection, delivery("a").id, at(1))
    with store.write() as connection:
        assert outbox.owe(connection, [delivery("a"), delivery("b")], 3) == 1
        assert outbox.cursor(connection) == 7
    assert states(store) == {"owed": 1, "sent": 1}


def test_what_is_due_comes_in_the_order_it_was_owed(store: Store) -> None:
    with store.write() as connection:
        outbox.owe(connection, [delivery("a"), delivery("b", days=1), delivery("c", days=3)], 1)
    with store.read() as connection:
        assert [one.event_ids for one in outbox.due(connection, at(2))] == [("a",), ("b",)]
        assert outbox.due(connection, at(2), 1) == [delivery("a")]


def test_a_delivery_is_tried_until_it_is_taken(store: Store) -> None:
    one = delivery("a")
    with store.write() as connection:
        outbox.owe(connection, [one], 1)
        outbox.failed(connection, one.id, "500", at(1))
        outbox.failed(connection, one.id, "502", at(2))
        assert outbox.due(connection, at(1)) == []
        (again,) = outbox.due(connection, at(2))
        assert (again.attempts, again.error) == (2, "502")
        outbox.sent(connection, one.id, at(2))
        outbox.failed(connection, one.id, "late", at(3))
        (done,) = outbox.by_ids(connection, [one.id])
    assert (done.state, done.sent_at, done.error) == ("sent", at(2), None)


def test_a_delivery_may_be_given_up_and_owed_again(store: Store) -> None:
    one = delivery("a")
    with store.write() as connection:
        outbox.owe(connection, [one], 1)
        outbox.dead(connection, one.id, "410 Gone")
    assert states(store) == {"dead": 1}
    with store.write() as connection:
        assert outbox.replay(connection, at(-1), at(5)) == 1
        assert [
            (owed.attempts, owed.next_attempt_at) for owed in outbox.due(connection, at(5))
        ] == [(0, at(5))]
        assert outbox.replay(connection, at(-1), at(5)) == 0


def test_a_delivery_may_be_moved_or_cancelled(store: Store) -> None:
    one, two = delivery("a", days=1), delivery("b")
    with store.write() as connection:
        outbox.owe(connection, [one, two], 1)
        outbox.postpone(connection, one.id, at(0))
        assert len(outbox.due(connection, at(0))) == 2
        outbox.cancel(connection, one.id, "the deadline was renewed")
        outbox.sent(connection, two.id, at(0))
        outbox.cancel(connection, two.id, "too late")
    assert states(store) == {"sent": 1, "cancelled": 1}


def test_a_claim_by_a_clock_that_ran_ahead_keeps_nobody_away(store: Store) -> None:
    soon = at(0) + timedelta(seconds=25)
    with store.write() as connection:
        outbox.put(connection, owed("a"))
        assert outbox.claim(connection, "a", at(0), real=at(365), until=at(366))
        assert outbox.claim(connection, "a", at(0), real=at(0), until=soon)
        assert outbox.claim(connection, "a", at(0), real=at(0), until=soon) is None
