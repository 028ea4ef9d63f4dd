"""Keeping house: ``gc``, ``backup`` and ``restore``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jobdiff.cli.asking import YesOption, confirm
from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session
from jobdiff.cli.text import count, day
from postings.errors import NotFound

if TYPE_CHECKING:
    from storage.retention import Pruning

GC_SCHEMA = "jobdiff.gc/1"
BACKUP_SCHEMA = "jobdiff.backup/1"
RESTORE_SCHEMA = "jobdiff.restore/1"

_WHAT = {
    "snapshots": "superseded snapshot",
    "raw": "raw text of a closed posting",
    "crawls": "crawl",
    "deliveries": "delivery",
    "pages": "page",
    "archive": "day of archived pages",
}
_PLURAL = {
    "archive": "days of archived pages",
    "raw": "raw texts of closed postings",
    "deliveries": "deliveries",
}


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for work in (gc, backup, restore):
        command(app, Panel.STORE)(work)


def gc(
    session: Session,
    keep: Annotated[
        str,
        typer.Option(
            "--keep", metavar="TIME", help="How much detail to keep, like 2y.", show_default=False
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and take nothing.")
    ] = False,
) -> None:
    """Forget old detail: never an event, never what is open now."""
    from jobdiff.config import parse_duration
    from scheduler.archive import archive_of
    from storage import retention

    now = session.time()
    before = now - parse_duration(keep)
    done = retention.prune(session.store, before, now, dry_run=dry_run)
    archive = archive_of(session.config)
    files = archive.forget(before.date(), dry_run=dry_run) if archive else 0
    done = replace(done, counts={**done.counts, "archive": files})
    if not dry_run:
        session.store.shrink()
    _tell(session, done, dry_run=dry_run)


def backup(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the copy.")],
) -> None:
    """Copy the store to a file, also while the daemon is running; the copy is checked."""
    session.store.backup(file)
    if session.json:
        session.out.line(
            {"schema": BACKUP_SCHEMA, "store": str(session.store.place), "file": str(file)}
        )
    session.out.show(f"{session.store.place} is copied to {file}.")


def restore(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `backup` wrote.")],
    yes: YesOption = False,
) -> None:
    """Put a backup in the place of the store; what was there is kept beside it."""
    from storage import store

    url = session.config.database
    place = store.place_of(url)
    if file.is_dir():
        raise NotFound(f"{file} is a folder; name a backup that `jobdiff backup` wrote")
    if place.exists():
        confirm(f"Put {file} in the place of {place}?", yes=yes)
    before = store.restore(url, file)
    if session.json:
        session.out.line(
            {
                "schema": RESTORE_SCHEMA,
                "store": str(place),
                "file": str(file),
                "before": str(before) if before else None,
            }
        )
    kept = f" What was there is now {before}." if before else ""
    session.out.show(f"{place} is {file} now.{kept}")


def _tell(session: Session, done: Pruning, *, dry_run: bool) -> None:
    from postings.wire import instant

    if session.json:
        told = {"schema": GC_SCHEMA, "before": instant(done.before), "dry_run": dry_run}
        session.out.line(told | {"counts": dict(done.counts)})
        return
    would = "would go" if dry_run else "gone"
    for name, number in done.counts.items():
        words = count(number, _WHAT[name], _PLURAL.get(name))
        session.out.show(f"{words} of before {day(done.before)} UTC: {would}")
    session.out.show("Every event is kept.")
