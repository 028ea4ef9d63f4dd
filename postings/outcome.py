"""What a crawl is called: its outcome and the reason, from how its pages answered (rule 2)."""

from __future__ import annotations

from collections.abc import Sequence

from postings.model import Fetch, Observation, Outcome
from postings.visits import Crawl, PageSeen

_GOOD = ("changed", "unchanged")


def judge(
    crawl: Crawl, observations: Sequence[Observation], *, first_visit: bool = False
) -> tuple[Outcome, str | None]:
    """The outcome of a crawl before rule 4 has looked at it, and why it is not ``complete``.

    Precedence: blocked, failed, unreadable, partial, empty, complete. ``first_visit``: nothing is
    known of the board yet, so that pages which cannot be read are all there is to go by.
    """
    if crawl.takeover:
        return "partial", "the process that crawled it ended before the crawl did"
    listing = [page for page in crawl.pages if page.role == "listing"]
    if crawl.single and _is_over(observations):
        return "complete", None
    judged = (
        _entrance(listing)
        or _nothing_told(crawl, listing, observations, first_visit)
        or _incomplete(crawl, listing)
    )
    if judged:
        return judged
    present = crawl.repeated or _present(observations)
    if not present and any(page.says_empty for page in listing):
        return "empty", "the page says that there is nothing"
    return "complete", None


def _entrance(listing: Sequence[PageSeen]) -> tuple[Outcome, str] | None:
    """How the board's own page answered, unless it answered well."""
    if not listing:
        return "failed", "no page of the board was fetched"
    first = [page for page in listing if page.first] or [listing[0]]
    bad = {page.fetch: page for page in reversed(first)}
    called: tuple[tuple[Fetch, Outcome, str], ...] = (
        ("blocked", "blocked", ""),
        ("failed", "failed", ""),
        ("gone", "failed", ": has the board moved?"),
        ("ended", "unreadable", ""),
    )
    for fetch, outcome, hint in called:
        if fetch in bad:
            return outcome, _say(bad[fetch]) + hint
    return None


def _nothing_told(
    crawl: Crawl,
    listing: Sequence[PageSeen],
    observations: Sequence[Observation],
    first_visit: bool,
) -> tuple[Outcome, str] | None:
    present = crawl.repeated or _present(observations)
    if present or any(page.says_empty for page in listing):
        return None
    told = any(page.postings for page in listing)
    asked = [page for page in crawl.pages if page.role == "detail"]
    for fetch in ("blocked", "failed"):
        bad = [page for page in asked if page.fetch == fetch]
        if bad and len(bad) == len(asked) and (first_visit or not told):
            outcome: Outcome = "blocked" if fetch == "blocked" else "failed"
            return outcome, f"none of its postings' pages could be read: {_say(bad[0])}"
    if told and not first_visit:
        return None
    return "unreadable", f"nothing on {listing[0].url} tells its postings"


def _is_over(observations: Sequence[Observation]) -> bool:
    """Whether the page of a board that is one posting says so: lost markup alone does not."""
    told = (piece.kind for one in observations for piece in one.evidence)
    return any(kind != "markup_removed" for kind in told)


def _incomplete(crawl: Crawl, listing: Sequence[PageSeen]) -> tuple[Outcome, str] | None:
    bad = next((page for page in listing if page.fetch not in _GOOD and not page.first), None)
    if bad:
        return "partial", f"a page of its listing did not answer: {_say(bad)}"
    if crawl.truncated:
        return "partial", crawl.truncated
    if not crawl.exhausted:
        return "partial", "its listing was not read to the end"
    return None


def _present(observations: Sequence[Observation]) -> bool:
    return any(one.listed or one.fetch in _GOOD for one in observations)


def _say(page: PageSeen) -> str:
    return f"{page.detail or page.fetch} at {page.url}"
