"""Amounts of money in words: which numbers of a text are pay, in what currency and range."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from postings.fields.currencies import currency_code, currency_in_text
from postings.fields.units import unit_in_words
from postings.fields.values import number_of

Amount = re.Match[str]

_SCALES: Final = {
    "k": 1_000, "tsd": 1_000, "tys": 1_000, "tis": 1_000, "тыс": 1_000, "tausend": 1_000,
    "thousand": 1_000, "t": 1_000, "千": 1_000, "천": 1_000, "万": 10_000, "萬": 10_000,
    "만": 10_000, "lakh": 100_000, "lakhs": 100_000, "lac": 100_000, "lacs": 100_000,
    "lpa": 100_000, "m": 1_000_000, "mio": 1_000_000, "million": 1_000_000, "jt": 1_000_000,
    "juta": 1_000_000, "triệu": 1_000_000, "tr": 1_000_000, "crore": 10_000_000,
}  # fmt: skip
_LAKHS_ARE_INDIAN = {"lakh", "lakhs", "lac", "lacs", "lpa", "crore"}
_SIGN = r"[A-Za-z]{0,3}\$|[€£₹₽₫₩₺₪฿₱₴₦¥]"
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_AMOUNT = re.compile(
    rf"(?:(?P<before>(?:(?<![{_LATIN}])[A-Z]{{3}}\s)?(?:{_SIGN})"
    rf"|(?<![{_LATIN}])(?:[A-Z]{{3}}|Rs|Fr|Rp|kr|(?-i:RM|R))\.?)\s?|(?<![{_LATIN}0-9.,]))"
    r"(?P<number>\d{1,3}(?:['\u2019\u00a0\u202f ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d[\d.,]*)"
    r"(?P<scale>\s?(?:(?:k|tsd|tys|tis|тыс|tausend|thousand|lakhs?|lacs?|lpa|crore|triệu|tr|mio"
    r"|million|juta|jt|m)(?![^\W_])|[kt](?=\s?(?:€|EUR|CHF|GBP|USD))|[万萬만千천]))?"
    rf"\.?\s?(?P<after>(?:{_SIGN})(?!\s?\d)"
    r"|(?:zł|kč|kr|ft|lei|руб|грн|лв|tl|euros?|[A-Za-z]{3}|đ)(?![^\W_])|[円元원])?",
    re.IGNORECASE,
)
# what is multiplied by a word that may mean two things, or by two, is not read at all
_OTHER_SCALE = re.compile(
    r"\s?(?:millions|millionen|mill?|bin|bn|billions?|l|cr)(?![^\W_])|\s?[万萬만千천億亿억]",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"[-\u2010-\u2015~～〜]"
    r"|\b(?:to|bis|à|a|al|y|e|en|and|und|et|och|og|tot|till|til|hasta|até|do|до|đến)\b",
    re.IGNORECASE,
)
_BETWEEN_ENDS = 40
_WIDEST = 50
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
_UNIT_AFTER = re.compile(r"\s*(?:/|p\.|(?:per|pro|an|a|par|por)\b)", re.IGNORECASE)
_COUNTED = re.compile(
    r"\d[\d.,]*\s*-?[^\W\d_]+\.?(?:\s*(?:/|\b(?:per|an?|pro|par|por|al)\b)\s*[^\W\d_]+)?",
    re.IGNORECASE,
)
# a number before such a word counts hours, days or heads
_NO_PAY_AFTER = re.compile(
    r"\s?\+?-?(?:h|hrs?|hours|std|stunden|heures|horas|uur|uren|timmar|x|days|tage|jours|weeks|wochen"
    r"|months|monate|mois|years|jahre|ans|años|employees|people|staff|mitarbeit\w*)(?![^\W_])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_A_CODE = 100
_ABOUT_PAY = frozenset(
    ("brutto netto bruttó nettó gross net brut neto bruto salary pay wage wages lohn gehalt salaire"
     " salario from to ab bis von zu up mind mindestens min minimum max maximum circa approx about"
     " ca doe per pro par por p a an ph").split()
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
# telephone numbers, the American pension plan, and what is paid beside the pay
_BESIDES = re.compile(
    r"(?:\+|(?<![\d.,'\u2019])(?<!\d\s)00?)[1-9][\d\s()/-]{6,}\d"
    r"|\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b|\b40[13]\s?\(?[kb]\b\)?"
    r"|\d[\d.,]*(?:\s?[-\u2013]\s?\d[\d.,]*)?\s?%"
    r"|\d[\d.,]*k?[\s-]+(?:(?:sign(?:ing|[\s-]*on)|joining|referral|retention|welcome|weekly|monthly"
    r"|annual|car|travel|housing|relocation)\s+){0,2}(?:bonus|allowance|stipend)\b"
    r"|\b(?:bonus|allowance|stipend)\s*(?:of|:)\s*(?:up to\s)?[^\w\s]?\d[\d.,]*k?",
    re.IGNORECASE,
)
_DASH = re.compile(r"\s*[-\u2010-\u2015]\s*")
SHARED_SIGNS: Final = frozenset(("$", "¥", "kr"))
_CROWNS = frozenset(("SEK", "NOK", "DKK", "ISK"))


def only_pay(text: str) -> str:
    """The text without the numbers that are certainly no pay."""
    return _BESIDES.sub(" ", text)


def ranges(text: str) -> list[list[Amount]]:
    """The amounts in a text, those that are two ends of one range together."""
    found: list[list[Amount]] = []
    for match in filter(_may_be_pay, _AMOUNT.finditer(text)):
        last = found[-1] if found else []
        between = text[last[0].end("number") : match.start("number")] if last else ""
        joined = len(between) <= _BETWEEN_ENDS and _RANGE.search(between)
        if len(last) == 1 and joined and _rises([last[0], match]):
            last.append(match)
        else:
            found.append([match])
    return [pair for pair in found if not any(map(_is_scaled_otherwise, pair))]


def the_amount(text: str) -> Amount | None:
    """The one amount that a text names which is one end of a range: ``Level 3`` names none."""
    text = only_pay(text)
    found = ranges(text)
    told = [match for pair in found for match in pair]
    money = [match for match in told if is_money(match)]
    if len(money or told) != 1 or len(told) > len(found):
        return None
    return (money or told)[0] if money or not _other_words(text) else None


def _may_be_pay(match: Amount) -> bool:
    """Whether a number may be an amount: no count, no part of a code such as ``CRB18``."""
    before, number = match["before"] or "", match["number"]
    if number[0] == "0" and number[1:2].isdigit():
        return False
    if not is_money(match) and _NO_PAY_AFTER.match(match.string, match.end("number")):
        return False
    if not before[-1:].isalpha() or match.end("before") < match.start("number"):
        return True
    if before == "R" and match["scale"] is None and not _is_hourly(match):
        return (number_in(number) or 0) >= _A_CODE
    return currency_code(before) is not None


def _is_scaled_otherwise(match: Amount) -> bool:
    at = match.end("number") if match["scale"] is None else match.end("scale")
    return _OTHER_SCALE.match(match.string, at) is not None


def _rises(pair: list[Amount]) -> bool:
    """Whether two amounts may be the ends of a range: ``£30,000 and 25 days`` are none."""
    amounts = scaled(pair)
    if len(amounts) < 2:
        return True
    return amounts[0] == 0 or amounts[0] <= amounts[1] <= amounts[0] * _WIDEST


def is_money(match: Amount) -> bool:
    """Whether the number has a currency or a scale; a bare ``m`` may be metres."""
    scale = (match["scale"] or "m").strip().lower()
    return bool(signs_of(match) & SHARED_SIGNS) or currency_of(match) is not None or scale != "m"


def signs_of(match: Amount) -> set[str]:
    """What stands before and after the number, and the sign that it ends in."""
    told = {(match[name] or "").strip(" .").lower() for name in ("before", "after")}
    return told | {text[-1] for text in told if text[-1:] in SHARED_SIGNS}


def bare(text: str, found: list[list[Amount]], *, of_money: bool) -> list[Amount]:
    """An amount without a currency, where the text is about nothing else.

    ``of_money``: the currency is told elsewhere.
    """
    others = _other_words(text)
    big = [pair for pair in found if (number_in(pair[0]["number"]) or 0) >= _A_CODE]
    if others:
        big = [pair for pair in big if not _is_year(pair[0])]
    hourly = [pair for pair in found if _is_hourly(pair[-1])]
    if hourly and not big:
        return hourly[0]
    if of_money and (big or (len(found) == 1 and not others)):
        return (big or found)[0]
    if big and (unit_in_words(text) or not others):
        return big[0]
    return []


def _other_words(text: str) -> list[str]:
    """The words that are not about pay."""
    words = (word for word in _WORD.findall(text) if word.lower() not in _ABOUT_PAY)
    return [word for word in words if not currency_in_text(word) and not unit_in_words(word)]


def _is_hourly(match: Amount) -> bool:
    return _HOURLY.match(match.string[match.end("number") :]) is not None


def _is_year(match: Amount) -> bool:
    return (
        _YEAR.fullmatch(match["number"].rstrip(".,")) is not None
        and _UNIT_AFTER.match(match.string, match.end("number")) is None
    )


def scaled(chosen: list[Amount]) -> list[float]:
    """The numbers of a range; in ``10-12 lakh`` the scale of the last holds for both."""
    amounts: list[float] = []
    last_scale = scale_of(chosen[-1])
    for match in chosen:
        number = number_in(match["number"])
        scale = scale_of(match)
        if number is not None:
            last = number_in(chosen[-1]["number"]) or 0
            shared = last_scale if scale == 1 and number < last_scale and number <= last else scale
            amounts.append(number * shared)
    if len(amounts) == 2 and _leaves_thousands_out(chosen, *amounts):
        amounts[0] *= 1_000
    return amounts


def _leaves_thousands_out(pair: list[Amount], low: float, high: float) -> bool:
    """Whether a range is written as ``45-50.000``."""
    if not low * 1_000 <= high <= low * 5_000 or high % 1_000:
        return False
    if pair[0]["after"] or (pair[0]["before"] and pair[1]["before"]):
        return False
    return _DASH.fullmatch(pair[0].string, pair[0].end(), pair[1].start()) is not None


def scale_of(match: Amount) -> int:
    """What the number is multiplied by."""
    return _SCALES.get((match["scale"] or "").strip().lower(), 1)


def worth(match: Amount) -> float | None:
    """The number with its scale."""
    number = number_in(match["number"])
    return None if number is None else number * scale_of(match)


def ends(text: str, amounts: list[float]) -> tuple[float | None, float | None]:
    """From where to where, one of them None where the text says so."""
    if len(amounts) > 1:
        return amounts[0], amounts[1]
    if _OPEN_BELOW.search(text):
        return None, amounts[0]
    if _OPEN_ABOVE.search(text):
        return amounts[0], None
    return amounts[0], amounts[0]


def words_about(text: str, chosen: list[Amount]) -> str:
    """The words about the amounts: those of other numbers, as ``25 days off``, are left out."""
    said, at = "", 0
    for match in chosen:
        said += _COUNTED.sub(" ", text[at : match.start()]) + _keep_words(match)
        at = match.end()
    return said + _COUNTED.sub(" ", text[at:])


def _keep_words(match: Amount) -> str:
    after = match["after"] or ""
    return f" {match['scale'] or ''} {after if currency_in_text(after) is None else ''} "


def currency_of(match: Amount) -> str | None:
    """The currency that stands with the number."""
    signs = (match["before"], match["after"])
    return next((code for sign in signs if sign and (code := currency_in_text(sign))), None)


def currency_by_scale(chosen: list[Amount]) -> str | None:
    """The currency that is counted so: lakhs are Indian."""
    scales = {(match["scale"] or "").strip().lower() for match in chosen}
    if scales & _LAKHS_ARE_INDIAN:
        return "INR"
    return "VND" if "triệu" in scales else None


def currency_by_sign(told: Iterable[str], countries: tuple[str, ...]) -> str | None:
    """The one currency of the countries that is written with one of the signs."""
    signs = {sign.lower() for sign in told} & SHARED_SIGNS
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


def number_in(text: str) -> float | None:
    """The number in a text with any thousands and decimal marks."""
    from price_parser.parser import parse_number

    bare = _GROUPING.sub("", text).rstrip(".,")
    parsed = parse_number(bare)
    return number_of(float(parsed)) if parsed is not None else None
