"""From the log to what is owed, on a real store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from alerts.outbox import owe_news, release
from jobdiff.config import Config
from postings.visits import Policy
from storage import Store, crawls, events, outbox
from storage.boards import BoardRow
from storage.outbox import Delivery
from tests.alerts.factory import WEBHOOK, config
from tests.storage.world import at, gone, posting, visit

ALL = {"name": "all", "kinds": ["new", "changed", "expired", "removed", "reopened"]}
DEADLINE = "2026-03-02T18:00:00Z"  # a quarter of a day after at(1)


def owed(store: Store) -> list[Delivery]:
    with store.read() as connection:
        return outbox.by_state(connection, "owed")


def told(store: Store) -> list[tuple[str, list[str]]]:
    """The channel and the titles of each delivery that is owed."""
    with store.read() as connection:
        return [
            (
                one.channel,
                [str(row.posting["title"]) for row in events.by_ids(connection, one.event_ids)],
            )
            for one in outbox.by_state(connection, "owed")
        ]


def begin(store: Store, config: Config) -> None:
    """Alerts run once, on an empty log."""
    assert owe_news(store, config, at(0)) == 0


def test_the_baseline_is_told_to_nobody_and_what_follows_is(store: Store, board: BoardRow) -> None:
    rules = config(ALL)
    begin(store, rules)
    visit(store, board, [posting(1)], now=at(0))
    assert owe_news(store, rules, at(0)) == 0
    visit(store, board, [posting(1), posting(2)], now=at(1))
    assert owe_news(store, rules, at(1)) == 1
    assert told(store) == [("hook", ["Engineer 2"])]


def test_nothing_is_owed_twice(store: Store, board: BoardRow) -> None:
    rules = config(ALL)
    begin(store, rules)
    visit(store, board, [posting(1)], now=at(0))
    visit(store, board, [posting(1), posting(2)], now=at(1))
    assert owe_news(store, rules, at(1)) == 1
    assert owe_news(store, rules, at(2)) == 0
    assert len(owed(store)) == 1


def test_the_first_time_alerts_start_at_the_end_of_the_log(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    visit(store, board, [posting(1), posting(2)], now=at(1))
    rules = config(ALL)
    assert owe_news(store, rules, at(1)) == 0
    visit(store, board, [posting(1), posting(2), posting(3)], now=at(2))
    assert owe_news(store, rules, at(2)) == 1
    assert told(store) == [("hook", ["Engineer 3"])]


def test_a_rule_that_comes_later_is_not_told_what_was_before(store: Store, board: BoardRow) -> None:
    begin(store, config())
    visit(store, board, [posting(1)], now=at(0))
    visit(store, board, [posting(1), posting(2)], now=at(1))
    assert owe_news(store, config(), at(1)) == 0
    assert owe_news(store, config(ALL), at(1)) == 0
    visit(store, board, [posting(1), posting(2), posting(3)], now=at(2))
    assert owe_news(store, config(ALL), at(2)) == 1


def test_each_rule_and_channel_has_its_own_delivery(store: Store, board: BoardRow) -> None:
    channels = ({"name": "hook", **WEBHOOK}, {"name": "team", "url": "json://127.0.0.1:9"})
    rules = config(
        ALL,
        {"name": "three", "title": "re:3$", "channels": "team", "tags": "it"},
        {"name": "never", "title": "nurse"},
        channels=channels,
    )
    begin(store, rules)
    visit(store, board, [posting(1)], now=at(0))
    visit(store, board, [posting(1), posting(2), posting(3)], now=at(1))
    assert owe_news(store, rules, at(1)) == 3
    both = ["Engineer 2", "Engineer 3"]
    assert sorted(told(store)) == [("hook", both), ("team", both), ("team", ["Engineer 3"])]


def test_a_webhook_gets_a_hundred_events_at_once_and_people_one_message(
    store: Store, board: BoardRow
) -> None:
    channels = ({"name": "hook", **WEBHOOK}, {"name": "team", "url": "json://127.0.0.1:9"})
    rules = config(ALL, channels=channels)
    begin(store, rules)
    visit(store, board, [posting(0)], now=at(0))
    visit(store, board, [posting(number) for number in range(251)], now=at(1))
    assert owe_news(store, rules, at(1)) == 4
    sizes = sorted((one.channel, len(one.event_ids)) for one in owed(store))
    assert sizes == [("hook", 50), ("hook", 100), ("hook", 100), ("team", 250)]


def test_what_the_rule_could_not_test_goes_with_the_delivery(store: Store, board: BoardRow) -> None:
    rules = config(ALL | {"salary_at_least": "1 CHF/YEAR"})
    begin(store, rules)
    visit(store, board, [posting(1)], now=at(0))
    visit(store, board, [posting(1), posting(2), posting(3, pay=10.0)], now=at(1))
    assert owe_news(store, rules, at(1)) == 1
    unknown: dict[str, Any] = owed(store)[0].payload["unknown"]
    assert list(unknown.values()) == [["salary"]]


# --- a passed deadline waits for a look at its page --------------------------------------------


def with_deadline(store: Store, board: BoardRow, rules: Config) -> None:
    """One posting's deadline passes, and nobody has looked at its page since."""
    begin(store, rules)
    dated = posting(1, valid_through=DEADLINE)
    visit(store, board, [dated, posting(2)], now=at(0))
    visit(store, board, [dated, posting(2)], now=at(1))
    assert crawls.sweep(store, Policy(), at(1.5)) == 1
    assert owe_news(store, rules, at(1.5)) == 1


