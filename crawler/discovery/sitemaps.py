"""Sitemaps and sitemap indexes as values (sitemaps.org), plain or gzipped, kinds by their root."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

from lxml import etree

from crawler.discovery.links import Link
from postings.urls import absolute

MOST_BYTES: Final = 50 * 1024 * 1024


@dataclass(frozen=True)
class Sitemap:
    """What a sitemap says: pages, or further sitemaps."""

    pages: tuple[Link, ...] = ()
    shards: tuple[Link, ...] = ()


def parse_sitemap(body: bytes, url: str) -> Sitemap | None:
    """The sitemap in ``body``; None where it is none, or broken."""
    text = _plain(body)
    if text is None or not _looks_like_one(text):
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(text.strip(), parser)
    except etree.XMLSyntaxError:
        return None
    kind = etree.QName(root).localname
    entries = (_entry(entry, url) for entry in root.iterchildren("{*}url", "{*}sitemap"))
    found = tuple(entry for entry in entries if entry)
    if kind == "sitemapindex":
        return Sitemap(shards=found)
    return Sitemap(pages=found) if kind == "urlset" else None


def _looks_like_one(text: bytes) -> bool:
    head = text[:2048]
    return b"<urlset" in head or b"<sitemapindex" in head or b":urlset" in head


def _entry(entry: etree._Element, url: str) -> Link | None:
    said = {etree.QName(each).localname: each.text for each in entry.iterchildren("{*}*")}
    target = absolute(url, said.get("loc") or "") if said.get("loc") else None
    return Link(target, lastmod=(said.get("lastmod") or "").strip() or None) if target else None


def _plain(body: bytes) -> bytes | None:
    if body[:2] != b"\x1f\x8b":
        return body
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(body, MOST_BYTES)
    except zlib.error:
        return None
    return plain if unzip.eof else None
