"""What of an HTML page matters beside its markup: what it shows, and what it says to robots."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from postings.fields.text import squash
from postings.reading.encoding import utf8
from postings.reading.found import Found
from postings.reading.glance import looks_like_json
from postings.reading.tree import parsed

_UNSEEN = frozenset(("script", "style", "template", "noscript", "head", "title"))
_CONTROLS = "descendant::a[@href]|descendant::form|descendant::button|descendant::input"


@dataclass(frozen=True)
class Page:
    """An HTML page.

    Attributes:
        text: what it shows, on one line, case folded.
        acts: it has a link, a form or a button.
        canonical: the address that it calls its own.
        noindex: it asks search engines to stay away.
    """

    text: str
    acts: bool = False
    canonical: str | None = None
    noindex: bool = False


def page_of(body: bytes, content_type: str | None, limit: int) -> Page | None:
    """What matters of a page's first ``limit`` bytes; None of what is no HTML."""
    body = utf8(body[:limit], content_type)
    if looks_like_json(body):
        return None
    root = parsed(body, Found())
    if root is None:
        return None
    return Page(_shown(root), bool(_all(root, _CONTROLS)), _canonical(root), _noindex(root))


def _shown(root: HtmlElement) -> str:
    parts: list[str] = []
    hidden: HtmlElement | None = None
    from lxml.etree import iterwalk

    for event, element in iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            if hidden is None and element.tag in _UNSEEN:
                hidden = element
            if hidden is None and element.text:
                parts.append(element.text)
            continue
        if hidden is element:
            hidden = None
        if hidden is None and element.tail:
            parts.append(element.tail)
    return squash(" ".join(parts)).casefold()


def _canonical(root: HtmlElement) -> str | None:
    for link in _all(root, "//link[@rel and @href]"):
        if "canonical" in link.get("rel", "").lower().split():
            return str(link.get("href")).strip() or None
    return None


def _noindex(root: HtmlElement) -> bool:
    return any(
        meta.get("name", "").strip().lower() in ("robots", "googlebot")
        and re.search(r"\b(?:noindex|none)\b", meta.get("content", ""), re.IGNORECASE)
        for meta in _all(root, "//meta[@name and @content]")
    )


def _all(root: HtmlElement, path: str) -> list[Any]:
    found: Any = root.xpath(path)
    return list(found)
