"""Ask for a platform's list, part by part, and remember what it said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final

from crawler.answer import Answer
from crawler.classify import CHANGED, Judgement, envelope, listing_without_postings
from crawler.discovery.content import Content
from crawler.discovery.links import Link
from crawler.discovery.walk import ListingPage, Walk, listing_record, record_of
from crawler.fetch import Fetcher
from crawler.html import parse
from crawler.platforms import Found
from crawler.platforms.platform import MISREAD, Part, Query
from crawler.ports import Memory
from postings.fingerprint import fingerprint
from postings.identity import keys_of
from postings.model import Posting
from postings.normalise import posting_of
from postings.urls import canonical
from storage.pages import PageRecord

ACCEPT: Final = "application/json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True)
class Entry:
    """One posting of a list.

    Attributes:
        link: its own page (its URL is empty where it has none); ``lastmod`` is its version.
        keys: by which it is known, the platform's own first.
        list_url: where it is listed.
        at: when.
        fetch_changed: the part of the list that has it is not the one that is remembered.
        posting: as the list has it; None where the part was not read again.
    """

    link: Link
    keys: tuple[str, ...]
    list_url: str
    at: datetime
    fetch_changed: bool
    posting: Posting | None = None


@dataclass(frozen=True)
class _Told:
    """A part that was asked; ``part`` and ``postings`` where it was read in this crawl."""

    page: ListingPage
    part: Part | None = None
    postings: tuple[Posting, ...] = ()


class PlatformList:
    """The list of one board.

    Attributes:
        entries: what it listed so far, each posting once.
        missing: there is no such list: HTTP 404 or 410 where it begins.
    """

    def __init__(
        self,
        found: Found,
        fetcher: Fetcher,
        memory: Memory,
        walk: Walk,
        *,
        cap: int,
        wants: Callable[[Link, tuple[str, ...]], bool],
    ) -> None:
        self._found = found
        self._fetcher = fetcher
        self._memory = memory
        self._walk = walk
        self._cap = cap
        self._wants = wants
        self._told: set[str] = set()
        self._kept: list[ListingPage] = []
        self.entries: list[Entry] = []
        self.missing = False
        self._stops: str | None = None

    async def read(self, *, full: bool = False) -> None:
        """Ask for every part; what kept it from being read to its end is told to the walk.

        ``full``: the list that says the most is asked, for no page will be read beside it.
        """
        platform, tenant = self._found.platform, self._found.tenant
        first = platform.full if full and platform.full else platform.first
        queue = [first(tenant)]
        asked = 0
        while queue:
            if asked >= self._cap:
                self._walk.truncated = f"its list has more than {self._cap} parts"
                return
            asked += 1
            queue.extend(await self._read(queue.pop(0)))
        if len(self._told) in platform.most:
            most = f"{platform.name} shows {platform.most.start} at most"
            self._stops = f"its list has {len(self._told)} postings, and {most}"
        if self._stops and not await self._has_rest():
            self._walk.truncated = self._stops

    async def _read(self, query: Query) -> tuple[Query, ...]:
        """Ask for a part; what it leads to."""
        told = await self._part(query)
        page, part = told.page, told.part
        if query.otherwise and _is_another_thing(page):
            return (query.otherwise,)
        self.missing = self.missing or (not self._walk.pages and page.judgement.fetch == "gone")
        self._walk.pages.append(replace(page, first=not self._walk.pages))
        if not page.good:
            self._walk.exhausted = False
            return ()
        before = len(self._told)
        self._take(told)
        if part and (why := part.truncated or _unread_entries(part)):
            # It is not kept: an unchanged answer would else be taken for all there is.
            self._walk.truncated = why
        elif query.body is None:
            self._kept.append(page)
        if part and part.truncated:
            return part.also
        if page.content.carried and len(self._told) == before:
            self._stops = f"its list repeats itself after {before} postings"
            return ()
        return self._nexts(query, page, part)

    async def _has_rest(self) -> bool:
        """Ask for what lists everything where the list stops; whether it has all of the list too.

        What it has is there in any case; it is taken for complete only if nothing is missing.
        """
        rest, listed = self._found.platform.rest, set(self._told)
        queue = [rest(self._found.tenant)] if rest else []
        if not queue:
            return False
        names: set[str] = set()
        for _ in range(self._cap):
            query = queue.pop(0)
            told = await self._part(query)
            unread = told.part is not None and bool(told.part.unread)
            if not told.page.good or unread:
                return False
            names.update(keys[0] for keys in told.page.content.carried)
            self._walk.pages.append(told.page)
            self._kept.append(told.page)
            self._take(told)
            queue.extend(self._nexts(query, told.page, told.part))
            if not queue:
                break
        return not queue and listed <= names

    def _nexts(self, query: Query, page: ListingPage, part: Part | None) -> tuple[Query, ...]:
        if part:
            return _following(part)
        offset = query.offset + len(page.content.carried)
        return tuple(_query_of(link, offset) for link in page.content.nexts)

    def records(self) -> Iterator[PageRecord]:
        """What to remember of the parts that answered well."""
        for page in self._kept:
            yield record_of(page, listing_record(self._memory, canonical(page.url)))

    # --- one part ------------------------------------------------------------------------------

    async def _part(self, query: Query) -> _Told:
        """Ask for a part. An unchanged one is read again where an entry of it is wanted."""
        url = query.url(self._found.tenant.api)
        record = None if query.body is not None else listing_record(self._memory, canonical(url))
        answer = await self._ask(url, query, record)
        judgement = envelope(answer, record)
        if judgement.fetch == "unchanged" and record:
            content = Content.of(record.answer)
            page = ListingPage(url, answer, judgement, content)
            wanted = zip(content.links, content.carried, strict=True)
            if not any(self._wants(link, keys) for link, keys in wanted):
                return _Told(page)
            if not answer.body:
                answer = await self._ask(url, query, None)
                judgement = envelope(answer, record)
        if self._found.platform.blank_ends and _is_blank(answer):
            content = Content("api", says_empty=not query.offset)
            return _Told(ListingPage(url, answer, CHANGED, content), Part(()))
        if answer.body and judgement.fetch in ("changed", "unchanged"):
            return self._opened(url, query, answer, judgement)
        return _Told(ListingPage(url, answer, judgement))

    async def _ask(self, url: str, query: Query, record: PageRecord | None) -> Answer:
        body = None if query.body is None else json.dumps(query.body).encode()
        return await self._fetcher.ask(url, record, accept=ACCEPT, body=body)

    def _opened(self, url: str, query: Query, answer: Answer, judgement: Judgement) -> _Told:
        found = self._found
        try:
            part = found.platform.read(answer.body, found.tenant, query)
        except MISREAD as error:
            return _Told(ListingPage(url, answer, _unread(answer, error)))
        told = tuple(self._posting(one.node, url) for one in part.jobs)
        keys = tuple(
            self._keys(one.id, posting, url) for one, posting in zip(part.jobs, told, strict=True)
        )
        links = tuple(
            _link(posting, each[0], one.updated)
            for one, posting, each in zip(part.jobs, told, keys, strict=True)
        )
        nexts = tuple(_link_of(each, found.tenant.api) for each in _following(part))
        empty = not (keys or nexts or query.offset or part.unread)
        content = Content("api", links, nexts=nexts, carried=keys, says_empty=empty)
        return _Told(ListingPage(url, answer, judgement, content), part, told)

    def _posting(self, node: dict[str, object], url: str) -> Posting:
        return posting_of(node, syntax=f"api:{self._found.platform.name}", url=url)

    def _keys(self, native: str, posting: Posting, url: str) -> tuple[str, ...]:
        own = f"{self._found.platform.name}:{self._found.tenant.key}:{native}"
        return tuple(dict.fromkeys((own, *keys_of(posting, url=url, alone=False))))

    def _take(self, told: _Told) -> None:
        page = told.page
        content, changed = page.content, page.judgement.fetch == "changed"
        postings = told.postings if told.part else (None,) * len(content.carried)
        for link, keys, posting in zip(content.links, content.carried, postings, strict=True):
            if keys[0] not in self._told:
                self._told.add(keys[0])
                entry = Entry(link, keys, page.url, page.answer.at, changed, posting)
                self.entries.append(entry)


def _following(part: Part) -> tuple[Query, ...]:
    return (part.next, *part.also) if part.next else part.also


def _link_of(query: Query, api: str) -> Link:
    """A further part as it is remembered: how far it is stands in the link's text."""
    return Link(query.url(api), json.dumps([query.offset, query.total]))


