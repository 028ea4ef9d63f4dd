"""``page``: the board's page carries its postings itself."""

from __future__ import annotations

from crawler.discovery.links import likely
from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage, Walk


async def walk(walk: Walk) -> None:
    """Read the first page and those that continue it."""
    first = walk.pages[0]
    walk.adds(first)
    if first.good and not first.content.single:
        await walk.follow(first.content.nexts)


def fits(first: ListingPage) -> bool:
    """It carries postings, and no other links look like postings."""
    content = first.content
    if not content.carried:
        return False
    if content.single:
        return True
    own = set(content.own_urls)
    others = [link for link in content.links if link.name not in own]
    return likely(others) <= len(content.carried)


STRATEGY = Strategy("page", walk, fits, follows=False)
