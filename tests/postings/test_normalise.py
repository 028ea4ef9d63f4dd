"""A raw node becomes a posting, field by field."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.model import Identifier, Organization, Posting
from postings.normalise import posting_of

URL = "https://example.org/jobs/"


def read(**node: Any) -> Posting:
    return posting_of({"@type": "JobPosting", **node}, syntax="json-ld", url=URL)


def rules(posting: Posting) -> list[str]:
    return [problem.rule for problem in posting.problems]


def test_a_bare_node_is_all_unknown() -> None:
    posting = read()
    assert posting == Posting(raw={"@type": "JobPosting"})
    assert posting.description_text is None


def test_the_raw_node_is_kept_and_storable() -> None:
    raw = {"title": "a\x00b", "x": float("nan")}
    assert posting_of(raw, syntax="api:x", url="").raw == {"title": "ab", "x": None}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (" Chef &amp; <b>Cook</b>\n", "Chef & Cook"),
        ("undefined", None),
        (None, None),
        (["", "A"], "A"),
    ],
)
def test_titles(title: Any, expected: str | None) -> None:
    assert read(title=title).title == expected


def test_a_name_stands_in_for_a_title() -> None:
    assert read(name="Chef").title == "Chef"


def test_a_long_title_is_cut_and_flagged() -> None:
    posting = read(title="ü" * 600)
    assert posting.title == "ü" * 512
    assert rules(posting) == ["title-clipped"]
    assert rules(read(title="ü" * 300)) == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("7?jobId=1", "https://example.org/jobs/7?jobId=1"),
        ("www.example.com/a b", "https://www.example.com/a%20b"),
        ({"@id": "/x"}, "https://example.org/x"),
        ("…", None),
        ("<b></b>", None),
        ("javascript:alert(1)", None),
        ("${url}", None),
    ],
)
def test_urls(url: Any, expected: str | None) -> None:
    assert read(url=url).url == expected


def test_a_url_that_is_none_is_told() -> None:
    assert rules(read(url="javascript:alert(1)")) == ["url-unreadable"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Acme", Organization("Acme")),
        ({"legalName": "Acme", "sameAs": ["x:y", "https://a.example"]},
         Organization("Acme", "https://a.example")),
        ({"name": "A", "url": "/a", "logo": {"contentUrl": "/l.png"}},
         Organization("A", "https://example.org/a", "https://example.org/l.png")),
        ([{"name": "First"}, {"name": "Second"}], Organization("First")),
        (7, Organization()),
    ],
)  # fmt: skip
def test_organizations(value: Any, expected: Organization) -> None:
    assert read(hiringOrganization=value).organization == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("R-1", Identifier(None, "R-1")),
        (331661, Identifier(None, "331661")),
        ({"name": "Acme", "value": "200_en-US"}, Identifier("Acme", "200_en-US")),
        ({"sameAs": "1734294"}, Identifier(None, "1734294")),
        ([{"value": "${id}"}, {"name": "x"}, True, "R-2"], Identifier(None, "R-2")),
        ("{jobId}", Identifier()),
    ],
)
def test_identifiers(value: Any, expected: Identifier) -> None:
    assert read(identifier=value).identifier == expected


def test_where_to_apply() -> None:
    assert read(applyUrl="/apply").apply_url == "https://example.org/apply"
    action = [{"target": {"urlTemplate": "/go"}}]
    assert read(potentialAction=action).apply_url == "https://example.org/go"
    contact = {"email": "a@example.org"}
    assert read(applicationContact=["call us", contact], potentialAction="x").apply_url is None


def test_departments() -> None:
    assert read(employmentUnit={"name": "Steel"}).department == "Steel"
    inner = {"name": "A", "department": {"name": "Stone"}}
    assert read(hiringOrganization=inner).department == "Stone"
    assert read(hiringOrganization="A").department is None


def test_numbers_of_openings_and_months() -> None:
    assert read(totalJobOpenings="3").openings == 3
    assert read(totalJobOpenings=0).openings is None
    assert read(totalJobOpenings="3 places").openings == 3
    assert read(totalJobOpenings="3 to 5 places").openings is None
    assert read(totalJobOpenings={"value": 3}).openings == 3
    assert read(experienceRequirements={"monthsOfExperience": "36"}).experience_months == 36


def test_dates_that_cannot_be_read_are_told() -> None:
    posting = read(datePosted=["2026-01-01"], validThrough="01/02/2026", dateModified=1718035200000)
    assert posting.date_posted == "2026-01-01"
    assert (posting.valid_through, posting.date_modified) == (None, None)
    assert rules(posting) == ["date-modified-unreadable", "valid-through-unreadable"]
    assert read(validThrough={"@value": []}).valid_through is None
    assert rules(read(datePosted={"@type": "Date", "x": 1})) == ["date-posted-unreadable"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (False, False),
        ("TRUE", True),
        ("https://schema.org/False", False),
        ("si", None),
    ],
)
def test_direct_apply(value: Any, expected: bool | None) -> None:
    assert read(directApply=value).direct_apply is expected


def test_an_unknown_employment_type_is_other_and_told() -> None:
    posting = read(employmentType="Term Time")
    assert posting.employment_types == ("OTHER",)
    assert rules(posting) == ["employment-type-unknown"]
    assert rules(read(employmentType="OTHER")) == []


def test_passages_and_lists() -> None:
    posting = read(
        qualifications="<ul><li>One</li><li>Two</li></ul>",
        responsibilities=["Plan", "", "Build"],
        jobBenefits={"description": "Lunch"},
        skills=["Python, SQL", "Reads a lot of long books about the history of engineering.\nFast"],
        educationRequirements=[{"credentialCategory": "bachelor degree"}, "N/A", "bachelor degree"],
        industry=[{"name": "Steel"}, "Stone", "Steel"],
        workHours="40",
    )
    assert posting.qualifications == "One\nTwo"
    assert posting.responsibilities == "Plan\nBuild"
    assert posting.benefits == "Lunch"
    assert posting.skills == (
        "Python", "SQL", "Reads a lot of long books about the history of engineering.", "Fast",
    )  # fmt: skip
    assert posting.education == ("bachelor degree",)
    assert posting.industry == "Steel, Stone"
    assert posting.work_hours == "40"


def test_categories() -> None:
    assert read(occupationalCategory=["15-1132.00", {"codeValue": "9"}]).occupational_category == (
        "15-1132.00, 9"
    )
    occupation = {"occupationalCategory": {"name": "Developers"}}
    assert read(relevantOccupation=occupation).occupational_category == "Developers"
    assert read(relevantOccupation="Smith").occupational_category == "Smith"
    assert read(relevantOccupation=7).occupational_category is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [("en", "en"), ("de_ch", "de-CH"), ("German", "de"), ("Français", "fr"),
     ("zh-hant-tw", "zh-Hant-TW"),
     ({"alternateName": "fr"}, "fr"), ("plain English", None)],
)  # fmt: skip
def test_languages(value: Any, expected: str | None) -> None:
    assert read(inLanguage=value).language == expected


def test_a_withdrawn_currency_is_told() -> None:
    assert rules(read(baseSalary={"currency": "RUR", "value": 90000})) == ["currency-withdrawn"]
    assert rules(read(baseSalary={"currency": "RUB", "value": 90000})) == []


def test_a_salary_that_cannot_be_read_is_told() -> None:
    assert rules(read(baseSalary="Competitive")) == ["base-salary-unreadable"]


@pytest.mark.parametrize(
    "name", ["description", "hiringOrganization", "identifier", "jobLocation", "employmentType"]
)
def test_a_wrong_type_is_absent_and_told(name: str) -> None:
    found = rules(read(**{name: {"odd": {"shape": 1}}}))
    assert [rule for rule in found if rule.endswith("-unreadable")]


PROPERTIES = (
    "title url description datePosted validThrough hiringOrganization jobLocation employmentType"
    " baseSalary identifier directApply skills industry totalJobOpenings experienceRequirements"
    " inLanguage additionalProperty jobLocationType applicantLocationRequirements name value @id"
    " address addressCountry @value @type minValue currency"
).split()
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(PROPERTIES), inner)
)


@given(st.dictionaries(st.sampled_from(PROPERTIES), VALUES), st.text())
def test_never_raises(node: dict[str, Any], url: str) -> None:
    posting = posting_of(node, syntax="json-ld", url=url)
    assert posting_of(posting.raw, syntax="json-ld", url=url) == posting


def test_the_same_wherever_the_keys_stand() -> None:
    node = {"title": "A", "datePosted": "2026-01-01", "identifier": 5}
    other = dict(reversed(node.items()))
    assert posting_of(node, syntax="json-ld", url=URL) == posting_of(
        other, syntax="json-ld", url=URL
    )
