"""Ask postings' own pages, and say what each answer means for the postings that it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, Protocol

from crawler.answer import Answer, Trouble
from crawler.classify import (
    CHANGED,
    UNCHANGED,
    Judgement,
    envelope,
    with_expired_posting,
    without_posting,
)
from crawler.discovery.links import Link
from crawler.fetch import Ask, seen_again
from crawler.html import parse
from crawler.known import KnownPostings
from crawler.ports import Clock, Item, KnownPosting, Memory
from postings.fields.dates import deadline
from postings.identity import keys_of, url_key
from postings.model import Evidence, Observation, Posting
from postings.reading import READER_VERSION, read_document
from postings.urls import canonical
from postings.visits import PageSeen
from storage.pages import PageRecord

PATIENCE: Final = 10
_BAD: Final = ("blocked", "failed")


@dataclass(frozen=True)
class Target:
    """A page that is to be asked.

    ``listed``: this crawl's listing has it. ``hoped``: nothing says yet that it is a posting's.
    ``name`` is its canonical URL.
    """

    url: str
    listed: bool
    lastmod: str | None = None
    hoped: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", canonical(self.url))


def target_of(link: Link, *, hoped: bool = False) -> Target:
    """The page that a listing's link leads to."""
    return Target(link.url, listed=True, lastmod=link.lastmod, hoped=hoped, name=link.name)


@dataclass(frozen=True)
class Asked:
    """What came of asking one page.

    ``carries``: it has postings; None where that cannot be told. ``keys``: of its postings.
    """

    target: Target
    answer: Answer
    judgement: Judgement
    carries: bool | None = None
    keys: tuple[tuple[str, ...], ...] = ()
    postings: tuple[Posting, ...] = ()


class OtherWays(Protocol):
    """How else than by its page a posting can be asked for (a platform's API)."""

    async def instead(self, target: Target, record: PageRecord | None) -> Asked | None:
        """What is asked in the page's place; None where the page is to be asked."""

    async def after(self, asked: Asked) -> Asked:
        """What is known once the page has answered: more, where it told nothing of its posting."""


