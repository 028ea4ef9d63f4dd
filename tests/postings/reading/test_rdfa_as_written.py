"""RDFa as people write it, where its rules would have it mean something else."""

from __future__ import annotations

from postings.model import Posting
from postings.reading import read_document

LIST = """
<div vocab="https://schema.org/" typeof="JobPosting"><a rel="nofollow" href="/jobs/1">
  <h2 property="title">Smith</h2></a><span property="jobLocation">Ulm</span></div>
<div vocab="https://schema.org/" typeof="JobPosting">
  <h2 property="title"><a href="/jobs/2">Miller</a></h2></div>
<div vocab="https://schema.org/" typeof="JobPosting"><h2 property="title">Baker</h2>
  <a property="url" href="/jobs/3">More</a></div>
"""


def read(html: str) -> tuple[Posting, ...]:
    return read_document(html.encode(), "https://x.example/", "text/html").postings


def test_a_link_around_a_title_leaves_it_with_its_posting() -> None:
    assert [(one.title, one.url) for one in read(LIST)] == [
        ("Smith", "https://x.example/jobs/1"),
        ("Miller", "https://x.example/jobs/2"),
        ("Baker", "https://x.example/jobs/3"),
    ]


def test_a_text_that_is_called_an_organization_is_its_name() -> None:
    html = """<div vocab="https://schema.org/" typeof="JobPosting"><b property="title">Smith</b>
        <span property="hiringOrganization" typeof="Organization">Northwind</span></div>"""
    assert [one.organization.name for one in read(html)] == ["Northwind"]


def test_an_organization_with_properties_or_an_address_stays_one() -> None:
    html = """<div vocab="https://schema.org/" typeof="JobPosting"><b property="title">Smith</b>
        <p property="hiringOrganization" typeof="Organization"><i property="name">Northwind</i></p>
        <p property="jobLocation" typeof="Place" resource="#hall">Hall</p></div>
        <div vocab="https://schema.org/" about="#hall"><i property="address">Ulm</i></div>"""
    [posting] = read(html)
    assert posting.organization.name == "Northwind"


def test_a_relation_of_the_vocabulary_is_followed() -> None:
    html = """<div vocab="https://schema.org/" typeof="JobPosting"><b property="title">Smith</b>
        <a rel="hiringOrganization" href="#firm"><i property="name">Northwind</i></a></div>"""
    assert [(one.title, one.organization.name) for one in read(html)] == [("Smith", "Northwind")]
