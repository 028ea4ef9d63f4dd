"""``embedded``: the data that a page's scripts are handed lists the postings."""

from __future__ import annotations

from crawler.discovery.links import likely
from crawler.discovery.page import walk as walk_pages
from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage, Walk


async def walk(walk: Walk) -> None:
    """Read the first page and those that continue it; less than its own total is not the whole."""
    await walk_pages(walk)
    total = max((page.content.total or 0 for page in walk.pages), default=0)
    listed = sum(page.content.counted for page in walk.pages)
    if walk.pages[0].good and listed < total:
        walk.truncated = walk.truncated or f"its data lists {listed} of {total} postings"


def fits(first: ListingPage) -> bool:
    """The data lists what looks like postings, and no link beside it does."""
    content = first.content
    beside = content.links_beside(content.sure + content.embedded)
    return bool(likely(content.embedded_links)) and not content.sure and not likely(beside)


STRATEGY = Strategy(
    "embedded", walk, fits, follows=True, takes=lambda content: content.embedded_links
)
