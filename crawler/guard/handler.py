"""Scrapy's HTTP handler, connecting to public addresses only.

The check sits where the connection is made, on the address that is connected: after DNS, for
every hop, whatever the spelling was. It holds for one crawl: two crawls in a process may differ.
Behind a proxy the target is resolved and checked here first; the proxy itself may be anywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.interfaces import IReactorPluggableNameResolver
from twisted.web.client import URI, Agent
from twisted.web.iweb import IAgentEndpointFactory
from zope.interface import implementer

from crawler.guard.addresses import is_public
from crawler.guard.resolving import addresses_of
from crawler.guard.urls import not_public
from crawler.guard.wire import BoundedFactory
from crawler.hosts import host_of
from crawler.middlewares import Hops
from crawler.settings_for import CrawlerSettings
from postings.errors import CrawlError, RefusedUrl

_CLOSE_WITHIN: Final = 1.0


@implementer(IReactorPluggableNameResolver)
class GuardedReactor:
    """The reactor as an agent's endpoints see it, with a guard before ``connectTCP``."""

    def __init__(self, reactor: Any, exempt: frozenset[str]) -> None:
        self._reactor = reactor
        self._exempt = exempt

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, *args: Any, **kwargs: Any) -> Any:  # noqa: N802
        """Connect to a public IP address; refuse every other."""
        if host not in self._exempt and not is_public(host):
            raise RefusedUrl(not_public(host))
        return self._reactor.connectTCP(host, *args, **kwargs)


@implementer(IAgentEndpointFactory)
class _Endpoints:
    """An agent's endpoints, one for each host of a crawl: making one costs more than using it.

    An endpoint resolves its host's name anew for every connection.
    """

    def __init__(self, factory: Any) -> None:
        self._factory = factory
        self._made: dict[tuple[bytes, bytes, int], Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._factory, name)

    def endpointForURI(self, uri: URI) -> Any:  # noqa: N802
        """Where the server of ``uri`` is connected to."""
        place = (uri.scheme, uri.host, uri.port)
        if place not in self._made:
            self._made[place] = self._factory.endpointForURI(uri)
        return self._made[place]


class _GuardedAgent(http11._ScrapyAgent):
    """Scrapy's agent over what is kept for a whole crawl (``agents``)."""

    def __init__(self, agents: dict[float, Agent], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._agents = agents

    def _get_agent(self, request: Request, timeout: float) -> Agent:
        if request.meta.get("proxy"):
            return super()._get_agent(request, timeout)
        if timeout not in self._agents:
            self._agents[timeout] = self._guarded(super()._get_agent(request, timeout))
        return self._agents[timeout]

    def _guarded(self, agent: Agent) -> Agent:
        settings: CrawlerSettings = self._crawler.settings["JOBDIFF"]
        endpoints: Any = agent._endpointFactory
        if not settings.allow_private:
            endpoints._reactor = GuardedReactor(endpoints._reactor, settings.exempt)
        agent._endpointFactory = _Endpoints(endpoints)
        return agent


class GuardedHandler(http11.HTTP11DownloadHandler):
    """Scrapy's handler; its agents connect over a guarded reactor unless private is allowed."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
        self._agents: dict[float, Agent] = {}

    async def download_request(self, request: Request) -> Response:
        """Download ``request``; RefusedUrl where its address is not public."""
        async with self.turn(request.url):
            return await self._download(request)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Ask a host when it is this crawl's turn; no time-out of a request runs before that.

        Raises:
            CrawlError: the crawl was stopped while it waited.
        """
        hops = self._crawler.get_downloader_middleware(Hops)
        # While a page is drawn, the robots.txt of what it loads is asked for: two crawls that
        # wait for each other's hosts then would wait for ever.
        if hops is None or hops.hosts.has_turn:
            yield
            return
        host = host_of(url)
        if not await hops.hosts.take_turn(host, self._pace(url)):
            raise CrawlError(f"The crawl was stopped before {url} was asked; crawl it again.")
        try:
            yield
        finally:
            hops.hosts.leave_turn(host)

    def _pace(self, url: str) -> float:
        """The seconds between two requests to a host, its Crawl-delay minded."""
        settings: CrawlerSettings = self._crawler.settings["JOBDIFF"]
        slot = self._crawler.engine.downloader.slots.get(urlsplit(url).hostname or "")
        return max(settings.delay.total_seconds(), slot.delay if slot else 0.0)

    async def _download(self, request: Request) -> Response:
        if request.meta.get("proxy"):
            await self._check_target(request.url)
        settings: CrawlerSettings = self._crawler.settings["JOBDIFF"]
        agent = _GuardedAgent(
            self._agents,
            connectTimeout=settings.timeout.total_seconds(),
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
        )
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except RefusedUrl as error:
            raise RefusedUrl(f"{request.url}: {error}") from error

    async def close(self) -> None:
        """Close the connections that were kept; one that hangs is left to itself."""
        pool: Any = self._pool
        closing = maybe_deferred_to_future(pool.closeCachedConnections())
        await asyncio.wait({asyncio.ensure_future(closing)}, timeout=_CLOSE_WITHIN)

    async def _check_target(self, url: str) -> None:
        """Refuse a URL that a proxy would be asked for and that is not public, or not there."""
        settings: CrawlerSettings = self._crawler.settings["JOBDIFF"]
        if settings.allow_private:
            return
        for address in await addresses_of(urlsplit(url).hostname or ""):
            if address not in settings.exempt and not is_public(address):
                raise RefusedUrl(f"{url}: {not_public(address)}")
