"""A raw node becomes a Posting: one function a field.

The node may come from JSON-LD, microdata, RDFa or a platform's list API in the same shape. A field
that is missing, empty or wrong in type is absent; what was there and could not be read is told
among the posting's problems. Nothing here raises on what a page says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from postings.description import Description
from postings.fields.dates import read_date, read_end
from postings.fields.description import description_of
from postings.fields.employment import employment_types
from postings.fields.languages import language_named
from postings.fields.money import salary_of
from postings.fields.places import applicant_locations, places
from postings.fields.remote import remote_of
from postings.fields.requirements import education_of, experience_months_of, skills_of
from postings.fields.text import lines
from postings.fields.tidy import tidy
from postings.fields.values import (
    folded,
    is_absent,
    line_of,
    listed,
    local_name,
    number_of,
    present,
    texts,
    words,
)
from postings.model import Identifier, Organization, Place, Posting, Problem, Salary, Source
from postings.urls import absolute

TITLE_BYTES: Final = 1024
_LONGEST_LINE = 2_000
_LONGEST_LINES = 100_000
_LANGUAGE = re.compile(r"^([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?$")
_COUNT = re.compile(r"^(\d{1,6})\s+\D+$")
_NO_WAY_TO_APPLY = frozenset(("searchaction", "viewaction", "readaction", "shareaction"))
_DOMAIN = re.compile(r"^(?:[a-z0-9-]+\.)+(?!html?$|php\d?$|aspx?$|jsp$)[a-z]{2,}$", re.IGNORECASE)
_NEXT_ADDRESS = re.compile(r"[,;]\s+|\s+(?=https?://)")

Node = Mapping[str, Any]

_LONGEST_DESCRIPTION: Final = 400_000  # characters; sanitising takes the square of some of them


def posting_of(
    raw: Node,
    *,
    syntax: str,
    url: str,
    repaired: bool = False,
    title_bytes: int = TITLE_BYTES,
    problems: tuple[Problem, ...] = (),
) -> Posting:
    """Normalise one raw node.

    Args:
        raw: the node, JSON values only; kept, made storable, as the posting's ``raw``.
        syntax: ``json-ld``, ``microdata``, ``rdfa`` or ``api:NAME``.
        url: the document's URL, against which the node's own URLs are resolved.
        repaired: the node's block had to be repaired to be read.
        title_bytes: a longer title is cut there (UTF-8) and the cut is told.
        problems: what is known to be wrong with the node already.
    """
    kept = tidy(raw)
    node = folded(kept)
    found = list(problems)
    organization = organization_of(node, url)
    locations = places(node, organization.name)
    identifier = identifier_of(node)
    title = title_of(node, title_bytes, found)
    description = description_in(node, found)
    types = employment_types_of(node, found)
    openings = openings_of(node)
    language = language_of(node)
    _tell_if_lost(node, found, title=title, description=description,
                  hiringOrganization=organization != Organization(), jobLocation=locations,
                  identifier=identifier.value, employmentType=types,
                  totalJobOpenings=openings, inLanguage=language)  # fmt: skip
    return Posting(
        title=title,
        url=url_of(node, url, found),
        description_html=description,
        organization=organization,
        identifier=identifier,
        openings=openings,
        date_posted=date_of(node, "datePosted", found),
        date_modified=date_of(node, "dateModified", found),
        valid_through=date_of(node, "validThrough", found, "dateExpires", "expires"),
        employment_types=types,
        locations=locations,
        remote=remote_of(node, locations),
        salary=salary_in(node, locations, found),
        direct_apply=direct_apply_of(node, found),
        language=language,
        source=Source(syntax, repaired),
        problems=tuple(found),
        raw=kept,
        **_quiet_fields(node, url),
    )


def _quiet_fields(node: Node, url: str) -> dict[str, Any]:
    """The fields of which nothing is told where they cannot be read."""
    return {
        "apply_url": apply_url_of(node, url),
        "department": department_of(node),
        "applicant_locations": applicant_locations_of(node),
        "industry": joined(node, "industry"),
        "occupational_category": occupational_category_of(node),
        "skills": skills_of(node),
        "qualifications": passage(node, "qualifications"),
        "responsibilities": passage(node, "responsibilities"),
        "benefits": passage(node, "jobbenefits", "benefits"),
        "education": education_of(node),
        "experience_months": experience_months_of(node),
        "work_hours": line_of(node.get("workhours")),
    }


# --- who, what, where ----------------------------------------------------------------------------


def title_of(node: Node, title_bytes: int, problems: list[Problem]) -> str | None:
    """The title on one line, cut at ``title_bytes`` bytes of UTF-8."""
    title = line_of(words(present(node, "title", "name", "jobtitle")))
    if title is None or len(title) * 4 <= title_bytes or len(title.encode()) <= title_bytes:
        return title
    message = f"the title has {len(title.encode())} bytes; it was cut at {title_bytes}"
    problems.append(Problem("title-clipped", "warning", "title", message))
    return title.encode()[:title_bytes].decode(errors="ignore").rstrip()


def url_of(node: Node, base: str, problems: list[Problem]) -> str | None:
    """The node's own URL, http(s) only."""
    told = present(node, "url")
    found = _address(told, base)
    if told is not None and found is None:
        problems.append(_unreadable("url", "no http or https address"))
    return found


