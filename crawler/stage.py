"""Hand what a crawl sees to its recorder, in batches, in order."""

from __future__ import annotations

import asyncio
from typing import Final

from crawler.ports import Item, Recorder
from storage.pages import PageRecord

BATCH: Final = 50
"""How many postings that were read make a batch."""
_LIGHT: Final = 0.1
_LISTED: Final = 0.01


class Stage:
    """Items on their way to a recorder. A write that was begun is never cut short.

    Attributes:
        left_alone: how many postings a listing had whose pages were not asked.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._waiting: list[Item] = []
        self._weight = 0.0
        self.left_alone = 0
        self._writing: asyncio.Future[None] | None = None

    async def add(self, item: Item) -> None:
        """Take ``item``; every fiftieth that is heavy waits until the batch is recorded."""
        self._waiting.append(item)
        self.left_alone += _is_left_alone(item)
        self._weight += _weight(item)
        if self._weight >= BATCH:
            await self.flush()

    async def flush(self) -> None:
        """Record what is left. Raises what the recorder raises."""
        if self._writing:
            await self._finish(self._writing)
        if self._waiting:
            batch, self._waiting, self._weight = self._waiting, [], 0.0
            self._writing = asyncio.ensure_future(self._recorder.record(batch))
            self._writing.add_done_callback(_take_note)
            await self._finish(self._writing)

    async def _finish(self, writing: asyncio.Future[None]) -> None:
        await asyncio.shield(writing)
        self._writing = None


def _take_note(writing: asyncio.Future[None]) -> None:
    """Where the crawl was cut off meanwhile, nobody asks any more what came of its last write."""
    if not writing.cancelled():
        writing.exception()


def _is_left_alone(item: Item) -> bool:
    if isinstance(item, PageRecord) or item.posting:
        return False
    return item.listed and not item.asked and item.fetch == "unchanged"


def _weight(item: Item) -> float:
    """What an item counts for in a batch: one that was merely listed is a few bytes."""
    if isinstance(item, PageRecord):
        return _LIGHT if item.role != "listing" else 1.0
    if item.posting:
        return 1.0
    return _LIGHT if item.asked or item.evidence else _LISTED
