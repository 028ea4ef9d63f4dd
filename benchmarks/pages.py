"""Career pages of about 100 kB as they are in the wild, made of nothing but a seed."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from html import escape

PAGE_BYTES = 100_000
DESCRIPTION_CHARACTERS = 6_000
URL = "https://careers.example.org/jobs/4711"
_WORDS = (
    "team customers engineering quality together we build services responsible for design and"
    " the operation of our platform with experience in data systems café naïve Zürich you will"
    " work closely across borders – and learn what matters, people’s growth & benefits included"
).split()


@dataclass(frozen=True)
class Page:
    """One page: what it is called and its bytes."""

    name: str
    body: bytes


def page_with_posting() -> Page:
    """A posting's own page: one JSON-LD JobPosting, its description also in the body."""
    return Page("one JSON-LD posting", _page(_posting(random.Random(1))))


def page_with_posting_at_its_foot() -> Page:
    """The same page with its script as the last thing in the body."""
    top = page_with_posting().body
    start = top.index(b'<script type="application/ld+json">')
    end = top.index(b"</script>", start) + len(b"</script>")
    moved = (top[:start] + top[end:]).replace(b"</body>", top[start:end] + b"</body>")
    return Page("one JSON-LD posting at the foot", moved)


def page_without_posting() -> Page:
    """A page of the same site that never says JobPosting; its JSON-LD is about the site."""
    website: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "Careers at Example",
        "url": "https://careers.example.org/",
    }
    return Page("no posting", _page(website))


def numbered_page(size: int) -> bytes:
    """A posting's own page of about ``size`` bytes (40 kB at least); its number is 4711."""
    return _page(_posting(random.Random(1), _prose_of(size)), size)


def _page(block: dict[str, object], wanted: int = PAGE_BYTES) -> bytes:
    """Head, styles, scripts, navigation and text around one JSON-LD block, filled to size."""
    chance = random.Random(2)
    script = f'<script type="application/ld+json">{json.dumps(block, ensure_ascii=False)}</script>'
    head = _head(chance, min(8_000, wanted // 12)) + script
    start = f"<!DOCTYPE html>\n<html lang=en>\n<head>{head}</head>\n<body>{_navigation(chance)}"
    footer = f"<footer>{_navigation(chance)}</footer>"
    end = f"{footer}{_state(chance, min(12_000, wanted // 8))}</body>\n</html>"
    parts = [start, f"<main>{_prose(chance, _prose_of(wanted))}"]
    size = sum(len(part.encode()) for part in (*parts, end))
    while size < wanted:
        parts.append(_card(chance))
        size += len(parts[-1].encode())
    return "".join([*parts, "</main>", end]).encode()


def _prose_of(wanted: int) -> int:
    return min(DESCRIPTION_CHARACTERS, wanted // 16)


def _posting(chance: random.Random, characters: int = DESCRIPTION_CHARACTERS) -> dict[str, object]:
    return {
        "@context": "https://schema.org/",
        "@type": "JobPosting",
        "title": "Senior Data Engineer (m/f/d)",
        "description": _prose(chance, characters),
        "identifier": {"@type": "PropertyValue", "name": "Example", "value": "R-4711"},
        "datePosted": "2026-07-29T08:15:00.000Z",
        "validThrough": "2026-09-30",
        "employmentType": ["FULL_TIME"],
        "hiringOrganization": {
            "@type": "Organization",
            "name": "Example Ltd & Söhne",
            "sameAs": "https://www.example.org",
            "logo": "https://www.example.org/logo.png",
        },
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "streetAddress": "Bahnhofstrasse 1",
                "addressLocality": "Zürich",
                "addressRegion": "ZH",
                "postalCode": "8001",
                "addressCountry": "CH",
            },
        },
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": "CHF",
            "value": {
                "@type": "QuantitativeValue",
                "minValue": 110000,
                "maxValue": "135000",
                "unitText": "YEAR",
            },
        },
        "industry": "Software",
        "directApply": True,
    }


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(6, 16))).capitalize() + "."


def _prose(chance: random.Random, size: int) -> str:
    """HTML as editors of applicant tracking systems write it: paragraphs, headings and lists."""
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        items = "".join(f"<li>{escape(_sentence(chance))}</li>" for _ in range(4))
        parts.append(
            f"<h3><strong>{escape(_sentence(chance))}</strong></h3>\n"
            f"<p>{escape(_sentence(chance))}&nbsp;<br />{escape(_sentence(chance))}</p>\n"
            f"<ul>{items}</ul>\n"
        )
    return "".join(parts)


def _head(chance: random.Random, state: int) -> str:
    names = ("title", "description", "image", "site_name", "type", "url", "locale")
    metas = "".join(
        f'<meta property="og:{name}" content="{escape(_sentence(chance))}">' for name in names
    )
    links = "".join(
        f'<link rel="preload" as="script" href="/static/chunks/{number}-{chance.random():.12f}.js">'
        for number in range(24)
    )
    rules = "".join(
        f".c{number}-{chance.randint(1000, 9999)}{{margin:{chance.randint(0, 40)}px;"
        f"color:#{chance.randint(0, 0xFFFFFF):06x};display:flex}}"
        for number in range(180)
    )
    title = "<meta charset=utf-8><title>Senior Data Engineer | Example</title>"
    return f"{title}{metas}{links}<style>{rules}</style>{_state(chance, state)}"


def _state(chance: random.Random, size: int) -> str:
    """An inline script with a page's state, as front-end frameworks leave it."""
    entries: list[dict[str, object]] = []
    while len(entries) * 130 < size:
        entries.append({
            "id": chance.randint(1, 10**6),
            "label": _sentence(chance),
            "href": f"/en/jobs/{chance.randint(1, 10**6)}?team=a&lang=en",
        })  # fmt: skip
    text = json.dumps(entries).replace("&", "\\u0026").replace("<", "\\u003c")
    return f"<script>window.__STATE__ = {text};</script>"


def _navigation(chance: random.Random) -> str:
    links = "".join(
        f'<li class="nav__item nav__item--{number}"><a href="/en/{chance.randint(1, 999)}/"'
        f' aria-label="{escape(_sentence(chance))}"><span>Area {number}</span></a></li>'
        for number in range(40)
    )
    return f'<nav><ul class="nav">{links}</ul></nav>'


def _card(chance: random.Random) -> str:
    return (
        f'<article class="card card--{chance.randint(1, 9)}" data-id="{chance.randint(1, 10**6)}">'
        f'<h4><a href="/en/story/{chance.randint(1, 10**6)}?a=1&amp;b=2">'
        f"{escape(_sentence(chance))}</a></h4>"
        f"<p>{escape(_sentence(chance))} It&#39;s here.</p>"
        '<svg viewBox="0 0 24 24"><path d="M12 2L2 7l10 5 10-5-10-5zM2 17l10 5 10-5"/></svg>'
        "</article>\n"
    )
