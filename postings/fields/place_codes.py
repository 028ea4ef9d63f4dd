"""What two letters beside a city stand for: a country, or a part of one that has the same code."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from postings.fields.countries import country_code, subdivision_name, zones_of

_TWO_LETTERS = re.compile(r"^[A-Za-z]{2}$")
# where addresses end in the code of a canton, province or state
_END_IN_CODES: Final = ("CH", "IT", "BR", "IN", "AU")
# countries that are meant by far the most often, although one of those has a part of that code ...
_RATHER: Final = frozenset("AT BR CH CN CR CZ ES FI FR KR LT NL NO PT RO SE TR UK".split())
# ... and in brackets, as Swiss and Italian pages write their cantons and provinces
_RATHER_IN_BRACKETS: Final = frozenset("AT CH ES NL SE UK".split())


def is_country(city: str, code: str, *, in_brackets: bool = False) -> bool | None:
    """Whether what stands beside a city is a country, or False: a part; None where it may be both.

    A city that has a time zone of its own, or the name of the part, tells.

    >>> is_country("Paris", "FR"), is_country("Bern", "BE"), is_country("Thun", "BE")
    (True, False, None)
    """
    country = country_code(code) if _TWO_LETTERS.match(code) else None
    parts_of = [land for land in _END_IN_CODES if subdivision_name(code.upper(), land)]
    if country is None or not parts_of or _has_zone(city, country):
        return True
    if any(_is_within(city, code.upper(), land) for land in parts_of):
        return False
    rather = _RATHER_IN_BRACKETS if in_brackets else _RATHER
    return True if code.upper() in rather else None


def _is_within(city: str, code: str, country: str) -> bool:
    """Whether a city has the name of the part, as ``Basel`` of Basel-Stadt, or a zone there."""
    name = _plain(subdivision_name(code, country) or "")
    return name.startswith(_plain(city)) or _has_zone(city, country)


@lru_cache(maxsize=1024)
def _has_zone(city: str, country: str) -> bool:
    """Whether a time zone of the country is called as the city."""
    zones = (zone.rpartition("/")[2].replace("_", " ") for zone in zones_of(country))
    return _plain(city) in map(_plain, zones)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()
