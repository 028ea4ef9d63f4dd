"""Personio: the XML feed beside its career sites."""

from __future__ import annotations

import re

from lxml import etree

from crawler.platforms.nodes import identifier, organization, places, posting, section, types
from crawler.platforms.platform import Job, Node, Part, Platform, Query, Tenant, on_host, once

_HOST = on_host(
    r"(?P<host>(?P<tenant>[\w-]+)\.jobs\.personio\.(?:de|com))/", reserved=("www", "api")
)


def tenant_of(url: str) -> Tenant | None:
    """``S.jobs.personio.de``, or ``.com``."""
    found = _HOST(url)
    return found and Tenant(found["tenant"], f"https://{found['host']}")


def first(tenant: Tenant) -> Query:  # noqa: ARG001
    """The whole feed."""
    return Query("/xml?language=en")


def read(body: bytes, tenant: Tenant, query: Query) -> Part:  # noqa: ARG001
    """The feed is one page; a position may stand in it twice."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"it is no XML: {error}") from error
    if root.tag != "workzag-jobs":
        raise ValueError(f"it is a <{root.tag}>, not a feed of positions")
    positions = root.iterchildren("position")
    return Part(once(Job(_text(one, "id"), node(one, tenant)) for one in positions))


def node(one: etree._Element, tenant: Tenant) -> Node:
    """One position as a JobPosting; the feed has no addresses, the sites have them all alike."""
    company = _text(one, "subcompany")
    offices = [
        _text(one, "office"),
        *(each.text for each in one.iterfind("additionalOffices/office")),
    ]
    return posting(
        title=_text(one, "name"),
        url=f"{tenant.api}/job/{_text(one, 'id')}",
        description="\n".join(
            section(_text(each, "name"), _text(each, "value"))
            for each in one.iterfind("jobDescriptions/jobDescription")
        ),
        identifier=identifier(_text(one, "id"), company),
        hiringOrganization=organization(company),
        datePosted=_text(one, "createdAt"),
        jobLocation=places(offices),
        employmentType=types(_text(one, "schedule"), _text(one, "employmentType")),
        department=_text(one, "department"),
    )


def _text(one: etree._Element, name: str) -> str:
    return (one.findtext(name) or "").strip()


PLATFORM = Platform("personio", tenant_of, re.compile(r"/job/\d+"), first, read)
