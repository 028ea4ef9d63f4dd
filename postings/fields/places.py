"""Places of work, from all the shapes that ``jobLocation`` has in the wild."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from postings.fields.countries import country_code, is_no_region, is_state, is_subdivision
from postings.fields.values import (
    folded,
    is_placeholder,
    line_of,
    listed,
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
_CITY_AND_CODE = re.compile(r"^([^,\d]+),\s*([A-Z]{2})$")
_DIGIT = re.compile(r"\d")
_LONGEST_PART = 200
_MOST_PLACES = 1000


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
        return [_place_in_words(text) for text in texts(shape)]
    name = line_of(shape.get("name"))
    addresses = [_address(item) for item in listed(shape.get("address"))]
    if not addresses and (_ADDRESS_NAMES & shape.keys()):
        addresses = [_address(shape)]
    addresses = [place for place in addresses if place != _NOTHING]
    if name and name != organization and (named or not addresses):
        told = _place_in_words(name)
        country = told.country or (addresses[0].country if addresses else None)
        addresses = [replace(told, country=country)]
    latitude, longitude = _position(shape)
    if latitude is None or len(addresses) > 1:
        return addresses
    return [
        replace(place, latitude=latitude, longitude=longitude) for place in addresses or [_NOTHING]
    ]


def _address(value: Any) -> Place:
    if not isinstance(value, dict):
        return next((_place_in_words(text) for text in texts(value)), _NOTHING)
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
    return _without_country_in_city(place)


def _without_country_in_city(place: Place) -> Place:
    """A place with ``Bern, CH`` for its city, or for its street where it has no city, taken apart.

    A code that may as well be a state's, as ``Berlin, DE``, counts only beside the same country.
    """
    named = _CITY_AND_CODE.match(place.locality or place.street or "")
    if named is None or place.region:
        return place
    city, code = named.groups()
    if country_code(code) != code or place.country not in (None, code):
        return place
    if place.country is None and _is_state(code):
        return place
    street = place.street if place.locality else None
    return replace(place, street=street, locality=city, country=code)


def _part(address: Mapping[str, Any], *names: str) -> str | None:
    text = line_of(present(address, *names))
    return text[:_LONGEST_PART] if text else None


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
    parts = [part for part in (piece.strip() for piece in line.split(",")) if part]
    postal_code = parts.pop() if len(parts) > 1 and _POSTAL_CODE.match(parts[-1]) else None
    if any(map(_DIGIT.search, parts)) or len(parts) > 3 or not parts:
        return Place(street=line[:_LONGEST_PART])
    return replace(_in_parts([part[:_LONGEST_PART] for part in parts]), postal_code=postal_code)


def _in_parts(parts: list[str]) -> Place:
    country = country_code(parts[-1]) if len(parts) != 2 or not _is_state(parts[1]) else None
    if country:
        parts = parts[:-1]
    locality = parts[0] if parts else None
    region = parts[1] if len(parts) > 1 else None
    if len(parts) > 2:
        return Place(street=", ".join(parts))
    return Place(locality=locality, region=_region(region, country), country=country)


def _is_state(text: str) -> bool:
    """Whether what follows a city may be a state or province of North America."""
    if len(text) == 2 and text.isupper():
        return is_subdivision(text, "US") or is_subdivision(text, "CA")
    return is_state(text)


def _position(shape: Mapping[str, Any]) -> tuple[float | None, float | None]:
    """Latitude and longitude, of the place or of its ``geo``; nothing where they are impossible."""
    inner = listed(shape.get("geo"))
    geo = folded(inner[0]) if inner and isinstance(inner[0], dict) else shape
    latitude = number_of(geo.get("latitude"))
    longitude = number_of(geo.get("longitude"))
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    return latitude, longitude


def applicant_locations(value: Any) -> tuple[str, ...]:
    """Where applicants may live: alpha-2 codes of countries, other regions as they are called."""
    found: list[str] = []
    for item in listed(value):
        text = _area(item)
        if text and not is_placeholder(text):
            found.append(country_code(text) or text[:_LONGEST_PART])
    return tuple(dict.fromkeys(found))


def _area(item: Any) -> str | None:
    if not isinstance(item, dict):
        return line_of(item)
    area = folded(item)
    if text := line_of(present(area, "name", "addresscountry", "address", "identifier")):
        return text
    return line_of(area.get("@id"))
