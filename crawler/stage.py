"""Hand what a crawl sees to its recorder, in batches, in order."""

from __future__ import annotations

import asyncio
from typing import Final

from crawler.ports import Item, Recorder

BATCH: Final = 50


class Stage:
    """Items on their way to a recorder. A write that was begun is never cut short."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._waiting: list[Item] = []
        self._writing: asyncio.Future[None] | None = None

    async def add(self, item: Item) -> None:
        """Take ``item``; every fiftieth waits until the batch is recorded."""
        self._waiting.append(item)
        if len(self._waiting) >= BATCH:
            await self.flush()

    async def flush(self) -> None:
        """Record what is left. Raises what the recorder raises."""
        if self._writing:
            await self._finish(self._writing)
        if self._waiting:
            batch, self._waiting = self._waiting, []
            self._writing = asyncio.ensure_future(self._recorder.record(batch))
            await self._finish(self._writing)

    async def _finish(self, writing: asyncio.Future[None]) -> None:
        await asyncio.shield(writing)
        self._writing = None
