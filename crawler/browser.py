"""The browser: for pages that only a script draws. An extra, ``jobdiff[browser]``.

Its pages pass Scrapy's engine as every other request does; what a page asks for while it is drawn
passes ``crawler.browser_proxy``, which connects to public addresses only.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Any, Final, Literal, Self, TypeAlias

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.discovery.content import read_listing
from crawler.discovery.links import likely
from crawler.fetch import answer_of
from crawler.html import Page
from crawler.judge.impediments import is_shell
from postings.errors import ConfigurationError

Mode: TypeAlias = Literal["always", "auto", "never"]
MODES: Final[tuple[Mode, ...]] = ("always", "auto", "never")
_TRY: Final = "--browser auto has a browser draw it"
_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_HANDLER: Final = "crawler.browser_handler.BrowserHandler"
_CONDITIONS: Final = ("If-None-Match", "If-Modified-Since")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_VALIDATORS: Final = ("ETag", "Last-Modified")


def executable() -> str | None:
    """Where a Chromium stands on this machine."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


def missing() -> str | None:
    """What keeps the browser from being used here, and what to do; None where all is there."""
    if find_spec("scrapy_playwright") is None:
        return "the browser is not installed; install jobdiff[browser]"
    if executable() is None:
        return "there is no Chromium on this machine; install one (package chromium)"
    return None


def checked(mode: str) -> Mode:
    """A mode by its name.

    Raises:
        ConfigurationError: there is no such mode, or no browser here.
    """
    found = next((each for each in MODES if each == mode), None)
    if found is None:
        raise ConfigurationError(f"browser = {mode!r} is not known; write {', '.join(MODES)}.")
    if found != "never" and (why := missing()):
        raise ConfigurationError(f"browser = {mode!r} cannot be done: {why}.")
    return found


def drawing(mode: str) -> dict[str, Any]:
    """Scrapy's settings for a crawl whose pages may be drawn; none for one that never draws.

    Raises:
        ConfigurationError: there is no such mode, or no browser here.
    """
    if checked(mode) == "never":
        return {}
    from crawler import settings as fixed

    handlers = {**fixed.DOWNLOAD_HANDLERS, "http": _HANDLER, "https": _HANDLER}
    middlewares = {**fixed.DOWNLOADER_MIDDLEWARES, "crawler.browser.Drawing": 580}
    return {
        "DOWNLOAD_HANDLERS": handlers,
        "DOWNLOADER_MIDDLEWARES": middlewares,
        "PLAYWRIGHT_BROWSER_PROVIDER": "crawler.browser_handler.GuardedBrowser",
        "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None,
        "JOBDIFF_BROWSER": mode,
    }


class Drawing:
    """Has pages drawn: each of them, or (``auto``) those that are empty frames otherwise.

    What is drawn is never conditional: the frame's validators say nothing of what is in it.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings["JOBDIFF_BROWSER"])

    def process_request(self, request: Request) -> None:
        """Mark a page that is to be drawn."""
        if self._mode == "always" and _may_be_drawn(request):
            request.meta["playwright"] = True
        if request.meta.get("playwright"):
            for name in _CONDITIONS:
                request.headers.pop(name, None)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Ask again for an empty frame, to be drawn."""
        if request.meta.get("playwright"):
            for name in _VALIDATORS:
                response.headers.pop(name, None)
            return response
        if self._mode == "auto" and _may_be_drawn(request) and is_frame(response):
            return request.replace(meta={**request.meta, "playwright": True}, dont_filter=True)
        return response


def is_frame(response: Response) -> bool:
    """Whether a page has nothing in it but scripts that would fill it."""
    kind = (response.headers.get("Content-Type") or b"").lower()
    if response.status != 200 or b"html" not in kind:
        return False
    opened = read_listing(answer_of(response.url, response, _NEVER))
    content = opened.content
    told = content.carried or content.sure or content.embedded or likely(content.links)
    return opened.page is not None and not told and is_shell(opened.page)


def seems_drawn(page: Page | None) -> str | None:
    """What a person should know of a page that has nothing in it but scripts."""
    if page is None or not is_shell(page):
        return None
    return f"this page seems to be drawn by a script: there is nothing in it; {_TRY}"


def _may_be_drawn(request: Request) -> bool:
    """Pages are drawn; robots.txt, and lists that are asked for as JSON, are not."""
    asked_for = request.headers.get("Accept") or b"text/html"
    return request.method == "GET" and "robots" not in request.meta and b"html" in asked_for
