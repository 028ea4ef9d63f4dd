"""Follow the links of a listing to postings' pages: learnt shapes first, then a few of each new."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Final

from crawler.details import Details, Target, target_of
from crawler.discovery.links import Link
from crawler.known import KnownPostings
from crawler.learnt import Learnt
from crawler.ports import Clock, Item
from crawler.settings_for import CrawlerSettings
from crawler.sorting import Group, Sorter, groups_of
from crawler.tally import Tally
from storage.pages import PageRecord

OUT_OF_TIME: Final = "its time ran out before every new page was asked"


class Following:
    """The pages that the links of one crawl lead to.

    Attributes:
        shapes: shapes of URLs that carried postings; ``barren`` those that carried none.
        posting_names: the canonical URLs of pages that carry, or carried, postings.
        truncated: why new pages were left out.
    """

    def __init__(
        self,
        details: Details,
        known: KnownPostings,
        before: Learnt,
        settings: CrawlerSettings,
        clock: Clock,
        *,
        tally: Tally,
        late: Callable[[], bool],
    ) -> None:
        self._details = details
        self._known = known
        self._settings = settings
        self._clock = clock
        self._tally = tally
        self._late = late
        self._experienced = before.strategy is not None
        self._probes = settings.probes
        self.shapes = list(before.shapes)
        self.barren = list(before.barren)
        self.posting_names: set[str] = set()
        self.truncated: str | None = None

    async def follow(
        self, links: list[Link], sure: frozenset[str], *, promising_only: bool
    ) -> AsyncIterator[Item]:
        """Ask what is new, what is due, and a few of what is unknown.

        ``sure`` are canonical URLs that the listing itself calls postings; ``promising_only``
        tries no page whose URL does not look like a posting's.
        """
        sorter = Sorter(
            known=self._known,
            records=self._records(links),
            shapes=frozenset(self.shapes),
            barren=frozenset(self.barren),
            now=self._clock(),
            revisit=self._settings.revisit,
        )
        found = sorter.sort(links, sure)
        for target in found.listed:
            for item in self._left_alone(target):
                yield item
        async for item in self.ask(found.new, count=True):
            yield item
        async for item in self._try(groups_of(found.unknown), promising_only=promising_only):
            yield item
        async for item in self.ask(found.again):
            yield item

    async def ask(self, targets: Iterable[Target], *, count: bool = False) -> AsyncIterator[Item]:
        """Ask pages, as long as the crawl's time lasts; ``count``: what is left is left out."""
        for target in targets:
            if target.name in self._details.names:
                continue
            if self._late():
                if count:
                    self.truncated = OUT_OF_TIME
                for item in self._left_alone(target):
                    yield item
                continue
            asked = await self._details.look(target)
            if not target.hoped and asked.carries is not False:
                self.posting_names.add(target.name)
            for item in self._details.items(asked):
                yield self._tally.noted(item)
            self._tally.tell()

    def _records(self, links: Iterable[Link]) -> dict[str, PageRecord]:
        names = (link.name for link in links)
        found = ((name, self._details.record(name)) for name in names)
        return {name: record for name, record in found if record}

    def _left_alone(self, target: Target) -> Iterator[Item]:
        """What a listed page makes present although it is not asked."""
        if target.listed and self._details.owners(target.name):
            self.posting_names.add(target.name)
            yield from (self._tally.noted(each) for each in self._details.listed_only(target))

    async def _try(self, groups: Iterable[Group], *, promising_only: bool) -> AsyncIterator[Item]:
        """Try a few pages of each shape; ask the rest of those shapes that carry postings."""
        # A third is kept for the sitemap, in case the board's page leads nowhere.
        kept = 0 if promising_only or self._experienced else self._settings.probes // 3
        settled = self.shapes or self._experienced
        for group in groups:
            wanted = group.promising or not (promising_only or settled or self._tally.present)
            if not wanted or self._probes <= kept:
                continue
            carrying, clean = False, 0
            for link in group.sample:
                self._probes -= 1
                asked = await self._details.look(target_of(link, hoped=True))
                for item in self._details.items(asked):
                    yield self._tally.noted(item)
                self._tally.tell()
                clean += asked.carries is False
                if asked.carries:
                    carrying = True
                    self.posting_names.add(asked.target.name)
            if carrying:
                self.shapes.append(group.pattern)
                async for item in self.ask([target_of(link) for link in group.rest], count=True):
                    yield item
            elif clean == len(group.sample) > 1:
                self.barren.append(group.pattern)
