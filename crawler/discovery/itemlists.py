"""``ItemList``s of bare URLs: a listing that says in JSON-LD where its postings are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from crawler.discovery.links import Link
from crawler.html import Page
from postings.urls import absolute, canonical


def listed_urls(page: Page, url: str) -> tuple[Link, ...]:
    """The URLs of the page's ItemLists, in order."""
    found: dict[str, Link] = {}
    for script in page.tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or "ItemList" not in (
            script.text or ""
        ):
            continue
        try:
            block = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        for said in _urls(block, depth=0):
            if target := absolute(url, said):
                found.setdefault(canonical(target), Link(target))
    return tuple(found.values())


def _urls(node: Any, depth: int) -> Iterator[str]:
    if depth > 12:
        return
    if isinstance(node, list):
        for each in node:
            yield from _urls(each, depth + 1)
    elif isinstance(node, dict):
        if "ItemList" in _types(node):
            for element in _as_list(node.get("itemListElement")):
                if said := _url_of(element):
                    yield said
        for each in node.values():
            if isinstance(each, dict | list):
                yield from _urls(each, depth + 1)


def _url_of(element: Any) -> str | None:
    if isinstance(element, str):
        return element
    if not isinstance(element, dict):
        return None
    item = element.get("item")
    said = element.get("url") or (item if isinstance(item, str) else None)
    if said is None and isinstance(item, dict) and "title" not in item:
        said = item.get("url") or item.get("@id")
    return said if isinstance(said, str) else None


def _types(node: dict[str, Any]) -> list[Any]:
    return _as_list(node.get("@type"))


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
