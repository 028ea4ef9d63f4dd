"""What is stored, read again: ``reparse``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session
from jobdiff.cli.text import clean, count

if TYPE_CHECKING:
    from storage.boards import BoardRow

REPARSE_SCHEMA = "jobdiff.reparse/1"


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.STORE)(reparse)


def reparse(
    session: Session,
    boards: Annotated[
        list[str] | None,
        typer.Argument(metavar="[BOARD …]", help="Only these boards.", show_default=False),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Also what today's reader has read already.")
    ] = False,
) -> None:
    """Read stored postings again with today's reader: no request, no event, no alert."""
    from scheduler.archive import archive_of
    from storage import reparse as again

    archive = archive_of(session.config)
    total = 0
    for board in _chosen(session, boards or []):
        done = again.reparse(
            session.store,
            board,
            archive.newest if archive else lambda _urls: (),
            session.time(),
            every=every,
        )
        total += done.enriched
        if session.json:
            session.out.line({"schema": REPARSE_SCHEMA, **vars(done)})
            continue
        read = count(done.read, "posting")
        pages = f", from {count(done.pages, 'kept page')}" if done.pages else ""
        session.out.show(f"{clean(board.name)}: {read} read again{pages}, {done.enriched} better")
    session.out.show(f"{count(total, 'posting')} enriched; nobody is told.")


def _chosen(session: Session, refs: list[str]) -> list[BoardRow]:
    from storage import boards

    with session.store.read() as connection:
        if refs:
            return [boards.find(connection, ref) for ref in refs]
        return boards.all_boards(connection, watched_only=False)
