"""The way from a home page to the careers page, by the words of its links."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from crawler.discovery.links import Link
from crawler.html import Page, squash
from postings.urls import absolute, canonical

_LISTING: Final = (
    r"jobs|job (openings|offers|board|search)|vacanc(y|ies)|(open|current|all) (jobs|positions"
    r"|roles|vacancies)|openings|positions|stellen|stellen(angebote|markt|anzeigen|ausschreibungen"
    r"|börse|boerse)|jobb[öo]rse|offene stellen|emplois?|offres?( d[’'e ]+emplois?)?|postes ouverts"
    r"|vacatures?|empleos?|ofertas?( de empleo)?|vagas|lavoro|offerte di lavoro|posizioni aperte"
    r"|jobb|lediga (jobb|tjänster)|(ledige )?stilling(er)?|tyopaikat|työpaikat|oferty pracy"
    r"|nabídka práce|volná místa"
)
_CAREERS: Final = (
    r"careers?|karriere|karriär|carrières?|carrieres?|carriera|carreras?|carreiras?|recrutement"
    r"|recruitment|empleo|join( us| our team)|work (with|for|at) \w+|we[’'`]?re hiring|hiring"
    r"|werken bij|lavora con noi|trabaja con nosotros|trabalhe conosco|nous rejoindre"
    r"|rejoignez[- ]nous|arbeiten bei \w+|kariera|kariéra|praca|avoimet työpaikat"
)
LISTING_WORDS: Final = re.compile(rf"(?<!\w)({_LISTING}|{_CAREERS})(?!\w)", re.IGNORECASE)
_LISTING_ONLY: Final = re.compile(rf"(?<!\w)({_LISTING})(?!\w)", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(
    r"(?<!\w)(blog|news|press|stor(y|ies)|privacy|datenschutz|terms|faq|login|alerts?|events?)(?!\w)",
    re.IGNORECASE,
)
_HOME: Final = re.compile(
    r"/?([a-z]{2}([-_][a-z]{2})?/?)?((index|home|default)\.\w+)?", re.IGNORECASE
)
_LONGEST_TEXT: Final = 45
_ENOUGH: Final = 3


def is_home(url: str) -> bool:
    """Whether a URL is that of a site's home page.

    >>> is_home("https://a.org/de-ch/"), is_home("https://a.org/careers")
    (True, False)
    """
    return bool(_HOME.fullmatch(urlsplit(url).path))


def careers_link(page: Page, url: str) -> Link | None:
    """The link of a page that best looks like the way to its postings; it may leave the site."""
    here = canonical(url)
    best: tuple[int, Link | None] = (_ENOUGH - 1, None)
    for anchor in page.tree.iter("a"):
        target = absolute(url, anchor.get("href") or "#")
        if target is None or canonical(target) == here:
            continue
        said = squash(str(anchor.text_content())) or squash(
            anchor.get("aria-label") or anchor.get("title") or ""
        )
        score = _score(target, said)
        if score > best[0]:
            best = (score, Link(target.partition("#")[0], said[:200]))
    return best[1]


def _score(target: str, text: str) -> int:
    parts = urlsplit(target)
    segments = [each for each in parts.path.split("/") if each]
    last = segments[-1].partition(".")[0].replace("-", " ").replace("_", " ") if segments else ""
    host = (parts.hostname or "").partition(".")[0]
    score = 3 if len(text) <= _LONGEST_TEXT and LISTING_WORDS.search(text) else 0
    score += 1 if score and _LISTING_ONLY.search(text) else 0
    score += 2 if LISTING_WORDS.search(last) else 0
    score += 2 if LISTING_WORDS.fullmatch(host) else 0
    score -= 4 if _ELSEWHERE.search(f"{text} {' '.join(segments)}") else 0
    return score - max(0, len(segments) - 3)
