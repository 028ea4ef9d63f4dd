from __future__ import annotations

import gzip
from collections.abc import Mapping
from datetime import timedelta

from tests.crawler.site import (
    Reply,
    Site,
    board_of,
    html,
    listing_page,
    posting_json,
    posting_page,
    script,
)
from tests.crawler.visits import LOCAL, Watched

XML = "application/xml"


def urlset(site: Site, paths: Mapping[str, str | None]) -> Reply:
    entries = "".join(
        f"<url><loc>{site.url(path)}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</url>"
        for path, at in paths.items()
    )
    return Reply(
        f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{entries}</urlset>",
        content_type=XML,
    )


def index(site: Site, paths: list[str]) -> Reply:
    entries = "".join(f"<sitemap><loc>{site.url(path)}</loc></sitemap>" for path in paths)
    return Reply(
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}'
        "</sitemapindex>",
        content_type=XML,
    )


def carrying(count: int, **fields: object) -> str:
    postings = [posting_json(n, **fields) for n in range(1, count + 1)]
    return html("Careers", f"<h1>Careers</h1><p>We hire.</p>{script(postings)}")


# --- a listing whose links lead to postings ----------------------------------------------------


def test_a_listings_links_are_followed_to_its_postings() -> None:
    with Site(board_of(7)) as site:
        seen = Watched(site.url("/careers")).crawl()
        assert seen.outcome == "complete"
        assert seen.titles() == [f"Engineer {n}" for n in range(1, 8)]
        assert seen.report.strategy == "listing"
        assert all(one.listed and one.asked for one in seen.observations)
        assert seen.report.crawl.pages[0].postings == 7
        assert seen.report.requests == len(site.log)


def test_links_that_carry_nothing_are_not_asked_again() -> None:
    routes = board_of(3)
    routes["/careers"] = listing_page([f"/jobs/{n}-engineer" for n in (1, 2, 3)] + ["/jobs/tips"])
    routes["/jobs/tips"] = html("Tips", "<h1>Tips</h1><p>How to apply with us, in ten steps.</p>")
    with Site(routes) as site:
        board = Watched(site.url("/careers"))
        assert len(board.crawl().titles()) == 3
        assert "/jobs/tips" in site.asked()
        site.log.clear()
        second = board.crawl()
        assert second.outcome == "complete"
        assert "/about" not in site.asked()


def test_a_new_link_of_a_learnt_shape_is_asked_before_known_ones() -> None:
    with Site(board_of(3)) as site:
        board = Watched(site.url("/careers"))
        board.crawl()
        site.log.clear()
        site.routes.update(board_of(4))
        assert "Engineer 4" in board.crawl().titles()
        assert site.asked()[:2] == ["/careers", "/jobs/4-engineer"]


def test_a_listing_goes_on_over_its_pages_until_one_adds_nothing() -> None:
    routes = board_of(9)
    for page in (1, 2, 3):
        paths = [f"/jobs/{n}-engineer" for n in range(3 * page - 2, 3 * page + 1)]
        path = "/careers" if page == 1 else f"/careers?page={page}"
        routes[path] = listing_page(paths, f'<a href="/careers?page={page + 1}">Next</a>')
    routes["/careers?page=4"] = routes["/careers?page=3"]
    with Site(routes) as site:
        seen = Watched(site.url("/careers")).crawl()
        assert seen.outcome == "complete"
        assert len(seen.titles()) == 9
        assert "/careers?page=4" in site.asked()
        assert "/careers?page=5" not in site.asked()


def test_a_listing_of_more_pages_than_the_cap_is_truncated() -> None:
    routes = board_of(9)
    for page in range(1, 10):
        more = f'<link rel="next" href="/careers/page/{page + 1}">'
        path = "/careers" if page == 1 else f"/careers/page/{page}"
        routes[path] = listing_page([f"/jobs/{page}-engineer"], more)
    with Site(routes) as site:
        seen = Watched(site.url("/careers")).crawl(page_cap=4)
        assert seen.outcome == "partial"
        assert seen.reason == "its listing has more than 4 pages"
        assert len(seen.titles()) == 4


def test_a_failed_page_of_a_pagination_proves_no_absence() -> None:
    routes = board_of(6)
    routes["/careers"] = listing_page(
        [f"/jobs/{n}-engineer" for n in (1, 2, 3)], '<a rel="next" href="/careers?page=2">2</a>'
    )
    routes["/careers?page=2"] = listing_page([f"/jobs/{n}-engineer" for n in (4, 5, 6)])
    with Site(routes) as site:
        board = Watched(site.url("/careers"))
        assert board.crawl().outcome == "complete"
        site["/careers?page=2"] = Reply("sorry", 500)
        site.log.clear()
        seen = board.crawl()
        assert seen.outcome == "partial"
        assert not seen.report.crawl.exhausted
        assert "/jobs/5-engineer" not in site.asked()


