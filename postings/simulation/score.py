"""Hold what was told against what was true: false alarms, misses, and how long news took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from statistics import median
from typing import Any, Final

from postings.model import Kind
from postings.simulation.run import Played, Told
from postings.simulation.scenario import Opening
from postings.simulation.truth import Fact, Truth, fields_of

SIMULATION_SCHEMA: Final = "jobdiff.simulation/1"
KINDS: Final[tuple[Kind, ...]] = ("new", "changed", "expired", "removed", "reopened")
_LOOK_WITHIN: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Score:
    """How a scenario, or many of them, came out.

    Attributes:
        told: events by kind, baseline included; ``false``: those that are not so.
        due: what had to be found, by kind; ``missed``: what of it was not.
        waits: for each removal that was found, how many crawls it took, the finding one included.
        cosmetic: edits that nobody wants to hear of.
        mistakes: what is false or missed, a line each.
    """

    boards: int
    crawls: int
    outcomes: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    due: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    waits: tuple[int, ...] = ()
    cosmetic: int = 0
    mistakes: tuple[str, ...] = ()

    def __add__(self, other: Score) -> Score:
        return Score(
            boards=self.boards + other.boards,
            crawls=self.crawls + other.crawls,
            outcomes=self.outcomes + other.outcomes,
            told=self.told + other.told,
            false=self.false + other.false,
            due=self.due + other.due,
            missed=self.missed + other.missed,
            waits=self.waits + other.waits,
            cosmetic=self.cosmetic + other.cosmetic,
            mistakes=self.mistakes + other.mistakes,
        )

    @property
    def good(self) -> bool:
        """Whether nothing is false and nothing was missed."""
        return not self.mistakes

    def json(self, scenario: str) -> dict[str, Any]:
        """The contract ``jobdiff.simulation/1``."""
        return {
            "schema": SIMULATION_SCHEMA,
            "scenario": scenario,
            "crawls": self.crawls,
            "outcomes": dict(sorted(self.outcomes.items())),
            "events": {kind: self.told[kind] for kind in KINDS},
            "due": {kind: self.due[kind] for kind in KINDS},
            "false": {kind: self.false[kind] for kind in KINDS},
            "missed": {kind: self.missed[kind] for kind in KINDS},
            "removed_after_crawls": {
                "median": median(self.waits) if self.waits else None,
                "most": max(self.waits, default=None),
            },
            "cosmetic_edits": self.cosmetic,
            "mistakes": list(self.mistakes),
        }


def score(played: Played) -> Score:
    """Judge what came of a scenario."""
    truth = Truth(played.scenario)
    by_opening: dict[str, list[Told]] = defaultdict(list)
    for one in played.told:
        by_opening[one.opening].append(one)
    judges = [_Judge(truth, one, by_opening[one.name]) for one in played.scenario.openings]
    wrong = list(chain.from_iterable(judge.wrong() for judge in judges))
    facts = [
        *truth.facts(),
        *chain.from_iterable(judge.reopenings() for judge in judges),
    ]
    due = [fact for fact in facts if fact.due]
    found = [(fact, _found(fact, by_opening[fact.opening])) for fact in due]
    missed = [fact for fact, event in found if event is None]
    return Score(
        boards=1,
        crawls=len(played.scenario.crawls()),
        outcomes=played.outcomes,
        told=Counter(one.event.kind for one in played.told),
        false=Counter(one.event.kind for one in wrong),
        due=Counter(fact.kind for fact in due),
        missed=Counter(fact.kind for fact in missed),
        waits=tuple(_waits(truth, found)),
        cosmetic=sum(not edit.material for judge in judges for edit in judge.opening.edits),
        mistakes=(*map(_false_line, wrong), *map(_missed_line, missed)),
    )


class _Judge:
    """What was told of one opening, against its truth."""

    def __init__(self, truth: Truth, opening: Opening, told: Sequence[Told]) -> None:
        self.opening = opening
        self._truth = truth
        self._told = told
        self._retracted = {
            one.event.retracts: one.event.detected_at for one in told if one.event.retracts
        }

    def wrong(self) -> Iterator[Told]:
        """The events that are not so."""
        before: list[Told] = []
        for one in self._told:
            if not one.event.quiet and not self._is_so(one, before):
                yield one
            before.append(one)

    def _is_so(self, one: Told, before: Sequence[Told]) -> bool:
        at = one.event.detected_at
        is_open = self.opening.is_open(self._truth.scenario.day(at))
        if one.event.kind == "new":
            return is_open and all(other.event.kind != "new" for other in before)
        if one.event.kind == "removed":
            return not is_open
        if one.event.kind == "expired":
            return self._truth.is_past(self.opening, at) or self._was_retracted(one)
        opened = [other for other in before if other.event.kind in ("new", "reopened")]
        since = opened[-1].event.detected_at if opened else at
        if one.event.kind == "reopened" and not (
            is_open and self._truth.was_closed(self.opening, since, at)
        ):
            return False
        return self._is_explained(one, before)

    def _was_retracted(self, one: Told) -> bool:
        """Whether it was taken back before anybody was told."""
        until = self._retracted.get(one.event.id)
        return until is not None and until - one.event.detected_at <= _LOOK_WITHIN

    def _is_explained(self, one: Told, before: Sequence[Told]) -> bool:
        """Whether every material change of an event is one that the employer made since."""
        day = self._truth.scenario.day(one.event.detected_at)
        made = [edit for edit in self.opening.edits if edit.material and edit.day <= day]
        for name in _material(one):
            told = [each for each in before if each.event.kind == "new" or name in _material(each)]
            last = max((_day(self._truth, each) for each in told), default=-1.0)
            if not any(name in fields_of(edit) and edit.day > last for edit in made):
                return False
        return True

    def reopenings(self) -> Iterator[Fact]:
        """The spans after a closing that was told: they have to be told too."""
        scenario = self._truth.scenario
        for span in self.opening.spans[1:]:
            begins = scenario.instant(span.opens)
            ends = self._truth.ends
            if span.closes is not None:
                ends = min(ends, scenario.instant(span.closes))
            seen = [at for at in self._truth.sound if begins <= at < ends]
            state = [one.event.state for one in self._told if one.event.detected_at < begins]
            if seen and state and state[-1] != "open":
                due = not self._truth.is_past(self.opening, seen[0])
                yield Fact("reopened", self.opening.name, begins, ends, due=due)


def _material(one: Told) -> frozenset[str]:
    """The fields of an event's material changes, as the truth calls them."""
    names = (change.field for change in one.event.changes if change.material)
    return frozenset(name.partition(".")[0] for name in names)


