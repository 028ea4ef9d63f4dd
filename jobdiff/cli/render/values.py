"""Values of postings in words: places, salaries, and what changed from what to what."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jobdiff.cli.text import clean

NOTHING = "not given"
_LONG = 60
_LABELS = {
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
}


@dataclass(frozen=True)
class Difference:
    """One change in words; ``before`` is empty where only ``after`` says what happened."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        arrow = f"{self.before} → {self.after}" if self.before else self.after
        return f"{self.label}: {arrow}"


def differences(
    changes: Sequence[Mapping[str, Any]], salary: Mapping[str, Any] | None
) -> list[Difference]:
    """An event's changes in words, all parts of the salary as one; ``salary`` is the one after."""
    parts = {c["field"].removeprefix("salary."): c for c in changes if _of_salary(c)}
    told = [_salary_difference(parts, salary)] if parts else []
    return told + [_difference(change) for change in changes if not _of_salary(change)]


def value_words(value: Any) -> str:
    """Any value of a posting in words.

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
        return place(value) if "locality" in value else clean(str(dict(value)))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(value_words, value)) if _are_places(value) else _listed(value)
    return clean(str(value))


def place(location: Mapping[str, Any] | None) -> str:
    """A location as locality, region, country, as far as known."""
    found = location or {}
    parts = [found.get(part) for part in ("locality", "region", "country")]
    return clean(", ".join(part for part in parts if part)) or clean(found.get("street") or "")


def places(posting: Mapping[str, Any]) -> str:
    """Where a job is: its first place, how many more, and whether remote."""
    named = [words for words in map(place, posting.get("locations") or ()) if words]
    more = f" +{len(named) - 1}" if len(named) > 1 else ""
    remote = {"remote": "remote", "hybrid": "hybrid"}.get(posting.get("remote") or "", "")
    where = (named[0] + more) if named else ""
    return f"{where} ({remote})" if where and remote else where or remote


def salary(pay: Mapping[str, Any] | None) -> str:
    """A salary as a range with its currency and unit; nothing where there is none.

    >>> salary({"min": 118000, "max": 140000, "currency": "CHF", "unit": "YEAR"})
    '118,000–140,000 CHF a year'
    """
    if not pay or (pay.get("min") is None and pay.get("max") is None):
        return ""
    ends = [number(end) for end in _ends(pay)]
    unit = (
        f" a{'n' if pay.get('unit') == 'HOUR' else ''} {pay['unit'].lower()}"
        if pay.get("unit")
        else ""
    )
    return clean(f"{'–'.join(ends)} {pay.get('currency') or ''}".strip() + unit)


def number(value: float) -> str:
    """A number with thousands apart and no idle fraction.

    >>> number(118000.0), number(28.5)
    ('118,000', '28.5')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def label(field: str) -> str:
    """A field's name for people."""
    return _LABELS.get(field, field.replace("_", " ").replace(".", " "))


def _ends(pay: Mapping[str, Any]) -> list[float]:
    low, high = pay.get("min"), pay.get("max")
    return sorted({end for end in (low, high) if end is not None})


def _of_salary(change: Mapping[str, Any]) -> bool:
    return str(change["field"]).startswith("salary.")


def _salary_difference(
    parts: Mapping[str, Mapping[str, Any]], after: Mapping[str, Any] | None
) -> Difference:
    now = {**(after or {}), **{name: change["after"] for name, change in parts.items()}}
    then = {**now, **{name: change["before"] for name, change in parts.items()}}
    before_words, after_words = salary(then) or NOTHING, salary(now) or NOTHING
    if before_words == after_words:
        return Difference(
            "salary", *(value_words(sorted(map(str, s.items()))) for s in (then, now))
        )
    return Difference("salary", _without_same_unit(before_words, after_words), after_words)


def _without_same_unit(before: str, after: str) -> str:
    """``118,000 CHF a year → 120,000 CHF a year`` says the unit once."""
    amount, _, unit = before.partition(" ")
    return amount if unit and after.endswith(unit) else before


def _difference(change: Mapping[str, Any]) -> Difference:
    before, after = value_words(change["before"]), value_words(change["after"])
    name = label(change["field"])
    if max(len(before), len(after)) > _LONG and NOTHING not in (before, after):
        return Difference(name, "", _reworded(before, after))
    if len(after) > _LONG:
        return Difference(name, "", "added")
    if len(before) > _LONG:
        return Difference(name, "", "taken out")
    return Difference(name, before, after)


def _reworded(before: str, after: str) -> str:
    old, new = before.split(), after.split()
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False) if _is_short(old, new) else None
    same = sum(block.size for block in matcher.get_matching_blocks()) if matcher else 0
    if not matcher:
        return f"reworded ({len(old):,} → {len(new):,} words)"
    return f"reworded (+{len(new) - same} −{len(old) - same} words)"


def _is_short(old: Sequence[str], new: Sequence[str]) -> bool:
    return len(old) * len(new) <= 4_000_000


def _are_places(values: Sequence[Any]) -> bool:
    return all(isinstance(value, Mapping) and "locality" in value for value in values)


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(value_words(value) for value in values)