def test_an_item_list_of_urls_says_which_links_are_postings() -> None:
    routes = board_of(3)
    elements = [
        {"@type": "ListItem", "position": n, "url": f"/jobs/{n}-engineer"} for n in (1, 2, 3)
    ]
    listed = script({"@type": "ItemList", "itemListElement": elements})
    routes["/careers"] = html("Careers", f"<h1>Careers</h1>{listed}")
    with Site(routes) as site:
        board = Watched(site.url("/careers"))
        seen = board.crawl()
        assert seen.outcome == "complete"
        assert len(seen.titles()) == 3
        again = board.crawl()
        assert (again.outcome, len(again.observations)) == ("complete", 3)
        assert board.learnt["strategy"] == "itemlist"


# --- a page that carries its postings ----------------------------------------------------------


def test_a_page_that_carries_its_postings_is_all_that_is_asked() -> None:
    with Site({"/careers": carrying(4)}) as site:
        board = Watched(site.url("/careers"))
        seen = board.crawl()
        assert seen.outcome == "complete"
        assert seen.titles() == [f"Engineer {n}" for n in range(1, 5)]
        assert seen.report.strategy == "page"
        assert not any(one.asked for one in seen.observations)
        site["/careers"] = carrying(3)
        assert len(board.crawl().titles()) == 3
        assert site.asked() == ["/careers", "/careers"]


def test_a_posting_missing_from_a_carrying_page_is_asked_at_its_own_page() -> None:
    def page(numbers: tuple[int, ...]) -> str:
        told = [posting_json(n, url=site.url(f"/jobs/{n}")) for n in numbers]
        return html("Careers", f"<h1>Careers</h1>{script(told)}")

    with Site({f"/jobs/{n}": posting_page(n) for n in (1, 2)}) as site:
        site["/careers"] = page((1, 2, 3))
        board = Watched(site.url("/careers"))
        assert len(board.crawl().titles()) == 3
        site["/careers"] = page((1,))
        site.log.clear()
        second = board.crawl()
        assert site.asked() == ["/careers", "/jobs/2", "/jobs/3"]
        assert [
            (one.url.rsplit("/", 1)[1], one.fetch, one.listed) for one in second.observations
        ] == [
            ("careers", "unchanged", True),
            ("2", "unchanged", False),
            ("3", "gone", False),
        ]


def test_a_json_list_of_postings_is_a_board() -> None:
    feed = Reply(str(posting_json(1)).replace("'", '"'), content_type="application/ld+json")
    with Site({"/jobs.json": feed}) as site:
        seen = Watched(site.url("/jobs.json")).crawl()
        assert seen.titles() == ["Engineer 1"]


def test_a_board_that_is_one_postings_page_is_single() -> None:
    with Site({"/jobs/1": posting_page(1), "/careers": html("Careers", "nothing")}) as site:
        board = Watched(site.url("/jobs/1"))
        first = board.crawl()
        assert first.outcome == "complete"
        assert first.report.crawl.single
        assert first.fetches() == {"changed": 1}
        assert board.crawl().fetches() == {"unchanged": 1}
        site["/jobs/1"] = Reply("gone", 410)
        second = board.crawl()
        assert second.report.crawl.single
        assert second.fetches() == {"gone": 1}
        assert second.observations[0].evidence[0].detail == "HTTP 410"


def test_a_single_board_that_says_it_is_filled_has_ended() -> None:
    with Site({"/jobs/1": posting_page(1)}) as site:
        board = Watched(site.url("/jobs/1"))
        assert board.crawl().report.crawl.single
        site["/jobs/1"] = html("Engineer 1", "<h1>This position has been filled.</h1>")
        second = board.crawl()
        assert second.fetches() == {"ended": 1}
        assert second.observations[0].evidence[0].kind == "closing_phrase"


# --- a sitemap ---------------------------------------------------------------------------------


def test_a_sitemap_tells_what_to_ask_and_lastmod_what_not_to() -> None:
    with Site(board_of(6)) as site:
        dated: dict[str, str | None] = {f"/jobs/{n}-engineer": "2026-02-01" for n in range(1, 7)}
        site["/sitemap.xml"] = urlset(site, {"/about": None, **dated})
        board = Watched(site.url("/sitemap.xml"))
        first = board.crawl()
        assert first.report.strategy == "sitemap"
        assert len(first.titles()) == 6
        site.log.clear()
        second = board.crawl()
        assert second.outcome == "complete"
        assert site.asked() == ["/sitemap.xml"]
        assert second.fetches() == {"unchanged": 6}
        site["/sitemap.xml"] = urlset(site, {**dated, "/jobs/2-engineer": "2026-03-01"})
        site.log.clear()
        third = board.crawl()
        assert site.asked() == ["/sitemap.xml", "/jobs/2-engineer"]
        assert third.fetches() == {"unchanged": 6}


