"""RSS, Atom and JSON Feed as values: which pages they name, and where they go on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from crawler.discovery.links import Link, each_once
from crawler.discovery.xml import children, parse_xml, text_of
from crawler.html import Page, squash
from postings.urls import absolute

FEWEST: Final = 10
_ROOTS: Final = (b"<rss", b"<feed", b"<rdf:RDF", b":feed")
_TYPES: Final = ("application/rss+xml", "application/atom+xml", "application/feed+json")


@dataclass(frozen=True)
class Feed:
    """What a feed says.

    Attributes:
        entries: the pages that it names; ``lastmod`` where it tells when one was changed.
        nexts: where it goes on (RFC 5005, or JSON Feed's ``next_url``).
        whole: it calls itself complete (RFC 5005).
    """

    entries: tuple[Link, ...] = ()
    nexts: tuple[Link, ...] = ()
    whole: bool = False


def parse_feed(body: bytes, url: str) -> Feed | None:
    """The feed in ``body``; None where it is none, or broken."""
    head = body[:2048]
    if head.lstrip()[:1] == b"{":
        return _json_feed(body, url) if b"jsonfeed.org/version" in head else None
    if not any(root in head for root in _ROOTS):
        return None
    root = parse_xml(body)
    if root is None:
        return None
    kind = etree.QName(root).localname.lower()
    if kind == "feed":
        return _atom(root, url)
    return _rss(root, url) if kind in ("rss", "rdf") else None


def may_be_a_window(parts: int, entries: int) -> bool:
    """Whether a feed may only tell its newest entries: one part, of a round number of them.

    >>> may_be_a_window(1, 20), may_be_a_window(1, 21), may_be_a_window(2, 20)
    (True, False, False)
    """
    return parts == 1 and entries >= FEWEST and (entries % 5 == 0 or entries % 24 == 0)


def feeds_of(page: Page, url: str) -> tuple[Link, ...]:
    """The feeds that a page names as its alternates."""
    found = []
    for node in page.tree.iter("link"):
        alternate = "alternate" in (node.get("rel") or "").lower().split()
        kind = (node.get("type") or "").partition(";")[0].strip().lower()
        target = absolute(url, node.get("href") or "") if node.get("href") else None
        if alternate and kind in _TYPES and target:
            found.append(Link(target, squash(node.get("title") or "")))
    return tuple(each_once(found))


def _rss(root: etree._Element, url: str) -> Feed:
    channel = next(iter(children(root, "channel")), root)
    items = [*children(channel, "item"), *(children(root, "item") if channel is not root else ())]
    entries = (_link(url, _rss_address(item), text_of(item, "title")) for item in items)
    return _feed(entries, channel, url)


def _rss_address(item: etree._Element) -> str:
    """An item's link, or its guid where that is one."""
    for node in children(item, "guid"):
        permanent = (node.get("isPermaLink") or "true").lower() != "false"
        if not text_of(item, "link") and permanent:
            return (node.text or "").strip()
    return text_of(item, "link")


def _atom(root: etree._Element, url: str) -> Feed:
    base = absolute(url, root.get("{http://www.w3.org/XML/1998/namespace}base") or url) or url
    entries = (
        _link(base, _atom_address(each), text_of(each, "title"), text_of(each, "updated"))
        for each in children(root, "entry")
    )
    return _feed(entries, root, base)


def _atom_address(entry: etree._Element) -> str:
    for node in children(entry, "link"):
        if (node.get("rel") or "alternate") == "alternate" and node.get("href"):
            return str(node.get("href"))
    return ""


def _feed(entries: Iterator[Link | None], head: etree._Element, url: str) -> Feed:
    following = [
        _link(url, str(node.get("href") or ""))
        for node in children(head, "link")
        if (node.get("rel") or "") == "next"
    ]
    whole = bool(children(head, "complete"))
    return Feed(
        tuple(each_once(entry for entry in entries if entry)),
        tuple(link for link in following if link),
        whole,
    )


def _json_feed(body: bytes, url: str) -> Feed | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    items = told.get("items") if isinstance(told, dict) else None
    if not isinstance(items, list):
        return None
    entries = (_json_entry(item, url) for item in items if isinstance(item, dict))
    following = _link(url, _text(told.get("next_url")))
    return Feed(
        tuple(each_once(entry for entry in entries if entry)), (following,) if following else ()
    )


def _json_entry(item: dict[str, Any], url: str) -> Link | None:
    changed = _text(item.get("date_modified"))
    return _link(url, _text(item.get("url")), _text(item.get("title")), changed)


def _link(base: str, address: str, title: str = "", changed: str = "") -> Link | None:
    target = absolute(base, address) if address else None
    return Link(target.partition("#")[0], squash(title), changed or None) if target else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