@dataclass
class Details:
    """The postings' pages of one crawl.

    Attributes:
        pages: those that did not answer well.
        read_whole: some posting's page was read, so that lost markup elsewhere means something.
        names: the canonical URLs that were asked.
        by_lastmod: how many pages were not asked because their sitemap calls them unchanged.
    """

    ask: Ask
    memory: Memory
    known: KnownPostings
    board_url: str
    clock: Clock
    pages: list[PageSeen] = field(default_factory=list)
    read_whole: bool = False
    names: set[str] = field(default_factory=set)
    not_modified: int = 0
    by_lastmod: int = 0
    ways: OtherWays | None = None
    _doubts: list[Asked] = field(default_factory=list)
    _streak: int = 0
    _last: Judgement = CHANGED

    async def look(self, target: Target, *, fresh: bool = False) -> Asked:
        """Ask one page; after many troubles in a row no more are asked.

        ``fresh``: its body is wanted, whether it has changed or not.
        """
        self.names.add(target.name)
        record = None if fresh else self.record(target.name)
        asked = await self._asked(target, record)
        self._count(asked)
        self.not_modified += asked.judgement.fetch == "unchanged"
        self.read_whole = self.read_whole or bool(asked.carries)
        return asked

    async def _asked(self, target: Target, record: PageRecord | None) -> Asked:
        ways = self.ways if self._streak < PATIENCE else None
        if ways and (told := await ways.instead(target, record)):
            return told
        asked = self.judged(target, await self._answer(target, record), record)
        return await ways.after(asked) if ways else asked

    def _count(self, asked: Asked) -> None:
        """Count troubles in a row; what robots.txt forbids is none."""
        if asked.judgement.fetch not in _BAD:
            self._streak = 0
        elif asked.judgement.fetch == "failed" or asked.answer.status is not None:
            self._streak += 1
            self._last = asked.judgement

    def items(self, asked: Asked) -> Iterator[Item]:
        """What a page says of its postings, and what to remember of it."""
        if asked.judgement.doubtful and self.owners(asked.target.name):
            self._doubts.append(asked)
            return
        yield from self._items(asked)

    async def control(self, seen: Collection[str]) -> tuple[Item, ...]:
        """Ask for one page that should carry its posting, where doubts hang on that.

        ``seen`` are the keys of the postings that the listing has.
        """
        if self.read_whole or not self._doubts:
            return ()
        page = next((one for one in self.known.all if self._should_stand(one, seen)), None)
        if page is None:
            return ()
        asked = await self.look(Target(page.url, listed=True))
        if not asked.carries:
            return ()
        # That it stands is all that is wanted: it is not compared.
        return (_observation(replace(asked, judgement=UNCHANGED), page.keys),)

    def _should_stand(self, known: KnownPosting, seen: Collection[str]) -> bool:
        untried = known.own_page and known.state == "open" and not known.asked_due
        listed = any(key in seen for key in known.keys)
        return untried and listed and canonical(known.url) not in self.names

    def doubtful_items(self) -> Iterator[Item]:
        """What was in doubt until the crawl's last page was asked."""
        for asked in self._doubts:
            redirect = asked.judgement.evidence == "redirect"
            if self.read_whole or (redirect and not asked.target.listed):
                yield from self._items(asked)
            else:
                detail = f"{asked.judgement.detail}; no page of the board could be read"
                yield from self._items(replace(asked, judgement=Judgement("failed", detail)))

    def record(self, name: str) -> PageRecord | None:
        """What is remembered of a page, unless an older reader read it."""
        record = self.memory.page(name)
        if record is None or record.role == "listing":
            return None
        return record if record.answer.get("reader") == READER_VERSION else None

    def listed_only(self, target: Target) -> Iterator[Observation]:
        """The postings of a page that is listed and is not asked: its last answer stands."""
        self.by_lastmod += target.lastmod is not None
        for keys in self.owners(target.name):
            yield Observation(
                target.url, self.clock(), "unchanged", listed=True, asked=False, keys=keys
            )

    async def _answer(self, target: Target, record: PageRecord | None) -> Answer:
        if self._streak < PATIENCE:
            return await self.ask(target.url, record)
        why = self._last.detail.removeprefix("not asked: ")
        if not why.startswith("the"):
            why = f"the {PATIENCE} pages before it did not answer ({why})"
        fetch: Literal["blocked", "failed"] = (
            "blocked" if self._last.fetch == "blocked" else "failed"
        )
        trouble = Trouble(fetch, f"not asked: {why}")
        return Answer(target.url, target.url, self.clock(), trouble=trouble)

    def judged(self, target: Target, answer: Answer, record: PageRecord | None) -> Asked:
        """What an answer says of the postings of ``target``."""
        judgement = envelope(answer, record)
        if judgement.fetch == "unchanged" and record:
            keys = tuple(tuple(each) for each in record.answer.get("keys", ()))
            return Asked(target, answer, judgement, carries=bool(keys), keys=keys)
        if judgement.fetch == "changed":
            return self._read(target, answer)
        return Asked(target, answer, judgement, False if judgement.fetch == "gone" else None)

    def _read(self, target: Target, answer: Answer) -> Asked:
        reading = read_document(answer.body, answer.final_url, answer.content_type)
        if reading.postings:
            return self._with_postings(target, answer, reading.postings)
        if not reading.complete:
            judgement = Judgement("failed", "it is too big to be read whole")
            return Asked(target, answer, judgement)
        page = parse(answer.body, answer.content_type)
        judgement = without_posting(answer, page, self.board_url)
        return Asked(target, answer, judgement, False if judgement.fetch == "ended" else None)

    def _with_postings(
        self, target: Target, answer: Answer, postings: tuple[Posting, ...]
    ) -> Asked:
        keys = tuple(_keys(each, answer, alone=len(postings) == 1) for each in postings)
        judgement = CHANGED
        if all(is_over(each, answer.at) for each in postings):
            judgement = with_expired_posting(parse(answer.body, answer.content_type))
        if self._led_elsewhere(target, answer, keys):
            detail = f"redirected to another posting, {answer.final_url}"
            judgement = Judgement("ended", detail, "redirect")
        return Asked(target, answer, judgement, True, keys, postings)

    def _led_elsewhere(
        self, target: Target, answer: Answer, keys: tuple[tuple[str, ...], ...]
    ) -> bool:
        """Whether a known posting's page redirects to one that is another posting's."""
        owners = self.owners(target.name)
        if not owners or canonical(answer.final_url) == target.name:
            return False
        mine = {key for owner in owners for key in owner} - {url_key(target.url)}
        theirs = {key for each in keys for key in each} - {url_key(target.url)}
        return bool(mine) and not mine & theirs

    def owners(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The keys of the postings that a page is known to be of."""
        known = tuple(one.keys or (f"url:{name}",) for one in self.known.at(name))
        if known:
            return known
        record = self.record(name)
        told = record.answer.get("keys", ()) if record else ()
        return tuple(tuple(each) for each in told)

    def _items(self, asked: Asked) -> Iterator[Item]:
        fetch = asked.judgement.fetch
        owners = self.owners(asked.target.name)
        if fetch == "unchanged" and not asked.keys and owners:
            silent = Judgement("failed", "its page, unchanged, does not show the posting")
            asked, fetch = replace(asked, judgement=silent), "failed"
        if fetch in ("changed", "unchanged"):
            yield from self._present(asked)
            return
        if owners or fetch in _BAD:
            self.pages.append(_seen(asked))
        for keys in owners:
            yield _observation(asked, keys, evidence=_evidence(asked))
        nothing = fetch == "ended" or (fetch == "gone" and asked.target.hoped)
        if nothing and not owners:
            yield self._remembered(replace(asked, keys=()), "other")

    def _present(self, asked: Asked) -> Iterator[Item]:
        for n, keys in enumerate(asked.keys):
            posting = asked.postings[n] if asked.postings else None
            yield _observation(asked, keys, posting=posting)
        yield self._remembered(asked, "detail" if asked.keys else "other")

    def _remembered(self, asked: Asked, role: str) -> PageRecord:
        before, answer = self.record(asked.target.name), asked.answer
        if asked.judgement.fetch == "unchanged" and before:
            return seen_again(before, answer, asked.target.lastmod or before.lastmod)
        return PageRecord(
            url=asked.target.name,
            role="detail" if role == "detail" else "other",
            checked_at=answer.at,
            changed_at=answer.at,
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
            body_hash=answer.body_hash,
            lastmod=asked.target.lastmod,
            answer={"keys": [list(keys) for keys in asked.keys], "reader": READER_VERSION},
            body_at=answer.at,
        )


def _keys(posting: Posting, answer: Answer, *, alone: bool) -> tuple[str, ...]:
    keys = keys_of(posting, url=answer.final_url, alone=alone)
    return tuple(dict.fromkeys((*keys, url_key(answer.url)))) if alone else keys


def is_over(posting: Posting, at: datetime) -> bool:
    """Whether a posting's own deadline has passed."""
    due = deadline(posting, at)
    return due is not None and due <= at


def _observation(
    asked: Asked,
    keys: tuple[str, ...],
    *,
    posting: Posting | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> Observation:
    return Observation(
        url=asked.target.url,
        at=asked.answer.at,
        fetch=asked.judgement.fetch,
        listed=asked.target.listed,
        keys=keys,
        posting=posting,
        evidence=evidence,
    )


def _evidence(asked: Asked) -> tuple[Evidence, ...]:
    kind = asked.judgement.evidence
    if kind is None:
        return ()
    return (Evidence(kind, asked.target.url, asked.answer.at, asked.judgement.detail),)


def _seen(asked: Asked) -> PageSeen:
    return PageSeen(
        url=asked.target.url,
        role="detail",
        fetch=asked.judgement.fetch,
        at=asked.answer.at,
        status=asked.answer.status,
        detail=asked.judgement.detail,
    )
