"""A list says what exists; a new or changed posting's own page is read where it has one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime

from crawler.details import Asked, Details, Target
from crawler.discovery.links import Link
from crawler.html import parse
from crawler.judge.impediments import is_shell
from crawler.known import KnownPostings
from crawler.platforms.listing import Entry
from crawler.platforms.merge import merged
from crawler.ports import Item, Memory
from crawler.revisit import CROWD, is_due
from crawler.settings_for import CrawlerSettings
from postings.identity import keys_of, url_key
from postings.model import Observation, Posting
from postings.reading import READER_VERSION
from storage.pages import PageRecord


class OwnPages:
    """The own pages of a list's postings, in one crawl.

    Attributes:
        detail: postings' pages are read beside the list.
        left_out: new postings whose page was not asked because the crawl's time ran out.
    """

    def __init__(
        self,
        details: Details,
        memory: Memory,
        known: KnownPostings,
        settings: CrawlerSettings,
        *,
        platform: str,
        now: datetime,
        late: Callable[[], bool],
    ) -> None:
        chosen = settings.platforms.get(platform)
        self._details = details
        self._memory = memory
        self.detail = chosen is None or chosen.detail == "auto"
        self._now = now
        self._revisit = settings.revisit
        self._late = late
        self._known = {key for one in known.all for key in one.keys}
        self._due = {key for one in known.all if one.asked_due for key in one.keys}
        self.left_out = 0

    def wants(self, link: Link, keys: tuple[str, ...]) -> bool:
        """Whether a listed posting's own page is to be asked in this crawl."""
        if not self.detail or not link.url:
            return False
        if self._is_new(keys) or keys[0] in self._due:
            return True
        # Every entry has a version, so the size of the board does not matter.
        record = self._details.record(link.name)
        return is_due(record, link.lastmod, self._now, self._revisit, CROWD)

    async def items(self, entries: list[Entry]) -> AsyncIterator[Item]:
        """What the entries come to: those left alone first, then new ones, then the others."""
        wanted = [entry for entry in entries if self.wants(entry.link, entry.keys)]
        asked = {entry.keys[0] for entry in wanted}
        for entry in entries:
            if entry.keys[0] not in asked:
                yield self._from_list(entry)
        for entry in sorted(wanted, key=lambda one: not self._is_new(one.keys)):
            if entry.link.name in self._details.names:
                yield _listed(entry)
            elif self._late():
                self.left_out += self._is_new(entry.keys)
                yield _unchanged(entry)
            else:
                for item in await self._ask(entry):
                    yield item

    def _is_new(self, keys: tuple[str, ...]) -> bool:
        return keys[0] not in self._known

    def _from_list(self, entry: Entry) -> Observation:
        """An entry whose page is left alone: its last answer stands, where it had one."""
        alone = not self.detail or not entry.link.url
        return _listed(entry) if alone and entry.fetch_changed else _unchanged(entry)

    async def _ask(self, entry: Entry) -> list[Item]:
        link = entry.link
        record = self._details.record(link.name)
        fresh = self._is_new(entry.keys) or record is None or record.lastmod != link.lastmod
        target = Target(link.url, listed=True, lastmod=link.lastmod, name=link.name)
        asked = await self._details.look(target, fresh=fresh)
        return list(self._items(entry, asked))

    def _items(self, entry: Entry, asked: Asked) -> Iterator[Item]:
        """What a page's answer and the list say together."""
        fetch, evidence = asked.judgement.fetch, asked.judgement.evidence
        carried = self._carried_before(entry.link.name)
        page = _own(asked, entry) if fetch == "changed" else None
        if page and entry.posting:
            yield from self._details.items(_both(asked, page, entry))
        elif fetch == "unchanged" or evidence in ("http_status", "closing_phrase"):
            yield from self._details.items(asked)
        elif _is_bare(asked):
            yield from self._bare(entry, asked, carried)
        elif carried or (fetch == "failed" and self._is_new(entry.keys) and _is_thin(entry)):
            yield from self._details.items(asked)
        else:
            yield _listed(entry)

    def _bare(self, entry: Entry, asked: Asked, carried: bool) -> Iterator[Item]:
        """The page answered and carries no posting, as on platforms that draw it by script."""
        if not carried and entry.posting and entry.posting.title is None:
            # A sitemap has but its address: it waits until something tells more of it.
            yield _unchanged(entry)
        elif not carried:
            yield _listed(entry)
            yield _other(asked)
        elif asked.judgement.evidence == "redirect":
            yield from self._details.items(asked)
        else:
            yield _unchanged(entry)

    def _carried_before(self, name: str) -> bool:
        """Whether the page has ever carried the posting, read by whatever version."""
        record = self._memory.page(name)
        return record is not None and record.role == "detail" and bool(record.answer.get("keys"))


def _own(asked: Asked, entry: Entry) -> Posting | None:
    """The posting of a page that is the entry's: the only one, or the one that shares a key."""
    if len(asked.postings) == 1:
        return asked.postings[0]
    ours = set(entry.keys)
    return next(
        (
            posting
            for posting, keys in zip(asked.postings, asked.keys, strict=True)
            if ours.intersection(keys)
        ),
        None,
    )


def _both(asked: Asked, page: Posting, entry: Entry) -> Asked:
    url = asked.answer.final_url
    posting = merged(page, entry.posting, url=url) if entry.posting else page
    found = (entry.keys[0], *keys_of(page, url=url, alone=True), *entry.keys[1:])
    keys = tuple(dict.fromkeys((*found, url_key(asked.target.url))))
    return replace(asked, keys=(keys,), postings=(posting,))


def _is_bare(asked: Asked) -> bool:
    judgement = asked.judgement
    if judgement.fetch == "changed" or judgement.evidence in ("markup_removed", "redirect"):
        return True
    if judgement.fetch != "failed" or asked.answer.status != 200:
        return False
    page = parse(asked.answer.body, asked.answer.content_type)
    return page is not None and not asked.answer.partial and is_shell(page)


def _is_thin(entry: Entry) -> bool:
    return entry.posting is None or entry.posting.description_html is None


def _listed(entry: Entry) -> Observation:
    """What the list itself says of a posting."""
    if entry.posting is None:
        return _unchanged(entry)
    return replace(_unchanged(entry), fetch="changed", posting=entry.posting)


def _unchanged(entry: Entry) -> Observation:
    return Observation(
        entry.list_url, entry.at, "unchanged", listed=True, asked=False, keys=entry.keys
    )


def _other(asked: Asked) -> PageRecord:
    """The record of a page that answered and carries no posting."""
    return PageRecord(
        url=asked.target.name,
        role="other",
        checked_at=asked.answer.at,
        changed_at=asked.answer.at,
        lastmod=asked.target.lastmod,
        answer={"keys": [], "reader": READER_VERSION},
    )
