"""What settling learns of how a board's fields behave: values only, ``postings.drift`` decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Drift:
    """A field that a board's postings lost all at once, which is not believed yet.

    Attributes:
        field: an attribute of ``Posting`` (``salary``, ``description_html``).
        since: end of the crawl that first missed it.
        postings: ids of those that lost it; what they said before stands.
        agreeing: crawls that missed it on most of the postings that they read.
    """

    field: str
    since: datetime
    postings: frozenset[str]
    agreeing: int = 1


@dataclass(frozen=True)
class Habits:
    """How a board's fields behave.

    Attributes:
        moving: field of ``postings.content.FIELDS`` → crawls in a row in which it changed on most
            postings.
        volatile: field → when it was learnt to change at every crawl; it makes no events.
        drifts: the open questions about fields.
    """

    moving: Mapping[str, int] = field(default_factory=dict, hash=False)
    volatile: Mapping[str, datetime] = field(default_factory=dict, hash=False)
    drifts: tuple[Drift, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moving or self.volatile or self.drifts)
