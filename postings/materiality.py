"""Which changes matter (the table of ``docs/history.md``); the others never alert."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from postings.content import COSMETIC
from postings.model import Place, Posting

_NOT_SAID = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[^\w+#&%€$£¥.,]|_")


def is_material(field: str, before: Posting, after: Posting) -> bool:
    """Whether a change of ``field`` is one that a reader of the posting should know of.

    Args:
        field: its name, as ``postings.content.FIELDS`` has it.
        before: the posting before the change.
        after: the posting after it.
    """
    if field in COSMETIC:
        return False
    said = _SAID.get(field)
    return said is None or said(before, after)


def _text(name: str) -> Callable[[Posting, Posting], bool]:
    """A text says something else if letters or numbers differ, in any case."""

    def differs(before: Posting, after: Posting) -> bool:
        return _letters(getattr(before, name)) != _letters(getattr(after, name))

    return differs


def _employer(before: Posting, after: Posting) -> bool:
    return _letters(before.organization.name) != _letters(after.organization.name)


def _values(name: str) -> Callable[[Posting, Posting], bool]:
    def differ(before: Posting, after: Posting) -> bool:
        old, new = ({_letters(one) for one in getattr(each, name)} for each in (before, after))
        return old != new

    return differ


def _places(before: Posting, after: Posting) -> bool:
    """Towns matter; a street, a postal code, a region or country that is added to one does not."""
    old, new = _towns(before.locations), _towns(after.locations)
    if set(old) != set(new):
        return True
    return any(old[town] and new[town] and old[town] != new[town] for town in old)


def _towns(places: Iterable[Place]) -> dict[str, set[str]]:
    """Each town, or the widest that is known instead, with the countries it is said to be in."""
    found: dict[str, set[str]] = {}
    for place in places:
        told = (place.locality, place.region, place.country, place.street, place.postal_code)
        name = next((_letters(part) for part in told if part), "")
        found.setdefault(name, set()).update({place.country} if place.country else ())
    return found


def _letters(text: str | None) -> str:
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(_NOT_SAID.sub("", plain).split())


_SAID: Final[Mapping[str, Callable[[Posting, Posting], bool]]] = MappingProxyType(
    {
        "title": _text("title"),
        "organization.name": _employer,
        "description_text": _text("description_text"),
        "qualifications": _text("qualifications"),
        "responsibilities": _text("responsibilities"),
        "benefits": _text("benefits"),
        "work_hours": _text("work_hours"),
        "locations": _places,
        "applicant_locations": _values("applicant_locations"),
        "skills": _values("skills"),
        "education": _values("education"),
    }
)
