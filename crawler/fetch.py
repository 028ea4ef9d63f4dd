"""Ask for one page at a time, through Scrapy's engine and its guards."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.answer import Answer, Trouble, headers_of
from crawler.middlewares import KeptOut, RobotsGate
from crawler.ports import Clock
from crawler.retry_after import retry_after
from crawler.troubles import DOWNLOAD_ERRORS, sentence
from postings.errors import RefusedUrl
from storage.pages import PageRecord


class Ask(Protocol):
    """Asks for a page, conditionally where it is remembered."""

    async def __call__(self, url: str, record: PageRecord | None = None) -> Answer: ...


class Fetcher:
    """The one way out of a crawl.

    Attributes:
        retry_after: until when a host of this crawl asked to be left alone.
    """

    def __init__(self, crawler: Crawler, clock: Clock) -> None:
        self._crawler = crawler
        self._clock = clock
        self._closed: dict[str, Trouble] = {}
        self.retry_after: datetime | None = None

    async def ask(self, url: str, record: PageRecord | None = None) -> Answer:
        """Ask for ``url``; what goes wrong is part of the answer."""
        closed = self._closed.get(_host(url))
        if closed:
            return Answer(url, url, self._clock(), trouble=closed)
        answer = await self._fetch(url, validators(record))
        if answer.status == 304 and record is None:
            answer = await self._fetch(url, {"Cache-Control": "no-cache"})
        self._heed(answer)
        return answer

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The ``Sitemap:`` lines of the robots.txt of the host of ``url``."""
        gate = self._crawler.get_downloader_middleware(RobotsGate)
        return (await gate.rules(url)).sitemaps if gate else ()

    async def _fetch(self, url: str, headers: dict[str, str]) -> Answer:
        hops: list[str] = []
        try:
            request = Request(url, headers=headers, callback=NO_CALLBACK, meta={"hops": hops})
            response = await self._crawler.engine.download_async(request)
        except KeptOut as error:
            self._come_back(retry_after(error.headers, self._clock()))
            return self._nothing(url, error.trouble)
        except RefusedUrl as error:
            return self._nothing(url, Trouble("failed", str(error), refused=len(hops) <= 1))
        except DOWNLOAD_ERRORS as error:
            return self._nothing(url, Trouble("failed", sentence(error)))
        return answer_of(url, response, self._clock())

    def _nothing(self, url: str, trouble: Trouble) -> Answer:
        return Answer(url, url, self._clock(), trouble=trouble)

    def _heed(self, answer: Answer) -> None:
        """After a 429, or a 503 that says when to come back, its host is left alone."""
        if answer.status not in (429, 503):
            return
        until = retry_after(answer.headers, answer.at)
        self._come_back(until)
        if until or answer.status == 429:
            detail = f"not asked: the site answered HTTP {answer.status} before"
            trouble = Trouble("blocked" if answer.status == 429 else "failed", detail)
            self._closed[_host(answer.final_url)] = trouble
            self._closed[_host(answer.url)] = trouble

    def _come_back(self, until: datetime | None) -> None:
        if until and (self.retry_after is None or until > self.retry_after):
            self.retry_after = until


def validators(record: PageRecord | None) -> dict[str, str]:
    """The headers that make a request for a remembered page conditional."""
    if record is None:
        return {}
    headers = {"If-None-Match": record.etag, "If-Modified-Since": record.last_modified}
    return {name: value for name, value in headers.items() if value}


def answer_of(url: str, response: Response, at: datetime) -> Answer:
    """Scrapy's response as a value."""
    return Answer(
        url=url,
        final_url=response.url,
        at=at,
        status=response.status,
        headers=headers_of(response),
        body=response.body,
        partial="partial" in response.flags,
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc
