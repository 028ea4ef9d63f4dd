"""Places of work, from all the shapes that ``jobLocation`` has in the wild."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Any

from postings.fields.countries import country_code, is_no_region, is_state, is_subdivision
from postings.fields.place_codes import is_country
from postings.fields.values import (
    folded,
    line_of,
    listed,
    local_name,
    number_of,
    present,
    texts,
)
from postings.model import Place

_ADDRESS_NAMES = frozenset(
    {"addresslocality", "addressregion", "addresscountry", "postalcode", "streetaddress"}
)
_NOTHING = Place()
_POSTAL_CODE = re.compile(r"^(?=.*\d)[A-Z0-9][A-Z0-9 -]{2,9}$", re.ASCII)
_CITY_AND_STATE = re.compile(r"^([^,\d]+?)\s*[-/(]\s*([A-Z]{2,3})\)?$")
_ASIDE = re.compile(r"^([^,()]+?)(?:\s+\(([^,()]+)\)|\s+[-\u2013]\s+([^,()-]+))$")
_CODE_AND_CITY = re.compile(r"^(?:(?P<land>[A-Z]{1,2})-)?(?P<code>\d{4,5})\s+(?P<city>[^,\d]+)$")
_DEPARTMENT = re.compile(r"^(?:\d{2,3}|2[AB])\s+-\s+([^,\d]+)$")
_STATE_AND_CODE = (
    ("US", re.compile(r"^([A-Z]{2})\s+(\d{5}(?:-\d{4})?)$", re.ASCII)),
    ("CA", re.compile(r"^([A-Z]{2})\s+([A-Z]\d[A-Z] ?\d[A-Z]\d)$", re.ASCII)),
    ("AU", re.compile(r"^([A-Z]{2,3})\s+(\d{4})$", re.ASCII)),
)
_OR_REMOTE = re.compile(r"\s+(?:or|and|oder|und|ou|et|/)\s+remote$", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_SEVERAL = re.compile(r"\s*[;|]\s*")
_BETWEEN_COUNTRIES = re.compile(r"\s*(?:[,;/&|]|\b(?:and|und|et|y|e|en|og|och)\b)\s*")
_LAND_OF_CAR: dict[str, str] = {"D": "DE", "A": "AT", "F": "FR", "I": "IT", "B": "BE", "L": "LU"}
# where a number before the name of a place may as well be that of a house
_NUMBER_OF_HOUSE = frozenset("US CA GB IE AU NZ IN ZA PH SG MY HK KE NG".split())
_LONGEST_PART = 200
_MOST_PLACES = 1000
_MOST_IN_A_TEXT = 50
_LONGEST_LIST = 1_000
_CHAIN = 6
# how the ZIP codes of a state begin that shares its code with a country of five digits
_ZIPS = {"DE": ("197", "198", "199"), "ID": ("832", "833", "834", "835", "836", "837", "838"),
         "MA": ("010", "011", "012", "013", "014", "015", "016", "017", "018", "019", "02", "055"),
         "ME": ("039", "04")}  # fmt: skip
_CODE = re.compile(r"^[A-Z]{2,3}$")


def places(node: Mapping[str, Any], organization: str | None) -> tuple[Place, ...]:
    """The posting's places, each once, in their order; ``node`` has its names folded.

    Args:
        node: the posting.
        organization: the employer's name, which some pages give as the name of the place.
    """
    items = listed(node.get("joblocation"))[:_MOST_PLACES]
    if not items and _ADDRESS_NAMES & node.keys():
        items = [{name: node[name] for name in _ADDRESS_NAMES & node.keys()}]
    shapes = [folded(item) if isinstance(item, dict) else item for item in items]
    named = _names_that_win(shapes)
    found = (place for shape in shapes for place in _places_in(shape, named, organization))
    return tuple(dict.fromkeys(place for place in found if place != _NOTHING))


def _names_that_win(shapes: list[Any]) -> bool:
    """Whether the places differ in their names only, so that the one address cannot be true."""
    objects = [shape for shape in shapes if isinstance(shape, dict)]
    names = {line_of(shape.get("name")) for shape in objects}
    if len(objects) < 2 or None in names or len(names) < len(objects):
        return False
    return len({str(shape.get("address")) for shape in objects}) == 1


def _places_in(shape: Any, named: bool, organization: str | None) -> list[Place]:
    if not isinstance(shape, dict):
        return _places_in_words(shape)
    name = line_of(shape.get("name"))
    addresses = [place for item in listed(shape.get("address")) for place in _addresses(item)]
    if not addresses and {"containedinplace", "containedin"} & shape.keys():
        addresses = [_in_chain(shape, organization)]
    if not addresses and (_ADDRESS_NAMES & shape.keys()):
        addresses = [_address(shape)]
    addresses = [place for place in addresses if place != _NOTHING]
    if name and name != organization and (named or not addresses):
        country = addresses[0].country if addresses else None
        told = _places_in_words(name)
        addresses = [replace(place, country=place.country or country) for place in told]
    latitude, longitude = _position(shape)
    if latitude is None or len(addresses) > 1:
        return addresses
    return [
        replace(place, latitude=latitude, longitude=longitude) for place in addresses or [_NOTHING]
    ]


def _places_in_words(value: Any) -> list[Place]:
    return [_place_in_words(part) for text in texts(value) for part in _several(text)]


def _addresses(value: Any) -> list[Place]:
    return [_address(value)] if isinstance(value, dict) else _places_in_words(value)


def _several(text: str) -> list[str]:
    """The places that one text names side by side, as ``Bern; Basel``."""
    parts = [part for part in _SEVERAL.split(text) if part]
    return parts if 1 < len(parts) <= _MOST_IN_A_TEXT and not _DIGIT.search(text) else [text]


def _in_chain(shape: Mapping[str, Any], organization: str | None) -> Place:
    """What is told by the places that a place is contained in: a city in a country."""
    names: dict[str, str] = {}
    for _ in range(_CHAIN):
        if shape.get("address"):
            told = (place for item in listed(shape["address"]) for place in _addresses(item))
            if (address := next(told, _NOTHING)) != _NOTHING:
                return address
        for kind in texts(shape.get("@type")):
            names.setdefault(local_name(kind), line_of(shape.get("name")) or "")
        outer = listed(present(shape, "containedinplace", "containedin"))
        if not outer or not isinstance(outer[0], dict):
            break
        shape = folded(outer[0])
    city = names.get("city") or None
    region = names.get("state") or names.get("administrativearea") or None
    country = country_code(names.get("country", ""))
    if not city and (region or country) and names.get("place") != organization:
        city = names.get("place") or None
    return Place(locality=city, region=region, country=country)


def _address(value: Mapping[str, Any]) -> Place:
    address = folded(value)
    country = _country(present(address, "addresscountry", "countrycode", "countryname", "country"))
    place = Place(
        street=_part(address, "streetaddress", "street"),
        locality=_part(address, "addresslocality", "locality", "city"),
        region=_region(_part(address, "addressregion", "regioncode", "region", "state"), country),
        postal_code=_part(address, "postalcode", "zip", "zipcode"),
        country=country,
    )
    if place == _NOTHING and (text := _part(address, "fulltext", "name", "address")):
        return _place_in_words(text)
    return _with_city_apart(place)


def _with_city_apart(place: Place) -> Place:
    """A place with ``Bern, CH`` for its city, or for its street where it has no city, taken apart.

    Only what is known to be a country, or a part of the place's own one, is taken from the name of
    a city. A code that may as well be a state's, as ``Berlin, DE``, is a country's beside it only.
    """
    text = place.locality or place.street or ""
    if place.country and (named := _CITY_AND_STATE.match(text)):
        city, state = named.groups()
        if is_subdivision(state, place.country):
            return _apart(place, city, state, place.country)
    parts = [part.strip() for part in text.split(",")]
    if not 2 <= len(parts) <= 3 or _DIGIT.search(text) or not all(parts):
        return place
    country = _country_at_end(parts, place)
    if country:
        parts.pop()
    country = country or place.country
    if len(parts) > 2 or (len(parts) == 2 and not _is_part_of(parts[1], country)):
        return place
    return _apart(place, parts[0], parts[1] if len(parts) == 2 else None, country)


def _country_at_end(parts: list[str], place: Place) -> str | None:
    """The country that the last part of a city's name is, where it contradicts nothing."""
    alone = place.country is None and len(parts) == 2
    if alone and (_is_state(parts[1]) or not is_country(*parts)):
        return None
    if not place.locality and not _CODE.match(parts[-1]):
        return None
    told = country_code(parts[-1])
    return told if place.country in (None, told) else None


