from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.program import Jobdiff, Lived

SVG = "{http://www.w3.org/2000/svg}"


def test_what_is_open_is_counted_by_board_and_by_field(jobdiff: Jobdiff, lived: Lived) -> None:
    told = jobdiff("stats", "open", "--json").objects()
    assert [(one["by"], one["group"], one["open"]) for one in told] == [
        ("board", "Birchline Robotics", 30),
        ("board", "Harbour & Crumb", 13),
    ]
    assert all(set(one) == {"schema", "by", "group", "open"} for one in told)
    countries = jobdiff("stats", "open", "--by", "country", "--json").objects()
    assert {one["group"] for one in countries} == {"CH", "NO", "DE", "AT", "SE"}
    then = jobdiff("stats", "open", "--as-of", "2026-03-02", "--json").objects()
    assert sum(one["open"] for one in then) == 40
    one = jobdiff("stats", "open", "--board", "Harbour & Crumb", "--tag", "demo", "--json")
    assert [each["open"] for each in one.objects()] == [13]
    assert "Harbour & Crumb" in jobdiff("stats", "open").out


def test_each_day_counts_what_a_search_of_that_day_finds(jobdiff: Jobdiff, lived: Lived) -> None:
    told = jobdiff("stats", "days", "--by", "board", "--since", "2026-03-01", "--json").objects()
    keys = {"schema", "by", "group", "day", "open", "opened", "closed"}
    assert all(set(one) == keys for one in told)
    assert [one["day"] for one in told][:6] == [f"2026-03-0{day}" for day in range(1, 7)]
    for one in told:
        found = jobdiff(
            "postings", "--as-of", one["day"], "--state", "open", "--board", one["group"], "--json"
        )
        assert len(found.objects()) == one["open"], one
    usual = jobdiff("stats", "days", "--json").objects()
    assert (len(usual), usual[-1]["open"], usual[-1]["group"]) == (30, 43, None)
    assert "2026-02-05 to 2026-03-06" in jobdiff("stats", "days").out


def test_time_open_counts_what_is_open_still_as_open(jobdiff: Jobdiff, lived: Lived) -> None:
    (told,) = jobdiff("stats", "lifetime", "--json").objects()
    assert set(told) == {
        "schema", "by", "group", "postings", "closed", "left_out", "median_days", "observed_days",
        "curve",
    }  # fmt: skip
    assert (told["postings"], told["closed"], told["median_days"]) == (43, 0, None)
    assert 30 < told["observed_days"] < 90
    shown = jobdiff("stats", "lifetime").out
    row = next(line for line in shown.splitlines() if line.startswith("all boards"))
    assert row.split()[-3:] == ["100%", "100%", "–"]
    boards = jobdiff("stats", "lifetime", "--by", "board", "--json").objects()
    assert [one["group"] for one in boards] == ["Birchline Robotics", "Harbour & Crumb"]
    assert "not yet" in jobdiff("stats", "lifetime").out


def test_salaries_are_told_a_year_by_title(jobdiff: Jobdiff, lived: Lived) -> None:
    told = jobdiff("stats", "salary", "--json").objects()
    (python,) = [one for one in told if one["group"] == "Senior Python engineer, fleet"]
    assert python == {
        "schema": "jobdiff.stats-salary/1",
        "by": "title",
        "group": "Senior Python engineer, fleet",
        "currency": "CHF",
        "unit": "YEAR",
        "postings": 1,
        "min": 125000,
        "median": 137500,
        "max": 150000,
    }
    assert "137,500 CHF (125,000–150,000)" in jobdiff("stats", "salary").out


def test_without_a_word_everything_is_shown(jobdiff: Jobdiff, lived: Lived) -> None:
    text = jobdiff("stats").out
    for words in ("Open postings by board", "by day", "Kaplan-Meier", "Salaries by title"):
        assert words in text


@pytest.mark.parametrize("what", ["open", "days", "lifetime", "salary"])
def test_every_count_can_be_drawn(what: str, jobdiff: Jobdiff, lived: Lived) -> None:
    drawn = jobdiff("stats", what, "--svg", "chart.svg")
    assert drawn.code == 0, drawn.err
    picture = ET.fromstring(Path("chart.svg").read_text(encoding="utf-8"))
    assert picture.tag == f"{SVG}svg"
    assert picture.find(f"{SVG}title") is not None
    assert {each.tag.removeprefix(SVG) for each in picture.iter()} <= {
        "svg", "title", "desc", "rect", "text", "line", "polyline", "polygon",
    }  # fmt: skip


def test_an_empty_store_has_nothing_to_count(jobdiff: Jobdiff) -> None:
    for what in ("open", "days", "lifetime", "salary"):
        empty = jobdiff("stats", what, "--svg", f"{what}.svg")
        assert empty.code == 0, empty.err
        assert Path(f"{what}.svg").exists()
    assert jobdiff("stats", "open", "--json").objects() == []
    assert "nothing yet" in jobdiff("stats").out


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("--svg", "x.svg"), "say what to draw"),
        (("--by", "board"), "say what to count"),
        (("days", "--by", "country"), "by board only"),
        (("days", "--since", "42"), "write a date"),
        (("days", "--as-of", "soon"), "--as-of soon"),
        (("open", "--board", "nowhere"), "nowhere"),
        (("open", "--svg", "no/such/folder/x.svg"), "cannot be written"),
        (("everything",), "everything"),
        (("open", "--since", "30d"), "only days"),
        (("lifetime", "--as-of", "2026-03-02"), "as of now only"),
        (("--as-of", "2026-03-02"), "as of now only"),
    ],
)
def test_what_cannot_be_counted_is_exit_2(
    argv: tuple[str, ...], says: str, jobdiff: Jobdiff, lived: Lived
) -> None:
    refused = jobdiff("stats", *argv)
    assert refused.code == 2
    assert says in refused.err
