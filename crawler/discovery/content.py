"""What one listing page says, as a value that can be remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.answer import Answer
from crawler.discovery.itemlists import listed_urls
from crawler.discovery.links import Link, links_of
from crawler.discovery.pagination import next_pages
from crawler.discovery.sitemaps import Sitemap, parse_sitemap
from crawler.html import Page, parse
from crawler.judge.closing import no_openings
from postings.identity import keys_of
from postings.model import Posting
from postings.reading import READER_VERSION, read_document
from postings.urls import canonical


@dataclass(frozen=True)
class Content:
    """What a listing page says.

    Attributes:
        kind: ``page`` (HTML or JSON) or ``sitemap``.
        links: what may lead to postings; of the first ``sure`` the page says so itself (an
            ItemList).
        nexts: further pages of the listing, or shards of a sitemap index.
        carried: the keys of the postings that stand on the page itself, one tuple each.
        own_urls: the canonical URLs that carried postings name as theirs.
        says_empty: it says in words, or by an empty list, that there is nothing.
        single: it is one posting's own page.
        reader: the version of the reader that read it.
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
    """Read a listing page: a sitemap, an HTML page or a JSON list."""
    sitemap = parse_sitemap(answer.body, answer.final_url)
    if sitemap is not None:
        return Opened(_of_sitemap(sitemap))
    url = answer.final_url
    reading = read_document(answer.body, url, answer.content_type)
    page = None if _is_json(answer) else parse(answer.body, answer.content_type)
    postings = reading.postings
    single = len(postings) == 1 and page is not None and is_single(postings[0], page, url)
    listed = listed_urls(page, url) if page else ()
    content = Content(
        links=_merged(listed, links_of(page, url)) if page else (),
        sure=len(listed),
        nexts=tuple(Link(each) for each in next_pages(page, url)) if page else (),
        carried=tuple(keys_of(each, url=url, alone=single) for each in postings),
        own_urls=tuple(canonical(each.url) for each in postings if each.url),
        says_empty=not postings and (no_openings(page) if page else _is_empty_list(answer)),
        single=single,
    )
    return Opened(content, postings, page, reading.complete)


def is_single(posting: Posting, page: Page, url: str) -> bool:
    """Whether a page with one posting is that posting's own page rather than a list of one."""
    if posting.url:
        return canonical(posting.url) == canonical(url)
    title = (posting.title or "").casefold().strip()
    return bool(title) and title in f"{page.heading} {page.title}".casefold()


def _of_sitemap(sitemap: Sitemap) -> Content:
    empty = not sitemap.pages and not sitemap.shards
    return Content("sitemap", sitemap.pages, nexts=sitemap.shards, says_empty=empty)


def _merged(first: tuple[Link, ...], second: tuple[Link, ...]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for link in (*first, *second):
        found.setdefault(link.name, link)
    return tuple(found.values())


def _is_json(answer: Answer) -> bool:
    return "json" in (answer.content_type or "") or answer.body.lstrip()[:1] in (b"{", b"[")


def _is_empty_list(answer: Answer) -> bool:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    return told == [] or (isinstance(told, dict) and told.get("items") == [])
