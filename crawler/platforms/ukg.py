"""UKG Pro Recruiting, UltiPro before: the search behind its boards, which a script draws.

Its postings' pages hand the posting to their script; what stands there is read as data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from crawler.answer import Answer
from crawler.platforms.nodes import address, identifier, native, places, posting, salary, text
from crawler.platforms.platform import (
    Job,
    Node,
    Part,
    Platform,
    Query,
    Single,
    Tenant,
    Told,
    listed,
    on_host,
    read_rows,
    table,
)

LIMIT: Final = 100
_HOST = on_host(
    r"(?P<host>recruiting\d*\.ultipro\.(?:com|ca)|[\w-]+\.rec\.pro\.ukg\.net)/(?P<tenant>\w+)/JobBoard/"
    r"(?P<site>[0-9a-fA-F-]{36})"
)
_DATA: Final = re.compile(r"\bCandidateOpportunityDetail\(\s*(?={)")
_JSON: Final = json.JSONDecoder(strict=False)
_MODES: Final = {0: "hybrid", 1: "on-site", 2: "remote"}
_ORDER: Final = {"Value": "postedDateDesc", "PropertyName": "PostedDate", "Ascending": False}
_NO_MATCHING: Final = {
    "PreferredJobs": [], "Educations": [], "LicenseAndCertifications": [], "Skills": [],
    "hasNoLicenses": False, "SkippedSkills": [],
}  # fmt: skip


def tenant_of(url: str) -> Tenant | None:
    """``recruiting.ultipro.com/T/JobBoard/GUID``, on the other hosts of the product too."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['host']}", found["site"].lower())


def first(tenant: Tenant) -> Query:
    """The first hundred."""
    return _query(tenant, 0, None)


def _query(tenant: Tenant, offset: int, total: int | None) -> Query:
    search = {"Top": LIMIT, "Skip": offset, "QueryString": "", "OrderBy": [_ORDER], "Filters": []}
    return Query(
        f"{_board(tenant)}/JobBoardView/LoadSearchResults",
        body={"opportunitySearch": search, "matchCriteria": _NO_MATCHING},
        offset=offset,
        total=total,
    )


def _board(tenant: Tenant) -> str:
    return f"/{tenant.name}/JobBoard/{tenant.site}"


def read(body: bytes, tenant: Tenant, query: Query) -> Part:
    """One part; it says how many postings there are in all."""
    told = table(body)
    rows = read_rows(
        listed(told["opportunities"]), lambda one: Job(native(one.get("Id")), node(one, tenant))
    )
    total = _number(told.get("totalCount"), query.total)
    after = query.offset + rows.count
    more = rows.count >= LIMIT if total is None else bool(rows.count) and after < total
    short = None
    if total is not None and not more and after < total:
        short = f"its list ended after {after} of {total} postings"
    if total is None and not after:
        short = "its list is empty and does not say how many postings there are"
    return rows.part(_query(tenant, after, total) if more else None, short)


def _number(said: object, before: int | None) -> int | None:
    """How many postings there are in all; what an earlier part said where this one does not."""
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    return int(said) if isinstance(said, str) and said.isdecimal() else before


def node(one: dict[str, Any], tenant: Tenant) -> Node:
    """One entry as a JobPosting.

    Its date is left out: it moves whenever the posting is published anew.
    """
    number = native(one.get("Id"))
    full_time = one.get("FullTime")
    return posting(
        title=one.get("Title"),
        url=f"{tenant.api}{_board(tenant)}/OpportunityDetail?opportunityId={number}",
        description=one.get("BriefDescription"),
        identifier=identifier(number),
        jobLocation=_places(one),
        workplaceType=_MODES.get(one.get("JobLocationType")),  # type: ignore[arg-type]
        employmentType={True: "Full-time", False: "Part-time"}.get(full_time),  # type: ignore[arg-type]
        department=text(one.get("JobCategoryName")),
    )


def _places(one: dict[str, Any]) -> list[Any]:
    return [place for each in one.get("Locations") or [] for place in _place(each)]


def _place(one: dict[str, Any]) -> list[Any]:
    told = one.get("Address") or {}
    state, country = told.get("State") or {}, told.get("Country") or {}
    where = address(
        addressLocality=told.get("City"),
        addressRegion=state.get("Name") or state.get("Code"),
        postalCode=told.get("PostalCode"),
        addressCountry=country.get("Code") or country.get("Name"),
    )
    return [where] if where else places([one.get("LocalizedDescription")])


# --- one posting ---------------------------------------------------------------------------------


def _about(tenant: Tenant, url: str) -> Query | None:
    number = parse_qs(urlsplit(url).query).get("opportunityId")
    path = f"{_board(tenant)}/OpportunityDetail?opportunityId="
    return Query(path + number[0]) if number else None


def _told(answer: Answer, tenant: Tenant) -> Told:
    """What a posting's page hands to its script; nothing where it is an empty frame."""
    page = answer.body.decode("utf-8", errors="replace")
    found = _DATA.search(page)
    if found is None:
        return Told()
    one = _JSON.raw_decode(page, found.end())[0]
    if one.get("OpportunityIsClosed") is True:
        return Told(over="its page says that it is closed")
    more = {
        "description": one.get("Description"),
        "datePosted": one.get("PostedDate"),
        "baseSalary": _salary(one),
    }
    told = {name: value for name, value in more.items() if value}
    return Told({**node(one, tenant), **told}) if text(one.get("Title")) else Told()


def _salary(one: Mapping[str, Any]) -> Node | None:
    """The pay that is to be shown; of what unit of time is not said."""
    pay = one.get("PayRange") or {}
    if one.get("PayRangeVisible") is not True:
        return None
    ends = (pay.get("PayRangeMinimum"), pay.get("PayRangeMaximum"))
    return salary(*ends, one.get("PayRangeCurrencyCode"))


PLATFORM = Platform(
    "ukg",
    tenant_of,
    re.compile(r"/OpportunityDetail"),
    first,
    read,
    single=Single(_about, _told, in_page=True),
)
