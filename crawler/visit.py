"""One visit of one board: listings first, then new postings, then known ones, then missing ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TypeAlias
from urllib.parse import urljoin

from crawler.browser import seems_drawn
from crawler.carried import carried_by, evidence_of, judged_as_posting
from crawler.details import Details, Target
from crawler.discovery import recognise, strategy_named
from crawler.discovery.links import Link, each_once, same_place
from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage, Walk, listing_record, record_of
from crawler.fetch import Fetcher
from crawler.following import OUT_OF_TIME, Following
from crawler.hop import Entrance
from crawler.known import KnownPostings
from crawler.learnt import Learnt
from crawler.platforms import Found, finding
from crawler.platforms.board import PlatformBoard
from crawler.ports import BoardPlan, Clock, Item, Progress
from crawler.settings_for import CrawlerSettings
from crawler.tally import Tally
from crawler.whole_page import WholePages
from postings.errors import RefusedUrl
from postings.model import Observation
from postings.urls import canonical
from postings.visits import Crawl
from storage.pages import PageRecord

_Way: TypeAlias = Callable[[], AsyncIterator[Item]]


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
        self._tally = Tally(self._tell)
        self._begins = self._before.sitemaps
        self._walk = self._new_walk()
        self._details = Details(fetcher.ask, plan.memory, self._known, plan.url, clock)
        self._following = Following(
            self._details, self._known, self._before, settings, clock,
            tally=self._tally, late=self._is_late,
        )  # fmt: skip
        self._strategy: Strategy | None = None
        self._single = self._before.single
        self._truncated: str | None = None
        self._finished = False
        self._source = self._before.source
        self.notes: list[str] = []

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
        """Begin with the board's own page, or where its listing was learnt to begin."""
        opening = await self._opened()
        if opening.answer.trouble and opening.answer.trouble.refused:
            raise RefusedUrl(opening.answer.trouble.detail)
        if self._is_single(opening):
            for item in self._single_items(opening):
                yield item
        elif found := self._platform_on(opening):
            async for item in self._by_platform(found, opening):
                yield item
        elif opening.good:
            async for item in self._board(opening):
                yield item

    async def _opened(self) -> ListingPage:
        """The board's first page; from a home page one hop to the careers page."""
        entrance = Entrance(
            self._plan, self._before, self._new_walk, lambda page: bool(self._platform_on(page))
        )
        learnt = self._begins if self._starts() == self._begins else ()
        entered = await entrance.enter(learnt)
        self._walk, self._begins = entered.walk, entered.begins
        if entered.link:
            self._details.board_url = entered.opening.answer.final_url
        return entered.opening

    def _platform_on(self, opening: ListingPage) -> Found | None:
        return finding.on_page(
            opening, self._plan, self._before, self._settings.platforms, self._known
        )

    async def _board(self, opening: ListingPage) -> AsyncIterator[Item]:
        strategy = self._strategy = self._strategy or recognise(opening)
        for way in self._ways(opening, strategy):
            async for item in way():
                yield item
        if not self._tally.present and (why := seems_drawn(opening.tree)):
            self.notes.append(why)
        async for item in self._after_listing():
            yield item

    def _ways(self, opening: ListingPage, strategy: Strategy) -> Iterator[_Way]:
        """How the listing is read; after the first only what a board that told nothing needs."""
        by_feed = partial(self._by_feed, opening)
        apart: dict[str, _Way] = {"sitemap": self._by_sitemap, "feed": by_feed}
        is_page = opening.content.kind == "page"
        yield (is_page and apart.get(strategy.name)) or partial(self._by_page, strategy)
        for way in (by_feed, self._by_sitemap):
            if self._is_at_a_loss():
                yield way

    async def _by_page(self, strategy: Strategy) -> AsyncIterator[Item]:
        await strategy.walk(self._walk)
        await self._walk.follow(Link(url) for url in self._starts()[1:])
        async for item in self._carried():
            yield item
        if strategy.follows:
            links = self._walk.links(self._starts()[0], strategy.takes)
            async for item in self._following.follow(
                links, self._walk.sure(), promising_only=False
            ):
                yield item

    # --- a platform's list ---------------------------------------------------------------------

    async def _by_platform(
        self, found: Found, opening: ListingPage | None = None
    ) -> AsyncIterator[Item]:
        """Read a platform's list; ``opening`` is the board's page that led to it."""
        self._strategy = strategy_named(found.platform.name)
        board_walk, self._walk = self._walk, self._new_walk()
        board = PlatformBoard(
            found, self._fetcher, self._details, self._known, self._settings, self._walk,
            now=self._clock(), late=self._is_late,
        )  # fmt: skip
        only_a_page_told = self._plan.strategy == "auto" and bool(opening or self._source)
        if not await board.read() and only_a_page_told:
            async for item in self._without_list(found, opening, board_walk):
                yield item
            return
        self._source = found.url if opening else self._source
        board.see(self._tally)
        async for item in board.items():
            yield self._tally.noted(item)
            self._tell()
        self._truncated = OUT_OF_TIME if board.left_out else None
        async for item in self._after_listing():
            yield item
        for record in board.records():
            yield record

    async def _without_list(
        self, found: Found, opening: ListingPage | None, board_walk: Walk
    ) -> AsyncIterator[Item]:
        """Do without a list that does not exist; once read, only if the page leads elsewhere."""
        list_walk, self._walk = self._walk, board_walk
        if opening is None:
            opening = await self._walk.page(self._plan.url)
            other = finding.led_to(opening, self._settings.platforms)
            if not opening.good or (other and other.is_same(found)):
                self._walk = list_walk
                return
            if other:
                async for item in self._by_platform(other, opening):
                    yield item
                return
        self._strategy = self._source = None
        self.notes.append(f"the list of {found.title} is not found; its page is read instead")
        async for item in self._board(opening):
            yield item

    # --- how it is found -----------------------------------------------------------------------

    def _asked_for(self) -> Strategy | None:
        name = self._plan.strategy
        if name == "auto":
            name = self._before.strategy or "auto"
        return None if name == "auto" else strategy_named(name)

    def _starts(self) -> tuple[str, ...]:
        asked_for = self._plan.strategy in ("auto", "sitemap", "feed")
        return (asked_for and self._begins) or (self._plan.url,)

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
            and not self._tally.present
            and not any(page.content.says_empty for page in self._walk.pages)
            and self._walk.pages[0].content.kind == "page"
            and self._walk.pages[0].good
        )

    async def _by_sitemap(self) -> AsyncIterator[Item]:
        """Try the site's sitemaps: asked for, or where nothing on the board's page helped."""
        url = self._starts()[0]
        said = await self._fetcher.sitemaps(url)
        async for item in self._elsewhere("sitemap", said or (urljoin(url, "/sitemap.xml"),)):
            yield item

    async def _by_feed(self, opening: ListingPage) -> AsyncIterator[Item]:
        """Try the feeds that the board's page names."""
        for feed in opening.content.feeds:
            if not self._tally.present and same_place(feed.url, self._plan.url):
                async for item in self._elsewhere("feed", (feed.url,)):
                    yield item

    async def _elsewhere(self, kind: str, starts: tuple[str, ...]) -> AsyncIterator[Item]:
        """Read sitemaps or a feed; what worked is where the next crawl begins."""
        walk, strategy = self._new_walk(), strategy_named(kind)
        await walk.page(starts[0])
        await strategy.walk(walk)
        await walk.follow(Link(start) for start in starts[1:])
        links = [
            link
            for page in walk.pages
            if page.content.kind == kind
            for link in page.content.links
            if same_place(link.url, self._plan.url)
        ]
        async for item in self._following.follow(
            each_once(links), self._walk.sure(), promising_only=True
        ):
            yield item
        if self._tally.present or self._plan.strategy == kind:
            self._walk, self._begins, self._strategy = walk, starts, strategy

    # --- what the listing itself says ----------------------------------------------------------

    async def _carried(self) -> AsyncIterator[Item]:
        pages = WholePages(
            self._details, self._known, self._settings, self._following,
            now=self._clock(), late=self._is_late,
        )  # fmt: skip
        async for item in pages.items(self._walk):
            yield self._tally.noted(item)
            self._tell()

    def _single_items(self, opening: ListingPage) -> Iterator[Item]:
        """The board's URL is one posting's own page."""
        self._strategy = self._strategy or strategy_named("page")
        if opening.good and len(opening.content.carried) > 1:
            self._single = False
            yield from (self._tally.noted(each) for each in carried_by(opening, asked=False))
            return
        self._single = True
        opening = judged_as_posting(opening, self._plan.url)
        self._walk.pages[0] = opening
        if opening.good:
            yield from (self._tally.noted(each) for each in carried_by(opening, asked=True))
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
        return len(page.content.carried) + len(names & self._following.posting_names)

    # --- what the listing does not say ---------------------------------------------------------

    async def _after_listing(self) -> AsyncIterator[Item]:
        async for item in self._missing():
            yield item
        for item in await self._details.control(self._tally.seen):
            yield self._tally.noted(item)
        for item in self._details.doubtful_items():
            yield self._tally.noted(item)

    async def _missing(self) -> AsyncIterator[Item]:
        """Ask known postings that the complete listing does not have, and those that are due."""
        told = self._tally.present or any(page.content.says_empty for page in self._walk.pages)
        complete = bool(told) and self._complete()
        wanted = [
            Target(known.url, listed=False)
            for known in self._known.all
            if known.own_page
            and (known.asked_due or (complete and known.state == "open"))
            and not self._tally.seen.intersection(known.keys)
        ]
        async for item in self._following.ask(wanted):
            yield item

    # --- keeping count -------------------------------------------------------------------------

    def _is_late(self) -> bool:
        return monotonic() - self._began > self._settings.budget.total_seconds()

    def _tell(self) -> None:
        if self._progress:
            pages = len(self._walk.pages) + len(self._details.names)
            self._progress(Progress(pages, self.not_modified, self._tally.present))

    @property
    def not_modified(self) -> int:
        """How many pages had not changed."""
        unchanged = sum(page.judgement.fetch == "unchanged" for page in self._walk.pages)
        return unchanged + self._details.not_modified

    @property
    def by_lastmod(self) -> int:
        """How many pages were not asked because their sitemap calls them unchanged."""
        return self._details.by_lastmod

    def _complete(self) -> bool:
        return self._walk.exhausted and not self._left_out()

    def _left_out(self) -> str | None:
        return self._walk.truncated or self._truncated or self._following.truncated

    # --- what it comes to ----------------------------------------------------------------------

    def crawl(self) -> Crawl:
        """The crawl as ``settle`` needs to know it."""
        truncated = self._left_out()
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
        if not self._tally.present or self._strategy is None:
            return self._before
        following = self._following
        followed = self._strategy.follows and (following.shapes or following.posting_names)
        name = self._strategy.name
        if self._plan.strategy == "auto" and self._strategy.follows and not followed:
            name = self._before.strategy or "page"
        return replace(
            self._before,
            strategy=name,
            sitemaps=self._begins,
            shapes=tuple(dict.fromkeys(following.shapes)),
            barren=tuple(dict.fromkeys(following.barren)),
            single=self._single,
            source=self._source,
        )
