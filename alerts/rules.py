"""Does an event match a rule? Pure: values in, a decision with its reason out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jobdiff.config import UNITS_A_YEAR, Rule
from postings.model import Posting, Salary

_TITLE_READ = 1_000
_TEXT_READ = 200_000


@dataclass(frozen=True)
class Subject:
    """What rules ask of an event: its kind, its posting and the tags of its board."""

    kind: str
    posting: Posting
    tags: tuple[str, ...] = ()
    material: bool = True


@dataclass(frozen=True)
class Decision:
    """Whether an event matches a rule.

    Attributes:
        reason: why it was dropped; None: it matches.
        unknown: what the rule asks for and the posting does not say, so it passed untested.
    """

    reason: str | None = None
    unknown: tuple[str, ...] = ()

    @property
    def matches(self) -> bool:
        return self.reason is None


def subject_of(event: Mapping[str, Any], posting: Posting, tags: Sequence[str]) -> Subject:
    """The subject of an event in its JSON shape (``jobdiff.event/1``)."""
    material = any(change["material"] for change in event["changes"])
    return Subject(event["kind"], posting, tuple(tags), material)


def decide(rule: Rule, subject: Subject) -> Decision:
    """Apply every filter of ``rule``; the first that says no gives the reason.

    A value that the posting does not give passes, unless the rule requires it.
    """
    if subject.kind not in rule.kinds:
        return Decision(f"kind is {subject.kind}")
    if subject.kind == "changed" and not subject.material:
        return Decision("nothing material changed")
    if rule.tags and not set(rule.tags) & set(subject.tags):
        return Decision(f"the board has none of the tags {', '.join(rule.tags)}")
    known = {name: _knows(name, rule, subject.posting) for name in _FILTERS}
    for required in rule.require:
        if not known[required]:
            return Decision(f"{required} is missing and required")
    asked = [name for name in _FILTERS if _asks(name, rule)]
    for name in asked:
        if known[name] and (reason := _FILTERS[name](rule, subject.posting)):
            return Decision(reason)
    return Decision(unknown=tuple(name for name in asked if not known[name]))


# --- the filters: each says why not, or nothing ------------------------------------------------


def _title(rule: Rule, posting: Posting) -> str | None:
    return _words("title", rule.title, rule.not_title, _title_text(posting))


def _text(rule: Rule, posting: Posting) -> str | None:
    return _words("text", rule.text, rule.not_text, _body_text(posting))


def _employer(rule: Rule, posting: Posting) -> str | None:
    return _words("employer", rule.employer, (), posting.organization.name or "")


def _country(rule: Rule, posting: Posting) -> str | None:
    found = _countries(posting)
    return None if found & set(rule.country) else f"country is {', '.join(sorted(found))}"


def _salary(rule: Rule, posting: Posting) -> str | None:
    floor = rule.salary_at_least
    yearly = yearly_salary(posting.salary, floor.currency if floor else None)
    if floor is None or yearly is None or yearly >= floor.yearly:
        return None
    return f"salary is {yearly:.0f} {floor.currency}/YEAR at most"


_FILTERS: Mapping[str, Callable[[Rule, Posting], str | None]] = {
    "title": _title,
    "text": _text,
    "employer": _employer,
    "country": _country,
    "salary": _salary,
}


def _asks(name: str, rule: Rule) -> bool:
    if name == "salary":
        return rule.salary_at_least is not None
    return bool(getattr(rule, name) or getattr(rule, f"not_{name}", ()))


def _knows(name: str, rule: Rule, posting: Posting) -> bool:
    match name:
        case "title":
            return bool(posting.title)
        case "text":
            return bool(posting.description_html)
        case "employer":
            return bool(posting.organization.name)
        case "country":
            return bool(_countries(posting))
    currency = rule.salary_at_least.currency if rule.salary_at_least else None
    return yearly_salary(posting.salary, currency) is not None


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


def _countries(posting: Posting) -> set[str]:
    places = {place.country for place in posting.locations if place.country}
    return places | {
        where for where in posting.applicant_locations if re.fullmatch("[A-Z]{2}", where)
    }


def _title_text(posting: Posting) -> str:
    return (posting.title or "")[:_TITLE_READ]


def _body_text(posting: Posting) -> str:
    return (posting.description_text or "")[:_TEXT_READ]


# --- words -------------------------------------------------------------------------------------


def _words(name: str, wanted: Iterable[str], unwanted: Iterable[str], text: str) -> str | None:
    if hit := next((words for words in unwanted if _pattern(words).search(text)), None):
        return f"{name} has {hit!r}"
    wanted = tuple(wanted)
    if not wanted or any(_pattern(words).search(text) for words in wanted):
        return None
    return f"{name} has none of {', '.join(wanted)}"


@lru_cache(maxsize=1_000)
def _pattern(words: str) -> re.Pattern[str]:
    """A whole word or phrase in any case, or what follows ``re:``."""
    if words.startswith("re:"):
        return re.compile(words[3:], re.IGNORECASE)
    phrase = r"\s+".join(re.escape(word) for word in words.split())
    return re.compile(rf"(?<!\w){phrase}(?!\w)", re.IGNORECASE)
