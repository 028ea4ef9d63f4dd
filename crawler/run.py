"""Run a crawl inside the process: what the scheduler and the commands call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from crawler.browser import drawing
from crawler.classify import envelope
from crawler.discovery import strategy_named
from crawler.document import DocumentSpider, FetchedDocument
from crawler.fetch import Fetcher
from crawler.guard.urls import check_url
from crawler.job import Job
from crawler.middlewares import Hops, Meter
from crawler.ports import BoardPlan, Clock, CrawlReport, Progress, Recorder, Saved
from crawler.reactor import ensure_reactor
from crawler.settings_for import CrawlerSettings, scrapy_settings
from crawler.spiders.careers import CareersSpider
from crawler.visit import Visit
from postings.errors import CrawlError, ReadError, RefusedUrl

AnySpider = TypeVar("AnySpider", bound=Spider)


async def crawl(
    plan: BoardPlan,
    recorder: Recorder,
    settings: CrawlerSettings,
    clock: Clock,
    progress: Callable[[Progress], None] | None = None,
    *,
    stopping: asyncio.Event | None = None,
) -> CrawlReport:
    """Crawl one board; what is seen goes to ``recorder`` as it comes.

    Runs on the loop of ``crawler.reactor``, any number side by side. When ``stopping`` is set, the
    crawl ends within a moment and its report says that it was stopped.

    Raises:
        RefusedUrl: the board's URL is not one that jobdiff goes to.
        ConfigurationError: there is no such strategy.
        CrawlError: it was stopped before it began.
        Whatever ``recorder`` raises, LeaseLost for one: the crawl ends there.
    """
    check_url(plan.url, allow_private=settings.allow_private, exempt=settings.exempt)
    if plan.strategy != "auto":
        strategy_named(plan.strategy)
    if stopping and stopping.is_set():
        raise _not_begun(plan.url)
    began = monotonic()
    job = Job(plan, recorder, settings, clock, progress)
    crawler = _crawler(CareersSpider, settings, **drawing(plan.browser))
    spider = await _run(crawler, CareersSpider, stopping, job=job)
    if hops := crawler.get_downloader_middleware(Hops):
        await hops.hosts.report()
    if spider.error:
        raise spider.error
    if spider.stage:
        await spider.stage.flush()
    return _report(spider, crawler, monotonic() - began)


async def fetch_document(url: str, settings: CrawlerSettings, clock: Clock) -> FetchedDocument:
    """Fetch one document, with the guards of a crawl.

    Raises:
        RefusedUrl: not a URL that jobdiff goes to.
        ReadError: it could not be had.
    """
    check_url(url, allow_private=settings.allow_private, exempt=settings.exempt)
    spider = await run_spider(DocumentSpider, settings, url=url, clock=clock)
    answer = spider.answer
    if answer is None:
        raise ReadError(f"{url} was not fetched: the program was stopped; try again.")
    if answer.trouble and answer.trouble.refused:
        raise RefusedUrl(answer.trouble.detail)
    judgement = envelope(answer, None)
    if judgement.fetch != "changed":
        raise ReadError(f"{url} could not be read: {judgement.detail}; try it in a browser.")
    return FetchedDocument(answer.body, answer.final_url, answer.content_type, answer.status or 200)


async def run_spider(
    kind: type[AnySpider], settings: CrawlerSettings, browser: str = "never", **arguments: Any
) -> AnySpider:
    """Run a spider that stores nothing, with the guards of a crawl, to its end."""
    crawler = _crawler(kind, settings, ITEM_PIPELINES={}, **drawing(browser))
    return await _run(crawler, kind, None, **arguments)


def _crawler(kind: type[Spider], settings: CrawlerSettings, **overrides: Any) -> Crawler:
    ensure_reactor()
    return Crawler(kind, scrapy_settings(settings) | overrides)


async def _run(
    crawler: Crawler, kind: type[AnySpider], stopping: asyncio.Event | None, **arguments: Any
) -> AnySpider:
    """Run a crawler to its very end, which is the signal ``spider_closed``."""
    closed = asyncio.get_running_loop().create_future()
    errors: list[BaseException] = []
    failed, started = asyncio.Event(), asyncio.Event()

    def on_closed() -> None:
        if not closed.done():
            closed.set_result(None)

    def on_error(failure: Failure) -> None:
        if failure.value is not None:
            errors.append(failure.value)
        failed.set()

    crawler.signals.connect(on_closed, signals.spider_closed)
    crawler.signals.connect(on_error, signals.spider_error)
    crawler.signals.connect(started.set, signals.engine_started)
    events = [event for event in (failed, stopping) if event is not None]
    stoppers = [asyncio.ensure_future(_stop_when(event, started, crawler)) for event in events]
    # In a task of its own, for the engine swallows a cancellation.
    running = asyncio.ensure_future(crawler.crawl_async(**arguments))
    try:
        await asyncio.shield(running)
        await closed
    except asyncio.CancelledError:
        await _stop(crawler, started)
        await running
        raise
    finally:
        for stopper in stoppers:
            stopper.cancel()
    if errors:
        raise errors[0]
    if not isinstance(crawler.spider, kind):
        raise CrawlError("The crawl did not start; try again.")
    return crawler.spider


async def _stop_when(event: asyncio.Event, started: asyncio.Event, crawler: Crawler) -> None:
    await event.wait()
    await _stop(crawler, started)


async def _stop(crawler: Crawler, started: asyncio.Event) -> None:
    """Stop a crawler; its engine can be stopped a moment after it says that it has started."""
    await started.wait()
    # Asked before, Scrapy forgets it, and the crawl never ends.
    while crawler.crawling and not crawler.engine.running:  # noqa: ASYNC110  # it tells nobody
        await asyncio.sleep(0.01)
    if hops := crawler.get_downloader_middleware(Hops):
        hops.hosts.stop()
    await crawler.stop_async()


def _saved(spider: CareersSpider, visit: Visit, fetcher: Fetcher) -> Saved:
    left_alone = spider.stage.left_alone if spider.stage else 0
    return Saved(
        by_lastmod=min(visit.by_lastmod, left_alone),
        by_list=max(left_alone - visit.by_lastmod, 0),
        not_modified=fetcher.not_modified,
        same_body=max(visit.not_modified - fetcher.not_modified, 0),
    )


def _not_begun(url: str) -> CrawlError:
    return CrawlError(f"The crawl of {url} was stopped before it began; crawl it again.")


def _report(spider: CareersSpider, crawler: Crawler, seconds: float) -> CrawlReport:
    visit, fetcher = spider.visit, spider.fetcher
    if visit is None or fetcher is None:
        raise _not_begun(spider.the_job().plan.url)
    learnt = visit.learnt()
    meter = crawler.get_downloader_middleware(Meter)
    return CrawlReport(
        crawl=visit.crawl(),
        strategy=learnt.strategy or spider.the_job().plan.strategy,
        learnt=learnt.json(),
        requests=meter.requests if meter else 0,
        not_modified=visit.not_modified,
        bytes=meter.bytes if meter else 0,
        seconds=round(seconds, 3),
        retry_after=fetcher.retry_after,
        saved=_saved(spider, visit, fetcher),
        notes=tuple(visit.notes),
    )
