from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scrapy.exceptions import DropItem

from crawler.job import InMemory
from crawler.pipelines import PostingPipeline
from crawler.ports import BoardPlan, Forgetful, KnownPosting
from crawler.reactor import run
from crawler.run import crawl
from crawler.settings_for import CrawlerSettings, crawler_settings
from crawler.spiders.careers import CareersSpider
from jobdiff.config import load
from postings.errors import CrawlError, UsageError
from postings.model import Observation
from tests.crawler.site import (
    Reply,
    Request,
    Site,
    board_of,
    html,
    listing_page,
    posting_json,
    posting_page,
    script,
)
from tests.crawler.visits import LOCAL, START, Watched

PAST = "2026-02-01"


def board_with(site: Site) -> Watched:
    board = Watched(site.url("/careers"))
    assert board.crawl().outcome == "complete"
    return board


def test_a_page_that_redirects_to_another_posting_has_ended() -> None:
    with Site(board_of(4)) as site:
        board = board_with(site)
        site["/careers"] = listing_page([f"/jobs/{n}-engineer" for n in (2, 3, 4)])
        site["/jobs/1-engineer"] = Reply("", 302, {"Location": "/jobs/2-engineer"})
        seen = board.crawl()
        (ended,) = [one for one in seen.observations if one.fetch == "ended"]
        assert ended.evidence[0].kind == "redirect"
        assert "redirected to another posting" in ended.evidence[0].detail


def test_a_page_that_moved_is_still_the_same_posting() -> None:
    with Site(board_of(4)) as site:
        board = board_with(site)
        site["/jobs/1-senior-engineer"] = posting_page(1, industry="Food")
        site["/jobs/1-engineer"] = Reply("", 301, {"Location": "/jobs/1-senior-engineer"})
        seen = board.crawl()
        assert seen.fetches() == {"changed": 1, "unchanged": 3}
        assert seen.observations[0].url == site.url("/jobs/1-engineer")


def test_an_expired_posting_that_says_it_is_filled_has_ended() -> None:
    with Site(board_of(3)) as site:
        board = board_with(site)
        site["/jobs/1-engineer"] = posting_page(1, validThrough=PAST)
        filled = posting_page(2, validThrough=PAST).replace(
            "<h1>", "<p>This job is closed.</p><h1>"
        )
        site["/jobs/2-engineer"] = filled
        site["/jobs/3-engineer"] = filled.replace(PAST, "2027-01-01").replace("A-2", "A-3")
        told = {one.url[-10:-9]: one.fetch for one in board.crawl().observations}
        assert told == {"1": "changed", "2": "ended", "3": "changed"}


def test_an_empty_list_is_empty_and_has_its_missing_asked() -> None:
    def feed(*numbers: int) -> Reply:
        items = [{"id": n, "_jobposting": posting_json(n, url=f"/jobs/{n}")} for n in numbers]
        told = {"version": "https://jsonfeed.org/version/1.1", "items": items}
        return Reply(script(told)[35:-9], content_type="application/feed+json")

    with Site() as site:
        site["/jobs.json"] = feed(1, 2)
        board = Watched(site.url("/jobs.json"))
        assert len(board.crawl().titles()) == 2
        site["/jobs.json"] = feed()
        seen = board.crawl()
        assert seen.outcome == "empty"
        assert seen.fetches() == {"gone": 2}


def test_a_closed_posting_is_asked_only_when_it_is_due() -> None:
    with Site(board_of(3)) as site:
        board = board_with(site)
        site["/old"] = Reply("gone", 410)
        old = KnownPosting("old", site.url("/old"), "expired", keys=("id:old",))
        board.memory.postings["old"] = old
        site.log.clear()
        board.crawl()
        assert "/old" not in site.asked()
        board.memory.postings["old"] = replace(old, asked_due=True)
        seen = board.crawl()
        assert [one.fetch for one in seen.observations if not one.listed] == ["gone"]


def test_without_time_new_pages_wait_and_known_ones_are_present() -> None:
    with Site(board_of(3)) as site:
        board = board_with(site)
        site.routes.update(board_of(4))
        site.log.clear()
        seen = board.crawl(budget=timedelta(0))
        assert site.asked() == ["/careers"]
        assert seen.outcome == "partial"
        assert "its time ran out" in (seen.reason or "")
        assert seen.fetches() == {"unchanged": 3}
        assert not any(one.asked for one in seen.observations)


def test_a_304_that_was_not_asked_for_is_asked_again() -> None:
    def stale(request: Request) -> Reply:
        fresh = request.headers.get("cache-control") == "no-cache"
        return Reply(posting_page(1)) if fresh else Reply(status=304)

    with Site(board_of(2)) as site:
        site["/jobs/1-engineer"] = stale
        assert len(Watched(site.url("/careers")).crawl().titles()) == 2
        site["/jobs/1-engineer"] = Reply(status=304)
        assert Watched(site.url("/careers")).crawl().titles() == ["Engineer 2"]


