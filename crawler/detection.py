"""What was found out about a site: how its postings can be read, why, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeAlias

SCHEMA = "jobdiff.detect/1"
Outcome: TypeAlias = Literal["readable", "empty", "unreadable", "blocked", "failed"]


@dataclass(frozen=True)
class Estimate:
    """What the first crawl costs.

    Attributes:
        requests: robots.txt, listing pages and postings' pages.
        seconds: how long it takes at the pace that is kept between requests.
        at_least: not everything was counted.
    """

    requests: int
    seconds: float
    at_least: bool = False


@dataclass(frozen=True)
class Detection:
    """What was found at a URL.

    Attributes:
        start: where the listing begins, where that is not ``url`` itself.
        strategy: by which its postings are read (``crawler.discovery``); None where none fits.
        saying: what was found, one sentence without a stop.
        why: what that rests on, a sentence each.
        postings: how many seem to be there; ``estimate.at_least`` holds for them too.
        warning: what a person should know, and what to do about it.
    """

    url: str
    outcome: Outcome
    saying: str
    strategy: str | None = None
    start: str | None = None
    why: tuple[str, ...] = ()
    postings: int | None = None
    estimate: Estimate | None = None
    warning: str | None = None

    def json(self) -> dict[str, Any]:
        """The contract ``jobdiff.detect/1``."""
        estimate = self.estimate
        return {
            "schema": SCHEMA,
            "url": self.url,
            "outcome": self.outcome,
            "strategy": self.strategy,
            "start": self.start,
            "found": self.saying,
            "why": list(self.why),
            "postings": self.postings,
            "at_least": estimate.at_least if estimate else False,
            "requests": estimate.requests if estimate else None,
            "seconds": estimate.seconds if estimate else None,
            "warning": self.warning,
        }


def estimated(pages: int, *, own_pages: int, pace: timedelta, at_least: bool) -> Estimate:
    """The cost of a first crawl: robots.txt, ``pages`` of listing, ``own_pages`` of postings.

    >>> estimated(2, own_pages=27, pace=timedelta(seconds=2), at_least=False)
    Estimate(requests=30, seconds=60.0, at_least=False)
    """
    requests = 1 + pages + own_pages
    return Estimate(requests, round(requests * pace.total_seconds(), 1), at_least)
