"""What the store remembers of a board, as the crawler wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawler.ports import KnownPosting
from storage import Store, pages, remembered
from storage.pages import PageRecord
from storage.remembered import Brief


@dataclass(frozen=True)
class BoardMemory:
    """What the store remembers of a board (``crawler.ports.Memory``)."""

    pages: Mapping[str, PageRecord]
    postings: tuple[KnownPosting, ...]

    def page(self, url: str) -> PageRecord | None:
        """What is remembered of a page; ``url`` is canonical."""
        return self.pages.get(url)

    def known(self) -> Sequence[KnownPosting]:
        """The board's postings."""
        return self.postings


def remember(store: Store, board_id: str, now: datetime) -> BoardMemory:
    """Load what is remembered of a board."""
    with store.read() as connection:
        records = pages.remembered(connection, board_id)
        briefs = remembered.postings_of(connection, board_id, now)
    return BoardMemory(records, tuple(map(_known_posting, briefs)))


def _known_posting(brief: Brief) -> KnownPosting:
    return KnownPosting(
        brief.id,
        brief.url,
        brief.state,
        brief.own_page,
        brief.listed,
        brief.keys,
        brief.late or brief.questioned,
    )
