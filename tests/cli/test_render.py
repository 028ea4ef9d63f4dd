from typing import Any

from rich.console import Console, RenderableType

from jobdiff.cli.render.events import events_table
from jobdiff.cli.render.postings import age_words, document_panel, snapshot_diff
from jobdiff.cli.render.values import differences, number, place, places, salary, value_words
from postings.model import Organization, Place, Posting, Problem, Salary
from postings.wire import posting_json

PAY = {"min": 125000, "max": 150000, "currency": "CHF", "unit": "YEAR", "estimated": False}


def shown(thing: RenderableType) -> str:
    console = Console(width=120, markup=False, highlight=False, emoji=False)
    with console.capture() as captured:
        console.print(thing)
    return captured.get()


def change(field: str, before: Any, after: Any) -> dict[str, Any]:
    return {"field": field, "before": before, "after": after, "material": True}


def told(*changes: dict[str, Any], pay: dict[str, Any] | None = None) -> list[str]:
    return [str(one) for one in differences(changes, pay)]


def test_all_parts_of_a_salary_are_one_difference() -> None:
    changes = change("salary.min", 118000, 125000), change("salary.max", 140000, 150000)
    assert told(*changes, pay=PAY) == [
        "salary up 7 %: 118,000–140,000 → 125,000–150,000 CHF a year"
    ]


def test_a_salary_that_appears_was_not_given_before() -> None:
    fields = ("min", "max", "currency", "unit")
    changes = [change(f"salary.{field}", None, PAY[field]) for field in fields]
    assert told(*changes, pay=PAY) == ["salary: not given → 125,000–150,000 CHF a year"]


def test_a_salary_that_is_now_an_estimate_is_told_too() -> None:
    [words] = told(change("salary.estimated", False, True), pay=PAY)
    assert "estimated" in words


def test_long_texts_are_told_by_how_many_words_differ() -> None:
    before = "You build rockets. " * 10
    changes = change("description_text", before, before + "And fly them.")
    assert told(changes) == ["description: reworded (+3 −0 words)"]
    assert told(change("benefits", None, before)) == ["benefits: added"]
    assert told(change("benefits", before, None)) == ["benefits: taken out"]


def test_enormous_texts_are_told_without_comparing_them() -> None:
    assert told(change("benefits", "a b " * 9000, "b a " * 9000)) == [
        "benefits: reworded (+18,000 −18,000 words)"
    ]


def test_values_are_words() -> None:
    bern = {"locality": "Bern", "region": "BE", "country": "CH", "street": None}
    assert value_words([bern, {**bern, "locality": "Thun"}]) == "Bern, BE, CH; Thun, BE, CH"
    assert value_words(True) == "yes"
    assert value_words([]) == "not given"
    assert place({"street": "Main St 1"}) == "Main St 1"
    assert places({"locations": [bern, bern], "remote": "remote"}) == "Bern, BE, CH +1 (remote)"
    assert salary({"min": 28.5, "max": None, "currency": "CHF", "unit": "HOUR"}) == (
        "28.5 CHF an hour"
    )
    assert salary(None) == ""
    assert number(1234.0) == "1,234"


def test_a_page_cannot_colour_or_steer_the_terminal() -> None:
    posting = Posting(
        title="[bold red]Engineer[/] \x1b]0;title\x07",
        organization=Organization(name="[link=https://evil.example]ACME[/link]"),
        description_html="<p>:smile: [blink]now[/blink]</p>",
        problems=(Problem("r", "warning", None, "odd [red]value\x1b[0m"),),
    )
    text = shown(document_panel(posting_json(posting)))
    assert "[bold red]Engineer[/]" in text
    assert "[link=https://evil.example]ACME" in text
    assert ":smile: [blink]now" in text
    assert "\x1b" not in text
    assert "\x07" not in text


def test_a_panel_says_what_is_known_and_nothing_of_what_is_not() -> None:
    posting = Posting(
        title="Engineer",
        locations=(Place(locality="Bern", country="CH"),),
        salary=Salary(100000, 120000, "CHF", "YEAR", estimated=True),
    )
    text = shown(document_panel(posting_json(posting), "expired: its deadline passed"))
    assert "100,000–120,000 CHF a year (estimated)" in text
    assert "expired: its deadline passed" in text
    assert "employer" not in text


def test_an_age_says_what_makes_a_posting_look_newer() -> None:
    plain = {"age": 1, "reposted": 0, "repost_of": None, "date_bumps": 0}
    assert age_words(plain) == "1 day"
    again = {"age": 40, "reposted": 2, "repost_of": "0123456789", "date_bumps": 3}
    assert age_words(again) == (
        "40 days; reposted 2 times, before as 01234567; its date moved forward 3 times"
    )
    assert age_words({**plain, "reposted": None, "date_bumps": None}) == "1 day"


def test_differences_of_texts_are_marked_word_by_word() -> None:
    changes = [change("title", "Senior engineer", "Staff engineer")]
    plain = [text.plain for text in snapshot_diff(changes, colour=False)]
    assert plain == ["title", "  [-Senior-] {+Staff+} engineer"]
    coloured = list(snapshot_diff(changes, colour=True))[1]
    assert coloured.plain == "  Senior Staff engineer"
    assert {str(span.style) for span in coloured.spans} >= {"red strike", "green"}


def test_a_long_stretch_that_stayed_is_cut_in_its_middle() -> None:
    before = " ".join(f"word{number}" for number in range(100))
    changes = [change("title", before, f"{before} more")]
    plain = [text.plain for text in snapshot_diff(changes, colour=False)][1]
    assert "word11 … 76 words … word88 word89" in plain
    assert plain.endswith("word99 {+more+}")


def test_an_event_without_detail_still_says_why() -> None:
    event = {
        "kind": "removed",
        "baseline": True,
        "detected_at": "2026-03-01T12:00:00Z",
        "board": "ACME",
        "changes": [],
        "evidence": [{"kind": "http_status", "url": "https://a.example/7", "at": "", "detail": ""}],
        "posting": {"url": None, "title": None, "locations": [], "remote": None, "salary": None},
    }
    text = shown(events_table([event]))
    assert "(no title)" in text
    assert "http status (/7)" in text
    assert "baseline" in text
