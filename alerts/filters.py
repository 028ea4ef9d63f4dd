"""What a rule can ask of a posting: each filter says whether it is asked, known, and why not.

Pure. One row of ``FILTERS`` is one key of a rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final, TypeAlias

from alerts.words import any_of
from jobdiff.config import UNITS_A_YEAR, Rule
from postings.model import Posting, Salary

_TITLE_READ: Final = 1_000
_TEXT_READ: Final = 200_000

Reason: TypeAlias = str | None


@dataclass(frozen=True)
class Filter:
    """One filter.

    Attributes:
        asked: whether a rule uses it.
        known: whether a posting says what it needs.
        refuses: why a posting that says so does not match, at a time; None: it does.
    """

    asked: Callable[[Rule], bool]
    known: Callable[[Rule, Posting], bool]
    refuses: Callable[[Rule, Posting, datetime], Reason]


# --- what a posting says, for rules ------------------------------------------------------------


def yearly_salary(salary: Salary | None, currency: str | None) -> float | None:
    """The most it pays a year; None where amount, unit or this currency is not known.

    A year has 2,080 hours, 260 days, 52 weeks, 12 months. Without ``currency``, any.
    """
    if salary is None or salary.unit not in UNITS_A_YEAR or not salary.currency:
        return None
    if currency and salary.currency != currency:
        return None
    top = salary.min if salary.max is None else salary.max
    return None if top is None else top * UNITS_A_YEAR[salary.unit]


def age(posting: Posting, now: datetime) -> timedelta | None:
    """How long ago it says that it was posted; None where it does not say."""
    posted = _posted(posting)
    return None if posted is None else now - posted


def _posted(posting: Posting) -> datetime | None:
    try:
        posted = datetime.fromisoformat(posting.date_posted or "")
    except ValueError:
        return None
    return posted if posted.tzinfo else posted.replace(tzinfo=UTC)


def _countries(posting: Posting) -> set[str]:
    places = {place.country for place in posting.locations if place.country}
    return places | {
        where for where in posting.applicant_locations if re.fullmatch("[A-Z]{2}", where)
    }


def _regions(posting: Posting) -> list[str]:
    return [place.region for place in posting.locations if place.region]


def _towns(posting: Posting) -> list[str]:
    return [place.locality for place in posting.locations if place.locality]


def _title(posting: Posting) -> str:
    return (posting.title or "")[:_TITLE_READ]


def _text(posting: Posting) -> str:
    return (posting.description_text or "")[:_TEXT_READ]


def _employer(posting: Posting) -> str:
    return (posting.organization.name or "")[:_TITLE_READ]


# --- the filters -------------------------------------------------------------------------------


def _words(name: str, wanted: Iterable[str], unwanted: Iterable[str], text: str) -> Reason:
    if hit := any_of(unwanted, text):
        return f"{name} has {hit!r}"
    wanted = tuple(wanted)
    if not wanted or any_of(wanted, text):
        return None
    return f"{name} has none of {', '.join(wanted)}"


def _places(name: str, wanted: Iterable[str], told: Iterable[str]) -> Reason:
    told = tuple(told)
    if any(any_of(wanted, place[:_TITLE_READ]) for place in told):
        return None
    return f"{name} is {', '.join(dict.fromkeys(told))}"


def _country(rule: Rule, posting: Posting, _now: datetime) -> Reason:
    told = _countries(posting)
    return None if told & set(rule.country) else f"country is {', '.join(sorted(told))}"


def _salary(rule: Rule, posting: Posting, _now: datetime) -> Reason:
    floor = rule.salary_at_least
    yearly = yearly_salary(posting.salary, floor.currency if floor else None)
    if floor is None or yearly is None or yearly >= floor.yearly:
        return None
    return f"salary is {yearly:.0f} {floor.currency}/YEAR at most"


def _salary_known(rule: Rule, posting: Posting) -> bool:
    """Of "from 60,000" the most is not known, unless that is enough already."""
    floor, salary = rule.salary_at_least, posting.salary
    yearly = yearly_salary(salary, floor.currency if floor else None)
    if yearly is None or salary is None:
        return False
    return floor is None or salary.max is not None or yearly >= floor.yearly


def _employment(rule: Rule, posting: Posting, _now: datetime) -> Reason:
    if set(posting.employment_types) & set(rule.employment_type):
        return None
    return f"employment_type is {', '.join(posting.employment_types)}"


def _remote(rule: Rule, posting: Posting, _now: datetime) -> Reason:
    return None if posting.remote in rule.remote else f"remote is {posting.remote}"


def _language(rule: Rule, posting: Posting, _now: datetime) -> Reason:
    language = (posting.language or "").partition("-")[0].lower()
    return None if language in rule.language else f"language is {language}"


def _age(rule: Rule, posting: Posting, now: datetime) -> Reason:
    old = age(posting, now)
    if rule.max_age is None or old is None or old <= rule.max_age:
        return None
    return f"age is {old.days} days"


FILTERS: Final[Mapping[str, Filter]] = MappingProxyType({
    "title": Filter(
        lambda rule: bool(rule.title or rule.not_title),
        lambda _, posting: bool(posting.title),
        lambda rule, posting, _: _words("title", rule.title, rule.not_title, _title(posting)),
    ),
    "text": Filter(
        lambda rule: bool(rule.text or rule.not_text),
        lambda _, posting: bool(posting.description_html),
        lambda rule, posting, _: _words("text", rule.text, rule.not_text, _text(posting)),
    ),
    "employer": Filter(
        lambda rule: bool(rule.employer or rule.not_employer),
        lambda _, posting: bool(posting.organization.name),
        lambda rule, posting, _: _words(
            "employer", rule.employer, rule.not_employer, _employer(posting)
        ),
    ),
    "country": Filter(
        lambda rule: bool(rule.country), lambda _, posting: bool(_countries(posting)), _country
    ),
    "region": Filter(
        lambda rule: bool(rule.region),
        lambda _, posting: bool(_regions(posting)),
        lambda rule, posting, _: _places("region", rule.region, _regions(posting)),
    ),
    "town": Filter(
        lambda rule: bool(rule.town),
        lambda _, posting: bool(_towns(posting)),
        lambda rule, posting, _: _places("town", rule.town, _towns(posting)),
    ),
    "remote": Filter(
        lambda rule: bool(rule.remote), lambda _, posting: posting.remote is not None, _remote
    ),
    "salary": Filter(lambda rule: rule.salary_at_least is not None, _salary_known, _salary),
    "employment_type": Filter(
        lambda rule: bool(rule.employment_type),
        lambda _, posting: bool(posting.employment_types),
        _employment,
    ),
    "language": Filter(
        lambda rule: bool(rule.language), lambda _, posting: bool(posting.language), _language
    ),
    "age": Filter(
        lambda rule: rule.max_age is not None,
        lambda _, posting: _posted(posting) is not None,
        _age,
    ),
})  # fmt: skip
