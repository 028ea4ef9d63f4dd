"""Oracle HCM: the list behind its candidate sites. Their pages are drawn by script."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote, urlsplit

from crawler.answer import Answer
from crawler.html import Page
from crawler.platforms.nodes import (
    address,
    identifier,
    native,
    places,
    posting,
    section,
    text,
    types,
)
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

_HOST = on_host(
    r"(?P<host>(?P<tenant>[\w.-]+?)(?:\.oraclecloud\.com)?)/hcmUI/CandidateExperience/"
    r"(?:[\w-]+/)?sites/(?P<site>(?i:CX(?:_\w+)?))(?:[/?]|$)"
)
_API_OF_SITE: Final = re.compile(
    r"""\bapiBaseUrl['"]?\s*:\s*['"]https://([\w.-]+\.oraclecloud\.com)(?::443)?/?['"]"""
)
_NUMBER_OF_SITE: Final = re.compile(r"""\bsiteNumber['"]?\s*:\s*['"](CX(?:_\w+)?)['"]""")
_JOB: Final = re.compile(r"/sites/([\w-]+)/(?:requisitions/preview|requisitions|job)/([\w-]+)")
_API: Final = "/hcmRestApi/resources/latest"
LIMIT: Final = 200


def tenant_of(url: str) -> Tenant | None:
    """``T.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX``, on own hosts too.

    A site may have a name beside its number; which number that is, its page says (``board_in``).
    """
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['host']}", found["site"])


def board_in(page: Page) -> str | None:
    """The board that a site under another name, or on an own domain, hands to its script."""
    for script in page.tree.iter("script"):
        host = _API_OF_SITE.search(script.text or "")
        site = _NUMBER_OF_SITE.search(script.text or "")
        if host and site:
            return f"https://{host[1]}/hcmUI/CandidateExperience/en/sites/{site[1]}"
    return None


def first(tenant: Tenant) -> Query:
    """The first two hundred."""
    return _query(tenant, 0, None)


def _query(tenant: Tenant, offset: int, total: int | None) -> Query:
    """The page is asked for inside of the finder: beside it, it is overlooked."""
    path = (
        f"{_API}/recruitingCEJobRequisitions?onlyData=true"
        "&expand=requisitionList.secondaryLocations"
        f"&finder=findReqs;siteNumber={quote(tenant.site)},limit={LIMIT},offset={offset}"
    )
    return Query(path, offset=offset, total=total)


def read(body: bytes, tenant: Tenant, query: Query) -> Part:
    """One part; it says how many postings there are in all."""
    found = listed(table(body)["items"])[0]
    rows = read_rows(
        listed(found["requisitionList"]), lambda one: Job(native(one.get("Id")), node(one, tenant))
    )
    said = found.get("TotalJobsCount")
    total = said if isinstance(said, int) else query.total
    after = query.offset + rows.count
    more = rows.count >= LIMIT if total is None else bool(rows.count) and after < total
    short = None
    if total is not None and not more and after < total:
        short = f"its list ended after {after} of {total} postings"
    return rows.part(_query(tenant, after, total) if more else None, short)


def node(one: dict[str, Any], tenant: Tenant) -> Node:
    """One requisition as a JobPosting, from the list or from its own answer, which says more."""
    number = one.get("Id")
    parts = ("Description", "Responsibilities", "Qualifications")
    told = [section(None, one.get(f"External{each}Str")) for each in parts]
    modes = [one.get(name) for name in ("WorkplaceTypeCode", "WorkplaceType")]
    return posting(
        title=one.get("Title"),
        url=f"{tenant.api}/hcmUI/CandidateExperience/en/sites/{tenant.site}/job/{number}",
        description="\n".join(each for each in told if each),
        identifier=identifier(number),
        datePosted=one.get("ExternalPostedStartDate") or one.get("PostedDate"),
        validThrough=one.get("ExternalPostedEndDate") or one.get("PostingEndDate"),
        jobLocation=_places(one),
        workplaceType=next((mode for mode in map(_mode, modes) if mode), None),
        employmentType=types(one.get("JobSchedule"), one.get("JobType"), one.get("ContractType")),
        department=text(one.get("Department")) or text(one.get("JobFamily")),
    )


def _mode(value: Any) -> str | None:
    """``ORA_HYBRID`` and ``Hybrid`` alike."""
    said = text(value).removeprefix("ORA_").replace("_", " ").casefold()
    return {"on site": "on-site", "onsite": "on-site"}.get(said, said) or None


def _places(one: dict[str, Any]) -> list[Any]:
    others = [each.get("Name") for each in one.get("secondaryLocations") or []]
    found: list[Any] = places([one.get("PrimaryLocation"), *others])
    return found or [
        each for each in [address(addressCountry=one.get("PrimaryLocationCountry"))] if each
    ]


# --- one posting ---------------------------------------------------------------------------------


def _about(tenant: Tenant, url: str) -> Query | None:  # noqa: ARG001
    found = _JOB.search(urlsplit(url).path)
    if found is None:
        return None
    finder = f'ById;Id="{found[2]}",siteNumber={found[1]}'
    path = f"{_API}/recruitingCEJobRequisitionDetails?expand=all&onlyData=true"
    return Query(f"{path}&finder={quote(finder, safe=';=,')}")


def _told(answer: Answer, tenant: Tenant) -> Told:
    """A requisition that is over has no entry any more."""
    if answer.status in (404, 410):
        return Told(over=f"its API answers HTTP {answer.status}")
    found = table(answer.body)
    items = listed(found["items"]) if "items" in found else [found]
    if not items:
        return Told(over="its API has no entry for it any more")
    return Told(node(items[0], tenant)) if items[0].get("Title") else Told()


PLATFORM = Platform(
    "oracle_hcm",
    tenant_of,
    _JOB,
    first,
    read,
    board_in=board_in,
    single=Single(_about, _told, only=True),
)
