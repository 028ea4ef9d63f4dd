"""The platforms whose list can be asked: a registry, one file and one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from crawler.html import Page
from crawler.platforms import (
    ashby,
    bamboohr,
    breezy,
    gem,
    greenhouse,
    icims,
    jazzhr,
    jobvite,
    lever,
    oracle_hcm,
    paylocity,
    personio,
    pinpoint,
    recruitee,
    rippling,
    smartrecruiters,
    successfactors,
    teamtailor,
    ukg,
    workable,
    workday,
)
from crawler.platforms.platform import Platform, Tenant
from postings.urls import absolute

PLATFORMS: Final[dict[str, Platform]] = {
    platform.name: platform
    for platform in (
        greenhouse.PLATFORM,
        lever.PLATFORM,
        ashby.PLATFORM,
        workday.PLATFORM,
        recruitee.PLATFORM,
        teamtailor.PLATFORM,
        personio.PLATFORM,
        workable.PLATFORM,
        pinpoint.PLATFORM,
        rippling.PLATFORM,
        bamboohr.PLATFORM,
        smartrecruiters.PLATFORM,
        successfactors.PLATFORM,
        icims.PLATFORM,
        jobvite.PLATFORM,
        breezy.PLATFORM,
        jazzhr.PLATFORM,
        oracle_hcm.PLATFORM,
        gem.PLATFORM,
        paylocity.PLATFORM,
        ukg.PLATFORM,
    )
}

_EMBEDDING: Final = (("iframe", "src"), ("script", "src"), ("iframe", "data-src"))
_ADDRESSES: Final = (*_EMBEDDING, ("a", "href"), ("link", "href"))


@dataclass(frozen=True)
class Found:
    """A platform's board; ``url`` is what told of it."""

    platform: Platform
    tenant: Tenant
    url: str

    @property
    def title(self) -> str:
        """For people."""
        return f"{self.tenant.name} on {self.platform.name}"

    def is_same(self, other: Found) -> bool:
        """Whether it is the same board."""
        mine, theirs = self.platform.name, other.platform.name
        return (mine, self.tenant.key) == (theirs, other.tenant.key)


def by_url(url: str, names: Iterable[str] = PLATFORMS) -> Found | None:
    """The platform of a board's URL, told offline; None for other sites and one posting's page."""
    for name in names:
        if tenant := PLATFORMS[name].board_at(url):
            return Found(PLATFORMS[name], tenant, url)
    return None


def named(name: str, url: str) -> Found | None:
    """The board at ``url`` of a platform that the user named, on an employer's own domain too."""
    if found := by_url(url, (name,)):
        return found
    platform = PLATFORMS[name]
    if not platform.anywhere or platform.is_posting.search(urlsplit(url).path):
        return None
    return _on_own_domain(platform, url)


def _on_own_domain(platform: Platform, url: str) -> Found:
    parts = urlsplit(url)
    return Found(platform, Tenant(parts.netloc.lower(), f"{parts.scheme}://{parts.netloc}"), url)


def by_page(page: Page, url: str, names: Iterable[str] = PLATFORMS) -> Found | None:
    """The one board that a page's frames, scripts and links lead to; None where several do."""
    names = tuple(names)
    named_in = (_named_in(page, url, PLATFORMS[name]) for name in names)
    if board := next(filter(None, named_in), None):
        return board
    found: dict[tuple[str, str], Found] = {}
    # Its own addresses are many, and tell of a platform only on that platform's host.
    hosted = any(PLATFORMS[name].tenant_of(url) for name in names)
    own = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"
    for target in _addresses(page, url, _ADDRESSES):
        for name in names if hosted or not target.startswith(own) else ():
            if tenant := PLATFORMS[name].tenant_of(target):
                found.setdefault((name, tenant.key), Found(PLATFORMS[name], tenant, target))
    for name in () if found else names:
        if _is_marked(page, url, PLATFORMS[name]):
            there = _on_own_domain(PLATFORMS[name], url)
            found[name, there.tenant.key] = there
    return next(iter(found.values())) if len(found) == 1 else None


def is_embedded(page: Page, url: str, found: Found) -> bool:
    """Whether a page itself shows a platform's board: by a frame, a script or its own marks."""
    board = _named_in(page, url, found.platform)
    if _is_marked(page, url, found.platform) or (board and board.is_same(found)):
        return True
    tenants = map(found.platform.tenant_of, _addresses(page, url, _EMBEDDING))
    return any(tenant and tenant.key == found.tenant.key for tenant in tenants)


def _named_in(page: Page, url: str, platform: Platform) -> Found | None:
    """The board that a page's own scripts name, unless it is one posting's page."""
    if platform.board_in is None or platform.is_posting.search(urlsplit(url).path):
        return None
    board = platform.board_in(page)
    tenant = platform.tenant_of(board) if board else None
    return Found(platform, tenant, board) if board and tenant else None


def _is_marked(page: Page, url: str, platform: Platform) -> bool:
    """Whether a page of an employer's own domain is made of the platform's scripts and styles."""
    marks = platform.marks
    addresses = _addresses(page, url, (("script", "src"), ("link", "href")))
    return marks is not None and any(marks.search(each) for each in addresses)


def _addresses(page: Page, url: str, wanted: Iterable[tuple[str, str]]) -> Iterator[str]:
    for tag, attribute in wanted:
        for node in page.tree.iter(tag):
            if target := absolute(url, node.get(attribute) or "#"):
                yield target
