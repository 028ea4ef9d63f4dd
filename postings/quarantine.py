"""Mass disappearance is suspicious, not news (rule 4)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from postings.model import Quarantine
from postings.visits import Policy


@dataclass(frozen=True)
class Judgement:
    """Which of the postings that would be removed may be, and the board's open question."""

    believed: frozenset[str]
    quarantine: Quarantine | None = None


def weigh(
    going: frozenset[str],
    listed: Collection[str],
    quarantine: Quarantine | None,
    policy: Policy,
    now: datetime,
    *,
    proven: bool,
    staying: int = 0,
) -> Judgement:
    """Believe, doubt or settle a disappearance, at the end of a complete crawl.

    Args:
        going: ids that rule 3 would remove now.
        listed: ids that were open and listed before this crawl.
        quarantine: the question that an earlier crawl left open.
        policy: the shares and times.
        now: the end of the crawl.
        proven: the listing showed a posting, or said that there is none.
        staying: how many more were open and listed, and still are.
    """
    if quarantine is None:
        return _fresh(going, listed, policy, now, staying)
    both = going & quarantine.missing
    if len(both) * 2 <= len(quarantine.missing):
        return _fresh(going, listed, policy, now, staying)
    age = now - quarantine.since
    if age >= (policy.quarantine_recheck if proven else policy.quarantine_for):
        return _rest(going, both, listed, policy, now, staying)
    return Judgement(frozenset(), replace(quarantine, agreeing=quarantine.agreeing + 1))


def is_mass(
    going: Collection[str], listed: Collection[str], policy: Policy, staying: int = 0
) -> bool:
    """Whether so many would go at once that the site is doubted before the employer."""
    many = len(set(going) & set(listed))
    return many > policy.mass_more_than and many > (len(listed) + staying) * policy.mass_share


def _fresh(
    going: frozenset[str], listed: Collection[str], policy: Policy, now: datetime, staying: int
) -> Judgement:
    if is_mass(going, listed, policy, staying):
        return Judgement(frozenset(), Quarantine(now, going))
    return Judgement(going)


def _rest(
    going: frozenset[str],
    settled: frozenset[str],
    listed: Collection[str],
    policy: Policy,
    now: datetime,
    staying: int,
) -> Judgement:
    """What both crawls miss is settled; what only this one misses is weighed by itself."""
    rest = _fresh(going - settled, set(listed) - settled, policy, now, staying)
    return Judgement(settled | rest.believed, rest.quarantine)
