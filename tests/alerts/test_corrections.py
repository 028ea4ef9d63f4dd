"""What was told, and turns out to be wrong: to whom that is said, and what it costs."""

from __future__ import annotations

import pytest

from alerts.backtest import backtest
from alerts.contents import outgoing_of
from alerts.dispatch import owe
from alerts.outbox import owe_news
from jobdiff.config import Config
from postings.model import Posting
from postings.visits import Policy
from storage import Store, crawls, marks, outbox, postings
from storage.boards import BoardRow
from tests.alerts.factory import config
from tests.alerts.test_gather import HOOK, TEAM, mark, owed, with_rule
from tests.storage.listening import heard
from tests.storage.world import SITE, at, posting, visit

PASSED = "2026-03-02T18:00:00Z"  # a quarter of a day after at(1)
RENEWED = "2026-05-01T18:00:00Z"


def dated(until: str, number: int = 1) -> list[Posting]:
    """So many postings with a deadline, and one without."""
    return [*(posting(n, valid_through=until) for n in range(1, number + 1)), posting(0)]


def expire(store: Store, board: BoardRow, rules: Config, number: int = 1) -> None:
    """The deadlines pass, and nobody looks at the pages for a day."""
    owe_news(store, rules, at(0))
    visit(store, board, dated(PASSED, number), now=at(0))
    if not rules.rules:
        mark(store, "saved")
    crawls.sweep(store, Policy(), at(1.5))
    owe(store, rules, at(1.5))
    owe(store, rules, at(2.6))


def renew(store: Store, board: BoardRow, rules: Config, days: float, number: int = 1) -> None:
    visit(store, board, dated(RENEWED, number), now=at(days))
    owe(store, rules, at(days))


def test_who_is_being_told_while_it_turns_out_to_be_wrong_is_told_that_too(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(kinds=["expired"])
    expire(store, board, rules)
    (one,) = owed(store)
    with store.write() as connection:
        assert outbox.claim(connection, one.id, at(2.6), real=at(2.6), until=at(2.7))
    renew(store, board, rules, 2.65)
    with store.write() as connection:
        outbox.sent(connection, one.id, at(2.65), 1)
        assert [sent.id for sent in outbox.by_state(connection, "sent")] == [one.id]
    assert len(owed(store)) == 1


def test_who_was_told_because_of_a_mark_is_told_also_without_it(
    store: Store, board: BoardRow
) -> None:
    rules = config(channels=(TEAM,))
    expire(store, board, rules)
    with store.write() as connection:
        outbox.sent(connection, owed(store)[0].id, at(2.6))
        assert marks.clear(connection, postings.find(connection, f"{SITE}/jobs/1").known.id)
    renew(store, board, rules, 2.7)
    assert [one.rule for one in owed(store)] == ["saved and applied"]


def test_a_message_that_comes_late_leaves_out_what_was_taken_back_meanwhile(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(kinds=["expired"])
    expire(store, board, rules)
    (one,) = owed(store)
    assert outgoing_of(store, rules, one, at(2.6)).events
    with store.write() as connection:
        outbox.claim(connection, one.id, at(2.6), real=at(2.6), until=at(2.7))
    renew(store, board, rules, 2.9)
    with store.write() as connection:
        outbox.failed(connection, one.id, "no answer", at(3))
    late, correction = owed(store)
    assert late.id == one.id
    assert not outgoing_of(store, rules, late, at(3)).says_something
    assert [told["kind"] for told in outgoing_of(store, rules, correction, at(3)).events] == [
        "changed"
    ]


def test_a_message_that_was_given_up_is_not_sent_once_it_is_wrong(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(kinds=["expired"])
    expire(store, board, rules)
    (one,) = owed(store)
    with store.write() as connection:
        outbox.dead(connection, one.id, "no")
    renew(store, board, rules, 2.7)
    with store.write() as connection:
        assert outbox.replay(connection, at(0), at(3)) == 1
    (again,) = owed(store)
    assert not outgoing_of(store, rules, again, at(3)).says_something


def test_recipients_that_have_it_are_told_although_another_has_not(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(kinds=["expired"])
    expire(store, board, rules)
    (one,) = owed(store)
    with store.write() as connection:
        outbox.keep(connection, one.id, {**one.payload, "taken": ["somebody"]})
        outbox.failed(connection, one.id, "one of two", at(3))
    renew(store, board, rules, 2.9)
    assert [told.id == one.id for told in owed(store)] == [True, False]


@pytest.mark.parametrize("is_gone", [True, False])
def test_who_was_told_is_told_also_when_the_rule_tells_others_by_now(
    store: Store, board: BoardRow, is_gone: bool
) -> None:
    told = {"name": "all", "kinds": ["expired"]}
    before = config(told | {"channels": ["team"]}, channels=(TEAM, HOOK))
    other = {"name": "other", "kinds": ["removed"]}
    after = config(other if is_gone else told | {"channels": ["hook"]}, channels=(TEAM, HOOK))
    expire(store, board, before)
    with store.write() as connection:
        outbox.sent(connection, owed(store)[0].id, at(2.6))
    renew(store, board, after, 2.7)
    assert [(one.rule, one.channel) for one in owed(store)] == [("all", "team")]


def test_a_backtest_leaves_out_what_was_taken_back_before_anyone_was_told(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(kinds=["expired"])
    owe_news(store, rules, at(0))
    visit(store, board, dated(PASSED), now=at(0))
    crawls.sweep(store, Policy(), at(1.5))
    assert len(backtest(store, rules.rules[0]).told) == 1
    renew(store, board, rules, 1.6)
    assert owed(store) == []
    assert len(backtest(store, rules.rules[0]).told) == 0


def test_a_hundred_that_are_let_go_or_taken_back_at_once_change_a_digest_once(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(kinds=["expired"], deliver="weekly on mon at 08:00")
    owe_news(store, rules, at(0))
    visit(store, board, dated(PASSED, 100), now=at(0))
    crawls.sweep(store, Policy(), at(1.5))
    owe(store, rules, at(1.5))
    with heard(store, "before_cursor_execute") as let_go:
        owe(store, rules, at(2.6))
    (digest,) = owed(store)
    assert len(digest.event_ids) == 100
    visit(store, board, dated(RENEWED, 100), now=at(2.7))
    with heard(store, "before_cursor_execute") as taken_back:
        owe(store, rules, at(2.7))
    assert owed(store) == []
    for told in (let_go, taken_back):
        statements = [statement for _, _, statement, *_ in told]
        whole = [one for one in statements if "UPDATE deliveries SET event_ids" in one]
        assert len(whole) <= 1
        assert sum("deliveries.event_ids" in one for one in statements) < 20
