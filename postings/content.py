"""What of a posting counts as its content, each field in the one form that is compared.

Order of sets, white space, markup, spelling of instants, tracking parameters and positions on a
map are not content (rule 6); nor are dates that move by themselves (``date_posted``).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from postings.model import Place, Posting, Salary
from postings.urls import canonical

Value = str | float | bool | tuple[str, ...] | None

_TAG = re.compile(r"<[^>]*>")
_INVISIBLE = re.compile("[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")


def content_of(posting: Posting) -> dict[str, Value]:
    """The fields that count, empty ones left out: field → comparable value."""
    values = {name: read(posting) for name, read in FIELDS.items()}
    return {name: value for name, value in values.items() if value not in (None, "", ())}


def words(markup: str | None) -> str:
    """A text without markup, entities, white space and invisible characters.

    >>> words("<p>Build&nbsp;<b>rock</b>ets</p>") == words("Build rockets")
    True
    """
    if not markup:
        return ""
    plain = _composed(html.unescape(_TAG.sub("", markup)))
    for frequent in (" ", "\n", "\xa0"):
        plain = plain.replace(frequent, "")
    return _without_invisible(plain, "")


def moment(spelled: str | None) -> str | None:
    """A date or time for comparison: instants in UTC, everything else as it stands.

    >>> moment("2026-01-01T12:00:00+02:00") == moment("2026-01-01T10:00:00Z")
    True
    """
    if spelled is None or "T" not in spelled:
        return spelled
    try:
        at = datetime.fromisoformat(spelled)
        return at.astimezone(UTC).isoformat() if at.tzinfo else spelled
    except (ValueError, OverflowError):
        return spelled


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _without_invisible(text: str, instead: str) -> str:
    # what is printable has none of them, and asking that is much cheaper than searching
    return text if text.isprintable() else _INVISIBLE.sub(instead, text)


def _folded(text: str | None) -> str:
    return " ".join(_without_invisible(_composed(text), " ").split()) if text else ""


def _as_set(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({_folded(value) for value in values} - {""}))


def _place(place: Place) -> str:
    parts = (place.street, place.locality, place.region, place.postal_code, place.country)
    return "|".join(_folded(part) for part in parts)


def _places(posting: Posting) -> tuple[str, ...]:
    return tuple(sorted({_place(place) for place in posting.locations} - {"||||"}))


def _salary(part: str) -> Callable[[Posting], Value]:
    def read(posting: Posting) -> Value:
        value: Any = getattr(posting.salary or Salary(), part)
        return value if value is not False else None

    return read


def _apply_url(posting: Posting) -> str | None:
    return canonical(posting.apply_url).partition("?")[0] if posting.apply_url else None


FIELDS: Final[Mapping[str, Callable[[Posting], Value]]] = MappingProxyType({
    "title": lambda p: _folded(p.title),
    "organization.name": lambda p: _folded(p.organization.name),
    "description_text": lambda p: words(p.description_unsanitised),
    "valid_through": lambda p: moment(p.valid_through),
    "employment_types": lambda p: _as_set(p.employment_types),
    "locations": _places,
    "remote": lambda p: p.remote,
    "applicant_locations": lambda p: _as_set(p.applicant_locations),
    "salary.min": _salary("min"),
    "salary.max": _salary("max"),
    "salary.currency": _salary("currency"),
    "salary.unit": _salary("unit"),
    "salary.estimated": _salary("estimated"),
    "department": lambda p: _folded(p.department),
    "openings": lambda p: p.openings,
    "identifier.value": lambda p: _folded(p.identifier.value),
    "apply_url": _apply_url,
    "industry": lambda p: _folded(p.industry),
    "occupational_category": lambda p: _folded(p.occupational_category),
    "skills": lambda p: _as_set(p.skills),
    "qualifications": lambda p: words(p.qualifications),
    "responsibilities": lambda p: words(p.responsibilities),
    "benefits": lambda p: words(p.benefits),
    "education": lambda p: _as_set(p.education),
    "experience_months": lambda p: p.experience_months,
    "work_hours": lambda p: _folded(p.work_hours),
    "direct_apply": lambda p: p.direct_apply,
    "language": lambda p: p.language,
})  # fmt: skip

COSMETIC: Final = frozenset({
    "salary.estimated", "openings", "identifier.value", "apply_url", "industry",
    "occupational_category", "direct_apply", "language", "department",
})  # fmt: skip
"""Fields whose change is recorded and never alerted."""
