"""How a site breaks: each shape of outage says what answers instead of the sound site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeAlias

from postings.simulation.noise import chance
from postings.simulation.scenario import Breakage, Outage
from postings.simulation.site import Kind, Page, Site

STALE_BY: Final = 3.0
"""How many days old a stale listing is when its outage begins."""

Listing: TypeAlias = Callable[[Site, int, datetime, Outage], Page]
Detail: TypeAlias = Callable[[Site, str, datetime, Outage], Page]


def listing(site: Site, number: int, at: datetime) -> Page:
    """A page of the listing as it truly answers at ``at``, outages and all."""
    outage = site.scenario.outage(site.scenario.day(at))
    if outage is None:
        return site.listing(number, at)
    if site.scenario.shape == "single":
        return detail(site, site.scenario.board, at)
    if outage.breakage in _EVERYWHERE:
        return Page(_EVERYWHERE[outage.breakage])
    broken = _LISTINGS.get(outage.breakage)
    return broken(site, number, at, outage) if broken else site.listing(number, at)


def detail(site: Site, url: str, at: datetime) -> Page:
    """A posting's own page as it truly answers at ``at``, outages and all."""
    outage = site.scenario.outage(site.scenario.day(at))
    if outage is None:
        return site.page(url, at)
    if outage.breakage in _EVERYWHERE:
        return Page(_EVERYWHERE[outage.breakage])
    broken = _DETAILS.get(outage.breakage)
    return broken(site, url, at, outage) if broken else site.page(url, at)


def _truncated(site: Site, number: int, at: datetime, _outage: Outage) -> Page:
    """Its pagination ends early, and nothing says so."""
    whole = [site.listing(each, at) for each in range(site.scenario.pages)]
    links = [link for page in whole for link in page.links]
    nodes = [node for page in whole for node in page.nodes]
    kept = max(1, (len(links) + len(nodes)) // 3)
    first = Page("listing", tuple(nodes[:kept]), tuple(links[:kept]), says_empty=not links + nodes)
    return first if number == 0 else replace(first, links=(), nodes=())


def _shard(site: Site, number: int, at: datetime, _outage: Outage) -> Page:
    """One page of it fails: the second, or the only one."""
    last = min(1, site.scenario.pages - 1)
    return Page("error") if number == last else site.listing(number, at)


def _stale(site: Site, number: int, at: datetime, outage: Outage) -> Page:
    """A cache gives it as it was days before the outage began."""
    then = site.scenario.instant(max(0.0, outage.begins - STALE_BY))
    return site.listing(number, at, shown_at=then)


def _stale_page(site: Site, number: int, at: datetime, outage: Outage) -> Page:
    """Only the second of its pages is as old as that, or the only one."""
    is_old = number == min(1, site.scenario.pages - 1)
    return _stale(site, number, at, outage) if is_old else site.listing(number, at)


def _shift(site: Site, number: int, at: datetime, _outage: Outage) -> Page:
    """It grows shorter while it is read, so that what moves up a page is on none that was seen."""
    page = site.listing(number, at)
    if number == 0:
        return page
    first = chance(site.scenario.name, number, at) % 2
    return replace(page, links=page.links[first:], nodes=page.nodes[first:])


def _empty_list(_site: Site, _number: int, _at: datetime, _outage: Outage) -> Page:
    return Page("listing", says_empty=True)


def _without_markup(site: Site, number: int, at: datetime, _outage: Outage) -> Page:
    return replace(site.listing(number, at), nodes=(), says_empty=False)


def _half_listed(site: Site, number: int, at: datetime, outage: Outage) -> Page:
    whole = site.listing(number, at)
    links = tuple(link for link in whole.links if not _is_lost(site, link, outage))
    return replace(whole, links=links, nodes=whole.nodes[: max(1, len(whole.nodes) // 3)])


def _half(site: Site, url: str, at: datetime, _outage: Outage) -> Page:
    bare = url.partition("?")[0]
    return Page("error") if chance(bare, at.date()) % 2 else site.page(url, at)


def _bare(site: Site, url: str, at: datetime, _outage: Outage) -> Page:
    page = site.page(url, at)
    return Page("bare") if page.kind == "posting" else page


def _pages_home(_site: Site, _url: str, _at: datetime, _outage: Outage) -> Page:
    return Page("home")


def _half_lost(site: Site, url: str, at: datetime, outage: Outage) -> Page:
    return Page("gone") if _is_lost(site, url, outage) else site.page(url, at)


def _is_lost(site: Site, url: str, outage: Outage) -> bool:
    """Whether a posting is of the two thirds that a broken database has lost."""
    there = [one for one in site.scenario.openings if one.is_open(outage.begins)]
    return site.opening_at(url) not in there[: len(there) // 3]


_EVERYWHERE: Final[Mapping[Breakage, Kind]] = MappingProxyType({
    "failed": "error",
    "blocked": "refused",
    "timeout": "timeout",
    "challenge": "challenge",
    "shell": "shell",
    "login": "login",
    "elsewhere": "other",
    "home": "home",
})  # fmt: skip
_LISTINGS: Final[Mapping[Breakage, Listing]] = MappingProxyType({
    "truncated": _truncated,
    "shard": _shard,
    "stale": _stale,
    "stale_page": _stale_page,
    "shift": _shift,
    "empty_list": _empty_list,
    "markup": _without_markup,
    "half_lost": _half_listed,
})  # fmt: skip
_DETAILS: Final[Mapping[Breakage, Detail]] = MappingProxyType({
    "markup": _bare,
    "half": _half,
    "pages_home": _pages_home,
    "half_lost": _half_lost,
})  # fmt: skip
