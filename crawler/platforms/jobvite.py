"""Jobvite: the HTML of its boards, all postings on one page."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urlsplit

from crawler.platforms.html_lists import Element, check_empty, first_in_class, page_of, words
from crawler.platforms.nodes import identifier, places, posting
from crawler.platforms.platform import (
    Job,
    Part,
    Platform,
    Query,
    Tenant,
    led_to_board,
    on_host,
    read_rows,
)
from postings.urls import absolute

_HOST = on_host(
    r"jobs\.jobvite\.com/(?:careers/)?(?P<tenant>[\w-]+)",
    reserved=("careers", "support", "assets", "static", "api", "jobs", "job", "__assets__"),
)
_JOB: Final = re.compile(r"^/(?:careers/)?([\w-]+)/job/(\w+)")


def tenant_of(url: str) -> Tenant | None:
    """``jobs.jobvite.com/T``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], "https://jobs.jobvite.com")


def first(tenant: Tenant) -> Query:
    """The whole list."""
    return Query(f"/{quote(tenant.name)}/jobs")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The list is one page, in a table for each department."""
    page = page_of(body)
    links = [link for link in page.tree.iter("a") if _target(link, tenant)]
    rows = read_rows(links, lambda link: _job(link, tenant))
    if not rows.count:
        check_empty(page, "jv-job-list")
    return rows.part()


def _target(link: Element, tenant: Tenant) -> str | None:
    """Where a link leads, if to a posting of this employer."""
    target = absolute(tenant.api, link.get("href") or "#")
    found = _JOB.match(urlsplit(target).path) if target else None
    if target is None or found is None or found[1].casefold() != tenant.name.casefold():
        return None
    ours = urlsplit(target).netloc == urlsplit(tenant.api).netloc or tenant_of(target)
    return target.partition("?")[0] if ours else None


def _job(link: Element, tenant: Tenant) -> Job:
    url = _target(link, tenant) or ""
    found = _JOB.match(urlsplit(url).path)
    number = found[2] if found else ""
    row = next(link.iterancestors("tr", "li"), link)
    told = posting(
        title=words(link),
        url=url,
        identifier=identifier(number),
        jobLocation=places([words(first_in_class(row, "jv-job-list-location"))]),
        department=_department(row),
    )
    return Job(number, told)


def _department(row: Element) -> str:
    """The heading right before the table that a row stands in."""
    table = next(row.iterancestors("table"), None)
    before = table.getprevious() if table is not None else None
    return words(before) if before is not None and before.tag in ("h2", "h3", "h4") else ""


PLATFORM = Platform(
    "jobvite",
    tenant_of,
    re.compile(r"/job/\w+"),
    first,
    read,
    over=led_to_board("error", "404"),
)
