"""The archive of the configuration, as the crawler hands pages to it."""

from __future__ import annotations

from pathlib import Path

from crawler.archiving import Capture, Keep
from jobdiff.config import Clock, Config
from storage.archive import Archive


def archive_of(config: Config) -> Archive | None:
    """The archive that ``[archive] folder`` names; None where it names none."""
    folder = config.archive.folder
    return Archive(Path(folder), config.archive.most_per_day) if folder else None


def keeper(config: Config, clock: Clock) -> Keep | None:
    """Keeps a page at the time it came; None where nothing is archived."""
    archive = archive_of(config)
    if archive is None:
        return None

    def keep(page: Capture) -> None:
        archive.keep(page.url, page.status, page.headers, page.body, clock())

    return keep
