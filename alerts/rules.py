"""Does an event match a rule? Pure: values in, a decision with its reason out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from alerts.filters import FILTERS, age, yearly_salary
from jobdiff.config import Rule
from postings.model import Posting
from postings.urls import canonical

__all__ = [
    "CLOSINGS",
    "Decision",
    "Subject",
    "age",
    "decide",
    "fits",
    "subject_of",
    "yearly_salary",
]

CLOSINGS: Final = ("expired", "removed")
HIDDEN: Final = "hidden"
WHY_HIDDEN: Final = "the posting is marked hidden"


@dataclass(frozen=True)
class Subject:
    """What rules ask of an event.

    Attributes:
        board: what its board may be called by: name, URL and id.
        tags: its board's.
        changed: the fields that changed in substance.
        at: when it was found.
        mark: what a person thinks of the posting: saved, applied, hidden or None.
    """

    kind: str
    posting: Posting
    at: datetime
    board: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    mark: str | None = None


@dataclass(frozen=True)
class Decision:
    """Whether an event matches a rule.

    Attributes:
        reason: why it was dropped; None: it matches.
        filter: the key of the rule that dropped it, for counting.
        unknown: what the rule asks for and the posting does not say, so it passed untested.
    """

    reason: str | None = None
    filter: str | None = None
    unknown: tuple[str, ...] = ()

    @property
    def matches(self) -> bool:
        return self.reason is None


def subject_of(
    event: Mapping[str, Any],
    posting: Posting,
    tags: Sequence[str],
    board: Sequence[str] = (),
    mark: str | None = None,
) -> Subject:
    """The subject of an event in its JSON shape (``jobdiff.event/1``)."""
    return Subject(
        kind=event["kind"],
        posting=posting,
        at=datetime.fromisoformat(event["detected_at"]),
        board=tuple(board) or (event["board"],),
        tags=tuple(tags),
        changed=tuple(change["field"] for change in event["changes"] if change["material"]),
        mark=mark,
    )


def decide(rule: Rule, subject: Subject) -> Decision:
    """Whether the event is one that ``rule`` tells; the first that says no gives the reason."""
    if subject.mark == "hidden":
        return Decision(WHY_HIDDEN, HIDDEN)
    if subject.kind not in rule.kinds:
        return Decision(f"kind is {subject.kind}", "kinds")
    if subject.kind == "changed" and not subject.changed:
        return Decision("nothing material changed", "changed")
    if subject.kind == "changed" and rule.changed and not _has_changed(rule, subject.changed):
        return Decision(f"changed are {', '.join(subject.changed)}", "changed")
    return fits(rule, subject)


def fits(rule: Rule, subject: Subject) -> Decision:
    """Whether the posting, whatever happened to it, is one that ``rule`` is about.

    A value that the posting does not give passes, unless the rule requires it.
    """
    if rule.boards and not any(_is_board(name, subject.board) for name in rule.boards):
        return Decision(f"the board is {subject.board[0]}", "boards")
    if rule.tags and not set(rule.tags) & set(subject.tags):
        return Decision(f"the board has none of the tags {', '.join(rule.tags)}", "tags")
    unknown = []
    for name, one in FILTERS.items():
        known = one.known(rule, subject.posting)
        if not known and name in rule.require:
            return Decision(f"{name} is missing and required", name)
        if not one.asked(rule):
            continue
        if not known:
            unknown.append(name)
        elif reason := one.refuses(rule, subject.posting, subject.at):
            return Decision(reason, name)
    return Decision(unknown=tuple(unknown))


def _is_board(asked: str, board: Sequence[str]) -> bool:
    """Whether a board is meant, by one of its names; an address in whatever spelling.

    >>> _is_board("https://EXAMPLE.org/careers?utm_source=x", ("Acme", "https://example.org/careers"))
    True
    """
    if asked in board:
        return True
    return "://" in asked and canonical(asked) in {canonical(one) for one in board if "://" in one}


def _has_changed(rule: Rule, changed: Sequence[str]) -> bool:
    """``salary`` stands for all of ``salary.min``, ``salary.max`` …; ``description`` for its text.

    >>> _has_changed(Rule(name="r", changed=("salary", "description")), ["description_text"])
    True
    """
    return any(
        field in (name, f"{name}_text") or field.startswith(f"{name}.")
        for name in rule.changed
        for field in changed
    )
