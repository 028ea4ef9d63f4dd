"""The page that a message links to, over a socket."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest

from postings.errors import StoreError
from tests.web.running import ask, served
from web import messages
from web.ports import MessagePage

ID = "8c5e0000-0000-4000-8000-000000000001"
KEY = "k3y"
PLACE = f"/messages/{ID}/{KEY}"
HOST = "Host: localhost"


@dataclass(frozen=True)
class Link:
    name: str
    url: str


@dataclass(frozen=True)
class Thing:
    verb: str = "New"
    title: str = "Cook"
    facts: str = "Example AG · Bern, CH"
    changes: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    unknown: str = ""
    count: int = 1
    each: tuple[Link, ...] = (Link("Bern, CH", "https://example.org/1"),)


@dataclass(frozen=True)
class Page:
    subject: str = "New: Cook at Example AG"
    rule: str = "cooks"
    at: datetime = datetime(2026, 3, 3, 8, tzinfo=UTC)
    entries: tuple[Thing, ...] = (Thing(),)
    notes: tuple[str, ...] = ()
    number: int = 1
    pages: int = 1


@dataclass
class Shelf:
    """One message of some pages."""

    pages: Sequence[Page] = (Page(),)
    asked: list[int] = field(default_factory=list)

    def __call__(self, delivery_id: str, key: str, number: int) -> MessagePage | None:
        self.asked.append(number)
        if (delivery_id, key) != (ID, KEY) or not 1 <= number <= len(self.pages):
            return None
        return self.pages[number - 1]


def answers(
    shelf: Any, *paths: str, methods: Sequence[str] = ("GET",)
) -> list[tuple[int, str, str]]:
    async def each(port: int) -> list[tuple[int, str, str]]:
        return [await ask(port, path, HOST, method=one) for path in paths for one in methods]

    said: list[tuple[int, str, str]] = served(each, messages=shelf)
    return said


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]


def test_a_message_is_shown_whole() -> None:
    things = (
        Thing(changes=("salary up 5 %",), unknown="language"),
        Thing("Removed", "Baker", because=("answered 410",), each=()),
        Thing(
            title="Nurse, 2 cities",
            count=2,
            each=(Link("Bern", "https://e.org/b"), Link("Thun", "https://e.org/t")),
        ),
    )
    shelf = Shelf((Page(entries=things, notes=("1 of 30 boards unread since Tuesday: X",)),))
    ((status, head, page),) = answers(shelf, PLACE)
    assert status == 200
    assert "content-type: text/html; charset=utf-8" in head
    for told in (
        "<h1><bdi>New: Cook at Example AG</bdi></h1>",
        "Tuesday, 3 March 2026, 08:00 (UTC) · rule: <bdi>cooks</bdi></p>",
        '<h2>New: <a href="https://example.org/1"',
        "<p><bdi>salary up 5 %</bdi></p>",
        "not said: language (so the rule could not test it)",
        "<h2>Removed: <bdi>Baker</bdi></h2>",
        "because: <bdi>answered 410</bdi>",
        "<h2>New: <bdi>Nurse, 2 cities</bdi></h2>",
        "><bdi>Bern</bdi></a></li>",
        "><bdi>Thun</bdi></a></li>",
        "1 of 30 boards unread since Tuesday: X",
    ):
        assert told in page
    assert "page 1 of" not in page


def test_a_page_can_do_nothing_but_be_read() -> None:
    ((_, head, page),) = answers(Shelf(), PLACE)
    lines = {line.lower() for line in head.split("\r\n")}
    assert lines >= {
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "x-robots-tag: noindex, nofollow",
        "cache-control: private, no-store",
    }
    (policy,) = [line for line in lines if line.startswith("content-security-policy: ")]
    assert "default-src 'none'; style-src 'sha256-" in policy
    assert "unsafe" not in policy
    tags = Tags(page)
    assert tags.links == ["https://example.org/1"]
    assert set(tags.tags) <= {
        "html", "head", "meta", "title", "style", "body", "header", "h1", "p", "main", "article",
        "h2", "a", "footer", "bdi",
    }  # fmt: skip


def test_the_policy_allows_the_style_that_is_there() -> None:
    import base64
    import hashlib

    ((_, head, page),) = answers(Shelf(), PLACE)
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    assert "prefers-color-scheme: dark" in style
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in head


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</title></style></textarea><svg onload=alert(1)>",
        "{{7*7}}{% include '/etc/passwd' %}${7*7}",
        "' onmouseover='x",
    ],
)
def test_what_others_wrote_is_text(hostile: str) -> None:
    link = Link(hostile, "https://example.org/?a=" + hostile)
    both = (link, Link(hostile, "javascript:alert(1)"), Link(hostile, "data:text/html,x"))
    thing = Thing(hostile, hostile, hostile, (hostile,), (hostile,), hostile, 1, both)
    one = Thing(hostile, hostile, each=(Link(hostile, "javascript:alert(1)"),))
    shelf = Shelf((Page(hostile, hostile, entries=(thing, one), notes=(hostile,)),))
    ((status, _, page),) = answers(shelf, PLACE)
    assert status == 200
    tags = Tags(page)
    assert not {"script", "img", "svg", "textarea"} & set(tags.tags)
    assert tags.links == ["https://example.org/?a=" + hostile]
    assert "49" not in page
    assert "{{7*7}}" in page or "{{" not in hostile


def test_what_there_is_not_is_not_found() -> None:
    shelf = Shelf()
    found = answers(
        shelf, PLACE, f"/messages/{ID}/other", f"/messages/{ID[:-1]}2/{KEY}", "/messages/junk/k3y",
        f"/messages/{ID}", f"{PLACE}/", f"{PLACE}?page=0", f"{PLACE}?page=2", f"{PLACE}?page=-1",
        f"{PLACE}?page=x", f"{PLACE}?page={'9' * 5000}", f"{PLACE}?page=%D9%A1", "/messages//",
        f"/messages/{ID}/%00", f"/messages/{ID}/..%2f{KEY}", f"/messages/{ID}/{KEY}%ff", "/",
    )  # fmt: skip
    assert [status for status, _, _ in found] == [200] + [404] * 16
    assert all("<h1>Not found</h1>" in page for _, _, page in found[1:])
    assert {number for number in shelf.asked if not 0 <= number <= 2} == set()


def test_nothing_but_looking_is_possible() -> None:
    others = ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "MADEUP")
    head, *refused = answers(Shelf(), PLACE, methods=("HEAD", *others))
    assert (head[0], head[2]) == (200, "")
    assert [status for status, _, _ in refused] == [405] * len(others)
    for _, lines, _ in refused:
        allowed = re.findall(r"(?mi)^allow: ([^\r\n]*)", lines)[0]
        assert set(allowed.split(", ")) == {"GET", "HEAD"}


def test_a_long_message_has_pages_that_lead_on() -> None:
    pages = [Page(number=number, pages=3) for number in (1, 2, 3)]
    found = answers(Shelf(pages), *(f"{PLACE}?page={number}" for number in (1, 2, 3)))
    links = [[link for link in Tags(page).links if link.startswith("?")] for _, _, page in found]
    assert links == [["?page=2"], ["?page=1", "?page=3"], ["?page=2"]]
    assert "page 2 of 3" in found[1][2]


def test_a_message_of_which_nothing_is_left_says_so() -> None:
    ((status, _, page),) = answers(Shelf((Page(entries=()),)), PLACE)
    assert status == 200
    assert "Nothing of this message is left" in page


def test_a_store_that_cannot_be_read_is_said_without_its_place(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(delivery_id: str, key: str, number: int) -> MessagePage | None:
        raise StoreError("/secret/place/jobs.db is locked by another program")

    ((status, head, page),) = answers(broken, PLACE)
    assert status == 503
    assert "retry-after: 5" in head.lower()
    assert page == "The store cannot be read just now. Try again in a moment.\n"
    assert "is locked by another program" in caplog.text


def test_health_answers_while_pages_are_made_and_too_many_are_put_off() -> None:
    begun, goes_on = threading.Event(), threading.Event()
    at_once: list[int] = []

    def slow(delivery_id: str, key: str, number: int) -> MessagePage | None:
        at_once.append(1)
        begun.set()
        assert goes_on.wait(30)
        assert at_once.pop()
        assert not at_once
        return Page()

    async def crowd(port: int) -> tuple[list[int], int]:
        wanted = messages.AT_ONCE + 3
        asking = [asyncio.create_task(ask(port, PLACE, HOST)) for _ in range(wanted)]
        await asyncio.to_thread(begun.wait, 30)
        done, _ = await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        assert {one.result()[0] for one in done} == {503}
        health = (await ask(port, "/healthz", HOST))[0]
        goes_on.set()
        return sorted([(await one)[0] for one in asking]), health

    codes, health = served(crowd, messages=slow)
    assert health == 200
    assert codes == [200] * messages.AT_ONCE + [503] * 3
