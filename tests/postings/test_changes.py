from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from postings.changes import told, types
from postings.diff import diff
from postings.model import Organization, Place, Posting, Salary
from postings.wire import changes_json, told_json

PAY = Salary(118_000, 140_000, "CHF", "YEAR")
BERN, THUN = Place(locality="Bern", country="CH"), Place(locality="Thun", country="CH")

NO_AMOUNTS = (
    "salary: min not given, max not given, currency CHF, unit not given → "
    "min not given, max not given, currency EUR, unit not given"
)
SUMMER_TIME = "2026-03-28T23:00:00+01:00 → 2026-03-29T23:00:00+02:00"


def of(before: Posting, after: Posting) -> list[tuple[str, str, bool]]:
    pay = asdict(after.salary) if after.salary else None
    changes = changes_json(diff(before, after), pay)
    assert {one["field"]: one["type"] for one in changes} == types(changes, pay)
    return [(one["type"], one["text"], one["material"]) for one in told_json(changes, pay)]


def one(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, str, bool]:
    (only,) = of(Posting(title="Engineer", **before), Posting(title="Engineer", **after))
    return only


@pytest.mark.parametrize(
    ("before", "after", "type_", "text"),
    [
        (PAY, Salary(125_000, 150_000, "CHF", "YEAR"), "salary_up",
         "salary up 7 %: 118,000–140,000 → 125,000–150,000 CHF a year"),
        (PAY, Salary(100_000, 140_000, "CHF", "YEAR"), "salary_down",
         "salary down 7 %: 118,000–140,000 → 100,000–140,000 CHF a year"),
        (Salary(100, 100, "CHF", "HOUR"), Salary(108, 108, "CHF", "HOUR"), "salary_up",
         "salary up 8 %: 100 → 108 CHF an hour"),
        (Salary(1000, None, "CHF", "YEAR"), Salary(1004, None, "CHF", "YEAR"), "salary_up",
         "salary up 0.4 %: 1,000 → 1,004 CHF a year"),
        (Salary(10**6, None, "CHF", "YEAR"), Salary(10**6 + 1, None, "CHF", "YEAR"), "salary_up",
         "salary up: 1,000,000 → 1,000,001 CHF a year"),
        (Salary(0, 0, "CHF", "YEAR"), Salary(5, 5, "CHF", "YEAR"), "salary_up",
         "salary up: 0 → 5 CHF a year"),
        (PAY, Salary(110_000, 150_000, "CHF", "YEAR"), "salary_changed",
         "salary: 118,000–140,000 → 110,000–150,000 CHF a year"),
        (Salary(118_000, None, "CHF", "YEAR"), PAY, "salary_changed",
         "salary: 118,000 → 118,000–140,000 CHF a year"),
        (PAY, Salary(118_000, 140_000, "EUR", "YEAR"), "salary_changed",
         "salary: 118,000–140,000 CHF a year → 118,000–140,000 EUR a year"),
        (Salary(10, 10, "CHF", None), Salary(10, 10, "CHF", "HOUR"), "salary_changed",
         "salary: 10 CHF → 10 CHF an hour"),
        (None, PAY, "salary_added", "salary: not given → 118,000–140,000 CHF a year"),
        (PAY, None, "salary_removed", "salary: 118,000–140,000 CHF a year → not given"),
        (Salary(currency="CHF"), Salary(currency="EUR"), "salary_removed", NO_AMOUNTS),
    ],
)  # fmt: skip
def test_salaries_move_by_a_share(
    before: Salary | None, after: Salary | None, type_: str, text: str
) -> None:
    assert one({"salary": before}, {"salary": after}) == (type_, text, True)


def test_a_salary_that_is_only_estimated_now_is_cosmetic() -> None:
    estimated = Salary(118_000, 140_000, "CHF", "YEAR", estimated=True)
    words = "118,000–140,000 CHF a year"
    assert one({"salary": PAY}, {"salary": estimated}) == (
        "salary_estimated", f"salary: {words}, now estimated", False,
    )  # fmt: skip
    assert one({"salary": estimated}, {"salary": PAY})[1].endswith("no longer estimated")


