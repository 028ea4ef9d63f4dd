"""What ``add`` says of a page, before anything is crawled."""

import json

import pytest
from pytest_httpserver import HTTPServer

from tests.cli.program import Jobdiff

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
