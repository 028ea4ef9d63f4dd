"""The links of a page, and which of them may lead to postings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from crawler.html import Page, squash
from postings.urls import absolute, canonical, same_site

MOST_LINKS: Final = 20_000
_FILES: Final = re.compile(
    r"\.(pdf|docx?|xlsx?|pptx?|zip|rar|7z|exe|dmg|jpe?g|png|gif|svg|webp|ico|mp[34]|avi|mov|css|js"
    r"|json|rss|atom|ics|vcf|woff2?)$",
    re.IGNORECASE,
)
_JOB_WORDS: Final = re.compile(
    r"(?<![a-z])(jobs?|job(ad|detail|offer|opening|posting)s?|careers?|vacanc(y|ies)|positions?"
    r"|openings?|postings?|requisitions?|roles?"
    r"|stellen?(angebote?|anzeigen?|ausschreibung(en)?)?|karriere|emplois?|offres?|vacatures?"
    r"|empleos?|ofertas?|vagas?|lavoro|annunci|jobb|stilling(er)?|tyopaikat|praca|oferty|prace)"
    r"(?![a-z])",
    re.IGNORECASE,
)
_OTHER_WORDS: Final = re.compile(
    r"(?<![a-z])(privacy|datenschutz|impressum|imprint|terms|cookies?|contact|kontakt|about|blog"
    r"|news|press(e)?|legal|login|signin|register|faq|help|team|benefits|search|alert|share"
    r"|facebook|twitter|linkedin|xing|instagram|youtube)(?![a-z])",
    re.IGNORECASE,
)
_UUID_OR_HEX: Final = re.compile(r"[0-9a-f]{8,}(-[0-9a-f]+)*", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link that may lead to a posting.

    ``text`` is its anchor's; ``lastmod`` as a sitemap has it; ``name`` the canonical URL, kept
    because long listings are compared again and again.
    """

    url: str
    text: str = ""
    lastmod: str | None = None
    name: str = ""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", canonical(self.url))

    def json(self) -> list[str | None]:
        return [self.url, self.text[:80], self.lastmod, self.name]

    @classmethod
    def of(cls, stored: Sequence[Any]) -> Link:
        url, text, lastmod, name = stored
        return cls(url, text, lastmod, name)


def links_of(page: Page, url: str) -> tuple[Link, ...]:
    """The links of a page that may lead to postings, each target once, in the page's order."""
    found: dict[str, Link] = {}
    base = absolute(url, _base_href(page) or url) or url
    here = canonical(url)
    for anchor in page.tree.iter("a"):
        target = absolute(base, anchor.get("href") or "#")
        if target is None or not _may_lead(target, url):
            continue
        name = canonical(target)
        if name != here and name not in found:
            text = squash(str(anchor.text_content()))[:200]
            found[name] = Link(target.partition("#")[0], text, name=name)
        if len(found) >= MOST_LINKS:
            break
    return tuple(found.values())


def each_once(links: Iterable[Link]) -> list[Link]:
    """Each target once: the first word on it counts."""
    found: dict[str, Link] = {}
    for link in links:
        found.setdefault(link.name, link)
    return list(found.values())


def _base_href(page: Page) -> str | None:
    base = page.tree.find(".//base[@href]")
    return None if base is None else base.get("href")


def _may_lead(target: str, url: str) -> bool:
    return not _FILES.search(urlsplit(target).path) and same_place(target, url)


def same_place(one: str, other: str) -> bool:
    """Whether two URLs belong to one site: same host or a subdomain of it, and the same port."""
    a, b = urlsplit(one), urlsplit(other)
    return same_site(one, other) and (a.port or 443) in (b.port or 443, 80, 443)


def shape(url: str) -> str:
    """The pattern of a URL, for what is alike leads to alike things.

    >>> shape("https://a.org/jobs/123-senior-nurse?utm_source=x"), shape("https://a.org/job?id=7")
    ('a.org/jobs/*', 'a.org/job?id=#')
    """
    return shape_of_name(canonical(url))


def shape_of_name(name: str) -> str:
    """The pattern of a canonical URL."""
    parts = urlsplit(name)
    segments = [segment for segment in parts.path.split("/") if segment]
    last = len(segments) - 1
    path = "/".join(_segment(each, last=n == last and n > 0) for n, each in enumerate(segments))
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = "&".join(f"{name}={_value(value)}" for name, value in sorted(pairs))
    return f"{parts.netloc}/{path}" + (f"?{query}" if query else "")


def _segment(segment: str, *, last: bool) -> str:
    if segment.isdigit():
        return "#" if not last else "*"
    varies = last or any(each.isdigit() for each in segment) or segment.count("-") > 1
    return "*" if varies else segment.lower()


def _value(value: str) -> str:
    varies = any(each.isdigit() for each in value) or "-" in value or _UUID_OR_HEX.fullmatch(value)
    return "#" if varies else value.lower()


def grouped(links: Iterable[Link]) -> Mapping[str, list[Link]]:
    """Links by shape, in the order in which groups are worth a look."""
    groups: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        groups[shape_of_name(link.name)].append(link)
    best = sorted(groups.items(), key=lambda item: -_promise(item[0], item[1]))
    return dict(best)


def _promise(pattern: str, links: Sequence[Link]) -> float:
    path = pattern.partition("/")[2]
    words = 4 if _JOB_WORDS.search(path) else 0
    words -= 4 if _OTHER_WORDS.search(path) else 0
    numbers = sum(any(each.isdigit() for each in link.url.rsplit("/", 1)[-1]) for link in links)
    slugs = sum(link.url.count("-") >= 2 for link in links)
    varies = 2 if "*" in path or "#" in path else 0
    return words + varies + (numbers + slugs) / len(links) + min(len(links), 20) / 10


def is_promising(pattern: str, links: Sequence[Link]) -> bool:
    """Whether a group looks like postings before any of it was asked."""
    return _promise(pattern, links) >= (4.5 if len(links) > 1 else 6)


def likely(links: Iterable[Link]) -> int:
    """How many links the largest group has that looks like postings."""
    groups = grouped(links)
    return max(
        (len(each) for shape, each in groups.items() if is_promising(shape, each)), default=0
    )