@pytest.mark.parametrize(
    ("before", "after", "type_", "text", "material"),
    [
        ((BERN,), (BERN, THUN), "place_added", "place added: Thun, CH", True),
        ((BERN, THUN), (BERN,), "place_removed", "place removed: Thun, CH", True),
        ((BERN,), (THUN,), "place_changed", "place: Bern, CH → Thun, CH", True),
        ((BERN,), (Place(street="Main St 1", locality="Bern", country="CH"),), "place_changed",
         "place: its address changed", False),
        ((Place(locality="Bern"),), (BERN,), "place_changed", "place: Bern → Bern, CH", False),
        ((Place(locality="BERN", country="CH"),), (BERN,), "place_changed",
         "place: BERN, CH → Bern, CH", False),
        ((BERN,), (Place(locality="Bern", country="US"),), "place_changed",
         "place: Bern, CH → Bern, US", True),
        ((BERN, BERN), (THUN, THUN), "place_changed", "place: Bern, CH → Thun, CH", True),
        ((Place(country="CH"),), (Place(region="BE", country="CH"),), "place_changed",
         "place: CH → BE, CH", True),
        ((), (BERN,), "place_added", "place added: Bern, CH", True),
        ((Place(latitude=1.0),), (BERN,), "place_added", "place added: Bern, CH", True),
    ],
)  # fmt: skip
def test_places_are_added_removed_or_merely_written_otherwise(
    before: tuple[Place, ...], after: tuple[Place, ...], type_: str, text: str, material: bool
) -> None:
    told_type, told_text, matters = one({"locations": before}, {"locations": after})
    assert (told_type, matters) == (type_, material)
    assert told_text in (text, text.replace("added: ", "added: not given → "))


@pytest.mark.parametrize(
    ("before", "after", "type_", "text"),
    [
        ("2026-04-01", "2026-04-15", "deadline_extended",
         "deadline extended by 14 days: 2026-04-01 → 2026-04-15"),
        ("2026-04-15", "2026-04-14", "deadline_shortened",
         "deadline shortened by 1 day: 2026-04-15 → 2026-04-14"),
        ("2026-04-01T12:00:00Z", "2026-04-01T18:00:00Z", "deadline_extended",
         "deadline extended by 6 hours: 2026-04-01T12:00:00Z → 2026-04-01T18:00:00Z"),
        ("2026-04-01T12:00:00Z", "2026-04-01T13:00:00Z", "deadline_extended",
         "deadline extended by 1 hour: 2026-04-01T12:00:00Z → 2026-04-01T13:00:00Z"),
        ("2026-04-01T12:00:00", "2026-04-01T12:10:00Z", "deadline_extended",
         "deadline extended by 10 min: 2026-04-01T12:00:00 → 2026-04-01T12:10:00Z"),
        ("2026-03-28T23:00:00+01:00", "2026-03-29T23:00:00+02:00", "deadline_extended",
         f"deadline extended by 23 hours: {SUMMER_TIME}"),
        ("2026-04-01", "2026-04-01T18:00:00Z", "deadline_changed",
         "deadline: 2026-04-01 → 2026-04-01T18:00:00Z"),
        ("soon", "2026-04-01", "deadline_changed", "deadline: soon → 2026-04-01"),
        (None, "2026-04-01", "deadline_added", "deadline: not given → 2026-04-01"),
        ("2026-04-01", None, "deadline_removed", "deadline: 2026-04-01 → not given"),
    ],
)  # fmt: skip
def test_deadlines_are_extended_or_shortened(
    before: str | None, after: str | None, type_: str, text: str
) -> None:
    assert one({"valid_through": before}, {"valid_through": after}) == (type_, text, True)


