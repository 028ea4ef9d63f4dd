"""Salaries, from numbers, objects and free text. Neither currency nor unit is ever guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from postings.fields import amounts
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

_THOUSANDS = re.compile(r"^[1-9]\d{0,2}(?:\.\d{3})+$", re.ASCII)
# where an hour may be paid in thousands
_OF_LITTLE_WORTH: Final = frozenset(
    ("ARS CLP COP CRC HUF IDR IRR ISK JPY KRW LAK LBP MMK NGN PYG TZS UGX UZS VND XAF XOF").split()
)
_LONGEST_TEXT = 300
_MOST = 1e13


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
    number = _plain_number(value, terms)
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
    numbers = [number for value in values if (number := _plain_number(value, terms)) is not None]
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
    currency = currency or amounts.currency_by_sign(said, terms.countries)
    unit = unit_code(line_of(present(amount, "unittext", "unitcode", "unit", "period", "duration")))
    return replace(terms, currency=currency or terms.currency, unit=unit or terms.unit)


def _read_ends(amount: Mapping[str, Any], terms: _Terms) -> ReadSalary:
    low = present(amount, "minvalue", "minsalary", "min", "minprice", "percentile10")
    high = present(amount, "maxvalue", "maxsalary", "max", "maxprice", "percentile90")
    if low is None and high is None:
        single = present(amount, "salary", "median" if terms.estimated else "salary")
        low = high = single
    plain = _plain_number(low, terms), _plain_number(high, terms)
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
        amounts.the_amount(one_line(end)[:_LONGEST_TEXT])
        if number is None and isinstance(end, str)
        else None
        for end, number in zip(ends, plain, strict=True)
    ]
    matches = [match for match in found if match]
    currency = terms.currency or next(filter(None, map(amounts.currency_of, matches)), None)
    low, high = (
        number if match is None else amounts.worth(match)
        for number, match in zip(plain, found, strict=True)
    )
    if low is None and high is None:
        return ReadSalary(None, "not an amount")
    if low and high and _has_one_scale(found, min(low, high)):
        return ReadSalary(None, "whether the scale of one end holds for both is not told")
    return _ranged(low, high, replace(terms, currency=currency))


def _has_one_scale(found: list[amounts.Amount | None], lower: float) -> bool:
    """Whether one end has a scale that may be meant for the other, too: ``60`` to ``70k``."""
    low, high = sorted(amounts.scale_of(match) if match else 1 for match in found)
    return low == 1 and lower < high


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [unwrapped(value)]
    return [text for text in values if isinstance(text, str)]


def _plain_number(value: Any, terms: _Terms) -> float | None:
    """A number, or a text that is nothing else; ``45.000`` is forty-five thousand.

    Nobody is paid 22,500 dollars an hour: there ``22.500`` is a decimal.
    """
    if not isinstance(value, str) or not _THOUSANDS.match(value.strip()):
        return number_of(value)
    decimal = terms.unit == "HOUR" and terms.currency not in _OF_LITTLE_WORTH
    return number_of(value if decimal else value.replace(".", ""))


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
    whole = text[:_LONGEST_TEXT]
    text = amounts.only_pay(whole)
    found = amounts.ranges(text)
    chosen = next((pair for pair in found if any(map(amounts.is_money, pair))), None)
    chosen = chosen or amounts.bare(text, found, of_money=terms.currency is not None)
    numbers = amounts.scaled(chosen) if chosen else []
    if not numbers:
        return ReadSalary(None, "no amount in the text")
    unit = terms.unit or unit_in_words(amounts.words_about(text, chosen))
    low, high = amounts.ends(whole, numbers)
    return _ranged(low, high, replace(terms, currency=_currency(chosen, terms), unit=unit))


def _currency(chosen: list[amounts.Amount], terms: _Terms) -> str | None:
    """What stands with the amounts; else what is told elsewhere, or by scale or shared sign."""
    told = next((code for match in chosen if (code := amounts.currency_of(match))), None)
    if told := told or terms.currency or amounts.currency_by_scale(chosen):
        return told
    signs = [sign for match in chosen for sign in amounts.signs_of(match)]
    return amounts.currency_by_sign(signs, terms.countries)
