"""How the postings of a board are found: a registry of strategies, one file and one line each."""

from __future__ import annotations

from typing import Final

from crawler.discovery import embedded, feed, itemlist, listing, page, sitemap
from crawler.discovery.strategy import Strategy
from crawler.discovery.walk import ListingPage, Walk
from crawler.platforms import PLATFORMS
from postings.errors import ConfigurationError


async def _no_walk(walk: Walk) -> None:
    """A platform's list is asked instead (``crawler.platforms.listing``)."""


def _never(first: ListingPage) -> bool:  # noqa: ARG001
    """A platform is recognised by URLs, not by what a page looks like."""
    return False


STRATEGIES: Final[dict[str, Strategy]] = {
    strategy.name: strategy
    for strategy in (
        sitemap.STRATEGY,
        feed.STRATEGY,
        page.STRATEGY,
        itemlist.STRATEGY,
        embedded.STRATEGY,
        listing.STRATEGY,
        *(Strategy(name, _no_walk, _never, follows=False) for name in PLATFORMS),
    )
}


def strategy_named(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        ConfigurationError: there is none.
    """
    if name not in STRATEGIES:
        known = ", ".join(["auto", *STRATEGIES])
        raise ConfigurationError(f"There is no strategy {name!r}; known are: {known}.")
    return STRATEGIES[name]


def recognise(first: ListingPage) -> Strategy:
    """The strategy that a board's first page looks made for."""
    return next((each for each in STRATEGIES.values() if each.fits(first)), STRATEGIES["listing"])
