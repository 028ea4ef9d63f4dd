"""What a crawl has seen so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from crawler.ports import Item
from postings.model import Observation


@dataclass
class Tally:
    """What a crawl has seen so far.

    Attributes:
        tell: tells how far the crawl has come.
        present: how many observations made a posting present.
        seen: the keys of those postings, the weak one by content left out.
    """

    tell: Callable[[], None]
    present: int = 0
    seen: set[str] = field(default_factory=set)

    def noted(self, item: Item) -> Item:
        """``item``, counted."""
        if isinstance(item, Observation) and item.fetch in ("changed", "unchanged"):
            self.present += 1
            self.see(item.keys)
        return item

    def see(self, keys: tuple[str, ...]) -> None:
        """Take a posting for seen."""
        self.seen.update(key for key in keys if not key.startswith("content:"))
