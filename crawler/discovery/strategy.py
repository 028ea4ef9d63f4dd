"""What a strategy is: how the listing pages of a board are found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from crawler.discovery.content import Content
from crawler.discovery.links import Link
from crawler.discovery.walk import ListingPage, Walk


def _every_link(content: Content) -> tuple[Link, ...]:
    return content.links


@dataclass(frozen=True)
class Strategy:
    """One way to find the postings of a board.

    Attributes:
        walk: asks for the rest of the listing once its first page (in ``walk.pages``) is there.
        fits: whether a board's first page looks made for it; asked in the registry's order.
        follows: whether the links of its listing pages lead to postings.
        takes: which links those are.
    """

    name: str
    walk: Callable[[Walk], Awaitable[None]]
    fits: Callable[[ListingPage], bool]
    follows: bool
    takes: Callable[[Content], tuple[Link, ...]] = _every_link
