from __future__ import annotations

from typing import Any

import pytest

from postings.wording import label, place, salary, value_words

BERN = {"street": "Main St 1", "locality": "Bern", "region": "BE", "country": "CH"}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "not given"),
        ([], "not given"),
        (True, "yes"),
        (False, "no"),
        (1234, "1,234"),
        (28.5, "28.5"),
        (BERN, "Bern, BE, CH"),
        ([BERN, {**BERN, "locality": "Thun"}], "Bern, BE, CH; Thun, BE, CH"),
        (["FULL_TIME", "INTERN"], "FULL_TIME, INTERN"),
        ({"odd": 1}, "{'odd': 1}"),
        ("text", "text"),
    ],
)
def test_values_are_words(value: Any, words: str) -> None:
    assert value_words(value) == words


def test_a_place_is_its_town_and_its_street_only_where_nothing_else_is_known() -> None:
    assert place({"street": "Main St 1"}) == "Main St 1"
    assert place(None) == ""


def test_a_salary_says_what_is_known_of_it() -> None:
    assert salary(None) == ""
    assert salary({"currency": "CHF"}) == ""
    assert salary({"min": 28.5, "max": None, "currency": "CHF", "unit": "HOUR"}) == (
        "28.5 CHF an hour"
    )
    assert salary({"min": 5, "max": 5}) == "5"


def test_fields_are_called_by_words() -> None:
    assert label("valid_through") == "deadline"
    assert label("date_posted") == "date posted"
