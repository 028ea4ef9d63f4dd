"""What a posting asks for: skills, education, experience."""

from __future__ import annotations

from typing import Any

import pytest

from postings.fields.requirements import education_of, experience_months_of, skills_of


@pytest.mark.parametrize(
    ("told", "months"),
    [
        ({"monthsOfExperience": 36}, 36),
        ({"monthsOfExperience": "3 years"}, 36),
        ({"description": "3 years"}, 36),
        ("5 years", 60),
        ("5+ years of experience", 60),
        ("one year", 12),
        ("1.5 years", 18),
        ("2-3 years", 24),
        ("1 year to less than 2 years", 12),
        ("at least 6 months", 6),
        ("mindestens 3 Jahre", 36),
        ("1 an(s)", 12),
        ("2 à 3 ans d\u2019expérience", 24),
        ("経験 3年", 36),
        (["senior", "2 years"], 24),
        ("entre 2 et 5 ans", 24),
        ("between 2 and 5 years", 24),
        ("zwischen 2 und 5 Jahren", 24),
        ("1 an d\u2019expérience", 12),
        ("3年以上", 36),
        ("at least 2 years", 24),
        ("Bachelor's degree and 3 years of experience, German a plus", 36),
        ("Abgeschlossene Ausbildung und 3 Jahre Erfahrung", 36),
        ("5 years within the sector", 60),
    ],
)
def test_months_of_experience(told: Any, months: float) -> None:
    assert experience_months_of({"experiencerequirements": told}) == months


@pytest.mark.parametrize(
    "told",
    [
        None, 24, "senior", {"monthsOfExperience": -1}, {"monthsOfExperience": 9999},
        "5 years with steel and 2 years with stone", "up to 2 years", "less than 1 year",
        "You are 18 years old", "2 years" + " of building bridges" * 10,
        {"value": 3, "unitText": "YEAR"}, "9 years - 8 years",
        "18 years or older", "must be 21+ years", "over 18 years", "between 18 and 65 years old",
        "3 years or less", "3年以内", "within 6 months", "12 month contract", "6 months probation",
        "3 year degree", "5 an hour", "in the last 5 years", "not required (2 years)",
        "2 years preferred", "contract: 12 months", "3 Jahre Ausbildung", "über 3 Jahre befristet",
    ],
)  # fmt: skip
def test_what_names_no_least_time_is_absent(told: Any) -> None:
    assert experience_months_of({"experiencerequirements": "3 years"}) == 36
    assert experience_months_of({"experiencerequirements": told}) is None


@pytest.mark.parametrize(
    ("told", "skills"),
    [
        ("Welding, Milling", ("Welding", "Milling")),
        (["Welding, Milling", "Turning"], ("Welding", "Milling", "Turning")),
        (
            ["Greet, seat and serve all guests", "Cook"],
            ("Greet, seat and serve all guests", "Cook"),
        ),
        ([{"name": "Welding"}], ("Welding",)),
    ],
)
def test_skills(told: Any, skills: tuple[str, ...]) -> None:
    assert skills_of({"skills": told}) == skills


@pytest.mark.parametrize(
    ("told", "education"),
    [
        ("Bachelor", ("Bachelor",)),
        ({"credentialCategory": ["bachelor degree", "postgraduate degree"]},
         ("bachelor degree", "postgraduate degree")),
        ({"credentialCategory": {"@type": "DefinedTerm", "name": "Bachelor"}}, ("Bachelor",)),
        ([{"educationalLevel": "Bachelor"}, {}, "Master"], ("Bachelor", "Master")),
        (None, ()),
    ],
)  # fmt: skip
def test_education(told: Any, education: tuple[str, ...]) -> None:
    assert education_of({"educationrequirements": told}) == education
