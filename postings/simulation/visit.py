"""What a crawl sees of a made-up site, asked in the order in which the crawler asks.

The listing first, then what it leads to, then what is known and missing from it; an answer that
has not changed since it was last read is not read again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from postings.identity import keys_of, url_key
from postings.model import Evidence, EvidenceKind, Fetch, Known, Observation
from postings.normalise import posting_of
from postings.simulation import breakages
from postings.simulation.site import Kind, Page, Site
from postings.visits import Crawl, PageSeen

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Visit:
    """One crawl: what it saw, and how its pages answered."""

    crawl: Crawl
    observations: tuple[Observation, ...]


class Visitor:
    """Crawls one site again and again; remembers what it read of which page."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._bodies: dict[str, str] = {}
        self._keys: dict[str, tuple[Keys, ...]] = {}

    def visit(self, name: str, at: datetime, known: Iterable[Known]) -> Visit:
        """Crawl the site at ``at``; ``name`` is the crawl's id."""
        known = tuple(known)
        listing = self._listing(at)
        good = [page.kind in _GOOD for page in listing]
        observations = list(self._carried(listing, at))
        single = self._site.scenario.shape == "single"
        if single and not good[0]:
            observations = [
                _observed(self._site.scenario.board, listing[0], at, one.keys, listed=False)
                for one in known
            ]
        if good[0] and not single:
            observations += self._details(listing, at, known, exhausted=all(good))
        crawl = Crawl(
            id=name,
            board=self._site.scenario.board,
            started_at=at,
            pages=tuple(self._seen(n, page, at) for n, page in enumerate(listing)),
            exhausted=all(good),
            single=single,
        )
        return Visit(crawl, tuple(observations))

    def _listing(self, at: datetime) -> list[Page]:
        found = [breakages.listing(self._site, 0, at)]
        if self._site.scenario.shape == "single":
            return [self._site_page(at)]
        while found[-1].more:
            found.append(breakages.listing(self._site, len(found), at))
        return found

    def _site_page(self, at: datetime) -> Page:
        return breakages.detail(self._site, self._site.scenario.board, at)

    def _seen(self, number: int, page: Page, at: datetime) -> PageSeen:
        board = self._site.scenario.board
        return PageSeen(
            url=board if number == 0 else f"{board}?page={number + 1}",
            role="listing",
            fetch=_LISTING_FETCH.get(page.kind) or _FETCH[page.kind],
            at=at,
            detail="" if page.kind in _GOOD else page.kind,
            postings=len(page.nodes) + len(page.links),
            says_empty=page.says_empty,
            first=number == 0,
        )

    def _carried(self, listing: Iterable[Page], at: datetime) -> Iterator[Observation]:
        """What the listing's pages carry whole."""
        single = self._site.scenario.shape == "single"
        for number, page in enumerate(listing):
            url = self._site.scenario.board + (f"?page={number + 1}" if number else "")
            if page.nodes:
                yield from self._read(url, page, at, listed=True, asked=single)

    def _details(
        self, listing: Iterable[Page], at: datetime, known: tuple[Known, ...], *, exhausted: bool
    ) -> list[Observation]:
        """What the listing leads to, then what is known and missing from it."""
        owners = _owners(known)
        links = {_name_of(link): link for page in listing for link in page.links}
        found = [one for url in links.values() for one in self._ask(url, at, owners, listed=True)]
        present = [one for one in found if one.fetch in ("changed", "unchanged")]
        seen = {key for one in present for key in one.keys if not key.startswith("content:")}
        told = bool(present) or any(page.says_empty for page in listing)
        missing = {
            _name_of(one.url): one.url
            for one in known
            if one.own_page
            and (_is_due(one, at) or (exhausted and told and one.state == "open"))
            and not seen.intersection(one.keys)
        }
        for name, url in missing.items():
            if name not in links:
                found += self._ask(url, at, owners, listed=False)
        return found

    def _ask(
        self, url: str, at: datetime, owners: Mapping[str, list[Keys]], *, listed: bool
    ) -> Iterator[Observation]:
        page = breakages.detail(self._site, url, at)
        if page.kind == "posting":
            yield from self._read(url, page, at, listed=listed, asked=True)
            return
        for keys in owners.get(_name_of(url)) or self._keys.get(_name_of(url), ()):
            yield _observed(url, page, at, keys, listed=listed)

    def _read(
        self, url: str, page: Page, at: datetime, *, listed: bool, asked: bool
    ) -> Iterator[Observation]:
        """The postings of a page that carries some; unchanged ones only by their keys."""
        name, body = _name_of(url), json.dumps(page.nodes, default=str)
        if self._bodies.get(name) == body:
            for keys in self._keys[name]:
                yield Observation(url, at, "unchanged", listed=listed, asked=asked, keys=keys)
            return
        read = [posting_of(dict(node), syntax="json-ld", url=url) for node in page.nodes]
        told = [keys_of(one, url=url, alone=asked) for one in read]
        self._bodies[name], self._keys[name] = body, tuple(told)
        for one, keys in zip(read, told, strict=True):
            yield Observation(
                url, at, "changed", listed=listed, asked=asked, keys=keys, posting=one
            )


def _owners(known: Iterable[Known]) -> Mapping[str, list[Keys]]:
    found: dict[str, list[Keys]] = defaultdict(list)
    for one in known:
        if one.own_page:
            for key in {_name_of(one.url), *(key for key in one.keys if key.startswith("url:"))}:
                found[key].append(one.keys)
    return found


def _is_due(known: Known, at: datetime) -> bool:
    """Whether its page is asked whatever the listing says."""
    late = known.state == "open" and known.deadline is not None and known.deadline <= at
    return late or known.absence is not None or known.still_published or bool(known.unlooked)


def _observed(url: str, page: Page, at: datetime, keys: Keys, *, listed: bool) -> Observation:
    """A page that does not carry its posting, as an observation of that posting."""
    told = _EVIDENCE.get(page.kind)
    evidence = (Evidence(told[0], url, at, told[1]),) if told else ()
    return Observation(url, at, _FETCH[page.kind], listed=listed, keys=keys, evidence=evidence)


@lru_cache(maxsize=65_536)
def _name_of(url: str) -> str:
    return url_key(url)


_GOOD: Final = ("listing", "posting")
_FETCH: Final[Mapping[Kind, Fetch]] = MappingProxyType({
    "posting": "changed",
    "listing": "changed",
    "gone": "gone",
    "closed": "ended",
    "home": "ended",
    "bare": "ended",
    "other": "ended",
    "error": "failed",
    "timeout": "failed",
    "shell": "failed",
    "refused": "blocked",
    "challenge": "blocked",
    "login": "blocked",
})  # fmt: skip
_LISTING_FETCH: Final[Mapping[Kind, Fetch]] = MappingProxyType({
    "home": "failed",
    "shell": "changed",
    "other": "changed",
})  # fmt: skip
_EVIDENCE: Final[Mapping[Kind, tuple[EvidenceKind, str]]] = MappingProxyType({
    "gone": ("http_status", "HTTP 404"),
    "closed": ("closing_phrase", "says: this position has been filled"),
    "home": ("redirect", "redirected to the home page"),
    "bare": ("markup_removed", "carries no JobPosting any more"),
    "other": ("markup_removed", "carries no JobPosting any more"),
})  # fmt: skip
