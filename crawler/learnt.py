"""What a crawl learnt of its board, for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_MOST: Final = 300


@dataclass(frozen=True)
class Learnt:
    """What worked: sticky, so that an outage never changes how a board is read.

    Attributes:
        strategy: the one that found postings; None while none has.
        sitemaps: where its listing starts, when that is not the board's own URL.
        shapes: shapes of URLs that carried postings.
        barren: shapes of URLs that carried none.
        single: the board's URL is one posting's own page.
        source: the URL that told of the platform's list, where it is not the board's own.
    """

    strategy: str | None = None
    sitemaps: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    barren: tuple[str, ...] = ()
    single: bool = False
    source: str | None = None

    def json(self) -> dict[str, Any]:
        """As JSON values; empty while nothing has worked."""
        if self.strategy is None:
            return {}
        told: dict[str, Any] = {
            "strategy": self.strategy,
            "sitemaps": list(self.sitemaps),
            "shapes": list(self.shapes[:_MOST]),
            "barren": list(self.barren[:_MOST]),
            "single": self.single,
        }
        return told | ({"source": self.source} if self.source else {})

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Learnt:
        """The inverse of ``json``; what is missing is empty."""
        return cls(
            strategy=stored.get("strategy"),
            sitemaps=tuple(stored.get("sitemaps", ())),
            shapes=tuple(stored.get("shapes", ())),
            barren=tuple(stored.get("barren", ())),
            single=bool(stored.get("single", False)),
            source=stored.get("source"),
        )
