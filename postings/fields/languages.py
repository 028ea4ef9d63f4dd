"""Names in many languages, from the CLDR as babel carries it; loaded one language at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale

# The languages that career pages are mostly written in, the likeliest first.
LANGUAGES: Final = (
    "en", "de", "fr", "es", "it", "nl", "pt", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu",
    "ro", "bg", "hr", "sl", "el", "tr", "ru", "uk", "et", "lv", "lt", "ca", "ja", "ko", "zh",
    "zh_Hant", "vi", "id", "th", "ar", "he",
)  # fmt: skip
_DOTS = re.compile(r"[.\u2019']")


def name_key(name: str) -> str:
    """A name as it is looked up: case, accents' form, dots and spaces put aside."""
    return " ".join(_DOTS.sub("", unicodedata.normalize("NFKC", name)).casefold().split())


@cache
def territories(language: str) -> Mapping[str, str]:
    """Names of countries and regions of the world in a language → alpha-2 or UN M.49 code."""
    names: dict[str, str] = {}
    for code, name in Locale.parse(language).territories.items():
        names.setdefault(name_key(name), code)
    return names


@cache
def months(language: str) -> Mapping[str, int]:
    """Names of months in a language, long and short → 1 to 12."""
    names: dict[str, int] = {}
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in Locale.parse(language).months[form][width].items():
                names.setdefault(name_key(name), number)
    return names


@cache
def _language_names() -> Mapping[str, str]:
    """Languages by their English names, and those that pages are written in by their own."""
    english = Locale.parse("en").languages
    names = {name_key(name): code for code, name in english.items() if len(code) == 2}
    for language in LANGUAGES:
        code = language.partition("_")[0]
        names.setdefault(name_key(Locale.parse(code).languages[code]), code)
    return names


def language_named(text: str) -> str | None:
    """The code of a language called by its English or its own name; None for any other text.

    >>> language_named("German"), language_named("Français"), language_named("Legalese")
    ('de', 'fr', None)
    """
    return _language_names().get(name_key(text))


def month_number(word: str) -> int | None:
    """The month a word names, in any of the languages; None when it names none."""
    key = name_key(word)
    return next((found for lang in LANGUAGES if (found := months(lang).get(key))), None)
