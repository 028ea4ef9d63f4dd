"""Salaries, from numbers, objects and free text. Neither currency nor unit is ever guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from postings.fields.currencies import currency_code, withdrawn_code
from postings.fields.text import one_line
from postings.fields.values import folded, line_of, listed, number_of, present, scalar_text
from postings.model import Salary

_UNIT_WORDS: Final = (
    (
        "HOUR",
        (
            r"hour|hours|hourly|hr|hrs|hur|std|stunde|stunden|stündlich|stundenlohn|heure|heures|hora"
            r"|horas|ora|ore|uur|uren|timme|i timen|pr time|per time|/time|godz|godzinę|h|час|giờ"
        ),
        "時給|时薪|時薪|시급",
    ),
    (
        "DAY",
        (
            r"day|days|daily|per diem|tag|täglich|tagessatz|jour|jours|día|dia|giorno|dag|dzień"
            r"|день|ngày"
        ),
        "日給|日薪|일급",
    ),
    (
        "WEEK",
        (
            r"week|weeks|weekly|wk|wee|woche|wöchentlich|semaine|semana|settimana|vecka|uge|tydzień"
            r"|неделя|tuần"
        ),
        "週給|周薪|주급",
    ),
    (
        "MONTH",
        (
            r"month|months|monthly|mo|mon|mth|monat|monatlich|mois|mensuel|mes|mensual|mensuales"
            r"|mensal|mese|mensile|maand|månad|måned|mies|miesiąc|miesięcznie|месяц|aylık|tháng"
        ),
        "月給|月薪|月收|/月|월급",
    ),
    (
        "YEAR",
        (
            r"year|years|yearly|yr|yrs|annual|annually|annum|ann|anno|jahr|jährlich|jahresgehalt"
            r"|par an|/an|annuel|année|año|ano|anual|anuales|annuo|annua|jaar|år|årlig|rok|rocznie"
            r"|год|yıl|yıllık|năm|pa|lpa|ctc"
        ),
        "年収|年俸|年薪|/年|연봉",
    ),
)
_UNITS: Final = tuple(
    (unit, re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])|{signs}", re.IGNORECASE))
    for unit, words, signs in _UNIT_WORDS
)
_GOOGLE_UNITS = frozenset(unit for unit, _ in _UNITS)
_SCALES: Final = {
    "k": 1_000, "tsd": 1_000, "tys": 1_000, "mil": 1_000, "lakh": 100_000, "lakhs": 100_000,
    "lac": 100_000, "lacs": 100_000, "lpa": 100_000, "crore": 10_000_000, "triệu": 1_000_000,
    "tr": 1_000_000, "万": 10_000, "萬": 10_000, "만": 10_000, "m": 1_000_000, "mio": 1_000_000,
    "jt": 1_000_000, "juta": 1_000_000,
}  # fmt: skip
_LAKHS_ARE_INDIAN = {"lakh", "lakhs", "lac", "lacs", "lpa", "crore"}
_SIGN = r"[A-Za-z]{0,3}\$|[€£₹₽₫₩₺₪฿₱₴₦¥]"
_AMOUNT = re.compile(
    rf"(?P<before>{_SIGN}|(?<![A-Za-z])(?:[A-Z]{{3}}|Rs|Fr|Rp)\.?)?\s?(?<![A-Za-z0-9.,])"
    r"(?P<number>\d{1,3}(?:['\u2019\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d[\d.,]*)"
    r"(?P<scale>\s?(?:(?:k|tsd|tys|lakhs?|lacs?|lpa|crore|triệu|tr|mio|juta|jt|m)(?![^\W_])"
    r"|[万萬만]))?"
    rf"\s?(?P<after>(?:{_SIGN})(?!\s?\d)|(?:zł|kč|euros?|[A-Za-z]{{3}}|đ)(?![^\W_])|[円元원])?",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"[-\u2010-\u2015~～〜]|\b(?:to|bis|à|a|al|y|e|and|und|et|tot|till|til|hasta|até|do|đến)\b",
    re.IGNORECASE,
)
_BETWEEN_ENDS = 40
_LONGER_WORD = re.compile(r"[^\W\d_]{2,}")
_THOUSANDS = re.compile(r"^[1-9]\d{0,2}(?:\.\d{3})+$", re.ASCII)
_GROUPING = re.compile(r"['\u2019\u00a0\u202f ]")
_OPEN_ABOVE = re.compile(
    r"\b(?:from|ab|mind\w*|min\w*|à partir|desde|a partir|da|od|fra|från|starting|at least"
    r"|vanaf|từ)\b|\+\s*$|以上",
    re.IGNORECASE,
)
_OPEN_BELOW = re.compile(r"\b(?:up to|bis zu|max\w*|jusqu|hasta|até|fino a|tot|do|upp till|opp til"
                         r"|under|đến|tới)\b|以下|まで", re.IGNORECASE)  # fmt: skip
_Match = re.Match[str]
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
    number = _plain_number(value)
    if number is not None:
        return _ranged(number, number, terms)
    text = scalar_text(value)
    return _read_text(one_line(text), terms) if text else ReadSalary(None, "not an amount")


def _read_object(amount: Mapping[str, Any], terms: _Terms) -> ReadSalary:
    terms = _terms_of(amount, terms)
    reads = [_read(inner, terms) for inner in listed(present(amount, "value", "price"))]
    reads.append(_read_ends(amount, terms))
    told = [read for read in reads if read.salary] or [read for read in reads if read.reason]
    return told[0] if told else ReadSalary(None)


def _terms_of(amount: Mapping[str, Any], terms: _Terms) -> _Terms:
    currency = currency_code(
        line_of(present(amount, "currency", "salarycurrency", "pricecurrency", "currencycode"))
    )
    unit = unit_code(line_of(present(amount, "unittext", "unitcode", "unit", "period", "duration")))
    return replace(terms, currency=currency or terms.currency, unit=unit or terms.unit)


def _read_ends(amount: Mapping[str, Any], terms: _Terms) -> ReadSalary:
    low = present(amount, "minvalue", "minsalary", "min", "minprice", "percentile10")
    high = present(amount, "maxvalue", "maxsalary", "max", "maxprice", "percentile90")
    if low is None and high is None:
        single = present(amount, "salary", "median" if terms.estimated else "salary")
        low = high = single
    ends = _amount(low), _amount(high)
    if ends == (None, None):
        told = low is not None or high is not None
        return ReadSalary(None, "not an amount" if told else None)
    return _ranged(*ends, terms)


def _amount(value: Any) -> float | None:
    number = _plain_number(value)
    if number is None and isinstance(value, str):
        found = _AMOUNT.search(one_line(value)[:_LONGEST_TEXT])
        return _number(found["number"]) if found else None
    return number


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
    unit = terms.unit or unit_in_words(_AMOUNT.sub(_keep_words, text))
    amounts = _scaled(chosen)
    if not amounts:
        return ReadSalary(None, "no amount in the text")
    low, high = _ends(text, amounts)
    return _ranged(low, high, replace(terms, currency=currency, unit=unit))


def _ranges(text: str) -> list[list[_Match]]:
    """The amounts in a text, those that are two ends of one range together."""
    ranges: list[list[_Match]] = []
    for match in _AMOUNT.finditer(text):
        last = ranges[-1] if ranges else []
        between = text[last[0].end("number") : match.start("number")] if last else ""
        if len(last) == 1 and len(between) <= _BETWEEN_ENDS and _RANGE.search(between):
            last.append(match)
        else:
            ranges.append([match])
    return ranges


def _is_money(match: _Match) -> bool:
    has_dollar = "$" in (match["before"] or "") or "$" in (match["after"] or "")
    return has_dollar or _currency_of(match) is not None or match["scale"] is not None


def _bare(text: str, ranges: list[list[_Match]], terms: _Terms) -> list[_Match]:
    """An amount without a currency, where the text is about nothing else."""
    big = [pair for pair in ranges if (_number(pair[0]["number"]) or 0) >= 100]
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
            shared = last_scale if scale == 1 and number < last_scale else scale
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


def _keep_words(match: _Match) -> str:
    after = match["after"] or ""
    return f" {match['scale'] or ''} {after if currency_code(after) is None else ''} "


def _currency_of(match: _Match) -> str | None:
    signs = (match["before"], match["after"])
    return next((code for sign in signs if sign and (code := currency_code(sign))), None)


def _currency_by_scale(chosen: list[_Match]) -> str | None:
    scales = {(match["scale"] or "").strip().lower() for match in chosen}
    if scales & _LAKHS_ARE_INDIAN:
        return "INR"
    return "VND" if "triệu" in scales else None


def _currency_by_country(chosen: list[_Match], countries: tuple[str, ...]) -> str | None:
    """The one currency of the posting's countries that is written with the sign."""
    told = "".join(f"{match['before'] or ''}{match['after'] or ''}" for match in chosen)
    signs = {sign for sign in "$¥" if sign in told}
    codes = {code for country in countries for code in _currencies_of(country)}
    fitting = {code for code, sign in codes if sign in signs}
    return fitting.pop() if len(fitting) == 1 else None


@cache
def _currencies_of(country: str) -> tuple[tuple[str, str], ...]:
    """The currencies of a country, each with the last letter of its sign."""
    from babel.numbers import get_currency_symbol, get_territory_currencies

    codes = get_territory_currencies(country)
    return tuple((code, get_currency_symbol(code, "en")[-1]) for code in codes)


def _number(text: str) -> float | None:
    """The number in a text with any thousands and decimal marks."""
    from price_parser.parser import parse_number

    bare = _GROUPING.sub("", text).rstrip(".,")
    parsed = parse_number(bare)
    return number_of(float(parsed)) if parsed is not None else None


# --- codes ---------------------------------------------------------------------------------------


def unit_code(text: str | None) -> str | None:
    """One of HOUR DAY WEEK MONTH YEAR for what a page calls the unit; None for anything else."""
    if not text:
        return None
    upper = text.strip().upper()
    return upper if upper in _GOOGLE_UNITS else unit_in_words(text)


def unit_in_words(text: str) -> str | None:
    """The unit a text names, where it names exactly one."""
    plain = text.replace(".", "").replace("_", " ")
    units = {unit for unit, words in _UNITS if words.search(plain)}
    return units.pop() if len(units) == 1 else None
