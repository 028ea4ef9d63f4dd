"""Find out how a site can be read: ask its page, and the little that this leads to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urljoin

from scrapy import Spider

from crawler.browser import seems_drawn
from crawler.detection import Detection, Outcome, estimated
from crawler.discovery import recognise, strategy_named
from crawler.discovery.content import Content
from crawler.discovery.entrance import careers_link
from crawler.discovery.links import Link, grouped, is_promising, likely, same_place
from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage, Walk
from crawler.fetch import Fetcher
from crawler.hop import Entrance
from crawler.known import KnownPostings
from crawler.learnt import Learnt
from crawler.middlewares import RobotsGate
from crawler.platforms import Found, finding
from crawler.platforms.listing import PlatformList
from crawler.ports import BoardPlan, Clock, Forgetful
from crawler.run import run_spider
from crawler.settings_for import CrawlerSettings
from postings.errors import JobdiffError, RefusedUrl

_NOTHING: Final = "nothing on the page tells its postings"


async def detect(
    url: str,
    settings: CrawlerSettings,
    clock: Clock,
    *,
    strategy: str = "auto",
    browser: str = "never",
    pages: int = 5,
) -> Detection:
    """Look at a site and say how it can be read; nothing is stored.

    Args:
        url: the board's.
        settings: of a crawl.
        clock: of a crawl.
        strategy: as the user names it; ``auto`` finds out.
        browser: whether pages are drawn (``crawler.browser``).
        pages: how many listing pages are asked at most, to count what is there.

    Raises:
        RefusedUrl: not a URL that jobdiff goes to.
        ConfigurationError: there is no such strategy, or no browser here.
    """
    if strategy != "auto":
        strategy_named(strategy)
    plan = BoardPlan(url, url, strategy)
    spider = await run_spider(_DetectSpider, settings, browser, plan=plan, clock=clock, pages=pages)
    if spider.error:
        raise spider.error
    if spider.detection is None:
        why = "the program was stopped before it was looked at; try again"
        return Detection(url, "failed", why, warning=why)
    return spider.detection


class _DetectSpider(Spider):
    name = "detect"

    def __init__(self, plan: BoardPlan, clock: Clock, pages: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.clock = clock
        self.pages = pages
        self.detection: Detection | None = None
        self.error: JobdiffError | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Look; there are no items."""
        settings: CrawlerSettings = self.settings["JOBDIFF"]
        gate = self.crawler.get_downloader_middleware(RobotsGate)
        fetcher = Fetcher(self.crawler, self.clock)
        try:
            detector = _Detector(self.plan, fetcher, settings, gate, self.pages)
            self.detection = await detector.look()
        except JobdiffError as error:
            self.error = error
        nothing: tuple[Any, ...] = ()
        for item in nothing:
            yield item


@dataclass(frozen=True)
class _List:
    """What a platform's list came to; ``missing``: there is no such list."""

    detection: Detection
    missing: bool = False


