"""Loose JSON: wrapped, empty and odd values; raw nodes made storable; employment types."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.fields.employment import employment_types
from postings.fields.tidy import tidy
from postings.fields.values import (
    folded,
    is_absent,
    is_placeholder,
    line_of,
    listed,
    number_of,
    present,
    scalar_text,
    texts,
    unwrapped,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)


@pytest.mark.parametrize(
    "text", ["", " ", "-", "…", "N/A", "undefined", "null", "${city}", "{{title}}", "{jobId}",
             "%TITLE%", "[object Object]", " " * 99],
)  # fmt: skip
def test_placeholders_say_nothing(text: str) -> None:
    assert is_placeholder(text)
    assert is_absent(text)


@pytest.mark.parametrize("text", ["Chef", "C++", "(Senior) Cook", "$ 5", "NA", "{a} b", "x" * 99])
def test_words_say_something(text: str) -> None:
    assert not is_placeholder(text)


def test_emptiness_goes_deep() -> None:
    assert is_absent({"@type": "Place", "address": {"x": ["", None, float("nan")]}})
    assert not is_absent({"@type": "Place", "address": {"x": ["", 0]}})
    deep: Any = ""
    for _ in range(20):
        deep = [deep]
    assert not is_absent(deep)


def test_names_lose_prefix_and_case_and_the_first_that_speaks_wins() -> None:
    node = {"schema:Title": "", "http://schema.org/title": "A", "TITLE": "B"}
    assert folded(node) == {"title": "A"}


def test_wrapped_values_open() -> None:
    assert unwrapped({"@value": {"@list": [1]}}) == [1]
    assert unwrapped({"name": 1}) == {"name": 1}
    wrapped: Any = 1
    for _ in range(20):
        wrapped = {"@value": wrapped}
    assert isinstance(unwrapped(wrapped), dict)
    assert listed([[1, [2]], {"@set": [3]}, ""]) == [1, 2, 3]
    deep: Any = [1]
    for _ in range(20):
        deep = [deep]
    assert listed([deep, 2]) == [2]


def test_texts_in_values() -> None:
    assert texts(["a", 1, 2.5, True, {"name": ["b", "c"]}, {"x": "d"}, None]) == [
        "a",
        "1",
        "2.5",
        "b",
    ]
    assert texts(None) == []
    assert line_of(["<b></b>", "x"]) == "x"
    assert line_of({"y": "n"}, "x", "y") == "n"
    assert present({"a": "", "b": {"@value": 1}}, "a", "b") == 1
    assert present({}, "a") is None


def test_scalars_as_text() -> None:
    assert scalar_text(331661) == "331661"
    assert scalar_text(2.0) == "2"
    assert scalar_text(float("inf")) is None
    assert scalar_text(10**100) is None
    assert scalar_text([]) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1), (2.0, 2), (2.5, 2.5), ("60 000.00", 60000), ("x", None), (True, None), ("nan", None),
     (10**30, None), (None, None), (1e20, 1e20)],
)  # fmt: skip
def test_numbers(value: Any, number: float | None) -> None:
    assert number_of(value) == number


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_tidy_nodes_can_be_stored(node: dict[str, Any]) -> None:
    stored = json.dumps(tidy(node), allow_nan=False, ensure_ascii=False)
    assert "\x00" not in json.loads(json.dumps(tidy({"a": "\x00"})))["a"]
    stored.encode()


def test_tidy_cuts_depth_and_drops_what_is_no_json() -> None:
    assert tidy({"a": {"b": {"c": 1}}}, 2) == {"a": {"b": None}}
    assert tidy({"a": 10**400, "b": float("inf"), "c": (1, object())}) == {
        "a": None, "b": None, "c": [1, None],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "types"),
    [
        ([], ()),
        (["FULL_TIME"], ("FULL_TIME",)),
        (["Part-time / full-time"], ("PART_TIME", "FULL_TIME")),
        (["Vollzeit, Teilzeit"], ("FULL_TIME", "PART_TIME")),
        (["Temps plein"], ("FULL_TIME",)),
        (["CDD", "Praktikum"], ("TEMPORARY", "INTERN")),
        (["unbefristet"], ("OTHER",)),
        (["permanent contract"], ("OTHER",)),
        (["https://schema.org/FullTime"], ("FULL_TIME",)),
        (["Term Time"], ("OTHER",)),
    ],
)
def test_employment_types(said: list[str], types: tuple[str, ...]) -> None:
    assert employment_types(said) == types
