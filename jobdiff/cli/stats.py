"""What is known in numbers: ``stats open|days|lifetime|salary``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from jobdiff.cli.boards import TagOption
from jobdiff.cli.command import Panel, command
from jobdiff.cli.parse import as_of as read_as_of
from jobdiff.cli.parse import since as read_since
from jobdiff.cli.session import Session
from jobdiff.cli.shapes import (
    STATS_DAY_SCHEMA,
    STATS_LIFETIME_SCHEMA,
    STATS_OPEN_SCHEMA,
    STATS_SALARY_SCHEMA,
)
from postings.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from sqlalchemy import Connection

ALL: Final = "all boards"
_DAYS: Final = 30
_DAY: Final = timedelta(days=1)


class What(StrEnum):
    """What is counted."""

    OPEN = "open"
    DAYS = "days"
    LIFETIME = "lifetime"
    SALARY = "salary"


class By(StrEnum):
    """By what it is counted: a board, or what postings say."""

    BOARD = "board"
    COUNTRY = "country"
    REGION = "region"
    TOWN = "town"
    EMPLOYER = "employer"
    TITLE = "title"
    DEPARTMENT = "department"
    REMOTE = "remote"
    EMPLOYMENT = "employment_types"
    INDUSTRY = "industry"
    OCCUPATION = "occupational_category"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Asked:
    """What a person asks: ``by`` None is the usual one of each count; ``now`` judges."""

    by: By | None
    board: str | None
    tag: str | None
    since: date
    until: date
    as_of: datetime | None
    now: datetime


@dataclass(frozen=True)
class Answer:
    """The same answer three times: for programs, for a terminal, as a picture."""

    objects: tuple[dict[str, Any], ...]
    shown: RenderableType
    svg: str


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.POSTINGS)(stats)


def stats(
    session: Session,
    what: Annotated[
        What | None,
        typer.Argument(
            help="What is open now, by day, how long postings stay open, what they pay; all four "
            "without it.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        By | None, typer.Option("--by", help="Count by this.", show_default=False)
    ] = None,
    board: Annotated[
        str | None,
        typer.Option("--board", metavar="B", help="Only of this board.", show_default=False),
    ] = None,
    tag: TagOption = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="S",
            help="days: since a date or a duration (default 30d).",
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="open, salary: as it was known then; days: up to then.",
            show_default=False,
        ),
    ] = None,
    svg: Annotated[
        Path | None,
        typer.Option(
            "--svg", metavar="FILE", help="Draw it into this file too.", show_default=False
        ),
    ] = None,
) -> None:
    """Count what is known: open postings by day, board and field, time open, salaries."""
    _check(what, by, svg)
    _check_times(what, since, as_of)
    asked = _asked(session, by, board, tag, since, as_of)
    with session.store.read() as connection:
        answers = [_ANSWERS[one](connection, asked) for one in ([what] if what else What)]
    if svg is not None:
        _write(svg, answers[0].svg)
    for answer in answers:
        if session.json:
            for thing in answer.objects:
                session.out.line(thing)
        else:
            session.out.show(answer.shown)


def _check(what: What | None, by: By | None, svg: Path | None) -> None:
    if svg is not None and what is None:
        raise UsageError(f"--svg {svg}: say what to draw: stats open|days|lifetime|salary")
    if by is not None and what is None:
        raise UsageError(f"--by {by}: say what to count: stats open|days|lifetime|salary")
    if by not in (None, By.BOARD) and what in (What.DAYS, What.LIFETIME):
        raise UsageError(f"--by {by}: {what} can be counted by board only")


def _check_times(what: What | None, since: str | None, as_of: str | None) -> None:
    if since is not None and what not in (None, What.DAYS):
        raise UsageError(
            f"--since {since}: only days are counted since a time; {what} is as of one"
        )
    if as_of is not None and what in (None, What.LIFETIME):
        raise UsageError(f"--as-of {as_of}: time open is as of now only; say open, days or salary")


def _asked(
    session: Session,
    by: By | None,
    board: str | None,
    tag: str | None,
    since: str | None,
    as_of: str | None,
) -> Asked:
    now = session.time()
    at = read_as_of(as_of)
    until = (at or now).date()
    start = read_since(since, now, cursors=False)
    first = start.at.date() if start.at else until - (_DAYS - 1) * _DAY
    return Asked(by, board, tag, first, until, at, now)


def _write(path: Path, svg: str) -> None:
    try:
        path.write_text(svg, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}") from None


# --- open now ------------------------------------------------------------------------------------


def _open(connection: Connection, asked: Asked) -> Answer:
    from collections import Counter

    from jobdiff.cli.render.charts import bars_svg
    from jobdiff.cli.render.stats import bars
    from postings.tally import values_of

    by = asked.by or By.BOARD
    found = Counter(
        value for line in _lines(connection, asked) for value in values_of(line, by.value)
    )
    counted = sorted(found.items(), key=lambda one: (-one[1], one[0] or ""))
    objects = (
        {"schema": STATS_OPEN_SCHEMA, "by": by.value, "group": group, "open": number}
        for group, number in counted
    )
    title = f"Open postings by {by.value.replace('_', ' ')}"
    drawn = [(group or "not given", float(number), f"{number:,}") for group, number in counted]
    return Answer(tuple(objects), bars(title, drawn), bars_svg(title, "open", drawn))


def _lines(connection: Connection, asked: Asked) -> Iterator[Mapping[str, Any]]:
    from storage import postings

    found = postings.search(
        connection, board=asked.board, tag=asked.tag, state="open", as_of=asked.as_of
    )
    for row in found:
        yield postings.posting_line(row, asked.as_of or asked.now)


# --- by day --------------------------------------------------------------------------------------


def _days(connection: Connection, asked: Asked) -> Answer:
    from dataclasses import replace

    from jobdiff.cli.render.stats import days_svg, days_table
    from postings.tally import by_day
    from storage import statistics

    turns = statistics.turns(connection, board=asked.board, tag=asked.tag)
    if asked.by is None:
        turns = [replace(turn, group=ALL) for turn in turns]
    counted = by_day(turns, asked.since, asked.until)
    objects = (
        {
            "schema": STATS_DAY_SCHEMA,
            "by": asked.by.value if asked.by else None,
            "group": group if asked.by else None,
            "day": day.day.isoformat(),
            "open": day.open,
            "opened": day.opened,
            "closed": day.closed,
        }
        for group, days in counted.items()
        for day in days
    )
    return Answer(tuple(objects), days_table(counted), days_svg(counted))


# --- time open -----------------------------------------------------------------------------------


def _lifetime(connection: Connection, asked: Asked) -> Answer:
    from jobdiff.cli.render.stats import Lifetime, lifetime_svg, lifetime_table
    from postings.survival import curve, median
    from storage import statistics

    lives = statistics.lives(connection, board=asked.board, tag=asked.tag)
    grouped = dict(lives.of_board)
    left_out = dict(lives.left_out)
    if asked.by is None:
        grouped = {ALL: [life for group in grouped.values() for life in group]}
        left_out = {ALL: sum(left_out.values())}
    told = []
    for group in sorted({*grouped, *left_out}):
        spans = grouped.get(group, [])
        steps = curve(spans)
        closed = sum(life.closed for life in spans)
        out = left_out.get(group, 0)
        observed = max((life.until for life in spans), default=0.0)
        told.append(Lifetime(group, len(spans), closed, out, median(steps), steps, observed))
    objects = tuple(_lifetime_json(one, asked.by) for one in told)
    return Answer(objects, lifetime_table(told), lifetime_svg(told))


def _lifetime_json(one: Any, by: By | None) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "schema": STATS_LIFETIME_SCHEMA,
        "by": by.value if by else None,
        "group": one.group if by else None,
        "postings": one.postings,
        "closed": one.closed,
        "left_out": one.left_out,
        "median_days": one.median,
        "observed_days": one.observed,
        "curve": [asdict(step) for step in one.steps],
    }


# --- salaries ------------------------------------------------------------------------------------


def _salary(connection: Connection, asked: Asked) -> Answer:
    from jobdiff.cli.render.charts import bars_svg
    from jobdiff.cli.render.stats import pay_words, salary_table
    from jobdiff.config import UNITS_A_YEAR
    from postings.tally import pay_by

    by = asked.by or By.TITLE
    told = pay_by(_lines(connection, asked), by.value, UNITS_A_YEAR)
    objects = (
        {
            "schema": STATS_SALARY_SCHEMA,
            "by": by.value,
            "group": one.group,
            "currency": one.currency,
            "unit": "YEAR",
            "postings": one.postings,
            "min": one.low,
            "median": one.median,
            "max": one.high,
        }
        for one in told
    )
    title = f"Salaries by {by.value.replace('_', ' ')}, a year"
    highest = {
        one.currency: max(p.median for p in told if p.currency == one.currency) for one in told
    }
    drawn = [
        (one.group or "not given", one.median / (highest[one.currency] or 1), pay_words(one))
        for one in told
    ]
    svg = bars_svg(title, "medians, each currency to its own scale", drawn)
    return Answer(tuple(objects), salary_table(title, told), svg)


_ANSWERS: Final[Mapping[What, Callable[[Connection, Asked], Answer]]] = {
    What.OPEN: _open,
    What.DAYS: _days,
    What.LIFETIME: _lifetime,
    What.SALARY: _salary,
}
