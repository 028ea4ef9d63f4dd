"""Counts for people: tables with bars and lines in a terminal, and the same as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobdiff.cli.render.charts import (
    MOST_SERIES,
    Axis,
    Series,
    bar,
    even_ticks,
    sparkline,
    steps_svg,
)
from jobdiff.cli.render.tables import plain_table
from jobdiff.cli.text import clean, count
from postings.survival import Step
from postings.tally import Day, Pay
from postings.wording import number

_MOST_TICKS = 6


@dataclass(frozen=True)
class Lifetime:
    """How long the postings of one group stay open.

    ``left_out`` began before they were watched; ``observed`` is the longest that one was seen to be
    open, in days: of what is beyond nothing is known.
    """

    group: str
    postings: int
    closed: int
    left_out: int
    median: float | None
    steps: tuple[Step, ...]
    observed: float = 0.0


def bars(title: str, told: Sequence[tuple[str, float, str]]) -> RenderableType:
    """Names, bars and what is written beside them."""
    highest = max((value for _, value, _ in told), default=0) or 1
    table = _titled()
    for name, value, words in told:
        table.add_row(clean(name), Text(bar(value / highest), "cyan"), words)
    return _under(title, table, bool(told))


def days_table(counted: Mapping[str, Sequence[Day]]) -> RenderableType:
    """Each group's days as one line, and how many opened and closed."""
    table = plain_table()
    table.add_column(overflow="fold")
    table.add_column("open by day", overflow="fold")
    for name in ("open", "opened", "closed"):
        table.add_column(name, justify="right")
    for group, days in counted.items():
        if days:
            opened, closed = (sum(getattr(d, name) for d in days) for name in ("opened", "closed"))
            line = Text(sparkline([day.open for day in days]), "cyan")
            table.add_row(clean(group), line, *(f"{n:,}" for n in (days[-1].open, opened, closed)))
    days = next(iter(counted.values()), ())
    span = f", {days[0].day} to {days[-1].day}" if days else ""
    return _under(f"Open postings by day{span}", table, bool(days))


def days_svg(counted: Mapping[str, Sequence[Day]]) -> str:
    """The same as a chart."""
    groups = _largest(counted)
    days = [day.day for day in next(iter(groups.values()), ())] or [date.min]
    highest = max((day.open for told in groups.values() for day in told), default=0)
    y = even_ticks(highest)
    x = Axis("day, UTC", 0, len(days), _day_ticks(days))
    series = [Series(group, _whole_days(told)) for group, told in groups.items()]
    return steps_svg("Open postings by day", x, _named(y, "open at the end of the day"), series)


def _whole_days(days: Sequence[Day]) -> tuple[tuple[float, float], ...]:
    """The points of a line that holds each day's number to the end of that day."""
    numbers = [float(day.open) for day in days]
    return tuple(enumerate([*numbers, *numbers[-1:]]))


def lifetime_table(told: Sequence[Lifetime]) -> RenderableType:
    """Medians and shares still open after a week, a month, a quarter."""
    table = plain_table()
    marks = (7, 30, 90)
    for name in (
        "",
        "postings",
        "closed",
        "half are closed after",
        *(f"open after {n} d" for n in marks),
    ):
        table.add_column(name, overflow="fold", justify="right" if name else "left")
    for one in told:
        half = "not yet" if one.median is None else f"{one.median:,.1f} d"
        shares = (_share_after(one, mark) for mark in marks)
        table.add_row(clean(one.group), f"{one.postings:,}", f"{one.closed:,}", half, *shares)
    left_out = sum(one.left_out for one in told)
    note = f"{count(left_out, 'posting')} left out: it is not known since when they were open."
    body = Group(table, Text(note, "dim")) if left_out else table
    return _under("Time open (Kaplan-Meier)", body, bool(told))


def lifetime_svg(told: Sequence[Lifetime]) -> str:
    """The survival curves with their 95 % bounds."""
    longest = max((step.days for one in told for step in one.steps), default=0.0)
    days = even_ticks(longest)
    shares = Axis("", 0, 1, tuple((n / 4, f"{n * 25} %") for n in range(5)))
    series = [_curve(one) for one in told if one.steps]
    return steps_svg(
        "How long postings stay open",
        _named(days, "days since posted"),
        _named(shares, "still open"),
        series,
    )


def salary_table(title: str, told: Sequence[Pay]) -> RenderableType:
    """What is paid, group by group."""
    table = _titled()
    for one in told:
        table.add_row(
            clean(one.group or "not given"), pay_words(one), count(one.postings, "posting")
        )
    return _under(title, table, bool(told))


def pay_words(one: Pay) -> str:
    """A group's pay: its median, and from where to where it goes."""
    low, middle, high = (number(round(value)) for value in (one.low, one.median, one.high))
    return f"{middle} {clean(one.currency)} ({low}–{high})"


def _curve(one: Lifetime) -> Series:
    start = (0.0, 1.0)
    points = tuple((step.days, step.share) for step in one.steps)
    band = tuple((step.low, step.high) for step in one.steps)
    return Series(one.group, (start, *points), ((1.0, 1.0), *band))


def _share_after(one: Lifetime, days: float) -> str:
    """The share still open after so long; a dash where nobody has been watched for so long."""
    steps = [step for step in one.steps if step.days <= days]
    ended = bool(steps) and steps[-1].share == 0
    if days > one.observed and not ended:
        return "–"
    return f"{steps[-1].share if steps else 1.0:.0%}"


def _largest(counted: Mapping[str, Sequence[Day]]) -> dict[str, Sequence[Day]]:
    """As many groups as a chart has colours, those with most open postings first."""
    told = {group: days for group, days in counted.items() if days}
    order = sorted(told, key=lambda group: (-told[group][-1].open, group))
    return {group: told[group] for group in order[:MOST_SERIES]}


def _day_ticks(days: Sequence[date]) -> tuple[tuple[float, str], ...]:
    step = max(-(-len(days) // _MOST_TICKS), 1)
    return tuple((float(n), days[n].isoformat()) for n in range(0, len(days), step))


def _named(axis: Axis, name: str) -> Axis:
    return Axis(name, axis.low, axis.high, axis.ticks)


def _titled() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", max_width=40)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="dim")
    return table


def _under(title: str, body: RenderableType, anything: bool) -> RenderableType:
    return Group(Text(title, "bold"), body if anything else Text("nothing yet", "dim"), Text())
