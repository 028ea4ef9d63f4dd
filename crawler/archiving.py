"""Hands every page that came whole to whoever keeps pages; off unless somebody does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self, TypeAlias

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawler.answer import headers_of

_SENT_ANOTHER_WAY = frozenset({"content-encoding", "content-length", "transfer-encoding"})


@dataclass(frozen=True)
class Capture:
    """A page as it came: its body decompressed, and without the headers that told how it was."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


Keep: TypeAlias = Callable[[Capture], None]


class Archiving:
    """Scrapy's extension: every whole answer 200 to a GET is handed on."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy; not at all where nobody keeps pages."""
        keep: Keep | None = crawler.settings["JOBDIFF"].archive
        if keep is None:
            raise NotConfigured
        own = cls(keep)
        crawler.signals.connect(own.received, signals.response_received)
        return own

    def received(self, response: Response, request: Request) -> None:
        """Hand a page on; one that was cut, or that answers something else, is none."""
        if request.method != "GET" or response.status != 200 or "partial" in response.flags:
            return
        headers = headers_of(response)
        told = {name: text for name, text in headers.items() if name not in _SENT_ANOTHER_WAY}
        self._keep(Capture(response.url, response.status, told, response.body))
