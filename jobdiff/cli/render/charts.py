"""Charts in a terminal and as SVG files that stand alone: no scripts, no fonts, no other files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from jobdiff.cli.text import clean, shorten

_WIDTH, _HEIGHT = 800, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 180, 50, 50
_COLOURS: Final = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31", "#555555",
)  # fmt: skip
_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
MOST_SERIES: Final = len(_COLOURS)


@dataclass(frozen=True)
class Series:
    """A named line through points; ``band`` are the points' lower and upper bounds, or none."""

    name: str
    points: tuple[tuple[float, float], ...]
    band: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Axis:
    """A scale from ``low`` to ``high`` with ticks: where, and what is written there."""

    name: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]

    def at(self, value: float) -> float:
        """Where a value lies, from 0 to 1."""
        return (value - self.low) / ((self.high - self.low) or 1)


def bar(share: float, width: int = 30) -> str:
    """A bar of so much of ``width`` characters.

    >>> bar(0.5, 4)
    '██'
    """
    return "█" * max(round(share * width), 1 if share > 0 else 0)


def sparkline(values: Sequence[float]) -> str:
    """One character a value, from nothing to the highest.

    >>> sparkline([0, 1, 2])
    ' ▄█'
    """
    highest = max(values, default=0) or 1
    return "".join(_BLOCKS[round(value / highest * 8)] for value in values)


def even_ticks(highest: float, suffix: str = "") -> Axis:
    """An axis from 0 to at least ``highest`` with round steps."""
    step = 1.0
    while highest / step > 6:
        step *= 2.5 if str(step)[0] == "2" else 2
    top = step * max(-(-highest // step), 1)
    count = round(top / step)
    ticks = tuple((step * n, f"{step * n:,.0f}{suffix}") for n in range(count + 1))
    return Axis("", 0, top, ticks)


def steps_svg(title: str, x: Axis, y: Axis, series: Sequence[Series]) -> str:
    """A chart of step lines: a value holds until the next point."""
    drawn = [
        part
        for number, one in enumerate(series[:MOST_SERIES])
        for part in _series(one, _COLOURS[number], number, x, y)
    ]
    told = ", ".join(one.name for one in series[:MOST_SERIES])
    return _svg(title, f"{y.name} by {x.name}: {told}", [*_axes(x, y), *drawn])


def bars_svg(title: str, y: str, bars: Sequence[tuple[str, float, str]]) -> str:
    """A chart of horizontal bars: name, value from 0 on, and what is written beside it."""
    highest = max((value for _, value, _ in bars), default=0) or 1
    room, left = _WIDTH - 480, 240
    drawn = []
    for number, (name, value, words) in enumerate(bars):
        top = _TOP + number * 24
        length = value / highest * room
        drawn += [
            _text(left - 8, top + 13, shorten(clean(name), 34), anchor="end"),
            f'<rect x="{left}" y="{top}" width="{length:.1f}" height="18" fill="{_COLOURS[0]}"/>',
            _text(left + length + 6, top + 13, words),
        ]
    height = _TOP + 24 * max(len(bars), 1) + 20
    told = ", ".join(f"{name} {words}" for name, _, words in bars)
    return _svg(title, f"{y}: {told}", drawn, height)


def _series(one: Series, colour: str, number: int, x: Axis, y: Axis) -> list[str]:
    line = _corners(one.points, x, y)
    parts = []
    if one.band:
        days = [point[0] for point in one.points]
        low, high = (
            _corners(tuple(zip(days, edge, strict=True)), x, y)
            for edge in zip(*one.band, strict=True)
        )
        outline = " ".join([*high, *reversed(low)])
        parts.append(f'<polygon points="{outline}" fill="{colour}" fill-opacity="0.15"/>')
    parts.append(
        f'<polyline points="{" ".join(line)}" fill="none" stroke="{colour}" stroke-width="2"/>'
    )
    top = _TOP + 12 + number * 18
    name = shorten(clean(one.name), 24)
    return [*parts, _text(_WIDTH - _RIGHT + 12, top, name, colour=colour)]


def _corners(points: Sequence[tuple[float, float]], x: Axis, y: Axis) -> list[str]:
    """The points of a line whose values hold until the next one."""
    corners = [points[0]] if points else []
    for (_, before), (to, after) in pairwise(points):
        corners += [(to, before), (to, after)]
    return [f"{_x(x, a):.1f},{_y(y, b):.1f}" for a, b in corners]


def _axes(x: Axis, y: Axis) -> list[str]:
    bottom, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    parts = [_line(_LEFT, bottom, right, bottom, "#333333")]
    for value, words in x.ticks:
        parts.append(_line(_x(x, value), bottom, _x(x, value), bottom + 5, "#333333"))
        parts.append(_text(_x(x, value), bottom + 20, words, anchor="middle"))
    for value, words in y.ticks:
        parts.append(_line(_LEFT, _y(y, value), right, _y(y, value), "#dddddd"))
        parts.append(_text(_LEFT - 8, _y(y, value) + 4, words, anchor="end"))
    parts.append(_text((_LEFT + right) / 2, _HEIGHT - 10, x.name, anchor="middle"))
    parts.append(_text(_LEFT, _TOP - 8, y.name))
    return parts


def _x(axis: Axis, value: float) -> float:
    return _LEFT + axis.at(value) * (_WIDTH - _LEFT - _RIGHT)


def _y(axis: Axis, value: float) -> float:
    return _HEIGHT - _BOTTOM - axis.at(value) * (_HEIGHT - _TOP - _BOTTOM)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", colour: str = "#333333") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill={quoteattr(colour)}'
    return f"<text {place}>{escape(clean(words))}</text>"


def _svg(title: str, told: str, drawn: Iterable[str], height: int = _HEIGHT) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" role="img" font-family="sans-serif" font-size="12">'
    )
    named = f"<title>{escape(clean(title))}</title>\n<desc>{escape(clean(told))}</desc>"
    ground = f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>'
    heading = f'<text x="{_LEFT}" y="24" font-size="16">{escape(clean(title))}</text>'
    return "\n".join([head, named, ground, heading, *drawn, "</svg>", ""])
