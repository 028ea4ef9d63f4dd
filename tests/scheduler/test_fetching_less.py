"""What a crawl of a board that did not change asks for, and what it says it saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from crawler import reactor
from scheduler.work import crawl_board
from storage import Store, boards
from storage.boards import BoardRow
from storage.results import CrawlResult
from tests.crawler.boards import STAND_INS, Job, play
from tests.crawler.site import Reply, Request, Site, html, listing_page, posting_page
from tests.scheduler.conftest import fast

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NONE = {"by_lastmod": 0, "by_list": 0, "not_modified": 0, "same_body": 0}


class Board:
    """A board that is crawled again and again, and what that costs."""

    def __init__(self, store: Store, site: Site, path: str, **config: object) -> None:
        self._store = store
        self._site = site
        self._config = fast(**config)
        with store.write() as connection:
            self._board: BoardRow = boards.add(connection, url=site.url(path), now=NOW)

    def crawl(self, hours: float) -> CrawlResult:
        """Crawl it so many hours after the first time; the site's log is of this crawl."""
        self._site.log.clear()
        now = NOW + timedelta(hours=hours)
        return reactor.run(lambda: crawl_board(self._store, self._board, self._config, lambda: now))


@pytest.fixture
def plain() -> Iterator[Site]:
    with Site() as opened:
        yield opened


def sitemap(site: Site, count: int, lastmod: str = "2026-02-01") -> Reply:
    entries = "".join(
        f"<url><loc>{site.url(f'/jobs/{n}-engineer')}</loc><lastmod>{lastmod}</lastmod></url>"
        for n in range(count)
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = f'<?xml version="1.0"?><urlset xmlns="{space}">{entries}</urlset>'
    return Reply(body, content_type="application/xml")


def with_pages(site: Site, count: int, *, etag: bool = False) -> None:
    def page(request: Request) -> Reply:
        number = int(request.path.removeprefix("/jobs/").partition("-")[0])
        return Reply(posting_page(number), etag=etag)

    for n in range(count):
        site[f"/jobs/{n}-engineer"] = page


@pytest.mark.parametrize("count", [30])
def test_a_board_with_a_sitemap_costs_the_sitemap(store: Store, plain: Site, count: int) -> None:
    with_pages(plain, count)
    plain["/sitemap.xml"] = sitemap(plain, count)
    board = Board(store, plain, "/sitemap.xml")
    first = board.crawl(0)
    assert (first.outcome, first.postings, first.json()["saved"]) == ("complete", count, NONE)
    assert len(plain.log) >= count
    again = board.crawl(1)
    assert (again.outcome, again.postings) == ("complete", count)
    assert plain.asked() == ["/sitemap.xml"]
    assert again.json()["saved"] == NONE | {"by_lastmod": count, "same_body": 1}


def test_a_changed_lastmod_is_asked_and_nothing_else(store: Store, plain: Site) -> None:
    with_pages(plain, 8)
    plain["/sitemap.xml"] = sitemap(plain, 8)
    board = Board(store, plain, "/sitemap.xml")
    board.crawl(0)
    body = sitemap(plain, 8).bytes.decode().replace("2026-02-01", "2026-02-09", 1)
    plain["/sitemap.xml"] = Reply(body, content_type="application/xml")
    again = board.crawl(1)
    assert plain.asked() == ["/sitemap.xml", "/jobs/0-engineer"]
    assert again.json()["saved"] == NONE | {"by_lastmod": 7, "same_body": 1}


def test_with_etags_no_body_comes_twice(store: Store, plain: Site) -> None:
    with_pages(plain, 12, etag=True)
    paths = [f"/jobs/{n}-engineer" for n in range(12)]
    plain["/careers"] = Reply(listing_page(paths), etag=True)
    board = Board(store, plain, "/careers")
    assert board.crawl(0).postings == 12
    again = board.crawl(1)
    assert (again.postings, again.bytes, again.not_modified) == (12, 0, 13)
    assert again.json()["saved"] == NONE | {"not_modified": 13}
    assert plain.asked() == ["/careers", *paths]


def test_a_large_board_without_lastmod_costs_its_listing(store: Store, plain: Site) -> None:
    count = 501
    with_pages(plain, count)
    plain["/careers"] = listing_page([f"/jobs/{n}-engineer" for n in range(count)])
    board = Board(store, plain, "/careers")
    board.crawl(0)
    again = board.crawl(1)
    assert (again.postings, plain.asked()) == (count, ["/careers"])
    assert again.json()["saved"] == NONE | {"by_list": count, "same_body": 1}


def test_a_list_api_costs_its_list(store: Store, plain: Site) -> None:
    platform = next(one for one in STAND_INS if one.name == "greenhouse")
    jobs = [Job(n) for n in range(1, 7)]
    play(plain, platform, jobs)
    with store.write() as connection:
        board = boards.add(connection, url=platform.board, now=NOW)
    config = fast(platforms={platform.name: {"api": plain.url("").rstrip("/")}})

    def crawl(hours: int) -> CrawlResult:
        plain.log.clear()
        now = NOW + timedelta(hours=hours)
        return reactor.run(lambda: crawl_board(store, board, config, lambda: now))

    assert crawl(0).postings == len(jobs)
    again = crawl(1)
    assert (again.postings, plain.asked()) == (len(jobs), list(platform.lists))
    assert again.json()["saved"] == NONE | {"by_list": len(jobs), "not_modified": 1}


def test_links_that_lead_nowhere_are_not_tried_at_every_crawl(store: Store, plain: Site) -> None:
    """An empty board costs its page, once its other links were tried."""
    menu = "".join(f'<a href="/about/a-{n}">About</a><a href="/team/b-{n}">B</a>' for n in range(3))
    nothing = "<h1>Careers</h1><p>There are currently no open positions.</p>"
    plain["/careers"] = html("Careers", f"<nav>{menu}</nav>{nothing}")
    plain["/about/a-1"] = html("About", "<h1>About us</h1><p>We are Acme, and this is us.</p>")
    board = Board(store, plain, "/careers")
    assert board.crawl(0).outcome == "empty"
    assert len(plain.asked()) > 4
    costs = []
    for hours in (1, 2, 3):
        assert board.crawl(hours).outcome == "empty"
        costs.append(plain.asked())
    assert costs[-1] == ["/careers"]


def test_a_board_may_stand_at_a_private_address_by_itself(store: Store, plain: Site) -> None:
    with_pages(plain, 2)
    plain["/careers"] = listing_page(["/jobs/0-engineer", "/jobs/1-engineer"])
    config = fast(network={"allow_private": False})

    def crawled(*, allow_private: bool) -> CrawlResult:
        with store.write() as connection:
            url = plain.url("/careers")
            board = boards.add(connection, url=url, now=NOW, allow_private=allow_private)
        return reactor.run(lambda: crawl_board(store, board, config, lambda: NOW))

    refused = crawled(allow_private=False)
    assert (refused.outcome, refused.refused, plain.log) == ("failed", True, [])
    assert crawled(allow_private=True).postings == 2
