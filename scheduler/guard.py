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
_ALIKE: Final = 100
"""Errors that begin with so many same characters are the same."""

log = logging.getLogger("scheduler")


@dataclass
class Guard:
    """Logs what goes wrong in such work: once, once an hour while it goes on, and when it is over.

    Attributes:
        told: by what failed, the error that was logged last, and when (of the loop's time).
        store_troubles: by what failed, what the store said.
    """

    told: dict[str, tuple[str, float]] = field(default_factory=dict)
    store_troubles: dict[str, str] = field(default_factory=dict)

    async def __call__(self, what: str, work: Coroutine[Any, Any, object]) -> None:
        """Do it; ``what`` says what it means that it failed."""
        try:
            await work
        except Exception as error:  # noqa: BLE001  # the next tick tries again
            self._note(what, error)
            return
        self.store_troubles.pop(what, None)
        if self.told.pop(what, None):
            log.warning("over: %s", what)

    def _note(self, what: str, error: Exception) -> None:
        if isinstance(error, StoreError):
            self.store_troubles[what] = str(error)
        now = asyncio.get_running_loop().time()
        same = f"{type(error).__name__}: {error}"[:_ALIKE]
        said, at = self.told.get(what, ("", now))
        if said != same or now - at >= AGAIN_AFTER:
            self.told[what] = (same, now)
            log_error(what, error)


def log_error(what: str, error: Exception) -> None:
    """Log what went wrong: one line of ours, and where it happened of anything else."""
    known = isinstance(error, JobdiffError)
    told = str(error) if known else f"{type(error).__name__}: {error}"
    log.error("%s: %s", what, " ".join(told.split()), exc_info=None if known else error)
