"""Ask for a platform's list, part by part, and remember what it said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from crawler.answer import Answer
from crawler.classify import Judgement, envelope, listing_without_postings
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

    async def read(self) -> None:
        """Ask for every part; what kept it from being read to its end is told to the walk."""
        query: Query | None = self._found.platform.first(self._found.tenant)
        asked = 0
        while query:
            if asked >= self._cap:
                self._walk.truncated = f"its list has more than {self._cap} parts"
                return
            asked += 1
            query = await self._read(query)

    async def _read(self, query: Query) -> Query | None:
        told = await self._part(query)
        page, part = told.page, told.part
        self._walk.pages.append(replace(page, first=not self._walk.pages))
        if not page.good:
            self._walk.exhausted = False
            return None
        before = len(self._told)
        self._take(told)
        if part and part.truncated:
            self._walk.truncated = part.truncated
            return None
        if query.body is None:
            self._kept.append(page)
        if page.content.carried and len(self._told) == before:
            self._walk.truncated = f"its list repeats itself after {before} postings"
            return None
        return self._next(query, page, part)

    def _next(self, query: Query, page: ListingPage, part: Part | None) -> Query | None:
        if part:
            return part.next
        offset = query.offset + len(page.content.carried)
        return next((Query(link.url, offset=offset) for link in page.content.nexts), None)

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
        nexts = (Link(part.next.url(found.tenant.api)),) if part.next else ()
        content = Content(
            "api", links, nexts=nexts, carried=keys, says_empty=not keys and not query.offset
        )
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
