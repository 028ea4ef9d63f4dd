"""Reminders of deadlines: what they say, when they hold, and what is dropped."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.dispatch import owe
from alerts.outbox import owe_news
from alerts.reminders import owe_reminders
from jobdiff.config import Config
from postings.model import Posting
from storage import Store, noted
from storage import rules as stored_rules
from storage.boards import BoardRow
from tests.alerts.factory import config
from tests.alerts.test_gather import HOOK, TEAM, owed, told, with_rule
from tests.alerts.test_outbox import ALL
from tests.storage.world import at, posting, visit

SOON = "2026-03-20T18:00:00Z"  # at(17) is three days before


def closing(number: int = 1) -> list[Posting]:
    return [posting(n, valid_through=SOON) for n in range(1, number + 1)]


def begin(store: Store, board: BoardRow, rules: Config, number: int = 1) -> None:
    owe_news(store, rules, at(0))
    visit(store, board, closing(number), now=at(0))


def test_a_deadline_that_was_renewed_before_the_digest_went_out_is_not_told(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(remind="3d", kinds=["new"], deliver="daily at 18:00")
    begin(store, board, rules)
    assert owe_reminders(store, rules, at(17)) == 1
    assert "Closes" in str(told(store, rules, at(17.1)))
    visit(store, board, [posting(1, valid_through="2026-06-20T18:00:00Z")], now=at(17.1))
    owe(store, rules, at(17.1))
    assert "Closes" not in str(told(store, rules, at(17.3)))


def test_what_a_rule_refuses_is_counted(store: Store, board: BoardRow) -> None:
    rules = with_rule(remind="3d", title="nurse")
    begin(store, board, rules)
    assert owe_reminders(store, rules, at(17)) == 0
    with store.read() as connection:
        (drop,) = noted.every_drop(connection)
    assert (drop.filter, drop.count) == ("title", 1)


def test_what_a_rule_could_not_test_is_said(store: Store, board: BoardRow) -> None:
    rules = with_rule(remind="3d", language="de")
    begin(store, board, rules)
    assert owe_reminders(store, rules, at(17)) == 1
    (one,) = owed(store)
    assert one.payload["deadlines"][0]["unknown"] == ["language"]


def test_a_rule_about_fresh_postings_reminds_of_what_was_fresh_when_it_was_found(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(remind="3d", max_age="7d")
    begin(store, board, rules, 0)
    fresh = replace(posting(2, valid_through=SOON), date_posted="2026-03-01")
    stale = replace(posting(3, valid_through=SOON), date_posted="2026-02-01")
    visit(store, board, [posting(1), fresh, stale], now=at(1))
    assert owe_reminders(store, rules, at(17)) == 1
    assert [len(one.payload["deadlines"]) for one in owed(store)][-1] == 1


@pytest.mark.parametrize("is_renamed", [False, True])
def test_a_rule_of_a_name_that_another_had_reminds_of_its_own(
    store: Store, board: BoardRow, is_renamed: bool
) -> None:
    rules = config(channels=(TEAM,))
    with store.write() as connection:
        stored_rules.add(connection, "r", {"remind": "3d"}, at(0))
    begin(store, board, rules)
    assert owe_reminders(store, rules, at(17)) == 1
    with store.write() as connection:
        if is_renamed:
            stored_rules.rename(connection, "r", "s", at(17))
            stored_rules.hand_over(connection, "r", "s")
        else:
            stored_rules.remove(connection, "r")
            stored_rules.forget_notes(connection, "r")
            stored_rules.discard(connection, "r")
        stored_rules.add(connection, "r", {"remind": "3d"}, at(17))
    assert owe_reminders(store, rules, at(17.01)) == 1
    assert owe_reminders(store, rules, at(17.02)) == 0


def test_a_webhook_gets_a_hundred_at_once_and_people_one_message(
    store: Store, board: BoardRow
) -> None:
    rules = config(ALL | {"remind": "3d"}, channels=(HOOK, TEAM))
    begin(store, board, rules, 150)
    assert owe_reminders(store, rules, at(17)) == 3
    sizes = {(one.channel, len(one.payload["deadlines"])) for one in owed(store)}
    assert sizes == {("hook", 100), ("hook", 50), ("team", 150)}


def test_the_subject_says_how_many_close(store: Store, board: BoardRow) -> None:
    rules = with_rule(remind="3d")
    begin(store, board, rules, 3)
    owe_reminders(store, rules, at(17))
    assert told(store, rules, at(17)) == [("all", "3 closing soon (all)")]