def due(store: Store, days: float) -> int:
    with store.read() as connection:
        return len(outbox.due(connection, at(days)))


def test_expired_waits_at_most_a_day_for_a_look(store: Store, board: BoardRow) -> None:
    with_deadline(store, board, config(ALL))
    assert release(store, config(ALL), at(1.6)) == 0
    assert due(store, 1.6) == 0
    assert due(store, 2.5) == 1


def test_expired_goes_out_once_its_page_was_looked_at(store: Store, board: BoardRow) -> None:
    with_deadline(store, board, config(ALL))
    dated = posting(1, valid_through=DEADLINE)
    visit(store, board, [dated, posting(2)], now=at(1.6))
    owe_news(store, config(ALL), at(1.6))
    assert release(store, config(ALL), at(1.6)) == 1
    assert release(store, config(ALL), at(1.6)) == 0
    assert due(store, 1.6) == 1


def test_a_taken_down_posting_is_told_as_expired_once(store: Store, board: BoardRow) -> None:
    with_deadline(store, board, config(ALL))
    dated = posting(1, valid_through=DEADLINE)
    visit(store, board, [posting(2)], now=at(1.6), also=[gone(dated, at(1.6))])
    assert owe_news(store, config(ALL), at(1.6)) == 0
    assert release(store, config(ALL), at(1.6)) == 1
    assert due(store, 1.6) == 1


def test_a_renewed_deadline_is_one_change_and_no_alarm(store: Store, board: BoardRow) -> None:
    with_deadline(store, board, config(ALL))
    renewed = posting(1, valid_through="2026-04-02T18:00:00Z")
    visit(store, board, [renewed, posting(2)], now=at(1.6))
    assert owe_news(store, config(ALL), at(1.6)) == 1
    with store.read() as connection:
        kinds = [events.by_ids(connection, one.event_ids)[0].kind for one in owed(store)]
        assert len(outbox.by_state(connection, "cancelled")) == 1
    assert kinds == ["changed"]


def test_who_was_told_of_the_deadline_is_told_that_it_was_renewed(
    store: Store, board: BoardRow
) -> None:
    closing = config({"name": "closing", "kinds": ["expired"]})
    with_deadline(store, board, closing)
    with store.write() as connection:
        outbox.sent(connection, owed(store)[0].id, at(2.5))
    renewed = posting(1, valid_through="2026-04-02T18:00:00Z")
    visit(store, board, [renewed, posting(2)], now=at(2.6))
    assert owe_news(store, closing, at(2.6)) == 1


def test_without_a_rule_for_it_nothing_waits(store: Store, board: BoardRow) -> None:
    fresh = config({"name": "fresh"})
    begin(store, fresh)
    dated = posting(1, valid_through=DEADLINE)
    visit(store, board, [dated], now=at(0))
    visit(store, board, [dated], now=at(1))
    assert crawls.sweep(store, Policy(), at(1.5)) == 1
    assert owe_news(store, fresh, at(1.5)) == 0
    assert release(store, fresh, at(1.5) + timedelta(days=3)) == 0
