"""Postings that stand on the board's own pages, and a board that is one posting's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from crawler.classify import with_expired_posting, without_posting
from crawler.details import is_over
from crawler.discovery.walk import ListingPage
from postings.model import Evidence, Observation


def carried_by(page: ListingPage, *, asked: bool) -> Iterator[Observation]:
    """The postings that stand on a listing page itself."""
    for n, keys in enumerate(page.content.carried):
        yield Observation(
            url=page.url,
            at=page.answer.at,
            fetch=page.judgement.fetch,
            listed=True,
            asked=asked,
            keys=keys,
            posting=page.postings[n] if page.postings else None,
        )


def judged_as_posting(page: ListingPage, board_url: str) -> ListingPage:
    """A board's only page, judged as a posting's own page is."""
    if page.judgement.fetch != "changed" or page.opened is None:
        return page
    tree = page.opened.page
    if not page.content.carried:
        return replace(page, judgement=without_posting(page.answer, tree, board_url))
    over = bool(page.postings) and all(is_over(each, page.answer.at) for each in page.postings)
    return replace(page, judgement=with_expired_posting(tree)) if over else page


def evidence_of(page: ListingPage) -> tuple[Evidence, ...]:
    """What a page that is gone or ended gives as evidence."""
    kind = page.judgement.evidence
    if kind is None:
        return ()
    return (Evidence(kind, page.url, page.answer.at, page.judgement.detail),)