def test_validators_are_sent_and_do_not_survive_a_redirect() -> None:
    with Site(board_of(2)) as site:
        site["/careers"] = Reply(listing_page(["/jobs/1-engineer", "/jobs/2-engineer"]), etag=True)
        board = board_with(site)
        site.log.clear()
        assert board.crawl().report.not_modified == 3
        sent = {each.path: "if-none-match" in each.headers for each in site.log}
        assert sent["/careers"]
        site["/there"] = site.routes["/careers"]
        site["/careers"] = Reply("", 302, {"Location": "/there"})
        site.log.clear()
        assert board.crawl().outcome == "complete"
        sent = {each.path: "if-none-match" in each.headers for each in site.log}
        assert (sent["/careers"], sent["/there"]) == (True, False)


def test_what_an_older_reader_read_is_read_again() -> None:
    with Site(board_of(2, etag=True)) as site:
        board = board_with(site)
        assert board.crawl().fetches() == {"unchanged": 2}
        for url, record in board.memory.pages.items():
            board.memory.pages[url] = replace(record, answer={**record.answer, "reader": -1})
        assert board.crawl().fetches() == {"changed": 2}


def test_a_page_of_unknown_kind_behind_a_challenge_is_tried_again() -> None:
    wall = html("One moment", "<p>Verify you are human</p><script src='/captcha.js'></script>")
    with Site(board_of(2)) as site:
        both = ["/jobs/1-engineer", "/jobs/2-engineer"]
        site["/careers"] = listing_page([*both, "/openings/9-cook"])
        site["/openings/9-cook"] = wall
        board = board_with(site)
        site["/openings/9-cook"] = posting_page(9)
        assert "Engineer 9" in board.crawl().titles()


def test_a_board_that_grows_is_single_no_longer() -> None:
    with Site({"/jobs": posting_page(1)}) as site:
        board = Watched(site.url("/jobs"))
        assert board.crawl().report.crawl.single
        site["/jobs"] = html("Jobs", script([posting_json(1), posting_json(2)]))
        seen = board.crawl()
        assert not seen.report.crawl.single
        assert len(seen.titles()) == 2


def test_a_single_board_that_cannot_be_asked_proves_nothing() -> None:
    with Site({"/jobs/1": posting_page(1)}) as site:
        board = Watched(site.url("/jobs/1"))
        assert board.crawl().report.crawl.single
        site["/jobs/1"] = Reply("down", 503)
        seen = board.crawl()
        assert seen.outcome == "failed"
        assert seen.fetches() == {"failed": 1}


def test_pages_with_several_postings_are_read_whole() -> None:
    with Site(board_of(2)) as site:
        several = html("Several", f"<h1>Several</h1>{script([posting_json(7), posting_json(8)])}")
        site["/jobs/2-engineer"] = several
        seen = Watched(site.url("/careers")).crawl()
        assert seen.titles() == ["Engineer 1", "Engineer 7", "Engineer 8"]
        pages = [one.keys for one in seen.observations if one.url.endswith("2-engineer")]
        assert not any(key.startswith("url:") for keys in pages for key in keys)


def test_a_crawl_that_is_stopped_before_it_begins_says_so() -> None:
    async def stopped(url: str) -> None:
        stopping = asyncio.Event()
        stopping.set()
        await crawl(BoardPlan("b", url), InMemory(), LOCAL, lambda: START, stopping=stopping)

    with Site(board_of(1)) as site, pytest.raises(CrawlError, match="stopped before it began"):
        run(lambda: stopped(site.url("/careers")))


def test_the_configuration_becomes_settings() -> None:
    config = load(env={"JOBDIFF_CRAWLER__REVISIT": "2d", "JOBDIFF_CRAWLER__DELAY": "3s"})
    settings = crawler_settings(config)
    assert settings.revisit == timedelta(days=2)
    assert settings.delay == timedelta(seconds=3)
    assert crawler_settings(load(env={})) == CrawlerSettings(contact=None)


def test_the_spider_wants_a_board() -> None:
    with pytest.raises(UsageError, match="-a board=URL"):
        CareersSpider()


def test_only_what_was_read_goes_to_the_feeds() -> None:
    with pytest.raises(DropItem):
        PostingPipeline().process_item(Observation("u", datetime(2026, 1, 1, tzinfo=UTC), "gone"))


def test_nothing_is_remembered_of_a_new_board() -> None:
    assert Forgetful().page("u") is None
    assert list(Forgetful().known()) == []


def test_a_crawl_by_scrapy_says_when_it_went_wrong(caplog: pytest.LogCaptureFixture) -> None:
    from scrapy.crawler import Crawler

    from crawler.reactor import ensure_reactor
    from crawler.settings_for import scrapy_settings

    async def by_hand(url: str) -> None:
        ensure_reactor()
        await Crawler(CareersSpider, scrapy_settings(LOCAL)).crawl_async(board=url)
        await asyncio.sleep(0.05)

    caplog.set_level(logging.WARNING, "careers")
    with Site({"/careers": html("Careers", "<p>We are nice.</p>")}) as site:
        run(lambda: by_hand(site.url("/careers")))
        run(lambda: by_hand("ftp://example.org/"))
    assert "unreadable (nothing on" in caplog.text
    assert "is not an http or https URL" in caplog.text
