"""Dates and times as pages write them, and deadlines as instants (rule 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from postings.fields.countries import zones_of
from postings.fields.languages import month_number
from postings.fields.values import number_of
from postings.model import Posting
from postings.visits import Policy

_LAST_ZONE_ON_EARTH = timezone(timedelta(hours=-12))
_EPOCH = date(1970, 1, 1)
_LONGEST_DATE = 200

_TIME = r"""(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,](?P<f>\d{1,12}))?)?
            \s*(?P<half>[ap]\.?m\.?\b)?"""
_ZONE = r"(?P<z>Z|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|[A-Z]{3,4})?"
# a date may have a zone or an empty time, as in XML: it stays a date
_ISO = re.compile(
    rf"""^(?P<y>\d{{4,5}})(?P<sep>[-/.])\s?(?P<m>\d{{1,2}})(?P=sep)\s?(?P<d>\d{{1,2}})
         (?:\.|T|Z|[+-]\d{{2}}:\d{{2}}
         |(?:T|\s+|T\s+){_TIME}\s*{_ZONE}(?:\[[\w/+-]+\]|\s+(?P<area>[A-Z]\w+/[\w/+-]+))?)?$""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_COMPACT = re.compile(
    r"^(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)"
    r"(?:T(?P<h>\d\d)(?P<mi>\d\d)(?P<s>\d\d)(?P<z>Z|[+-]\d{4})?)?$",
    re.ASCII,
)
_NUMERIC = re.compile(
    rf"^(?P<a>\d{{1,2}})(?P<sep>[-/.])(?P<b>\d{{1,2}})(?P=sep)(?P<y>\d{{4}})"
    rf"(?:[,T]?\s*{_TIME}\s*{_ZONE})?$",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_CLOCK = re.compile(rf"(?:^|(?<=[\sT,])){_TIME}\s*{_ZONE}", re.VERBOSE | re.IGNORECASE | re.ASCII)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?$")
_WORDS = re.compile(r"[^\W\d_]+\.?|\d+")
_CJK = re.compile(
    r"^(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]?"
    r"(?:\s*[(（][^()（）]{1,3}[)）])?$"
)
_IN_FIGURES = re.compile(
    r"(?<![\d.,/-])(?:\d{4}([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2\d{4})(?![\d/-])",
    re.ASCII,
)
# between a day and its month: "1er", "the 2nd of", "12 de"
_DAY_TO_MONTH = re.compile(
    r"(?:[^\w,;:()]|(?:st|nd|rd|th|er|e|re|º|ª|го|of|de|den|del|di|d)(?![^\W\d_]))*", re.IGNORECASE
)
# beside such words a date is not the end: "open until filled (posted 24/11/2026)"
_NO_END = re.compile(
    r"until filled|not before|posted|first review|review(?:ed)? (?:from|begins|starts)"
    r"|bis zur besetzung|jusqu['\u2019]à pourvoi|no antes",
    re.IGNORECASE,
)
_FULL_HOUR = re.compile(r"\b(?P<h>\d{1,2})\s*(?P<half>[ap]\.?m\b\.?)", re.IGNORECASE)

# The abbreviations that mean one offset wherever job pages use them.
_NAMED_OFFSETS = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180,
    "EST": -300, "EDT": -240, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
    "JST": 540,
}  # fmt: skip


@dataclass(frozen=True)
class ReadDate:
    """A date as read: ``text`` in one of the model's three spellings, or None and why."""

    text: str | None
    reason: str | None = None


def read_date(value: object) -> ReadDate:
    """Read what a page gives as a date.

    >>> read_date("2021-08-05T15:51:56.000Z").text, read_date("29. Juli 2026").text
    ('2021-08-05T15:51:56Z', '2026-07-29')
    >>> read_date("01/02/2026")
    ReadDate(text=None, reason='ambiguous: day or month first?')
    """
    if isinstance(value, int | float):
        return _read_number(value)
    if not isinstance(value, str):
        return ReadDate(None, "not a date")
    return _read_text(value.strip().replace("\u2212", "-"))


