"""One role in many places: postings that are siblings stay apart and share one group."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_NOT_A_WORD = re.compile(r"[^\w+#]+")
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True)
class Group:
    """Postings of one role.

    Attributes:
        key: the group's id; None where a posting has no title and so no siblings.
        title: of the first posting, as it is written there, without its place.
        organization: the employer, as the first posting names it.
        places: the different places, in the order in which they were met.
        postings: the postings that were given, in their order.
    """

    key: str | None
    title: str | None
    organization: str | None
    places: tuple[str, ...]
    postings: tuple[Mapping[str, Any], ...]


def group_key(posting: Mapping[str, Any]) -> str | None:
    """The id of the group that a posting belongs to: its title and employer, whatever its place.

    The title is compared without case, punctuation and the posting's own place, so that
    ``Nurse (Bern)`` in Bern and ``Nurse – Thun`` in Thun are one role.

    Args:
        posting: JSON values: a posting line, or the ``posting`` of an event.

    Returns:
        The same text for siblings, or None without a title. It is no identity: two jobs that
        share it are two jobs.
    """
    title = role(posting)
    if not title:
        return None
    told = f"{title}\x1f{_folded(_employer(posting))}"
    return hashlib.blake2b(told.encode("utf-8", "replace"), digest_size=8).hexdigest()


def role(posting: Mapping[str, Any]) -> str:
    """The title as it is compared; without the place unless nothing else would be left.

    >>> role({"title": "Nurse (m/f), Bern", "locations": [{"locality": "Bern"}]})
    'nurse m f'
    """
    title = _folded(posting.get("title"))
    bare = f" {title} "
    for name in sorted(_place_names(posting), key=len, reverse=True):
        bare = bare.replace(f" {name} ", " ")
    return " ".join(bare.split()) or title


def together(postings: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Postings by role, in the order in which each role was first met; without a title alone."""
    met: dict[str, list[Mapping[str, Any]]] = {}
    for number, posting in enumerate(postings):
        met.setdefault(group_key(posting) or f"alone:{number}", []).append(posting)
    return [_group(tuple(members)) for members in met.values()]


def _group(members: tuple[Mapping[str, Any], ...]) -> Group:
    first = members[0]
    places = dict.fromkeys(name for one in members for name in _places(one))
    title = _without_place(first) if len(members) > 1 else first.get("title")
    return Group(group_key(first), title, _employer(first), tuple(places), members)


def _without_place(posting: Mapping[str, Any]) -> str | None:
    """The title as written, cut before its place or without the brackets that hold it."""
    title: str = posting["title"]
    names = _place_names(posting)
    kept = _IN_BRACKETS.sub(lambda found: "" if _folded(found[0]) in names else found[0], title)
    parts = re.split(r"(\s+[-–—|/@]\s+|,\s+)", " ".join(kept.split()))
    while len(parts) > 2 and _folded(parts[-1]) in names:
        del parts[-2:]
    return "".join(parts).strip() or title


def _place_names(posting: Mapping[str, Any]) -> set[str]:
    parts = ("locality", "region")
    named = {_folded(at.get(part)) for at in posting.get("locations") or () for part in parts}
    return named - {""}


def _places(posting: Mapping[str, Any]) -> list[str]:
    found = []
    for at in posting.get("locations") or ():
        told = (at.get(part) for part in ("locality", "region", "country"))
        found.append(next((name for name in told if name), ""))
    return [name for name in found if name]


def _employer(posting: Mapping[str, Any]) -> str | None:
    """An event names its employer, a posting line describes it."""
    employer = posting.get("organization")
    return employer.get("name") if isinstance(employer, Mapping) else employer


def _folded(text: str | None) -> str:
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join(_NOT_A_WORD.sub(" ", plain).split())
