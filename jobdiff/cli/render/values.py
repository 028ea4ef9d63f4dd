"""Values of postings in words for a terminal: whatever a page said is harmless to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobdiff.cli.text import clean
from postings import wording
from postings.changes import told
from postings.wording import NOTHING, label, number

__all__ = ["NOTHING", "differences", "label", "number", "place", "places", "salary", "value_words"]


def differences(
    changes: Sequence[Mapping[str, Any]], salary: Mapping[str, Any] | None
) -> list[str]:
    """An event's changes in words, all parts of the salary as one; ``salary`` is the one after."""
    return [clean(one.text) for one in told(changes, salary)]


def value_words(value: Any) -> str:
    """Any value of a posting in words.

    >>> value_words(["FULL_TIME", "INTERN"])
    'FULL_TIME, INTERN'
    """
    return clean(wording.value_words(value))


def place(location: Mapping[str, Any] | None) -> str:
    """A location as locality, region, country, as far as known."""
    return clean(wording.place(location))


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
    return clean(wording.salary(pay))
