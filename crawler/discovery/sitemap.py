"""``sitemap``: a sitemap, or an index of sitemaps, lists the pages of postings."""

from __future__ import annotations

from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage, Walk


async def walk(walk: Walk) -> None:
    """Read every shard."""
    first = walk.pages[0]
    walk.adds(first)
    if first.good:
        await walk.follow(first.content.nexts)


def fits(first: ListingPage) -> bool:
    """It is a sitemap."""
    return first.content.kind == "sitemap"


STRATEGY = Strategy("sitemap", walk, fits, follows=True)
