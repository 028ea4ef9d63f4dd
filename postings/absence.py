"""Absence is a question; the posting's own page answers it (rule 3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from postings.matching import Sighting
from postings.model import Absence, Evidence, Known
from postings.visits import Crawl, Policy

Closing = tuple[Evidence, ...]


@dataclass(frozen=True)
class Answer:
    """What became of the question about one posting.

    ``closing`` is the evidence that it was taken down, empty while that is not known; ``absence``
    and ``unlisted`` are what to remember of the question until the next crawl.
    """

    closing: Closing = ()
    absence: Absence | None = None
    unlisted: bool = False


@dataclass(frozen=True)
class Listing:
    """What the crawl's listing is good for.

    ``complete``: absence from it counts. ``readable``: another posting's page was read whole, so
    that lost markup is the page's own doing. ``evidence_url`` and ``at``: where it was and when it
    ended.
    """

    complete: bool
    readable: bool
    evidence_url: str
    at: datetime


def listing_of(crawl: Crawl, sightings: tuple[Sighting, ...], complete: bool) -> Listing:
    """The crawl's listing, for the postings that it does not have."""
    pages = [page for page in crawl.pages if page.role == "listing"]
    url = next((page.url for page in pages if page.first), crawl.board)
    at = max((page.at for page in pages), default=crawl.started_at)
    readable = bool(crawl.looked) or any(one.alive for one in sightings)
    return Listing(complete, readable, url, at)


def answer(
    known: Known, sighting: Sighting, listing: Listing, policy: Policy, *, single: bool
) -> Answer:
    """Whether a posting was taken down, as far as this crawl and the earlier ones can tell.

    One that comes and goes is taken down at most once a day.
    """
    told = _answered(known, sighting, listing, policy, single=single)
    back = known.reopened_at
    if not told.closing or back is None or listing.at - back >= policy.flaps_within:
        return told
    absence = known.absence or Absence(listing.at, page_gone=sighting.listed or single)
    return Answer(absence=absence, unlisted=known.unlisted)


def _answered(
    known: Known, sighting: Sighting, listing: Listing, policy: Policy, *, single: bool
) -> Answer:
    against = _counted(sighting, listing, single=single)
    if sighting.listed or single:
        return _listed(known, sighting, against, listing, policy)
    if not listing.complete:
        return Answer(absence=_without_page_gone(known, sighting), unlisted=known.unlisted)
    if against:
        return Answer(closing=(_absent(listing), *against))
    return _missing(known, sighting, listing, policy)


def _counted(sighting: Sighting, listing: Listing, *, single: bool) -> Closing:
    """The evidence of its own page that counts.

    Markup that is lost on the whole board is a fault of the board, and so is a redirect of every
    page while the listing still has them.
    """
    evidence = tuple(piece for one in sighting.against for piece in one.evidence)
    if listing.readable:
        return evidence
    listed_everywhere = sighting.listed and not single
    unsure = {"markup_removed", "redirect"} if listed_everywhere else {"markup_removed"}
    return tuple(piece for piece in evidence if piece.kind not in unsure)


def _listed(
    known: Known, sighting: Sighting, against: Closing, listing: Listing, policy: Policy
) -> Answer:
    before = known.absence if known.absence and known.absence.page_gone else None
    if not against or not listing.complete:
        unknown = sighting.unanswered or not listing.complete
        return Answer(absence=before if unknown and not sighting.alive else None)
    if before and listing.at - before.since >= policy.recheck_after:
        return Answer(closing=against)
    since = before.since if before else listing.at
    return Answer(absence=Absence(since, (before.crawls if before else 0) + 1, page_gone=True))


def _without_page_gone(known: Known, sighting: Sighting) -> Absence | None:
    if known.absence and known.absence.page_gone and sighting.alive:
        return None
    return known.absence


def _missing(known: Known, sighting: Sighting, listing: Listing, policy: Policy) -> Answer:
    absence = _again(known, listing.at)
    if sighting.alive and known.own_page:
        gone = _long(absence, listing.at, 2, policy.unlisted_for)
        detail = "its own page still stands"
        return _answer(gone, absence, listing, detail, sighting, unlisted=True)
    if not known.own_page:
        gone = _long(absence, listing.at, 2, policy.second_miss_after)
        return _answer(gone, absence, listing, "it has no page of its own", sighting)
    if sighting.unanswered or sighting.against:
        gone = _long(absence, listing.at, policy.unanswered_crawls, policy.unanswered_for)
        return _answer(gone, absence, listing, "its own page could not be read", sighting)
    waiting = known.absence or replace(absence, crawls=0)
    return Answer(absence=waiting, unlisted=known.unlisted)


def _again(known: Known, at: datetime) -> Absence:
    before = known.absence
    if before is None or before.page_gone:
        return Absence(at)
    return replace(before, crawls=before.crawls + 1)


def _long(absence: Absence, at: datetime, crawls: int, time: timedelta) -> bool:
    return absence.crawls >= crawls and at - absence.since >= time


def _answer(
    gone: bool,
    absence: Absence,
    listing: Listing,
    detail: str,
    sighting: Sighting,
    *,
    unlisted: bool = False,
) -> Answer:
    if not gone:
        return Answer(absence=absence, unlisted=unlisted)
    times = f"missing from {absence.crawls} complete listings since {absence.since:%Y-%m-%d %H:%M}"
    own = tuple(piece for one in sighting.answered for piece in one.evidence)
    return Answer(closing=(_absent(listing, f"{times} UTC; {detail}"), *own))


def _absent(listing: Listing, detail: str = "not on the complete listing") -> Evidence:
    kind: Literal["absent_from_listing"] = "absent_from_listing"
    return Evidence(kind, listing.evidence_url, listing.at, detail)
