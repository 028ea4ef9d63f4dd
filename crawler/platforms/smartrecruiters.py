"""SmartRecruiters: the HTML of its career pages. Its API's robots.txt keeps programs out."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from crawler.html import Page
from crawler.platforms.html_lists import (
    Element,
    check_empty,
    first_in_class,
    in_class,
    page_of,
    words,
)
from crawler.platforms.nodes import identifier, places, posting
from crawler.platforms.platform import (
    Job,
    Part,
    Platform,
    Query,
    Rows,
    Tenant,
    on_host,
    read_rows,
)
from postings.urls import absolute

_HOST = on_host(
    r"(?:jobs|careers)\.smartrecruiters\.com/(?P<tenant>[\w.%-]+)",
    reserved=("oneclick-ui", "sr-jobs", "my-applications", "static", "job-api", "favicon.ico"),
)
_NUMBER: Final = r"^/[^/]+/(\d{6,})(?:-|/|$)"
MOST: Final = range(3000, 1_000_000)


def tenant_of(url: str) -> Tenant | None:
    """``careers.smartrecruiters.com/CO``, or ``jobs.smartrecruiters.com/CO``."""
    found = _HOST(url)
    return found and Tenant(unquote(found["tenant"]), "https://careers.smartrecruiters.com")


def first(tenant: Tenant) -> Query:
    """The first groups of its board; where there is no such address, the board's page itself."""
    board = f"/{quote(tenant.name)}"
    return Query(f"{board}/api/groups?page=0", otherwise=Query(board))


def read(body: bytes, tenant: Tenant, query: Query) -> Part:
    """Postings in groups, a few groups at a time until there are none, and a few of each group."""
    page, path = page_of(body), urlsplit(query.path).path
    rows = read_rows(_links(page.tree, tenant), lambda link: _job(link, tenant))
    after = query.offset + len(rows.jobs)
    if path.endswith("/api/more"):
        return _rest_of_group(rows, after, query)
    if not rows.count:
        check_empty(page, "openings", "openings-section")
    also = tuple(_more(page, tenant))
    if path.endswith("/api/groups"):
        following = Query(_turned(query.path), offset=after) if rows.count else None
        return Part(rows.jobs, following, unread=rows.unread, also=also)
    following = _next_page(page, tenant, after)
    grouped = following is None and any(True for _ in in_class(page.tree, "openings-section"))
    why = "its board's page may not show every group" if grouped else None
    return Part(rows.jobs, following, why, rows.unread, also)


def _rest_of_group(rows: Rows, after: int, query: Query) -> Part:
    """More of a group, whose first part said how many postings it has."""
    total = query.total or 0
    if after >= total:
        return rows.part()
    if not rows.count:
        return rows.part(None, f"a group of its list ended after {after} of {total} postings")
    return rows.part(Query(_turned(query.path), offset=after, total=total))


def _links(root: Element, tenant: Tenant) -> list[Element]:
    return [link for link in root.iter("a") if _target(link, tenant)]


def _target(link: Element, tenant: Tenant) -> str | None:
    """Where a link leads, if to a posting of this employer."""
    target = absolute(f"{tenant.api}/{tenant.name}/", link.get("href") or "#")
    if target is None or not re.search(_NUMBER, urlsplit(target).path):
        return None
    ours = urlsplit(target).netloc == urlsplit(tenant.api).netloc or tenant_of(target)
    name = unquote(urlsplit(target).path.split("/")[1])
    return target if ours and name.casefold() == tenant.name.casefold() else None


def _job(link: Element, tenant: Tenant) -> Job:
    url = _target(link, tenant) or ""
    number = re.search(_NUMBER, urlsplit(url).path)
    title = words(next(link.iter("h4"), None)) or words(link)
    told = posting(
        title=title,
        url=url.partition("?")[0],
        identifier=identifier(number[1]) if number else None,
        jobLocation=places([_place(link)]),
    )
    return Job(number[1] if number else "", told)


def _place(link: Element) -> str:
    """The heading of its group: a board is grouped by place unless it says otherwise."""
    group = next(link.iterancestors("section"), None)
    if group is None or any(
        (more.get("data-type") or "location") != "location" for more in in_class(group, "js-more")
    ):
        return ""
    return words(next(group.iter("h3"), None))


def _more(page: Page, tenant: Tenant) -> list[Query]:
    """The rest of each group that shows only its first postings."""
    found = []
    for link in in_class(page.tree, "js-more"):
        path, kind, value = (link.get(f"data-{name}") or "" for name in ("more", "type", "value"))
        group = next(link.iterancestors("section"), None)
        quantity = group.get("data-qty") if group is not None else None
        if not path.startswith("/") or group is None or not (quantity or "").isdigit():
            continue
        shown = len(_links(group, tenant))
        asked = urlencode({"type": kind, "value": unquote(value), "page": 1}, quote_via=quote)
        if shown < int(quantity or 0):
            found.append(Query(f"{path}?{asked}", offset=shown, total=int(quantity or 0)))
    return found


def _turned(path: str) -> str:
    """The next page of an address with a page number."""
    parts = urlsplit(path)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    asked["page"] = str(int(asked["page"]) + 1)
    return f"{parts.path}?{urlencode(asked, quote_via=quote)}"


def _next_page(page: Page, tenant: Tenant, offset: int) -> Query | None:
    """The board's own next page, where it has one."""
    link = next((each for each in page.tree.iter("a", "link") if each.get("rel") == "next"), None)
    link = link if link is not None else first_in_class(page.tree, "next")
    target = (
        absolute(f"{tenant.api}/{tenant.name}", link.get("href") or "#")
        if (link is not None)
        else None
    )
    if target is None or urlsplit(target).netloc != urlsplit(tenant.api).netloc:
        return None
    parts = urlsplit(target)
    return Query(f"{parts.path}?{parts.query}", offset=offset)


PLATFORM = Platform(
    "smartrecruiters",
    tenant_of,
    re.compile(_NUMBER),
    first,
    read,
    most=MOST,
    blank_ends=True,
)