def _address(value: Any, base: str) -> str | None:
    """The first http(s) address in a value, resolved against ``base``."""
    if value is None:
        return None
    alone = isinstance(value, str)
    for text in (
        [value] if alone else texts(words(value), "url", "contenturl", "@id", "urltemplate")
    ):
        line = line_of(text) or ""
        if line.startswith("http"):  # some pages give several, or words, in one text
            line = _NEXT_ADDRESS.split(line)[0]
        if reference := line.replace(" ", "%20"):
            whole = f"https://{reference}" if reference.startswith("www.") else reference
            if found := absolute(base, whole):
                return found
    return None


def _site(value: Any, base: str) -> str | None:
    """An employer's address, which may be its domain alone."""
    told = line_of(value) if isinstance(value, str) else None
    return _address(f"https://{told}" if told and _DOMAIN.match(told) else value, base)


def description_in(node: Node, problems: list[Problem]) -> Description | None:
    """The description, if it says something, cut where no description goes on."""
    told = words(present(node, "description", "jobdescription"))
    parts = texts(told, "@value", "text", "description")
    text = "\n".join(parts)
    if len(text) > _LONGEST_DESCRIPTION:
        message = (
            f"the description has {len(text)} characters; it was cut at {_LONGEST_DESCRIPTION}"
        )
        problems.append(Problem("description-clipped", "warning", "description", message))
    return description_of(text[:_LONGEST_DESCRIPTION]) if parts else None


def organization_of(node: Node, base: str) -> Organization:
    """The employer; its ``url`` is its own, or else the first it is said to be the same as."""
    for item in words(node.get("hiringorganization")):
        if not isinstance(item, dict):
            return Organization(name=_short(line_of(item)))
        employer = folded(item)
        name = present(employer, "name", "legalname", "organizationname", "alternatename")
        return Organization(
            name=_short(line_of(name)),
            url=_site(employer.get("url"), base) or _site(employer.get("sameas"), base),
            logo=_address(present(employer, "logo", "image"), base),
        )
    return Organization()


def identifier_of(node: Node) -> Identifier:
    """Whose number and which, as text; a locale suffix stays."""
    for item in listed(node.get("identifier")):
        if isinstance(item, dict):
            pair = folded(item)
            told = present(pair, "value", "propertyvalue", "sameas", "identifier")
            value = line_of(told, "value", "name", "@id")
            if value:
                return Identifier(_short(line_of(pair.get("name"))), _short(value))
        elif value := line_of(item):
            return Identifier(None, _short(value))
    return Identifier()


def apply_url_of(node: Node, base: str) -> str | None:
    """Where to apply, if the markup has a URL for it."""
    direct = _address(present(node, "applyurl", "applicationurl"), base)
    if direct:
        return direct
    for name in ("applicationcontact", "potentialaction"):
        for item in listed(node.get(name)):
            if isinstance(item, dict):
                inner = folded(item)
                kinds = {local_name(kind) for kind in texts(inner.get("@type"))}
                found = _address(present(inner, "url", "target"), base)
                if found and not kinds & _NO_WAY_TO_APPLY:
                    return found
    return None


def department_of(node: Node) -> str | None:
    """The unit of the employer."""
    unit = line_of(present(node, "employmentunit", "department"))
    if unit is None:
        for item in listed(node.get("hiringorganization")):
            if isinstance(item, dict):
                unit = line_of(present(folded(item), "department", "organizationunit"))
    return _short(unit)


def openings_of(node: Node) -> int | None:
    """How many openings there are."""
    told = line_of(present(node, "totaljobopenings", "numberofopenings"), "value", "name") or ""
    counted = _COUNT.match(told)
    number = number_of(counted[1] if counted else told)
    return int(number) if number is not None and 0 < number < 1_000_000 else None


