"""What a daemon makes of a configuration before it goes by it: what it refuses, and warns of."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from jobdiff.config import Config, parse_duration, resolve_secret
from postings.errors import ConfigurationError
from scheduler.due import is_cron
from storage.boards import BoardRow

CONTACT_OVER: Final = 100

log = logging.getLogger("scheduler")


def refuse_cut_off(new: Config, old: Config) -> None:
    """Refuse a configuration that cannot be what somebody wanted of a daemon that is running.

    A file that is gone, or empty because somebody is just writing it, is no mistake in TOML; to go
    by it would stop the boards and drop the news of every rule.

    Raises:
        ConfigurationError: the file is gone or empty, or the database is another.
    """
    if old.path is not None and new.path != old.path:
        instead = f", and {new.path} would be read instead" if new.path else ""
        raise ConfigurationError(f"{old.path} is gone{instead}; put it back, or start anew")
    if _says_something(old) and not _says_something(new):
        raise ConfigurationError(
            f"{new.path} is empty; was it cut off? Write it whole, or start anew"
        )
    if new.database != old.database:
        raise ConfigurationError("database: it cannot change while it is in use; start anew")


def refuse_without_contact(config: Config, watched: Sequence[BoardRow]) -> None:
    """Who asks many sites should say who asks.

    Raises:
        ConfigurationError: over 100 boards are watched, and ``crawler.contact`` is not set.
    """
    if len(watched) > CONTACT_OVER and config.crawler.contact is None:
        raise ConfigurationError(
            f"crawler.contact is not set, and {len(watched)} boards are watched; set it to"
            " mailto:you@example.org or a URL, so that sites can reach you"
        )


def warn_of_short_intervals(watched: Sequence[BoardRow], floor: timedelta) -> None:
    """Say which boards ask to be crawled more often than is done."""
    for board in watched:
        if board.every == "auto" or is_cron(board.every):
            continue
        if parse_duration(board.every) < floor:
            log.warning("%s: every %s is below scheduler.min_interval", board.name, board.every)


def warn_of_secrets(config: Config) -> None:
    """Say which channels cannot be told anything, before there is something to tell."""
    for channel in config.channels:
        for secret in (channel.url, channel.webhook, channel.secret):
            try:
                resolve_secret(secret or "")
            except ConfigurationError as error:
                log.warning("channel %r cannot be told anything: %s", channel.name, error)


def _says_something(config: Config) -> bool:
    return config != Config(path=config.path, database=config.database)
