"""One board of a platform, in one crawl: its list, and the own pages of its postings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime

from crawler.details import Details
from crawler.discovery.walk import Walk
from crawler.fetch import Fetcher
from crawler.known import KnownPostings
from crawler.platforms import Found
from crawler.platforms.inquiry import Inquiry
from crawler.platforms.listing import PlatformList
from crawler.platforms.own_pages import OwnPages
from crawler.ports import Item
from crawler.settings_for import CrawlerSettings
from crawler.tally import Tally
from storage.pages import PageRecord


class PlatformBoard:
    """A board that is read by its platform's list; ``walk`` is told how its parts answered."""

    def __init__(
        self,
        found: Found,
        fetcher: Fetcher,
        details: Details,
        known: KnownPostings,
        settings: CrawlerSettings,
        walk: Walk,
        *,
        now: datetime,
        late: Callable[[], bool],
    ) -> None:
        self._found = found
        self._fetcher = fetcher
        self._details = details
        self._pages = OwnPages(
            details, details.memory, known, settings,
            platform=found.platform.name, now=now, late=late,
        )  # fmt: skip
        self._list = PlatformList(
            found, fetcher, details.memory, walk, cap=settings.page_cap, wants=self._pages.wants
        )

    async def read(self) -> bool:
        """Ask for the list; False where there is no such list."""
        await self._list.read(full=not self._pages.detail)
        return not self._list.missing

    def see(self, tally: Tally) -> None:
        """Count what the list has as seen."""
        for entry in self._list.entries:
            tally.see(entry.keys)

    async def items(self) -> AsyncIterator[Item]:
        """What the list's entries come to, their own pages read where that is wanted."""
        self._details.ways = Inquiry(self._found, self._fetcher, self._details)
        async for item in self._pages.items(self._list.entries):
            yield item

    @property
    def left_out(self) -> int:
        """How many new postings' pages were not asked."""
        return self._pages.left_out

    def records(self) -> Iterator[PageRecord]:
        """What to remember of the list."""
        return self._list.records()
