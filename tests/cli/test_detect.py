"""What ``detect`` and ``add`` say of a page, before anything is crawled."""

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from jobdiff.demo.site import SiteServer
from tests.cli.program import Jobdiff
from tests.crawler.site import Reply, Site, listing_page

JOB = json.dumps({"@context": "https://schema.org", "@type": "JobPosting", "title": "Baker"})
PAGES = {
    "one posting": (
        f'<html><h1>Baker</h1><script type="application/ld+json">{JOB}</script></html>',
        "the page of one posting",
    ),
    "none today": ("<html><p>There are no open positions right now.</p></html>", "no openings"),
    "a shell": ('<html><div id="app"></div></html>', "nothing on the page tells its postings"),
    "a list": (
        "<html><ul>"
        + "".join(f'<li><a href="/jobs/{n}-baker">Baker {n}</a>' for n in range(5))
        + "</ul></html>",
        "5 links that may lead to postings",
    ),
}


@pytest.fixture
def site(httpserver: HTTPServer) -> HTTPServer:
    """A site that lets crawlers in."""
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    return httpserver


@pytest.mark.parametrize(("body", "says"), PAGES.values(), ids=PAGES.keys())
def test_add_says_what_it_found(body: str, says: str, jobdiff: Jobdiff, site: HTTPServer) -> None:
    site.expect_request("/careers").respond_with_data(body, content_type="text/html")
    added = jobdiff("add", site.url_for("/careers"), "--name", "Bakery")
    assert added.code == 0, added.err
    assert says in added.out


def test_a_sitemap_is_a_board_too(jobdiff: Jobdiff, site: HTTPServer) -> None:
    urls = "".join(f"<url><loc>{site.url_for(f'/jobs/{n}')}</loc></url>" for n in range(3))
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    site.expect_request("/jobs.xml").respond_with_data(body, content_type="text/xml")
    added = jobdiff("add", site.url_for("/jobs.xml"))
    assert "a sitemap of 3 pages" in added.out


def test_a_strategy_that_does_not_exist_is_refused(jobdiff: Jobdiff) -> None:
    for command in ("add", "check"):
        refused = jobdiff(command, "http://127.0.0.1:1/", "--strategy", "magic")
        assert refused.code == 2
        assert "'magic'" in refused.err


def test_a_board_without_openings_is_no_failure_but_nothing_to_check(
    jobdiff: Jobdiff, site: HTTPServer
) -> None:
    body = PAGES["none today"][0]
    site.expect_request("/careers").respond_with_data(body, content_type="text/html")
    checked = jobdiff("check", site.url_for("/careers"))
    assert checked.code == 1
    assert "empty · 0 postings" in checked.out
    assert jobdiff("check", site.url_for("/careers"), "--fail-on", "none").code == 0


def detected(jobdiff: Jobdiff, *argv: str) -> dict[str, Any]:
    ran = jobdiff("detect", *argv, "--json")
    [found] = ran.objects("jobdiff.detect/1")
    return found


KEYS = {
    "schema", "url", "outcome", "strategy", "start", "found", "why", "postings", "at_least",
    "requests", "seconds", "warning",
}  # fmt: skip


@pytest.mark.parametrize(
    ("page", "outcome", "strategy", "postings"),
    [
        ("one posting", "readable", "page", 1),
        ("none today", "empty", None, None),
        ("a shell", "unreadable", None, None),
        ("a list", "readable", "listing", 5),
    ],
)
def test_detect_says_as_json_what_it_found(
    page: str,
    outcome: str,
    strategy: str | None,
    postings: int | None,
    jobdiff: Jobdiff,
    site: HTTPServer,
) -> None:
    site.expect_request("/careers").respond_with_data(PAGES[page][0], content_type="text/html")
    found = detected(jobdiff, site.url_for("/careers"))
    assert set(found) == KEYS
    assert (found["outcome"], found["strategy"]) == (outcome, strategy)
    assert found["postings"] == postings


def test_the_estimate_is_what_the_first_crawl_costs(jobdiff: Jobdiff, listing: SiteServer) -> None:
    found = detected(jobdiff, listing.url)
    ran = jobdiff("check", listing.url, "--json", "--fail-on", "none")
    [crawl] = ran.objects("jobdiff.crawl/1")
    assert found["postings"] == crawl["postings"]
    assert abs(found["requests"] - crawl["requests"]) <= 3
    assert found["seconds"] == 0


def test_crawl_delay_counts_into_the_estimate(jobdiff: Jobdiff, httpserver: HTTPServer) -> None:
    robots = "User-agent: *\nCrawl-delay: 2"
    httpserver.expect_request("/robots.txt").respond_with_data(robots)
    body = PAGES["a list"][0]
    httpserver.expect_request("/careers").respond_with_data(body, content_type="text/html")
    found = detected(jobdiff, httpserver.url_for("/careers"))
    assert (found["requests"], found["seconds"]) == (7, 14.0)
    assert jobdiff("detect", httpserver.url_for("/careers")).out.endswith(
        f"add {httpserver.url_for('/careers')}\n"
    )


