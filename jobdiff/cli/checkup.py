"""What ``doctor`` looks at: each check says what it found, and fails alone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from jobdiff.cli.text import clean, count
from postings.errors import JobdiffError, RefusedUrl

if TYPE_CHECKING:
    from jobdiff.cli.session import Session

_OLDEST = (3, 11)
_LITTLE_SPACE = 100 * 1024 * 1024
_SAMPLE = b"""<html><body><script type="application/ld+json">{"@context": "https://schema.org",
"@type": "JobPosting", "title": "Doctor"}</script></body></html>"""


@dataclass(frozen=True)
class Finding:
    """What one check found; ``detail`` is one line."""

    check: str
    ok: bool
    detail: str


class Ailing(JobdiffError):
    """A check found something wrong."""


def checkup(session: Session) -> Iterator[Finding]:
    """Every check, in an order in which the first failure explains the later ones."""
    checks: dict[str, Callable[[Session], str]] = {
        "Python": _python,
        "configuration": _configuration,
        "clock": _clock,
        "store": _store,
        "space": _space,
        "boards": _boards,
        "reading": _reading,
        "time zones": _zones,
        "network guard": _guard,
        "alerts": _alerts,
    }
    for check, look in checks.items():
        try:
            yield Finding(check, True, clean(look(session)))
        except JobdiffError as error:
            yield Finding(check, False, clean(str(error)))
        except (ImportError, OSError) as error:
            yield Finding(check, False, clean(f"{type(error).__name__}: {error}"))


def _python(_session: Session) -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST:
        raise Ailing(f"{version} is too old; jobdiff needs {'.'.join(map(str, _OLDEST))} or newer")
    return f"{version}, {sys.executable}"


def _configuration(session: Session) -> str:
    config = session.config
    if config.path is None:
        return "no file, the defaults hold; `jobdiff init` writes one"
    told = (
        count(len(config.boards), "board"),
        count(len(config.channels), "channel"),
        count(len(config.rules), "rule"),
    )
    contact = "" if config.crawler.contact else "; no contact for site owners ([crawler] contact)"
    return f"{config.path}: {', '.join(told)}{contact}"


def _clock(session: Session) -> str:
    now = session.time()
    if session.now:
        return f"stands at {now:%Y-%m-%d %H:%M:%S} UTC (--now or JOBDIFF_NOW)"
    if now.year < datetime.fromtimestamp(Path(__file__).stat().st_mtime, now.tzinfo).year:
        raise Ailing(f"it says {now:%Y-%m-%d}, which is before jobdiff was installed; set it")
    return f"{now:%Y-%m-%d %H:%M:%S} UTC"


def _store(session: Session) -> str:
    session.store.check()
    with session.store.write():
        pass
    return f"{session.store.place}, schema {session.store.revision()}, whole and writable"


def _space(session: Session) -> str:
    free = shutil.disk_usage(session.store.place.parent).free
    megabytes = f"{free / 1024**2:,.0f} MB free"
    if free < _LITTLE_SPACE:
        raise Ailing(f"only {megabytes} beside {session.store.place}; make room")
    return megabytes


def _boards(session: Session) -> str:
    from jobdiff.cli.shapes import board_state
    from storage import boards

    now = session.time()
    with session.store.read() as connection:
        rows = boards.all_boards(connection)
    poorly = [row.name for row in rows if board_state(row, now) in {"stale", "quarantined"}]
    hint = f"; look at {', '.join(poorly[:3])}" if poorly else ""
    return f"{len(rows):,} watched{hint}"


def _reading(_session: Session) -> str:
    from postings.reading import READER_VERSION, read_document

    reading = read_document(_SAMPLE, "https://example.org/")
    if [posting.title for posting in reading.postings] != ["Doctor"]:
        raise Ailing("the reader does not read a plain JobPosting; install jobdiff again")
    return f"a JobPosting is read (reader {READER_VERSION})"


def _zones(_session: Session) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo("Europe/Zurich")
    except ZoneInfoNotFoundError:
        raise Ailing("the zones of the world are missing; install the package tzdata") from None
    return "the zones of the world are known"


def _guard(session: Session) -> str:
    from crawler.guard.urls import check_url

    for url in ("http://127.0.0.1/", "http://[::1]/", "http://0x7f.1/", "file:///etc/hostname"):
        try:
            check_url(url, allow_private=False)
        except RefusedUrl:
            continue
        raise Ailing(f"{url} is not refused; do not crawl with this installation")
    if session.config.network.allow_private:
        return "lets the crawler go to private addresses ([network] allow_private)"
    return "private addresses and files are refused"


def _alerts(session: Session) -> str:
    from alerts.rulebook import channels_of, in_force, troubles

    config = session.config
    with session.store.read() as connection:
        rules, amiss = in_force(connection, config), troubles(connection, config)
    unused = [rule.name for rule in rules if not channels_of(config, rule)]
    if unused:
        raise Ailing(f"the rule {unused[0]!r} has no channel to tell; add a [[channels]]")
    if amiss:
        raise Ailing(amiss[0])
    if not rules:
        return "no rules; nobody is told anything"
    return f"{count(len(rules), 'rule')} over {count(len(config.channels), 'channel')}"
