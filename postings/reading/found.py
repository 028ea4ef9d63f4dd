"""What the readers of single syntaxes hand on: raw nodes and problems of the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from postings.model import Problem
from postings.reading.result import Origin


@dataclass(frozen=True)
class RawNode:
    """One JobPosting as it was read: JSON values, local names or those of the page."""

    raw: dict[str, Any]
    syntax: str
    repaired: bool = False
    problems: tuple[Problem, ...] = ()
    origins: tuple[Origin, ...] = ()


@dataclass
class Found:
    """A document's nodes and problems, gathered by its readers in turn."""

    nodes: list[RawNode] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    problem_origins: list[Origin | None] = field(default_factory=list)
    complete: bool = True

    def problem(
        self, rule: str, message: str, *, partial: bool = False, origin: Origin | None = None
    ) -> None:
        """Tell a warning about the page; ``partial`` when something of it was not read."""
        self.problems.append(Problem(rule, "warning", None, message))
        self.problem_origins.append(origin)
        if partial:
            self.complete = False
