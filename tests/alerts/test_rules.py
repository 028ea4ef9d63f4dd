from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from alerts.rules import Subject, decide, subject_of, yearly_salary
from postings.model import Organization, Place, Posting, Salary
from tests.alerts.factory import POSTING, event, rule


def reason(posting: Posting = POSTING, *, kind: str = "new", **values: Any) -> str | None:
    return decide(rule(**values), Subject(kind, posting, ("it",))).reason


def test_a_rule_without_filters_takes_new_and_reopened() -> None:
    assert reason() is None
    assert reason(kind="reopened") is None
    assert reason(kind="removed") == "kind is removed"
    assert reason(kind="removed", kinds=["removed"]) is None


def test_a_change_without_substance_is_dropped() -> None:
    changes = [{"field": "industry", "before": "a", "after": "b", "material": False}]
    dull = subject_of(event(kind="changed", changes=changes), POSTING, ())
    assert decide(rule(kinds="changed"), dull).reason == "nothing material changed"
    changes = [*changes, {"field": "salary.max", "before": 1, "after": 2, "material": True}]
    news = subject_of(event(kind="changed", changes=changes), POSTING, ())
    assert decide(rule(kinds="changed"), news).matches


@pytest.mark.parametrize(
    ("words", "matches"),
    [
        ("python", True),
        ("PYTHON", True),
        ("pytho", False),
        ("python  engineer", True),
        ("engineer python", False),
        ("re:^(senior|staff) ", True),
        ("re:^staff", False),
        ("re:PYTH", True),
        (["java", "python"], True),
    ],
)
def test_title_words_match_whole_in_any_case(words: str | list[str], matches: bool) -> None:
    assert (reason(title=words) is None) is matches
    assert (reason(not_title=words) is None) is not matches


@pytest.mark.parametrize(
    ("words", "matches"), [("c++", True), ("c", True), ("django", True), ("go", False)]
)
def test_text_words_may_end_in_signs(words: str, matches: bool) -> None:
    assert (reason(text=words) is None) is matches
    assert (reason(not_text=words) is None) is not matches


def test_every_drop_says_why() -> None:
    assert reason(title="java") == "title has none of java"
    assert reason(not_title="python") == "title has 'python'"
    assert reason(employer="acme") == "employer has none of acme"
    assert reason(country="DE") == "country is CH"
    assert reason(tags="finance") == "the board has none of the tags finance"
    assert reason(salary_at_least="130000 CHF/YEAR") == "salary is 120000 CHF/YEAR at most"


def test_each_filter_lets_in_what_it_asks_for() -> None:
    everything = {
        "title": "python",
        "text": "django",
        "employer": "example",
        "tags": ["it", "x"],
        "country": ["de", "ch"],
        "salary_at_least": "10000 CHF/MONTH",
        "require": ["title", "text", "employer", "country", "salary"],
    }
    decision = decide(rule(**everything), Subject("new", POSTING, ("it",)))
    assert decision.matches
    assert decision.unknown == ()


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("title", {"title": "python"}),
        ("text", {"text": "python"}),
        ("text", {"not_text": "python"}),
        ("employer", {"employer": "example"}),
        ("country", {"country": "CH"}),
        ("salary", {"salary_at_least": "1 CHF/HOUR"}),
    ],
)
def test_what_is_not_said_passes_and_is_named_unless_required(
    name: str, asked: dict[str, Any]
) -> None:
    subject = Subject("new", Posting())
    passed = decide(rule(**asked), subject)
    assert passed.matches
    assert passed.unknown == (name,)
    dropped = decide(rule(**asked, require=[name]), subject)
    assert dropped.reason == f"{name} is missing and required"


def test_a_salary_in_another_currency_counts_as_not_said() -> None:
    decision = decide(rule(salary_at_least="200000 EUR/YEAR"), Subject("new", POSTING))
    assert decision.unknown == ("salary",)
    needed = decide(rule(salary_at_least="1 EUR/YEAR", require="salary"), Subject("new", POSTING))
    assert not needed.matches


@pytest.mark.parametrize(
    ("salary", "yearly"),
    [
        (Salary(max=50, currency="CHF", unit="HOUR"), 104_000),
        (Salary(max=400, currency="CHF", unit="DAY"), 104_000),
        (Salary(max=2_000, currency="CHF", unit="WEEK"), 104_000),
        (Salary(min=8_000, currency="CHF", unit="MONTH"), 96_000),
        (Salary(min=1, max=9, currency="CHF", unit="YEAR"), 9),
        (Salary(currency="CHF", unit="YEAR"), None),
        (Salary(max=9, currency="CHF"), None),
        (Salary(max=9, unit="YEAR"), None),
        (None, None),
    ],
)
def test_salaries_are_compared_a_year(salary: Salary | None, yearly: float | None) -> None:
    assert yearly_salary(salary, "CHF") == yearly


def test_countries_of_applicants_count_as_places() -> None:
    remote = replace(POSTING, locations=(), applicant_locations=("US", "Bavaria"))
    assert reason(remote, country="US") is None
    assert reason(remote, country="CH") == "country is US"
    many = replace(POSTING, locations=(Place(), Place(country="FR"), Place(country="CH")))
    assert reason(many, country="CH") is None


def test_an_employer_without_a_name_is_not_said() -> None:
    nameless = replace(POSTING, organization=Organization(url="https://example.org"))
    assert decide(rule(employer="x"), Subject("new", nameless)).unknown == ("employer",)
