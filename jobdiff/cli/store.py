"""The store and the installation: ``migrate`` and ``doctor``."""

from __future__ import annotations

from pathlib import Path

import typer

from jobdiff.cli.checkup import checkup
from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session
from jobdiff.cli.shapes import DOCTOR_SCHEMA, MIGRATION_SCHEMA


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    command(app, Panel.STORE)(migrate)
    command(app, Panel.STORE)(doctor)


def migrate(session: Session) -> None:
    """Bring the store to this version's schema, after a backup; says from which to which."""
    from storage import Store

    before = _revision_before(session.config.database)
    with Store.open(session.config.database) as store:
        after, place = store.revision(), store.place
    if session.json:
        session.out.line(
            {"schema": MIGRATION_SCHEMA, "store": str(place), "from": before, "to": after}
        )
    elif before == after:
        session.out.show(f"{place}: the schema is {after} already; nothing to do.")
    else:
        session.out.show(f"{place}: from {before or 'nothing'} to {after}.")


def _revision_before(database: str) -> str | None:
    """The schema of a store before opening it upgrades it; None where there is none yet."""
    from sqlalchemy.engine import make_url

    from storage.engine import plain_errors, sqlite_engine
    from storage.migrate import revision_of

    place = Path(database.removeprefix("sqlite:///"))
    if not database.startswith("sqlite:///") or not place.is_file():
        return None
    engine = sqlite_engine(make_url(database))
    try:
        with plain_errors(place), engine.connect() as connection:
            return revision_of(connection, place)
    finally:
        engine.dispose()


def doctor(session: Session) -> None:
    """Check what jobdiff stands on, a line each; exit 1 if something is wrong."""
    from rich.text import Text

    bad = False
    for finding in checkup(session):
        bad = bad or not finding.ok
        if session.json:
            session.out.line(
                {
                    "schema": DOCTOR_SCHEMA,
                    "check": finding.check,
                    "ok": finding.ok,
                    "detail": finding.detail,
                }
            )
            continue
        mark = ("ok  ", "green") if finding.ok else ("FAIL", "bold red")
        session.out.show(Text.assemble(mark, f"  {finding.check}: {finding.detail}"))
    if bad:
        raise typer.Exit(1)
