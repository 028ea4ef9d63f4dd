"""Every shape of a listing, from two days of a site to the log of events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.discovery import STRATEGIES
from crawler.platforms import PLATFORMS
from crawler.reactor import run
from jobdiff.config import Config
from scheduler.work import crawl_board
from storage import Store, boards, events
from storage.results import CrawlResult
from tests.crawler.shapes import SHAPES, Job, Shape, play
from tests.crawler.site import Reply, Site
from tests.crawler.visits import START
from tests.scheduler.conftest import fast

JOBS = tuple(Job(number) for number in range(1, 13))
NEXT = (JOBS[0], Job(2, "Senior Engineer 2"), *JOBS[3:], Job(13))
TOLD = [("changed", "Senior Engineer 2"), ("new", "Engineer 13"), ("removed", "Engineer 3")]


class Watched:
    """A board in a store, crawled twice a day."""

    def __init__(self, store: Store, site: Site, path: str) -> None:
        self.store, self.site, self.now = store, site, START
        with store.write() as connection:
            self.row = boards.add(connection, url=site.url(path), name="Acme", now=START)

    def crawl(self, config: Config) -> CrawlResult:
        self.now += timedelta(hours=12)
        self.site.log.clear()
        with self.store.read() as connection:
            row = boards.get(connection, self.row.id)
        now = self.now
        return run(lambda: crawl_board(self.store, row, config, lambda: now))

    def news(self) -> list[tuple[str, str]]:
        with self.store.read() as connection:
            rows = events.log(connection, baseline=False)
        return sorted((row.kind, str(row.posting["title"])) for row in rows)

    @property
    def strategy(self) -> object:
        with self.store.read() as connection:
            return boards.get(connection, self.row.id).learnt["strategy"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as opened:
        yield opened


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as opened:
        yield opened


def test_every_strategy_of_the_registry_has_a_shape() -> None:
    assert {shape.strategy for shape in SHAPES} == STRATEGIES.keys() - PLATFORMS.keys()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_two_days_of_a_site_and_a_truncation(shape: Shape, site: Site, store: Store) -> None:
    config = fast()
    board = Watched(store, site, shape.start)
    play(site, JOBS, shape.routes(site, JOBS))
    first = board.crawl(config)
    assert (first.outcome, first.postings) == ("complete", len(JOBS))
    assert board.strategy == shape.strategy

    play(site, NEXT, shape.routes(site, NEXT))
    second = board.crawl(config)
    assert (second.outcome, second.postings) == ("complete", len(NEXT))
    assert board.news() == TOLD

    play(site, NEXT, shape.cut(site, NEXT))
    assert board.crawl(config).outcome == "partial"
    assert board.news() == TOLD
    play(site, NEXT, shape.routes(site, NEXT[:4]))
    assert board.crawl(config).outcome in ("complete", "partial", "suspicious")
    assert board.news() == TOLD
    play(site, NEXT, shape.routes(site, NEXT))
    assert board.crawl(config).outcome == "complete"
    assert board.news() == TOLD


# --- a page that carries its postings whole ------------------------------------------------------


def test_a_whole_page_that_did_not_change_costs_one_request(site: Site, store: Store) -> None:
    shape = next(shape for shape in SHAPES if shape.name == "whole page")
    board = Watched(store, site, shape.start)
    routes = {path: Reply(str(page), etag=True) for path, page in shape.routes(site, JOBS).items()}
    play(site, JOBS, routes)
    board.crawl(fast())
    assert len(site.asked()) == 2 + len(JOBS)
    board.crawl(fast())
    assert site.asked() == ["/careers", "/careers?page=2"]
