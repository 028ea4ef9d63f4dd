"""Countries as ISO 3166-1 alpha-2 codes, and the time zones they have."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final

from babel.core import get_global

from postings.fields.languages import LANGUAGES, name_key, territories

_ALPHA = re.compile(r"^[A-Za-z]{2,3}$")
_LAST_SEGMENT = re.compile(r"^https?://.*[/#]([^/#]+)/?$")
_BRACKETED = re.compile(r"^(.*\S)\s*[(\[]([^()\[\]]+)[)\]]$")
_LONGEST_NAME = 80
_NOWHERE = "ZZ"

# Everyday names that neither the CLDR nor ISO 3166 has.
_ALSO_CALLED: Final = MappingProxyType(
    {"turkey": "TR", "great britain": "GB", "uae": "AE", "republic of ireland": "IE",
     "macedonia": "MK", "holland": "NL", "ivory coast": "CI", "hong kong sar": "HK",
     "hongkong": "HK", "macau": "MO", "macao": "MO", "republic of korea": "KR", "burma": "MM",
     "swaziland": "SZ", "česká republika": "CZ", "tschechische republik": "CZ",
     "république tchèque": "CZ", "república checa": "CZ", "repubblica ceca": "CZ",
     "slovenská republika": "SK", "bundesrepublik deutschland": "DE"}
)  # fmt: skip


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """The alpha-2 code of a country given as code or name, in many languages; None if unknown.

    >>> country_code("us"), country_code("USA"), country_code("Schweiz"), country_code("Utopia")
    ('US', 'US', 'CH', None)
    """
    text = " ".join(text.split())[:_LONGEST_NAME]
    if address := _LAST_SEGMENT.match(text):
        text = address[1].replace("_", " ")
    code = _by_code(text) or _by_name(text)
    if code is None and (parts := _BRACKETED.match(text)):
        code = country_code(parts[1]) or country_code(parts[2])
    return code


def _by_code(text: str) -> str | None:
    letters = text.replace(".", "").strip()
    if not _ALPHA.match(letters):
        return None
    code = letters.upper()
    if zones_of(code):
        return code
    aliases: list[str] = get_global("territory_aliases").get(code, [])
    return aliases[0] if len(aliases) == 1 and len(aliases[0]) == 2 else None


def _by_name(text: str) -> str | None:
    key = name_key(text)
    for spelling in (key, key.removeprefix("the ")):
        for language in LANGUAGES:
            code = territories(language).get(spelling)
            if code is not None:
                return code if zones_of(code) else None
    return _official(key)


def _official(key: str) -> str | None:
    import pycountry

    try:
        return str(pycountry.countries.lookup(key).alpha_2)
    except LookupError:
        return _ALSO_CALLED.get(key) or _nations().get(key)


@cache
def _nations() -> dict[str, str]:
    """Parts of a country that are called countries themselves, such as Scotland."""
    import pycountry

    find: Callable[..., Any] = pycountry.subdivisions.get
    parts = find(country_code="GB")
    called = {"Country", "Nation", "Province", "Included for completeness"}
    # a second name stands in brackets, as in "Wales [Cymru GB-CYM]"
    names = (part.name.partition(" [")[0] for part in parts if part.type in called)
    return {name_key(name): "GB" for name in names}


@lru_cache(maxsize=1024)
def is_no_region(text: str, country: str | None) -> bool:
    """Whether a region is only the country again, or a part of the world such as ``Europe``."""
    key = name_key(text)
    if any(territories(language).get(key, "").isdigit() for language in LANGUAGES):
        return True
    if country is None or len(key) <= 3 or key in _nations():
        return False
    return country_code(text) == country


@lru_cache(maxsize=1024)
def subdivision_name(code: str, country: str) -> str | None:
    """The name of the state or province of a country that has the code; None if none has."""
    import pycountry

    find: Callable[..., Any] = pycountry.subdivisions.get
    part = find(code=f"{country}-{code}")
    return None if part is None else str(part.name)


def is_subdivision(code: str, country: str) -> bool:
    """Whether ``code`` is the code of a state or province of the country, as ``NJ`` of the US."""
    return subdivision_name(code, country) is not None


@lru_cache(maxsize=1024)
def is_state(name: str) -> bool:
    """Whether a name is that of a state of the US, as ``Georgia`` is beside that of a country."""
    import pycountry

    find: Callable[..., Any] = pycountry.subdivisions.get
    states = (part for part in find(country_code="US") if part.type == "State")
    return name_key(name) in {name_key(state.name) for state in states}


def zones_of(country: str) -> list[str]:
    """The names of the country's time zones; none for an unknown one."""
    zones: list[str] = get_global("territory_zones").get(country, [])
    return zones if country != _NOWHERE else []
