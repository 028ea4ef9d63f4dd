from __future__ import annotations

import itertools
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from jobdiff.cli.render.charts import Axis, Series, bar, bars_svg, even_ticks, sparkline, steps_svg
from jobdiff.cli.render.stats import Lifetime, days_svg, lifetime_svg
from postings.survival import Life, curve
from postings.tally import Day

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("1")</script>&\x1b[31m\u202e'


def words(svg: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [(0, 2), (3, 4), (6, 7), (7, 5), (43, 6), (1204, 4)],
)
def test_axes_have_few_round_steps(highest: float, ticks: int) -> None:
    axis = even_ticks(highest)
    assert (len(axis.ticks), axis.high >= highest) == (ticks, True)
    assert axis.at(axis.low) == 0
    assert axis.at(axis.high) == 1
    assert Axis("", 0, 0, ()).at(0) == 0


def test_bars_and_lines_of_characters() -> None:
    assert (bar(0), bar(0.001), len(bar(1))) == ("", "█", 30)
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "  "


def test_names_of_boards_are_text_in_a_picture_and_nothing_else() -> None:
    axis = even_ticks(1)
    for svg in (
        bars_svg(HOSTILE, HOSTILE, [(HOSTILE, 1.0, HOSTILE)]),
        steps_svg(HOSTILE, axis, axis, [Series(HOSTILE, ((0, 1), (1, 0)))]),
    ):
        tags = {each.tag for each in ET.fromstring(svg).iter()}
        assert not any("script" in tag for tag in tags)
        assert "\x1b" not in svg
        assert "\u202e" not in svg


def test_a_value_holds_until_the_next_day() -> None:
    first = date(2026, 3, 1)
    days = [Day(first + timedelta(days=n), n, 1, 0) for n in (0, 1, 2)]
    svg = days_svg({"a": days, "none": ()})
    (line,) = ET.fromstring(svg).iter(f"{SVG}polyline")
    corners = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in itertools.pairwise(corners))
    assert corners[-1][0] == max(x for x, _ in corners)
    assert "2026-03-01" in words(svg)


def test_at_most_eight_lines_are_drawn_the_highest_first() -> None:
    day = date(2026, 3, 1)
    groups = {f"board {n}": [Day(day, n, 0, 0)] for n in range(12)}
    shown = [one for one in words(days_svg(groups)) if one.startswith("board")]
    assert shown == [f"board {n}" for n in range(11, 3, -1)]


def test_a_survival_curve_has_its_bounds() -> None:
    steps = curve([Life(1, True), Life(2, True), Life(3, False)])
    svg = lifetime_svg([Lifetime("all", 3, 2, 0, 2, steps), Lifetime("none", 0, 0, 1, None, ())])
    picture = ET.fromstring(svg)
    assert len(list(picture.iter(f"{SVG}polygon"))) == 1
    assert "50 %" in words(svg)
    assert "none" not in words(svg)
