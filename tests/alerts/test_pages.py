"""What a link in a message leads to, and which messages have one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from alerts import pages
from alerts.dispatch import owe
from alerts.message import Content
from alerts.message import compose as compose_message
from alerts.outbox import owe_news
from alerts.pages import MessagePage, message_page
from jobdiff.config import Config
from storage import Store, marks, outbox, postings
from storage.boards import BoardRow
from storage.outbox import Delivery
from tests.alerts.factory import config, event
from tests.alerts.test_outbox import ALL
from tests.storage.world import SITE, at, posting, visit

URL = "https://jobs.example.org"
DAILY = {"deliver": "daily at 08:00", "timezone": "Europe/Zurich"}


def served_at(url: str | None, *rules: Mapping[str, Any]) -> Config:
    made = config(*(dict(rule) for rule in rules or (ALL,)))
    return made.model_copy(update={"web": made.web.model_copy(update={"url": url})})


def owed(store: Store) -> Delivery:
    with store.read() as connection:
        (one,) = outbox.by_state(connection, "owed")
    return one


def page_of(store: Store, rules: Config, one: Delivery, number: int = 1) -> MessagePage | None:
    return message_page(store, rules, one.id, one.payload["key"], number, at(1))


def flood(store: Store, board: BoardRow, rules: Config, number: int) -> Delivery:
    """A delivery of so many new postings."""
    owe_news(store, rules, at(0))
    first = [posting(0, "Engineer")]
    visit(store, board, first, now=at(0))
    more = [posting(n, f"Engineer {n}") for n in range(1, number + 1)]
    visit(store, board, [*first, *more], now=at(0) + timedelta(hours=1))
    owe_news(store, rules, at(0) + timedelta(hours=1))
    return owed(store)


# --- the link ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("at_most", "is_linked"), [(20, False), (3, True)])
def test_a_message_that_tells_a_part_ends_with_a_link(
    store: Store, board: BoardRow, at_most: int, is_linked: bool
) -> None:
    from alerts.contents import outgoing_of

    rules = served_at(URL, ALL | {"at_most": at_most})
    one = flood(store, board, rules, 5)
    message = outgoing_of(store, rules, one, at(1)).message()
    link = f"{URL}/messages/{one.id}/{one.payload['key']}"
    assert (f"\n… and 2 more: {link}\n" in message.text) is is_linked
    assert (f'… and <a href="{link}">2 more</a>' in message.html) is is_linked
    assert "jobdiff alerts show" not in message.text


def test_without_an_address_a_command_shows_the_rest(store: Store, board: BoardRow) -> None:
    from alerts.contents import outgoing_of

    rules = served_at(None, ALL | {"at_most": 3})
    one = flood(store, board, rules, 5)
    message = outgoing_of(store, rules, one, at(1)).message()
    assert f"… and 2 more: jobdiff alerts show {one.id}" in message.text
    assert "/messages/" not in message.text + message.html


def nurses(number: int) -> list[dict[str, object]]:
    towns = [{"locality": f"Town {n}", "region": None, "country": "CH"} for n in range(number)]
    return [event(n, posting={"title": "Nurse", "locations": [towns[n]]}) for n in range(number)]


def test_siblings_of_which_five_are_told_have_one_too() -> None:
    def text(number: int, link: str) -> str:
        return compose_message(Content("r", nurses(number), link=link)).text

    assert f"… and 2 more of them\n\nAll of them: {URL}/m" in text(7, f"{URL}/m")
    assert URL not in text(5, f"{URL}/m")
    assert "All of them" not in text(7, "")


def test_the_whole_message_tells_every_sibling() -> None:
    text = compose_message(Content("r", nurses(30), whole=True)).text
    assert text.count("https://example.org/jobs/") == 30
    assert "more of them" not in text


def test_a_text_that_is_cut_keeps_its_link_where_there_is_room() -> None:
    link = f"{URL}/messages/x"
    long = Content("r", [event(posting={"title": "word " * 50})], link=link)
    cut = compose_message(long, longest=150).text
    assert len(cut) == 150
    assert cut.endswith(f"…\n{link}")
    short = compose_message(long, longest=60).text
    assert len(short) == 60
    assert short.endswith("…")
    assert URL not in short


def test_a_link_stays_the_same_while_a_digest_grows(store: Store, board: BoardRow) -> None:
    rules = served_at(URL, {**ALL, **DAILY})
    one = flood(store, board, rules, 2)
    more = [posting(n, f"Engineer {n}") for n in range(6)]
    visit(store, board, more, now=at(0) + timedelta(hours=2))
    owe(store, rules, at(0) + timedelta(hours=2))
    grown = owed(store)
    assert len(grown.event_ids) > len(one.event_ids)
    assert (grown.id, grown.payload["key"]) == (one.id, one.payload["key"])


def test_what_is_owed_to_two_channels_has_two_keys(store: Store, board: BoardRow) -> None:
    channels = tuple({"name": name, "stdout": "text"} for name in ("a", "b"))
    rules = config({**ALL, **DAILY}, channels=channels)
    owe_news(store, rules, at(0))
    visit(store, board, [posting(1)], now=at(0))
    visit(store, board, [posting(1), posting(2)], now=at(1))
    owe_news(store, rules, at(1))
    with store.read() as connection:
        keys = [one.payload["key"] for one in outbox.by_state(connection, "owed")]
    assert len(set(keys)) == 2
    assert all(len(key) >= 22 for key in keys)


# --- the page ----------------------------------------------------------------------------------


def test_a_page_tells_everything(store: Store, board: BoardRow) -> None:
    rules = served_at(URL, ALL | {"at_most": 3, "timezone": "Europe/Zurich"})
    one = flood(store, board, rules, 5)
    page = page_of(store, rules, one)
    assert page is not None
    assert page.subject == "5 new (all)"
    assert [entry.title for entry in page.entries] == [f"Engineer {n}" for n in range(1, 6)]
    assert all(entry.each[0].url.startswith("https://") for entry in page.entries)
    assert (page.number, page.pages) == (1, 1)
    assert str(page.at.tzinfo) == "Europe/Zurich"
    assert page.at == one.created_at


def test_only_who_has_the_whole_link_sees_it(store: Store, board: BoardRow) -> None:
    rules = served_at(URL)
    one = flood(store, board, rules, 1)
    assert page_of(store, rules, one)
    key = one.payload["key"]
    for id_, other in ((one.id, ""), (one.id, key + "x"), (one.id, "\udcff"), (one.id[:-1], key)):
        assert message_page(store, rules, id_, other, 1, at(1)) is None


def test_what_was_owed_before_there_were_links_has_none(store: Store, board: BoardRow) -> None:
    from alerts.contents import outgoing_of

    rules = served_at(URL, ALL | {"at_most": 1})
    one = flood(store, board, rules, 3)
    old = {name: value for name, value in one.payload.items() if name != "key"}
    with store.write() as connection:
        outbox.change(connection, one.id, event_ids=one.event_ids, payload=old)
    assert message_page(store, rules, one.id, "", 1, at(1)) is None
    message = outgoing_of(store, rules, owed(store), at(1)).message()
    assert "… and 2 more: jobdiff alerts show " in message.text


def test_a_long_message_has_pages_and_each_event_is_on_one(
    store: Store, board: BoardRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "A_PAGE", 2)
    rules = served_at(URL)
    one = flood(store, board, rules, 5)
    shown = [page_of(store, rules, one, number) for number in (1, 2, 3)]
    titles = [entry.title for page in shown if page for entry in page.entries]
    assert titles == [f"Engineer {n}" for n in range(1, 6)]
    assert {page.subject for page in shown if page} == {"5 notices (all)"}
    assert {page.pages for page in shown if page} == {3}
    assert page_of(store, rules, one, 4) is None
    assert page_of(store, rules, one, 0) is None


def test_what_was_hidden_since_is_left_out(store: Store, board: BoardRow) -> None:
    rules = served_at(URL)
    one = flood(store, board, rules, 2)
    first = page_of(store, rules, one)
    assert first is not None
    assert len(first.entries) == 2
    with store.write() as connection:
        for row in connection.exec_driver_sql("select id from postings").all():
            marks.put(connection, row[0], "hidden", at(1))
    assert (again := page_of(store, rules, one)) is not None
    assert again.entries == ()


def test_deadlines_and_boards_come_first(store: Store, board: BoardRow) -> None:
    rules = served_at(URL, ALL | {"remind": "3d"})
    one = flood(store, board, rules, 1)
    trouble = {
        "board": "Bakery", "url": "https://b.example", "trouble": "failing", "active": True,
        "reason": "answered 500", "at": "2026-03-01T12:00:00Z",
    }  # fmt: skip
    due = [posting(day, valid_through=f"2026-03-0{day}T00:00:00Z") for day in (5, 4)]
    visit(store, board, [posting(0, "Engineer"), posting(1, "Engineer 1"), *due], now=at(0.5))
    with store.read() as connection:
        ids = [postings.find(connection, f"{SITE}/jobs/{day}").known.id for day in (5, 4)]
    near = [
        {"board": "x", "deadline": f"2026-03-0{day}T00:00:00Z",
         "posting": event(day, posting={"id": id_, "title": f"Due {day}"})["posting"]}
        for day, id_ in zip((5, 4), ids, strict=True)
    ]  # fmt: skip
    payload = {**one.payload, "boards": [trouble], "deadlines": near}
    with store.write() as connection:
        outbox.change(connection, one.id, event_ids=one.event_ids, payload=payload)
    page = page_of(store, rules, one)
    assert page is not None
    assert [(entry.verb, entry.title) for entry in page.entries] == [
        ("Cannot be read", "Bakery"),
        ("Closes in 2 days", "Due 4"),
        ("Closes in 3 days", "Due 5"),
        ("New", "Engineer 1"),
    ]
