"""Robots.txt that cannot be had, goes on for ever, or is written in odd ways (rows 25-33)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from time import monotonic

import pytest

from crawler.robots import rules_of
from tests.crawler.hostile import SHORT, Behaviour, RawServer, asked, drip, flood, reply, silent
from tests.crawler.site import listing_page, posting_page
from tests.crawler.visits import Watched

NONE = "User-agent: *\nDisallow: /\n"
PATHS = [f"/jobs/{n}-engineer" for n in (1, 2, 3)]


def robots(text: str | bytes, *headers: str, status: str = "200 OK") -> bytes:
    return reply(text, *headers, status=status, kind="text/plain")


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer({"/careers": reply(listing_page(PATHS))}) as opened:
        for n, path in enumerate(PATHS, 1):
            opened.routes[path] = reply(posting_page(n))
        yield opened


@pytest.fixture
def board(server: RawServer) -> Watched:
    watched = Watched(server.url("/careers"), settings=SHORT)
    healthy = watched.crawl()
    assert (healthy.outcome, len(healthy.titles())) == ("complete", 3)
    server.log.clear()
    return watched


OUT_OF_REACH: dict[str, tuple[bytes | Behaviour, str]] = {
    "500": (robots(NONE, status="500 Oops"), "HTTP 500"),
    "503": (robots("", status="503 Busy"), "HTTP 503"),
    "429": (robots("", status="429 Slow down"), "HTTP 429"),
    "silence": (silent, "took too long"),
    "a slow drip": (drip(reply("", length=None), b"#"), "took too long"),
    "a reset": (b"", "connection was lost"),
    "cut short": (robots("User-agent: *\nAllow: /")[:-3], "cut off"),
    "a false encoding": (robots("x", "Content-Encoding: gzip"), "could not be undone"),
    "no HTTP": (b"hello\r\n\r\n", "not valid HTTP"),
}


@pytest.mark.parametrize("trouble", OUT_OF_REACH)
def test_while_robots_txt_cannot_be_had_nothing_else_is_asked(
    server: RawServer, board: Watched, trouble: str
) -> None:
    server.routes["/robots.txt"], said = OUT_OF_REACH[trouble]
    seen = board.crawl()
    assert seen.outcome in ("blocked", "failed")
    assert said in (seen.reason or "")
    assert set(server.log) == {"/robots.txt"}
    assert seen.observations == []
    server.routes["/robots.txt"] = reply(b"", status="404 No")
    assert board.crawl().fetches() == {"unchanged": 3}


@pytest.mark.parametrize("status", ["503 Busy", "429 Slow down"])
def test_its_retry_after_is_heeded(server: RawServer, board: Watched, status: str) -> None:
    server.routes["/robots.txt"] = robots("", "Retry-After: 7200", status=status)
    assert board.crawl().report.retry_after == board.now + timedelta(hours=2)
    assert server.log == ["/robots.txt"]


@pytest.mark.parametrize(
    "status", ["400 Bad", "401 No", "403 No", "404 No", "410 Gone", "418 Tea", "451 No"]
)
def test_where_there_is_none_everything_is_allowed(
    server: RawServer, board: Watched, status: str
) -> None:
    server.routes["/robots.txt"] = robots(NONE, status=status)
    assert board.crawl().fetches() == {"unchanged": 3}


@pytest.mark.parametrize(("hops", "outcome"), [(5, "blocked"), (6, "complete")])
def test_five_redirects_are_followed_the_sixth_is_none(
    server: RawServer, board: Watched, hops: int, outcome: str
) -> None:
    server.routes["/robots.txt"] = robots("", "Location: /r1", status="302 Found")
    for n in range(1, hops):
        server.routes[f"/r{n}"] = robots("", f"Location: /r{n + 1}", status="307 Here")
    server.routes[f"/r{hops}"] = robots(NONE)
    assert board.crawl().outcome == outcome


def test_a_redirect_to_another_host_counts_for_the_first_one(
    server: RawServer, board: Watched
) -> None:
    with RawServer({"/rules": robots(NONE)}) as other:
        away = f"Location: {other.url('/rules')}"
        server.routes["/robots.txt"] = robots("", away, status="301 Moved")
        assert board.crawl().outcome == "blocked"
        assert other.log == ["/rules"]


def test_only_the_first_500_kib_count_and_no_more_is_fetched(
    server: RawServer, board: Watched
) -> None:
    filler = b"# " + b"x" * 1021 + b"\n"
    server.routes["/robots.txt"] = robots(filler * 600 + NONE.encode())
    assert board.crawl().outcome == "complete"
    server.routes["/robots.txt"] = robots(NONE.encode() + filler * 600)
    assert board.crawl().outcome == "blocked"
    began = monotonic()
    server.routes["/robots.txt"] = flood(reply(NONE, length=None, kind="text/plain"), filler)
    assert board.crawl().outcome == "blocked"
    assert monotonic() - began < SHORT.timeout.total_seconds()


def test_what_it_newly_forbids_is_unknown_not_gone(server: RawServer, board: Watched) -> None:
    server.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /jobs/2\n")
    seen = board.crawl()
    assert seen.outcome == "complete"
    assert seen.fetches() == {"unchanged": 2, "blocked": 1}
    assert [one.evidence for one in seen.observations if one.fetch == "blocked"] == [()]
    server.log.clear()
    server.routes["/robots.txt"] = robots(NONE)
    seen = board.crawl()
    assert (seen.outcome, seen.observations) == ("blocked", [])
    assert "robots.txt does not allow it" in (seen.reason or "")
    assert server.log == ["/robots.txt"]


def test_a_redirect_into_what_is_forbidden_is_not_followed(server: RawServer) -> None:
    server.routes["/robots.txt"] = robots("User-agent: *\nDisallow: /private/\n")
    server.routes["/1"] = reply(b"", "Location: /private/1", status="302 Found")
    (answer,) = asked([server.url("/1")])
    assert answer.trouble is not None
    assert answer.trouble.fetch == "blocked"
    assert server.log == ["/robots.txt", "/1"]


# --- what the text says ------------------------------------------------------------------------


def allowed(text: str | bytes, path: str) -> bool:
    body = text.encode() if isinstance(text, str) else text
    return rules_of(200, body).refusal(f"https://acme.example{path}") is None


ODD_TEXTS = [
    "\ufeffUser-agent: *\nDisallow: /x",
    "User-agent: *\rDisallow: /x\r",
    "User-agent: *\r\nDisallow: /x",
    "User-agent: *\nDisallow: /\x00x",
    "<!doctype html>\n<p>\nUser-agent: *\nDisallow: /x",
    "USER-AGENT : *\ndisALLOW:/x",
    "User agent: *\nDissallow: /x",
    "useragent *\ndisallow /x",
    "  User-agent: *  # all\n\tDisallow:   /x # not this",
    "User-agent: jobdiff\nDisallow: /x\n\nUser-agent: *\nAllow: /x",
    "User-agent: JobDiff/1.0 (+https://acme.example)\nDisallow: /x\n\nUser-agent: *\nAllow: /x",
    "User-agent: jobdiff Bar\nDisallow: /x",
    "User-agent: *bot\nUser-agent: * all\nDisallow: /x",
    "User-agent: other\nFoo: bar\nUser-agent: jobdiff\nDisallow: /x",
    "User-agent: jobdiff\nFoo: bar\nUser-agent: other\nDisallow: /x",
    "User-agent: jobdiff\nSitemap: https://acme.example/s.xml\nDisallow: /x",
    "User-agent: jobdiff\n\n\nUser-agent: other\nDisallow: /x",
    "User-agent: jobdiff\nCrawl-delay: 5\nUser-agent: other\nDisallow: /x",
    "User-agent: jobdiff\nDisallow: /y\nUser-agent: x\nAllow: /\nUser-agent: jobdiff\nDisallow: /x",
    b"User-agent: *\nDisallow: /x\nAllow: /\xff\xfe",
    "User-agent: *\n" + "Disallow: /" + "y" * 100_000 + "\nDisallow: /x",
]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_odd_texts_still_keep_out(text: str | bytes) -> None:
    assert allowed(text, "/open")
    assert not allowed(text, "/x")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00\x00",
        "Disallow: /x",
        "User-agent: *\nDisallow:",
        "User-agent: *\nDisallow: # /x",
        "User-agent: Foo Bar\nDisallow: /x",
        "User-agent: jobdiffer\nDisallow: /x",
        "User-agent: job\nDisallow: /x",
        "User-agent: **\nDisallow: /x",
        "User-agent: jobdiff\nDisallow:\n\nUser-agent: *\nDisallow: /x",
        "User-agent: *\nDisallow: /x\nAllow: /x",
        "<html><body>Not found</body></html>",
        "User-agent: *\nDisallow: http://acme.example/x",
    ],
)
def test_texts_that_forbid_nothing_here(text: str) -> None:
    assert allowed(text, "/x")
    assert not allowed("User-agent: *\nDisallow: /x", "/x")


# Google's published examples, and those of RFC 9309 (2.2.2 and 2.2.3).
MATCHES: list[tuple[str, str, bool]] = [
    ("/", "/any", True),
    ("/*", "/any", True),
    ("/$", "/", True),
    ("/$", "/any", False),
    ("/fish", "/fish", True),
    ("/fish", "/fish.html", True),
    ("/fish", "/fish/salmon.html", True),
    ("/fish", "/fishheads/yummy.html", True),
    ("/fish", "/fish.php?id=anything", True),
    ("/fish", "/Fish.asp", False),
    ("/fish", "/catfish", False),
    ("/fish", "/?id=fish", False),
    ("/fish", "/desert/fish", False),
    ("/fish*", "/fishheads", True),
    ("/fish/", "/fish/salmon.htm", True),
    ("/fish/", "/fish", False),
    ("/fish/", "/animals/fish/", False),
    ("/*.php", "/index.php", True),
    ("/*.php", "/folder/any.php.file.html", True),
    ("/*.php", "/windows.PHP", False),
    ("/*.php$", "/filename.php", True),
    ("/*.php$", "/filename.php?parameters", False),
    ("/*.php$", "/filename.php/", False),
    ("/*.php$", "/a.php.php", True),
    ("/fish*.php", "/fishheads/catfish.php?parameters", True),
    ("/fish*.php", "/Fish.PHP", False),
    ("/foo/bar?baz=http://foo.bar", "/foo/bar?baz=http://foo.bar", True),
    ("/foo/bar/ツ", "/foo/bar/%E3%83%84", True),
    ("/foo/bar/%e3%83%84", "/foo/bar/%E3%83%84", True),
    ("/foo/bar/ツ", "/foo/bar/ツ", True),
    ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
    ("/foo/bar/baz", "/foo/bar/%62%61%7a", True),
    ("/foo%2Fbar", "/foo/bar", False),
    ("/a?b", "/a?b=1", True),
    ("/a$b", "/a$b", True),
    ("/a;p", "/a;p=1", True),
    ("/*a*a*a*a*a*a*a*a*a*a*b$", "/" + "a" * 5000, False),
    ("?", "/x?y", False),
    ("*?", "/x?", True),
]


@pytest.mark.parametrize(("pattern", "path", "matches"), MATCHES)
def test_patterns_match_as_published(pattern: str, path: str, matches: bool) -> None:
    began = monotonic()
    assert allowed(f"User-agent: *\nDisallow: {pattern}", path) != matches
    assert monotonic() - began < 1


@pytest.mark.parametrize(
    ("rules", "path", "may"),
    [
        ("Allow: /p\nDisallow: /", "/page", True),
        ("Allow: /folder\nDisallow: /folder", "/folder/page", True),
        ("Allow: /page\nDisallow: /*.htm", "/page.htm", False),
        ("Allow: /page\nDisallow: /*.ph", "/page.php5", True),
        ("Allow: /$\nDisallow: /", "/", True),
        ("Allow: /$\nDisallow: /", "/page.htm", False),
        ("Disallow: /\nAllow: /index.html", "/", True),
        ("Disallow: /a/\nAllow: /a/index.htm", "/a/", True),
        ("Disallow: /a/\nAllow: /a/index.htm", "/a/b", False),
        ("Disallow: /x/page.html\nAllow: /x/", "/x/page.html", False),
        ("Disallow: /\nAllow: /foo/bar/%62%61%7A", "/foo/bar/baz", False),
    ],
)
def test_the_longest_match_decides_and_allow_wins_a_draw(rules: str, path: str, may: bool) -> None:
    assert allowed(f"User-agent: *\n{rules}", path) is may


@pytest.mark.parametrize(
    ("said", "delay"),
    [
        ("1e9", 30),
        ("inf", 0),
        ("NaN", 0),
        ("-5", 0),
        ("-1e9", 0),
        ("0", 0),
        ("2,5", 0),
        ("9" * 400, 0),
    ],
)
def test_no_crawl_delay_stops_a_crawl(said: str, delay: float) -> None:
    rules = rules_of(200, f"User-agent: *\nCrawl-delay: {said}\n".encode())
    assert rules.delay == delay
    assert rules_of(200, b"User-agent: *\nCrawl-delay: 2\nCrawl-delay: x").delay == 2
    assert rules_of(200, b"User-agent: other\nCrawl-delay: 2\nDisallow: /").delay == 0


def test_sitemaps_are_named_anywhere_once() -> None:
    text = b"Sitemap: https://a.example/1.xml\nUser-agent: x\nSite-map: /2.xml\nsitemap: /2.xml\n"
    assert rules_of(200, text).sitemaps == ("https://a.example/1.xml", "/2.xml")
