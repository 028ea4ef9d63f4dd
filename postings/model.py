"""The words of jobdiff as frozen values.

Field names follow schema.org and ``docs/contracts.md``; ``postings.wire`` turns them into JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, TypeAlias

from postings.description import Description, DescriptionHtml
from postings.habits import Habits

Severity: TypeAlias = Literal["error", "warning", "info"]
Remote: TypeAlias = Literal["remote", "hybrid", "on_site"]
State: TypeAlias = Literal["open", "expired", "removed"]
Kind: TypeAlias = Literal["new", "changed", "expired", "removed", "reopened"]
Outcome: TypeAlias = Literal[
    "complete", "empty", "partial", "suspicious", "unreadable", "failed", "blocked"
]
Fetch: TypeAlias = Literal["changed", "unchanged", "gone", "ended", "blocked", "failed"]
EvidenceKind: TypeAlias = Literal[
    "content", "absent_from_listing", "http_status", "valid_through", "markup_removed",
    "closing_phrase", "redirect", "approved", "merged",
]  # fmt: skip


@dataclass(frozen=True)
class Organization:
    """schema.org ``hiringOrganization``."""

    name: str | None = None
    url: str | None = None
    logo: str | None = None


@dataclass(frozen=True)
class Identifier:
    """schema.org ``identifier``: ``name`` is whose number it is, ``value`` the number as text."""

    name: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class Place:
    """One ``jobLocation``; ``country`` is ISO 3166-1 alpha-2 or, unrecognised, absent."""

    street: str | None = None
    locality: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Salary:
    """``currency`` is ISO 4217; ``unit`` one of HOUR DAY WEEK MONTH YEAR; never guessed."""

    min: float | None = None
    max: float | None = None
    currency: str | None = None
    unit: str | None = None
    estimated: bool = False


@dataclass(frozen=True)
class Source:
    """Where a posting was read: ``json-ld``, ``microdata``, ``rdfa`` or ``api:NAME``.

    ``api:NAME/posting`` is what a platform's API says of this one posting; ``json-ld:list`` and its
    siblings what a board's page says of one whose own page was not read yet.
    """

    syntax: str
    repaired: bool = False

    @property
    def is_list(self) -> bool:
        """Whether only a list told of it, nothing of its own."""
        if self.syntax.endswith(":list"):
            return True
        return self.syntax.startswith("api:") and "/" not in self.syntax


@dataclass(frozen=True)
class Problem:
    """Something a reader found wrong; ``property`` is the schema.org name it is about."""

    rule: str
    severity: Severity
    property: str | None
    message: str


@dataclass(frozen=True)
class Posting:
    """What one posting says at one time. Unknown is ``None`` or ``()``, never a guess or ``""``.

    ``date_posted``, ``date_modified`` and ``valid_through`` are text in one of three spellings:
    a date (``2021-08-05``), a local time (``2021-08-05T17:00:00``) or an instant with its offset
    (``2021-08-05T15:51:56Z``). ``description_html`` is sanitised; ``description_text`` is made
    from it on first use. ``raw`` is the node as it was read, JSON values only.
    """

    title: str | None = None
    url: str | None = None
    description_html: DescriptionHtml = DescriptionHtml()  # noqa: RUF009 - a descriptor
    organization: Organization = Organization()
    identifier: Identifier = Identifier()
    apply_url: str | None = None
    department: str | None = None
    openings: int | None = None
    date_posted: str | None = None
    date_modified: str | None = None
    valid_through: str | None = None
    employment_types: tuple[str, ...] = ()
    locations: tuple[Place, ...] = ()
    remote: Remote | None = None
    applicant_locations: tuple[str, ...] = ()
    salary: Salary | None = None
    industry: str | None = None
    occupational_category: str | None = None
    skills: tuple[str, ...] = ()
    qualifications: str | None = None
    responsibilities: str | None = None
    benefits: str | None = None
    education: tuple[str, ...] = ()
    experience_months: float | None = None
    work_hours: str | None = None
    direct_apply: bool | None = None
    language: str | None = None
    source: Source = Source("json-ld")
    problems: tuple[Problem, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def description_unsanitised(self) -> str | None:
        """HTML with the same words as ``description_html``, for comparing: not safe to show."""
        given: Description | str | None = vars(self)["description_html"]
        return given.markup if isinstance(given, Description) else given

    @cached_property
    def description_text(self) -> str | None:
        """The description as plain text, made from ``description_html`` when first asked for."""
        from postings.fields.text import plain_text

        return plain_text(self.description_html) if self.description_html else None


@dataclass(frozen=True)
class Evidence:
    """Why an event is believed."""

    kind: EvidenceKind
    url: str
    at: datetime
    detail: str


@dataclass(frozen=True)
class Observation:
    """One thing a crawl saw of one posting, at one URL.

    Attributes:
        url: the page that was asked, or on which the posting was listed.
        at: when the answer arrived.
        fetch: how that page answered. ``changed`` and ``unchanged`` make the posting present;
            ``gone`` and ``ended`` speak against it; ``blocked`` and ``failed`` say nothing.
        listed: seen on a complete or incomplete listing, sitemap or list API of this crawl.
        asked: the posting's own page was asked (False: it was only listed).
        keys: identity keys, strongest first (``postings.identity``). May name a known posting
            that was not read again.
        posting: what was read, or None where nothing was read (listed only, unchanged, not there).
        evidence: for ``gone`` and ``ended``: what was seen.
    """

    url: str
    at: datetime
    fetch: Fetch
    listed: bool = False
    asked: bool = True
    keys: tuple[str, ...] = ()
    posting: Posting | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """What a posting said from ``at`` on; a new one only when its content changed."""

    id: str
    at: datetime
    posting: Posting
    fingerprint: str
    reader: int


@dataclass(frozen=True)
class Absence:
    """How long a posting has been missing.

    Attributes:
        since: end of the first complete crawl that missed it, or that found its listed page gone.
        crawls: how many complete crawls in a row agree.
        page_gone: it is listed, but its own page is gone or ended.
    """

    since: datetime
    crawls: int = 1
    page_gone: bool = False


@dataclass(frozen=True)
class Known:
    """A posting as the store remembers it when a crawl is settled.

    Attributes:
        url: its own page, or the page that carries it.
        own_page: False when it is only part of a page with other postings or of a list.
        keys: every key it was ever known by, ambiguous ones left out.
        deadline: what ``valid_through`` said when it was last read (None: none, a placeholder or
            sliding), as the first instant after it.
        read_at: when its page last said so, read or unchanged; ``valid_through_read`` is the
            deadline it gave then, in its own spelling.
        slid_at: when its deadline was last seen to move along with the clock; while set, the
            deadline means nothing (rule 5).
        unlooked: the id of an ``expired`` event after which its page has not been looked at yet.
        date_posted_read: the latest ``date_posted`` that it ever gave; ``date_bumps`` counts how
            often that moved to a later day.
        repost_of: the closed posting that it says the same as, under another identity;
            ``reposted`` counts how often that happened before it, in a chain.
        reopened_at: when it was last there again after it had been removed.
    """

    id: str
    url: str
    state: State
    snapshot: Snapshot
    keys: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    own_page: bool = True
    listed: bool = True
    unlisted: bool = False
    still_published: bool = False
    absence: Absence | None = None
    closed_at: datetime | None = None
    deadline: datetime | None = None
    read_at: datetime | None = None
    valid_through_read: str | None = None
    slid_at: datetime | None = None
    unlooked: str | None = None
    date_posted_read: str | None = None
    date_bumps: int = 0
    repost_of: str | None = None
    reposted: int = 0
    reopened_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    """One field that differs; ``before`` and ``after`` are JSON values; ``field`` is dotted."""

    field: str
    before: Any
    after: Any
    material: bool


@dataclass(frozen=True)
class Event:
    """A fact about a posting, never edited.

    ``posting`` is the id of a known posting or, for a new one, that of its ``NewPosting``.
    ``quiet``: it is recorded and never delivered (baseline events are told apart by ``baseline``).
    ``state`` is the posting's state after it. ``before`` and ``after`` name snapshots; None stands
    for "there was none".
    """

    id: str
    kind: Kind
    posting: str
    state: State
    detected_at: datetime
    occurred_at: datetime | None
    window_after: datetime | None
    window_before: datetime | None
    evidence: tuple[Evidence, ...]
    changes: tuple[Change, ...] = ()
    before: str | None = None
    after: str | None = None
    retracts: str | None = None
    baseline: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Quarantine:
    """A mass disappearance that is not believed yet (rule 4).

    ``missing`` are the ids that would have been removed; ``agreeing`` counts complete crawls that
    missed most of the same set.
    """

    since: datetime
    missing: frozenset[str]
    agreeing: int = 1


@dataclass(frozen=True)
class Update:
    """A posting's row as it should be after the crawl.

    ``posting`` carries the new state; its ``snapshot`` is the one to keep. ``created``: the posting
    is not in the store yet. ``snapshot_added``: ``posting.snapshot`` is not in the store yet;
    ``enriched``: it differs only because the reader improved.
    """

    posting: Known
    created: bool = False
    snapshot_added: bool = False
    enriched: bool = False


@dataclass(frozen=True)
class Verdict:
    """What a crawl (or a sweep) comes to. A shell carries it out in one transaction.

    ``present`` are the ids of the postings that the crawl saw to be there, whatever their state;
    ``looked`` of those whose own page said so.
    """

    outcome: Outcome
    reason: str | None
    updates: tuple[Update, ...] = ()
    events: tuple[Event, ...] = ()
    quarantine: Quarantine | None = None
    ambiguous: frozenset[str] = frozenset()
    habits: Habits = field(default_factory=Habits)
    present: frozenset[str] = frozenset()
    looked: frozenset[str] = frozenset()
