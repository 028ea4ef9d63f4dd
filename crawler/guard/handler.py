"""Scrapy's HTTP handler, connecting to public addresses only.

The check sits where the connection is made, on the address that is connected: after DNS, for
every hop, whatever the spelling was. It holds for one crawl: two crawls in a process may differ.
"""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.interfaces import IReactorPluggableNameResolver
from twisted.web.client import Agent
from zope.interface import implementer

from crawler.guard.addresses import is_public
from crawler.guard.urls import not_public
from crawler.guard.wire import BoundedFactory
from crawler.settings_for import CrawlerSettings
from postings.errors import RefusedUrl


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


class _GuardedAgent(http11._ScrapyAgent):
    def _get_agent(self, request: Request, timeout: float) -> Agent:
        agent = super()._get_agent(request, timeout)
        endpoints: Any = agent._endpointFactory
        settings: CrawlerSettings = self._crawler.settings["JOBDIFF"]
        endpoints._reactor = GuardedReactor(endpoints._reactor, settings.exempt)
        return agent


class GuardedHandler(http11.HTTP11DownloadHandler):
    """Scrapy's handler; its agents connect over a guarded reactor unless private is allowed."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory

    async def download_request(self, request: Request) -> Response:
        """Download ``request``; RefusedUrl where its address is not public."""
        settings: CrawlerSettings = self._crawler.settings["JOBDIFF"]
        if settings.allow_private:
            return await super().download_request(request)
        agent = _GuardedAgent(
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
