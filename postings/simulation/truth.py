"""What was true in a scenario, day by day, and what of it could be seen.

Worked out from the scenario alone: nothing here asks how jobdiff decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from postings.model import Kind
from postings.simulation.scenario import Deadline, Edit, Ending, Opening, Scenario, Span

FIELDS: Final[Mapping[str, str]] = MappingProxyType({
    "baseSalary": "salary",
    "description": "description_text",
    "jobLocation": "locations",
    "hiringOrganization": "organization",
    "employmentType": "employment_types",
    "validThrough": "valid_through",
    "jobLocationType": "remote",
    "applicantLocationRequirements": "applicant_locations",
    "jobBenefits": "benefits",
})  # fmt: skip
"""The properties of schema.org whose fields are called otherwise in jobdiff's changes."""

_MANY: Final = 5
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Fact:
    """Something that truly happened to an opening.

    Attributes:
        at: when; ``until``: when it was over again (the end of the scenario at the latest).
        fields: of an edit: the fields that it changed.
        due: so many sound crawls saw it that it has to be found.
    """

    kind: Kind
    opening: str
    at: datetime
    until: datetime
    fields: frozenset[str] = frozenset()
    due: bool = True


@dataclass(frozen=True)
class Need:
    """How many sound crawls, over how long, a closing takes to be certain."""

    crawls: int
    over: timedelta = timedelta(0)


class Truth:
    """The truth of one scenario."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.ends = scenario.crawls()[-1] + timedelta(seconds=1)
        self.sound = tuple(
            at for at in scenario.crawls() if scenario.outage(scenario.day(at)) is None
        )
        self._masses = tuple(self._mass_closings())

    def facts(self) -> Iterator[Fact]:
        """Everything that happened."""
        for opening in self.scenario.openings:
            yield from self._appearance(opening)
            yield from self._closings(opening)
            yield from self._lapses(opening)
            yield from self._edits(opening)

    def passes(self, deadline: Deadline) -> datetime:
        """When a stated deadline passes for the employer: a date lasts through its day."""
        at = self.scenario.instant(deadline.day)
        if deadline.spelled == "instant":
            return at
        zone = ZoneInfo(self.scenario.zone)
        return datetime.combine(at.date() + _DAY, time(), zone).astimezone(UTC)

    def is_past(self, opening: Opening, at: datetime) -> bool:
        """Whether the deadline that it states at an instant has passed by then."""
        stated = opening.deadline(self.scenario.day(at))
        return stated is not None and self.passes(stated) <= at

    def was_closed(self, opening: Opening, after: datetime, until: datetime) -> bool:
        """Whether it was closed, or its deadline passed, between two instants."""
        closed = any(
            span.closes is not None and after < self.scenario.instant(span.closes) <= until
            for span in opening.spans
        )
        return closed or any(after < self.passes(one) <= until for one in opening.deadlines)

    def _between(self, begins: datetime, ends: datetime) -> list[datetime]:
        return [at for at in self.sound if begins <= at < ends]

    def _bounds(self, span: Span) -> tuple[datetime, datetime]:
        ends = self.ends if span.closes is None else self.scenario.instant(span.closes)
        return self.scenario.instant(span.opens), min(ends, self.ends)

    def _appearance(self, opening: Opening) -> Iterator[Fact]:
        for span in opening.spans:
            begins, ends = self._bounds(span)
            if self._between(begins, ends):
                yield Fact("new", opening.name, begins, self.ends)
                return

    def _closings(self, opening: Opening) -> Iterator[Fact]:
        for span, later in zip(opening.spans, (*opening.spans[1:], None), strict=True):
            begins, closes = self._bounds(span)
            known = self._between(begins, closes)
            if span.closes is None or closes >= self.ends or not known:
                continue
            if self.is_past(opening, closes):
                continue
            until = self._bounds(later)[0] if later else self.ends
            after = self._between(self._untold_since(closes, until), until)
            need = self._need(opening, closes)
            due = len(after) >= need.crawls and after[-1] - after[0] >= need.over
            yield Fact("removed", opening.name, closes, until, due=due)

    def _untold_since(self, closes: datetime, until: datetime) -> datetime:
        """From when on nothing shows it again: a stale listing does."""
        stale = [
            self.scenario.instant(one.ends)
            for one in self.scenario.outages
            if one.breakage in ("stale", "stale_page")
        ]
        return max([closes, *(at for at in stale if closes < at < until)])

    def _need(self, opening: Opening, closes: datetime) -> Need:
        shape = self.scenario.shape
        mass = any(begins < closes <= ends for begins, ends in self._masses)
        if shape == "cards":
            return Need(5, 2 * _DAY) if mass else Need(3, _DAY / 2)
        if shape == "single":
            return Need(10_000) if opening.ends == "bare" else Need(3, _DAY / 8)
        need = _NEEDS[opening.ends]
        return Need(need.crawls + 3, need.over + _DAY) if mass else need

    def _mass_closings(self) -> Iterator[tuple[datetime, datetime]]:
        """Between which sound crawls most of the board was closed at once."""
        for begins, ends in pairwise(self.sound):
            before, after = self.scenario.day(begins), self.scenario.day(ends)
            there = [one for one in self.scenario.openings if one.is_open(before)]
            gone = [one for one in there if not one.is_open(after)]
            if len(gone) > _MANY and 2 * len(gone) > len(there):
                yield begins, ends

    def _lapses(self, opening: Opening) -> Iterator[Fact]:
        for deadline in opening.deadlines:
            at = self.passes(deadline)
            day = self.scenario.day(at)
            if opening.deadline(day) != deadline or not opening.is_open(day):
                continue
            span = next(one for one in opening.spans if one.holds(day))
            begins, ends = self._bounds(span)
            stated = max(begins, self.scenario.instant(deadline.since))
            known = self._between(stated, at)
            if known and at + 2 * _DAY < self.ends:
                due = at + 2 * max(_DAY, self.scenario.every) < ends
                yield Fact("expired", opening.name, at, self.ends, due=due)

    def _edits(self, opening: Opening) -> Iterator[Fact]:
        for edit in opening.edits:
            if not edit.material:
                continue
            at = self.scenario.instant(edit.day)
            span = next((one for one in opening.spans if one.holds(edit.day)), None)
            if span is None or at >= self.ends:
                continue
            begins, ends = self._bounds(span)
            until = min([ends, *self._undone(opening, edit)])
            before, after = self._between(begins, at), self._between(at, until)
            told = after and not self.is_past(opening, after[0]) and not self._was_past(opening, at)
            fields = fields_of(edit)
            yield Fact("changed", opening.name, at, self.ends, fields, due=bool(before and told))

    def _was_past(self, opening: Opening, at: datetime) -> bool:
        """Whether its deadline had passed just before an edit."""
        return self.is_past(opening, at - timedelta(seconds=1))

    def _undone(self, opening: Opening, edit: Edit) -> list[datetime]:
        """When a later edit changes the same again."""
        return [
            self.scenario.instant(other.day)
            for other in opening.edits
            if other.day > edit.day and set(other.values) & set(edit.values)
        ]


def fields_of(edit: Edit) -> frozenset[str]:
    """The fields, as jobdiff's changes call them, that an edit changes."""
    return frozenset(FIELDS.get(name, name) for name in edit.values)


_NEEDS: Final[Mapping[Ending, Need]] = MappingProxyType({
    "gone": Need(2),
    "closed": Need(2),
    "redirect": Need(2),
    "bare": Need(4, 3 * _DAY),
    "listed": Need(3, _DAY / 8),
    "unlisted": Need(4, 9 * _DAY),
})  # fmt: skip
