"""What every request passes on its way out: the hops' hygiene and the gate of robots.txt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http.request import NO_CALLBACK

from crawler.answer import Trouble, headers_of
from crawler.guard.urls import check_url
from crawler.robots import ALLOWED, MAX_SIZE, Rules, rules_of, unreachable
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
    """Checks each hop's URL, and lets no header of one hop speak at the next.

    Attributes:
        closed: hosts that asked to be left alone in this crawl, and why nothing is asked there.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._settings: CrawlerSettings = crawler.settings["JOBDIFF"]
        self.closed: dict[str, Trouble] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse what is no public http(s) URL; strip a redirect of inherited validators."""
        request.meta.get("hops", []).append(request.url)
        settings = self._settings
        check_url(request.url, allow_private=settings.allow_private, exempt=settings.exempt)
        if closed := self.closed.get(urlsplit(request.url).netloc):
            raise KeptOut(closed, {})
        if "robots" in request.meta:
            request.meta["robots"] = 0
        if request.meta.get("redirect_times"):
            request.headers.pop("If-None-Match", None)
            request.headers.pop("If-Modified-Since", None)
            request.meta.pop("download_slot", None)


class RobotsGate:
    """Asks robots.txt once per host and crawl, obeys it, and keeps its pace."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rules: dict[str, Rules] = {}
        crawler.signals.connect(self._enough, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let ``request`` pass, or raise KeptOut."""
        if "robots" in request.meta:
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
        plain = {"Accept-Encoding": "identity"}
        meta = {"robots": 0, "hops": hops}
        request = Request(url, headers=plain, callback=NO_CALLBACK, meta=meta)
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

    def _enough(self, data: bytes, request: Request) -> None:
        """Stop a robots.txt that goes on after the part that counts."""
        if "robots" in request.meta:
            request.meta["robots"] += len(data)
            if request.meta["robots"] > MAX_SIZE:
                raise StopDownload(fail=False)

    def _keep_pace(self, url: str, rules: Rules) -> None:
        slot = self._crawler.engine.downloader.slots.get(urlsplit(url).hostname or "")
        if slot:
            slot.delay = max(slot.delay, rules.delay)
