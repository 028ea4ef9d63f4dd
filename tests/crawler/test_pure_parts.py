from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from crawler.answer import Answer, Trouble
from crawler.classify import envelope
from crawler.discovery.content import Content
from crawler.discovery.itemlists import listed_urls
from crawler.discovery.links import Link, grouped, is_promising, links_of, shape
from crawler.discovery.pagination import next_pages, without_page
from crawler.discovery.sitemaps import parse_sitemap
from crawler.html import Page, parse
from crawler.learnt import Learnt
from crawler.retry_after import retry_after
from crawler.revisit import is_due
from crawler.robots import rules_of, unreachable
from crawler.sorting import groups_of
from storage.pages import PageRecord
from tests.crawler.site import html, script

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URL = "https://acme.example/careers"


def page(body: str) -> Page:
    parsed = parse(html("Acme", body).encode(), "text/html; charset=utf-8")
    assert parsed is not None
    return parsed


def record(**changes: object) -> PageRecord:
    values = {"url": URL, "role": "detail", "checked_at": NOW, "changed_at": NOW}
    return PageRecord(**{**values, **changes})  # type: ignore[arg-type]


# --- links -------------------------------------------------------------------------------------


def test_links_are_those_of_the_site_that_may_lead_to_postings() -> None:
    body = """
      <a href="/jobs/1-nurse?utm_source=x">Nurse</a> <a href="/jobs/1-nurse">again</a>
      <a href="https://jobs.acme.example/2">Cook</a> <a href="https://other.example/3">no</a>
      <a href="/files/a.pdf">no</a> <a href="mailto:me@acme.example">no</a>
      <a href="javascript:go()">no</a> <a href="#top">no</a> <a>no</a> <a href="/careers">no</a>
    """
    assert [(link.url, link.text) for link in links_of(page(body), URL)] == [
        ("https://acme.example/jobs/1-nurse?utm_source=x", "Nurse"),
        ("https://jobs.acme.example/2", "Cook"),
    ]


def test_a_base_element_counts() -> None:
    body = "<base href='/de/'><a href='jobs/1'>Nurse</a>"
    assert [link.url for link in links_of(page(body), URL)] == ["https://acme.example/de/jobs/1"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/jobs/1", "https://a.example/jobs/2"),
        ("https://a.example/jobs/nurse-bern", "https://a.example/jobs/cook"),
        ("https://a.example/job?id=7", "https://a.example/job?id=8&utm_source=x"),
        ("https://a.example/jobs/12/nurse", "https://a.example/jobs/13/cook"),
        ("https://a.example/senior-nurse-bern", "https://a.example/head-of-cooking"),
    ],
)
def test_alike_urls_have_one_shape(one: str, other: str) -> None:
    assert shape(one) == shape(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/jobs/1", "https://a.example/blog/1"),
        ("https://a.example/about", "https://a.example/team"),
        ("https://a.example/i?page=job", "https://a.example/i?page=news"),
        ("https://a.example/jobs/1", "https://b.example/jobs/1"),
    ],
)
def test_different_urls_have_different_shapes(one: str, other: str) -> None:
    assert shape(one) != shape(other)


def test_groups_come_in_the_order_of_their_promise() -> None:
    urls = ["/about", "/blog/one-two-three", "/jobs/1-nurse", "/blog/a-b-c", "/jobs/2-cook"]
    links = [Link(f"https://a.example{url}") for url in urls]
    groups = grouped(links)
    first = next(iter(groups))
    assert first == "a.example/jobs/*"
    assert is_promising(first, groups[first])
    assert not is_promising("a.example/blog/*", groups["a.example/blog/*"])


def test_a_group_is_sampled_at_its_beginning_middle_and_end() -> None:
    (group,) = groups_of(Link(f"https://a.example/jobs/{n}") for n in range(9))
    assert [link.url[-1] for link in group.sample] == ["0", "4", "8"]
    assert len(group.rest) == 6


def test_item_lists_name_their_urls_in_every_spelling() -> None:
    items = [
        {"@type": "ListItem", "url": "/jobs/1"},
        {"@type": "ListItem", "item": "https://acme.example/jobs/2"},
        {"@type": "ListItem", "item": {"@id": "/jobs/3"}},
        {"@type": "ListItem", "item": {"@type": "JobPosting", "title": "Nurse", "url": "/jobs/9"}},
        "https://acme.example/jobs/4",
        7,
    ]
    body = script({"@graph": [{"@type": ["ItemList"], "itemListElement": items}]})
    body += '<script type="application/ld+json">{"@type": "ItemList", oops</script>'
    assert [link.url[-1] for link in listed_urls(page(body), URL)] == ["1", "2", "3", "4"]


