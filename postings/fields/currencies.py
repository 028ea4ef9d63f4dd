"""Currencies as ISO 4217 codes, from codes, signs and names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

_SIGNS: Final = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₫": "VND", "₩": "KRW", "₺": "TRY",
    "zł": "PLN", "₪": "ILS", "฿": "THB", "₱": "PHP", "₴": "UAH", "₦": "NGN", "r$": "BRL",
    "us$": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD",
    "s$": "SGD", "nt$": "TWD", "mx$": "MXN", "kč": "CZK", "円": "JPY", "元": "CNY", "원": "KRW",
    "rs": "INR", "inr": "INR", "đ": "VND", "euro": "EUR", "euros": "EUR", "fr": "CHF", "rp": "IDR",
    "rm": "MYR", "ksh": "KES", "r": "ZAR", "ft": "HUF", "lei": "RON", "руб": "RUB", "грн": "UAH",
    "лв": "BGN", "tl": "TRY",
}  # fmt: skip
# in lower case other codes may be words: "all", "top", "try", "dem"
_IN_ANY_CASE: Final = frozenset(
    ("AED AUD BGN BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF IDR INR ISK JPY KRW MXN MYR NOK NZD PLN "
     "RUB RUR SAR SEK SGD THB TWD UAH USD VND ZAR").split()
)  # fmt: skip
_HOURS = "STD"
_NAMED_WITH_YEARS = re.compile(r"^(.+) \(\d{4}\W(\d{4})\)$")
_LONG_AGO = 2000
_LONGEST_NAME = 40
_BETWEEN_WORDS = re.compile(r"[\s()/,;:-]+")


@cache
def _currencies() -> frozenset[str]:
    from babel.core import get_global

    return frozenset(get_global("all_currencies"))


def currency_code(text: str | None) -> str | None:
    """The ISO 4217 code in a text that is a code, an unambiguous sign or a name; else None.

    >>> currency_code("usd"), currency_code("€"), currency_code("$"), currency_code("RUR")
    ('USD', 'EUR', None, 'RUB')
    """
    if not text:
        return None
    bare = text.strip().rstrip(".").lower()
    if bare in _SIGNS:
        return _SIGNS[bare]
    code = bare.upper()
    if len(code) == 3 and code.isascii():
        return _successors().get(code, code) if code in _currencies() else None
    return _currency_names().get(bare) if len(bare) > 3 else None


def currency_named(text: str | None) -> str | None:
    """The one currency that a field names, in whatever words: ``GBP (£)``, ``Euro (EUR)``.

    >>> currency_named("usd $"), currency_named("Euro (EUR)"), currency_named("EUR/USD")
    ('USD', 'EUR', None)
    """
    if not text or len(text) > _LONGEST_NAME:
        return None
    if code := currency_code(text):
        return code
    codes = {code for word in _BETWEEN_WORDS.split(text) if (code := currency_code(word))}
    return codes.pop() if len(codes) == 1 else None


def currency_in_text(word: str) -> str | None:
    """The currency that a word or sign beside a number names; a code of letters as it is written.

    >>> currency_in_text("usd"), currency_in_text("TOP"), currency_in_text("top")
    ('USD', 'TOP', None)
    """
    code = word.strip(" .")
    if len(code) == 3 and code.isascii() and code.isalpha() and code.lower() not in _SIGNS:
        known = code.isupper() or code.upper() in _IN_ANY_CASE
        return currency_code(code) if known and code != _HOURS else None
    return currency_named(word)


@cache
def _currency_names() -> dict[str, str]:
    from babel import Locale

    return {name.lower(): code for code, name in Locale("en").currencies.items()}


@cache
def _successors() -> Mapping[str, str]:
    """Codes withdrawn in the last century → that of the currency which has the name today.

    Pages still say ``RUR`` for roubles. What was withdrawn later may stand on an old page with its
    old amount.
    """
    import pycountry

    names = _currency_names()
    found = {}
    for name, code in names.items():
        named = _NAMED_WITH_YEARS.match(name)
        successor = names.get(named[1], "") if named and int(named[2]) < _LONG_AGO else ""
        if successor and pycountry.currencies.get(alpha_3=successor):
            found[code] = successor
    return found


def withdrawn_code(currency: str | None, *told: object) -> str | None:
    """The withdrawn code by which values name the currency, as ``RUR`` for RUB; None if none."""
    codes = [code for code, successor in _successors().items() if successor == currency]
    texts = [str(value) for value in told] if codes else []
    named = (re.search(rf"\b(?:{'|'.join(codes)})\b", text) for text in texts)
    return next((found.group() for found in named if found), None)
