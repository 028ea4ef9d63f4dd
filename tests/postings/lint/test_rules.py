"""Shapes beside the examples of docs/lint.md."""

from __future__ import annotations

from typing import Any

import pytest

from postings.lint.at import At, shown
from postings.lint.page import page_of
from postings.lint.positions import positions
from tests.postings.lint.clean import CLEAN, found, node, of_page, page

AMOUNT = {"@type": "QuantitativeValue", "value": 60000, "unitText": "YEAR"}


def pay(**changes: Any) -> dict[str, Any]:
    """The clean posting with another salary."""
    return node(
        {"baseSalary": {"@type": "MonetaryAmount", "currency": "CHF", "value": AMOUNT} | changes}
    )


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("Cook #4821", "title-has-code"),
        ("Cook, Req ID: 12345", "title-has-code"),
        ("Cook HB-17", "title-has-code"),
        ("Cook AB-1234", "title-has-code"),
        ("Summer cook 2026", "title-has-date"),
        ("Cook 60k EUR", "title-has-salary"),
        ("Cook (25 / hour)", "title-has-salary"),
        ("Cook 🔥", "title-decorated"),
        ("Cook | Quay 3", "title-has-location"),
    ],
)
def test_titles_that_say_too_much(title: str, rule: str) -> None:
    assert found(node({"title": title})) == [rule]


@pytest.mark.parametrize(
    "title",
    ["C++ developer", "Köch*in (m/w/d)", "ISO-9001 auditor", "Cook – night shift", "IT", "QA, L3",
     "HB pencil maker", "Cook (60-100%)"],
)  # fmt: skip
def test_titles_that_name_the_job(title: str) -> None:
    assert found(node({"title": title})) == []


def test_a_company_is_found_without_its_legal_form() -> None:
    firm = {"hiringOrganization": {"name": "Harbour Bakery AG"}}
    assert found(node({**firm, "title": "Cook, Harbour Bakery"})) == ["title-has-company"]
    assert found(node({**firm, "title": "Cook, Harbour Bakery AG"})) == ["title-has-company"]
    assert found(node({"hiringOrganization": {"name": "AB"}, "title": "AB tester"})) == []


def test_a_long_description_is_measured_without_its_markup() -> None:
    assert found(node({"description": "<p>Cook</p>" + "<br>" * 1000})) == ["description-short"]
    assert found(node({"description": ["<p>Bread &amp;amp; cakes.</p>" * 9, 7]})) == [
        "description-escaped-twice"
    ]


@pytest.mark.parametrize(
    ("posted", "through", "rules"),
    [
        ("2026-03-02T13:00:00", "2026-04-01", ["date-posted-in-future"]),
        ("2026-03-02", "2026-04-01", []),
        ("2026-03-01T13:00:00Z", "2026-04-01", ["date-posted-in-future"]),
        ("2026-02-20T10:00:00Z", "2026-02-20T09:00:00Z", ["valid-through-before-date-posted"]),
        ("2026-02-20T10:00:00Z", "2026-02-20T09:00:00", ["valid-through-before-date-posted"]),
        ("2026-02-20T10:00:00Z", "2026-04-20T09:00:00Z", []),
        ("2026-02-20", "1970-01-01", ["valid-through-before-date-posted"]),
        ("2026-02-20", "2026-02-20", ["valid-through-placeholder"]),
        ("2026-02-20", ["2026-04-01"], []),
        (1771545600000, "2026-04-01", ["date-posted-not-iso"]),
        (20260220, "2026-04-01", ["date-posted-not-iso"]),
        ("soon", "2026-04-01", ["date-posted-not-iso"]),
        ("9999-12-31T23:59:59-12:00", "2026-04-01", ["date-posted-in-future",
                                                     "valid-through-before-date-posted"]),
    ],
)  # fmt: skip
def test_dates(posted: Any, through: Any, rules: list[str]) -> None:
    told = found(node({"datePosted": posted, "validThrough": through}))
    assert told == rules


def test_the_organization_may_be_a_list() -> None:
    assert found(node({"hiringOrganization": [{"name": "Harbour Bakery"}]})) == []


