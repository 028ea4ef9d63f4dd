"""Paylocity: the data in the one page of its boards. Its postings' pages carry JSON-LD.

The feed beside it (``/recruiting/v2/api/feed/jobs``) is filled only for some employers.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from crawler.platforms.nodes import address, identifier, native, places, posting, text
from crawler.platforms.platform import (
    Job,
    Node,
    Part,
    Platform,
    Query,
    Tenant,
    listed,
    on_host,
    read_rows,
)

_HOST = on_host(r"recruiting\.paylocity\.com/(?i:recruiting/jobs/all)/(?P<tenant>[0-9a-fA-F-]{36})")
_DATA: Final = re.compile(r"\bpageData\s*=\s*(?={)")
_JSON: Final = json.JSONDecoder(strict=False)


def tenant_of(url: str) -> Tenant | None:
    """``recruiting.paylocity.com/recruiting/jobs/All/GUID/NAME``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"].lower(), "https://recruiting.paylocity.com")


def first(tenant: Tenant) -> Query:
    """The board's page."""
    return Query(f"/recruiting/jobs/All/{tenant.name}")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page: its script is handed all postings."""
    page = body.decode("utf-8", errors="replace")
    found = _DATA.search(page)
    if found is None:
        raise ValueError("its data is not in it")
    told = _JSON.raw_decode(page, found.end())[0]
    rows = listed(told["Jobs"])
    return read_rows(rows, lambda one: Job(native(one.get("JobId")), node(one, tenant))).part()


def node(one: dict[str, Any], tenant: Tenant) -> Node:
    """One entry as a JobPosting; its description is but a beginning and is left to the page."""
    number = native(one.get("JobId"))
    return posting(
        title=one.get("JobTitle"),
        url=f"{tenant.api}/Recruiting/Jobs/Details/{number}",
        identifier=identifier(number),
        datePosted=one.get("PublishedDate"),
        jobLocation=_places(one),
        jobLocationType="TELECOMMUTE" if one.get("IsRemote") is True else None,
        department=text(one.get("HiringDepartment")),
    )


def _places(one: dict[str, Any]) -> list[Any]:
    """Its address; a name is a place only where it has a comma: others are an employer's own."""
    told = one.get("JobLocation") or {}
    where = address(
        addressLocality=told.get("City"),
        addressRegion=told.get("State"),
        postalCode=told.get("Zip"),
        addressCountry=told.get("Country"),
    )
    name = text(one.get("LocationName"))
    return [where] if where else places([name] if "," in name else [])


PLATFORM = Platform(
    "paylocity", tenant_of, re.compile(r"/jobs/details/", re.IGNORECASE), first, read
)