def _is_part_of(name: str, country: str | None) -> bool:
    if country is None:
        return _is_state(name) and not (len(name) == 2 and country_code(name) == name)
    return is_subdivision(name, country) or (country == "US" and is_state(name))


def _apart(place: Place, city: str, region: str | None, country: str | None) -> Place:
    street = place.street if place.locality else None
    region = place.region or region
    return replace(place, street=street, locality=city, region=region, country=country)


def _part(address: Mapping[str, Any], *names: str) -> str | None:
    text = (line_of(present(address, *names)) or "").strip(" ,;")
    return text[:_LONGEST_PART] or None


def _region(text: str | None, country: str | None) -> str | None:
    return None if text is None or is_no_region(text, country) else text


def _country(value: Any) -> str | None:
    found = (country_code(text) for text in _country_names(value))
    return next((code for code in found if code), None)


def _country_names(value: Any) -> Iterable[str]:
    for item in listed(value):
        if isinstance(item, dict):
            inner = folded(item)
            for name in ("identifier", "code", "addresscountry", "name", "alternatename", "@id"):
                yield from texts(inner.get(name))
        else:
            yield from texts(item)


def _place_in_words(text: str) -> Place:
    """A place in one text: ``City, Region, Country`` is taken apart, an address is kept whole.

    >>> _place_in_words("Franklin Lakes, NJ")
    Place(street=None, locality='Franklin Lakes', region='NJ', postal_code=None, country=None, \
latitude=None, longitude=None)
    """
    line = line_of(text)
    if line is None:
        return _NOTHING
    if department := _DEPARTMENT.match(line):
        return Place(locality=department[1][:_LONGEST_PART])
    parts = [part for part in (piece.strip() for piece in line.split(",")) if part]
    if len(parts) == 1 and (aside := _aside(parts[0])):
        if not _is_state(aside[1]) and is_country(*aside, in_brackets=True) is None:
            return Place(locality=line[:_LONGEST_PART])
        parts = aside
    if len(parts) <= 2 and (place := _city_after_code(parts)):
        return place
    parts = _code_apart(parts) if len(parts) > 1 else parts
    postal_code = parts.pop() if len(parts) > 1 and _POSTAL_CODE.match(parts[-1]) else None
    if any(map(_DIGIT.search, parts)) or len(parts) > 3 or not parts:
        return Place(street=line[:_LONGEST_PART])
    named = [part[:_LONGEST_PART] for part in parts]
    return replace(_in_parts(named, postal_code), postal_code=postal_code)


