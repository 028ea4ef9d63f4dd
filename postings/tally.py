"""Counts of postings: open by day, by a field of theirs, and what they pay."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from postings.siblings import role

UNKNOWN: Final = None
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """That a posting of ``group`` opened or closed at a time, as it became known."""

    at: datetime
    group: str
    opened: bool


@dataclass(frozen=True)
class Day:
    """How many were open at the end of a day, UTC, and how many opened and closed in it."""

    day: date
    open: int
    opened: int
    closed: int


def by_day(turns: Iterable[Turn], first: date, last: date) -> dict[str, tuple[Day, ...]]:
    """Each group's days from ``first`` to ``last``, both included, none left out."""
    moves: dict[str, Counter[tuple[date, bool]]] = defaultdict(Counter)
    before: Counter[str] = Counter()
    for turn in turns:
        day = turn.at.astimezone(UTC).date()
        moves[turn.group].update(() if day > last else [(day, turn.opened)])
        before[turn.group] += (1 if turn.opened else -1) if day < first else 0
    return {
        group: tuple(_days(before[group], moves[group], first, last)) for group in sorted(moves)
    }


def _days(
    number: int, moves: Mapping[tuple[date, bool], int], first: date, last: date
) -> Iterable[Day]:
    for offset in range((last - first).days + 1):
        day = first + offset * _DAY
        opened, closed = moves.get((day, True), 0), moves.get((day, False), 0)
        number += opened - closed
        yield Day(day, number, opened, closed)


def values_of(line: Mapping[str, Any], field: str) -> tuple[str | None, ...]:
    """What a posting line says in a field, each value once; ``(None,)`` where it says nothing.

    ``country``, ``region`` and ``town`` are those of its places; ``employer`` is its name;
    ``title`` is the role, whatever its place.
    """
    if field in _OF_PLACES:
        told = [place[_OF_PLACES[field]] for place in line["locations"]]
    elif field == "employer":
        told = [(line["organization"] or {}).get("name")]
    elif field == "title":
        told = [role(line)]
    else:
        value = line[field]
        told = list(value) if isinstance(value, (list, tuple)) else [value]
    return tuple(dict.fromkeys(str(one) for one in told if one not in (None, ""))) or (UNKNOWN,)


_OF_PLACES: Final = {"country": "country", "region": "region", "town": "locality"}


@dataclass(frozen=True)
class Pay:
    """What the postings of one group pay a year, in one currency.

    ``low`` and ``high`` are the ends of all ranges; ``median`` is that of their middles.
    """

    group: str | None
    currency: str
    postings: int
    low: float
    median: float
    high: float


def pay_by(lines: Iterable[Mapping[str, Any]], field: str, a_year: Mapping[str, int]) -> list[Pay]:
    """What postings pay by a field, the most frequent first; those that do not say it left out.

    Args:
        lines: posting lines.
        field: as for ``values_of``.
        a_year: how many of each unit are in a year.
    """
    found: dict[tuple[str | None, str], list[tuple[float, float]]] = defaultdict(list)
    names: dict[str | None, str | None] = {None: None}
    for line in lines:
        pay = line["salary"]
        if not pay or pay["unit"] not in a_year or not pay["currency"]:
            continue
        ends = [end * a_year[pay["unit"]] for end in (pay["min"], pay["max"]) if end is not None]
        for group in _groups(line, field, names) if ends else ():
            found[group, pay["currency"]].append((min(ends), max(ends)))
    told = [_pay(names[group], currency, ranges) for (group, currency), ranges in found.items()]
    return sorted(told, key=lambda one: (-one.postings, one.group or "", one.currency))


def _groups(
    line: Mapping[str, Any], field: str, names: dict[str | None, str | None]
) -> tuple[str | None, ...]:
    """The groups of a posting; a role is called by the title under which it was first met."""
    told = values_of(line, field)
    for name in told:
        names.setdefault(name, line["title"] if field == "title" else name)
    return told


def _pay(group: str | None, currency: str, ranges: list[tuple[float, float]]) -> Pay:
    middles = [(low + high) / 2 for low, high in ranges]
    lowest, highest = min(low for low, _ in ranges), max(high for _, high in ranges)
    return Pay(group, currency, len(ranges), lowest, statistics.median(middles), highest)
