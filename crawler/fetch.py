"""Ask for one page at a time, through Scrapy's engine and its guards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.answer import Answer, Trouble, headers_of
from crawler.guard.urls import check_url
from crawler.hosts import CrawledHosts, host_of
from crawler.middlewares import Hops, KeptOut, RobotsGate
from crawler.ports import Clock, NoHosts
from crawler.retry_after import retry_after
from crawler.revisit import body_seen_at, is_body_due
from crawler.settings_for import CrawlerSettings
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
        not_modified: how many answers were 304.
    """

    def __init__(self, crawler: Crawler, clock: Clock) -> None:
        self._crawler = crawler
        self._clock = clock
        hops = crawler.get_downloader_middleware(Hops)
        self._hosts = hops.hosts if hops else CrawledHosts(NoHosts())
        self.retry_after: datetime | None = None
        self.not_modified = 0

    async def ask(
        self,
        url: str,
        record: PageRecord | None = None,
        *,
        accept: str | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Ask for ``url``; what goes wrong is part of the answer.

        ``accept`` is what a list API is asked for; ``body`` is JSON to be posted, which is never
        conditional.
        """
        headers = {"Accept": accept} if accept else {}
        conditions = self._conditions(record) if body is None else {}
        answer = await self._fetch(url, headers | conditions, body)
        if answer.status == 304 and (not conditions or answer.final_url != url):
            again = await self._unconditionally(url, headers, body)
            # What is known by a validator stands, if a server insists.
            insists = again.status == 304 and validators(record) and answer.final_url == url
            answer = answer if insists else again
        self.not_modified += answer.status == 304 and answer.trouble is None
        await self._heed(answer)
        return answer

    def _conditions(self, record: PageRecord | None) -> dict[str, str]:
        """What makes a request conditional; nothing now and then, because servers lie."""
        if record is None or is_body_due(record, self._clock()):
            return {}
        return validators(record)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """The ``Sitemap:`` lines of the robots.txt of the host of ``url``."""
        gate = self._crawler.get_downloader_middleware(RobotsGate)
        return (await gate.rules(url)).sitemaps if gate else ()

    async def _unconditionally(
        self, url: str, headers: dict[str, str], body: bytes | None
    ) -> Answer:
        """Ask anew where a 304 answered what was no conditional request."""
        answer = await self._fetch(url, headers | {"Cache-Control": "no-cache"}, body)
        if answer.status != 304:
            return answer
        trouble = Trouble("failed", "HTTP 304 to a request that set no condition")
        return replace(answer, trouble=trouble)

    async def _fetch(self, url: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
        hops: list[str] = []
        try:
            self._check(url)
            request = _request(url, headers, body, hops)
            response = await self._crawler.engine.download_async(request)
        except KeptOut as error:
            await self._kept_out(url, error)
            return self._nothing(url, error.trouble)
        except RefusedUrl as error:
            return self._nothing(url, Trouble("failed", str(error), refused=len(hops) <= 1))
        except DOWNLOAD_ERRORS as error:
            return self._nothing(url, Trouble("failed", sentence(error)))
        return answer_of(url, response, self._clock())

    def _check(self, url: str) -> None:
        """Refuse a URL by its own spelling: Scrapy's requests tidy it up."""
        settings: CrawlerSettings = self._crawler.settings["JOBDIFF"]
        check_url(url, allow_private=settings.allow_private, exempt=settings.exempt)

    def _nothing(self, url: str, trouble: Trouble) -> Answer:
        return Answer(url, url, self._clock(), trouble=trouble)

    async def _heed(self, answer: Answer) -> None:
        """After a 429, or a 503 that says when to come back, its host is left alone."""
        if answer.status not in (429, 503):
            return
        until = retry_after(answer.headers, answer.at)
        self._come_back(until)
        if until or answer.status == 429:
            detail = f"the site answered HTTP {answer.status}"
            trouble = Trouble("blocked" if answer.status == 429 else "failed", detail)
            for host in {host_of(answer.final_url), host_of(answer.url)}:
                await self._hosts.leave_alone(host, trouble, until)

    async def _kept_out(self, url: str, error: KeptOut) -> None:
        """A robots.txt that could not be had may have said when to come back."""
        until = retry_after(error.headers, self._clock())
        if until:
            await self._hosts.leave_alone(host_of(url), error.trouble, until)
        self._come_back(until or error.until)

    def _come_back(self, until: datetime | None) -> None:
        if until and (self.retry_after is None or until > self.retry_after):
            self.retry_after = until


def _request(url: str, headers: dict[str, str], body: bytes | None, hops: list[str]) -> Request:
    meta = {"hops": hops}
    if body is None:
        return Request(url, headers=headers, callback=NO_CALLBACK, meta=meta)
    typed = headers | {"Content-Type": "application/json"}
    return Request(url, method="POST", body=body, headers=typed, callback=NO_CALLBACK, meta=meta)


def validators(record: PageRecord | None) -> dict[str, str]:
    """The headers that make a request for a remembered page conditional."""
    if record is None:
        return {}
    headers = {"If-None-Match": record.etag, "If-Modified-Since": record.last_modified}
    return {name: value for name, value in headers.items() if value}


def seen_again(record: PageRecord, answer: Answer, lastmod: str | None) -> PageRecord:
    """``record`` of a page that ``answer`` calls unchanged, with the validators it has now."""
    headers, kept = answer.headers, answer.status == 304
    return replace(
        record,
        checked_at=answer.at,
        body_at=record.body_at if kept else body_seen_at(record, answer.at),
        etag=headers.get("etag", record.etag if kept else None),
        last_modified=headers.get("last-modified", record.last_modified if kept else None),
        lastmod=lastmod,
    )


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
