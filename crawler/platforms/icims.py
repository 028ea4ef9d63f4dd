"""iCIMS: the sitemap of its career sites, or their search, page by page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from lxml import etree

from crawler.html import Page
from crawler.platforms.html_lists import (
    Element,
    check_empty,
    in_class,
    page_of,
    words,
)
from crawler.platforms.nodes import address, identifier, places, posting
from crawler.platforms.platform import Job, Part, Platform, Query, Tenant, on_host, read_rows
from crawler.platforms.xml import document, said, shards
from postings.urls import absolute

_HOST = on_host(
    r"(?P<tenant>[\w-]+)\.icims\.com/",
    reserved=("www", "api", "developer", "help", "community", "login", "media", "cdn", "c"),
)
_JOB: Final = re.compile(r"^/jobs/(\d+)/(?:[^/]+/)?job/?$")
_PLACE: Final = re.compile(r"^([A-Z]{2})-([A-Z]{2,3})-(.+)$")
_PAGES: Final = re.compile(r"Page\s+(\d+)\s+of\s+(\d+)", re.IGNORECASE)
_FULL: Final = 20


def tenant_of(url: str) -> Tenant | None:
    """``careers-T.icims.com``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['tenant']}.icims.com")


def first(tenant: Tenant) -> Query:
    """The sitemap; where there is none, the search."""
    return Query("/sitemap.xml", otherwise=search(tenant))


def search(tenant: Tenant) -> Query:  # noqa: ARG001
    """The first page of the search, which has titles and places."""
    return Query(_search(0))


def _search(number: int) -> str:
    return f"/jobs/search?pr={number}&in_iframe=1"


def read(body: bytes, tenant: Tenant, query: Query) -> Part:
    """A sitemap, an index of sitemaps, or a page of the search."""
    if urlsplit(query.path).path == "/jobs/search":
        return _read_search(body, tenant, query)
    told = document(body, "urlset", "sitemapindex")
    if told.name == "sitemapindex":
        return shards(told, lambda url: _path(url, tenant))
    part = told.part("{*}url", lambda one: _of_sitemap(one, tenant))
    # A sitemap without postings may be one that nobody fills.
    unfilled = not part.jobs and query.path == "/sitemap.xml"
    return replace(part, next=search(tenant)) if unfilled else part


def _of_sitemap(one: etree._Element, tenant: Tenant) -> Job | None:
    url = _own(said(one, "{*}loc"), tenant)
    if url is None:
        return None
    told = posting(url=url, identifier=identifier(_number(url)))
    return Job(_number(url), told, said(one, "{*}lastmod") or None)


def _read_search(body: bytes, tenant: Tenant, query: Query) -> Part:
    page = page_of(body)
    cards = [_card(link) for link in page.tree.iter("a") if _own(link.get("href"), tenant)]
    rows = read_rows(list(dict.fromkeys(cards)), lambda card: _job(card, tenant))
    if not rows.count and not query.offset:
        check_empty(page, "iCIMS_JobsTable", "iCIMS_ListingsPage")
    number = int(parse_qs(urlsplit(query.path).query)["pr"][0])
    after = query.offset + rows.count
    more = rows.count and _goes_on(page, number, rows.count)
    return rows.part(Query(_search(number + 1), offset=after) if more else None)


def _goes_on(page: Page, number: int, count: int) -> bool:
    """Whether a page of the search has one after it; one that does not say so is asked."""
    if found := _PAGES.search(page.text):
        return int(found[1]) < int(found[2])
    asked = [parse_qs(urlsplit(link.get("href") or "").query) for link in page.tree.iter("a")]
    pages = [int(each["pr"][0]) for each in asked if each.get("pr", [""])[0].isdigit()]
    return any(each > number for each in pages) if pages else count >= _FULL


def _card(link: Element) -> Element:
    """The card that a link to a posting stands in; the link itself where it stands alone."""
    cards = (
        each
        for each in link.iterancestors("li", "tr", "div")
        if {"iCIMS_JobCardItem", "row"} & set((each.get("class") or "").split())
    )
    return next(cards, link)


def _job(card: Element, tenant: Tenant) -> Job:
    links = [card, *card.iter("a")]
    link = next(each for each in links if each.tag == "a" and _own(each.get("href"), tenant))
    url = _own(link.get("href"), tenant) or ""
    title = words(next(link.iter("h1", "h2", "h3", "h4"), None)) or words(link)
    told = posting(
        title=title,
        url=url,
        identifier=identifier(_number(url)),
        jobLocation=_places(card),
    )
    return Job(_number(url), told)


def _places(card: Element) -> list[Any]:
    """What stands in the field whose label speaks of a place: ``US-NJ-Edison``."""
    for label in in_class(card, "field-label"):
        value = label.getnext()
        if "location" in words(label).casefold() and value is not None:
            return [_place(each) for each in places([words(value)])]
    return []


def _place(said_: str) -> Any:
    if found := _PLACE.match(said_):
        country, region, town = found.groups()
        return address(addressLocality=town, addressRegion=region, addressCountry=country)
    only = re.fullmatch(r"[A-Z]{2}", said_)
    return address(addressCountry=said_) if only else said_


def _own(href: str | None, tenant: Tenant) -> str | None:
    """The plain address of a posting of this site; None for other pages and other hosts."""
    target = absolute(tenant.api, href or "#")
    if target is None:
        return None
    parts, there = urlsplit(target), tenant_of(target)
    ours = parts.netloc == urlsplit(tenant.api).netloc or (there and there.is_of(tenant))
    if not ours or not _JOB.match(parts.path):
        return None
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def _number(url: str) -> str:
    found = _JOB.match(urlsplit(url).path)
    return found[1] if found else ""


def _path(url: str, tenant: Tenant) -> str:
    """An address at the list's own host, whatever host it names."""
    parts = urlsplit(url)
    same = parts.netloc in ("", urlsplit(tenant.api).netloc) or tenant_of(url) is not None
    if not same:
        raise ValueError(f"it leads to another host, {parts.netloc}")
    return parts.path + (f"?{parts.query}" if parts.query else "")


def in_frame(url: str) -> str | None:
    """Where a posting's content stands that its page only frames."""
    parts = urlsplit(url)
    if not _JOB.match(parts.path) or "in_iframe" in parse_qs(parts.query):
        return None
    return urlunsplit(parts._replace(query=urlencode({"in_iframe": 1})))


PLATFORM = Platform(
    "icims",
    tenant_of,
    re.compile(r"^/jobs/\d+/"),
    first,
    read,
    full=search,
    page_too=in_frame,
)