def _code_apart(parts: list[str]) -> list[str]:
    """The parts with the code of ``Cambridge, MA 02139`` at their end, and no ``or Remote``."""
    city, *others = [*parts[:-1], _OR_REMOTE.sub("", parts[-1])]
    for country, pattern in _STATE_AND_CODE:
        found = pattern.match(others[0])
        if found and is_subdivision(found[1], country):
            return [city, found[1], *others[1:], found[2]]
    return [city, *others]


def _aside(text: str) -> list[str]:
    """The city and the country or state that stands beside it: ``Bern (CH)``, ``Remote - US``."""
    aside = _ASIDE.match(text)
    if aside is None:
        return []
    name, beside = aside[1], aside[2] or aside[3]
    known = _is_state(beside) or country_code(beside)
    return [name, beside] if known and not country_code(name) else []


def _city_after_code(parts: list[str]) -> Place | None:
    """A place in a country that writes the postal code first, where the country is told."""
    found = _CODE_AND_CITY.match(parts[0]) if parts else None
    if found is None:
        return None
    land = found["land"] or ""
    told = country_code(parts[1]) if len(parts) == 2 else _LAND_OF_CAR.get(land)
    country = told or (country_code(land) if len(parts) == 1 and len(land) == 2 else None)
    if country is None or country in _NUMBER_OF_HOUSE:
        return None
    return Place(locality=found["city"], postal_code=found["code"], country=country)


