"""Rules that commands made, wherever rules of the file are asked."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from alerts.backtest import backtest
from alerts.dispatch import owe, tick
from alerts.outbox import owe_news
from alerts.reminders import owe_reminders
from alerts.rulebook import every_rule, find_rule, in_force, rule_named, troubles
from jobdiff.config import Config
from postings.errors import NotFound
from storage import Store, noted, outbox, rules
from storage.boards import BoardRow
from storage.outbox import Delivery
from tests.alerts.factory import WEBHOOK, config
from tests.storage.world import at, posting, visit

HOOK = {"name": "hook", **WEBHOOK}
NO_RULES = config()


def owed(store: Store) -> list[Delivery]:
    with store.read() as connection:
        return outbox.by_state(connection, "owed")


def told(store: Store) -> list[tuple[str, str, int]]:
    return [(one.rule, one.channel, len(one.event_ids)) for one in owed(store)]


def add(store: Store, name: str = "made", day: float = 0, **keys: Any) -> None:
    with store.write() as connection:
        rules.add(connection, name, keys, at(day))


def news(store: Store, board: BoardRow, day: int) -> None:
    """Each day one more posting; the first day's are the baseline."""
    visit(store, board, [posting(n) for n in range(day + 1)], now=at(day))


def names(store: Store, config: Config, *, holding: bool = True) -> list[str]:
    with store.read() as connection:
        found = (in_force if holding else every_rule)(connection, config)
    return [rule.name for rule in found]


def amiss(store: Store, config: Config) -> list[str]:
    with store.read() as connection:
        return troubles(connection, config)


def test_a_made_rule_tells_what_comes_after_it(store: Store, board: BoardRow) -> None:
    news(store, board, 0)
    owe_news(store, NO_RULES, at(0))
    news(store, board, 1)  # nobody has looked at it yet when the rule is made
    add(store, day=1, title=["engineer"])
    news(store, board, 2)
    assert owe_news(store, NO_RULES, at(2)) == 1
    assert told(store) == [("made", "hook", 1)]
    assert backtest_of(store, "made") == 2
    with store.read() as connection:
        assert noted.every_drop(connection) == []


def backtest_of(store: Store, name: str) -> int:
    with store.read() as connection:
        rule = find_rule(connection, NO_RULES, name)
    return len(backtest(store, rule).told)


def test_a_rule_that_is_made_before_alerts_ever_ran_loses_nothing(
    store: Store, board: BoardRow
) -> None:
    news(store, board, 0)
    add(store)
    news(store, board, 1)
    assert owe_news(store, NO_RULES, at(1)) == 1


def test_the_next_look_takes_a_change_up(store: Store, board: BoardRow) -> None:
    news(store, board, 0)
    add(store, title=["nothing of the kind"])
    news(store, board, 1)
    assert owe_news(store, NO_RULES, at(1)) == 0
    with store.write() as connection:
        rules.change(connection, "made", {"title": ["engineer"]}, at(1))
    news(store, board, 2)
    assert owe_news(store, NO_RULES, at(2)) == 1


def test_a_paused_rule_tells_nothing_and_later_nothing_of_its_pause(
    store: Store, board: BoardRow
) -> None:
    news(store, board, 0)
    add(store)
    news(store, board, 1)
    assert owe_news(store, NO_RULES, at(1)) == 1
    with store.write() as connection:
        rules.pause(connection, "made", at(1))
    news(store, board, 2)
    assert owe_news(store, NO_RULES, at(2)) == 0
    news(store, board, 3)
    with store.write() as connection:
        rules.resume(connection, "made", at(3))
    assert owe_news(store, NO_RULES, at(3)) == 0
    news(store, board, 4)
    assert owe_news(store, NO_RULES, at(4)) == 1
    assert names(store, NO_RULES) == ["made"]


def test_a_paused_rule_keeps_its_quiet_hours_for_what_it_owes(
    store: Store, board: BoardRow
) -> None:
    news(store, board, 0)
    add(store, quiet="13:00-15:00")
    news(store, board, 1)
    owe_news(store, NO_RULES, at(1))
    with store.write() as connection:
        rules.pause(connection, "made", at(1))
    in_them = at(1 + 2 / 24)
    assert asyncio.run(tick(store, NO_RULES, in_them)).failed == 0
    assert owed(store)[0].next_attempt_at == at(1 + 3 / 24)
    assert names(store, NO_RULES, holding=False) == ["made"]
    assert names(store, NO_RULES) == []


def test_a_made_rule_reminds(store: Store, board: BoardRow) -> None:
    add(store, remind="3d", kinds=["expired"])
    dated = posting(1, valid_through="2026-03-10T12:00:00Z")
    visit(store, board, [dated, posting(2)], now=at(0))
    assert owe_reminders(store, NO_RULES, at(5)) == 0
    assert owe_reminders(store, NO_RULES, at(6)) == 1
    assert owe_reminders(store, NO_RULES, at(7)) == 0
    assert told(store) == [("made", "hook", 0)]


