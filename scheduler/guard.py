"""What is done again and again, and must not end the daemon when it goes wrong."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Final

from postings.errors import JobdiffError, StoreError

AGAIN_AFTER: Final = 3600.0
"""Seconds after which an error that goes on is logged once more."""
OVER_AFTER: Final = 60.0
"""Seconds without it after which it is over; what comes and goes is said once."""
STORE_TROUBLE_FOR: Final = 120.0
_ALIKE: Final = 100
"""Errors that begin with so many same characters are the same."""

log = logging.getLogger("scheduler")


@dataclass
class _Told:
    """What failed: the error that was logged last and when, and when it failed last.

    Times are the loop's.
    """

    said: str
    said_at: float
    failed_at: float


@dataclass
class Guard:
    """Logs what goes wrong in such work: once, once an hour while it goes on, and when it is over.

    Attributes:
        told: by what failed.
        store_troubles: by what failed, what the store said, and when.
    """

    told: dict[str, _Told] = field(default_factory=dict)
    store_troubles: dict[str, tuple[str, float]] = field(default_factory=dict)

    @property
    def store_trouble(self) -> str | None:
        """What the store said of late.

        Some work comes once an hour only; what lasts is met by other work long before.
        """
        since = asyncio.get_running_loop().time() - STORE_TROUBLE_FOR
        return next((said for said, at in self.store_troubles.values() if at >= since), None)

    async def __call__(self, what: str, work: Coroutine[Any, Any, object]) -> None:
        """Do it; ``what`` says what it means that it failed."""
        try:
            await work
        except Exception as error:  # noqa: BLE001  # the next tick tries again
            self._note(what, error)
            return
        self.store_troubles.pop(what, None)
        told = self.told.get(what)
        if told and asyncio.get_running_loop().time() - told.failed_at >= OVER_AFTER:
            del self.told[what]
            log.warning("over: %s", what)

    def _note(self, what: str, error: Exception) -> None:
        now = asyncio.get_running_loop().time()
        if isinstance(error, StoreError):
            self.store_troubles[what] = (str(error), now)
        same = f"{type(error).__name__}: {error}"[:_ALIKE]
        told = self.told.get(what)
        if told and told.said == same and now - told.said_at < AGAIN_AFTER:
            told.failed_at = now
            return
        self.told[what] = _Told(same, now, now)
        log_error(what, error)


def log_error(what: str, error: Exception) -> None:
    """Log what went wrong: one line of ours, and where it happened of anything else."""
    known = isinstance(error, JobdiffError)
    told = str(error) if known else f"{type(error).__name__}: {error}"
    log.error("%s: %s", what, " ".join(told.split()), exc_info=None if known else error)
