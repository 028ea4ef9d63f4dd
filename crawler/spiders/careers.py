"""The spider ``careers``: one visit of one board."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Spider
from scrapy.settings import BaseSettings

from crawler.fetch import Fetcher
from crawler.guard.urls import check_url
from crawler.job import InMemory, Job
from crawler.ports import BoardPlan
from crawler.settings_for import crawler_settings, scrapy_settings
from crawler.stage import Stage
from crawler.visit import Visit
from jobdiff.config import load
from postings.errors import CrawlError, JobdiffError, LeaseLost, UsageError
from postings.model import Observation
from postings.outcome import judge


class CareersSpider(Spider):
    """Crawls one board: ``-a board=URL``, or a job handed over by ``crawler.run``.

    Attributes:
        visit: what was seen so far; None until the spider has started.
        error: why the crawl was given up.
    """

    name = "careers"

    def __init__(
        self,
        board: str | None = None,
        job: Job | None = None,
        strategy: str = "auto",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if board is None and job is None:
            raise UsageError("Which board? Say: scrapy crawl careers -a board=URL")
        self.board = board or ""
        self.strategy = strategy
        self.job = job
        self.kept = InMemory()
        self.stage: Stage | None = None
        self.visit: Visit | None = None
        self.fetcher: Fetcher | None = None
        self.error: JobdiffError | None = None

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Add the user's configuration where the crawl was started by ``scrapy crawl``."""
        super().update_settings(settings)
        if settings.get("JOBDIFF") is None:
            configured = scrapy_settings(crawler_settings(load(env=os.environ)))
            settings.update(configured, priority="spider")

    async def start(self) -> AsyncIterator[Observation]:
        """Visit the board; what it says is staged, and postings are items for the feeds."""
        job = self.the_job()
        self.stage = Stage(job.recorder)
        self.fetcher = Fetcher(self.crawler, job.clock)
        self.visit = Visit(job.plan, self.fetcher, job.settings, job.clock, job.progress)
        for_feeds = job.recorder is self.kept
        try:
            check_url(
                job.plan.url, allow_private=job.settings.allow_private, exempt=job.settings.exempt
            )
            async for item in self.visit.items():
                await self.stage.add(item)
                if for_feeds and isinstance(item, Observation) and item.posting:
                    yield item
            await self.stage.flush()
            if for_feeds:
                # Scrapy looks for idleness when this ends: let the last items reach the feeds.
                await asyncio.sleep(0.05)
        except LeaseLost as error:
            self.error = error
        except CrawlError as error:
            # It was stopped: what it has seen so far is its report.
            self.logger.debug(str(error))
        except JobdiffError as error:
            self.error = error

    def the_job(self) -> Job:
        """The job at hand; without one, the board of the command line, remembered nowhere."""
        if self.job is None:
            plan = BoardPlan(id=self.board, url=self.board, strategy=self.strategy)
            self.job = Job(plan, self.kept, self.settings["JOBDIFF"], lambda: datetime.now(UTC))
        return self.job

    def closed(self, reason: str) -> None:
        """Say what became of a crawl that was started by ``scrapy crawl``."""
        if self.job is None or self.job.recorder is not self.kept or self.visit is None:
            return
        if self.error:
            self.logger.error(str(self.error))
            return
        seen = [item for item in self.kept.items if isinstance(item, Observation)]
        outcome, why = judge(self.visit.crawl(), seen, first_visit=True)
        if outcome != "complete":
            self.logger.warning("%s: %s (%s)", self.board, outcome, why or reason)
