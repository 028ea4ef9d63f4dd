"""One visit of one board: listings first, then new postings, then known ones, then missing ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import replace
from time import monotonic
from typing import Final
from urllib.parse import urljoin

from crawler.carried import carried_by, evidence_of, judged_as_posting
from crawler.details import Details, Target, target_of
from crawler.discovery import recognise, strategy_named
from crawler.discovery.content import Content
from crawler.discovery.links import Link, each_once, same_place
from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage, Walk, listing_record, record_of
from crawler.fetch import Fetcher
from crawler.known import KnownPostings
from crawler.learnt import Learnt
from crawler.platforms import Found, finding
from crawler.platforms.listing import PlatformList
from crawler.platforms.own_pages import OwnPages
from crawler.ports import BoardPlan, Clock, Item, Progress
from crawler.settings_for import CrawlerSettings
from crawler.sorting import Group, Sorter, groups_of
from postings.errors import RefusedUrl
from postings.model import Crawl, Observation
from postings.urls import canonical
from storage.pages import PageRecord

_OUT_OF_TIME: Final = "its time ran out before every new page was asked"


class Visit:
    """One visit of one board. What it has seen so far can be reported at any time."""

    def __init__(
        self,
        plan: BoardPlan,
        fetcher: Fetcher,
        settings: CrawlerSettings,
        clock: Clock,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._plan = plan
        self._fetcher = fetcher
        self._settings = settings
        self._clock = clock
        self._progress = progress
        self._started_at = clock()
        self._began = monotonic()
        self._known = KnownPostings(plan.memory.known())
        self._before = Learnt.of(plan.learnt)
        self._shapes = list(self._before.shapes)
        self._barren = list(self._before.barren)
        self._sitemaps = self._before.sitemaps
        self._walk = self._new_walk()
        self._details = Details(fetcher.ask, plan.memory, self._known, plan.url, clock)
        self._strategy: Strategy | None = None
        self._single = self._before.single
        self._probes = settings.probes
        self._truncated: str | None = None
        self._finished = False
        self._seen: set[str] = set()
        self._posting_names: set[str] = set()
        self._present = 0
        self._source = self._before.source

    async def items(self) -> AsyncIterator[Item]:
        """Crawl the board; what it says, as it comes."""
        self._strategy = self._asked_for()
        found = finding.told(self._plan, self._before, self._settings.platforms)
        visited = self._by_platform(found) if found else self._by_opening()
        async for item in visited:
            yield item
        for item in self._listing_records():
            yield item
        self._finished = True

    async def _by_opening(self) -> AsyncIterator[Item]:
        """Begin with the board's own page, or with the sitemaps that were learnt."""
        opening = await self._walk.page(self._starts()[0])
        if opening.answer.trouble and opening.answer.trouble.refused:
            raise RefusedUrl(opening.answer.trouble.detail)
        if self._is_single(opening):
            for item in self._single_items(opening):
                yield item
        elif found := finding.on_page(opening, self._plan, self._before, self._settings.platforms):
            self._source = found.url
            self._walk.pages[0] = replace(opening, content=Content(), opened=None)
            async for item in self._by_platform(found):
                yield item
        elif opening.good:
            async for item in self._board(opening):
                yield item

    async def _board(self, opening: ListingPage) -> AsyncIterator[Item]:
        self._strategy = self._strategy or recognise(opening)
        if self._strategy.name == "sitemap" and opening.content.kind == "page":
            async for item in self._by_sitemap():
                yield item
        else:
            async for item in self._by_page(self._strategy):
                yield item
        if self._is_at_a_loss():
            async for item in self._by_sitemap():
                yield item
        async for item in self._after_listing():
            yield item

    async def _by_page(self, strategy: Strategy) -> AsyncIterator[Item]:
        await strategy.walk(self._walk)
        await self._walk.follow(Link(url) for url in self._starts()[1:])
        for item in self._carried():
            yield item
        if strategy.follows:
            async for item in self._follow(self._walk.links(self._plan.url), promising_only=False):
                yield item

    # --- a platform's list ---------------------------------------------------------------------

    async def _by_platform(self, found: Found) -> AsyncIterator[Item]:
        name, memory = found.platform.name, self._plan.memory
        self._strategy = strategy_named(name)
        pages = OwnPages(
            self._details, memory, self._known, self._settings,
            platform=name, now=self._clock(), late=self._is_late,
        )  # fmt: skip
        cap = self._settings.page_cap
        listed = PlatformList(found, self._fetcher, memory, self._walk, cap=cap, wants=pages.wants)
        await listed.read()
        for entry in listed.entries:
            self._seen.update(key for key in entry.keys if not key.startswith("content:"))
        async for item in pages.items(listed.entries):
            yield self._noted(item)
            self._tell()
        if pages.left_out:
            self._truncated = _OUT_OF_TIME
        async for item in self._after_listing():
            yield item
        for record in listed.records():
            yield record

    # --- how it is found -----------------------------------------------------------------------

    def _asked_for(self) -> Strategy | None:
        name = self._plan.strategy
        if name == "auto":
            name = self._before.strategy or "auto"
        return None if name == "auto" else strategy_named(name)

    def _starts(self) -> tuple[str, ...]:
        by_sitemap = self._plan.strategy in ("auto", "sitemap")
        return (by_sitemap and self._sitemaps) or (self._plan.url,)

    def _is_single(self, opening: ListingPage) -> bool:
        """Whether the board is one posting's own page: found out once, and then sticky."""
        new = self._before.strategy is None and self._plan.strategy in ("auto", "page")
        return self._single or (new and opening.content.single)

    def _new_walk(self) -> Walk:
        return Walk(
            self._fetcher.ask, self._plan.memory, self._settings.page_cap, self._known.in_content
        )

    def _is_at_a_loss(self) -> bool:
        """Whether nothing at all was found, on a board that was never read before."""
        return (
            self._plan.strategy == "auto"
            and self._before.strategy is None
            and not self._present
            and not any(page.content.says_empty for page in self._walk.pages)
            and self._walk.pages[0].content.kind == "page"
            and self._walk.pages[0].good
        )

    async def _by_sitemap(self) -> AsyncIterator[Item]:
        """Try the site's sitemaps: asked for, or where nothing on the board's page helped."""
        said = await self._fetcher.sitemaps(self._plan.url)
        starts = said or (urljoin(self._plan.url, "/sitemap.xml"),)
        walk = self._new_walk()
        await walk.follow(Link(start) for start in starts)
        links = [
            link
            for page in walk.pages
            if page.content.kind == "sitemap"
            for link in page.content.links
            if same_place(link.url, self._plan.url)
        ]
        async for item in self._follow(each_once(links), promising_only=True):
            yield item
        if walk.pages and (self._present or self._plan.strategy == "sitemap"):
            self._walk = walk
            self._sitemaps = tuple(starts)
            self._strategy = strategy_named("sitemap")

    # --- what the listing itself says ----------------------------------------------------------

    def _carried(self) -> Iterator[Item]:
        for page in self._walk.pages:
            if page.good:
                yield from (self._noted(each) for each in carried_by(page, asked=False))

    def _single_items(self, opening: ListingPage) -> Iterator[Item]:
        """The board's URL is one posting's own page."""
        self._strategy = self._strategy or strategy_named("page")
        if opening.good and len(opening.content.carried) > 1:
            self._single = False
            yield from self._carried()
            return
        self._single = True
        opening = judged_as_posting(opening, self._plan.url)
        self._walk.pages[0] = opening
        if opening.good:
            yield from (self._noted(each) for each in carried_by(opening, asked=True))
            return
        evidence = evidence_of(opening)
        for known in self._known.all:
            yield Observation(
                url=opening.url,
                at=opening.answer.at,
                fetch=opening.judgement.fetch,
                keys=known.keys,
                evidence=evidence,
            )

    def _listing_records(self) -> Iterator[PageRecord]:
        """What to remember of the listing pages that told something."""
        for page in self._walk.pages:
            if page.content.kind == "api":
                continue
            told = self._postings_on(page) or page.content.says_empty or page.content.nexts
            if page.good and told:
                yield record_of(page, listing_record(self._plan.memory, canonical(page.url)))

    def _postings_on(self, page: ListingPage) -> int:
        names = {link.name for link in page.content.links}
        return len(page.content.carried) + len(names & self._posting_names)

    # --- postings' own pages -------------------------------------------------------------------

    async def _follow(self, links: list[Link], *, promising_only: bool) -> AsyncIterator[Item]:
        sorter = Sorter(
            known=self._known,
            records=self._records(links),
            shapes=frozenset(self._shapes),
            barren=frozenset(self._barren),
            now=self._clock(),
            revisit=self._settings.revisit,
        )
        found = sorter.sort(links, self._walk.sure())
        for target in found.listed:
            for item in self._left_alone(target):
                yield item
        async for item in self._ask(found.new, count=True):
            yield item
        async for item in self._try(groups_of(found.unknown), promising_only=promising_only):
            yield item
        async for item in self._ask(found.again):
            yield item

    def _records(self, links: Iterable[Link]) -> dict[str, PageRecord]:
        names = (link.name for link in links)
        found = ((name, self._details.record(name)) for name in names)
        return {name: record for name, record in found if record}

    async def _ask(self, targets: Iterable[Target], *, count: bool = False) -> AsyncIterator[Item]:
        """Ask pages, as long as the crawl's time lasts; ``count``: what is left is left out."""
        for target in targets:
            if target.name in self._details.names:
                continue
            if self._is_late():
                if count:
                    self._truncated = _OUT_OF_TIME
                for item in self._left_alone(target):
                    yield item
                continue
            asked = await self._details.look(target)
            if not target.hoped and asked.carries is not False:
                self._posting_names.add(target.name)
            for item in self._details.items(asked):
                yield self._noted(item)
            self._tell()

    def _is_late(self) -> bool:
        return monotonic() - self._began > self._settings.budget.total_seconds()

    def _left_alone(self, target: Target) -> Iterator[Item]:
        """What a listed page makes present although it is not asked."""
        if target.listed and self._details.owners(target.name):
            self._posting_names.add(target.name)
            yield from (self._noted(each) for each in self._details.listed_only(target))

    async def _try(self, groups: Iterable[Group], *, promising_only: bool) -> AsyncIterator[Item]:
        """Try a few pages of each shape; ask the rest of those shapes that carry postings."""
        # A third is kept for the sitemap, in case the board's page leads nowhere.
        kept = 0 if promising_only or self._before.strategy else self._settings.probes // 3
        settled = self._shapes or self._before.strategy
        for group in groups:
            wanted = group.promising or not (promising_only or settled or self._present)
            if not wanted or self._probes <= kept:
                continue
            carrying, clean = False, 0
            for link in group.sample:
                self._probes -= 1
                asked = await self._details.look(target_of(link, hoped=True))
                for item in self._details.items(asked):
                    yield self._noted(item)
                self._tell()
                clean += asked.carries is False
                if asked.carries:
                    carrying = True
                    self._posting_names.add(asked.target.name)
            if carrying:
                self._shapes.append(group.pattern)
                async for item in self._ask([target_of(link) for link in group.rest], count=True):
                    yield item
            elif clean == len(group.sample) > 1:
                self._barren.append(group.pattern)

    async def _after_listing(self) -> AsyncIterator[Item]:
        async for item in self._missing():
            yield item
        for item in self._details.doubtful_items():
            yield self._noted(item)

    async def _missing(self) -> AsyncIterator[Item]:
        """Ask known postings that the complete listing does not have, and those that are due."""
        told = self._present or any(page.content.says_empty for page in self._walk.pages)
        complete = bool(told) and self._complete()
        wanted = [
            Target(known.url, listed=False)
            for known in self._known.all
            if known.own_page
            and (known.asked_due or (complete and known.state == "open"))
            and not self._seen.intersection(known.keys)
        ]
        async for item in self._ask(wanted):
            yield item

    # --- keeping count -------------------------------------------------------------------------

    def _noted(self, item: Item) -> Item:
        if isinstance(item, Observation) and item.fetch in ("changed", "unchanged"):
            self._present += 1
            self._seen.update(key for key in item.keys if not key.startswith("content:"))
        return item

    def _tell(self) -> None:
        if self._progress:
            pages = len(self._walk.pages) + len(self._details.names)
            self._progress(Progress(pages, self.not_modified, self._present))

    @property
    def not_modified(self) -> int:
        """How many pages had not changed."""
        unchanged = sum(page.judgement.fetch == "unchanged" for page in self._walk.pages)
        return unchanged + self._details.not_modified

    def _complete(self) -> bool:
        return self._walk.exhausted and not self._walk.truncated and not self._truncated

    # --- what it comes to ----------------------------------------------------------------------

    def crawl(self) -> Crawl:
        """The crawl as ``settle`` needs to know it."""
        truncated = self._walk.truncated or self._truncated
        if not self._finished:
            truncated = truncated or "it was stopped before its end"
        listing = tuple(page.seen(self._postings_on(page)) for page in self._walk.pages)
        return Crawl(
            id=self._plan.crawl_id,
            board=self._plan.id,
            started_at=self._started_at,
            pages=(*listing, *self._details.pages),
            exhausted=self._finished and self._complete(),
            truncated=truncated,
            single=self._single,
        )

    def learnt(self) -> Learnt:
        """What the next crawl should be told: sticky, unless this one read something."""
        if not self._present or self._strategy is None:
            return self._before
        followed = self._strategy.follows and (self._shapes or self._posting_names)
        name = self._strategy.name
        if self._plan.strategy == "auto" and self._strategy.follows and not followed:
            name = self._before.strategy or "page"
        return replace(
            self._before,
            strategy=name,
            sitemaps=self._sitemaps,
            shapes=tuple(dict.fromkeys(self._shapes)),
            barren=tuple(dict.fromkeys(self._barren)),
            single=self._single,
            source=self._source,
        )
