"""What is found out about a site before it is crawled, and that a crawl finds the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crawler.detect import detect
from crawler.detection import Detection
from crawler.discovery import STRATEGIES
from crawler.platforms import PLATFORMS
from crawler.reactor import run
from crawler.settings_for import CrawlerSettings
from jobdiff.config.model import PlatformSettings
from tests.crawler.boards import STAND_INS, StandIn
from tests.crawler.boards import Job as Opening
from tests.crawler.boards import play as play_platform
from tests.crawler.shapes import SHAPES, Job, Shape, play
from tests.crawler.site import Reply, Site, html
from tests.crawler.visits import LOCAL, START, Watched

JOBS = tuple(Job(number) for number in range(1, 13))


def detected(url: str, settings: CrawlerSettings = LOCAL, **options: object) -> Detection:
    return run(lambda: detect(url, settings, lambda: START, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_what_is_detected_is_what_the_first_crawl_comes_to(shape: Shape) -> None:
    with Site() as site:
        play(site, JOBS, shape.routes(site, JOBS))
        found = detected(site.url(shape.start))
        assert (found.outcome, found.strategy) == ("readable", shape.strategy)
        assert found.postings == len(JOBS)
        site.log.clear()
        seen = Watched(site.url(shape.start)).crawl()
        assert seen.report.strategy == found.strategy
        assert found.estimate is not None
        # A crawl may also look at what turns out to be no posting, or follow a page to nowhere.
        assert 0 <= seen.report.requests - found.estimate.requests <= 2


@pytest.mark.parametrize("platform", STAND_INS, ids=lambda platform: platform.name)
def test_a_platforms_list_is_counted(platform: StandIn) -> None:
    jobs = [Opening(number) for number in range(1, platform.count + 1)]
    with Site() as site:
        play_platform(site, platform, jobs)
        told = {platform.name: PlatformSettings(api=site.url("").rstrip("/"))}
        found = detected(platform.board, replace(LOCAL, platforms=told))
        assert (found.outcome, found.strategy) == ("readable", platform.name)
        assert found.postings == platform.count
        assert found.why[0] == f"{platform.board} is an address of {platform.name}"


def test_a_part_of_a_long_listing_is_counted_and_said_to_be_one() -> None:
    shape = next(shape for shape in SHAPES if shape.name == "page")
    with Site() as site:
        play(site, JOBS, shape.routes(site, JOBS))
        found = detected(site.url("/careers"), pages=1)
        assert found.estimate is not None
        assert (found.postings, found.estimate.at_least) == (6, True)
        assert found.warning is None


def test_a_feed_that_may_be_a_window_is_warned_of() -> None:
    shape = next(shape for shape in SHAPES if shape.name == "rss")
    with Site() as site:
        play(site, JOBS, shape.cut(site, JOBS))
        found = detected(site.url("/jobs.rss"))
        assert found.warning == "its feed has 10 entries, which may only be the newest"


def test_data_that_names_no_pages_is_told() -> None:
    state = '{"jobs": [{"title": "Nurse", "jobId": 1}, {"title": "Cook", "jobId": 2}]}'
    page = html("Jobs", f'<script type="application/json">{state}</script>')
    with Site({"/careers": page}) as site:
        found = detected(site.url("/careers"))
        assert found.outcome == "unreadable"
        assert found.warning is not None
        assert found.warning.startswith("the data of its scripts tells of 2 postings, but not")


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [(Reply("User-agent: *\nDisallow: /"), "blocked"), (Reply("no", 503), "blocked")],
)
def test_a_site_that_keeps_us_out_is_not_asked(robots: Reply, outcome: str) -> None:
    with Site({"/robots.txt": robots, "/careers": "secret"}) as site:
        found = detected(site.url("/careers"))
        assert (found.outcome, found.estimate) == (outcome, None)
        assert site.asked() == []


@pytest.mark.parametrize("strategy", sorted(STRATEGIES.keys() - PLATFORMS.keys()))
def test_every_strategy_can_be_asked_for(strategy: str) -> None:
    shape = next(shape for shape in SHAPES if shape.strategy == strategy)
    with Site() as site:
        play(site, JOBS, shape.routes(site, JOBS))
        found = detected(site.url(shape.start), strategy=strategy)
        assert (found.strategy, found.postings) == (strategy, len(JOBS))
        board = Watched(site.url(shape.start), strategy=strategy)
        seen = board.crawl()
        assert (seen.outcome, len(seen.titles())) == ("complete", len(JOBS))
