"""Digests, quiet hours, marks, reminders and the operators' news, on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerts.contents import outgoing_of
from alerts.dispatch import owe
from alerts.operator import owe_troubles, owe_watching
from alerts.outbox import owe_news
from alerts.reminders import owe_reminders
from jobdiff.config import Config
from postings.visits import PageSeen, Policy
from storage import Store, boards, crawls, marks, merge, noted, outbox, postings
from storage.boards import BoardRow
from storage.crawls import CrawlFacts
from storage.outbox import Delivery
from tests.alerts.factory import WEBHOOK, config
from tests.alerts.test_outbox import ALL
from tests.storage.world import LISTING, SITE, at, claim, gone, posting, visit

TEAM = {"name": "team", "url": "json://127.0.0.1:9"}
HOOK = {"name": "hook", **WEBHOOK}


def owed(store: Store) -> list[Delivery]:
    with store.read() as connection:
        return outbox.by_state(connection, "owed")


def told(store: Store, rules: Config, now: datetime) -> list[tuple[str, str]]:
    """The rule and the subject of each message that is owed."""
    return [
        (one.rule, outgoing_of(store, rules, one, now).message().subject) for one in owed(store)
    ]


def with_rule(
    *channels: dict[str, Any], alerts: dict[str, Any] | None = None, **rule: Any
) -> Config:
    made = config(ALL | rule, channels=channels or (TEAM,))
    return Config.model_validate(made.model_dump() | {"alerts": alerts or {}})


def add_day_by_day(store: Store, board: BoardRow, rules: Config, *hours: float) -> None:
    """One more posting at each of these hours after day one."""
    owe_news(store, rules, at(0))
    visit(store, board, [posting(0)], now=at(0))
    for number, hour in enumerate(hours, 1):
        now = at(1) + timedelta(hours=hour)
        visit(store, board, [posting(n) for n in range(number + 1)], now=now)
        owe_news(store, rules, now)


def mark(store: Store, name: marks.MarkName, number: int = 1) -> None:
    with store.write() as connection:
        row = postings.find(connection, f"{SITE}/jobs/{number}")
        marks.put(connection, row.known.id, name, at(1))


# --- digests and quiet hours -------------------------------------------------------------------


def test_a_digest_gathers_until_its_time_and_then_begins_anew(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(deliver="daily at 18:00")
    add_day_by_day(store, board, rules, 1, 2, 3, 7)
    assert [(len(one.event_ids), one.next_attempt_at) for one in owed(store)] == [
        (3, at(1) + timedelta(hours=6)),
        (1, at(2) + timedelta(hours=6)),
    ]


def test_what_comes_after_a_digest_began_to_go_out_is_a_part_of_its_own(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(deliver="daily at 18:00")
    add_day_by_day(store, board, rules, 1)
    with store.write() as connection:
        outbox.failed(connection, owed(store)[0].id, "down", at(3))
    now = at(1) + timedelta(hours=2)
    visit(store, board, [posting(n) for n in range(3)], now=now)
    owe_news(store, rules, now)
    assert [len(one.event_ids) for one in owed(store)] == [1, 1]


def test_what_is_found_in_quiet_hours_goes_out_together_after_them(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(quiet="22:00-07:00")
    add_day_by_day(store, board, rules, 11, 13, 20)
    morning = at(1) + timedelta(hours=19)
    assert [(len(one.event_ids), one.next_attempt_at) for one in owed(store)] == [
        (2, morning),
        (1, at(1) + timedelta(hours=20)),
    ]


def test_a_retracted_event_is_taken_out_of_its_digest(store: Store, board: BoardRow) -> None:
    rules = with_rule(deliver="weekly on mon at 08:00")
    owe_news(store, rules, at(0))
    dated = posting(1, valid_through="2026-03-02T18:00:00Z")
    visit(store, board, [dated, posting(2)], now=at(0))
    crawls.sweep(store, Policy(), at(1.5))
    owe(store, rules, at(1.5))
    owe(store, rules, at(2.6))  # nobody looked for a day: it joins the digest
    gathered = [one for one in owed(store) if "slot" in one.payload]
    assert [len(one.event_ids) for one in gathered] == [1]
    renewed = posting(1, valid_through="2026-05-01T18:00:00Z")
    visit(store, board, [renewed, posting(2)], now=at(2.7))
    owe(store, rules, at(2.7))
    subjects = [subject for _, subject in told(store, rules, at(2.7))]
    assert all("Expired" not in subject for subject in subjects)
    assert any(subject.startswith(("Changed", "Reopened")) for subject in subjects)


def test_a_digest_ends_with_what_could_not_be_seen(store: Store, board: BoardRow) -> None:
    rules = with_rule(deliver="daily at 18:00")
    add_day_by_day(store, board, rules, 1)
    text = outgoing_of(store, rules, owed(store)[0], at(2)).message().text
    assert "unread" not in text
    fail(store, board, at(1.2))
    text = outgoing_of(store, rules, owed(store)[0], at(2)).message().text
    assert "1 of 1 board unread since Monday: Example" in text


def test_drops_are_counted_with_their_reason(store: Store, board: BoardRow) -> None:
    rules = with_rule(title="re:[13]$")
    add_day_by_day(store, board, rules, 1, 2, 3, 4)
    with store.read() as connection:
        drops = noted.every_drop(connection)
    assert [(one.filter, one.count) for one in drops] == [("title", 2)]
    assert drops[0].reason == "title has none of re:[13]$"
    assert len(owed(store)) == 2


# --- marks -------------------------------------------------------------------------------------


def test_hidden_postings_never_alert(store: Store, board: BoardRow) -> None:
    rules = with_rule()
    add_day_by_day(store, board, rules, 1)
    for name, expected in (("hidden", 1), ("saved", 2)):
        mark(store, name)  # type: ignore[arg-type]
        now = at(2 + expected)
        visit(store, board, [posting(0), posting(1, pay=expected * 10.0)], now=now)
        owe_news(store, rules, now)
        assert len(owed(store)) == expected


@pytest.mark.parametrize("name", ["saved", "applied"])
def test_a_marked_posting_always_tells_what_happens_to_it(
    store: Store, board: BoardRow, name: marks.MarkName
) -> None:
    rules = with_rule(TEAM, HOOK, kinds=["new"], title="nothing of the kind")
    add_day_by_day(store, board, rules, 1, 2)
    assert owed(store) == []
    mark(store, name)
    visit(store, board, [posting(n, pay=90_000.0) for n in range(3)], now=at(2))
    owe_news(store, rules, at(2))
    lost = gone(posting(1), at(3))
    visit(store, board, [posting(n, pay=90_000.0) for n in (0, 2)], now=at(3), also=[lost])
    owe_news(store, rules, at(3))
    assert [(one.rule, one.channel) for one in owed(store)] == [("saved and applied", "team")] * 2
    assert [subject.split(":")[0] for _, subject in told(store, rules, at(3))] == [
        "Changed",
        "Removed",
    ]


def test_what_a_mark_tells_a_rule_does_not_tell_again(store: Store, board: BoardRow) -> None:
    rules = with_rule(TEAM, HOOK)
    add_day_by_day(store, board, rules, 1)
    before = len(owed(store))
    mark(store, "saved")
    visit(store, board, [posting(0), posting(1, pay=5.0)], now=at(2))
    owe_news(store, rules, at(2))
    later = owed(store)[before:]
    assert sorted((one.rule, one.channel) for one in later) == [
        ("all", "hook"),
        ("saved and applied", "team"),
    ]


# --- reminders ---------------------------------------------------------------------------------


def test_a_deadline_is_reminded_of_once(store: Store, board: BoardRow) -> None:
    rules = with_rule(remind="3d", kinds=["expired"])
    owe_news(store, rules, at(0))
    dated = posting(1, valid_through="2026-03-10T12:00:00Z")
    visit(store, board, [dated, posting(2)], now=at(0))
    assert owe_reminders(store, rules, at(5.9)) == 0
    assert owe_reminders(store, rules, at(6)) == 1
    assert owe_reminders(store, rules, at(6.1)) == 0
    assert told(store, rules, at(6)) == [("all", "Closes in 3 days: Engineer 1")]
    text = outgoing_of(store, rules, owed(store)[0], at(6)).message().text
    assert "https://example.org/jobs/1" in text


def test_a_reminder_of_what_closed_meanwhile_is_void(store: Store, board: BoardRow) -> None:
    rules = with_rule(remind="3d", kinds=["expired"])
    owe_news(store, rules, at(0))
    dated = posting(1, valid_through="2026-03-10T12:00:00Z")
    visit(store, board, [dated, posting(2)], now=at(0))
    owe_reminders(store, rules, at(6))
    assert outgoing_of(store, rules, owed(store)[0], at(6)).says_something
    visit(store, board, [posting(2)], now=at(6.5), also=[gone(dated, at(6.5))])
    assert not outgoing_of(store, rules, owed(store)[0], at(6.5)).says_something


def test_a_rule_reminds_only_of_what_it_is_about_and_what_was_not_just_new(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(remind="3d", title="re:1$")
    owe_news(store, rules, at(0))
    dated = [posting(n, valid_through="2026-03-10T12:00:00Z") for n in (1, 2)]
    visit(store, board, dated, now=at(0))
    visit(store, board, [*dated, posting(11, valid_through="2026-03-10T12:00:00Z")], now=at(7))
    assert owe_reminders(store, rules, at(7)) == 1
    assert told(store, rules, at(7)) == [("all", "Closes in 2 days: Engineer 1")]


def test_a_marked_posting_is_reminded_of_whatever_the_rules(store: Store, board: BoardRow) -> None:
    rules = with_rule(title="nothing of the kind")
    owe_news(store, rules, at(0))
    dated = [posting(n, valid_through="2026-03-10T12:00:00Z") for n in (1, 2)]
    visit(store, board, dated, now=at(0))
    mark(store, "applied")
    assert owe_reminders(store, rules, at(8.5)) == 1
    assert told(store, rules, at(8.5)) == [
        ("saved and applied", "Closes within 12 hours: Engineer 1")
    ]


# --- operators ---------------------------------------------------------------------------------


def fail(store: Store, board: BoardRow, now: datetime) -> None:
    """A crawl that finds the site down."""
    ticket = claim(store, board, now)
    page = PageSeen(LISTING, "listing", "failed", now, detail="answered 503", first=True)
    facts = CrawlFacts(crawl=crawl_of(ticket, page))
    crawls.settle(store, ticket, facts, Policy(), now)


def crawl_of(ticket: crawls.Ticket, page: PageSeen) -> Any:
    from postings.visits import Crawl

    return Crawl(ticket.crawl_id, ticket.board.id, ticket.started_at, (page,))


def test_a_board_that_fails_is_told_once_and_once_when_it_is_well(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(TEAM, HOOK)
    owe_news(store, rules, at(0))
    visit(store, board, [posting(1)], now=at(0))
    fail(store, board, at(1))
    assert owe_troubles(store, rules, at(1)) == 0
    for day in (2, 3, 4):
        fail(store, board, at(day))
        owe_troubles(store, rules, at(day))
    assert [one.channel for one in owed(store)] == ["team"]
    visit(store, board, [posting(1)], now=at(5))
    owe_troubles(store, rules, at(5))
    owe_troubles(store, rules, at(6))
    assert told(store, rules, at(6)) == [
        ("operator", "Cannot be read: Example"),
        ("operator", "Well again: Example"),
    ]
    text = outgoing_of(store, rules, owed(store)[0], at(6)).message().text
    assert "answered 503" in text


def test_many_boards_that_fail_at_once_are_few_messages(store: Store, board: BoardRow) -> None:
    rules = with_rule(alerts={"failing_after": 1})
    with store.write() as connection:
        more = [boards.add(connection, url=f"{SITE}/{n}", now=at(0)) for n in range(20)]
    for number, one in enumerate((board, *more)):
        now = at(1) + timedelta(seconds=5 * number)
        fail(store, one, now)
        owe_troubles(store, rules, now)
    assert [len(one.payload["boards"]) for one in owed(store)] == [1, 20]
    assert owed(store)[1].next_attempt_at == at(1) + timedelta(minutes=10)


def test_boards_that_come_and_go_are_a_handful_of_messages_a_day(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(alerts={"failing_after": 1})
    with store.write() as connection:
        well = boards.add(connection, url=f"{SITE}/well", now=at(0), name="Well")
    owe_news(store, rules, at(0))
    sent = []
    for quarter in range(4 * 26):
        now = at(1) + timedelta(minutes=15 * quarter)
        if quarter % 2:
            visit(store, board, [posting(1)], now=now)
        else:
            fail(store, board, now)
        if quarter == 4 * 9:
            fail(store, well, now)
        owe_troubles(store, rules, now)
        with store.write() as connection:
            for one in outbox.due(connection, now):
                outbox.sent(connection, one.id, now)
                sent.append(
                    (now - at(1), [told["board"] for told in one.payload.get("boards", ())])
                )
    hours = [round(after.total_seconds() / 3600, 2) for after, _ in sent]
    assert hours[:4] == [0, 0.25, 1.25, 7.25]
    assert len(hours) <= 8
    assert all(len(names) == len(set(names)) for _, names in sent)
    assert ["Well"] in [[name for name in names if name == "Well"] for _, names in sent]


def test_operators_hear_of_a_board_also_after_the_clock_was_set_back(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(alerts={"failing_after": 1})
    owe_news(store, rules, at(0))
    fail(store, board, at(365))
    owe(store, rules, at(365))
    with store.write() as connection:
        outbox.sent(connection, owed(store)[0].id, at(365))

    visit(store, board, [posting(1)], now=at(1))
    owe(store, rules, at(1))
    (one,) = owed(store)
    assert one.next_attempt_at == at(1)
    with store.write() as connection:
        outbox.sent(connection, one.id, at(1))
        for number in range(9):
            when = at(365) + timedelta(hours=number)
            outbox.put(connection, replace(one, id=str(number), next_attempt_at=when, state="sent"))
    fail(store, board, at(1.001))
    owe(store, rules, at(1.001))
    assert [one.next_attempt_at for one in owed(store)] == [at(1) + timedelta(minutes=10)]


def test_a_quarantine_is_told_once_and_not_for_each_posting(store: Store, board: BoardRow) -> None:
    rules = with_rule()
    owe_news(store, rules, at(0))
    site = [posting(n) for n in range(12)]
    visit(store, board, site, now=at(0))
    lost = [gone(one, at(1)) for one in site[1:]]
    visit(store, board, site[:1], now=at(1), also=lost)
    owe(store, rules, at(1))
    owe(store, rules, at(1.1))
    assert told(store, rules, at(1)) == [("operator", "Quarantined: Example")]


def test_only_the_channels_that_are_named_are_operators(store: Store, board: BoardRow) -> None:
    rules = with_rule(TEAM, HOOK, alerts={"operator": ["hook"], "failing_after": 1})
    fail(store, board, at(1))
    owe_troubles(store, rules, at(1))
    assert [one.channel for one in owed(store)] == ["hook"]


def test_a_board_that_is_paused_while_it_fails_is_dropped_quietly(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule(alerts={"failing_after": 1})
    fail(store, board, at(1))
    owe_troubles(store, rules, at(1))
    with store.write() as connection:
        boards.set_paused(connection, board.id, True)
    assert owe_troubles(store, rules, at(2)) == 0
    assert len(owed(store)) == 1


def test_still_watching_is_owed_once_a_week(store: Store, board: BoardRow) -> None:
    rules = with_rule(alerts={"still_watching": "weekly on mon at 08:00"})
    visit(store, board, [posting(1)], now=at(0))
    for hour in range(30):
        owe_watching(store, rules, at(0.9) + timedelta(hours=hour))
    waiting = owed(store)
    assert [one.next_attempt_at.isoformat() for one in waiting] == ["2026-03-09T08:00:00+00:00"]
    outgoing = outgoing_of(store, rules, waiting[0], at(8))
    assert outgoing.message().subject == "Still watching"
    assert "Still watching 1 board with 1 open posting." in outgoing.message().text
    assert not outgoing_of(store, with_rule(), waiting[0], at(8)).says_something


def test_a_mark_stays_when_its_posting_is_merged_into_another(
    store: Store, board: BoardRow
) -> None:
    rules = with_rule()
    add_day_by_day(store, board, rules, 1, 2)
    mark(store, "hidden", 2)
    with store.read() as connection:
        one, two = (postings.find(connection, f"{SITE}/jobs/{n}").known.id for n in (1, 2))
        assert set(marks.every(connection)) == {two}
    kept = merge.merge(store, one, two, by="me", now=at(2)).kept
    with store.read() as connection:
        assert {id_: found.mark for id_, found in marks.every(connection).items()} == {
            kept: "hidden"
        }
