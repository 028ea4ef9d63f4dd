"""The usual way: a Scrapy spider, extruct on every page, an ORM commit for every item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import extruct
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse
from sqlalchemy import JSON, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

ALL_SYNTAXES = ("json-ld", "microdata", "rdfa", "opengraph", "microformat", "dublincore")
JSON_LD_ONLY = ("json-ld",)


class _Base(DeclarativeBase):
    pass


class Job(_Base):
    """A job as it was last seen."""

    __tablename__ = "jobs"
    url: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    told: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen_at: Mapped[datetime]


class JobSpider(Spider):
    """Follows every link of a listing and reads what is there."""

    name = "jobs"

    def __init__(self, url: str, syntaxes: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = [url]
        self.syntaxes = list(syntaxes)
        self.found = 0

    def parse(self, response: Response) -> Iterator[Any]:
        """Follow the listing's links."""
        yield from response.follow_all(
            response.css("li a::attr(href)").getall(), callback=self.parse_job
        )

    def parse_job(self, response: Response) -> Iterator[dict[str, Any]]:
        """Every JobPosting of a page."""
        assert isinstance(response, TextResponse)
        data = extruct.extract(
            response.text, base_url=response.url, syntaxes=self.syntaxes, errors="ignore"
        )
        for node in data["json-ld"]:
            if node.get("@type") == "JobPosting":
                self.found += 1
                yield {"url": response.url, "title": node.get("title"), "told": node}


class OrmPipeline:
    """Keeps each item in a transaction of its own."""

    def __init__(self, place: str) -> None:
        engine = create_engine(f"sqlite:///{place}")
        _Base.metadata.create_all(engine)
        self._session = Session(engine)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The pipeline with the file that the settings name."""
        return cls(crawler.settings["JOBS_FILE"])

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Insert or update the item's row."""
        job = self._session.get(Job, item["url"]) or Job(url=item["url"])
        job.title, job.told, job.seen_at = item["title"], item["told"], datetime.now(UTC)
        self._session.add(job)
        self._session.commit()
        return item

    def close_spider(self) -> None:
        """Let go of the file."""
        self._session.close()


def settings(place: Path) -> dict[str, Any]:
    """Scrapy as it comes, without a pause between requests; nothing is logged."""
    return {
        "DOWNLOAD_DELAY": 0,
        "ITEM_PIPELINES": {OrmPipeline: 100},
        "JOBS_FILE": str(place),
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
    }
