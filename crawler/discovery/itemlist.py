"""``itemlist``: the page says in an ItemList which of its links are postings."""

from __future__ import annotations

from crawler.discovery.links import likely
from crawler.discovery.page import walk
from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage


def fits(first: ListingPage) -> bool:
    """It has such a list, and no link beside it looks like a posting."""
    content = first.content
    return content.sure > 0 and not likely(content.links_beside(content.sure))


STRATEGY = Strategy(
    "itemlist", walk, fits, follows=True, takes=lambda content: content.links[: content.sure]
)