def _in_parts(parts: list[str], postal_code: str | None = None) -> Place:
    state = len(parts) == 2 and _is_state(parts[1]) and not _is_abroad(parts[1], postal_code)
    country = None if state else country_code(parts[-1])
    if country and len(parts) > 1:
        meant = is_country(parts[-2], parts[-1])
        if meant is None and len(parts) == 2 and postal_code is None:
            return Place(locality=", ".join(parts))
        country = None if meant is False else country
    if country:
        parts = parts[:-1]
    locality = parts[0] if parts else None
    region = parts[1] if len(parts) > 1 else None
    if len(parts) > 2:
        return Place(street=", ".join(parts))
    return Place(locality=locality, region=_region(region, country), country=country)


def _is_abroad(code: str, postal_code: str | None) -> bool:
    """Whether a postal code tells a country from the state of the US that has the same code."""
    if not postal_code or not postal_code.isdigit() or country_code(code) != code:
        return False
    zips = _ZIPS.get(code)
    return len(postal_code) != 5 or (zips is not None and not postal_code.startswith(zips))


def _is_state(text: str) -> bool:
    """Whether what follows a city may be a state of North America or Australia."""
    if len(text) == 2 and text.isupper():
        return is_subdivision(text, "US") or is_subdivision(text, "CA")
    if len(text) == 3 and text.isupper():
        return is_subdivision(text, "AU")
    return is_state(text)


def _position(shape: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Latitude and longitude, of the place or of its ``geo``; nothing where they are impossible."""
    inner = listed(shape.get("geo"))
    geo = folded(inner[0]) if inner and isinstance(inner[0], dict) else shape
    latitude, longitude = _degrees(geo.get("latitude")), _degrees(geo.get("longitude"))
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    return latitude, longitude


def _degrees(value: Any) -> float | None:
    """Degrees, also with a decimal comma."""
    return number_of(value.replace(",", ".") if isinstance(value, str) else value)


def applicant_locations(value: Any) -> tuple[str, ...]:
    """Where applicants may live: alpha-2 codes of countries, other regions as they are called."""
    found: list[str] = []
    for text in (line for item in listed(value) for line in _areas(item)):
        found += _countries_in(text) or [country_code(text) or text[:_LONGEST_PART]]
    return tuple(dict.fromkeys(found))


def _areas(item: Any) -> list[str]:
    if not isinstance(item, dict):
        return _lines(item)
    area = folded(item)
    for name in ("name", "addresscountry", "address", "identifier", "@id"):
        if lines := _lines(area.get(name), "name", "addresscountry", "addressregion"):
            return lines
    return []


def _lines(value: Any, *names: str) -> list[str]:
    return [line for text in texts(value, *names) if (line := line_of(text))]


def _countries_in(text: str) -> list[str]:
    """The countries of a text that is a list of nothing else."""
    parts = [part for part in _BETWEEN_COUNTRIES.split(text[:_LONGEST_LIST]) if part]
    codes = [code for part in takewhile(country_code, parts) if (code := country_code(part))]
    return codes if len(parts) == len(codes) > 1 and len(text) <= _LONGEST_LIST else []
