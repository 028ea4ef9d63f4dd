"""The fuzzer's inputs: a function of a seed and a number, so that any of them can be made again.

Most inputs are a mutated part between two *sentinels*: JSON-LD scripts with one good posting each.
The first stands before anything that could swallow it. Before the second, whatever the mutated
part left open is closed: an escape of ISO-2022-JP, a comment, a quoted attribute, a tag, an element
whose text is not markup. ``<plaintext>`` can be closed by nothing, so it does not count.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final, Literal

from tests.fuzz.mutate import mutated

GOLDEN = Path(__file__).parents[1] / "golden"
URL: Final = "https://careers.example.org/jobs/"
_RAW_TEXT = "script style title textarea xmp iframe noembed noframes noscript template".split()
_CLOSED: Final = (
    b"\n\x1b(B\n-->]]>?>"
    b"\"'> '\"> \"> '> >" + b"".join(f"</{name}>".encode() for name in _RAW_TEXT) + b"-->\n"
)
_LARGEST_SEED = 4_000
_SHARE_OF_SLOW_SEEDS = 0.04

Kind = Literal["wrapped", "page", "json"]


@dataclass(frozen=True)
class Input:
    """One input. Of ``wrapped`` ones both sentinels must be read."""

    kind: Kind
    body: bytes
    content_type: str | None

    @property
    def keeps_sentinels(self) -> bool:
        return self.kind == "wrapped" and b"<plaintext" not in self.body.lower()


def sentinel(number: int) -> dict[str, Any]:
    """A good posting that no golden file has; the two differ in everything."""
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": f"Sentinel {number}",
        "description": f"<p>Keeps watch number {number}.</p>",
        "datePosted": f"2026-03-0{number}",
        "identifier": {"@type": "PropertyValue", "name": "Fuzz", "value": f"S-{number}"},
        "hiringOrganization": {"@type": "Organization", "name": f"Watch {number}"},
        "url": f"https://careers.example.org/sentinel/{number}",
        "jobLocation": {
            "@type": "Place",
            "address": {"addressLocality": ["Bern", "Oslo"][number - 1]},
        },
    }


def _script(number: int) -> bytes:
    block = json.dumps(sentinel(number)).encode()
    return b'<script type="application/ld+json">' + block + b"</script>"


_BEFORE: Final = b"<!doctype html><html><head>" + _script(1) + b"</head><body>\n"
_AFTER: Final = _CLOSED + _script(2) + b"</body></html>"


@dataclass(frozen=True)
class _Seeds:
    """The golden inputs; ``slow`` ones have microdata or RDFa, which are read far slower."""

    quick: tuple[bytes, ...]
    slow: tuple[bytes, ...]
    json: tuple[bytes, ...]


@cache
def seeds() -> _Seeds:
    pages = [path.read_bytes() for path in sorted(GOLDEN.glob("*/input.html"))]
    documents = [path.read_bytes() for path in sorted(GOLDEN.glob("*/input.json"))]
    slow = tuple(page for page in pages if b"typeof" in page or b"itemprop" in page)
    quick = tuple(page for page in pages if page not in slow)
    small = tuple(document for document in documents if len(document) < _LARGEST_SEED)
    return _Seeds(quick, slow, small)


def made(seed: int, number: int) -> Input:
    """Input ``number`` of the run ``seed``."""
    chance = Random(f"{seed}:{number}")
    each = seeds()
    share = chance.random()
    if share < 0.12:
        body = mutated(chance, chance.choice(each.json), each.json)
        return Input("json", body, chance.choice((None, "application/json", "text/html")))
    of = each.slow if chance.random() < _SHARE_OF_SLOW_SEEDS else each.quick
    body = mutated(chance, _part(chance, chance.choice(of)), of)
    if share < 0.2:
        return Input("page", body, _content_type(chance))
    return Input("wrapped", _BEFORE + body + _AFTER, _content_type(chance))


def _part(chance: Random, seed: bytes) -> bytes:
    """The seed, or as much of a large one as makes a small input."""
    if len(seed) <= _LARGEST_SEED:
        return seed
    start = chance.randrange(len(seed) - _LARGEST_SEED)
    return seed[start : start + _LARGEST_SEED]


def _content_type(chance: Random) -> str | None:
    if chance.random() < 0.7:
        return "text/html; charset=utf-8"
    charsets = ("iso-8859-1", "utf-16", "iso-2022-jp", "shift_jis", "gb18030", "koi8-r", "no-such")
    return chance.choice((None, "text/html", *(f"text/html; charset={name}" for name in charsets)))
