"""One writer at a time: for whom it waits, for how long, and what that tells others."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Final

from storage import engine as sqlite

LONG: Final = 1.0
"""Seconds of waiting after which others, too, could not write what they had to."""
LATELY: Final = 10.0
"""Seconds in which whoever could not write has done so, twice the time between two renewals."""
_LOOK_EVERY: Final = 0.25


class Writing:
    """The turn of this process's threads to write, and how long they wait for other programs."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._turn = threading.Lock()
        self._hastened = threading.Event()
        self._asks_since: float | None = None
        self._was_held_at = -math.inf

    @property
    def is_hasty(self) -> bool:
        """Whether this process has to end; what takes long stops between its transactions."""
        return self._hastened.is_set()

    @property
    def waits(self) -> float:
        """For how many seconds another program has kept this process from writing, just now."""
        since = self._asks_since
        return 0.0 if since is None else monotonic() - since

    @property
    def was_held(self) -> bool:
        """Whether nobody could write a moment ago, because some program held the database."""
        return monotonic() - self._was_held_at < LATELY

    def hasten(self) -> None:
        """Wait for nobody any more."""
        self._hastened.set()

    def patience(self) -> float:
        """For how many seconds it waits for other programs."""
        if self.is_hasty:
            return sqlite.HASTY_MILLISECONDS / 1000
        return sqlite.BEGIN_TRIES * sqlite.BUSY_SECONDS

    @contextmanager
    def turn(self, began: float) -> Iterator[None]:
        """Only this thread of the process, which asked at ``began``.

        Whoever writes is waited for. Who waits for another program itself is waited for as long as
        one would wait for that program, or a queue of threads would wait that long one by one.

        Raises:
            StoreError: another program holds the database.
        """
        while not self._turn.acquire(timeout=_LOOK_EVERY):
            if self.waits and monotonic() - began > self.patience():
                raise sqlite.locked(self._place)
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While the database's own lock is asked for."""
        self._asks_since = asked = monotonic()
        try:
            yield
        finally:
            self._asks_since = None
            if monotonic() - asked > LONG:
                self._was_held_at = monotonic()

    def is_over(self, began: float) -> bool:
        """Whether who asked at ``began`` has waited long enough."""
        return self.is_hasty or monotonic() - began >= self.patience()