# --- pagination --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<link rel="next" href="/careers?cursor=abc">', "/careers?cursor=abc"),
        ('<a rel="next" href="/x/2">more</a>', "/x/2"),
        ('<a href="/careers?page=2">2</a>', "/careers?page=2"),
        ('<a href="/careers/page/2">Older</a>', "/careers/page/2"),
        ('<a href="/careers?offset=20">Nächste</a>', "/careers?offset=20"),
        (
            '<a href="/careers?startrow=25#list" aria-label="Next"><i></i></a>',
            "/careers?startrow=25",
        ),
        ('<a href="/careers?page=2">&raquo;</a>', "/careers?page=2"),
    ],
)
def test_the_next_page_is_found(link: str, found: str) -> None:
    assert next_pages(page(link), URL) == (f"https://acme.example{found}",)


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/blog?page=2">2</a>',
        '<a href="/jobs/2">Next</a>',
        '<a href="https://other.example/careers?page=2">Next</a>',
        '<a href="/careers?sort=date">2</a>',
        '<a href="/careers#more">Next</a>',
    ],
)
def test_other_links_are_no_next_page(link: str) -> None:
    assert next_pages(page(link), URL) == ()


def test_a_listing_without_its_page_number() -> None:
    assert without_page("https://a.example/jobs/page/3/?q=x&page=2") == "https://a.example/jobs?q=x"


# --- sitemaps ----------------------------------------------------------------------------------

