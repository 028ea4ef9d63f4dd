"""What may be a name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdiff.config import parse_name
from postings.errors import UsageError


@pytest.mark.parametrize("name", ["One", "Bäcker & Söhne", "a  b", "شرکت\u200cها", "x" * 200])
def test_a_line_of_text_is_a_name(name: str) -> None:
    assert parse_name(name) == name


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        (" \t", "it is empty"),
        (" One", "begins or ends with a blank"),
        ("One\N{NO-BREAK SPACE}", "begins or ends with a blank"),
        ("One\nTwo", "has control characters in it"),
        ("One\x1b[31m", "has control characters in it"),
        ("One\u2028Two", "has control characters in it"),
        ("x" * 201, "longer than 200"),
    ],
)
def test_what_is_none_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        parse_name(text)


@given(st.text())
def test_a_name_is_printable_or_refused_in_one_line(text: str) -> None:
    told = ""
    try:
        name = parse_name(text)
    except UsageError as wrong:
        told = str(wrong)
    assert (told or name).splitlines() == [told or text]