class _Detector:
    def __init__(
        self,
        plan: BoardPlan,
        fetcher: Fetcher,
        settings: CrawlerSettings,
        gate: RobotsGate | None,
        pages: int,
    ) -> None:
        self._plan = plan
        self._fetcher = fetcher
        self._settings = settings
        self._gate = gate
        self._cap = pages
        self._why: list[str] = []
        self._start: str | None = None

    async def look(self) -> Detection:
        """Ask, in the order in which a crawl would."""
        if found := finding.told(self._plan, Learnt(), self._settings.platforms):
            self._why.append(f"{found.url} is an address of {found.platform.name}")
            return (await self._platform(found)).detection
        entrance = Entrance(
            self._plan, Learnt(), self._new_walk, lambda page: bool(self._platform_on(page))
        )
        entered = await entrance.enter(())
        walk, opening = entered.walk, entered.opening
        if opening.answer.trouble and opening.answer.trouble.refused:
            raise RefusedUrl(opening.answer.trouble.detail)
        if not opening.good:
            return self._unread(opening)
        if link := entered.link:
            self._start = opening.answer.final_url
            name = f"{link.text!r} " if link.text else ""
            self._why.append(f"its link {name}leads to {self._start}")
        if found := self._platform_on(opening):
            self._why.append(f"the page leads to {found.url}")
            told = await self._platform(found)
            if not told.missing:
                return told.detection
            self._why.append(f"{found.platform.name} has no such list")
        return await self._board(walk, opening)

    def _platform_on(self, opening: ListingPage) -> Found | None:
        platforms = self._settings.platforms
        return finding.on_page(opening, self._plan, Learnt(), platforms, KnownPostings(()))

    def _new_walk(self) -> Walk:
        return Walk(self._fetcher.ask, Forgetful(), self._cap, lambda _content: False)

    # --- a platform ----------------------------------------------------------------------------

    async def _platform(self, found: Found) -> _List:
        name, walk = found.platform.name, self._new_walk()
        listed = PlatformList(
            found, self._fetcher, Forgetful(), walk, cap=self._cap, wants=lambda *_: False
        )
        await listed.read()
        chosen = self._settings.platforms.get(name)
        own = sum(bool(entry.link.url) for entry in listed.entries)
        where = "" if found.url == self._plan.url else f", found at {found.url}"
        saying = f"a {name} board{where}: its list is asked"
        first = walk.pages[0] if walk.pages else None
        if first is not None and not first.good:
            said = f"its list at {first.url} did not answer: {first.judgement.detail}"
            told = replace(self._told("failed", saying, name), warning=said)
            return _List(told, missing=listed.missing)
        self._why.append(f"its list tells {_number(len(listed.entries), 'posting')}")
        told = await self._costed(
            self._told("readable" if listed.entries else "empty", saying, name),
            postings=len(listed.entries),
            pages=len(walk.pages),
            own_pages=own if chosen is None or chosen.detail == "auto" else 0,
            at_least=walk.truncated is not None,
        )
        return _List(told)

    # --- any other site ------------------------------------------------------------------------

    async def _board(self, walk: Walk, opening: ListingPage) -> Detection:
        content = opening.content
        strategy = self._asked_for() or recognise(opening)
        if strategy.name in ("sitemap", "feed") and content.kind == "page":
            return await self._elsewhere(opening, (strategy.name,))
        if content.single:
            told = self._told("readable", "the page of one posting", "page")
            return await self._costed(told, postings=1, pages=1)
        if content.says_empty:
            return self._told("empty", "it says that there are no openings", None)
        await strategy.walk(walk)
        told = await self._walked(walk, strategy)
        if told.strategy or self._asked_for():
            return told
        return await self._elsewhere(opening, ("feed", "sitemap"))

    def _asked_for(self) -> Strategy | None:
        return None if self._plan.strategy == "auto" else strategy_named(self._plan.strategy)

    async def _walked(
        self, walk: Walk, strategy: Strategy, *, elsewhere: bool = False
    ) -> Detection:
        """What the pages of a listing come to, read by a strategy."""
        contents = [page.content for page in walk.pages if page.good]
        links = walk.links(walk.pages[0].answer.final_url, strategy.takes)
        carried = len({keys for content in contents for keys in content.carried})
        named = [link for content in contents for link in content.own if link.url]
        postings, saying = _counted(strategy.name, contents, links, carried)
        self._why.extend(_signs(contents[0], links))
        own = postings if strategy.follows else len({link.name for link in named})
        direct = strategy.name in ("sitemap", "feed") and bool(links)
        readable = bool(postings) or direct
        outcome: Outcome = "readable" if readable else "unreadable"
        told = self._told(outcome, saying, strategy.name if readable else None)
        if walk.truncated and not walk.truncated.endswith(f"{self._cap} pages"):
            told = replace(told, warning=walk.truncated)
        cut = walk.truncated is not None
        return await self._costed(
            told, postings=postings, pages=len(walk.pages), own_pages=own, at_least=cut,
            elsewhere=elsewhere,
        )  # fmt: skip

    async def _elsewhere(self, opening: ListingPage, kinds: tuple[str, ...]) -> Detection:
        """Look for what the page does not tell: a feed that it names, the site's sitemaps."""
        url = opening.answer.final_url
        for kind in kinds:
            starts = await self._starts(kind, url, opening.content)
            for start in starts[: self._cap]:
                walk = self._new_walk()
                page = await walk.page(start)
                if not page.good or page.content.kind != kind:
                    continue
                strategy = strategy_named(kind)
                await strategy.walk(walk)
                told = await self._walked(walk, strategy, elsewhere=True)
                if told.postings:
                    return replace(told, start=start)
        return self._at_a_loss(opening)

    async def _starts(self, kind: str, url: str, content: Content) -> tuple[str, ...]:
        if kind == "feed":
            return tuple(each.url for each in content.feeds if same_place(each.url, url))
        return await self._fetcher.sitemaps(url) or (urljoin(url, "/sitemap.xml"),)

    def _at_a_loss(self, opening: ListingPage) -> Detection:
        self._why.append("neither a sitemap nor a feed leads to pages that look like postings")
        warning = _advice(opening) or f"{_NOTHING}; the next crawl looks again"
        return replace(self._told("unreadable", _NOTHING, None), warning=warning)

    # --- as a value ----------------------------------------------------------------------------

    def _unread(self, opening: ListingPage) -> Detection:
        judgement = opening.judgement
        said = f"{self._plan.url} could not be read: {judgement.detail}; try it in a browser."
        outcome: Outcome = "blocked" if judgement.fetch == "blocked" else "failed"
        return replace(self._told(outcome, said.rstrip("."), None), warning=said)

    def _told(self, outcome: Outcome, saying: str, strategy: str | None) -> Detection:
        why = tuple(self._why)
        return Detection(self._plan.url, outcome, saying, strategy, self._start, why)

    async def _costed(
        self,
        told: Detection,
        *,
        postings: int,
        pages: int,
        own_pages: int = 0,
        at_least: bool = False,
        elsewhere: bool = False,
    ) -> Detection:
        url = self._start or self._plan.url
        asked = timedelta(seconds=(await self._gate.rules(url)).delay if self._gate else 0.0)
        hop = 1 if self._start or elsewhere else 0
        estimate = estimated(
            pages + hop,
            own_pages=own_pages,
            pace=max(self._settings.delay, asked),
            at_least=at_least,
        )
        return replace(told, postings=postings, estimate=estimate, why=tuple(self._why))


