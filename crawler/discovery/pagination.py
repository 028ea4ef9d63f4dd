"""The next pages of a listing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
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

_MORE_TEXT: Final = re.compile(
    r"^((load|show|see|view) (\d+ )?more|more( jobs| results| positions| openings)?"
    r"|(weitere|mehr)( \w+){0,2}( laden| anzeigen| ansehen)?|(voir|afficher|charger) plus"
    r"|plus d[’']offres|(mostra|carica) (di più|altr[oi])|(ver|cargar|mostrar|carregar) (más|mais)"
    r"|meer( \w+)?( laden| tonen)?|(visa|ladda|vis|last inn|indlæs) (fler|flere|mer)"
    r"|(pokaż|załaduj) więcej|další)(?!\w)",
    re.IGNORECASE,
)
_ADDRESSES: Final = (
    "data-url data-href data-next data-next-url data-next-page data-load-more-url data-more-url"
    " data-ajax-url hx-get data-hx-get"
).split()
_NEXT_KEYS: Final = frozenset(
    "next nexturl nextpage nextpageurl nextlink more moreurl loadmore loadmoreurl".split()
)
_DEEPEST: Final = 4


@dataclass(frozen=True)
class Pieces:
    """What a JSON answer to "load more" holds: pieces of HTML, and where it goes on."""

    html: str = ""
    nexts: tuple[str, ...] = ()


def pieces_of(told: Any) -> Pieces:
    """The HTML in a JSON answer, and the addresses of what follows it."""
    html, nexts = [], []
    for name, value in _strings(told, "", 0):
        if "<" in value and re.search(r"<(a|li|tr|div|article)\b", value):
            html.append(value)
        elif name in _NEXT_KEYS and re.match(r"(https?://|/|\?)\S+$", value):
            nexts.append(value)
    return Pieces("\n".join(html), tuple(dict.fromkeys(nexts)))


def _strings(value: Any, name: str, depth: int) -> Iterator[tuple[str, str]]:
    """The texts in a JSON value, with the names under which they stand."""
    if isinstance(value, str):
        yield name, value
    elif depth < _DEEPEST and isinstance(value, list):
        for each in value:
            yield from _strings(each, name, depth + 1)
    elif depth < _DEEPEST and isinstance(value, dict):
        for key, each in value.items():
            bare = re.sub(r"[^a-z]", "", key.lower())
            yield from _strings(each, name if bare in ("href", "url") else bare, depth + 1)


def next_pages(page: Page, url: str) -> tuple[str, ...]:
    """The URLs of further pages of the same listing, in the page's order, each once."""
    found: dict[str, str] = {}
    here = canonical(url)
    for target in (*_linked(page, url), *_loaded(page, url)):
        name = canonical(target)
        if name != here:
            found.setdefault(name, target)
    return tuple(found.values())


def _linked(page: Page, url: str) -> Iterator[str]:
    for node in page.tree.iter("a", "link"):
        target = _target(node.get("href"), url)
        if target is None:
            continue
        if "next" in (node.get("rel") or "").lower().split() or _continues(node, target, url):
            yield target


def _loaded(page: Page, url: str) -> Iterator[str]:
    """What a "load more" button, or a link of that text, would ask for."""
    for node in page.tree.iter("a", "button", "div", "span", "li"):
        told = next(filter(None, (node.get(name) for name in _ADDRESSES)), None)
        said = told or (node.get("href") if node.tag == "a" else None)
        if said is None or len(node) > _DEEPEST:
            continue
        label = squash(str(node.text_content())) or squash(node.get("aria-label") or "")
        target = _target(said, url)
        if target and len(label) <= 60 and _MORE_TEXT.match(label) and _is_near(target, url, told):
            yield target


def _is_near(target: str, url: str, told: str | None) -> bool:
    """Whether a link of such a text goes on with the listing, and not to somewhere else."""
    return told is not None or without_page(target) == without_page(url)


def _target(said: str | None, url: str) -> str | None:
    target = absolute(url, said) if said else None
    return target.partition("#")[0] if target and same_place(target, url) else None


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