URLSET = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> https://a.example/1 </loc><lastmod>2026-01-01</lastmod></url><url></url>
<url><loc>javascript:x</loc></url><url><loc>/2</loc></url></urlset>"""


@pytest.mark.parametrize("body", [URLSET, gzip.compress(URLSET), b"\n  " + URLSET])
def test_a_sitemap_is_read_plain_and_gzipped(body: bytes) -> None:
    found = parse_sitemap(body, "https://a.example/sitemap.xml")
    assert found is not None
    assert [(each.url, each.lastmod) for each in found.pages] == [
        ("https://a.example/1", "2026-01-01"),
        ("https://a.example/2", None),
    ]


def test_a_sitemap_index_has_shards() -> None:
    body = b"<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>"
    found = parse_sitemap(body, "https://a.example/sitemap.xml")
    assert found is not None
    assert [each.url for each in found.shards] == ["https://a.example/a.xml"]


@pytest.mark.parametrize(
    "body",
    [
        URLSET[:-20],
        gzip.compress(URLSET)[:-12],
        b"\x1f\x8bnot gzip",
        b"<html><body>urlset</body></html>",
        b"<rss><urlset></urlset></rss>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><rss>&e;</rss>',
    ],
)
def test_what_is_cut_or_something_else_is_no_sitemap(body: bytes) -> None:
    assert parse_sitemap(body, "https://a.example/sitemap.xml") is None


# --- robots.txt --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 302])
def test_without_robots_txt_all_is_allowed(status: int) -> None:
    assert rules_of(status, b"User-agent: *\nDisallow: /").refusal(URL) is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_robots_txt_that_cannot_be_had_keeps_out(status: int) -> None:
    trouble = rules_of(status, b"").refusal(URL)
    assert trouble == Trouble("blocked", f"robots.txt could not be had (HTTP {status})")


def test_a_host_that_does_not_answer_is_left_alone() -> None:
    trouble = unreachable("it took too long to answer").refusal(URL)
    assert trouble is not None
    assert trouble.fetch == "failed"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (b"User-agent: *\nDisallow: /careers", False),
        (b"\xef\xbb\xbfUser-agent: jobdiff\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        (b"User-agent: *\rDisallow: /careers\r", False),
        (b"User-agent: *\nDisallow: /\nAllow: /careers$", True),
        (b"User-agent: other\nDisallow: /", True),
        (b"<html>not found</html>", True),
        (b"\x00\xff\xfe", True),
        (b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /", True),
    ],
)
def test_robots_txt_decides(text: bytes, allowed: bool) -> None:
    refusal = rules_of(200, text).refusal(URL)
    assert refusal == (None if allowed else Trouble("blocked", "robots.txt does not allow it"))


@pytest.mark.parametrize(
    ("said", "delay"),
    [("2", 2.0), ("0.5", 0.5), ("1e9", 30.0), ("-3", 0.0), ("nan", 0.0), ("x", 0.0)],
)
def test_a_crawl_delay_is_clamped(said: str, delay: float) -> None:
    assert rules_of(200, f"User-agent: *\nCrawl-delay: {said}".encode()).delay == delay


# --- times -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "99999999999"}, 86400),
        ({"retry-after": "Mon, 02 Mar 2026 12:10:00 GMT"}, 600),
        ({"retry-after": "Mon, 02 Mar 2026 11:00:00 GMT"}, 0),
        (
            {
                "retry-after": "Mon, 02 Mar 2015 12:10:00 GMT",
                "date": "Mon, 02 Mar 2015 12:00:00 -0000",
            },
            600,
        ),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_retry_after_in_both_forms(headers: dict[str, str], wait: int | None) -> None:
    until = None if wait is None else NOW + timedelta(seconds=wait)
    assert retry_after(headers, NOW) == until


AGO = {hours: NOW - timedelta(hours=hours) for hours in (1, 20, 40, 24 * 6, 24 * 15, 24 * 31, -5)}


@pytest.mark.parametrize(
    ("remembered", "lastmod", "revisit", "crowd", "due"),
    [
        (None, "2026-01-01", None, 10, True),
        (record(checked_at=AGO[-5]), None, None, 900, True),
        (record(checked_at=AGO[1], lastmod="2026-01-01"), "2026-01-02", None, 10, True),
        (record(checked_at=AGO[24 * 6], lastmod="2026-01-01"), "2026-01-01", None, 10, False),
        (record(checked_at=AGO[24 * 15], lastmod="2026-01-01"), "2026-01-01", None, 10, True),
        (record(checked_at=AGO[1]), None, None, 500, True),
        (record(checked_at=AGO[20]), None, None, 501, False),
        (record(checked_at=AGO[40]), None, None, 501, True),
        (record(checked_at=AGO[1]), None, timedelta(0), 900, True),
        (record(checked_at=AGO[20]), None, timedelta(days=1), 10, False),
        (record(checked_at=AGO[40]), None, timedelta(days=1), 10, True),
        (record(checked_at=AGO[24 * 15], role="other"), None, None, 10, False),
        (record(checked_at=AGO[24 * 31], role="other"), None, None, 10, True),
    ],
)
def test_which_pages_are_due(
    remembered: PageRecord | None,
    lastmod: str | None,
    revisit: timedelta | None,
    crowd: int,
    due: bool,
) -> None:
    assert is_due(remembered, lastmod, NOW, revisit, crowd) is due


# --- classes of answers ------------------------------------------------------------------------


def answer(**values: object) -> Answer:
    defaults = {"url": URL, "final_url": URL, "at": NOW, "status": 200, "body": b"<p>x</p>"}
    return Answer(**{**defaults, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "fetch"),
    [
        (200, "changed"),
        (203, "changed"),
        (202, "failed"),
        (204, "failed"),
        (206, "failed"),
        (300, "failed"),
        (304, "failed"),
        (400, "failed"),
        (401, "blocked"),
        (403, "blocked"),
        (404, "gone"),
        (410, "gone"),
        (418, "failed"),
        (429, "blocked"),
        (500, "failed"),
        (503, "failed"),
    ],
)
def test_every_status_has_its_class(status: int, fetch: str) -> None:
    assert envelope(answer(status=status), None).fetch == fetch


def test_the_same_body_or_a_304_is_unchanged() -> None:
    same = answer()
    before = record(body_hash=same.body_hash)
    assert envelope(same, before).fetch == "unchanged"
    assert envelope(answer(status=304, body=b""), before).fetch == "unchanged"
    assert envelope(answer(body=b"other"), before).fetch == "changed"


@pytest.mark.parametrize(
    ("body", "kind", "fetch"),
    [
        (b"<html></html>\n", "text/html", "changed"),
        (b"<html><p>cut", "text/html", "failed"),
        (b'{"a": 1}', "application/json", "changed"),
        (b'{"a": ', "application/json", "failed"),
    ],
)
def test_a_body_of_unsaid_length_must_end_by_itself(body: bytes, kind: str, fetch: str) -> None:
    whole = answer(body=body, partial=True, headers={"content-type": kind})
    assert envelope(whole, None).fetch == fetch


def test_what_is_remembered_comes_back_as_it_was() -> None:
    content = Content("sitemap", (Link("https://a.example/1", "x", "2026"),), 1, (Link("n"),))
    assert Content.of(content.json()) == content
    learnt = Learnt("listing", ("s",), ("a/*",), ("b/*",), True)
    assert Learnt.of(learnt.json()) == learnt
    assert Learnt().json() == {}
    assert Learnt.of({}) == Learnt()


def test_what_is_no_html_is_no_page() -> None:
    assert parse(b"plain", "text/html") is None
    assert parse(b"", None) is None
    declared = parse(b'<?xml version="1.0" encoding="utf-8"?><html><p>x</p></html>', "text/html")
    assert declared is not None
    assert declared.text == "x"
