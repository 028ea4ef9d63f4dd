"""Measure crawls in turns, round after round, so that a busy machine slows all of them alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

from scrapy.crawler import Crawler

from benchmarks.crawling import plain
from benchmarks.crawling.site import Served, served
from benchmarks.measure import Target
from crawler.reactor import ensure_reactor, run
from jobdiff.config import Config
from scheduler.work import crawl_board
from storage import Store, boards
from storage.boards import BoardRow
from storage.crawls import CrawlResult

_FEW: Final = 5
_START: Final = datetime(2026, 8, 1, 8, tzinfo=UTC)
_CONFIG: Final = Config.model_validate({
    "crawler": {"delay": "0s"},
    "network": {"allow_private": True},
})  # fmt: skip

FIRST = "ours: first crawl"
PAGE_BY_PAGE = "ours: unchanged, asked page by page"
BY_SITEMAP = "ours: unchanged, by sitemap"
ALL_SYNTAXES = "Scrapy + extruct, all syntaxes + ORM"
JSON_LD_ONLY = "Scrapy + extruct, JSON-LD only + ORM"

TARGETS = (
    Target("unchanged, page by page, against all syntaxes", PAGE_BY_PAGE, ALL_SYNTAXES, 1 / 25),
    Target("unchanged, page by page, against JSON-LD only", PAGE_BY_PAGE, JSON_LD_ONLY, 1 / 3),
    Target("unchanged, by sitemap, against all syntaxes", BY_SITEMAP, ALL_SYNTAXES, 1 / 500),
    Target("first crawl, against JSON-LD only", FIRST, JSON_LD_ONLY, 1.0),
)


def measured(rounds: int, pages: int, listed: int) -> dict[str, float]:
    """The median CPU seconds a posting of every kind of crawl, the store's work included.

    Args:
        rounds: how often each is measured, in turns.
        pages: how many postings the board has whose pages are asked.
        listed: how many the board has that is crawled by its sitemap.
    """
    times: dict[str, list[float]] = {}
    with (
        served(pages) as site,
        served(listed) as large,
        TemporaryDirectory() as folder,
        _watched(Path(folder) / "known.db", site.url("/careers")) as known,
        _watched(Path(folder) / "large.db", large.url("/sitemap.xml")) as by_sitemap,
    ):
        known.crawl()
        by_sitemap.crawl()
        cases = {
            FIRST: (lambda: _first(Path(folder), site), pages),
            PAGE_BY_PAGE: (lambda: known.unchanged(pages), pages),
            BY_SITEMAP: (lambda: by_sitemap.unchanged(listed, _FEW), listed),
            ALL_SYNTAXES: (lambda: _plain(Path(folder), site, plain.ALL_SYNTAXES), pages),
            JSON_LD_ONLY: (lambda: _plain(Path(folder), site, plain.JSON_LD_ONLY), pages),
        }
        for _ in range(rounds):
            for name, (case, postings) in cases.items():
                times.setdefault(name, []).append(_seconds(case) / postings)
    return {name: median(each) for name, each in times.items()}


@dataclass
class _Watched:
    """A board in a store of its own, crawled again and again."""

    store: Store
    board: BoardRow
    now: datetime = _START

    def crawl(self) -> CrawlResult:
        """Crawl it, an hour after the last time."""
        self.now += timedelta(hours=1)
        return run(lambda: crawl_board(self.store, self.board, _CONFIG, lambda: self.now))

    def unchanged(self, postings: int, requests: int | None = None) -> None:
        """Crawl it, and make sure that all was there and nothing had changed.

        ``requests``: with at most so many.
        """
        result = self.crawl()
        if requests is not None and result.requests > requests:
            raise RuntimeError(f"the crawl took {result.requests} requests")
        told = (result.outcome, result.postings, sum(result.news.values()))
        if told != ("complete", postings, 0):
            raise RuntimeError(f"the crawl came to {told}")


@contextmanager
def _watched(place: Path, url: str) -> Iterator[_Watched]:
    place.unlink(missing_ok=True)
    with Store.open(f"sqlite:///{place}") as store:
        with store.write() as connection:
            board = boards.add(connection, url=url, now=_START)
        yield _Watched(store, board)


def _first(folder: Path, site: Served) -> None:
    with _watched(folder / "first.db", site.url("/careers")) as board:
        board.unchanged(site.count)


def _plain(folder: Path, site: Served, syntaxes: tuple[str, ...]) -> None:
    found = run(lambda: _scraped(folder / "plain.db", site.url("/careers"), syntaxes))
    if found != site.count:
        raise RuntimeError(f"the plain spider found {found} postings")


async def _scraped(place: Path, url: str, syntaxes: tuple[str, ...]) -> int:
    ensure_reactor()
    crawler = Crawler(plain.JobSpider, plain.settings(place))
    await crawler.crawl_async(url=url, syntaxes=syntaxes)
    spider = crawler.spider
    return spider.found if isinstance(spider, plain.JobSpider) else 0


def _seconds(case: Callable[[], object]) -> float:
    gc.collect()
    started = process_time()
    case()
    return process_time() - started