def test_address_parts_on_the_place_itself_are_no_address() -> None:
    place = {"@type": "Place", "addressLocality": "Lucerne"}
    told = found(node({"jobLocation": place}))
    assert told == ["job-location-without-address", "address-country-missing", "address-incomplete"]
    assert found(node({"jobLocation": {"@type": "Place", "name": "Lucerne"}})) == [
        "job-location-without-address"
    ]


def test_a_text_address_is_none() -> None:
    told = found(node({"jobLocation": {"@type": "Place", "address": "Lucerne, CH"}}))
    assert told == ["job-location-without-address"]


def test_hybrid_in_words_of_its_own_is_not_telecommuting() -> None:
    remote = {
        "jobLocationType": "TELECOMMUTE",
        "applicantLocationRequirements": {"@type": "Country", "name": "CH"},
    }
    mode = {"additionalProperty": {"name": "Work mode", "value": "hybrid"}}
    assert found(node(remote)) == []
    assert found(node({**remote, **mode})) == ["telecommute-not-fully"]


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ("no requirements", []),
        ({"name": "apprenticeship"}, ["education-invalid"]),
        ("A degree", ["education-invalid"]),
        ({"credentialCategory": ["high school", "bachelor degree"]}, []),
    ],
)
def test_education(value: Any, rules: list[str]) -> None:
    assert found(node({"educationRequirements": value})) == rules


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ("no requirements", []),
        ({"monthsOfExperience": "24"}, []),
        ({"monthsOfExperience": "two years"}, ["experience-invalid"]),
        ({"monthsOfExperience": True}, ["experience-invalid"]),
        ({"description": "some"}, ["experience-invalid"]),
    ],
)
def test_experience(value: Any, rules: list[str]) -> None:
    assert found(node({"experienceRequirements": value})) == rules


@pytest.mark.parametrize(
    ("salary", "rules"),
    [
        ("60000 CHF a year", ["base-salary-not-an-amount", "base-salary-not-a-number"]),
        (60000, ["base-salary-not-an-amount"]),
        (0, ["base-salary-not-an-amount", "base-salary-zero"]),
        ({"currency": "CHF"}, ["base-salary-value-missing", "base-salary-unit-missing"]),
        ({"currency": "CHF", "minValue": 1, "maxValue": 2, "unitText": "YEAR"},
         ["base-salary-not-an-amount", "base-salary-unit-on-amount"]),
        ({"currency": "CHF", "value": {"minValue": 0, "maxValue": 0, "unitText": "YEAR"}},
         ["base-salary-zero", "base-salary-zero"]),
        ({"currency": "CHF", "value": {"maxValue": 5, "unitText": "YEAR"}},
         ["base-salary-range-open"]),
        ({"currency": "CHF", "value": {"minValue": "a lot", "maxValue": 5, "unitText": ["YEAR"]}},
         ["base-salary-not-a-number", "base-salary-unit-unknown"]),
    ],
)  # fmt: skip
def test_salaries(salary: Any, rules: list[str]) -> None:
    told = [
        rule for rule in found(node({"baseSalary": salary})) if rule != "base-salary-unreadable"
    ]
    assert told == rules


def test_an_employment_type_that_means_nothing_is_told_once() -> None:
    assert found(node({"employmentType": "Term Time"})) == ["employment-type-invalid"]
    assert found(node({"employmentType": ["FULL_TIME", {"a": 1}]})) == ["employment-type-invalid"]


def test_habits_are_told_once_a_posting() -> None:
    told = {"industry": "", "skills": None, "benefits": ["N/A", "-"], "Qualifications": "x"}
    assert found(node(told)) == ["value-empty", "value-placeholder"]
    five = {f"industry{number}": "" for number in range(5)}
    assert found(node(five)) == ["value-empty"]


def test_a_prefixed_name_is_spelt_right() -> None:
    assert found(node({"schema:title": "Pastry cook"}, "title")) == []
    assert found(node({"baseSalary": [{"Currency": "CHF", "value": AMOUNT}]})) == ["name-misspelt"]


# --- the page around it --------------------------------------------------------------------------


def rules(body: bytes) -> list[str]:
    return [finding.rule for finding in of_page(body)]


def test_a_page_that_shows_another_title() -> None:
    other = "<h1>Baker</h1><p>" + "Bread. " * 40 + "</p><a href=/a>Apply</a>"
    assert rules(page(CLEAN)) == []
    assert rules(page(CLEAN, body=other)) == ["title-not-visible"]
    assert rules(page(CLEAN, body="<a href=/a>Apply</a>")) == []


