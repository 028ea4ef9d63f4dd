"""What is tidied up now and then, so that a store can run for years."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from jobdiff.config import Config, wall_clock
from storage import Store, processes, retention

ONCE_A: Final = timedelta(days=1)

log = logging.getLogger("scheduler")


def forget_processes(store: Store, _config: Config, _now: datetime) -> None:
    """Forget the processes that died long ago."""
    with store.write() as connection:
        gone = processes.forget_silent(connection, wall_clock())
    if gone:
        log.info("forgot %d processes that ended without saying so", gone)


def forget_old_detail(store: Store, config: Config, now: datetime) -> None:
    """What ``jobdiff gc`` does, once a day, where ``[scheduler] keep`` says for how long."""
    keep = config.scheduler.keep
    if keep is None:
        return
    with store.read() as connection:
        done = retention.pruned_before(connection)
    if done is None or now - keep - done >= ONCE_A:
        gone = retention.prune(store, now - keep, now).counts
        told = ", ".join(f"{count} {name}" for name, count in gone.items() if count)
        if told:
            log.info("forgot what is older than %s: %s", f"{now - keep:%Y-%m-%d}", told)


CHORES: Final[tuple[Callable[[Store, Config, datetime], None], ...]] = (
    forget_processes,
    forget_old_detail,
)
"""Done one after the other, each in transactions of its own; one that fails stops the round."""


def tidy(store: Store, config: Config, now: datetime) -> None:
    """Do every chore."""
    for chore in CHORES:
        chore(store, config, now)
