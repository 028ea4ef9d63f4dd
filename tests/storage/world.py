"""A small site for the store: its postings, and crawls that see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from postings.identity import keys_of
from postings.model import (
    Evidence,
    Identifier,
    Observation,
    Organization,
    Place,
    Posting,
    Problem,
    Salary,
)
from postings.visits import Crawl, PageSeen, Policy
from storage import Store, crawls
from storage.boards import BoardRow
from storage.crawls import CrawlFacts, CrawlResult, Ticket
from storage.pages import PageRecord

SITE = "https://example.org"
LISTING = f"{SITE}/careers"
DAY_0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=2)


def at(days: float) -> datetime:
    """So many days after the first one, at noon."""
    return DAY_0 + timedelta(days=days)


def posting(
    number: int = 1,
    title: str | None = None,
    *,
    valid_through: str | None = None,
    pay: float | None = None,
    text: str = "Build rockets.",
    town: str = "Bern",
) -> Posting:
    return Posting(
        title=title or f"Engineer {number}",
        url=f"{SITE}/jobs/{number}",
        description_html=f"<p>{text}</p>",
        organization=Organization(name="Example AG"),
        identifier=Identifier(name="Example AG", value=str(number)),
        valid_through=valid_through,
        locations=(Place(locality=town, country="CH"),),
        salary=Salary(min=pay, max=pay, currency="CHF", unit="YEAR") if pay else None,
        problems=(Problem("no-date-posted", "warning", "datePosted", "it is missing"),),
        raw={"@type": "JobPosting", "identifier": str(number)},
    )


def seen(one: Posting, now: datetime) -> Observation:
    """Its own page was read, and the listing has it."""
    url = one.url or LISTING
    return Observation(
        url=url,
        at=now,
        fetch="changed",
        listed=True,
        keys=keys_of(one, url=url, alone=True),
        posting=one,
    )


def unchanged(one: Posting, now: datetime) -> Observation:
    """Its own page answered 304, and the listing has it."""
    url = one.url or LISTING
    keys = keys_of(one, url=url, alone=True)
    return Observation(url=url, at=now, fetch="unchanged", listed=True, keys=keys)


def gone(one: Posting, now: datetime) -> Observation:
    """Its own page answered 410."""
    url = one.url or LISTING
    evidence = Evidence("http_status", url, now, "410 Gone")
    keys = keys_of(one, url=url, alone=True)
    return Observation(url=url, at=now, fetch="gone", keys=keys, evidence=(evidence,))


def listing(now: datetime, postings: int, *, fetch: str = "changed") -> PageSeen:
    return PageSeen(
        url=LISTING,
        role="listing",
        fetch=fetch,  # type: ignore[arg-type]
        at=now,
        status=200,
        postings=postings,
        says_empty=postings == 0,
        first=True,
    )


def claim(store: Store, board: BoardRow, now: datetime, owner: str = "one") -> Ticket:
    ticket = crawls.begin(store, board.id, owner=owner, now=now, lease=LEASE)
    assert ticket is not None
    return ticket


def facts(ticket: Ticket, now: datetime, postings: int, strategy: str = "listing") -> CrawlFacts:
    """A crawl whose listing arrived and ended by itself."""
    crawl = Crawl(
        ticket.crawl_id,
        ticket.board.id,
        ticket.started_at,
        pages=(listing(now, postings),),
        exhausted=True,
    )
    return CrawlFacts(
        crawl, {"strategy": strategy}, requests=3, not_modified=1, bytes=512, seconds=0.5
    )


def visit(
    store: Store,
    board: BoardRow,
    postings: Iterable[Posting] = (),
    *,
    now: datetime,
    also: Sequence[Observation | PageRecord] = (),
    strategy: str = "listing",
) -> CrawlResult:
    """A complete crawl that sees these postings."""
    ticket = claim(store, board, now)
    items = [seen(one, now) for one in postings]
    crawls.stage(store, ticket, [*items, *also])
    return crawls.settle(store, ticket, facts(ticket, now, len(items), strategy), Policy(), now)
