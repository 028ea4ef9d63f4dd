"""A board and one visit of it, as ``settle`` needs to know them, and the times of the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from postings.habits import Habits
from postings.model import Fetch, Quarantine


@dataclass(frozen=True)
class PageSeen:
    """How one page of a board answered in a crawl: what is needed to judge the crawl.

    ``role`` is ``listing`` for every page whose absences count (listing pages, sitemaps, list
    APIs) and ``detail`` for a posting's own page. ``says_empty``: it says in words, or its list
    returned, that there is nothing. ``postings``: how many postings it lists or carries.
    ``first``: the board's own URL (or its sitemap or API's first page).
    """

    url: str
    role: Literal["listing", "detail"]
    fetch: Fetch
    at: datetime
    status: int | None = None
    detail: str = ""
    postings: int = 0
    says_empty: bool = False
    first: bool = False


@dataclass(frozen=True)
class Crawl:
    """One visit of one board, as ``settle`` needs to know it.

    ``pages`` are its listing pages and those detail pages that did not answer well;
    ``exhausted`` is True when every listing page arrived and the listing ended by itself;
    ``truncated`` says what was left out (a cap, a budget). ``takeover``: the process that ran it
    died, so it proves no absence. ``single`` : the board is one posting's own page. ``repeated``
    counts open listed postings that it listed again and that are among neither the known ones nor
    the observations, because nothing else is to be said of them; ``looked`` counts those of them
    whose page was asked and had not changed.
    """

    id: str
    board: str
    started_at: datetime
    pages: tuple[PageSeen, ...] = ()
    exhausted: bool = False
    truncated: str | None = None
    takeover: bool = False
    single: bool = False
    repeated: int = 0
    looked: int = 0


@dataclass(frozen=True)
class Board:
    """What ``settle`` needs to know of a board.

    Attributes:
        baseline: nothing of this crawl is news yet (rule 8).
        last_complete_at: the end of its last complete crawl.
        quarantine: its open question, if any.
        ambiguous: identity keys that no longer identify.
        habits: what was learnt of its fields.
    """

    id: str
    baseline: bool = False
    last_complete_at: datetime | None = None
    quarantine: Quarantine | None = None
    ambiguous: frozenset[str] = frozenset()
    habits: Habits = field(default_factory=Habits)


@dataclass(frozen=True)
class Policy:
    """The times and shares of the rules, so that tests and simulations can turn them."""

    recheck_after: timedelta = timedelta(hours=1)
    second_miss_after: timedelta = timedelta(hours=6)
    unanswered_crawls: int = 3
    unanswered_for: timedelta = timedelta(hours=48)
    unlisted_for: timedelta = timedelta(days=7)
    mass_more_than: int = 5
    mass_share: float = 0.5
    quarantine_recheck: timedelta = timedelta(hours=6)
    quarantine_for: timedelta = timedelta(days=7)
    deadline_at_most: timedelta = timedelta(days=5 * 366)
    expired_look_within: timedelta = timedelta(hours=24)
    flaps_within: timedelta = timedelta(hours=24)
    drift_share: float = 0.9
    drift_for: timedelta = timedelta(days=7)
    volatile_after: int = 3
