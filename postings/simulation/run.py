"""Let a scenario's days pass: crawl, settle, sweep, and keep every event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from postings.lifecycle import expire, settle
from postings.model import Event, Known, Observation, Posting, Verdict
from postings.simulation.scenario import Scenario
from postings.simulation.site import MARK, Site
from postings.simulation.visit import Visitor
from postings.visits import Board, Crawl, Policy

Decide: TypeAlias = Callable[
    [Board, Sequence[Known], Sequence[Observation], Crawl, Policy, datetime], Verdict
]
"""What decides a crawl: ``postings.lifecycle.settle``, or what is to be compared with it."""

_COMPLETE = ("complete", "empty")


@dataclass(frozen=True)
class Told:
    """An event, the opening that its posting is in truth, and the posting's summary then."""

    event: Event
    opening: str
    url: str
    posting: Posting


@dataclass
class Played:
    """All that came of a scenario.

    Attributes:
        told: every event, oldest first.
        outcomes: how often crawls ended how.
        quarantines: how many crawls were suspicious.
    """

    scenario: Scenario
    told: list[Told] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)


def play(scenario: Scenario, policy: Policy | None = None, *, decide: Decide = settle) -> Played:
    """Play a scenario from its first crawl to its last."""
    return _Play(scenario, policy or Policy(), decide).play()


class _Play:
    def __init__(self, scenario: Scenario, policy: Policy, decide: Decide) -> None:
        self._policy = policy
        self._decide = decide
        self._visitor = Visitor(Site(scenario))
        self._board = Board(scenario.board, baseline=True)
        self._known: dict[str, Known] = {}
        self._openings: dict[str, str] = {}
        self._played = Played(scenario)

    def play(self) -> Played:
        scenario = self._played.scenario
        for number, at in enumerate(scenario.crawls()):
            if number:
                self._sweep(f"{scenario.name}:sweep:{number}", at - scenario.every / 2)
            self._crawl(f"{scenario.name}:{number}", at)
        return self._played

    def _crawl(self, name: str, at: datetime) -> None:
        visit = self._visitor.visit(name, at, self._known.values())
        verdict = self._decide(
            self._board, tuple(self._known.values()), visit.observations, visit.crawl,
            self._policy, at,
        )  # fmt: skip
        self._played.outcomes[verdict.outcome] += 1
        complete = verdict.outcome in _COMPLETE
        self._apply(verdict)
        if self._late(at):
            known = tuple(self._known.values())
            self._apply(expire(known, crawl=name, now=at, looked=verdict.looked))
        self._board = replace(
            self._board,
            baseline=self._board.baseline and not complete,
            last_complete_at=at if complete else self._board.last_complete_at,
            quarantine=verdict.quarantine,
            ambiguous=verdict.ambiguous,
            habits=verdict.habits,
        )

    def _sweep(self, name: str, at: datetime) -> None:
        """What the daemon does between two crawls."""
        if self._late(at):
            self._apply(expire(tuple(self._known.values()), crawl=name, now=at))

    def _late(self, at: datetime) -> bool:
        return any(
            one.state == "open" and one.deadline is not None and one.deadline <= at
            for one in self._known.values()
        )

    def _apply(self, verdict: Verdict) -> None:
        for update in verdict.updates:
            posting = update.posting
            self._known[posting.id] = posting
            if update.created:
                self._openings[posting.id] = str(posting.snapshot.posting.raw.get(MARK))
        for event in verdict.events:
            known = self._known[event.posting]
            opening = self._openings[event.posting]
            self._played.told.append(Told(event, opening, known.url, known.snapshot.posting))