def test_detect_says_why_and_stores_nothing(jobdiff: Jobdiff, site: HTTPServer) -> None:
    home = '<html><title>Acme</title><a href="/careers">Careers</a></html>'
    site.expect_request("/").respond_with_data(home, content_type="text/html")
    body = PAGES["a list"][0]
    site.expect_request("/careers").respond_with_data(body, content_type="text/html")
    ran = jobdiff("detect", site.url_for("/"))
    assert ran.code == 0
    assert f"its link 'Careers' leads to {site.url_for('/careers')}" in ran.out
    assert "strategy: listing" in ran.out
    assert jobdiff("boards", "--all", "--json").out == ""


def test_another_sites_careers_page_is_named_and_not_asked(
    jobdiff: Jobdiff, site: HTTPServer
) -> None:
    home = '<html><title>Acme</title><a href="https://jobs.example.org/acme">Careers</a></html>'
    site.expect_request("/").respond_with_data(home, content_type="text/html")
    found = detected(jobdiff, site.url_for("/"))
    assert "which you can add: https://jobs.example.org/acme" in found["warning"]


def test_an_empty_frame_is_said_to_need_a_browser(jobdiff: Jobdiff, site: HTTPServer) -> None:
    frame = '<html><div id="root"></div><script src="/app.js"></script></html>'
    site.expect_request("/careers").respond_with_data(frame, content_type="text/html")
    for command in ("detect", "add", "check"):
        ran = jobdiff(command, site.url_for("/careers"))
        assert "this page seems to be drawn by a script" in ran.out + ran.err, command


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (("ftp://example.org/",), 2, "not an http or https URL"),
        (("http://127.0.0.1:1/",), 1, "could not be read"),
        (("http://127.0.0.1:1/", "--strategy", "magic"), 2, "'magic'"),
        (("http://127.0.0.1:1/", "--browser", "magic"), 2, "'magic'"),
        ((), 2, "URL"),
    ],
)
def test_what_cannot_be_detected_is_said_in_one_line(
    argv: tuple[str, ...], code: int, says: str, jobdiff: Jobdiff
) -> None:
    ran = jobdiff("detect", *argv)
    assert ran.code == code
    assert says in ran.out + ran.err


def test_a_strategy_that_was_asked_for_is_the_only_one_tried(
    jobdiff: Jobdiff, site: HTTPServer
) -> None:
    body = PAGES["a list"][0]
    site.expect_request("/careers").respond_with_data(body, content_type="text/html")
    found = detected(jobdiff, site.url_for("/careers"), "--strategy", "page")
    assert (found["outcome"], found["strategy"], found["postings"]) == ("unreadable", None, 0)
    ran = jobdiff("detect", site.url_for("/careers"), "--strategy", "sitemap")
    assert ran.code == 1


def test_a_host_that_asked_for_peace_is_left_alone(jobdiff: Jobdiff) -> None:
    busy = Reply("busy", 503, headers={"Retry-After": "3600"})
    with Site({"/careers": busy}) as site:
        url = site.url("/careers")
        jobdiff("check", url, "--now", "2026-03-01T12:00:00Z")
        assert "/careers" in site.asked()
        site.log.clear()
        soon = jobdiff("detect", url, "--now", "2026-03-01T12:30:00Z")
        added = jobdiff("add", url, "--now", "2026-03-01T12:30:00Z")
        assert site.asked() == []
        assert (soon.code, added.code) == (1, 0)
        for command in ("extract", "lint"):
            ran = jobdiff(command, url, "--now", "2026-03-01T12:30:00Z")
            assert (ran.code, site.log) == (1, [])
            assert "is left alone until 2026-03-01 13:00:00 UTC" in ran.err
        site["/careers"] = listing_page(["/jobs/1"])
        later = jobdiff("detect", url, "--now", "2026-03-01T13:30:00Z")
        assert "/careers" in site.asked()
        site.log.clear()
        read = jobdiff("extract", url, "--now", "2026-03-01T13:30:00Z")
        assert [request.path for request in site.log] == ["/careers"]
        assert "there is no JobPosting in it" in read.err
    assert "busy" not in later.err


def test_what_robots_txt_said_to_a_crawl_holds_for_every_look(jobdiff: Jobdiff) -> None:
    """It is not asked for again within a day, and a look keeps nothing of what it says."""
    with Site({"/careers": PAGES["a list"][0]}) as site:
        url = site.url("/careers")
        jobdiff("check", url, "--now", "2026-03-01T12:00:00Z", "--fail-on", "none")
        asked = [request.path for request in site.log]
        assert asked.count("/robots.txt") == 1
        site.log.clear()
        for command in ("extract", "lint", "detect"):
            jobdiff(command, url, "--now", "2026-03-02T11:00:00Z")
        assert "/robots.txt" not in {request.path for request in site.log}
        for command in ("extract", "extract"):
            jobdiff(command, url, "--now", "2026-03-02T12:30:00Z")
        assert [request.path for request in site.log].count("/robots.txt") == 2
