"""A scenario: what a site truly has on each day, what it shows of it, and what breaks.

Days are numbers counted from the scenario's start; 2.5 is noon of the third day, if it starts at
midnight. ``postings.simulation.parse`` reads one from JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias, get_args

SCENARIO_SCHEMA: Final = "jobdiff.scenario/1"

Shape: TypeAlias = Literal["links", "cards", "single"]
Ending: TypeAlias = Literal["gone", "closed", "redirect", "bare", "unlisted", "listed"]
Noise: TypeAlias = Literal[
    "order", "space", "entities", "unicode", "token", "tracking", "dates", "markup"
]
Breakage: TypeAlias = Literal[
    "failed", "blocked", "timeout", "challenge", "shell", "truncated", "shard", "markup",
    "elsewhere", "login", "stale", "half", "home", "pages_home", "empty_list", "half_lost",
    "stale_page", "shift",
]  # fmt: skip

SHAPES: Final = get_args(Shape)
ENDINGS: Final = get_args(Ending)
NOISES: Final = get_args(Noise)
BREAKAGES: Final = get_args(Breakage)


@dataclass(frozen=True)
class Span:
    """From when until when an employer means a posting to be open; None: to the end."""

    opens: float
    closes: float | None = None

    def holds(self, day: float) -> bool:
        """Whether it is open on that day."""
        return self.opens <= day and (self.closes is None or day < self.closes)


@dataclass(frozen=True)
class Edit:
    """What an employer changes on a day: ``values`` replace properties of the posting.

    ``material``: people should hear of it.
    """

    day: float
    values: Mapping[str, Any] = field(hash=False)
    material: bool = True


@dataclass(frozen=True)
class Deadline:
    """A stated deadline: on ``day``, spelled as a ``date`` or an ``instant``.

    ``since``: the day from which it is stated.
    """

    day: float
    spelled: Literal["date", "instant"] = "instant"
    since: float = 0.0


@dataclass(frozen=True)
class Opening:
    """One job over its whole life, as the employer means it.

    Attributes:
        node: its schema.org properties.
        spans: when it is open.
        addresses: from which day on its page stands where, in order; paths.
        ends: what the site shows once it is closed.
        deadlines: what it states as ``validThrough``, the one of the latest ``since`` counting.
    """

    name: str
    node: Mapping[str, Any] = field(hash=False)
    addresses: tuple[tuple[float, str], ...]
    spans: tuple[Span, ...] = (Span(0.0),)
    ends: Ending = "gone"
    edits: tuple[Edit, ...] = ()
    deadlines: tuple[Deadline, ...] = ()

    def is_open(self, day: float) -> bool:
        """Whether the employer means it to be open."""
        return any(span.holds(day) for span in self.spans)

    def was_open(self, day: float) -> bool:
        """Whether it was open on that day or before."""
        return any(span.opens <= day for span in self.spans)

    def deadline(self, day: float) -> Deadline | None:
        """The deadline that it states on a day."""
        stated = [one for one in self.deadlines if one.since <= day]
        return max(stated, key=lambda one: one.since, default=None)

    def address(self, day: float) -> str:
        """Where its page stands on a day."""
        return [path for since, path in self.addresses if since <= day or since == 0][-1]


@dataclass(frozen=True)
class Outage:
    """What is broken from one day until another."""

    begins: float
    ends: float
    breakage: Breakage


@dataclass(frozen=True)
class Scenario:
    """One board's days.

    Attributes:
        every: the time between two crawls.
        shape: ``links``: a listing leads to postings' own pages; ``cards``: the listing carries
            them whole, and they have no pages; ``single``: the board is one posting's own page.
        pages: how many pages the listing has.
        zone: of the employer, for deadlines that are dates.
    """

    name: str
    board: str
    starts: datetime
    days: float
    every: timedelta
    openings: tuple[Opening, ...]
    shape: Shape = "links"
    pages: int = 1
    zone: str = "Etc/GMT+12"
    noise: frozenset[Noise] = frozenset()
    outages: tuple[Outage, ...] = ()

    def crawls(self) -> tuple[datetime, ...]:
        """When the board is crawled."""
        count = int(timedelta(days=self.days) / self.every) + 1
        return tuple(self.starts + number * self.every for number in range(count))

    def day(self, at: datetime) -> float:
        """An instant as the scenario's days."""
        return (at - self.starts) / timedelta(days=1)

    def instant(self, day: float) -> datetime:
        """The inverse of ``day``."""
        return self.starts + timedelta(days=day)

    def outage(self, day: float) -> Outage | None:
        """What is broken on a day; the first that is named."""
        return next((one for one in self.outages if one.begins <= day < one.ends), None)