def _found(fact: Fact, told: Iterable[Told]) -> Told | None:
    """The event by which a fact was told."""
    for one in told:
        if fact.at <= one.event.detected_at < fact.until and _tells(one, fact):
            return one
    return None


def _tells(one: Told, fact: Fact) -> bool:
    if fact.kind == "changed":
        return bool(fact.fields & _material(one))
    return one.event.kind == fact.kind


def _waits(truth: Truth, found: Iterable[tuple[Fact, Told | None]]) -> Iterator[int]:
    crawls = truth.scenario.crawls()
    for fact, one in found:
        if fact.kind == "removed" and one is not None:
            yield sum(fact.at <= at <= one.event.detected_at for at in crawls)


def _day(truth: Truth, one: Told) -> float:
    return truth.scenario.day(one.event.detected_at)


def _false_line(one: Told) -> str:
    fields = ", ".join(sorted(_material(one)))
    about = f" ({fields})" if fields else ""
    return f"false {one.event.kind}: {one.opening} at {_spelled(one.event.detected_at)}{about}"


def _missed_line(fact: Fact) -> str:
    fields = ", ".join(sorted(fact.fields))
    about = f" ({fields})" if fields else ""
    return f"missed {fact.kind}: {fact.opening} at {_spelled(fact.at)}{about}"


def _spelled(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
