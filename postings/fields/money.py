"""Salaries, from numbers, objects and free text. Neither currency nor unit is ever guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from postings.fields.currencies import currency_code, currency_named, withdrawn_code
from postings.fields.text import one_line
from postings.fields.units import unit_code, unit_in_words
from postings.fields.values import (
    folded,
    line_of,
    listed,
    number_of,
    present,
    scalar_text,
    unwrapped,
)
from postings.model import Salary

_SCALES: Final = {
    "k": 1_000, "tsd": 1_000, "tys": 1_000, "mil": 1_000, "lakh": 100_000, "lakhs": 100_000,
    "lac": 100_000, "lacs": 100_000, "lpa": 100_000, "crore": 10_000_000, "triệu": 1_000_000,
    "tr": 1_000_000, "万": 10_000, "萬": 10_000, "만": 10_000, "m": 1_000_000, "mio": 1_000_000,
    "jt": 1_000_000, "juta": 1_000_000, "t": 1_000,
}  # fmt: skip
_LAKHS_ARE_INDIAN = {"lakh", "lakhs", "lac", "lacs", "lpa", "crore"}
_SIGN = r"[A-Za-z]{0,3}\$|[€£₹₽₫₩₺₪฿₱₴₦¥]"
_AMOUNT = re.compile(
    rf"(?:(?P<before>(?:(?<![A-Za-z])[A-Z]{{3}}\s)?(?:{_SIGN})|(?<![A-Za-z])(?:[A-Z]{{3}}|Rs|Fr|Rp|RM|kr|R)\.?)\s?|(?<![A-Za-z0-9.,]))"
    r"(?P<number>\d{1,3}(?:['\u2019\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d[\d.,]*)"
    r"(?P<scale>\s?(?:(?:k|tsd|tys|lakhs?|lacs?|lpa|crore|triệu|tr|mio|juta|jt|m)(?![^\W_])"
    r"|[kt](?=\s?(?:€|EUR|CHF|GBP|USD))|[万萬만]))?"
    rf"\s?(?P<after>(?:{_SIGN})(?!\s?\d)|(?:zł|kč|kr|ft|lei|руб|грн|euros?|[A-Za-z]{{3}}|đ)(?![^\W_])"
    r"|[円元원])?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"[-\u2010-\u2015~～〜]"
    r"|\b(?:to|bis|à|a|al|y|e|en|and|und|et|och|og|tot|till|til|hasta|até|do|до|đến)\b",
    re.IGNORECASE,
)
_BETWEEN_ENDS = 40
_LONGER_WORD = re.compile(r"[^\W\d_]{2,}")
_THOUSANDS = re.compile(r"^[1-9]\d{0,2}(?:\.\d{3})+$", re.ASCII)
_GROUPING = re.compile(r"['\u2019\u00a0\u202f ]")
_OPEN_ABOVE = re.compile(
    r"\b(?:from|ab|mind\w*|min\w*|à partir|desde|a partir|da|od|fra|från|starting|at least"
    r"|vanaf|от|від|từ)\b|[+～〜]\s*$|以上",
    re.IGNORECASE,
)
_OPEN_BELOW = re.compile(
    r"\b(?:up to|bis zu|max\w*|jusqu|hasta|até|fino a|tot|do|до|upp till|opp til|under|đến|tới)\b"
    r"|^[～〜]|以下|まで",
    re.IGNORECASE,
)
# a small amount counts as pay where it is told by the hour, as in "20-25/hr"
_HOURLY = re.compile(
    r"^\s*(?:/|p\.?/?|per|pro|an|a|par|por|l['\u2019])\s*"
    r"(?:h|hr|hour|std|stunde|heure|hora|uur)(?![^\W_])",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\d[\d.,]*\s*-?[^\W\d_]+(?:\s*(?:/|\b(?:per|an?|pro|par|por|al)\b)\s*[^\W\d_]+)?",
    re.IGNORECASE,
)
_SHARED_SIGNS: Final = frozenset(("$", "¥", "kr"))
_Match = re.Match[str]
_LONGEST_TEXT = 300
_MOST = 1e13
_CROWNS = frozenset(("SEK", "NOK", "DKK", "ISK"))


@dataclass(frozen=True)
class ReadSalary:
    """A salary as read, or None and why; ``withdrawn``: the code that its currency went by."""

    salary: Salary | None
    reason: str | None = None
    withdrawn: str | None = None


@dataclass(frozen=True)
class _Terms:
    """What holds for all amounts of one salary."""

    currency: str | None
    unit: str | None
    estimated: bool
    countries: tuple[str, ...]


def salary_of(node: Mapping[str, Any], countries: Iterable[str] = ()) -> ReadSalary:
    """The posting's salary; ``node`` has its names folded.

    ``baseSalary`` is the employer's own figure; without one, ``estimatedSalary`` counts and is
    marked as such. Zero stands for unknown. One single value is both ends of the range. A sign
    that several currencies share, as ``$``, counts only where the ``countries`` of the posting
    have one of them.
    """
    reason = None
    of = tuple(dict.fromkeys(countries))
    for name in ("basesalary", "salary", "estimatedsalary"):
        currency = currency_code(line_of(node.get("salarycurrency")))
        terms = _Terms(currency, None, name == "estimatedsalary", of)
        for item in listed(node.get(name)):
            read = _read(item, terms)
            if read.salary:
                code = withdrawn_code(read.salary.currency, item, node.get("salarycurrency"))
                return replace(read, withdrawn=code) if code else read
            reason = reason or read.reason
    return ReadSalary(None, reason)


def _read(value: Any, terms: _Terms) -> ReadSalary:
    if isinstance(value, dict):
        return _read_object(folded(value), terms)
    number = _plain_number(value)
    if number is not None:
        return _ranged(number, number, terms)
    text = scalar_text(value)
    return _read_text(one_line(text), terms) if text else ReadSalary(None, "not an amount")


def _read_object(amount: Mapping[str, Any], terms: _Terms) -> ReadSalary:
    terms = _terms_of(amount, terms)
    values = listed(present(amount, "value", "price"))
    ends = _read_ends(amount, terms)
    if ends.salary and None not in (ends.salary.min, ends.salary.max):
        return ends
    numbers = [number for value in values if (number := _plain_number(value)) is not None]
    if len(numbers) == len(values) == 2:
        return _ranged(numbers[0], numbers[1], terms)
    reads = [*(_read(inner, terms) for inner in values), ends]
    told = [read for read in reads if read.salary] or [read for read in reads if read.reason]
    return told[0] if told else ReadSalary(None)


def _terms_of(amount: Mapping[str, Any], terms: _Terms) -> _Terms:
    names = ("currency", "salarycurrency", "pricecurrency", "currencycode")
    # a sign alone is no word, and yet says something here
    said = [text.strip() for name in names for text in _strings(amount.get(name))]
    currency = next((code for text in said if (code := currency_named(text))), None)
    currency = currency or _currency_by_sign(said, terms.countries)
    unit = unit_code(line_of(present(amount, "unittext", "unitcode", "unit", "period", "duration")))
    return replace(terms, currency=currency or terms.currency, unit=unit or terms.unit)


def _read_ends(amount: Mapping[str, Any], terms: _Terms) -> ReadSalary:
    low = present(amount, "minvalue", "minsalary", "min", "minprice", "percentile10")
    high = present(amount, "maxvalue", "maxsalary", "max", "maxprice", "percentile90")
    if low is None and high is None:
        single = present(amount, "salary", "median" if terms.estimated else "salary")
        low = high = single
    plain = _plain_number(low), _plain_number(high)
    if isinstance(low, str) or isinstance(high, str):
        return _read_worded_ends((low, high), plain, terms)
    if plain == (None, None):
        told = low is not None or high is not None
        return ReadSalary(None, "not an amount" if told else None)
    return _ranged(*plain, terms)


def _read_worded_ends(
    ends: tuple[Any, Any], plain: tuple[float | None, float | None], terms: _Terms
) -> ReadSalary:
    """The ends of a range of which one or both are texts, as ``120k`` or ``€ 2.500,-``."""
    found = [
        _AMOUNT.search(one_line(end)[:_LONGEST_TEXT])
        if number is None and isinstance(end, str)
        else None
        for end, number in zip(ends, plain, strict=True)
    ]
    matches = [match for match in found if match]
    currency = terms.currency or next(filter(None, map(_currency_of, matches)), None)
    low, high = (
        number if match is None else _worth(match)
        for number, match in zip(plain, found, strict=True)
    )
    if low is None and high is None:
        return ReadSalary(None, "not an amount")
    return _ranged(low, high, replace(terms, currency=currency))


def _worth(match: _Match) -> float | None:
    number = _number(match["number"])
    return None if number is None else number * _scale(match)


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [unwrapped(value)]
    return [text for text in values if isinstance(text, str)]


def _plain_number(value: Any) -> float | None:
    """A number, or a text that is nothing else; ``45.000`` is forty-five thousand."""
    if isinstance(value, str) and _THOUSANDS.match(value.strip()):
        return number_of(value.replace(".", ""))
    return number_of(value)


def _ranged(low: float | None, high: float | None, terms: _Terms) -> ReadSalary:
    """A salary between two ends; zeros are unknown, ends in the wrong order are turned."""
    if any(end is not None and not 0 <= end <= _MOST for end in (low, high)):
        return ReadSalary(None, "negative or beyond belief")
    low, high = low or None, high or None
    if low is None and high is None:
        return ReadSalary(None)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return ReadSalary(Salary(low, high, terms.currency, terms.unit, terms.estimated))


# --- free text -----------------------------------------------------------------------------------


def _read_text(text: str, terms: _Terms) -> ReadSalary:
    """Amounts in words such as ``£13.65/hour - £14.03/hour (CRB18)`` or ``10-12 lakh``."""
    text = text[:_LONGEST_TEXT]
    ranges = _ranges(text)
    chosen = next((pair for pair in ranges if any(map(_is_money, pair))), None)
    chosen = chosen or _bare(text, ranges, terms)
    if not chosen:
        return ReadSalary(None, "no amount in the text")
    currency = next((code for match in chosen if (code := _currency_of(match))), None)
    currency = currency or terms.currency or _currency_by_scale(chosen)
    currency = currency or _currency_by_country(chosen, terms.countries)
    unit = terms.unit or unit_in_words(_about_amounts(text, chosen))
    amounts = _scaled(chosen)
    if not amounts:
        return ReadSalary(None, "no amount in the text")
    low, high = _ends(text, amounts)
    return _ranged(low, high, replace(terms, currency=currency, unit=unit))


def _ranges(text: str) -> list[list[_Match]]:
    """The amounts in a text, those that are two ends of one range together."""
    ranges: list[list[_Match]] = []
    for match in filter(_may_be_pay, _AMOUNT.finditer(text)):
        last = ranges[-1] if ranges else []
        between = text[last[0].end("number") : match.start("number")] if last else ""
        joined = len(between) <= _BETWEEN_ENDS and _RANGE.search(between)
        if len(last) == 1 and joined and _rises([last[0], match]):
            last.append(match)
        else:
            ranges.append([match])
    return ranges


def _may_be_pay(match: _Match) -> bool:
    """Whether a number may be an amount: not a share, not part of a code such as ``CRB18``."""
    if match.string[match.end("number") :].lstrip().startswith("%"):
        return False
    before = match["before"] or ""
    glued = before[-1:].isalpha() and match.end("before") == match.start("number")
    return not glued or currency_code(before) is not None


def _rises(pair: list[_Match]) -> bool:
    """Whether two amounts may be the ends of a range: ``£30,000 and 25 days`` are none."""
    amounts = _scaled(pair)
    return len(amounts) < 2 or amounts[0] <= amounts[1]


def _is_money(match: _Match) -> bool:
    shared = _signs_of(match) & _SHARED_SIGNS
    return bool(shared) or _currency_of(match) is not None or match["scale"] is not None


def _signs_of(match: _Match) -> set[str]:
    told = {(match[name] or "").strip(" .").lower() for name in ("before", "after")}
    return told | {text[-1] for text in told if text[-1:] in _SHARED_SIGNS}


def _bare(text: str, ranges: list[list[_Match]], terms: _Terms) -> list[_Match]:
    """An amount without a currency, where the text is about nothing else."""
    big = [pair for pair in ranges if (_number(pair[0]["number"]) or 0) >= 100]
    hourly = [pair for pair in ranges if _HOURLY.match(text[pair[-1].end("number") :])]
    if hourly and not big:
        return hourly[0]
    if terms.currency and (big or len(ranges) == 1):
        return (big or ranges)[0]
    if unit_in_words(text) or len(_LONGER_WORD.findall(text)) <= 1:
        return big[0] if big else []
    return []


def _scaled(chosen: list[_Match]) -> list[float]:
    """The numbers of a range; in ``10-12 lakh`` the scale of the last holds for both."""
    amounts: list[float] = []
    last_scale = _scale(chosen[-1])
    for match in chosen:
        number = _number(match["number"])
        scale = _scale(match)
        if number is not None:
            last = _number(chosen[-1]["number"]) or 0
            shared = last_scale if scale == 1 and number < last_scale and number <= last else scale
            amounts.append(number * shared)
    return amounts


def _scale(match: _Match) -> int:
    return _SCALES.get((match["scale"] or "").strip().lower(), 1)


def _ends(text: str, amounts: list[float]) -> tuple[float | None, float | None]:
    if len(amounts) > 1:
        return amounts[0], amounts[1]
    if _OPEN_BELOW.search(text):
        return None, amounts[0]
    if _OPEN_ABOVE.search(text):
        return amounts[0], None
    return amounts[0], amounts[0]


def _about_amounts(text: str, chosen: list[_Match]) -> str:
    """The words about the amounts: those of other numbers, as ``25 days off``, are left out."""
    said, at = "", 0
    for match in chosen:
        said += _COUNTED.sub(" ", text[at : match.start()]) + _keep_words(match)
        at = match.end()
    return said + _COUNTED.sub(" ", text[at:])


def _keep_words(match: _Match) -> str:
    after = match["after"] or ""
    return f" {match['scale'] or ''} {after if currency_code(after) is None else ''} "


def _currency_of(match: _Match) -> str | None:
    signs = (match["before"], match["after"])
    return next((code for sign in signs if sign and (code := currency_named(sign))), None)


def _currency_by_scale(chosen: list[_Match]) -> str | None:
    scales = {(match["scale"] or "").strip().lower() for match in chosen}
    if scales & _LAKHS_ARE_INDIAN:
        return "INR"
    return "VND" if "triệu" in scales else None


def _currency_by_country(chosen: list[_Match], countries: tuple[str, ...]) -> str | None:
    """The one currency of the posting's countries that is written with the sign."""
    return _currency_by_sign([sign for match in chosen for sign in _signs_of(match)], countries)


def _currency_by_sign(told: Iterable[str], countries: tuple[str, ...]) -> str | None:
    signs = {sign.lower() for sign in told} & _SHARED_SIGNS
    codes = {code for country in countries for code in _currencies_of(country)}
    fitting = {code for code, sign in codes if sign in signs}
    return fitting.pop() if len(fitting) == 1 else None


@cache
def _currencies_of(country: str) -> tuple[tuple[str, str], ...]:
    """The currencies of a country, each with the sign that it shares with others, if any."""
    from babel.numbers import get_currency_symbol, get_territory_currencies

    signs = {
        code: get_currency_symbol(code, "en")[-1] for code in get_territory_currencies(country)
    }
    return tuple((code, "kr" if code in _CROWNS else sign) for code, sign in signs.items())


def _number(text: str) -> float | None:
    """The number in a text with any thousands and decimal marks."""
    from price_parser.parser import parse_number

    bare = _GROUPING.sub("", text).rstrip(".,")
    parsed = parse_number(bare)
    return number_of(float(parsed)) if parsed is not None else None
