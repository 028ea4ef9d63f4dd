"""Walk the listing pages of a board: ask, judge, remember, go on to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from crawler.answer import Answer
from crawler.classify import Judgement, envelope, listing_without_postings
from crawler.discovery.content import Content, Opened, read_listing
from crawler.discovery.links import Link, each_once
from crawler.discovery.pagination import without_page
from crawler.fetch import Ask, seen_again
from crawler.html import Page
from crawler.judge.redirects import led_away
from crawler.ports import Memory
from postings.model import Posting
from postings.reading import READER_VERSION
from postings.urls import canonical
from postings.visits import PageSeen
from storage.pages import PageRecord


@dataclass(frozen=True)
class ListingPage:
    """A listing page that was asked.

    ``postings`` are those that were read on it (none where it is unchanged: then ``content``
    repeats the last answer); ``record`` is what to remember of it if it turns out good.
    """

    url: str
    answer: Answer
    judgement: Judgement
    content: Content = field(default_factory=Content)
    opened: Opened | None = None
    first: bool = False
    lastmod: str | None = None

    @property
    def good(self) -> bool:
        return self.judgement.fetch in ("changed", "unchanged")

    @property
    def tree(self) -> Page | None:
        """The page as a tree, where it was read in this crawl."""
        return self.opened.page if self.opened else None

    @property
    def postings(self) -> tuple[Posting, ...]:
        return self.opened.postings if self.opened else ()

    def seen(self, postings: int) -> PageSeen:
        """The page as ``settle`` needs to know it."""
        return PageSeen(
            url=self.url,
            role="listing",
            fetch=self.judgement.fetch,
            at=self.answer.at,
            status=self.answer.status,
            detail=self.judgement.detail,
            postings=postings,
            says_empty=self.good and self.content.says_empty and not postings,
            first=self.first,
        )


def _every_link(content: Content) -> Iterable[Link]:
    return content.links


class Walk:
    """The listing pages of one crawl, in the order in which they were asked.

    Attributes:
        exhausted: so far, every page arrived and nothing was left out.
        truncated: what was left out.
        alive: tells whether content leads to a posting that is known already.
    """

    def __init__(
        self, ask: Ask, memory: Memory, cap: int, alive: Callable[[Content], bool]
    ) -> None:
        self._ask = ask
        self._memory = memory
        self._cap = cap
        self._alive = alive
        self._told: set[str] = set()
        self.pages: list[ListingPage] = []
        self.exhausted = True
        self.truncated: str | None = None

    async def page(self, url: str, lastmod: str | None = None) -> ListingPage:
        """Ask for a listing page and judge it; the first one is the board's entrance."""
        name = canonical(url)
        record = listing_record(self._memory, name)
        page = self._judged(url, await self._ask(url, record), record)
        page = replace(page, first=not self.pages, lastmod=lastmod)
        self.pages.append(page)
        self.exhausted = self.exhausted and page.good
        if page.opened and not page.opened.whole:
            self.truncated = f"{url} is too big to be read whole"
        return page

    async def read_again(self, number: int) -> None:
        """Read an unchanged page's body, which repeats what it said before."""
        page = self.pages[number]
        answer = page.answer if page.answer.body else await self._ask(page.url)
        if envelope(answer, None).fetch == "changed":
            opened = read_listing(answer)
            self.pages[number] = replace(page, content=opened.content, opened=opened)

    async def follow(self, links: Iterable[Link]) -> None:
        """Ask for further pages and those that they lead to, as long as they tell something new."""
        asked = {canonical(page.url) for page in self.pages}
        queue = [link for link in links if link.name not in asked]
        asked.update(link.name for link in queue)
        while queue:
            if len(self.pages) >= self._cap:
                self.truncated = f"its listing has more than {self._cap} pages"
                return
            link = queue.pop(0)
            page = await self.page(link.url, link.lastmod)
            if page.judgement.fetch == "blocked":
                return
            if self.adds(page):
                new = [each for each in page.content.nexts if each.name not in asked]
                asked.update(each.name for each in new)
                queue.extend(new)

    def adds(self, page: ListingPage) -> bool:
        """Whether a page tells anything that the pages before it did not."""
        told = {link.name for link in page.content.links}
        told.update(key for keys in page.content.carried for key in keys)
        told.update(f"next:{each.name}" for each in page.content.nexts)
        if page.content.kind == "page":
            told = {each for each in told if not each.startswith("next:")}
        new = told - self._told
        self._told |= told
        return page.good and bool(new)

    def links(
        self, board_url: str, takes: Callable[[Content], Iterable[Link]] = _every_link
    ) -> list[Link]:
        """The links of its pages, those left out that only lead through the listing.

        ``takes``: which links of a page those are.
        """
        here = {canonical(page.url) for page in self.pages}
        here |= {canonical(page.answer.final_url) for page in self.pages}
        listing = without_page(board_url)
        links = (
            link
            for page in self.pages
            for link in takes(page.content)
            if page.content.kind != "page" or without_page(link.url) != listing
        )
        return [link for link in each_once(links) if link.name not in here]

    def sure(self) -> frozenset[str]:
        """The canonical URLs that its pages themselves call postings."""
        return frozenset(
            link.name for page in self.pages for link in page.content.links[: page.content.sure]
        )

    def _judged(self, url: str, answer: Answer, record: PageRecord | None) -> ListingPage:
        judgement = envelope(answer, record)
        if judgement.fetch == "unchanged" and record:
            return ListingPage(url, answer, judgement, Content.of(record.answer))
        if judgement.fetch != "changed":
            return ListingPage(url, answer, judgement)
        opened = read_listing(answer)
        if not (opened.postings or opened.content.says_empty or self._alive(opened.content)):
            judgement = _lifeless(url, answer, opened)
        content = opened.content if judgement.fetch == "changed" else Content()
        return ListingPage(url, answer, judgement, content, opened)


def _lifeless(url: str, answer: Answer, opened: Opened) -> Judgement:
    """What a page is that leads to nothing known: perhaps not the listing at all."""
    judgement = listing_without_postings(answer, opened.page)
    led = led_away(url, answer.final_url, url)
    if judgement.fetch == "changed" and led:
        return Judgement("failed", f"redirected to {led}")
    return judgement


def listing_record(memory: Memory, name: str) -> PageRecord | None:
    """What is remembered of a listing page, unless an older reader read it."""
    record = memory.page(name)
    if record is None or record.role != "listing":
        return None
    return record if record.answer.get("reader") == READER_VERSION else None


def record_of(page: ListingPage, before: PageRecord | None) -> PageRecord:
    """What to remember of a listing page that answered well."""
    answer = page.answer
    if page.judgement.fetch == "unchanged" and before:
        return seen_again(before, answer, page.lastmod)
    return PageRecord(
        url=canonical(page.url),
        role="listing",
        checked_at=answer.at,
        changed_at=answer.at,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        body_hash=answer.body_hash,
        lastmod=page.lastmod,
        answer=page.content.json(),
        body_at=answer.at,
    )
