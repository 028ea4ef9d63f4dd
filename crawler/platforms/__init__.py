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
    greenhouse,
    lever,
    personio,
    pinpoint,
    recruitee,
    rippling,
    teamtailor,
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
    )
}

_ADDRESSES: Final = (
    ("iframe", "src"),
    ("script", "src"),
    ("a", "href"),
    ("link", "href"),
    ("iframe", "data-src"),
)


@dataclass(frozen=True)
class Found:
    """A platform's board; ``url`` is what told of it."""

    platform: Platform
    tenant: Tenant
    url: str


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
    platform, parts = PLATFORMS[name], urlsplit(url)
    if not platform.anywhere or platform.is_posting.search(parts.path):
        return None
    return Found(platform, Tenant(parts.netloc.lower(), f"{parts.scheme}://{parts.netloc}"), url)


def by_page(page: Page, url: str, names: Iterable[str] = PLATFORMS) -> Found | None:
    """The one board that a page's frames, scripts and links lead to; None where several do."""
    names = tuple(names)
    found: dict[tuple[str, str], Found] = {}
    for target in _addresses(page, url):
        for name in names:
            if tenant := PLATFORMS[name].tenant_of(target):
                found.setdefault((name, tenant.key), Found(PLATFORMS[name], tenant, target))
    return next(iter(found.values())) if len(found) == 1 else None


def _addresses(page: Page, url: str) -> Iterator[str]:
    for tag, attribute in _ADDRESSES:
        for node in page.tree.iter(tag):
            if target := absolute(url, node.get(attribute) or "#"):
                yield target
