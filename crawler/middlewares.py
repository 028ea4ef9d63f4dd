"""What every request passes on its way out: the hops' hygiene and the gate of robots.txt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from crawler.answer import Trouble, headers_of
from crawler.guard.urls import check_url
from crawler.robots import ALLOWED, Rules, rules_of, unreachable
from crawler.settings_for import CrawlerSettings
from crawler.troubles import DOWNLOAD_ERRORS, TooManyRedirects, sentence
from postings.errors import RefusedUrl


class KeptOut(IgnoreRequest):
    """robots.txt keeps us out.

    Attributes:
        trouble: why.
        headers: of the answer that keeps out, as far as there was one.
    """

    def __init__(self, trouble: Trouble, headers: Mapping[str, str]) -> None:
        super().__init__(trouble.detail)
        self.trouble = trouble
        self.headers = headers


class Hops:
    """Checks each hop's URL, and lets no header of one hop speak at the next."""

    def __init__(self, crawler: Crawler) -> None:
        self._settings: CrawlerSettings = crawler.settings["JOBDIFF"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse what is no public http(s) URL; strip a redirect of inherited validators."""
        request.meta.get("hops", []).append(request.url)
        check_url(request.url, allow_private=self._settings.allow_private)
        if request.meta.get("redirect_times"):
            request.headers.pop("If-None-Match", None)
            request.headers.pop("If-Modified-Since", None)
            request.meta.pop("download_slot", None)


class RobotsGate:
    """Asks robots.txt once per host and crawl, obeys it, and keeps its pace."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, Rules] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let ``request`` pass, or raise KeptOut."""
        if request.meta.get("robots"):
            return
        rules = await self.rules(request.url)
        if refusal := rules.refusal(request.url):
            raise KeptOut(refusal, rules.headers)
        self._keep_pace(request.url, rules)

    async def rules(self, url: str) -> Rules:
        """The rules of the host of ``url``, asked for on first need."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = await self._ask(f"{origin}/robots.txt")
        return self._rules[origin]

    async def _ask(self, url: str) -> Rules:
        hops: list[str] = []
        request = Request(url, callback=NO_CALLBACK, meta={"robots": True, "hops": hops})
        try:
            response = await self._crawler.engine.download_async(request)
        except TooManyRedirects:
            return ALLOWED
        except RefusedUrl as error:
            if len(hops) <= 1:
                raise
            return unreachable(str(error))
        except DOWNLOAD_ERRORS as error:
            return unreachable(sentence(error))
        return rules_of(response.status, response.body, headers_of(response))

    def _keep_pace(self, url: str, rules: Rules) -> None:
        slot = self._crawler.engine.downloader.slots.get(urlsplit(url).hostname or "")
        if slot:
            slot.delay = max(slot.delay, rules.delay)
