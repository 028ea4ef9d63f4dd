"""Rippling: its public board API. One posting has an entry for each of its places."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from crawler.platforms.nodes import identifier, native, places, posting, text, workplace
from crawler.platforms.platform import (
    Job,
    Node,
    Part,
    Platform,
    Query,
    Tenant,
    by_id,
    listed,
    on_host,
    read_rows,
)

_HOST = on_host(
    r"ats\.(?:[\w-]+\.)?rippling\.com/(?:[a-z]{2}-[A-Z]{2}/)?(?P<tenant>[\w-]+)/jobs",
    reserved=("api", "embed"),
)


def tenant_of(url: str) -> Tenant | None:
    """``ats.rippling.com/S/jobs``, with or without a language before it."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], "https://api.rippling.com")


def first(tenant: Tenant) -> Query:
    """The whole list."""
    return Query(f"/platform/api/ats/v1/board/{quote(tenant.name)}/jobs")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page; the entries of one posting become one job with all its places."""
    found = by_id(listed(json.loads(body)), "uuid")
    return read_rows(found, lambda rows: Job(native(rows[0].get("uuid")), node(rows))).part()


def node(rows: list[dict[str, Any]]) -> Node:
    """The entries of one posting as a JobPosting."""
    one = rows[0]
    labels = [(row.get("workLocation") or {}).get("label") for row in rows]
    return posting(
        title=one.get("name"),
        url=one.get("url"),
        identifier=identifier(one.get("uuid")),
        jobLocation=places(labels),
        workplaceType=workplace(labels),
        department=text((one.get("department") or {}).get("label")),
    )


PLATFORM = Platform("rippling", tenant_of, re.compile(r"/jobs/[0-9a-f]{8}-"), first, read)
