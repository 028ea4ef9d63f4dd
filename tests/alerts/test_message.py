from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.message import compose, line, plain, web_address
from tests.alerts.factory import event


def test_a_new_posting_in_words() -> None:
    message = compose("python in Bern", [event()], {})
    assert message.subject == "New: Senior Python Engineer at Example AG"
    assert message.text == (
        "New: Senior Python Engineer\n"
        "at Example AG · Bern, CH · 100,000–120,000 CHF/YEAR\n"
        "https://example.org/jobs/1\n"
        "\n"
        "Rule: python in Bern"
    )


def test_a_change_says_before_and_after_and_leaves_out_what_is_immaterial() -> None:
    changes = [
        {"field": "salary.max", "before": 110000, "after": 120000, "material": True},
        {"field": "benefits", "before": None, "after": "a gym", "material": True},
        {"field": "industry", "before": "a", "after": "b", "material": False},
    ]
    text = compose("r", [event(kind="changed", changes=changes)], {}).text
    assert "Changed: Senior Python Engineer" in text
    assert "salary.max: 110000 → 120000" in text
    assert "benefits: nothing → a gym" in text
    assert "industry" not in text


def test_a_removal_says_why_it_is_believed() -> None:
    evidence = [{"kind": "http_status", "url": "u", "at": "t", "detail": "answered 410"}]
    assert (
        "because: answered 410" in compose("r", [event(kind="removed", evidence=evidence)], {}).text
    )


def test_what_the_rule_could_not_test_is_said() -> None:
    assert "not said: salary" not in compose("r", [event()], {"e2": ("salary",)}).text
    assert "not said: salary" in compose("r", [event()], {"e1": ("salary",)}).text


def test_many_events_are_counted_and_the_rest_is_named() -> None:
    events = [event(number) for number in range(236)] + [event(999, kind="removed")]
    message = compose("python", events, {})
    assert message.subject == "236 new, 1 removed (python)"
    assert message.text.count("https://example.org/jobs/") == 20
    assert "… and 217 more" in message.text


def test_a_posting_that_says_nothing_is_still_told() -> None:
    bare: dict[str, Any] = {"title": None, "organization": None, "locations": [], "salary": None}
    message = compose("r", [event(posting=bare)], {})
    assert message.subject == "New: untitled"
    assert message.text.startswith("New: untitled\nhttps://example.org/jobs/1")


def test_places_beyond_three_are_counted() -> None:
    places = [{"locality": f"Town{number}", "country": None} for number in range(30)]
    text = compose("r", [event(posting={"locations": places})], {}).text
    assert "Town0; Town1; Town2 and 27 more" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "@everyone",
        "<!channel>",
        "<@U123>",
        "<https://evil.example|click>",
        "[free](https://evil.example)",
        "`code`",
        "![x](https://evil.example/x.png)",
        "https://evil.example",
    ],
)
def test_page_text_never_becomes_a_mention_or_a_link(hostile: str) -> None:
    message = compose("r", [event(posting={"title": hostile, "organization": hostile})], {})
    for trigger in ("@e", "@U", "<!", "<@", "<h", "](", "`c", "https://evil"):
        assert trigger not in message.text
        assert trigger not in message.subject


def test_a_title_with_line_breaks_is_one_line() -> None:
    message = compose("r", [event(posting={"title": "Cook\r\nBcc: all@example.org"})], {})
    assert message.subject == "New: Cook Bcc: all@\u200bexample.org at Example AG"


@given(st.text())
def test_a_line_is_one_line_without_controls(text: str) -> None:
    for made in (line(text, 40), plain(text, 40)):
        assert len(made.splitlines()) <= 1
        assert not set(made) & set("\x00\x1b\u202e\u2066")
    assert len(line(text, 40)) <= 40


def test_a_url_stays_what_it_is_and_carries_no_markup() -> None:
    assert web_address("https://a.example/x?y=1&z=%20#f") == "https://a.example/x?y=1&z=%20#f"
    assert web_address("https://a.example/(<@everyone>)[x]") == (
        "https://a.example/%28%3C%40everyone%3E%29%5Bx%5D"
    )
