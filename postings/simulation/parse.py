"""A scenario from JSON: what is wrong is told with the key that it stands at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

from postings.errors import UsageError
from postings.simulation.scenario import (
    BREAKAGES,
    ENDINGS,
    NOISES,
    SCENARIO_SCHEMA,
    SHAPES,
    Deadline,
    Edit,
    Opening,
    Outage,
    Scenario,
    Span,
)
from postings.urls import absolute

MOST_CRAWLS: Final = 100_000
MOST_OPENINGS: Final = 10_000
LONGEST_DAYS: Final = 36_600


class Keys:
    """An object of the file, whose values are taken out one by one.

    ``where`` is the path of keys that led to it, for messages.
    """

    def __init__(self, told: object, where: str, known: Iterable[str]) -> None:
        self.where = where
        if not isinstance(told, Mapping):
            self.refuse("", "write an object here")
        self.told: Mapping[str, Any] = told
        names = tuple(known)
        for key in self.told:
            if key not in names:
                self.refuse(key, f"there is no such key; there are {', '.join(names)}")

    def refuse(self, key: str, why: str) -> NoReturn:
        """Say what is wrong at ``key``."""
        path = f"{self.where}.{key}" if self.where and key else self.where or key or "the scenario"
        raise UsageError(f"{path}: {why}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self.told.get(key, default)
        if not isinstance(value, str) or not value:
            self.refuse(key, "write a text here")
        return value

    def choice(self, key: str, known: Sequence[str], default: str) -> Any:
        """One of the known words."""
        value = self.told.get(key, default)
        if value not in known:
            self.refuse(key, f"{value!r} is none of {', '.join(known)}")
        return value

    def number(self, key: str, default: float | None = None, *, most: float = LONGEST_DAYS) -> Any:
        """A number, not negative; None where it is missing and ``default`` is None."""
        value = self.told.get(key, default)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            self.refuse(key, f"write a number from 0 to {most:,} here")
        return value

    def items(self, key: str) -> list[Any]:
        """A list; empty where it is missing."""
        value = self.told.get(key, [])
        if not isinstance(value, list):
            self.refuse(key, "write a list here")
        return value

    def node(self, key: str) -> dict[str, Any]:
        """schema.org properties by name."""
        value = self.told.get(key)
        if not isinstance(value, dict) or not value:
            self.refuse(key, 'write schema.org properties here, like {"title": "Nurse"}')
        return value

    def each(self, key: str, known: Iterable[str]) -> list[Keys]:
        """The objects of a list."""
        names = tuple(known)
        prefix = f"{self.where}.{key}" if self.where else key
        return [Keys(one, f"{prefix}[{n}]", names) for n, one in enumerate(self.items(key))]


_SCENARIO: Final = (
    "schema", "name", "board", "starts", "days", "every_hours", "shape", "pages", "zone", "noise",
    "openings", "outages",
)  # fmt: skip
_OPENING: Final = (
    "name", "posting", "address", "open", "ends", "edits", "deadline", "moves", "many",
)  # fmt: skip


def scenario_of(told: object) -> Scenario:
    """Read a scenario from JSON values.

    Raises:
        UsageError: something is wrong with it; one line that names the key.
    """
    keys = Keys(told, "", _SCENARIO)
    keys.choice("schema", (SCENARIO_SCHEMA,), "")
    hours = keys.number("every_hours", 24, most=24 * 365) or keys.refuse(
        "every_hours", "write more than 0"
    )
    days = keys.number("days", 14)
    if days * 24 / hours > MOST_CRAWLS:
        keys.refuse("every_hours", f"that would be more than {MOST_CRAWLS:,} crawls")
    board = absolute(keys.text("board", "https://example.org/careers"), "")
    return Scenario(
        name=keys.text("name", "scenario"),
        board=board or keys.refuse("board", "write an http or https URL here"),
        starts=_instant(keys, "starts"),
        days=days,
        every=timedelta(hours=hours),
        openings=_openings(keys),
        shape=keys.choice("shape", SHAPES, "links"),
        pages=max(1, int(keys.number("pages", 1, most=1000))),
        zone=_zone(keys),
        noise=frozenset(_noise(keys)),
        outages=tuple(_outage(one) for one in keys.each("outages", ("from", "until", "shape"))),
    )


def _instant(keys: Keys, key: str) -> datetime:
    spelled = keys.text(key, "2026-03-02T08:00:00Z")
    try:
        at = datetime.fromisoformat(spelled)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        keys.refuse(key, "write an instant here, like 2026-03-02T08:00:00Z")


def _zone(keys: Keys) -> str:
    name = keys.text("zone", "Etc/GMT+12")
    try:
        return ZoneInfo(name).key
    except (ValueError, OSError, LookupError):
        keys.refuse("zone", f"there is no time zone {name!r}; write one like Europe/Zurich")


def _noise(keys: Keys) -> list[Any]:
    found = keys.items("noise")
    for one in found:
        if one not in NOISES:
            keys.refuse("noise", f"{one!r} is none of {', '.join(NOISES)}")
    return found


def _outage(keys: Keys) -> Outage:
    begins, ends = keys.number("from", 0), keys.number("until", LONGEST_DAYS)
    if ends <= begins:
        keys.refuse("until", "an outage ends after it begins")
    return Outage(begins, ends, keys.choice("shape", BREAKAGES, ""))


def _openings(keys: Keys) -> tuple[Opening, ...]:
    found = [each for one in keys.each("openings", _OPENING) for each in _each_of(one)]
    if keys.told.get("shape") == "single" and len(found) != 1:
        keys.refuse("openings", "a board of one posting has one opening")
    if len(found) > MOST_OPENINGS:
        keys.refuse("openings", f"that would be more than {MOST_OPENINGS:,} openings")
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        keys.refuse("openings", f"two of them are called {twice!r}; give each a name of its own")
    return tuple(found)


def _each_of(keys: Keys) -> list[Opening]:
    """The opening, or ``many`` of them, told apart by the ``{n}`` in their texts."""
    many = keys.number("many", 1, most=MOST_OPENINGS)
    one = _opening(keys)
    if many == 1:
        return [one]
    if "{n}" not in one.addresses[0][1] or "{n}" not in one.name:
        keys.refuse("many", "write {n} into the name, the address and the posting")
    return [_numbered(one, number) for number in range(1, int(many) + 1)]


def _opening(keys: Keys) -> Opening:
    name = keys.text("name")
    first = (0.0, keys.text("address", f"/jobs/{name}"))
    moves = [
        (float(one.number("day", 0)), one.text("address"))
        for one in keys.each("moves", ("day", "address"))
    ]
    edits = keys.each("edits", ("day", "set", "deadline", "material"))
    return Opening(
        name=name,
        node=keys.node("posting"),
        addresses=(first, *sorted(moves)),
        spans=_spans(keys),
        ends=keys.choice("ends", ENDINGS, "gone"),
        edits=tuple(sorted((_edit(one) for one in edits), key=lambda one: one.day)),
        deadlines=tuple(_deadlines(keys, edits)),
    )


def _spans(keys: Keys) -> tuple[Span, ...]:
    spans = [_span(keys, one) for one in keys.items("open")] or [Span(0.0)]
    for before, after in pairwise(spans):
        if before.closes is None or before.closes >= after.opens:
            keys.refuse("open", "a span begins after the one before it has ended")
    return tuple(spans)


def _span(keys: Keys, told: object) -> Span:
    bounds = told if isinstance(told, list) else [told]
    if not 1 <= len(bounds) <= 2 or not all(_is_day(one) for one in bounds):
        keys.refuse("open", "write spans of days here, like [[0, 4.5], [8]]")
    opens, closes = (*bounds, None)[:2]
    if closes is not None and closes <= opens:
        keys.refuse("open", "a span ends after it begins")
    return Span(opens, closes)


def _is_day(told: object) -> bool:
    number = isinstance(told, int | float) and not isinstance(told, bool)
    return number and 0 <= told <= LONGEST_DAYS  # type: ignore[operator]


def _edit(keys: Keys) -> Edit:
    material = keys.told.get("material", True)
    if not isinstance(material, bool):
        keys.refuse("material", "write true or false here")
    values = keys.node("set") if "deadline" not in keys.told or "set" in keys.told else {}
    if "deadline" in keys.told:
        values = {**values, "validThrough": None}
    return Edit(keys.number("day", 0), values, material)


def _deadlines(keys: Keys, edits: Iterable[Keys]) -> list[Deadline]:
    told = [(keys, 0.0), *((one, float(one.number("day", 0))) for one in edits)]
    return [_deadline(each, since) for each, since in told if "deadline" in each.told]


def _deadline(keys: Keys, since: float) -> Deadline:
    told = keys.told["deadline"]
    stated = Keys(told if isinstance(told, Mapping) else {"day": told}, "", ("day", "spelled"))
    stated.where = f"{keys.where}.deadline"
    day = stated.number("day")
    if day is None:
        stated.refuse("day", "say on which day it is")
    return Deadline(day, stated.choice("spelled", ("date", "instant"), "instant"), since)


def _numbered(one: Opening, number: int) -> Opening:
    return Opening(
        name=one.name.replace("{n}", str(number)),
        node=_filled(one.node, number),
        addresses=tuple((since, path.replace("{n}", str(number))) for since, path in one.addresses),
        spans=one.spans,
        ends=one.ends,
        edits=tuple(Edit(e.day, _filled(e.values, number), e.material) for e in one.edits),
        deadlines=one.deadlines,
    )


def _filled(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return value.replace("{n}", str(number))
    if isinstance(value, Mapping):
        return {key: _filled(each, number) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, number) for each in value]
    return value
