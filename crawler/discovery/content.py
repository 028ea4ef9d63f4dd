"""What one listing page says, as a value that can be remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from crawler.answer import Answer
from crawler.discovery.embedded_data import embedded_in, listed_in
from crawler.discovery.entrance import LISTING_WORDS
from crawler.discovery.feeds import Feed, feeds_of, parse_feed
from crawler.discovery.itemlists import listed_urls
from crawler.discovery.links import Link, each_once, likely, links_of, same_place
from crawler.discovery.pagination import Pieces, next_pages, pieces_of
from crawler.discovery.sitemaps import Sitemap, parse_sitemap
from crawler.html import Page, parse
from crawler.judge.closing import no_openings
from postings.fingerprint import fingerprint
from postings.identity import keys_of
from postings.model import Posting
from postings.reading import READER_VERSION, read_document
from postings.urls import absolute, canonical


@dataclass(frozen=True)
class Content:
    """What a listing page says.

    Attributes:
        kind: ``page`` (HTML or JSON), ``sitemap``, ``feed`` or ``api`` (a platform's list).
        links: what may lead to postings; of the first ``sure`` the page says so itself (an
            ItemList), the next ``embedded`` stand in the data of its scripts.
        nexts: further pages of the listing, or shards of a sitemap index.
        carried: the keys of the postings that stand on the page itself, one tuple each.
        own_urls: the canonical URLs that carried postings name as theirs.
        says_empty: it says in words, or by an empty list, that there is nothing.
        single: it is one posting's own page.
        reader: the version of the reader that read it.
        embedded: how many links stand in its scripts' data, of ``counted`` postings there.
        total: how many postings that data says there are in all.
        own: the own pages of the postings that it carries, with a version of what it says of
            each; as many as ``carried``, with an empty URL where there is none.
        feeds: the feeds that it names; whether a feed calls itself ``whole``.
    """

    kind: str = "page"
    links: tuple[Link, ...] = ()
    sure: int = 0
    nexts: tuple[Link, ...] = ()
    carried: tuple[tuple[str, ...], ...] = ()
    own_urls: tuple[str, ...] = ()
    says_empty: bool = False
    single: bool = False
    reader: int = READER_VERSION
    embedded: int = 0
    counted: int = 0
    total: int | None = None
    own: tuple[Link, ...] = ()
    feeds: tuple[Link, ...] = ()
    whole: bool = False

    @property
    def embedded_links(self) -> tuple[Link, ...]:
        """The links that stand in the data of its scripts."""
        return self.links[self.sure : self.sure + self.embedded]

    def links_beside(self, told: int) -> tuple[Link, ...]:
        """The links after the first ``told``, without those that only continue the listing."""
        nexts = {link.name for link in self.nexts}
        return tuple(link for link in self.links[told:] if link.name not in nexts)

    def json(self) -> dict[str, Any]:
        """As JSON values, for the page's record."""
        return {
            "kind": self.kind,
            "links": [link.json() for link in self.links],
            "sure": self.sure,
            "nexts": [link.json() for link in self.nexts],
            "carried": [list(keys) for keys in self.carried],
            "own_urls": list(self.own_urls),
            "says_empty": self.says_empty,
            "single": self.single,
            "reader": self.reader,
            "embedded": self.embedded,
            "counted": self.counted,
            "total": self.total,
            "own": [link.json() for link in self.own],
            "whole": self.whole,
        }

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Content:
        """The inverse of ``json``."""
        return cls(
            kind=stored["kind"],
            links=tuple(Link.of(each) for each in stored["links"]),
            sure=stored["sure"],
            nexts=tuple(Link.of(each) for each in stored["nexts"]),
            carried=tuple(tuple(keys) for keys in stored["carried"]),
            own_urls=tuple(stored["own_urls"]),
            says_empty=stored["says_empty"],
            single=stored["single"],
            reader=stored["reader"],
            embedded=stored.get("embedded", 0),
            counted=stored.get("counted", 0),
            total=stored.get("total"),
            own=tuple(Link.of(each) for each in stored.get("own", ())),
            whole=stored.get("whole", False),
        )


@dataclass(frozen=True)
class Opened:
    """A listing page that was read: its content, its postings, its tree (None: no HTML).

    ``whole`` is False when a limit kept something of it from being read.
    """

    content: Content
    postings: tuple[Posting, ...] = ()
    page: Page | None = None
    whole: bool = True


def read_listing(answer: Answer) -> Opened:
    """Read a listing page: a sitemap, a feed, an HTML page or a JSON list."""
    url = answer.final_url
    sitemap = parse_sitemap(answer.body, url)
    if sitemap is not None:
        return Opened(_of_sitemap(sitemap))
    reading = read_document(answer.body, url, answer.content_type)
    feed = parse_feed(answer.body, url)
    if feed is not None:
        content = _of_feed(feed, reading.postings, url)
        return Opened(content, reading.postings, None, reading.complete)
    if _is_json(answer):
        content = _of_json(_json(answer), reading.postings, url)
        return Opened(content, reading.postings, None, reading.complete)
    page = parse(answer.body, answer.content_type)
    content = _of_page(page, reading.postings, url) if page else _carrying(reading.postings, url)
    return Opened(content, reading.postings, page, reading.complete)


def _of_page(page: Page, postings: tuple[Posting, ...], url: str) -> Content:
    listed, data, nexts = listed_urls(page, url), embedded_in(page, url), next_pages(page, url)
    embedded = tuple(link for link in data.links if link.name not in {one.name for one in listed})
    anchors = links_of(page, url)
    single = len(postings) == 1 and is_single(
        postings[0], page, url, listing=bool(listed or data.links or nexts or likely(anchors))
    )
    return replace(
        _carrying(postings, url, single=single),
        links=tuple(each_once((*listed, *embedded, *anchors))),
        sure=len(listed),
        embedded=len(embedded),
        counted=data.count,
        total=data.total,
        nexts=tuple(Link(each) for each in nexts),
        says_empty=not postings and no_openings(page),
        feeds=feeds_of(page, url),
    )


def _carrying(postings: tuple[Posting, ...], url: str, *, single: bool = False) -> Content:
    """The content of what carries these postings."""
    return Content(
        carried=tuple(keys_of(each, url=url, alone=single) for each in postings),
        own_urls=tuple(canonical(each.url) for each in postings if each.url),
        own=tuple(own_page_of(each, url) for each in postings),
        single=single,
    )


def own_page_of(posting: Posting, url: str) -> Link:
    """The own page of a posting that stands at ``url``, and a version of what stands there."""
    there = (
        posting.url and canonical(posting.url) != canonical(url) and same_place(posting.url, url)
    )
    version = fingerprint(posting)
    return Link(posting.url or "", posting.title or "", version) if there else Link("", "", version)


def is_single(posting: Posting, page: Page, url: str, *, listing: bool) -> bool:
    """Whether a page with one posting is that posting's own page rather than a list of one.

    ``listing``: something on it leads to further postings or pages.
    """
    if posting.url:
        return canonical(posting.url) == canonical(url)
    title = (posting.title or "").casefold().strip()
    heading = f"{page.heading} {page.title}"
    if title and title in heading.casefold():
        return True
    return not listing and not LISTING_WORDS.search(heading)


def _of_feed(feed: Feed, postings: tuple[Posting, ...], url: str) -> Content:
    return replace(
        _carrying(postings, url),
        kind="feed",
        links=feed.entries,
        nexts=feed.nexts,
        says_empty=not feed.entries and not postings,
        whole=feed.whole,
    )


def _of_json(told: Any, postings: tuple[Posting, ...], url: str) -> Content:
    """A list as JSON, or JSON with pieces of a page in it, as "load more" is answered."""
    data, pieces = listed_in([told], url), Pieces() if postings else pieces_of(told)
    page = parse(pieces.html.encode(), "text/html; charset=utf-8") if pieces.html else None
    anchors = links_of(page, url) if page else ()
    nexts = next_pages(page, url) if page else ()
    following = (absolute(url, each) for each in (*nexts, *pieces.nexts))
    links = tuple(each_once((*data.links, *anchors)))
    return replace(
        _carrying(postings, url),
        links=links,
        embedded=len(data.links),
        counted=data.count,
        total=data.total,
        nexts=tuple(each_once(Link(each) for each in following if each and same_place(each, url))),
        says_empty=not postings and not links and (told == [] or _has_no_items(told)),
    )


def _of_sitemap(sitemap: Sitemap) -> Content:
    empty = not sitemap.pages and not sitemap.shards
    return Content("sitemap", sitemap.pages, nexts=sitemap.shards, says_empty=empty)


def _is_json(answer: Answer) -> bool:
    return "json" in (answer.content_type or "") or answer.body.lstrip()[:1] in (b"{", b"[")


def _json(answer: Answer) -> Any:
    """The JSON that an answer is; None where it is broken."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _has_no_items(told: Any) -> bool:
    return isinstance(told, dict) and told.get("items") == []
