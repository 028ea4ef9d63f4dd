"""Sort the links of a listing: which lead to postings, which are worth a try, which to leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from crawler.details import Target, target_of
from crawler.discovery.links import Link, grouped, is_promising, shape_of_name
from crawler.known import KnownPostings
from crawler.revisit import is_due
from storage.pages import PageRecord

_SAMPLE: Final = 3


@dataclass
class Sorted:
    """The links of a listing, sorted.

    Attributes:
        new: to be asked: never seen, of a shape that carried postings.
        again: known, and to be asked in this crawl.
        listed: known, and left alone in this crawl: their last answer stands.
        unknown: of shapes that nothing is known about.
    """

    new: list[Target] = field(default_factory=list)
    again: list[Target] = field(default_factory=list)
    listed: list[Target] = field(default_factory=list)
    unknown: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Sorter:
    """What links are sorted by."""

    known: KnownPostings
    records: dict[str, PageRecord]
    shapes: frozenset[str]
    barren: frozenset[str]
    now: datetime
    revisit: timedelta | None

    def sort(self, links: Iterable[Link], sure: frozenset[str]) -> Sorted:
        """Sort links; ``sure`` are canonical URLs that the listing itself calls postings."""
        links = list(links)
        crowd = sum(self._is_posting(link.name) for link in links)
        result = Sorted()
        for link in links:
            self._sort(link, crowd, sure, result)
        return result

    def _sort(self, link: Link, crowd: int, sure: frozenset[str], result: Sorted) -> None:
        record = self.records.get(link.name)
        target = target_of(link)
        if self._is_posting(link.name):
            if record and record.role == "detail" and not self._due(record, link, crowd):
                result.listed.append(target)
            else:
                result.again.append(target)
            return
        pattern = shape_of_name(link.name)
        confirmed = pattern in self.shapes or link.name in sure
        if record and (confirmed or self._due(record, link, crowd)):
            result.again.append(target)
        elif not record and confirmed:
            result.new.append(target)
        elif not record and pattern not in self.barren:
            result.unknown.append(link)

    def _is_posting(self, name: str) -> bool:
        record = self.records.get(name)
        return bool(self.known.at(name)) or (record is not None and record.role == "detail")

    def _due(self, record: PageRecord, link: Link, crowd: int) -> bool:
        if any(posting.asked_due for posting in self.known.at(record.url)):
            return True
        return is_due(record, link.lastmod, self.now, self.revisit, crowd)


@dataclass(frozen=True)
class Group:
    """Links of one shape, of which a few are tried first."""

    pattern: str
    sample: tuple[Link, ...]
    rest: tuple[Link, ...]
    promising: bool


def groups_of(links: Iterable[Link]) -> tuple[Group, ...]:
    """Links by shape, in the order in which the groups are worth a try."""
    found = []
    for pattern, group in grouped(links).items():
        last = len(group) - 1
        chosen = sorted({0, last // 2, last})[:_SAMPLE]
        rest = [link for n, link in enumerate(group) if n not in chosen]
        sample = tuple(group[n] for n in chosen)
        found.append(Group(pattern, sample, tuple(rest), is_promising(pattern, group)))
    return tuple(found)
