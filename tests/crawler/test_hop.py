"""One hop from a home page to its careers page."""

from __future__ import annotations

import pytest

from crawler.discovery.entrance import careers_link, is_home
from crawler.html import parse
from tests.crawler.site import Reply, Site, board_of, html, listing_page
from tests.crawler.visits import Watched

URL = "https://acme.example.org/"


def chosen(*anchors: str) -> str | None:
    page = parse(html("Acme", "".join(anchors)).encode(), "text/html")
    assert page is not None
    link = careers_link(page, URL)
    return link.url.removeprefix(URL) if link else None


@pytest.mark.parametrize(
    "text",
    [
        "Careers", "Jobs", "Open positions", "Vacancies", "Job openings", "Work with us",
        "Karriere", "Stellenangebote", "Offene Stellen", "Emploi", "Offres d’emploi", "Vacatures",
        "Empleo", "Lavora con noi", "Lediga jobb", "Stilling", "We're hiring",
    ],
)  # fmt: skip
def test_careers_are_found_by_the_words_of_many_languages(text: str) -> None:
    assert chosen('<a href="/shop">Shop</a>', f'<a href="/x/7">{text}</a>') == "x/7"
    assert chosen('<a href="/shop">Shop</a>') is None


def test_the_best_of_several_is_taken() -> None:
    careers, jobs = '<a href="/careers">Careers</a>', '<a href="/careers/jobs">All jobs</a>'
    blog = '<a href="/blog/our-jobs">How we write about jobs</a>'
    assert chosen(blog, careers, jobs) == "careers/jobs"
    assert chosen(blog, careers) == "careers"
    assert chosen(blog) is None
    assert chosen('<a href="https://jobs.acme.example.org/">Join us</a>') == (
        "https://jobs.acme.example.org/"
    )


def test_which_pages_are_a_home() -> None:
    homes = ["", "de", "de/", "en-gb/", "index.html", "en/index.php"]
    assert all(is_home(URL + path) for path in homes)
    assert not any(is_home(URL + path) for path in ["careers", "jobs/", "de/jobs", "index/jobs"])


def test_a_home_page_is_followed_to_its_careers_page_and_no_further() -> None:
    with Site(board_of(4)) as site:
        board = Watched(site.url("/"))
        first = board.crawl()
        assert (first.outcome, len(first.titles())) == ("complete", 4)
        assert site.asked()[:2] == ["/", "/careers"]
        site.log.clear()
        assert board.crawl().outcome == "complete"
        assert site.asked()[0] == "/careers"
        assert "/" not in site.asked()


def test_a_careers_page_that_moved_is_looked_for_again() -> None:
    with Site(board_of(4)) as site:
        board = Watched(site.url("/"))
        assert board.crawl().outcome == "complete"
        site["/"] = html("Acme", "<h1>Acme</h1><a href='/jobs'>Jobs</a>")
        site["/jobs"] = site.routes.pop("/careers")
        site["/careers"] = Reply("gone", 404)
        assert board.crawl().outcome == "complete"
        assert site.asked()[-7:][:3] == ["/careers", "/", "/jobs"]
        assert board.learnt["sitemaps"] == [site.url("/jobs")]


def test_a_careers_page_that_is_gone_for_a_day_is_not_replaced_by_the_home_page() -> None:
    with Site(board_of(4)) as site:
        site["/"] = listing_page(["/jobs/1-engineer"], '<a href="/careers">Careers</a>')
        board = Watched(site.url("/"))
        assert len(board.crawl().titles()) == 4
        page = site.routes.pop("/careers")
        gone = board.crawl()
        assert (gone.outcome, gone.observations) == ("failed", [])
        site["/careers"] = page
        assert board.crawl().outcome == "complete"


def test_a_home_page_that_is_the_board_is_not_left() -> None:
    routes = board_of(8)
    careers = '<a href="/careers">Careers</a>'
    routes["/"] = listing_page([f"/jobs/{n}-engineer" for n in range(1, 9)], careers)
    routes["/careers"] = html("Careers", "<h1>Careers</h1><p>We are kind.</p>")
    with Site(routes) as site:
        seen = Watched(site.url("/")).crawl()
        assert (seen.outcome, len(seen.titles())) == ("complete", 8)


def test_no_hop_is_made_where_a_strategy_was_asked_for() -> None:
    with Site(board_of(4)) as site:
        Watched(site.url("/"), strategy="page").crawl()
        assert site.asked() == ["/"]
