"""Teamtailor: a JSON Feed beside its career sites, with a JobPosting in every item."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from crawler.platforms.nodes import identifier, native, posting, text
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
    table,
)

_HOST = on_host(
    r"(?P<host>(?P<tenant>[\w-]+)(?:\.[\w-]+)?\.teamtailor\.com)/",
    reserved=("www", "app", "api", "docs", "support", "help", "scripts", "images", "assets", "tt"),
)
_NUMBER = re.compile(r"/jobs/(\d+)")


def tenant_of(url: str) -> Tenant | None:
    """``S.teamtailor.com``, or ``S.na.teamtailor.com``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['host']}")


def first(tenant: Tenant) -> Query:  # noqa: ARG001
    """The feed."""
    return Query("/jobs.json")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:
    """A feed goes on where it says so, on its own host."""
    told = table(body)
    rows = read_rows(listed(told["items"]), _job)
    following = text(told.get("next_url"))
    if not following:
        return rows.part()
    if urlsplit(following).netloc not in ("", urlsplit(tenant.api).netloc):
        return rows.part(None, "its list goes on at another host")
    return rows.part(Query(tenant.api + _path(following), offset=query.offset + rows.count))


def _job(one: dict[str, Any]) -> Job:
    return Job(number(one), node(one), text(one.get("date_modified")) or None)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def number(one: dict[str, Any]) -> str:
    """The posting's number as its address has it; the item's own id where it has none."""
    found = _NUMBER.search(text(one.get("url")))
    return found[1] if found else native(one.get("id"))


def node(one: dict[str, Any]) -> Node:
    """The item's own JobPosting, with what only the item says."""
    told = one.get("_jobposting") or {}
    item = posting(
        title=one.get("title"),
        description=one.get("content_html"),
        identifier=identifier(number(one)),
        datePosted=one.get("date_published"),
        dateModified=one.get("date_modified"),
    )
    return item | {name: value for name, value in told.items() if value} | {"url": one.get("url")}


PLATFORM = Platform(
    "teamtailor",
    tenant_of,
    re.compile(r"/jobs/\d+"),
    first,
    read,
    anywhere=True,
    marks=re.compile(r"^https?://[\w.-]*\bteamtailor-cdn\.com/", re.IGNORECASE),
)
