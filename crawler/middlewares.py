"""What every request passes on its way out: the hops' hygiene and the gate of robots.txt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Headers, Response
from scrapy.http.request import NO_CALLBACK

from crawler.answer import Trouble, headers_of
from crawler.guard.urls import check_url
from crawler.hosts import CrawledHosts, host_of
from crawler.robots import MAX_SIZE, Rules, rules_of, unreachable
from crawler.settings_for import CrawlerSettings
from crawler.troubles import DOWNLOAD_ERRORS, TooManyRedirects, sentence
from postings.errors import CrawlError, RefusedUrl, StoreError


class KeptOut(IgnoreRequest):
    """robots.txt keeps us out, or the host is left alone.

    Attributes:
        trouble: why.
        headers: of the answer that keeps out, as far as there was one.
        until: the time before which it is known to be in vain.
    """

    def __init__(
        self, trouble: Trouble, headers: Mapping[str, str], until: datetime | None = None
    ) -> None:
        super().__init__(trouble.detail)
        self.trouble = trouble
        self.headers = headers
        self.until = until


_NOT_THE_HOST = (KeptOut, CrawlError, RefusedUrl, StoreError, TooManyRedirects)


class Hops:
    """Checks each hop's URL, says who asks, and lets no header of one hop speak at the next.

    Attributes:
        hosts: what this crawl knows of its hosts.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._settings: CrawlerSettings = crawler.settings["JOBDIFF"]
        told = crawler.settings.getdict("DEFAULT_REQUEST_HEADERS")
        self._headers = Headers({**told, "User-Agent": self._settings.user_agent})
        self.hosts = CrawledHosts(self._settings.hosts)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Refuse what is no public http(s) URL; strip a redirect of inherited validators."""
        request.meta.get("hops", []).append(request.url)
        settings = self._settings
        check_url(request.url, allow_private=settings.allow_private, exempt=settings.exempt)
        if closed := await self.hosts.left_alone(host_of(request.url)):
            raise KeptOut(closed.trouble, {}, closed.until)
        for name, values in self._headers.items():
            if name not in request.headers:
                dict.__setitem__(request.headers, name, values)
        if "robots" in request.meta:
            request.meta["robots"] = 0
        if request.meta.get("redirect_times"):
            request.headers.pop("If-None-Match", None)
            request.headers.pop("If-Modified-Since", None)
            request.meta.pop("download_slot", None)

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002
        """Note whether a host answers."""
        host = host_of(response.url)
        if response.status >= 500 or response.status == 429:
            fetch: Literal["blocked", "failed"] = "blocked" if response.status == 429 else "failed"
            self.hosts.failed(host, Trouble(fetch, f"the site answered HTTP {response.status}"))
        else:
            self.hosts.answered(host)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note that a host does not answer."""
        if not isinstance(exception, _NOT_THE_HOST):
            self.hosts.failed(host_of(request.url), Trouble("failed", sentence(exception)))


class Meter:
    """Counts what goes over the wire.

    Attributes:
        requests: every request, robots.txt, redirects and repeats included.
        bytes: of bodies, as they came.
    """

    def __init__(self) -> None:
        self.requests = 0
        self.bytes = 0

    def process_request(self, request: Request) -> None:  # noqa: ARG002
        """Count a request."""
        self.requests += 1

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002
        """Count an answer."""
        self.bytes += len(response.body)
        return response


class RobotsGate:
    """Asks robots.txt once a day per host, obeys it, and keeps its pace."""

    def __init__(self, crawler: Crawler) -> None:
        settings: CrawlerSettings = crawler.settings["JOBDIFF"]
        self._crawler = crawler
        self._hosts = settings.hosts
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
            kept = await self._hosts.robots(origin)
            self._rules[origin] = (
                rules_of(kept.status, kept.body) if kept else await self._ask(origin)
            )
        return self._rules[origin]

    async def _ask(self, origin: str) -> Rules:
        url = f"{origin}/robots.txt"
        hops: list[str] = []
        plain = {"Accept-Encoding": "identity"}
        meta = {"robots": 0, "hops": hops}
        request = Request(url, headers=plain, callback=NO_CALLBACK, meta=meta)
        try:
            response = await self._crawler.engine.download_async(request)
        except TooManyRedirects:
            return await self._kept(origin, 404, b"", {})
        except RefusedUrl as error:
            if len(hops) <= 1:
                raise
            return unreachable(str(error))
        except DOWNLOAD_ERRORS as error:
            return unreachable(sentence(error))
        return await self._kept(origin, response.status, response.body, headers_of(response))

    async def _kept(
        self, origin: str, status: int, body: bytes, headers: Mapping[str, str]
    ) -> Rules:
        """What an answer means; it is remembered unless it keeps out because of a fault."""
        rules = rules_of(status, body, headers)
        if rules.keep_out is None:
            await self._hosts.keep_robots(origin, status, body[:MAX_SIZE])
        return rules

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
