"""What counts as content: the fingerprint and the diff agree on it."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.content import COSMETIC, FIELDS
from postings.diff import diff
from postings.fingerprint import fingerprint
from postings.model import Identifier, Organization, Place, Posting, Salary, Source
from tests.postings.world import job

BASE = job(
    1,
    description_html="<p>Build &amp; test rockets in Zürich.</p>",
    locations=(Place(locality="Bern", country="CH"), Place(locality="Basel", country="CH")),
    employment_types=("FULL_TIME", "INTERN"),
    valid_through="2026-05-01T12:00:00+02:00",
    apply_url="https://example.org/apply/1?token=abc",
    skills=("Python", "SQL"),
)

VOLATILE = {
    "order of sets": replace(
        BASE,
        locations=BASE.locations[::-1],
        employment_types=BASE.employment_types[::-1],
        skills=("SQL", "Python", "SQL"),
    ),
    "white space and markup": replace(
        BASE, description_html="<div>Build  &amp;\n test\u200b <b>rockets</b> in Zürich.</div>"
    ),
    "entities": replace(BASE, description_html="<p>Build &#38; test rockets in Z&uuml;rich.</p>"),
    "decomposed letters": replace(
        BASE, description_html=unicodedata.normalize("NFD", BASE.description_html or "")
    ),
    "one instant in another zone": replace(BASE, valid_through="2026-05-01T10:00:00Z"),
    "a token in the application link": replace(BASE, apply_url="https://example.org/apply/1?t=9"),
    "a date that moves by itself": replace(
        BASE, date_posted="2026-03-20", date_modified="2026-03-20"
    ),
    "a logo with a signature": replace(
        BASE, organization=Organization("Example", logo="https://cdn.example.org/l?e=1")
    ),
    "where and how it was read": replace(BASE, source=Source("microdata", repaired=True)),
    "raw keys": replace(BASE, raw={"b": 1}),
    "positions on the map": replace(
        BASE, locations=tuple(replace(place, latitude=46.9) for place in BASE.locations)
    ),
}


@pytest.mark.parametrize("name", VOLATILE)
def test_what_is_volatile_is_no_change(name: str) -> None:
    assert VOLATILE[name] != BASE
    assert fingerprint(VOLATILE[name]) == fingerprint(BASE)
    assert diff(BASE, VOLATILE[name]) == ()


MATERIAL = {
    "title": replace(BASE, title="Engineer 1 (senior)"),
    "organization.name": replace(BASE, organization=Organization("Other")),
    "description_text": replace(BASE, description_html="<p>Build rockets.</p>"),
    "valid_through": replace(BASE, valid_through="2026-05-02T12:00:00+02:00"),
    "employment_types": replace(BASE, employment_types=("FULL_TIME",)),
    "locations": replace(BASE, locations=BASE.locations[:1]),
    "remote": replace(BASE, remote="hybrid"),
    "salary.max": replace(BASE, salary=Salary(100_001, 1, "CHF", "YEAR")),
    "salary.currency": replace(BASE, salary=Salary(100_001, 120_001, "EUR", "YEAR")),
    "skills": replace(BASE, skills=()),
    "experience_months": replace(BASE, experience_months=12),
}


@pytest.mark.parametrize("field", MATERIAL)
def test_what_a_reader_would_call_a_change_is_one(field: str) -> None:
    (change,) = diff(BASE, MATERIAL[field])
    assert (change.field, change.material) == (field, True)
    assert fingerprint(MATERIAL[field]) != fingerprint(BASE)


def test_a_change_shows_the_values_as_the_posting_has_them() -> None:
    after = replace(BASE, locations=BASE.locations[:1])
    (change,) = diff(BASE, after)
    assert [place["locality"] for place in change.before] == ["Bern", "Basel"]
    (change,) = diff(BASE, replace(BASE, skills=("Go",)))
    assert change.after == ["Go"]
    (change,) = diff(BASE, replace(BASE, identifier=Identifier(value="R-2")))
    assert (change.before, change.after, change.material) == ("R-1", "R-2", False)


def test_a_salary_that_vanishes_is_told_field_by_field() -> None:
    changes = {change.field: change.after for change in diff(BASE, replace(BASE, salary=None))}
    assert changes == {
        "salary.min": None,
        "salary.max": None,
        "salary.currency": None,
        "salary.unit": None,
    }


def test_letter_case_of_a_title_is_cosmetic() -> None:
    (change,) = diff(BASE, replace(BASE, title="ENGINEER 1"))
    assert not change.material


def test_cosmetic_fields_are_fields() -> None:
    assert set(FIELDS) >= COSMETIC


@pytest.mark.parametrize("spelled", ["2026-99-99T12:00:00Z", "0001-01-01T00:00:00+14:00", "T"])
def test_impossible_times_are_compared_as_written(spelled: str) -> None:
    odd = replace(BASE, valid_through=spelled)
    assert diff(odd, odd) == ()
    assert fingerprint(odd) == fingerprint(replace(odd, raw={"x": 1}))


@given(st.text(max_size=80), st.text(max_size=80))
def test_equal_fingerprints_mean_an_empty_diff(one: str, other: str) -> None:
    a, b = Posting(title=one, benefits=other), Posting(title=other, benefits=one)
    assert (fingerprint(a) == fingerprint(b)) == (diff(a, b) == ())