def test_a_title_in_a_script_or_comment_is_not_shown() -> None:
    hidden = "<script>'Pastry cook'</script><!-- Pastry cook --><template>Pastry cook</template>"
    filler = "<p>" + "Bread. " * 40 + "<?x?> more</p><a href=/a>Apply</a>"
    assert rules(page(CLEAN, body=hidden + filler)) == ["title-not-visible"]
    assert rules(page(CLEAN, body=f"{hidden} Pastry<b> cook</b>{filler}")) == []


def test_a_page_without_a_way_to_apply() -> None:
    body = "<h1>Pastry cook</h1>"
    assert rules(page(CLEAN, body=body + "<form></form>")) == []
    assert rules(page(CLEAN, body=body)) == ["no-way-to-apply"]
    contact = node({"applicationContact": {"@type": "ContactPoint", "email": "a@example.org"}})
    assert rules(page(contact, body=body)) == []


def test_what_is_no_html_is_no_page() -> None:
    assert page_of(b"<p>Bread</p>", None, 100) is not None
    assert page_of(b"", None, 100) is None
    assert page_of(b'{"a": 1}', None, 100) is None


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ('<link rel="canonical" href="/jobs/7">', []),
        ('<link rel="canonical" href="">', []),
        ('<link rel="stylesheet" href="/jobs/8">', []),
        ('<link rel="canonical" href="http://[">', []),
        ('<link rel="canonical" href="https://example.org/jobs/8">', ["url-not-canonical"]),
        ('<meta name="robots" content="all">', []),
        ('<meta name="viewport" content="noindex">', []),
        ('<meta name="Robots" content="NOINDEX, follow">', ["page-noindex"]),
    ],
)
def test_what_a_page_says_of_itself(head: str, told: list[str]) -> None:
    assert rules(page(CLEAN, head=head)) == told


# --- paths and lines -----------------------------------------------------------------------------


def test_paths_are_json_paths() -> None:
    assert shown(()) == "$"
    assert shown(("a", 0, "@id", "b c")) == "$.a[0]['@id']['b c']"


def test_a_name_that_says_something_comes_first() -> None:
    at = At({"Title": "", "title": "Cook"})
    found_at = at.get("title")
    assert found_at is not None
    assert (found_at.value, found_at.path) == ("Cook", ("title",))
    empty = At({"title": ""}).get("title", "name")
    assert empty is not None
    assert empty.value == ""
    assert At("text").get("title") is None


def test_values_are_opened_one_by_one() -> None:
    at = At([{"@value": "a"}, [["b"], ""], {"@list": ["c"]}, {"name": "d"}])
    assert [item.value for item in at.each()] == ["a", "b", "c", {"name": "d"}]
    deep: Any = "deep"
    for _ in range(300):
        deep = [deep]
    assert list(At(deep).each()) == []


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ('{"a": 1,\n"b": {"c": 2}}', (0, "b", "c"), 1),
        ('{"a": [1,\n{"c":\n 2}]}', (0, "a", 1, "c"), 1),
        ('[1,\n"x", 3,\n4]', (0, 3), 2),
        ('{"a": "{\\"b\\": 1}",\n"b": 2}', (0, "b"), 1),
        ('{"a\\"b":\n1}', (0, 'a"b'), 0),
        ('{}\n{"a": 1}', (1, "a"), 1),
        ('{"a": 1}', (0, "b"), 0),
        ("", (0,), None),
        ("}],: 1 , : {a: 1,\n b: 2}", (1, "b"), 1),
    ],
)
def test_lines_in_a_block(text: str, path: Any, line: int | None) -> None:
    assert positions(text).line(path) == line


def test_other_names_for_required_properties_do_not_count() -> None:
    told = {
        "name": "Pastry cook",
        "jobDescription": CLEAN["description"],
        "dateExpires": "2026-04-01",
    }
    without = ("title", "description", "validThrough")
    assert found(node(told, *without)) == [
        "title-missing", "description-missing", "valid-through-missing",
    ]  # fmt: skip


def test_a_line_end_may_be_escaped_twice_too() -> None:
    told = found(node({"description": CLEAN["description"] + "&amp;#xa;"}))
    assert told == ["description-escaped-twice"]
