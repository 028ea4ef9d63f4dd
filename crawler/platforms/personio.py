"""Personio: the XML feed beside its career sites."""

from __future__ import annotations

import re

from lxml import etree

from crawler.platforms.nodes import identifier, organization, places, posting, section, types
from crawler.platforms.platform import Job, Node, Part, Platform, Query, Tenant, on_host
from crawler.platforms.xml import document, said

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
    feed = document(body, "workzag-jobs")
    return feed.part("position", lambda one: Job(said(one, "id"), node(one, tenant)))


def node(one: etree._Element, tenant: Tenant) -> Node:
    """One position as a JobPosting; the feed has no addresses, the sites have them all alike."""
    company = said(one, "subcompany")
    offices = [
        said(one, "office"),
        *(each.text for each in one.iterfind("additionalOffices/office")),
    ]
    return posting(
        title=said(one, "name"),
        url=f"{tenant.api}/job/{said(one, 'id')}",
        description="\n".join(
            section(said(each, "name"), said(each, "value"))
            for each in one.iterfind("jobDescriptions/jobDescription")
        ),
        identifier=identifier(said(one, "id"), company),
        hiringOrganization=organization(company),
        datePosted=said(one, "createdAt"),
        jobLocation=places(offices),
        employmentType=types(said(one, "schedule"), said(one, "employmentType")),
        department=said(one, "department"),
    )


PLATFORM = Platform("personio", tenant_of, re.compile(r"/job/\d+"), first, read)