def test_a_name_that_the_file_has_is_the_files(store: Store, board: BoardRow) -> None:
    add(store, "python", deliver="hourly")
    assert names(store, NO_RULES) == ["python"]
    of_file = config({"name": "python", "title": "nothing of the kind"})
    with store.read() as connection:
        found = rule_named(connection, of_file, "python")
        assert found is not None
        assert found.deliver == "immediately"
        assert in_force(connection, of_file) == of_file.rules
    assert "the configuration has one of its name" in amiss(store, of_file)[0]
    news(store, board, 0)
    news(store, board, 1)
    assert owe(store, of_file, at(1)) == 0


def test_a_channel_that_left_is_like_one_that_is_down(
    store: Store, board: BoardRow, caplog: pytest.LogCaptureFixture
) -> None:
    both = config(channels=(HOOK, {"name": "team", "stdout": "json"}))
    news(store, board, 0)
    add(store, channels=["team", "hook"])
    news(store, board, 1)
    assert amiss(store, both) == []
    assert owe_news(store, NO_RULES, at(1)) == 2
    assert sorted(told(store)) == [("made", "hook", 1), ("made", "team", 1)]
    caplog.set_level(logging.INFO, "alerts")
    assert asyncio.run(tick(store, NO_RULES, at(1))).failed == 2
    (said,) = caplog.messages  # of the other, the daemon tells when it reads its configuration
    assert "channel 'hook' could not be reached" in said
    assert [one.split(";")[0] for one in amiss(store, NO_RULES)] == [
        "the rule 'made' names the channel 'team', which is not in the configuration",
        "1 waiting for the channel 'team', which is not in the configuration",
    ]
    assert asyncio.run(tick(store, both, at(1.1))).sent == 1


def test_without_any_channel_what_is_told_to_all_is_counted(store: Store, board: BoardRow) -> None:
    nobody = Config.model_validate({})
    news(store, board, 0)
    add(store)
    news(store, board, 1)
    assert owe_news(store, nobody, at(1)) == 0
    with store.read() as connection:
        (drop,) = noted.every_drop(connection)
    assert (drop.rule, drop.filter, drop.count) == ("made", "channels", 1)
    assert drop.reason == "there is no channel to tell"


def test_a_rule_that_cannot_be_read_stops_nothing(store: Store, board: BoardRow) -> None:
    news(store, board, 0)
    add(store, "newer", mood=["good"])
    add(store, "good")
    news(store, board, 1)
    assert owe_news(store, NO_RULES, at(1)) == 1
    assert names(store, NO_RULES) == ["good"]
    (said,) = amiss(store, NO_RULES)
    assert said.startswith("the rule 'newer' tells nothing, because it cannot be read: unknown key")
    with store.read() as connection:
        assert rule_named(connection, NO_RULES, "newer") is None
        with pytest.raises(NotFound, match="no rule is called 'newer'; the configuration has"):
            find_rule(connection, NO_RULES, "newer")


def test_without_a_rule_none_is_found(store: Store) -> None:
    with (
        store.read() as connection,
        pytest.raises(NotFound, match="no rule is called 'x'; there is none"),
    ):
        find_rule(connection, NO_RULES, "x")


def test_a_renamed_rule_takes_its_digest_with_it_and_leaves_the_next_one_of_its_name_alone(
    store: Store, board: BoardRow
) -> None:
    news(store, board, 0)
    add(store, "first", deliver="weekly on mon at 08:00")
    news(store, board, 1)
    owe_news(store, NO_RULES, at(1))
    with store.write() as connection:
        rules.rename(connection, "first", "second", at(1))
        rules.hand_over(connection, "first", "second")
    add(store, "first", 1, deliver="weekly on mon at 08:00")
    news(store, board, 2)
    owe_news(store, NO_RULES, at(2))
    assert sorted(told(store)) == [
        ("first", "hook", 1),
        ("second", "hook", 1),
        ("second", "hook", 1),
    ]


def test_a_board_or_tag_that_is_not_there_is_said(store: Store, board: BoardRow) -> None:
    there = [{"name": "a", "boards": ["Example"]}, {"name": "b", "boards": [board.url, board.id]}]
    assert amiss(store, config(*there)) == []
    spelled = {
        "name": "e",
        "boards": [board.url.replace("example.org", "EXAMPLE.org") + "?utm_source=x"],
    }
    unnamed = config(spelled, {"name": "f", "boards": ["shop.example"]})
    of_file = Config.model_validate(
        unnamed.model_dump() | {"boards": [{"url": "https://shop.example/jobs"}]}
    )
    assert amiss(store, of_file) == []
    wrong = [{"name": "c", "boards": ["Example", "Exmple"]}, {"name": "d", "tags": ["hr"]}]
    assert amiss(store, config(*there, *wrong)) == [
        "the rule 'c' names 'Exmple', which is no board; `jobdiff boards` lists them",
        "the rule 'd' names the tag 'hr', which no board has; `jobdiff boards` lists them",
    ]
