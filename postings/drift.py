"""How a board's fields behave: those that move at every crawl, those that are lost all at once.

A field that changes at every crawl on most postings is volatile: it makes no events. A field that
nine of ten postings had and none has any more is doubted, as a mass disappearance is (rule 4):
what the postings said before stands until the loss is agreed, or a person decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from postings.content import FIELDS
from postings.habits import Drift, Habits
from postings.model import Change, Known, Posting, Salary
from postings.visits import Policy

_FEW: Final = 2
_ATTRIBUTES: Final = {each.name for each in fields(Posting)}


def attribute_of(name: str) -> str:
    """The attribute of ``Posting`` that a field of ``FIELDS`` is read from.

    >>> attribute_of("salary.min"), attribute_of("description_text")
    ('salary', 'description_html')
    """
    first = name.partition(".")[0]
    return first if first in _ATTRIBUTES else "description_html"


_FIELDS_OF: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({
    attribute_of(name): tuple(one for one in FIELDS if attribute_of(one) == attribute_of(name))
    for name in FIELDS
})  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """An open posting that a crawl saw.

    Attributes:
        known: as it was before the crawl.
        read: what it says now; None where nothing was read, since it has not changed.
        changes: what would be told of it.
    """

    known: Known
    read: Posting | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Learnt:
    """What a crawl taught of a board's fields.

    Attributes:
        settled: losses that were agreed for long enough: they are true.
    """

    habits: Habits
    settled: tuple[Drift, ...] = ()


def learn(
    habits: Habits,
    seen: Sequence[Seen],
    policy: Policy,
    now: datetime,
    *,
    repeated: int = 0,
    unseen: int = 0,
) -> Learnt:
    """What is known of a board's fields after a crawl that saw these postings.

    ``repeated`` counts further ones that have not changed, ``unseen`` open ones that it did not
    see: a crawl that saw but a few teaches nothing of what moves.
    """
    if not seen:
        return Learnt(habits)
    present = len(seen) + repeated
    weighed = [_weighed(one, seen) for one in habits.drifts]
    open_ = [one for one in weighed if one]
    settled = tuple(one for one in open_ if now - one.since >= policy.drift_for)
    drifts = (*(one for one in open_ if one not in settled), *_lost(habits, seen, policy, now))
    if present <= unseen:
        return Learnt(replace(habits, drifts=drifts), settled)
    moving = _moving(habits, seen, present, {one.field for one in drifts})
    patience = policy.volatile_after if present > _FEW else 2 * policy.volatile_after
    found = {name: now for name, times in moving.items() if times >= patience}
    kept = {name: times for name, times in moving.items() if name not in found}
    return Learnt(Habits(kept, {**habits.volatile, **found}, drifts), settled)


def holds_alike(one: Habits, other: Habits) -> bool:
    """Whether the same fields are held back."""
    return set(one.volatile) == set(other.volatile) and {each.field for each in one.drifts} == {
        each.field for each in other.drifts
    }


def hold(posting: Posting, before: Posting, habits: Habits) -> Posting:
    """The posting with what it said ``before`` where what it says now is not to be told."""
    for name in habits.volatile:
        posting = _with_field(posting, before, name)
    for one in habits.drifts:
        if not has(posting, one.field):
            posting = _copied(posting, before, one.field)
    return posting


def has(posting: Posting, attribute: str) -> bool:
    """Whether a posting says anything under an attribute."""
    return any(FIELDS[name](posting) not in (None, "", ()) for name in _FIELDS_OF[attribute])


def without(posting: Posting, attribute: str) -> Posting:
    """The posting without what it says under an attribute, and without what was read of it."""
    return replace(_copied(posting, Posting(), attribute), raw={})


def doubt(drifts: Iterable[Drift]) -> str | None:
    """What is doubted, for people; None where nothing is."""
    told = [f"{named(one.field)} is gone from {len(one.postings)} postings" for one in drifts]
    return f"{', '.join(told)} at once: not believed until it is seen for a week" if told else None


def named(attribute: str) -> str:
    """An attribute in words.

    >>> named("description_html")
    'description'
    """
    return attribute.removesuffix("_html").replace("_", " ")


def _weighed(drift: Drift, seen: Iterable[Seen]) -> Drift | None:
    """An open question after another crawl; None where most of what was read has the field."""
    back, lacking = set(), set()
    for one in seen:
        if one.read is None:
            lacking |= {one.known.id} & drift.postings
        elif has(one.read, drift.field):
            back.add(one.known.id)
        elif has(one.known.snapshot.posting, drift.field):
            lacking.add(one.known.id)
    if 2 * len(back) > len(back) + len(lacking):
        return None
    postings = (drift.postings | lacking) - back
    return replace(drift, postings=postings, agreeing=drift.agreeing + bool(lacking))


def _lost(habits: Habits, seen: Iterable[Seen], policy: Policy, now: datetime) -> Iterable[Drift]:
    """The fields that nine of ten postings had and none has any more."""
    read = [one for one in seen if one.read is not None]
    doubted = {one.field for one in habits.drifts}
    emptied = {
        attribute_of(change.field)
        for one in read
        for change in one.changes
        if change.after in (None, "", [])
    }
    for attribute in sorted(emptied - doubted):
        had = [one.known.id for one in read if has(one.known.snapshot.posting, attribute)]
        still = any(one.read and has(one.read, attribute) for one in read)
        enough = len(had) > policy.mass_more_than and len(had) >= policy.drift_share * len(read)
        if enough and not still:
            yield Drift(attribute, now, frozenset(had))


def _moving(
    habits: Habits, seen: Iterable[Seen], present: int, doubted: set[str]
) -> dict[str, int]:
    """How many crawls in a row each field has changed on most postings."""
    moved = Counter(change.field for one in seen for change in one.changes)
    return {
        name: habits.moving.get(name, 0) + 1
        for name, times in moved.items()
        if 2 * times > present and attribute_of(name) not in doubted
    }


def _with_field(posting: Posting, before: Posting, name: str) -> Posting:
    """The posting with one field of ``FIELDS`` as it was before."""
    attribute, _, part = name.partition(".")
    if not part:
        return _copied(posting, before, attribute_of(name))
    now: Any = getattr(posting, attribute) or Salary()
    was: Any = getattr(before, attribute) or Salary()
    mixed = replace(now, **{part: getattr(was, part)})
    nothing = getattr(posting, attribute) is None and mixed == Salary()
    return posting if nothing else replace(posting, **{attribute: mixed})


def _copied(posting: Posting, other: Posting, attribute: str) -> Posting:
    value: Any = getattr(other, attribute)
    return replace(posting, **{attribute: value})