def read_end(value: object) -> ReadDate:
    """Read what a page gives as the date of its end; none where words say that it is another's.

    >>> read_end("Closing: 24/11/2026").text, read_end("Open until filled (posted 24/11/2026)").text
    ('2026-11-24', None)
    """
    if isinstance(value, str) and _NO_END.search(value[:_LONGEST_DATE]):
        return ReadDate(None, "a date among words that say something else")
    return read_date(value)


def _read_number(value: float) -> ReadDate:
    compact = _COMPACT.match(str(value))
    if compact and not isinstance(value, bool):
        return _from_parts(compact)
    return ReadDate(None, "a number, not a date in ISO 8601")


@lru_cache(maxsize=4096)
def _read_text(text: str) -> ReadDate:
    if len(text) > _LONGEST_DATE:
        return ReadDate(None, "too long for a date")
    for pattern in (_ISO, _COMPACT, _CJK):
        if found := pattern.match(text):
            return _from_parts(found)
    if found := _NUMERIC.match(text):
        return _from_numeric(found)
    if number_of(text) is not None:
        return ReadDate(None, "a number, not a date in ISO 8601")
    return _from_words(text)


def _from_parts(found: re.Match[str]) -> ReadDate:
    return _spelled(int(found["y"]), int(found["m"]), int(found["d"]), found)


def _from_numeric(found: re.Match[str]) -> ReadDate:
    first, second = int(found["a"]), int(found["b"])
    if found["sep"] == "." or first > 12:
        return _spelled(int(found["y"]), second, first, found)
    if second > 12 or first == second:
        return _spelled(int(found["y"]), first, second, found)
    return ReadDate(None, "ambiguous: day or month first?")


def _from_words(text: str) -> ReadDate:
    """Dates with the month as a word, as ``Posted on July 29, 2026`` or java.util.Date's."""
    clock = _CLOCK.search(text) or _FULL_HOUR.search(text)
    said = _FULL_HOUR.sub(" ", _CLOCK.sub(" ", text))
    words = list(_WORDS.finditer(said))
    months = [(number, word) for word in words if (number := _month(word.group()))]
    numbers = [word for word in words if word.group().isascii() and word.group().isdigit()]
    years = [word.group() for word in numbers if len(word.group()) == 4]
    days = [word for word in numbers if len(word.group()) <= 2]
    if len({number for number, _ in months}) != 1 or len(years) != 1 or len(days) != 1:
        return _within_words(text)
    if not any(_stands_beside(days[0], word) for _, word in months):
        return ReadDate(None, "a month without a day")
    return _spelled(int(years[0]), months[0][0], int(days[0].group()), clock)


def _stands_beside(day: re.Match[str], month: re.Match[str]) -> bool:
    """Whether a number is the day of a month: in ``March 2026 (5 openings)`` it is not."""
    first, second = sorted((day, month), key=re.Match.start)
    return _DAY_TO_MONTH.fullmatch(day.string, first.end(), second.start()) is not None


def _within_words(text: str) -> ReadDate:
    """The one date in figures that stands among words, as ``Closing: 24/11/2026, 17:00``."""
    found = list(_IN_FIGURES.finditer(text))
    if len(found) != 1 or found[0].group() == text:
        return ReadDate(None, "not a date")
    rest = f"{text[: found[0].start()]} {text[found[0].end() :]}"
    clock = _CLOCK.search(rest)
    if any(map(str.isdigit, _CLOCK.sub(" ", rest))):
        return ReadDate(None, "not a date")
    return _read_text(f"{found[0].group()} {clock.group()}" if clock else found[0].group())


def _month(word: str) -> int | None:
    return None if word.isdigit() or len(word) < 3 else month_number(word)


def _spelled(year: int, month: int, day: int, clock: re.Match[str] | None) -> ReadDate:
    try:
        on = date(year, month, day)
    except ValueError:
        return ReadDate(None, "no such day")
    if year <= 1:
        return ReadDate(None, "year 1 stands for no date")
    if clock is None or clock.groupdict().get("h") is None:
        return ReadDate(on.isoformat())
    return _with_time(on, clock)


