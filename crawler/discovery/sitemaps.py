"""Sitemaps and sitemap indexes as values (sitemaps.org), plain or gzipped, kinds by their root."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from crawler.discovery.links import Link
from crawler.discovery.xml import parse_xml, plain
from postings.urls import absolute


@dataclass(frozen=True)
class Sitemap:
    """What a sitemap says: pages, or further sitemaps."""

    pages: tuple[Link, ...] = ()
    shards: tuple[Link, ...] = ()


def parse_sitemap(body: bytes, url: str) -> Sitemap | None:
    """The sitemap in ``body``; None where it is none, or broken."""
    text = plain(body)
    if text is None or not _looks_like_one(text):
        return None
    root = parse_xml(text)
    if root is None:
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
