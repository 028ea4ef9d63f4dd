"""Rules about the employer and the posting's number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from postings.lint.case import Case, Hit, Rule

_ANONYMOUS = frozenset(
    "anonymous|private|private company|undisclosed|hidden|not disclosed|anonym|anonyme|anonimo"
    "|company confidential|confidential company|confidential employer|private advertiser"
    "|private employer|unknown".split("|")
)
_BRANCH = re.compile(
    r"#\s?\d+|\b(?:store|branch|filiale|shop|restaurant|location|unit)\b\W*(?:no|nr)?\W*\d+"
    r"|\b(?:branch|filiale|niederlassung|zweigstelle|succursale)\b",
    re.IGNORECASE,
)


def _missing(case: Case) -> Iterator[Hit]:
    if case.node.said("hiringorganization") is None:
        yield Hit("it has no hiringOrganization", case.node.get("hiringorganization"))


def _name_missing(case: Case) -> Iterator[Hit]:
    told = case.node.said("hiringorganization")
    if told and case.posting.organization.name is None:
        yield Hit("hiringOrganization has no name", told)


def _is_text(case: Case) -> Iterator[Hit]:
    told = case.node.said("hiringorganization")
    for item in told.each() if told else ():
        if not item.is_object and item.value != "confidential":
            yield Hit("hiringOrganization is no Organization with a name", item)


def _anonymous(case: Case) -> Iterator[Hit]:
    name = case.posting.organization.name or ""
    if name.casefold() in _ANONYMOUS:
        told = f"an employer who stays unnamed writes `confidential`, not {name}"
        yield Hit(told, case.node.get("hiringorganization"))


def _branch(case: Case) -> Iterator[Hit]:
    name = case.posting.organization.name or ""
    if _BRANCH.search(name):
        told = f"this looks like a branch, not the company: {name}"
        yield Hit(told, case.node.get("hiringorganization"))


def _identifier_missing(case: Case) -> Iterator[Hit]:
    if case.node.said("identifier") is None:
        yield Hit("it has no identifier", case.node.get("identifier"))


def _identifier_is_text(case: Case) -> Iterator[Hit]:
    told = case.node.said("identifier")
    for item in told.each() if told else ():
        if not item.is_object:
            yield Hit("identifier is no PropertyValue with name and value", item)


def _identifier_name(case: Case) -> Iterator[Hit]:
    return _identifier_part(case, "name")


def _identifier_value(case: Case) -> Iterator[Hit]:
    return _identifier_part(case, "value")


def _identifier_part(case: Case, part: str) -> Iterator[Hit]:
    told = case.node.said("identifier")
    for item in told.each() if told else ():
        if item.is_object and item.said(part) is None:
            yield Hit(f"the identifier has no {part}", item)


RULES: Final = (
    Rule(
        "hiring-organization-missing", "error", "hiringOrganization",
        "hiringOrganization is required.", "Google", _missing,
    ),
    Rule(
        "hiring-organization-name-missing", "error", "hiringOrganization",
        "hiringOrganization has a name.", "Google", _name_missing,
        covers=("hiring-organization-unreadable",),
    ),
    Rule(
        "hiring-organization-is-text", "warning", "hiringOrganization",
        "hiringOrganization is an Organization, or the word `confidential`.", "Google", _is_text,
    ),
    Rule(
        "hiring-organization-anonymous", "info", "hiringOrganization",
        "An employer who stays unnamed writes `confidential`.", "Google", _anonymous,
    ),
    Rule(
        "hiring-organization-branch", "info", "hiringOrganization",
        "hiringOrganization is the company, not one of its branches.", "Google", _branch,
    ),
    Rule(
        "identifier-missing", "info", "identifier",
        "identifier is recommended.", "Google", _identifier_missing,
    ),
    Rule(
        "identifier-is-text", "info", "identifier",
        "identifier is a PropertyValue.", "Google", _identifier_is_text,
    ),
    Rule(
        "identifier-name-missing", "info", "identifier",
        "The identifier's name says whose number it is.", "Google", _identifier_name,
    ),
    Rule(
        "identifier-value-missing", "info", "identifier",
        "The identifier's value is the number.", "Google", _identifier_value,
        covers=("identifier-unreadable",),
    ),
)  # fmt: skip
