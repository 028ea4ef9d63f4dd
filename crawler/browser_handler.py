"""Scrapy's handler that has pages drawn by Chromium (scrapy-playwright), within the guards."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import count
from typing import Any, Final
from urllib.parse import urlsplit

from OpenSSL import SSL
from playwright.async_api import Browser, Error, Page
from playwright.async_api import Request as Part
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from scrapy_playwright.handler import Config, ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.answer import Trouble
from crawler.browser import executable
from crawler.browser_proxy import GuardedProxy
from crawler.guard.handler import GuardedHandler
from crawler.guard.urls import check_url
from crawler.middlewares import KeptOut, RobotsGate
from crawler.settings_for import MAX_BODY, CrawlerSettings
from postings.errors import RefusedUrl

_FLAGS: Final = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --dns-prefetch-disable"
    " --force-webrtc-ip-handling-policy=disable_non_proxied_udp"
    " --webrtc-ip-handling-policy=disable_non_proxied_udp"
).split()
_NO_NAMES: Final = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
_LEFT_OUT: Final = frozenset(
    ("image", "media", "font", "websocket", "eventsource", "ping", "other")
)
_SETTLED: Final = 5_000
_NO_PEERS: Final = (
    "for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'WebTransport'])"
    " delete window[name]"
)


class GuardedBrowser(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Launches the machine's own Chromium, on first need, behind a proxy of its own."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.playwright: Any = None
        self.proxy: GuardedProxy | None = None

    async def start(self) -> None:
        """Nothing is started before a page is to be drawn."""

    async def launch_browser(self) -> Browser:
        """Launch Chromium, anew if it broke down.

        It resolves no name, and has no other way out than the proxy.
        """
        if self.proxy is None:
            raise RuntimeError("a browser without its proxy is not launched")
        if self.playwright is None:
            await super().start()
        server = await self.proxy.start()
        self.config.launch_options = {
            "executable_path": executable(),
            "args": [*_FLAGS, _NO_NAMES],
            "proxy": {"server": server, "username": "jobdiff", "password": self.proxy.password},
        }
        browser: Browser = await super().launch_browser()
        return browser

    async def close(self) -> None:
        """End the browser and its proxy; a second time there is nothing left to end."""
        if self.proxy:
            await self.proxy.close()
        if self.playwright is not None:
            await super().close()
            self.playwright = self.playwright_context_manager = None


class BrowserHandler(GuardedHandler):
    """The guarded handler; requests that are marked so are drawn."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._settings: CrawlerSettings = crawler.settings["JOBDIFF"]
        self._agent: str = crawler.settings["USER_AGENT"]
        self._proxy = GuardedProxy(self._settings)
        self._browser = ScrapyPlaywrightDownloadHandler(crawler)
        self._browser.abort_request = self._is_unwanted
        self._numbers = count(1)
        self._one_at_a_time = asyncio.Lock()

    async def download_request(self, request: Request) -> Response:
        """Download ``request``, or have it drawn."""
        if not request.meta.get("playwright"):
            return await super().download_request(request)
        async with self._one_at_a_time, self.turn(request.url):
            return await self._drawn(request)

    async def close(self) -> None:
        """End the browser, if there was one."""
        try:
            with suppress(Error):
                await self._browser.close()
        finally:
            if provider := getattr(self._browser, "browser_provider", None):
                await provider.close()
            await super().close()

    async def _drawn(self, request: Request) -> Response:
        """A page as a browser of its own shows it, without cookies or storage of other pages."""
        self._browser.browser_provider.proxy = self._proxy
        self._proxy.new_page()
        name = f"page-{next(self._numbers)}"
        limit = self._settings.timeout.total_seconds()
        drawing = request.replace(meta={**request.meta, **self._meta(name)})
        try:
            async with asyncio.timeout(limit):
                response: Response = await self._browser.download_request(drawing)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{request.url} was not drawn in {limit:.0f} s") from error
        except Error as error:
            raise self._failure(request, error) from error
        finally:
            await self._forget(name)
        return await self._checked(request, response)

    def _meta(self, name: str) -> dict[str, Any]:
        return {
            "playwright_context": name,
            "playwright_context_kwargs": {
                "user_agent": self._agent,
                "service_workers": "block",
                "accept_downloads": False,
            },
            "playwright_page_init_callback": _without_peers,
            "playwright_page_methods": [PageMethod(_settled)],
        }

    async def _forget(self, name: str) -> None:
        if wrapper := self._browser.context_wrappers.get(name):
            with suppress(Error):
                await wrapper.context.close()

    def _failure(self, request: Request, error: Error) -> Exception:
        """Why a page was not drawn: perhaps because we do not go there."""
        refused = self._proxy.refused.get(urlsplit(request.url).hostname or "")
        if refused:
            return RefusedUrl(f"{request.url}: {refused}")
        if self._proxy.left < 0 or _TOO_BIG in str(error):
            return DownloadCancelledError(f"{request.url} is larger than 16 MiB")
        if "ERR_CERT" in str(error):
            return SSL.Error("its certificate could not be verified")
        return DownloadFailedError(str(error).splitlines()[0])

    async def _checked(self, request: Request, response: Response) -> Response:
        """The drawn page, if it may be read where it ended, and is within bounds."""
        if refused := self._proxy.refused.get(urlsplit(response.url).hostname or ""):
            raise RefusedUrl(f"{response.url}: {refused}")
        if self._proxy.left < 0 or len(response.body) > MAX_BODY:
            raise DownloadCancelledError(f"{request.url} is larger than 16 MiB")
        if not response.url.startswith(("http://", "https://")):
            raise DownloadFailedError("it leads to where it may not be followed")
        if refusal := await self._refusal(response.url):
            raise KeptOut(refusal, {})
        return response

    async def _refusal(self, url: str) -> Trouble | None:
        """What robots.txt says against asking a URL."""
        gate = self._crawler.get_downloader_middleware(RobotsGate)
        return (await gate.rules(url)).refusal(url) if gate else None

    async def _is_unwanted(self, part: Part) -> bool:
        """Whether what a page asks for is kept from it: what is not read, and what is forbidden."""
        if part.resource_type in _LEFT_OUT:
            return True
        if part.is_navigation_request() and part.frame.parent_frame is not None:
            return True
        settings = self._settings
        try:
            check_url(part.url, allow_private=settings.allow_private, exempt=settings.exempt)
            return await self._refusal(part.url) is not None
        except RefusedUrl:
            return True


_TOO_BIG: Final = "the page is too big to be read"


async def _settled(page: Page) -> None:
    """Wait until a page asks for nothing more, but not for ever."""
    with suppress(Error):
        await page.wait_for_load_state("networkidle", timeout=_SETTLED)
    size = await page.evaluate("document.documentElement.outerHTML.length")
    if size > MAX_BODY:
        raise Error(_TOO_BIG)


async def _without_peers(page: Page, request: Request) -> None:  # noqa: ARG001
    """Leave a page no way out beside the proxy."""
    await page.add_init_script(_NO_PEERS)
