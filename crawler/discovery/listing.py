"""``listing``: links on the board's page lead to pages that carry a posting each."""

from __future__ import annotations

from crawler.discovery.page import walk
from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage


def fits(first: ListingPage) -> bool:
    """It is a page with links."""
    return first.content.kind == "page"


STRATEGY = Strategy("listing", walk, fits, follows=True)
