"""``feed``: an RSS, Atom or JSON feed names the pages of postings."""

from __future__ import annotations

from crawler.discovery.feeds import may_be_a_window
from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage, Walk


async def walk(walk: Walk) -> None:
    """Read every part; a feed that may only tell its newest entries proves no absence."""
    first = walk.pages[0]
    walk.adds(first)
    if not first.good:
        return
    await walk.follow(first.content.nexts)
    parts = [page for page in walk.pages if page.content.kind == "feed"]
    entries = len({link.name for page in parts for link in page.content.links})
    whole = any(page.content.whole for page in parts)
    if not whole and may_be_a_window(len(parts), entries):
        walk.truncated = f"its feed has {entries} entries, which may only be the newest"


def fits(first: ListingPage) -> bool:
    """It is a feed."""
    return first.content.kind == "feed"


STRATEGY = Strategy("feed", walk, fits, follows=True)
