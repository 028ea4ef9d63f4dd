"""Values of postings in words: places, salaries, lists. What a page said is not made harmless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

NOTHING: Final = "not given"
_LABELS: Final = {
    "description_text": "description",
    "organization.name": "employer",
    "valid_through": "deadline",
    "employment_types": "employment",
    "locations": "place",
    "applicant_locations": "applicants from",
    "identifier.value": "identifier",
    "apply_url": "apply at",
    "occupational_category": "occupation",
    "experience_months": "experience",
    "direct_apply": "direct apply",
    "work_hours": "work hours",
    "remote": "place of work",
}


def label(field: str) -> str:
    """A field's name for people."""
    return _LABELS.get(field, field.replace("_", " ").replace(".", " "))


def value_words(value: Any) -> str:
    """Any JSON value of a posting in words.

    >>> value_words(["FULL_TIME", "INTERN"])
    'FULL_TIME, INTERN'
    """
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, Mapping):
        return place(value) if "locality" in value else str(dict(value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        between = "; " if _are_places(value) else ", "
        return between.join(map(value_words, value))
    return str(value)


def place(location: Mapping[str, Any] | None) -> str:
    """A location as locality, region, country, as far as known; a street only where it is all."""
    found = location or {}
    parts = [found.get(part) for part in ("locality", "region", "country")]
    return ", ".join(part for part in parts if part) or found.get("street") or ""


def salary(pay: Mapping[str, Any] | None) -> str:
    """A salary as a range with its currency and unit; nothing where there is none.

    >>> salary({"min": 118000, "max": 140000, "currency": "CHF", "unit": "YEAR"})
    '118,000–140,000 CHF a year'
    """
    if not pay or (pay.get("min") is None and pay.get("max") is None):
        return ""
    ends = sorted({end for end in (pay.get("min"), pay.get("max")) if end is not None})
    unit = (
        f" a{'n' if pay.get('unit') == 'HOUR' else ''} {pay['unit'].lower()}"
        if pay.get("unit")
        else ""
    )
    return f"{'–'.join(map(number, ends))} {pay.get('currency') or ''}".strip() + unit


def number(value: float) -> str:
    """A number with thousands apart and no idle fraction.

    >>> number(118000.0), number(28.5)
    ('118,000', '28.5')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def _are_places(values: Sequence[Any]) -> bool:
    return all(isinstance(value, Mapping) and "locality" in value for value in values)
