"""What changes on a page although nothing has: each kind a function, chance a number that is given.

The same ``salt`` gives the same noise, so that a scenario always plays alike.
"""

from __future__ import annotations

import hashlib
import html
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from postings.simulation.scenario import Noise

Node: TypeAlias = dict[str, Any]
_TEXTS: Final = ("title", "description")
_SPACES: Final = (" ", "  ", " \n", "\t", "\n\n  ", "\xa0")
_TRACKING: Final[tuple[Noise, ...]] = ("tracking",)
_SLIDES_BY: Final = timedelta(days=30)


def chance(*parts: object) -> int:
    """A number that looks like chance and is always the same for the same parts."""
    told = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest())


def noisy(node: Node, noise: Collection[str], at: datetime, salt: str) -> Node:
    """A posting's properties as a site renders them at ``at``: the same posting, other bytes."""
    for name, apply in _KINDS.items():
        if name in noise:
            node = apply(node, at, f"{salt}:{name}:{at.isoformat()}")
    return node


def tracked(url: str, noise: Collection[str], salt: str) -> str:
    """A link as a listing writes it: with tokens and tracking parameters that mean nothing."""
    number = chance(salt, url)
    if "tracking" in noise:
        url += f"{'&' if '?' in url else '?'}utm_source=s{number % 97}&gclid={number:x}"
    if "token" in noise:
        url += f"{'&' if '?' in url else '?'}_token={number:x}"
    return url


def shuffled(things: list[Any], salt: str) -> list[Any]:
    """The things in another order."""
    order = sorted(range(len(things)), key=lambda n: chance(salt, n))
    return [things[n] for n in order]


def _order(node: Node, _at: datetime, salt: str) -> Node:
    """Keys in another order, and the elements of lists, which are sets."""
    mixed = {key: node[key] for key in shuffled(list(node), salt)}
    return {
        key: shuffled(value, salt) if isinstance(value, list) else value
        for key, value in mixed.items()
    }


def _space(node: Node, _at: datetime, salt: str) -> Node:
    gap = _SPACES[chance(salt) % len(_SPACES)]
    return _with_texts(node, lambda text: f" {text.replace(' ', gap)}\n")


def _entities(node: Node, _at: datetime, salt: str) -> Node:
    """Letters as entities, in the description alone: a title is plain text."""
    number = chance(salt) % 3

    def spelled(letter: str, n: int) -> str:
        plain = not letter.isalnum() or chance(salt, n) % 7 != number
        return html.escape(letter, quote=False) if plain else f"&#{ord(letter)};"

    def written(text: str) -> str:
        return "".join(spelled(letter, n) for n, letter in enumerate(text))

    return _with_description(node, lambda text: _outside_tags(text, written))


def _unicode(node: Node, _at: datetime, salt: str) -> Node:
    form = "NFD" if chance(salt) % 2 else "NFC"
    return _with_texts(
        node, lambda text: unicodedata.normalize("NFD" if form == "NFD" else "NFC", text)
    )


def _token(node: Node, _at: datetime, salt: str) -> Node:
    number = chance(salt)
    told = {**node, "nonce": f"{number:x}", "apiToken": f"{number % 9973:x}"}
    return _with_description(told, lambda text: f"{text}<!-- rendered {number:x} -->")


def _tracking(node: Node, _at: datetime, salt: str) -> Node:
    if not isinstance(node.get("url"), str):
        return node
    return {**node, "url": tracked(node["url"], _TRACKING, salt)}


def _dates(node: Node, at: datetime, _salt: str) -> Node:
    """Dates that move with the clock; a deadline that the scenario states is left as it is."""
    slid = {"validThrough": (at + _SLIDES_BY).isoformat()} if "validThrough" not in node else {}
    return {**node, "datePosted": at.date().isoformat(), **slid}


def _markup(node: Node, _at: datetime, salt: str) -> Node:
    number = chance(salt)
    tag = ("div", "section", "span")[number % 3]
    return _with_description(node, lambda text: f'<{tag} class="c{number:x}">{text}</{tag}>')


def _with_texts(node: Node, change: Callable[[str], str]) -> Node:
    told = {key: change(node[key]) for key in _TEXTS if isinstance(node.get(key), str)}
    return {**node, **told}


def _with_description(node: Node, change: Callable[[str], str]) -> Node:
    if not isinstance(node.get("description"), str):
        return node
    return {**node, "description": change(node["description"])}


def _outside_tags(text: str, change: Callable[[str], str]) -> str:
    """Change what stands between tags, the entities in it undone first."""
    parts = text.replace("<", "\x00<").replace(">", ">\x00").split("\x00")
    return "".join(part if part.startswith("<") else change(html.unescape(part)) for part in parts)


_KINDS: Final[Mapping[Noise, Callable[[Node, datetime, str], Node]]] = MappingProxyType({
    "dates": _dates,
    "space": _space,
    "unicode": _unicode,
    "entities": _entities,
    "markup": _markup,
    "token": _token,
    "tracking": _tracking,
    "order": _order,
})  # fmt: skip
