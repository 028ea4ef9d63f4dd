"""A board in memory: what a site shows goes in, ``settle`` decides, its verdict is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from postings.identity import keys_of, url_key
from postings.lifecycle import expire, settle
from postings.model import (
    Event,
    Evidence,
    Fetch,
    Identifier,
    Known,
    Observation,
    Organization,
    Place,
    Posting,
    Salary,
    Verdict,
)
from postings.visits import Board, Crawl, PageSeen, Policy

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOARD_URL = "https://example.org/careers"


def job(number: int, **changes: object) -> Posting:
    """A posting that is told from its siblings by everything."""
    base = Posting(
        title=f"Engineer {number}",
        description_html=f"<p>Build thing number {number}.</p>",
        organization=Organization(name="Example"),
        identifier=Identifier("Example", f"R-{number}"),
        locations=(Place(locality="Bern", country="CH"),),
        salary=Salary(100_000 + number, 120_000 + number, "CHF", "YEAR"),
        date_posted="2026-03-01",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def page_of(number: int) -> str:
    return f"{BOARD_URL}/{number}"


def jobs(*numbers: int) -> dict[str, Posting]:
    return {page_of(number): job(number) for number in numbers}


@dataclass
class World:
    """One board whose listing links to the pages of its postings."""

    policy: Policy = field(default_factory=Policy)
    board: Board = field(default_factory=lambda: Board(BOARD_URL))
    known: dict[str, Known] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    crawls: int = 0

    def crawl(
        self,
        now: datetime,
        listed: Mapping[str, Posting],
        *,
        unlisted: Mapping[str, Posting] | None = None,
        answers: Mapping[str, Fetch] | None = None,
        first: Fetch = "changed",
        exhausted: bool = True,
        says_empty: bool = False,
        unread: frozenset[str] = frozenset(),
        ended_by: str = "closing_phrase",
    ) -> Verdict:
        """Crawl once: every listed page and every known open page that is missing is asked.

        ``answers`` says how a page answers when it does not simply carry its posting; a missing
        page that stands nowhere is gone. ``unread``: pages that answer 304.
        """
        self.crawls += 1
        asked = {**listed, **(unlisted or {})}
        if first in ("changed", "unchanged"):
            missing = {k.url for k in self.known.values() if k.state == "open"} - set(asked)
        else:
            asked, listed, missing = {}, {}, set()
        seen = [
            self._look(url, asked.get(url), url in listed, now, answers or {}, unread, ended_by)
            for url in sorted({*asked, *(missing if exhausted else set())})
        ]
        page = PageSeen(
            BOARD_URL,
            "listing",
            first,
            now,
            postings=len(listed),
            says_empty=says_empty,
            first=True,
        )
        crawl = Crawl(f"crawl-{self.crawls}", BOARD_URL, now, (page,), exhausted=exhausted)
        return self.settle(seen, crawl, now)

    def settle(self, seen: list[Observation], crawl: Crawl, now: datetime) -> Verdict:
        verdict = settle(self.board, list(self.known.values()), seen, crawl, self.policy, now)
        self._remember(verdict, now)
        read = {one.url for one in seen if one.fetch in ("changed", "unchanged")}
        looked = frozenset(one.id for one in self.known.values() if one.url in read)
        swept = expire(list(self.known.values()), crawl=crawl.id, now=now, looked=looked)
        self._apply(swept)
        return replace(verdict, events=(*verdict.events, *swept.events))

    def sweep(self, now: datetime) -> Verdict:
        verdict = expire(list(self.known.values()), crawl=f"sweep-{now}", now=now)
        self._apply(verdict)
        return verdict

    def state(self, url: str) -> str:
        return next(one.state for one in self.known.values() if one.url == url)

    def kinds(self) -> list[tuple[str, str]]:
        """Every delivered event so far: kind and posting's page."""
        told = [e for e in self.events if not e.quiet]
        return [(event.kind, self.known[event.posting].url) for event in told]

    def _look(
        self,
        url: str,
        posting: Posting | None,
        listed: bool,
        now: datetime,
        answers: Mapping[str, Fetch],
        unread: frozenset[str],
        ended_by: str,
    ) -> Observation:
        fetch = answers.get(url) or (
            "unchanged" if url in unread else "changed" if posting else "gone"
        )
        evidence: tuple[Evidence, ...] = ()
        if fetch == "gone":
            evidence = (Evidence("http_status", url, now, "HTTP 404"),)
        if fetch == "ended":
            evidence = (Evidence(ended_by, url, now, "it is over"),)  # type: ignore[arg-type]
        if fetch == "changed" and posting:
            keys = keys_of(posting, url=url, alone=True)
            return Observation(url, now, "changed", listed=listed, keys=keys, posting=posting)
        return Observation(url, now, fetch, listed=listed, keys=(url_key(url),), evidence=evidence)

    def _remember(self, verdict: Verdict, now: datetime) -> None:
        complete = verdict.outcome in ("complete", "empty")
        self.board = replace(
            self.board,
            quarantine=verdict.quarantine,
            ambiguous=verdict.ambiguous,
            habits=verdict.habits,
            baseline=self.board.baseline and not complete,
            last_complete_at=now if complete else self.board.last_complete_at,
        )
        self._apply(verdict)

    def _apply(self, verdict: Verdict) -> None:
        for update in verdict.updates:
            assert update.created == (update.posting.id not in self.known)
            self.known[update.posting.id] = update.posting
        self.events.extend(verdict.events)


HALF_DAY = timedelta(hours=12)
