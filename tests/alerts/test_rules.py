from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest

from alerts.rules import Subject, age, decide, subject_of, yearly_salary
from postings.model import Organization, Place, Posting, Salary
from tests.alerts.factory import POSTING, event, rule
from tests.storage.world import at


def subject(posting: Posting = POSTING, kind: str = "new", **values: Any) -> Subject:
    told = {"tags": ("it",), "board": ("Example", "https://example.org/careers", "b1")} | values
    return Subject(kind, posting, at(0), **told)


def reason(posting: Posting = POSTING, *, kind: str = "new", **values: Any) -> str | None:
    return decide(rule(**values), subject(posting, kind)).reason


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
    decision = decide(rule(**everything), subject())
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
    nothing = subject(Posting())
    passed = decide(rule(**asked), nothing)
    assert passed.matches
    assert passed.unknown == (name,)
    dropped = decide(rule(**asked, require=[name]), nothing)
    assert dropped.reason == f"{name} is missing and required"


@pytest.mark.parametrize(("floor", "is_known"), [(100_000, False), (60_000, True)])
def test_of_a_salary_that_only_begins_somewhere_the_most_is_not_said(
    floor: int, is_known: bool
) -> None:
    open_ended = replace(POSTING, salary=Salary(min=60_000, currency="CHF", unit="YEAR"))
    asked = rule(salary_at_least=f"{floor} CHF/YEAR")
    assert decide(asked, subject(open_ended)).matches
    assert decide(asked, subject(open_ended)).unknown == (() if is_known else ("salary",))
    needed = rule(salary_at_least=f"{floor} CHF/YEAR", require="salary")
    assert decide(needed, subject(open_ended)).matches == is_known


def test_a_salary_in_another_currency_counts_as_not_said() -> None:
    decision = decide(rule(salary_at_least="200000 EUR/YEAR"), subject(POSTING))
    assert decision.unknown == ("salary",)
    needed = decide(rule(salary_at_least="1 EUR/YEAR", require="salary"), subject(POSTING))
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
    assert decide(rule(employer="x"), subject(nameless)).unknown == ("employer",)


# --- what else a rule can ask for --------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"boards": "Example"}, {"boards": "Other"}),
        ({"boards": "https://example.org/careers"}, {"boards": "https://example.org"}),
        ({"not_employer": "Other"}, {"not_employer": "re:^example"}),
        ({"region": "BE"}, {"region": "ZH"}),
        ({"town": ["zürich", "bern"]}, {"town": "Ber"}),
        ({"remote": ["remote", "hybrid"]}, {"remote": "on_site"}),
        ({"employment_type": ["FULL_TIME", "INTERN"]}, {"employment_type": "INTERN"}),
        ({"language": "de"}, {"language": ["en", "fr"]}),
        ({"max_age": "3d"}, {"max_age": "1h"}),
    ],
)
def test_each_of_the_other_filters(asked: dict[str, Any], refused: dict[str, Any]) -> None:
    place = Place(locality="Bern", region="BE", country="CH")
    said = replace(
        POSTING,
        locations=(place,),
        remote="hybrid",
        employment_types=("FULL_TIME",),
        language="de-CH",
        date_posted="2026-02-28",
    )
    assert reason(said, **asked) is None
    told = reason(said, **refused)
    assert told is not None
    name = next(iter(refused)).removeprefix("not_")
    decision = decide(rule(**refused), subject(said))
    assert decision.filter == {"max_age": "age"}.get(name, name)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("region", {"region": "BE"}),
        ("town", {"town": "Bern"}),
        ("remote", {"remote": "remote"}),
        ("employment_type", {"employment_type": "INTERN"}),
        ("language", {"language": "de"}),
        ("age", {"max_age": "1d"}),
    ],
)
def test_the_others_too_pass_what_is_not_said(name: str, asked: dict[str, Any]) -> None:
    assert decide(rule(**asked), subject(Posting())).unknown == (name,)
    needed = decide(rule(**asked, require=name), subject(Posting()))
    assert needed.reason == f"{name} is missing and required"
    assert needed.filter == name


def test_a_date_that_is_none_has_no_age() -> None:
    assert age(Posting(date_posted="soon"), at(0)) is None
    assert age(Posting(date_posted="2026-03-01T12:00:00+00:00"), at(1)) == timedelta(days=1)


@pytest.mark.parametrize(
    ("changed", "fields", "matches"),
    [
        ("salary", ["salary.max"], True),
        ("salary.max", ["salary.max"], True),
        ("salary.max", ["salary.min"], False),
        ("description", ["description_text"], True),
        ("title", ["salary.max", "title"], True),
        (["title", "locations"], ["salary.max"], False),
    ],
)
def test_a_rule_can_ask_which_fields_changed(
    changed: str | list[str], fields: list[str], matches: bool
) -> None:
    asked = rule(changed=changed)
    assert asked.kinds == ("changed",)
    assert decide(asked, subject(kind="changed", changed=tuple(fields))).matches is matches


def test_which_fields_changed_is_no_question_to_a_new_posting() -> None:
    asked = rule(kinds=["new", "changed"], changed="salary")
    assert decide(asked, subject(kind="new")).matches
    assert not decide(asked, subject(kind="changed", changed=("title",))).matches


def test_a_hidden_posting_never_matches() -> None:
    assert decide(rule(), subject()).matches
    assert decide(rule(), subject(mark="saved")).matches
    assert decide(rule(), subject(mark="hidden")).filter == "hidden"


@pytest.mark.parametrize("bomb", ["re:(a+)+$", "re:(a|a)*b", "re:(.*a){20}$", "re:(x+x+)+y"])
def test_no_pattern_takes_longer_than_its_text(bomb: str) -> None:
    long = replace(POSTING, description_html=f"<p>{'a' * 50_000}!</p>", title="a" * 900 + "!")
    begun = perf_counter()
    reason(long, title=bomb, text=bomb)
    assert perf_counter() - begun < 5


def test_text_that_no_encoding_has_is_searched_all_the_same() -> None:
    broken = replace(POSTING, title="Senior \ud800 Cook")
    assert reason(broken, title="re:cook$") is None
    assert reason(broken, title="cook") is None
