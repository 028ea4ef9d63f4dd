"""Postings that stand whole on the board's page, and what their own pages add."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.crawler.site import Reply, Site, html, posting_json, posting_page, script
from tests.crawler.visits import Watched


def carrying(site: Site, numbers: Sequence[int], **fields: Any) -> Reply:
    told = [posting_json(n, url=site.url(f"/jobs/{n}"), **fields) for n in numbers]
    return Reply(html("Careers", f"<h1>Careers</h1>{script(told)}"), etag=True)


def board_of(site: Site, count: int, page: Callable[[int], str | Reply] = posting_page) -> Watched:
    site["/careers"] = carrying(site, range(1, count + 1), salaryCurrency="CHF", workHours="40")
    site.routes.update({f"/jobs/{n}": page(n) for n in range(1, count + 1)})
    return Watched(site.url("/careers"))


def test_the_own_page_wins_and_the_boards_page_fills_its_gaps() -> None:
    with Site() as site:
        board = board_of(site, 2, lambda n: posting_page(n, title=f"Chief {n}", datePosted=None))
        seen = board.crawl()
        assert seen.outcome == "complete"
        assert seen.titles() == ["Chief 1", "Chief 2"]
        [one, _] = [each.posting for each in seen.observations if each.posting]
        assert one.date_posted == "2026-01-05"
        assert all(each.asked and each.listed for each in seen.observations)


def test_an_unchanged_board_costs_its_page_and_a_changed_posting_its_own() -> None:
    with Site() as site:
        board = board_of(site, 3)
        board.crawl()
        assert len(site.asked()) == 4
        site.log.clear()
        assert board.crawl().fetches() == {"unchanged": 3}
        assert site.asked() == ["/careers"]
        told = [posting_json(n, url=site.url(f"/jobs/{n}")) for n in (1, 2, 3)]
        told[1]["title"] = "Senior"
        site["/careers"] = html("Careers", f"<h1>Careers</h1>{script(told)}")
        site["/jobs/2"] = posting_page(2, title="Senior")
        site.log.clear()
        board.crawl()
        assert site.asked()[0] == "/careers"
        assert "/jobs/2" in site.asked()


def test_where_own_pages_carry_nothing_a_few_of_them_tell() -> None:
    with Site() as site:
        board = board_of(site, 9, lambda n: html(f"Engineer {n}", "<h1>Work</h1><p>Come.</p>" * 9))
        seen = board.crawl()
        assert (seen.outcome, len(seen.titles())) == ("complete", 9)
        assert len(site.asked()) == 1 + 3
        site.log.clear()
        site["/careers"] = carrying(site, range(2, 11))
        again = board.crawl()
        assert "Engineer 10" in again.titles()
        # The one that is missing, and another that tells whether the whole site lost its markup.
        assert set(site.asked()) <= {"/careers", "/jobs/1", "/jobs/2"}


@pytest.mark.parametrize("answer", [Reply("no", 404), Reply("no", 500), Reply("no", 403)])
def test_an_address_that_leads_nowhere_takes_nothing_away(answer: Reply) -> None:
    with Site() as site:
        board = board_of(site, 2, lambda n: answer)
        seen = board.crawl()
        assert (seen.outcome, seen.titles()) == ("complete", ["Engineer 1", "Engineer 2"])
        assert board.crawl().fetches() == {"unchanged": 2}


def test_own_pages_of_another_site_are_not_asked() -> None:
    with Site() as site:
        told = [posting_json(n, url=f"http://127.0.0.9:9/jobs/{n}") for n in (1, 2)]
        site["/careers"] = html("Careers", f"<h1>Careers</h1>{script(told)}")
        board = Watched(site.url("/careers"))
        assert len(board.crawl().titles()) == 2
        assert site.asked() == ["/careers"]


def test_a_page_whose_own_page_is_gone_while_it_is_listed_is_in_question() -> None:
    with Site() as site:
        board = board_of(site, 3)
        assert board.crawl().fetches() == {"changed": 3}
        site["/jobs/2"] = Reply("gone", 410)
        told = [posting_json(n, url=site.url(f"/jobs/{n}"), title=f"New {n}") for n in (1, 2, 3)]
        site["/careers"] = html("Careers", f"<h1>Careers</h1>{script(told)}")
        seen = board.crawl()
        [gone] = [each for each in seen.observations if each.fetch == "gone"]
        assert (gone.url, gone.listed) == (site.url("/jobs/2"), True)


def test_a_page_with_one_posting_and_nothing_else_is_that_postings_own() -> None:
    page = html("Acme", f"<h1>Help people</h1>{script(posting_json(1))}")
    with Site({"/nurse": page, "/careers": page.replace("Help people", "Open positions")}) as site:
        assert Watched(site.url("/nurse")).crawl().report.crawl.single
        assert not Watched(site.url("/careers")).crawl().report.crawl.single


def test_what_an_own_page_adds_later_is_no_news_of_the_employers() -> None:
    with Site() as site:
        board = board_of(site, 2, lambda n: Reply("busy", 500))
        first = [each.posting for each in board.crawl().observations if each.posting]
        assert [posting.source.syntax for posting in first] == ["json-ld:list"] * 2
        assert all(posting.source.is_list for posting in first)
        site.routes.update({f"/jobs/{n}": posting_page(n, skills="SQL") for n in (1, 2)})
        site["/careers"] = carrying(site, (1, 2))
        later = [each.posting for each in board.crawl().observations if each.posting]
        assert [posting.source.syntax for posting in later] == ["json-ld"] * 2
