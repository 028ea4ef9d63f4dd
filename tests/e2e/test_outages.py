"""Thirteen outages of a board with thirty postings: the crawls are called what they were, and
nobody is told a thing. Then what really happened is told, once."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Ran, lonely, run
from tests.crawler.site import Reply, Request, Site, html, posting_json, script

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HALF_DAY = timedelta(hours=12)
MENU = '<nav><a href="/">Home</a> <a href="/about">About us</a> <a href="/careers">Jobs</a></nav>'
FILLER = "<p>We build instruments that measure the sea, and we like to do it well.</p>" * 5

MARK = "<!--entry-->"

Break = Callable[[Request, Reply], Reply]


def page(title: str, body: str, status: int = 200, **headers: str) -> Reply:
    return Reply(html(title, body), status, headers)


def _status(status: int, **headers: str) -> Break:
    return lambda request, healthy: page(f"{status}", f"<h1>{status}</h1>", status, **headers)


def _challenge(request: Request, healthy: Reply) -> Reply:
    body = (
        "<h1>Just a moment</h1><p>Checking that you are human. This takes a few seconds.</p>"
        '<form id="challenge-form" action="/cdn/verify" method="post">'
        '<input type="hidden" name="token" value="f00"></form>'
        '<noscript>Enable JavaScript and cookies to continue</noscript><script src="/cdn/c.js">'
        "</script>"
    )
    return page("Just a moment...", body)


def _login(request: Request, healthy: Reply) -> Reply:
    body = (
        '<h1>Sign in</h1><form method="post" action="/session"><input name="email" type="email">'
        '<input name="password" type="password"><button>Sign in</button></form>'
    )
    return page("Sign in to continue", body)


def _home(request: Request, healthy: Reply) -> Reply:
    if request.path == "/":
        return page("Marine Instruments", f"{MENU}<h1>Welcome</h1>{FILLER}")
    return Reply("", 302, {"Location": "/"})


def _shell(request: Request, healthy: Reply) -> Reply:
    return page("Careers", '<div id="root"></div><script src="/static/app.8f3a.js"></script>')


def _nothing(request: Request, healthy: Reply) -> Reply:
    return Reply("")


def _maintenance(request: Request, healthy: Reply) -> Reply:
    return page("Maintenance", "<h1>We will be back soon</h1><p>Scheduled maintenance.</p>")


def _shuffled(request: Request, healthy: Reply) -> Reply:
    """The entries between the marks in another order."""
    head, *entries, tail = healthy.bytes.decode().split(MARK)
    random.Random(len(entries)).shuffle(entries)
    return Reply(MARK.join([head, *entries, tail]), content_type=healthy.content_type)


@dataclass
class Noise:
    """Every answer differs: a token, a counter, a time, an order of keys."""

    count: int = 0

    def __call__(self, request: Request, healthy: Reply) -> Reply:
        self.count += 1
        stir = (
            f'<input type="hidden" name="csrf" value="{self.count:032x}"><!-- {self.count} ms -->'
        )
        body = healthy.bytes.decode().replace("</body>", f"{stir}</body>")
        body = body.replace("</urlset>", f"<!-- {self.count} --></urlset>")
        return Reply(body, healthy.status, content_type=healthy.content_type)


@dataclass
class Board:
    """A career site: a listing or sitemap that leads to a page for every posting, or one page.

    ``shape`` is ``listing``, ``sitemap`` or ``page``; ``entrance`` the path that is watched.
    """

    site: Site
    shape: str
    shown: dict[int, dict[str, Any]] = field(default_factory=dict)
    broken: Break | None = None
    listing_only: bool = False
    cut_to: int | None = None
    robots: Reply = field(default_factory=lambda: Reply("", 404))

    def __post_init__(self) -> None:
        self.entrance = "/sitemap.xml" if self.shape == "sitemap" else "/careers"
        self.site.answer = self.answer  # type: ignore[method-assign]

    @property
    def url(self) -> str:
        return self.site.url(self.entrance)

    def answer(self, request: Request) -> Reply:
        if request.path == "/robots.txt":
            return self.robots
        healthy = self.healthy(request.path.partition("?")[0])
        hit = request.path == self.entrance or not self.listing_only
        return self.broken(request, healthy) if self.broken and hit else healthy

    def healthy(self, path: str) -> Reply:
        if path == self.entrance:
            return self.listing(sorted(self.shown)[: self.cut_to])
        if path in ("/", "/about", "/careers"):
            return page("Marine Instruments", f"{MENU}<h1>Welcome</h1>{FILLER}")
        number = path.removeprefix("/jobs/").partition("-")[0]
        if number.isdigit() and int(number) in self.shown:
            return self.posting(int(number))
        return page("Not found", f"{MENU}<h1>Not found</h1>", 404)

    def listing(self, numbers: list[int]) -> Reply:
        if self.shape == "sitemap":
            return self.sitemap(numbers)
        entries = [self.entry(number) for number in numbers]
        items = MARK.join(["", *entries, ""])
        return page("Careers", f"{MENU}<h1>Open positions</h1><ul>{items}</ul>{FILLER}")

    def entry(self, number: int) -> str:
        if self.shape == "page":
            return f"<li>Engineer {number}{script(posting_json(number, **self.shown[number]))}</li>"
        return f'<li><a href="/jobs/{number}-engineer">Engineer {number}</a> Bern</li>'

    def sitemap(self, numbers: list[int]) -> Reply:
        urls = [self.site.url("/about"), *(self.site.url(f"/jobs/{n}-engineer") for n in numbers)]
        entries = [f"<url><loc>{url}</loc></url>" for url in urls]
        space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        body = f"<urlset {space}>{MARK.join(['', *entries, ''])}</urlset>"
        return Reply(body, content_type="application/xml")

    def posting(self, number: int) -> Reply:
        data = posting_json(number, **self.shown[number])
        body = f"{MENU}<h1>Engineer {number}</h1>{FILLER}{script(data)}"
        return page(f"Engineer {number}", body)


OUTAGES: dict[str, tuple[Break | None, bool, set[str]]] = {
    # name: how it breaks, whether it makes sense on every path too, what the crawls may be called
    "503": (_status(503, **{"Retry-After": "120"}), True, {"failed"}),
    "429": (_status(429, **{"Retry-After": "120"}), True, {"blocked"}),
    "challenge": (_challenge, True, {"blocked"}),
    "login": (_login, True, {"blocked"}),
    "redirect home": (_home, True, {"unreadable", "failed", "blocked"}),
    "empty shell": (_shell, True, {"unreadable"}),
    "empty body": (_nothing, True, {"unreadable", "failed"}),
    "maintenance": (_maintenance, True, {"unreadable", "failed"}),
    "listing cut": (None, False, {"complete", "partial", "suspicious"}),
    "details 500": (None, False, {"complete"}),
    "robots 503": (None, False, {"blocked"}),
    "reordered": (_shuffled, False, {"complete"}),
    "noise": (Noise(), True, {"complete"}),
}
EVERYWHERE = [name for name, (_, everywhere, _) in OUTAGES.items() if everywhere]
CASES = [
    *(("listing", name, False) for name in OUTAGES),
    *(("listing", name, True) for name in EVERYWHERE),
    *(("sitemap", name, False) for name in OUTAGES),
    *(("sitemap", name, True) for name in EVERYWHERE),
    *(("page", name, False) for name in OUTAGES if name != "details 500"),
]


@pytest.fixture
def shape() -> str:
    return "listing"


@pytest.fixture
def board(shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Board]:
    lonely(tmp_path, monkeypatch)
    monkeypatch.setenv("JOBDIFF_DATABASE", f"sqlite:///{tmp_path / 'jobs.db'}")
    with Site() as site:
        yield Board(site, shape, {n: {"validThrough": "2027-01-01T00:00:00Z"} for n in range(30)})


def crawl(board: Board, at: datetime) -> dict[str, Any]:
    ran = run("crawl", board.url, "--json", "--now", at.isoformat(), "--fail-on", "none")
    (line,) = ran.objects("jobdiff.crawl/1")
    return line


def events(since: int = 0) -> list[dict[str, Any]]:
    ran: Ran = run("events", "--json", "--since", str(since))
    return ran.objects("jobdiff.event/1")


def begin(board: Board) -> int:
    """Two crawls of the healthy board; the cursor after them."""
    assert run("add", board.url, "--now", START.isoformat()).code == 0
    first = crawl(board, START)
    assert (first["outcome"], first["postings"], first["new"]) == ("complete", 30, 0), first
    again = crawl(board, START + HALF_DAY)
    assert (again["outcome"], again["postings"]) == ("complete", 30), again
    told = events()
    assert [event["kind"] for event in told] == ["new"] * 30
    assert all(event["baseline"] for event in told)
    return int(told[-1]["cursor"])


def strike(board: Board, name: str, *, everywhere: bool) -> None:
    board.broken, board.listing_only = OUTAGES[name][0], not everywhere
    if name == "listing cut":
        board.cut_to = 10
    if name == "details 500":
        board.broken = lambda request, healthy: (
            healthy if request.path == board.entrance else page("500", "<h1>500</h1>", 500)
        )
        board.listing_only = False
    if name == "robots 503":
        board.robots = page("503", "<h1>503</h1>", 503)


def recover(board: Board) -> None:
    board.broken, board.cut_to, board.robots = None, None, Reply("", 404)


@pytest.mark.parametrize(("shape", "name", "everywhere"), CASES)
def test_an_outage_is_no_news(board: Board, name: str, everywhere: bool) -> None:
    cursor = begin(board)
    strike(board, name, everywhere=everywhere)
    for crawls in (2, 3):
        line = crawl(board, START + crawls * HALF_DAY)
        assert line["outcome"] in OUTAGES[name][2], line
        assert line["outcome"] == "complete" or line["reason"] or name == "listing cut", line
    recover(board)
    line = crawl(board, START + 4 * HALF_DAY)
    assert (line["outcome"], line["postings"]) == ("complete", 30), line
    assert events(cursor) == []


def test_what_really_happened_is_told_once(board: Board) -> None:
    board.shown[3] = {"validThrough": "2026-03-03T12:00:00Z"}
    cursor = begin(board)

    def news(half_days: int) -> list[tuple[str, str]]:
        nonlocal cursor
        crawl(board, START + half_days * HALF_DAY)
        told = events(cursor)
        cursor = told[-1]["cursor"] if told else cursor
        return sorted((event["kind"], event["posting"]["title"]) for event in told)

    board.shown[30] = {}
    assert news(2) == [("new", "Engineer 30")]
    board.shown[5] |= {"baseSalary": _salary(90_000)}
    assert news(3) == [("changed", "Engineer 5"), ("expired", "Engineer 3")]
    gone = {number: board.shown.pop(number) for number in (7, 8)}
    assert news(4) == [("removed", "Engineer 7"), ("removed", "Engineer 8")]
    assert news(5) == []
    board.shown |= gone
    assert news(6) == [("reopened", "Engineer 7"), ("reopened", "Engineer 8")]
    assert news(7) == []


def _salary(value: int) -> dict[str, Any]:
    amount = {"@type": "QuantitativeValue", "value": value, "unitText": "YEAR"}
    return {"@type": "MonetaryAmount", "currency": "CHF", "value": amount}


def test_every_event_of_a_removal_carries_both_pieces_of_evidence(board: Board) -> None:
    cursor = begin(board)
    del board.shown[7]
    crawl(board, START + 2 * HALF_DAY)
    (event,) = events(cursor)
    kinds = {piece["kind"] for piece in event["evidence"]}
    assert kinds == {"absent_from_listing", "http_status"}
    assert json.dumps(event["evidence"])