def _query_of(link: Link, offset: int) -> Query:
    if not link.text.startswith("["):
        return Query(link.url, offset=offset)
    offset, total = json.loads(link.text)
    return Query(link.url, offset=offset, total=total)


def _is_another_thing(page: ListingPage) -> bool:
    """Whether there is nothing at a part's address, no list, or robots.txt keeps us from it."""
    trouble = page.answer.trouble
    if trouble and trouble.fetch == "blocked":
        return page.answer.status is None
    unread = page.judgement.fetch == "failed" and page.answer.status == HTTPStatus.OK
    return page.judgement.fetch == "gone" or (unread and not page.answer.partial)


def _is_blank(answer: Answer) -> bool:
    return answer.status == HTTPStatus.OK and not answer.trouble and not answer.body.strip()


def _unread_entries(part: Part) -> str | None:
    """What is said of entries that could not be read: they must not look absent."""
    if not part.unread:
        return None
    count = len(part.unread)
    entries = f"{count} entries" if count > 1 else "one entry"
    return f"{entries} of its list could not be read: {part.unread[0]}"


def _link(posting: Posting, name: str, updated: str | None) -> Link:
    version = f"{updated or ''} {fingerprint(posting)}".strip()
    if posting.url is None:
        return Link("", posting.title or "", version, name)
    return Link(posting.url, posting.title or "", version)


def _unread(answer: Answer, error: Exception) -> Judgement:
    """What an answer is that is not the list: perhaps something that stands before it."""
    judgement = listing_without_postings(answer, parse(answer.body, answer.content_type))
    if judgement.fetch != "changed":
        return judgement
    return Judgement("failed", f"its list could not be read ({type(error).__name__}: {error})")
