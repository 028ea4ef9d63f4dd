"""How long postings stay open: the Kaplan-Meier estimate, with what is open still or met late."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_TWO_SIDED_95: Final = 1.959963984540054


@dataclass(frozen=True)
class Life:
    """One posting's time open, in days since it was posted.

    Attributes:
        until: when it closed, or was last known to be open.
        closed: it closed then; False: it was still open, and more is not known (censored).
        since: from when on it was watched; before that its closing would not have been seen, and
            it would not be among these lives (left truncation).
    """

    until: float
    closed: bool
    since: float = 0.0


@dataclass(frozen=True)
class Step:
    """From ``days`` on, ``share`` of the postings are still open, by 95 % within low and high.

    ``at_risk`` were open and watched just before; ``closed`` of them closed then.
    """

    days: float
    at_risk: int
    closed: int
    share: float
    low: float
    high: float


def curve(lives: Iterable[Life]) -> tuple[Step, ...]:
    """The survival curve, a step wherever postings closed (Kaplan and Meier 1958).

    The bounds are those of the log-log transformation with Greenwood's variance. A life that ends
    before it began to be watched says nothing and is left out; one that closed at once counts as
    closed within its first moment.
    """
    told = [life for life in lives if life.until >= life.since >= 0]
    ends, starts = sorted(life.until for life in told), sorted(life.since for life in told)
    moments = Counter(life.until for life in told if life.since == life.until)
    closings = Counter(life.until for life in told if life.closed)
    steps: list[Step] = []
    share, variance = 1.0, 0.0
    for days, closed in sorted(closings.items()):
        ended, begun = bisect_left(ends, days), bisect_left(starts, days)
        at_risk = begun - ended + moments[days]
        share *= 1 - closed / at_risk
        if closed < at_risk:
            variance += closed / (at_risk * (at_risk - closed))
        low, high = _bounds(share, variance)
        steps.append(Step(days, at_risk, closed, share, low, high))
    return tuple(steps)


def median(steps: Iterable[Step]) -> float | None:
    """After how many days half of the postings are closed; None where that is not reached."""
    return next((step.days for step in steps if step.share <= 0.5), None)


def _bounds(share: float, variance: float) -> tuple[float, float]:
    if share <= 0:
        return 0.0, 0.0
    width = _TWO_SIDED_95 * math.sqrt(variance) / math.log(share)
    return share ** math.exp(-width), share ** math.exp(width)
