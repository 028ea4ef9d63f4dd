"""Fetch one document through the crawler's engine and guards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from scrapy import Spider

from crawler.answer import Answer
from crawler.fetch import Fetcher
from crawler.ports import Clock


@dataclass(frozen=True)
class FetchedDocument:
    """A document as it came; ``url`` is where redirects ended."""

    body: bytes
    url: str
    content_type: str | None
    status: int


class DocumentSpider(Spider):
    """Fetches one URL and keeps the answer."""

    name = "document"

    def __init__(self, url: str, clock: Clock, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url
        self.clock = clock
        self.answer: Answer | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Fetch it; there are no items."""
        self.answer = await Fetcher(self.crawler, self.clock).ask(self.url)
        nothing: tuple[Any, ...] = ()
        for item in nothing:
            yield item
