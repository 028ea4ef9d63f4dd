"""Postings in the data that a page's scripts are handed.

Links are made of addresses that stand in the data, never of numbers and names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from crawler.discovery.links import MOST_LINKS, Link, same_place
from crawler.discovery.states import MOST_VALUES, states_of
from crawler.html import Page, squash
from postings.urls import absolute, canonical

_NOT_A_LETTER: Final = re.compile(r"[^a-z0-9]")
_TITLES: Final = (
    "title jobtitle positiontitle postingtitle vacancytitle jobopeningname openingtitle name"
).split()
_ADDRESSES: Final = (
    "url joburl absoluteurl hostedurl detailurl detailsurl jobdetailurl publicurl canonicalurl"
    " careersurl permalink href link fullpath path uri"
).split()
_CHANGED: Final = ("updatedat", "datemodified", "modifiedat", "lastmodified", "updatedate")
_TELLING: Final = frozenset(
    "location locations city cities office offices department departments team teams"
    " employmenttype jobtype contracttype worktype workplacetype commitment jobid requisitionid"
    " reqid jobreqid jobseqno jobnumber dateposted posteddate postedat postingdate validthrough"
    " closingdate applicationdeadline remote salary hiringorganization seniority applyurl".split()
)
_JOBS: Final = re.compile(
    r"(job|position|opening|vacanc|posting|requisition|stelle|vacature|emploi|vaga)(?!title)",
    re.IGNORECASE,
)
_PAGING: Final = frozenset("meta pagination paging page pageinfo".split())
_TOTALS: Final = frozenset("total totalcount totalhits totalresults totaljobs numfound".split())


@dataclass(frozen=True)
class Listed:
    """What a page's data lists.

    Attributes:
        links: the pages of what looks like postings.
        count: how many there are, those without an address of this site included.
        total: how many there are in all, where the data says so.
    """

    links: tuple[Link, ...] = ()
    count: int = 0
    total: int | None = None


def embedded_in(page: Page, url: str) -> Listed:
    """What the data in a page's scripts lists."""
    return listed_in(states_of(page), url)


def listed_in(values: Iterable[Any], url: str) -> Listed:
    """The postings of JSON values: objects with a title, an address and a sign of being jobs."""
    found: dict[str, Link] = {}
    totals: list[int] = []
    here, count = canonical(url), 0
    for value in values:
        for thing, hinted, total in _things(value):
            told = {_bare(name): each for name, each in thing.items()}
            title = next(filter(None, (_text(told.get(name)) for name in _TITLES)), "")
            if not title or not (hinted or _is_telling(told)):
                continue
            if len(found) >= MOST_LINKS:
                # More than is read: the total says that something was left out.
                totals.append(len(found) + 1)
                break
            link = _link(told, title, url)
            count += link is not None or _is_telling(told)
            if link and link.name != here:
                found.setdefault(link.name, link)
                totals.extend([total] if total else [])
    return Listed(tuple(found.values()), min(count, MOST_LINKS), max(totals, default=None))


def _things(value: Any) -> Iterator[tuple[dict[str, Any], bool, int | None]]:
    """Every object; whether it stands below something named after jobs; the total told there."""
    waiting: list[tuple[Any, bool, int | None]] = [(value, False, None)]
    seen: set[int] = set()
    while waiting and len(seen) < MOST_VALUES:
        each, hinted, total = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, dict):
            yield each, hinted, total
            total = _total(each) or total
            named = [(name, one) for name, one in each.items() if isinstance(one, list | dict)]
            waiting.extend(
                (one, hinted or bool(_JOBS.search(str(name))), total)
                for name, one in reversed(named)
            )
        elif isinstance(each, list):
            below = [one for one in each if isinstance(one, list | dict)]
            waiting.extend((one, hinted, total) for one in reversed(below))


def _total(thing: dict[str, Any]) -> int | None:
    """The number that an object, or what it says of its pages, gives for all there is."""
    about = [each for name, each in thing.items() if _bare(name) in _PAGING]
    told = [
        number
        for each in (thing, *about)
        if isinstance(each, dict)
        for name, number in each.items()
        if _bare(name) in _TOTALS and isinstance(number, int) and not isinstance(number, bool)
    ]
    return max(told, default=None)


def _is_telling(told: dict[str, Any]) -> bool:
    """Whether an object says of itself that it is a posting."""
    kind = _text(told.get("typename")) or _text(told.get("type"))
    return bool(_TELLING & told.keys()) or bool(_JOBS.search(kind))


def _link(told: dict[str, Any], title: str, url: str) -> Link | None:
    address = next(filter(None, (_address(told.get(name), url) for name in _ADDRESSES)), None)
    changed = next(filter(None, (_text(told.get(name)) for name in _CHANGED)), None)
    return Link(address, squash(title)[:200], changed) if address else None


def _address(value: Any, url: str) -> str | None:
    """An address as it stands in the data: whole, or from the site's root."""
    if not isinstance(value, str) or not re.match(r"(https?://|/(?!/))\S+$", value):
        return None
    target = absolute(url, value)
    return target.partition("#")[0] if target and same_place(target, url) else None


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("rendered")
    return value.strip() if isinstance(value, str) else ""


def _bare(name: object) -> str:
    return _NOT_A_LETTER.sub("", str(name).lower())