@pytest.mark.parametrize(
    ("before", "after", "type_", "text"),
    [
        ({"remote": "remote"}, {"remote": "hybrid"}, "work_place",
         "place of work: remote → hybrid"),
        ({"remote": None}, {"remote": "on_site"}, "work_place",
         "place of work: not given → on site"),
        ({"employment_types": ("FULL_TIME",)}, {"employment_types": ("FULL_TIME", "PART_TIME")},
         "values_added", "employment added: PART_TIME"),
        ({"skills": ("Python", "Go")}, {"skills": ("Go",)}, "values_removed",
         "skills removed: Python"),
        ({"education": ("bachelor",)}, {"education": ("master",)}, "values_changed",
         "education: bachelor → master"),
        ({"experience_months": 24}, {"experience_months": 36}, "changed", "experience: 24 → 36"),
        ({"work_hours": None}, {"work_hours": "40 h"}, "added", "work hours: not given → 40 h"),
        ({"work_hours": "40 h"}, {"work_hours": None}, "taken_out",
         "work hours: 40 h → not given"),
        ({"benefits": None}, {"benefits": "word " * 40}, "added", "benefits: added"),
        ({"benefits": "word " * 40}, {"benefits": None}, "taken_out", "benefits: taken out"),
        ({"benefits": "word " * 40}, {"benefits": "word " * 41 + "more"}, "reworded",
         "benefits: reworded (+2 −0 words)"),
    ],
)  # fmt: skip
def test_other_fields_say_what_came_and_went(
    before: dict[str, Any], after: dict[str, Any], type_: str, text: str
) -> None:
    assert one(before, after) == (type_, text, True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"benefits": "Build rockets."}, {"benefits": "Build rockets!"}),
        ({"description_html": "<p>Full-time</p>"}, {"description_html": "<p>FULL TIME</p>"}),
        ({"organization": Organization("A AG")}, {"organization": Organization("a, AG")}),
        ({"skills": ("python",)}, {"skills": ("Python",)}),
        ({"department": "IT"}, {"department": "Sales"}),
        ({"openings": 1}, {"openings": 2}),
        ({"language": "de"}, {"language": "en"}),
        ({"direct_apply": None}, {"direct_apply": True}),
        ({"apply_url": None}, {"apply_url": "https://example.org/apply"}),
    ],
)  # fmt: skip
def test_cosmetic_changes_are_recorded_and_not_material(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert one(before, after)[2] is False


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"description_html": "<p>10.5 days off</p>"}, {"description_html": "<p>105 days off</p>"}),
        ({"description_html": "<p>Knows C</p>"}, {"description_html": "<p>Knows C#</p>"}),
        ({"organization": Organization("Example")}, {"organization": Organization("Other")}),
        ({"applicant_locations": ("US",)}, {"applicant_locations": ("US", "CA")}),
        ({"qualifications": "Degree"}, {"qualifications": "No degree"}),
    ],
)
def test_material_changes_are_material(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert one(before, after)[2] is True


def test_a_title_in_other_letters_is_cosmetic_and_another_title_is_not() -> None:
    for title, material in (("ENGINEER (m/f)", False), ("Lead engineer m/f", True)):
        ((type_, _, matters),) = of(Posting(title="Engineer m/f"), Posting(title=title))
        assert (type_, matters) == ("changed", material)


def test_the_salary_comes_first_and_as_one() -> None:
    before = Posting(title="Engineer", salary=PAY, locations=(BERN,))
    after = Posting(
        title="Engineer", salary=Salary(125_000, 150_000, "CHF", "YEAR"), locations=(THUN,)
    )
    assert [type_ for type_, _, _ in of(before, after)] == ["salary_up", "place_changed"]
    changes = changes_json(diff(before, after), None)
    assert [change["type"] for change in changes] == ["place_changed", "salary_up", "salary_up"]
    assert told(changes, None)[0].fields == ("salary.min", "salary.max")
    assert told([], None) == ()
