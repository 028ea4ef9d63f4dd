"""What a made-up site shows at an instant, whole and sound; ``breakages`` breaks it.

It knows nothing of how postings are told apart or judged: it only answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urljoin, urlsplit

from postings.simulation.noise import noisy, shuffled, tracked
from postings.simulation.scenario import Opening, Scenario

Kind: TypeAlias = Literal[
    "posting", "listing", "gone", "closed", "home", "bare", "error", "timeout", "refused",
    "challenge", "login", "shell", "other",
]  # fmt: skip

MARK: Final = "x-opening"
"""The property by which the truth is told which opening a posting is; jobdiff does not read it."""


@dataclass(frozen=True)
class Page:
    """What answers at an address.

    Attributes:
        kind: ``posting`` carries one; ``listing`` leads to some or carries them; ``closed`` says
            in words that it is over; ``home`` is the home page, by a redirect; ``bare`` has lost
            its markup; ``other`` is somebody else's page; ``refused`` is HTTP 403.
        nodes: the schema.org properties that it carries.
        links: where a listing leads to.
        more: a listing goes on.
        says_empty: it says that there is nothing.
    """

    kind: Kind
    nodes: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    links: tuple[str, ...] = ()
    more: bool = False
    says_empty: bool = False


class Site:
    """A scenario's site, as it is when nothing is broken."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._at_path = {
            path: opening for opening in scenario.openings for _, path in opening.addresses
        }

    def listing(self, number: int, at: datetime, *, shown_at: datetime | None = None) -> Page:
        """One page of the listing, from 0 on; ``shown_at``: what it says is as old as that."""
        day = self.scenario.day(shown_at or at)
        listed = self.listed(day)
        size = max(1, -(-len(listed) // self.scenario.pages))
        chosen = listed[number * size : (number + 1) * size]
        page = Page("listing", more=(number + 1) * size < len(listed), says_empty=not listed)
        if self.scenario.shape == "cards":
            return replace(page, nodes=tuple(self.node(one, day, at) for one in chosen))
        return replace(page, links=tuple(self.link(one, day, at) for one in chosen))

    def listed(self, day: float) -> list[Opening]:
        """What the listing has on a day."""
        shown = [one for one in self.scenario.openings if self._is_listed(one, day)]
        salt = f"{self.scenario.name}:{day}"
        return shuffled(shown, salt) if "order" in self.scenario.noise else shown

    def page(self, url: str, at: datetime) -> Page:
        """What stands at a posting's address."""
        day = self.scenario.day(at)
        opening = self.opening_at(url)
        if opening is None or not opening.was_open(day):
            return Page("gone")
        stands = self._own_url(opening, day).partition("?")[0]
        if stands != url.partition("?")[0]:
            return Page("gone")
        if opening.is_open(day) or opening.ends == "unlisted":
            return Page("posting", (self.node(opening, day, at),))
        return _ENDED[opening.ends]

    def opening_at(self, url: str) -> Opening | None:
        """Whose page an address is, or was."""
        if self.scenario.shape == "single":
            return self.scenario.openings[0]
        return self._at_path.get(urlsplit(url).path)

    def link(self, opening: Opening, day: float, at: datetime) -> str:
        """A posting's address as the listing writes it."""
        salt = f"{opening.name}:{at.isoformat()}"
        return tracked(self._own_url(opening, day), self.scenario.noise, salt)

    def node(self, opening: Opening, day: float, at: datetime) -> Mapping[str, Any]:
        """What a posting says on a day, rendered at ``at``."""
        node: dict[str, Any] = {"@type": "JobPosting", **opening.node, MARK: opening.name}
        for edit in opening.edits:
            if edit.day <= day:
                node |= edit.values
        node.pop("validThrough", None) if opening.deadlines else None
        stated = opening.deadline(day)
        if stated:
            until = self.scenario.instant(stated.day)
            dated = stated.spelled == "date"
            node["validThrough"] = until.date().isoformat() if dated else until.isoformat()
        if self.scenario.shape != "cards":
            node["url"] = self._own_url(opening, day)
        return noisy(node, self.scenario.noise, at, opening.name)

    def _own_url(self, opening: Opening, day: float) -> str:
        if self.scenario.shape == "single":
            return self.scenario.board
        return urljoin(self.scenario.board, opening.address(day))

    def _is_listed(self, opening: Opening, day: float) -> bool:
        if opening.is_open(day):
            return True
        return opening.ends == "listed" and opening.was_open(day)


_ENDED: Final[Mapping[str, Page]] = {
    "gone": Page("gone"),
    "listed": Page("gone"),
    "closed": Page("closed"),
    "redirect": Page("home"),
    "bare": Page("bare"),
}