# --- when and on which terms ---------------------------------------------------------------------


def date_of(node: Node, name: str, problems: list[Problem], *others: str) -> str | None:
    """A date in one of the model's three spellings."""
    value = present(node, name.lower(), *(other.lower() for other in others))
    if value is None:
        return None
    each = listed(value)
    read = (read_end if name == "validThrough" else read_date)(each[0] if each else value)
    if read.reason:
        problems.append(_unreadable(name, read.reason))
    return read.text


def employment_types_of(node: Node, problems: list[Problem]) -> tuple[str, ...]:
    """The types, each once; a list in one text is taken apart."""
    said = [line for text in texts(node.get("employmenttype")) if (line := line_of(text))]
    types = employment_types(said)
    if types == ("OTHER",) and "OTHER" not in said:
        told = f"none of Google's eight: {', '.join(said)[:100]}"
        problems.append(Problem("employment-type-unknown", "info", "employmentType", told))
    return types


def applicant_locations_of(node: Node) -> tuple[str, ...]:
    """Where applicants may live; one frequent misspelling of the property counts."""
    names = ("applicantlocationrequirements", "applicantlocationrequirement",
             "applicationlocationrequirement", "applicationlocationrequirements")  # fmt: skip
    return applicant_locations(present(node, *names))


def salary_in(node: Node, locations: Sequence[Place], problems: list[Problem]) -> Salary | None:
    """The salary, if an amount is given."""
    read = salary_of(node, [place.country for place in locations if place.country])
    if read.reason and read.salary is None:
        problems.append(_unreadable("baseSalary", read.reason))
    if read.salary and read.withdrawn:
        told = f"baseSalary: {read.withdrawn} was withdrawn; read as {read.salary.currency}"
        problems.append(Problem("currency-withdrawn", "warning", "baseSalary", told))
    return read.salary


def direct_apply_of(node: Node, problems: list[Problem]) -> bool | None:
    """Whether one can apply at once."""
    value = present(node, "directapply")
    if value is None or isinstance(value, bool):
        return value
    word = (line_of(value) or "").lower().rpartition("/")[2]
    if word in ("true", "false"):
        return word == "true"
    problems.append(_unreadable("directApply", "neither true nor false"))
    return None


# --- what is asked and offered -------------------------------------------------------------------


def joined(node: Node, *names: str) -> str | None:
    """All that a short field says, each once, on one line."""
    said = (line_of(text) for text in texts(present(node, *names), "name", "termcode"))
    return _short(", ".join(dict.fromkeys(line for line in said if line))) or None


def passage(node: Node, *names: str) -> str | None:
    """A longer field as plain lines."""
    found = texts(present(node, *names), "name", "credentialcategory", "description", "text")
    text = "\n".join(part for part in map(lines, found) if part)
    return text[:_LONGEST_LINES] or None


def occupational_category_of(node: Node) -> str | None:
    """The category, or that of the occupation the posting is relevant to."""
    names = ("name", "codevalue", "termcode")
    value = present(node, "occupationalcategory")
    if value is None:
        inner = listed(node.get("relevantoccupation"))
        occupation = folded(inner[0]) if inner and isinstance(inner[0], dict) else {}
        value = present(occupation, "occupationalcategory", "name") or texts(words(inner[:1]))
    said = (line_of(text) for text in texts(value, *names))
    return _short(", ".join(dict.fromkeys(line for line in said if line))) or None


def language_of(node: Node) -> str | None:
    """The language as a BCP 47 tag, as ``en`` or ``de-CH``."""
    for text in texts(node.get("inlanguage"), "alternatename", "identifier", "name"):
        if tag := _LANGUAGE.match(text.strip()):
            language, script, region = tag.groups()
            parts = (language.lower(), script and script.title(), region and region.upper())
            return "-".join(part for part in parts if part)
        if named := language_named(text):
            return named
    return None


# --- problems ------------------------------------------------------------------------------------


def _tell_if_lost(node: Node, problems: list[Problem], **read: object) -> None:
    """Tell which properties say something in a type or shape from which nothing could be read."""
    for name, value in read.items():
        if not value and not is_absent(node.get(name.lower())):
            told = "its value has a type or shape that cannot be read"
            problems.append(_unreadable(name, told))


def _unreadable(name: str, reason: str) -> Problem:
    return Problem(f"{_dashed(name)}-unreadable", "warning", name, f"{name}: {reason}")


def _dashed(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"-\1", name).lower()


def _short(text: str | None) -> str | None:
    return text[:_LONGEST_LINE] if text else None