def _with_time(on: date, clock: re.Match[str]) -> ReadDate:
    parts = clock.groupdict()
    hour, minute, second = int(parts["h"]), int(parts.get("mi") or 0), int(parts.get("s") or 0)
    hour = _of_24(hour, parts.get("half"))
    if (hour, minute, second) == (24, 0, 0):
        hour, on = 0, on + timedelta(days=1) if on < date.max else on
    if hour > 23 or minute > 59 or second > 60:
        return ReadDate(None, "no such time")
    zone = _zone(parts.get("z"))
    if zone == "" and parts.get("area"):
        zone = _zone_of_area(parts["area"], on, hour, minute)
    if zone is None:
        return ReadDate(None, "no such zone")
    fraction = (parts.get("f") or "")[:6].rstrip("0")
    shown = f"{on.isoformat()}T{hour:02}:{minute:02}:{min(second, 59):02}"
    return ReadDate(f"{shown}.{fraction}{zone}" if fraction else f"{shown}{zone}")


def _of_24(hour: int, half: str | None) -> int:
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def _zone_of_area(area: str, on: date, hour: int, minute: int) -> str | None:
    """The offset that a zone named by its area, as ``Europe/Berlin``, has at that time."""
    try:
        zone = ZoneInfo(area)
    except (KeyError, ValueError, OSError):
        return None
    return datetime.combine(on, time(hour, minute), zone).isoformat()[19:]


def _zone(zone: str | None) -> str | None:
    """The offset as it is written: ``Z``, ``+02:00``, or nothing; None where it is impossible."""
    name = (zone or "").upper()
    if name in ("", "Z"):
        return name
    if offset := _OFFSET.match(name):
        sign, hours, minutes = offset[1], int(offset[2]), int(offset[3] or 0)
        return None if hours > 15 or minutes > 59 else f"{sign}{hours:02}:{minutes:02}"
    minutes_east = _NAMED_OFFSETS.get(name)
    if minutes_east is None:
        return ""
    hours, minutes = divmod(abs(minutes_east), 60)
    sign = "-" if minutes_east < 0 else "+"
    return f"{sign}{hours:02}:{minutes:02}" if minutes_east else "Z"


# --- deadlines -----------------------------------------------------------------------------------


def deadline(posting: Posting, now: datetime) -> datetime | None:
    """The first instant after the posting's deadline, in UTC; None where there is none.

    A date alone, or a midnight without zone, lasts through the whole of that day in the posting's
    own zone, the last one where its countries have several; else in the last zone on earth. A
    placeholder is no deadline: not after ``date_posted``, at the epoch, over five years ahead.
    """
    if not posting.valid_through:
        return None
    last, whole_day = _day_or_time(posting.valid_through)
    if last is None or last.date() == _EPOCH or _not_after_posting(posting, last, whole_day):
        return None
    ends = _instant(last, whole_day, zones(posting))
    too_far = ends is not None and ends - now > Policy().deadline_at_most
    return None if too_far else ends


def zones(posting: Posting) -> tuple[tzinfo, ...]:
    """The zones a posting's places may be in; UTC-12 where they tell none."""
    told = [place.country for place in posting.locations if place.country]
    names = _zone_names(tuple(dict.fromkeys(told or posting.applicant_locations)))
    return tuple(ZoneInfo(name) for name in names) or (_LAST_ZONE_ON_EARTH,)


@lru_cache(maxsize=1024)
def _zone_names(countries: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({zone for country in countries for zone in zones_of(country)}))


def _day_or_time(text: str) -> tuple[datetime | None, bool]:
    """A stored date or time, and whether it stands for its whole day."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, False
    return moment, moment.tzinfo is None and moment.time() == time()


def _not_after_posting(posting: Posting, last: datetime, whole_day: bool) -> bool:
    if not posting.date_posted:
        return False
    posted, posted_day = _day_or_time(posting.date_posted)
    if posted is None:
        return False
    if whole_day or posted_day:
        return last.date() <= posted.date()
    if (last.tzinfo is None) != (posted.tzinfo is None):
        return last.replace(tzinfo=None) <= posted.replace(tzinfo=None)
    return last <= posted


def _instant(last: datetime, whole_day: bool, zones: Iterable[tzinfo]) -> datetime | None:
    try:
        if last.tzinfo is not None:
            return last.astimezone(UTC)
        first_after = last + timedelta(days=1) if whole_day else last
        return max(first_after.replace(tzinfo=zone).astimezone(UTC) for zone in zones)
    except OverflowError:
        return None
