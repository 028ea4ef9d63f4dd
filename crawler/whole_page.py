"""Postings that stand whole on the board's page, and their own pages (rule 11).

The own page of a posting that is new, or of which the board's page says something else than
before, is read too: it wins field by field, and the board's page fills the gaps. Where own pages
carry no posting, a few of them tell, and the others are left alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from crawler.details import Asked, Details, Target
from crawler.discovery.links import Link, shape_of_name
from crawler.discovery.walk import ListingPage, Walk
from crawler.following import Following
from crawler.known import KnownPostings
from crawler.platforms.merge import merged
from crawler.ports import Item
from crawler.revisit import CROWD, is_due
from crawler.settings_for import CrawlerSettings
from postings.identity import keys_of, url_key
from postings.model import Observation, Posting
from postings.reading import READER_VERSION
from storage.pages import PageRecord

_SAMPLE: Final = 3
_NOWHERE: Final = Link("", "", "")


@dataclass(frozen=True)
class Carried:
    """A posting on the board's page; ``posting`` is None where the page was not read again."""

    page: ListingPage
    keys: tuple[str, ...]
    own: Link
    posting: Posting | None

    @property
    def shape(self) -> str:
        """The shape of its own page's URL."""
        return shape_of_name(self.own.name)


class WholePages:
    """The own pages of what stands on the pages of one listing."""

    def __init__(
        self,
        details: Details,
        known: KnownPostings,
        settings: CrawlerSettings,
        following: Following,
        *,
        now: datetime,
        late: Callable[[], bool],
    ) -> None:
        self._details = details
        self._revisit = settings.revisit
        self._following = following
        self._now = now
        self._late = late
        self._known = {key for one in known.all for key in one.keys}
        self._due = {key for one in known.all if one.asked_due for key in one.keys}
        self._bare: Counter[str] = Counter()
        self._carrying: set[str] = set()

    async def items(self, walk: Walk) -> AsyncIterator[Item]:
        """What the pages of a listing carry: what is left alone first, then what is new."""
        for number, page in enumerate(walk.pages):
            if page.good and page.opened is None and any(map(self._wants, _on(page))):
                await walk.read_again(number)
        entries = [each for page in walk.pages if page.good for each in _on(page)]
        wanted = [each for each in entries if self._wants(each)]
        asked = {each.keys for each in wanted}
        for each in entries:
            if each.keys not in asked:
                yield self._left_alone(each)
        for each in sorted(wanted, key=lambda one: not self._is_new(one)):
            if self._late() or not self._may_ask(each):
                before = self._carried_before(each)
                yield _unchanged(each) if before else self._listed(each, unread=self._late())
            else:
                for item in await self._ask(each):
                    yield item

    def _wants(self, entry: Carried) -> bool:
        """Whether a posting's own page is to be asked in this crawl."""
        if not self._may_ask(entry):
            return False
        record = self._details.record(entry.own.name)
        if self._due.intersection(entry.keys):
            return True
        if entry.posting is None and record is None:
            return False
        return self._is_new(entry) or is_due(
            record, entry.own.lastmod, self._now, self._revisit, CROWD
        )

    def _may_ask(self, entry: Carried) -> bool:
        asked = entry.own.name in self._details.names
        return bool(entry.own.url) and not asked and entry.shape not in self._following.barren

    def _is_new(self, entry: Carried) -> bool:
        return not self._known.intersection(entry.keys)

    def _left_alone(self, entry: Carried) -> Observation:
        """A posting whose own page is not asked: its last answer stands, where it had one."""
        return _unchanged(entry) if self._carried_before(entry) else self._listed(entry)

    def _listed(self, entry: Carried, *, unread: bool = False) -> Observation:
        """What the board's page itself says; ``unread``: its own page may say more one day."""
        posting = entry.posting
        if posting and unread:
            source = replace(posting.source, syntax=f"{posting.source.syntax}:list")
            posting = replace(posting, source=source)
        fetch = entry.page.judgement.fetch
        return replace(_unchanged(entry), fetch=fetch, posting=posting)

    async def _ask(self, entry: Carried) -> list[Item]:
        own = entry.own
        record = self._details.record(own.name)
        fresh = record is None or record.lastmod != own.lastmod or self._is_new(entry)
        target = Target(own.url, listed=True, lastmod=own.lastmod, name=own.name)
        asked = await self._details.look(target, fresh=fresh)
        self._learn(entry, asked)
        return list(self._items(entry, asked))

    def _learn(self, entry: Carried, asked: Asked) -> None:
        """After a few own pages of a shape that carry nothing, no more are asked."""
        if asked.carries:
            self._carrying.add(entry.shape)
        elif asked.carries is False and not self._carried_before(entry):
            self._bare[entry.shape] += 1
            if self._bare[entry.shape] >= _SAMPLE and entry.shape not in self._carrying:
                self._following.barren.append(entry.shape)

    def _items(self, entry: Carried, asked: Asked) -> Iterator[Item]:
        """What the own page's answer and the board's page say together."""
        fetch, before = asked.judgement.fetch, self._carried_before(entry)
        page = _own(entry, asked) if fetch == "changed" else None
        if page and entry.posting:
            yield from self._details.items(_both(asked, page, entry))
        elif before and fetch != "changed" and asked.judgement.evidence != "markup_removed":
            yield from self._details.items(asked)
        elif before:
            yield _unchanged(entry)
        elif fetch == "failed" and self._is_new(entry) and _is_thin(entry):
            yield from self._details.items(asked)
        else:
            unread = fetch in ("blocked", "failed")
            yield self._listed(entry, unread=unread)
            if not unread:
                yield _other(asked)

    def _carried_before(self, entry: Carried) -> bool:
        """Whether the own page has ever carried the posting."""
        if not entry.own.url:
            return False
        record = self._details.memory.page(entry.own.name)
        return record is not None and record.role == "detail" and bool(record.answer.get("keys"))


def _on(page: ListingPage) -> list[Carried]:
    """The postings that a listing page carries."""
    content, postings = page.content, page.postings
    own = content.own if len(content.own) == len(content.carried) else ()
    return [
        Carried(
            page,
            keys,
            own[n] if own and not content.single else _NOWHERE,
            postings[n] if postings else None,
        )
        for n, keys in enumerate(content.carried)
    ]


def _own(entry: Carried, asked: Asked) -> Posting | None:
    """The posting of a page that is the entry's: the only one, or the one that shares a key."""
    if len(asked.postings) == 1:
        return asked.postings[0]
    ours = set(entry.keys)
    found = zip(asked.postings, asked.keys, strict=True)
    return next((posting for posting, keys in found if ours.intersection(keys)), None)


def _is_thin(entry: Carried) -> bool:
    return entry.posting is None or entry.posting.description_html is None


def _both(asked: Asked, page: Posting, entry: Carried) -> Asked:
    url = asked.answer.final_url
    posting = merged(page, entry.posting, url=url) if entry.posting else page
    keys = (*keys_of(page, url=url, alone=True), *entry.keys, url_key(asked.target.url))
    return replace(asked, keys=(tuple(dict.fromkeys(keys)),), postings=(posting,))


def _unchanged(entry: Carried) -> Observation:
    page = entry.page
    return Observation(
        page.url, page.answer.at, "unchanged", listed=True, asked=False, keys=entry.keys
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
