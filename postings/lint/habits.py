"""Rules about habits of generated markup: what is empty, left over or misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from postings.fields.values import is_placeholder, local_name
from postings.lint.at import At, shown
from postings.lint.case import Case, Hit, Rule

_NAMES: Final = (
    "title", "description", "datePosted", "validThrough", "dateModified", "hiringOrganization",
    "jobLocation", "jobLocationType", "applicantLocationRequirements", "baseSalary",
    "employmentType", "identifier", "directApply", "educationRequirements",
    "experienceRequirements", "experienceInPlaceOfEducation", "estimatedSalary", "address",
    "addressLocality", "addressRegion", "addressCountry", "postalCode", "streetAddress", "geo",
    "latitude", "longitude", "name", "value", "currency", "minValue", "maxValue", "unitText",
    "credentialCategory", "monthsOfExperience", "sameAs", "logo", "url",
)  # fmt: skip
_SPELLED: Final = {name.lower(): name for name in _NAMES}
_TOLD = 3


def _invalid_json(case: Case) -> Iterator[Hit]:
    if case.posting.source.repaired:
        yield Hit("the block is no valid JSON; others read nothing from it")


def _empty(case: Case) -> Iterator[Hit]:
    found = [leaf for leaf in case.node.leaves() if leaf.value is None or leaf.value == ""]
    yield from _together(found, "empty: leave out what is unknown")


def _placeholder(case: Case) -> Iterator[Hit]:
    found = [leaf for leaf in case.node.leaves() if _is_left_over(leaf.value)]
    yield from _together(found, "a placeholder: leave out what is unknown")


def _is_left_over(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and is_placeholder(value)


def _misspelt(case: Case) -> Iterator[Hit]:
    found = [key for key in _keys(case.node) if _spelling(key) is not None]
    yield from _together(found, "a name in the wrong letter case: names are case-sensitive")


def _keys(node: At) -> Iterator[At]:
    """Every property, wherever it stands, in document order."""
    stack = [node]
    while stack:
        item = stack.pop()
        if isinstance(item.value, dict):
            inside = [At(value, (*item.path, key)) for key, value in item.value.items()]
            yield from inside
        elif isinstance(item.value, list):
            inside = [At(value, (*item.path, number)) for number, value in enumerate(item.value)]
        else:
            continue
        stack.extend(reversed(inside))


def _spelling(item: At) -> str | None:
    """How the name of a property is written right, where it is not."""
    key = str(item.path[-1])
    right = _SPELLED.get(local_name(key))
    return None if right is None or key.endswith(right) else right


def _together(found: list[At], what: str) -> Iterator[Hit]:
    """One hit for all places that share a habit, naming the first of them."""
    if found:
        names = ", ".join(shown(item.path) for item in found[:_TOLD])
        more = f" and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
        yield Hit(f"{names}{more}: {what}" if len(found) > 1 else what, found[0])


RULES: Final = (
    Rule(
        "json-invalid", "error", None,
        "A JSON-LD block is valid JSON.", "Google", _invalid_json, covers=("json-repaired",),
    ),
    Rule(
        "value-empty", "info", None,
        "What is unknown is left out, not empty or null.", "jobdiff", _empty,
    ),
    Rule(
        "value-placeholder", "warning", None,
        "What is unknown is left out, not `N/A`, `UNAVAILABLE` or `${city}`.", "jobdiff",
        _placeholder,
    ),
    Rule(
        "name-misspelt", "warning", None,
        "Names are written in their own letter case.", "jobdiff", _misspelt,
    ),
)  # fmt: skip
