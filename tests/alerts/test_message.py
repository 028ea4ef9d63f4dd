from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.inert import line, plain, web_address
from alerts.message import Content, Message, check_templates
from alerts.message import compose as compose_message
from postings.errors import ConfigurationError
from tests.alerts.factory import event


def compose(
    rule: str, events: list[dict[str, Any]], unknown: dict[str, tuple[str, ...]]
) -> Message:
    return compose_message(Content(rule, events, unknown))


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
    assert "salary up 5 %: 100,000–110,000 → 100,000–120,000 CHF a year" in text
    assert "benefits: not given → a gym" in text
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
    events = [event(n, posting={"title": f"Cook {n}"}) for n in range(236)]
    events.append(event(999, kind="removed"))
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


# --- siblings, deadlines, boards ---------------------------------------------------------------


def nurses(number: int) -> list[dict[str, Any]]:
    towns = [{"locality": f"Town {n}", "region": None, "country": "CH"} for n in range(number)]
    return [event(n, posting={"title": "Nurse", "locations": [towns[n]]}) for n in range(number)]


def test_siblings_are_one_entry_with_their_number() -> None:
    message = compose("r", [*nurses(30), event(99)], {})
    assert "New: Nurse, 30 cities" in message.text
    assert "Town 0, CH; Town 1, CH; Town 2, CH and 27 more" in message.text
    assert message.text.count("https://example.org/jobs/") == 6
    assert "… and 25 more of them" in message.text
    assert "New: Senior Python Engineer" in message.text
    assert message.subject == "31 new (r)"
    assert compose("r", nurses(30), {}).subject == "New: Nurse, 30 cities at Example AG"


def test_siblings_of_different_kinds_or_with_changes_stay_apart() -> None:
    changes = [{"field": "title", "before": "a", "after": "b", "material": True}]
    changed = [one | {"kind": "changed", "changes": changes} for one in nurses(2)]
    gone = [one | {"kind": "removed", "id": f"r{n}"} for n, one in enumerate(nurses(2))]
    text = compose("r", [*changed, *gone], {}).text
    assert text.count("Changed: Nurse\n") == 2
    assert text.count("Removed: Nurse, 2 cities") == 1


def test_an_hourly_pay_says_what_it_comes_to_in_a_year() -> None:
    pay = {"min": 50, "max": 60, "currency": "CHF", "unit": "HOUR"}
    text = compose("r", [event(posting={"salary": pay})], {}).text
    assert "50–60 CHF/HOUR (about 104,000–124,800 a year)" in text


def test_a_short_channel_gets_fewer_entries_and_the_rest_counted() -> None:
    events = [event(n, posting={"title": f"Cook {n}"}) for n in range(40)]
    content = Content("r", events)
    for longest in (4_096, 2_000, 300):
        message = compose_message(content, at_most=20, longest=longest)
        assert len(message.text) <= longest
        assert " more: jobdiff events --json" in message.text
    assert len(compose_message(content, longest=40).text) == 40


@pytest.mark.parametrize("at_most", [1, 5, 40])
def test_at_most_so_many_are_told(at_most: int) -> None:
    events = [event(n, posting={"title": f"Cook {n}"}) for n in range(50)]
    text = compose_message(Content("r", events), at_most=at_most).text
    assert text.count("New: Cook") == at_most
    assert f"… and {50 - at_most} more" in text


def test_a_correction_says_that_it_is_one_and_why() -> None:
    evidence = [{"kind": "merged", "url": "u", "at": "t", "detail": "merged with another by me"}]
    wrong = event(kind="changed", retracts="e0", evidence=evidence)
    text = compose("r", [wrong], {}).text
    assert "What was told before was a mistake: Senior Python Engineer" in text
    assert "because: merged with another by me" in text


# --- templates ---------------------------------------------------------------------------------


def test_a_template_of_ones_own_replaces_the_other(tmp_path: Path) -> None:
    (tmp_path / "subject.txt").write_text("[jobs] {{ subject }}")
    (tmp_path / "message.txt").write_text("{% for e in entries %}* {{ e.title }}{% endfor %}")
    check_templates(str(tmp_path))
    message = compose_message(Content("r", [event()]), templates=str(tmp_path))
    assert message.subject == "[jobs] New: Senior Python Engineer at Example AG"
    assert message.text == "* Senior Python Engineer"
    assert message.html.startswith("<!doctype html>")


def test_what_a_page_says_is_never_a_template(tmp_path: Path) -> None:
    hostile = "{{7*7}} {% for x in y %} ${7*7} {0.__class__} {{config}}"
    (tmp_path / "message.txt").write_text("{{ entries[0].title }}")
    for folder in (None, str(tmp_path)):
        message = compose_message(
            Content("r", [event(posting={"title": hostile})]), templates=folder
        )
        for part in (message.subject, message.text, message.html):
            assert "49" not in part
            assert "{{7*7}}" in part


@pytest.mark.parametrize(
    "broken",
    [
        "{{ nothing }}",
        "{% for",
        "{{ ''.__class__.__mro__ }}",
        "{{ entries.append(1) }}",
        "{{ 1 / 0 }}",
        "{% include '../secret' %}",
    ],
)
def test_a_broken_template_never_keeps_news_back(tmp_path: Path, broken: str) -> None:
    (tmp_path / "message.txt").write_text(broken)
    message = compose_message(Content("r", [event()]), templates=str(tmp_path))
    assert "New: Senior Python Engineer" in message.text


def test_a_folder_of_templates_is_checked(tmp_path: Path) -> None:
    check_templates(str(tmp_path))
    with pytest.raises(ConfigurationError, match="is no folder"):
        check_templates(str(tmp_path / "nowhere"))
    (tmp_path / "message.html").write_text("fine\n{% for")
    with pytest.raises(ConfigurationError, match=r"message\.html, line 2: "):
        check_templates(str(tmp_path))


@pytest.mark.parametrize("broken", ["{{ entrys }}", "{{ ().__class__ }}", "{% include 'no' %}"])
def test_a_template_that_fails_when_it_is_used_is_found_when_it_is_checked(
    tmp_path: Path, broken: str
) -> None:
    told = "{{ one.title }} {{ one.urls[0] }} {{ one.each[0].name }}"
    (tmp_path / "subject.txt").write_text(f"{{% for one in entries %}}{told}{{% endfor %}}")
    check_templates(str(tmp_path))
    (tmp_path / "message.txt").write_text(broken)
    with pytest.raises(ConfigurationError, match=r"message\.txt"):
        check_templates(str(tmp_path))