def test_pages_whose_lastmod_never_moves_are_asked_again_after_a_week_or_two() -> None:
    with Site(board_of(3)) as site:
        site["/sitemap.xml"] = urlset(
            site, {f"/jobs/{n}-engineer": "2026-02-01" for n in (1, 2, 3)}
        )
        board = Watched(site.url("/sitemap.xml"))
        board.crawl()
        site.log.clear()
        board.crawl(after=timedelta(days=6))
        assert site.asked() == ["/sitemap.xml"]
        board.crawl(after=timedelta(days=9))
        assert len(site.asked()) == 5


def test_a_failed_shard_of_a_sitemap_index_proves_no_absence() -> None:
    with Site(board_of(4)) as site:
        site["/sitemap.xml"] = index(site, ["/a.xml.gz", "/b.xml"])
        shard = urlset(site, {"/jobs/1-engineer": None, "/jobs/2-engineer": None})
        site["/a.xml.gz"] = Reply(gzip.compress(shard.bytes), content_type="application/gzip")
        site["/b.xml"] = urlset(site, {"/jobs/3-engineer": None, "/jobs/4-engineer": None})
        board = Watched(site.url("/sitemap.xml"))
        assert len(board.crawl().titles()) == 4
        site["/b.xml"] = Reply("oops", 503)
        second = board.crawl()
        assert second.outcome == "partial"
        assert not second.report.crawl.exhausted


def test_sitemaps_of_robots_txt_are_tried_where_the_page_tells_nothing() -> None:
    routes = board_of(4)
    routes["/careers"] = html("Careers", "<h1>Work with us</h1><p>Our people are great.</p>")
    with Site(routes) as site:
        site["/robots.txt"] = Reply(f"User-agent: *\nSitemap: {site.url('/map.xml')}\n")
        site["/map.xml"] = urlset(
            site, {"/about": None} | {f"/jobs/{n}-engineer": None for n in range(1, 5)}
        )
        board = Watched(site.url("/careers"))
        seen = board.crawl()
        assert seen.outcome == "complete"
        assert len(seen.titles()) == 4
        assert seen.report.learnt["sitemaps"] == [site.url("/map.xml")]
        site.log.clear()
        assert board.crawl().outcome == "complete"
        assert "/careers" not in site.asked()


def test_the_sitemaps_of_the_site_are_used_where_that_was_asked_for() -> None:
    with Site(board_of(3)) as site:
        site["/sitemap.xml"] = urlset(site, {f"/jobs/{n}-engineer": None for n in (1, 2, 3)})
        board = Watched(site.url("/careers"), strategy="sitemap")
        first = board.crawl()
        assert (first.outcome, len(first.titles())) == ("complete", 3)
        assert first.report.strategy == "sitemap"
        site.log.clear()
        assert board.crawl().outcome == "complete"
        assert "/careers" not in site.asked()
        board.strategy = "listing"
        site.log.clear()
        assert board.crawl().report.strategy == "listing"
        assert "/sitemap.xml" not in site.asked()


# --- nothing -----------------------------------------------------------------------------------


def test_a_page_that_tells_no_postings_is_unreadable() -> None:
    with Site({"/careers": html("Careers", "<h1>Careers</h1><p>We are nice.</p>")}) as site:
        seen = Watched(site.url("/careers")).crawl()
        assert seen.outcome == "unreadable"
        assert seen.report.learnt == {}
        assert not seen.records


def test_a_page_that_says_there_is_nothing_is_empty() -> None:
    page = html("Careers", "<h1>Careers</h1><p>There are currently no open positions.</p>")
    with Site({"/careers": page}) as site:
        seen = Watched(site.url("/careers")).crawl()
        assert seen.outcome == "empty"


def test_the_strategy_that_was_asked_for_is_used() -> None:
    with Site(board_of(3)) as site:
        seen = Watched(site.url("/careers"), strategy="page", settings=LOCAL).crawl()
        assert seen.outcome == "unreadable"
        assert site.asked() == ["/careers"]


def test_a_carrying_page_that_redirects_home_is_a_failure() -> None:
    with Site(
        {"/careers": carrying(6), "/": "<h1>Acme</h1><a href='/careers'>Careers</a>"}
    ) as site:
        board = Watched(site.url("/careers"))
        assert board.crawl().outcome == "complete"
        site["/careers"] = Reply("", 302, {"Location": "/"})
        assert board.crawl().outcome == "failed"
