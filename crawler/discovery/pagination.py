"""The next pages of a listing."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.discovery.links import same_place
from crawler.html import Page, squash
from postings.urls import absolute, canonical

PARAMETERS: Final = frozenset(
    "page p pg pn pr paged pagenumber page_number pageno pagenum offset start startrow from skip"
    " currentpage jobpage seite".split()
)
_PAGE_PATH: Final = re.compile(r"/(page|seite|pagina|p)[/-]\d+/?$", re.IGNORECASE)
_NEXT_TEXT: Final = re.compile(
    r"^(next( page)?|older|more jobs|weiter|nächste( seite)?|vor|suivante?|page suivante|avanti"
    r"|successiva|pagina successiva|siguiente|próxima|seguinte|volgende|nästa|næste|neste|seuraava"
    r"|następna|další|következő|înainte|sonraki|次へ|下一页|다음)?\s*[›»→>]*$",
    re.IGNORECASE,
)


def next_pages(page: Page, url: str) -> tuple[str, ...]:
    """The URLs of further pages of the same listing, in the page's order, each once."""
    found: dict[str, str] = {}
    for node in page.tree.iter("a", "link"):
        target = absolute(url, node.get("href") or "#")
        if target is None or not same_place(target, url):
            continue
        target = target.partition("#")[0]
        if canonical(target) == canonical(url) or canonical(target) in found:
            continue
        if "next" in (node.get("rel") or "").lower().split() or _continues(node, target, url):
            found[canonical(target)] = target
    return tuple(found.values())


def _continues(node: object, target: str, url: str) -> bool:
    if getattr(node, "tag", "") != "a" or without_page(target) != without_page(url):
        return False
    text = squash(str(node.text_content()))  # type: ignore[attr-defined]
    label = (node.get("aria-label") or "").strip()  # type: ignore[attr-defined]
    named = bool(text) and (text.isdigit() or bool(_NEXT_TEXT.match(text)))
    return named or bool(label and _NEXT_TEXT.match(label)) or is_page_of(target)


def is_page_of(url: str) -> bool:
    """Whether a URL has a page number or an offset in it."""
    parts = urlsplit(url)
    names = {name.lower() for name, _ in parse_qsl(parts.query)}
    return bool(names & PARAMETERS) or bool(_PAGE_PATH.search(parts.path))


def without_page(url: str) -> str:
    """The canonical URL of a listing without what only counts its pages.

    >>> without_page("https://a.org/jobs/page/3?lang=de&offset=20")
    'https://a.org/jobs?lang=de'
    """
    parts = urlsplit(canonical(url))
    pairs = [pair for pair in parse_qsl(parts.query) if pair[0].lower() not in PARAMETERS]
    path = _PAGE_PATH.sub("", parts.path).rstrip("/") or "/"
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(pairs), ""))
