"""Rules about where the work is done, and from where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from postings.fields.countries import country_code
from postings.fields.remote import remote_of
from postings.fields.text import squash
from postings.fields.values import folded, line_of, texts
from postings.lint.at import At
from postings.lint.case import Case, Hit, Rule
from postings.reading.graph import has_type

_PARTS: Final = (
    ("addresslocality", "addressLocality"),
    ("addressregion", "addressRegion"),
    ("postalcode", "postalCode"),
    ("streetaddress", "streetAddress"),
)
_COUNTRY_NAMES = ("name", "identifier", "addresscountry", "alternatename", "@id")
_AREAS = ("country", "state", "administrativearea")
_HYBRID = re.compile(r"\bhybrid|\bpart(?:ly|ially) remote\b", re.IGNORECASE)


def _locations(case: Case) -> Iterator[At]:
    told = case.node.said("joblocation")
    yield from told.each() if told else ()


def _addresses(case: Case) -> Iterator[At]:
    """The addresses that are objects; address parts that stand on the place itself count too."""
    for place in _locations(case):
        told = place.said("address")
        if told:
            yield from (item for item in told.each() if item.is_object)
        elif any(place.said(name) for name, _ in (*_PARTS, ("addresscountry", ""))):
            yield place


def _missing(case: Case) -> Iterator[Hit]:
    if case.node.said("joblocation") is None and not case.telecommutes:
        yield Hit("it has no jobLocation and is not TELECOMMUTE", case.node.get("joblocation"))


def _without_address(case: Case) -> Iterator[Hit]:
    for place in _locations(case):
        told = place.said("address")
        if told is None or not any(item.is_object for item in told.each()):
            yield Hit("jobLocation is no Place with a PostalAddress", place)


def _country_missing(case: Case) -> Iterator[Hit]:
    for address in _addresses(case):
        if address.said("addresscountry") is None:
            yield Hit("the address has no addressCountry", address)


def _country_unknown(case: Case) -> Iterator[Hit]:
    for told in _countries(case):
        if not any(map(country_code, _names(told))):
            yield Hit("addressCountry is no country", told)


def _country_not_code(case: Case) -> Iterator[Hit]:
    for told in _countries(case):
        codes = [(name, country_code(name)) for name in _names(told)]
        known = next((pair for pair in codes if pair[1]), None)
        if known and all(name != code for name, code in codes):
            yield Hit(f"addressCountry is best written {known[1]}", told)


def _countries(case: Case) -> Iterator[At]:
    for address in _addresses(case):
        told = address.said("addresscountry")
        yield from [told] if told else []


def _names(country: At) -> list[str]:
    return [squash(text) for name in _COUNTRY_NAMES for text in texts(country.value, name)]


def _incomplete(case: Case) -> Iterator[Hit]:
    for address in _addresses(case):
        lacking = [shown for name, shown in _PARTS if address.said(name) is None]
        if lacking:
            yield Hit(f"the address has no {', '.join(lacking)}", address)


def _coordinates(case: Case) -> Iterator[Hit]:
    for place in _locations(case):
        if found := place.said("latitude", "longitude"):
            yield Hit("coordinates stand on the Place instead of its geo", found)


def _named_as_employer(case: Case) -> Iterator[Hit]:
    employer = case.posting.organization.name
    for place in _locations(case):
        name = place.said("name")
        if name and employer and line_of(name.value) == employer:
            yield Hit("the place has the employer's name", name)


# --- remote --------------------------------------------------------------------------------------


def _type_invalid(case: Case) -> Iterator[Hit]:
    told = case.node.said("joblocationtype")
    for item in told.each() if told else ():
        if item.value != "TELECOMMUTE":
            yield Hit("jobLocationType is TELECOMMUTE or left out", item)


def _undeclared(case: Case) -> Iterator[Hit]:
    if case.posting.remote == "remote" and case.node.said("joblocationtype") is None:
        yield Hit("it is remote, but has no jobLocationType TELECOMMUTE")


def _not_fully(case: Case) -> Iterator[Hit]:
    if not case.telecommutes:
        return
    others = folded(case.posting.raw)
    del others["joblocationtype"]
    if _HYBRID.search(case.posting.title or "") or remote_of(others, ()) == "hybrid":
        told = "TELECOMMUTE is for jobs that are remote every day, not for hybrid ones"
        yield Hit(told, case.node.get("joblocationtype"))


def _applicants_missing(case: Case) -> Iterator[Hit]:
    if case.telecommutes and _applicants(case) is None and not case.node.said("joblocation"):
        yield Hit("neither jobLocation nor applicantLocationRequirements says where one may live")


def _applicants_assumed(case: Case) -> Iterator[Hit]:
    if case.telecommutes and _applicants(case) is None and case.node.said("joblocation"):
        told = "without applicantLocationRequirements only the jobLocation's country is assumed"
        yield Hit(told)


def _applicants_vague(case: Case) -> Iterator[Hit]:
    told = _applicants(case)
    if told and not any(_is_area(item) for item in told.each()):
        yield Hit("applicantLocationRequirements names no Country or State", told)


def _applicants(case: Case) -> At | None:
    return case.node.said("applicantlocationrequirements")


def _is_area(item: At) -> bool:
    typed = item.is_object and any(has_type(item.value, kind) for kind in _AREAS)
    return typed and item.said("name") is not None


RULES: Final = (
    Rule(
        "job-location-missing", "error", "jobLocation",
        "jobLocation is required, unless the job is fully remote.", "Google", _missing,
    ),
    Rule(
        "job-location-without-address", "error", "jobLocation",
        "jobLocation is a Place whose address is a PostalAddress.", "Google", _without_address,
        covers=("job-location-unreadable",),
    ),
    Rule(
        "address-country-missing", "error", "addressCountry",
        "Every address of jobLocation has an addressCountry.", "Google", _country_missing,
    ),
    Rule(
        "address-country-unknown", "error", "addressCountry",
        "addressCountry is a country.", "Google", _country_unknown,
    ),
    Rule(
        "address-country-not-code", "info", "addressCountry",
        "addressCountry is best written as its ISO 3166-1 alpha-2 code.", "Google",
        _country_not_code,
    ),
    Rule(
        "address-incomplete", "info", "address",
        "An address has street, town, region and postal code.", "Google", _incomplete,
    ),
    Rule(
        "place-has-coordinates", "info", "jobLocation",
        "Coordinates stand in the place's geo.", "jobdiff", _coordinates,
    ),
    Rule(
        "place-name-is-employer", "info", "jobLocation",
        "A place's name is that of the place, not of the employer.", "jobdiff", _named_as_employer,
    ),
    Rule(
        "job-location-type-invalid", "error", "jobLocationType",
        "jobLocationType is TELECOMMUTE and nothing else.", "Google", _type_invalid,
    ),
    Rule(
        "remote-undeclared", "warning", "jobLocationType",
        "A remote job says so as jobLocationType TELECOMMUTE.", "Google", _undeclared,
    ),
    Rule(
        "telecommute-not-fully", "error", "jobLocationType",
        "TELECOMMUTE is only for jobs that are remote every day.", "Google", _not_fully,
    ),
    Rule(
        "applicant-location-missing", "error", "applicantLocationRequirements",
        "A remote job without jobLocation says where applicants may live.", "Google",
        _applicants_missing,
    ),
    Rule(
        "applicant-location-assumed", "info", "applicantLocationRequirements",
        "A remote job best says where applicants may live.", "Google", _applicants_assumed,
    ),
    Rule(
        "applicant-location-without-country", "error", "applicantLocationRequirements",
        "applicantLocationRequirements has at least one Country or State.", "Google",
        _applicants_vague,
    ),
)  # fmt: skip
