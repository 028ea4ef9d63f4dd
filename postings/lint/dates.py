"""Rules about the dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from postings.fields.dates import deadline, read_date, read_end
from postings.lint.case import Case, Hit, Rule

_ISO = re.compile(
    r"^(?:\d{4}-\d{2}-\d{2}|\d{8})"
    r"(?:T\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d+)?)?)?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?$",
    re.ASCII,
)
_FIRST_ZONE_ON_EARTH = timedelta(hours=14)


def _posted_missing(case: Case) -> Iterator[Hit]:
    if case.node.said("dateposted") is None:
        yield Hit("it has no datePosted", case.node.get("dateposted"))


def _posted_iso(case: Case) -> Iterator[Hit]:
    return _not_iso(case, "dateposted", "datePosted")


def _through_iso(case: Case) -> Iterator[Hit]:
    return _not_iso(case, "validthrough", "validThrough")


def _not_iso(case: Case, name: str, shown: str) -> Iterator[Hit]:
    told = case.node.said(name)
    value = next(told.each(), None) if told else None
    if value is None:
        return
    read = (read_end if name == "validthrough" else read_date)(value.value)
    if read.text is None:
        yield Hit(f"{shown} is no date in ISO 8601: {read.reason}", value)
    elif not isinstance(value.value, str) or not _ISO.match(value.value.strip()):
        yield Hit(f"{shown} is not written as ISO 8601; it was read as {read.text}", value)


def _posted_future(case: Case) -> Iterator[Hit]:
    posted = _moment(case.posting.date_posted)
    if posted and _earliest(posted) > case.now:
        yield Hit("datePosted lies in the future", case.node.get("dateposted"))


def _through_missing(case: Case) -> Iterator[Hit]:
    if case.node.said("validthrough") is None:
        yield Hit("it has no validThrough; leave it out only if there is no end")


def _through_before(case: Case) -> Iterator[Hit]:
    if _is_before_posting(case):
        told = f"validThrough lies before datePosted ({case.posting.date_posted})"
        yield Hit(told, case.node.get("validthrough"))


def _is_before_posting(case: Case) -> bool:
    posted, last = _moment(case.posting.date_posted), _moment(case.posting.valid_through)
    if posted is None or last is None:
        return False
    if time() in (posted.time(), last.time()):
        return last.date() < posted.date()
    if (posted.tzinfo is None) != (last.tzinfo is None):
        return last.replace(tzinfo=None) < posted.replace(tzinfo=None)
    return last < posted


def _through_placeholder(case: Case) -> Iterator[Hit]:
    said = case.posting.valid_through
    if said and deadline(case.posting, case.now) is None and not _is_before_posting(case):
        told = "validThrough is no real end: the day of posting, the epoch or years away"
        yield Hit(told, case.node.get("validthrough"))


def _through_past(case: Case) -> Iterator[Hit]:
    end = deadline(case.posting, case.now)
    if end is not None and end <= case.now:
        told = "validThrough has passed, and the posting is still published"
        yield Hit(told, case.node.get("validthrough"))


def _rolling(case: Case) -> Iterator[Hit]:
    if case.slides:
        told = "validThrough moves along with the clock, so it means nothing"
        yield Hit(told, case.node.get("validthrough"))


def _moment(text: str | None) -> datetime | None:
    """One of the model's three spellings of a date."""
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return None


def _earliest(moment: datetime) -> datetime:
    """The first instant that a date or time can stand for."""
    try:
        if moment.tzinfo is None:
            return moment.replace(tzinfo=UTC) - _FIRST_ZONE_ON_EARTH
        return moment.astimezone(UTC)
    except OverflowError:
        return moment.replace(tzinfo=UTC)


RULES: Final = (
    Rule(
        "date-posted-missing", "error", "datePosted",
        "datePosted is required.", "Google", _posted_missing,
    ),
    Rule(
        "date-posted-not-iso", "error", "datePosted",
        "datePosted is a date in ISO 8601.", "Google", _posted_iso,
        covers=("date-posted-unreadable",),
    ),
    Rule(
        "date-posted-in-future", "warning", "datePosted",
        "datePosted is the day the employer posted the job, never a day to come.", "Google",
        _posted_future,
    ),
    Rule(
        "valid-through-missing", "info", "validThrough",
        "validThrough is recommended where the posting has an end.", "Google", _through_missing,
    ),
    Rule(
        "valid-through-not-iso", "error", "validThrough",
        "validThrough is a date in ISO 8601.", "Google", _through_iso,
        covers=("valid-through-unreadable",),
    ),
    Rule(
        "valid-through-before-date-posted", "error", "validThrough",
        "validThrough is not before datePosted.", "Google", _through_before,
    ),
    Rule(
        "valid-through-past", "error", "validThrough",
        "A posting whose validThrough has passed is no longer published.", "Google", _through_past,
    ),
    Rule(
        "valid-through-placeholder", "warning", "validThrough",
        "validThrough is a real end; it is left out where there is none.", "Google",
        _through_placeholder,
    ),
    Rule(
        "valid-through-rolling", "warning", "validThrough",
        "validThrough stays the same from one visit to the next.", "jobdiff", _rolling,
    ),
)  # fmt: skip