def _advice(opening: ListingPage) -> str | None:
    """What a person can do about a page that tells nothing."""
    page, url = opening.tree, opening.answer.final_url
    if page is None:
        return None
    if counted := opening.content.counted:
        told = f"the data of its scripts tells of {_number(counted, 'posting')}"
        return f"{told}, but not of their pages"
    if why := seems_drawn(page):
        return why
    link = careers_link(page, url)
    if link is None or same_place(link.url, url):
        return None
    return f"{_NOTHING}; it leads to another site, which you can add: {link.url}"


def _counted(
    name: str, contents: list[Content], links: list[Link], carried: int
) -> tuple[int, str]:
    """How many postings a listing seems to have, and a sentence about it."""
    more = ", on more than one page" if len(contents) > 1 else ""
    promising = likely(links)
    if name == "page" or carried > promising:
        return carried, f"{_number(carried, 'posting')} on the page itself{more}"
    counts = {
        "sitemap": (promising, f"a sitemap of {_number(len(links), 'page')}"),
        "feed": (promising, f"a feed of {_number(len(links), 'entry', 'entries')}"),
        "itemlist": (len(links), f"an item list of {_number(len(links), 'link')}{more}"),
        "embedded": (len(links), f"{_number(len(links), 'posting')} in its scripts' data{more}"),
    }
    if name in counts:
        return counts[name]
    found = f"{_number(promising, 'link')} that may lead to postings{more}"
    return promising, found if promising else _NOTHING


def _signs(content: Content, links: list[Link]) -> list[str]:
    """What else the first page shows, so that a person can tell whether the choice was right."""
    groups = grouped(links)
    shapes = [shape for shape, group in groups.items() if is_promising(shape, group)]
    signs = [f"its links look like {shapes[0]}"] if shapes else []
    if content.carried:
        signs.append(f"{_number(len(content.carried), 'JobPosting')} on the page")
    if content.sure:
        signs.append(f"an ItemList of {_number(content.sure, 'link')}")
    if content.embedded:
        signs.append(f"{_number(content.embedded, 'link')} in the data of its scripts")
    if content.total:
        signs.append(f"its data tells of {_number(content.total, 'posting')}")
    return signs


def _number(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
