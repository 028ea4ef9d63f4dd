"""All rules, in the order in which a posting's findings are told."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from postings.lint import (
    dates,
    employer,
    habits,
    places,
    reader,
    salary,
    surroundings,
    terms,
    words,
)
from postings.lint.case import Rule

RULES: Final[tuple[Rule, ...]] = (
    *words.RULES,
    *dates.RULES,
    *employer.RULES,
    *places.RULES,
    *terms.RULES,
    *salary.RULES,
    *habits.RULES,
    *surroundings.RULES,
    *reader.RULES,
)
_BY_ID: Final = MappingProxyType({rule.id: rule for rule in RULES})


def rule(name: str) -> Rule | None:
    """The rule with this id; None where there is none, as of a reader newer than this."""
    return _BY_ID.get(name)
