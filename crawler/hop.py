"""The way into a board: its own page, where its listing was learnt to begin, or one hop further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from crawler.discovery.entrance import careers_link, is_home
from crawler.discovery.links import Link, likely, same_place
from crawler.discovery.walk import ListingPage, Walk
from crawler.learnt import Learnt
from crawler.ports import BoardPlan

_FEW: Final = 5


@dataclass(frozen=True)
class Entered:
    """Where a listing begins.

    Attributes:
        walk: has ``opening`` as its first page.
        begins: where that is, if not at the board's own URL.
        link: the link of the board's page that led there.
    """

    walk: Walk
    opening: ListingPage
    begins: tuple[str, ...] = ()
    link: Link | None = None


class Entrance:
    """The way into one board. ``leads`` tells whether a page leads to a platform's board."""

    def __init__(
        self,
        plan: BoardPlan,
        before: Learnt,
        new_walk: Callable[[], Walk],
        leads: Callable[[ListingPage], bool],
    ) -> None:
        self._plan = plan
        self._before = before
        self._new_walk = new_walk
        self._leads = leads

    async def enter(self, begins: tuple[str, ...]) -> Entered:
        """Ask for the first page; ``begins``: where it was learnt to be."""
        walk = self._new_walk()
        opening = await walk.page((*begins, self._plan.url)[0])
        found = Entered(walk, opening, begins)
        if begins and opening.judgement.fetch == "gone":
            return await self._anew() or found
        new = self._before.strategy is None and not begins
        return (await self._hopped(found) if new else None) or found

    async def _anew(self) -> Entered | None:
        """Look again from the board's own URL, for what was learnt is not there any more."""
        walk = self._new_walk()
        found = Entered(walk, await walk.page(self._plan.url))
        if self._leads(found.opening):
            return found
        if self._before.strategy in ("sitemap", "feed") and found.opening.good:
            return found
        return await self._hopped(found)

    async def _hopped(self, found: Entered) -> Entered | None:
        """One hop further, from a home page to the careers page, if that tells more."""
        link = way_on(found.opening) if self._plan.strategy == "auto" else None
        if link is None or self._leads(found.opening):
            return None
        walk = self._new_walk()
        there = await walk.page(link.url)
        if not there.good or not (self._leads(there) or leads_further(found.opening, there)):
            return None
        return Entered(walk, there, (there.answer.final_url,), link)


def way_on(opening: ListingPage) -> Link | None:
    """The link of a page to the careers page, where it is a home page or leads to no posting."""
    content, page = opening.content, opening.tree
    if page is None or not opening.good or content.carried or content.sure or content.says_empty:
        return None
    url = opening.answer.final_url
    if likely(content.links) > (_FEW if is_home(url) else 0):
        return None
    link = careers_link(page, url)
    return link if link and same_place(link.url, url) else None


def leads_further(here: ListingPage, there: ListingPage) -> bool:
    """Whether the careers page tells more of postings than the page that led to it."""
    before, after = here.content, there.content
    if after.carried or after.sure or after.says_empty:
        return True
    return likely(after.links) >= likely(before.links)
