"""One's own files of the past: ``import``."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session
from jobdiff.cli.text import clean, count
from postings.errors import JobdiffError, NotFound, UsageError

if TYPE_CHECKING:
    from storage.boards import BoardRow
    from storage.imports import Imported, Past

IMPORT_SCHEMA = "jobdiff.import/1"


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.STORE, name="import")(import_)


def import_(
    session: Session,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="WARC, JSON Lines, JSON or CSV.")
    ],
    board: Annotated[
        str | None,
        typer.Option(
            "--board",
            metavar="B",
            help="Whose postings they are; a URL that is new becomes an unwatched board. "
            "Without it, the board of each page's host.",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="ISO", help="When all of it was seen.", show_default=False),
    ] = None,
) -> None:
    """Add files of the past to the history: nobody is told, and twice is as good as once."""
    seen_at = _instant(session, at)
    chosen = None if board is None else _board(session, board)
    wrong = 0
    for file in files:
        past, bad = _read(session, file, seen_at, chosen)
        wrong += bad
        for row, own in past:
            _tell(session, file, row, _absorb(session, row, own))
    if wrong:
        raise JobdiffError(f"{count(wrong, 'record')} could not be imported; the others are")


def _read(
    session: Session, file: Path, at: datetime | None, board: BoardRow | None
) -> tuple[list[tuple[BoardRow, list[Past]]], int]:
    """The observations of a file by their board; what cannot be read is said, and counted."""
    from jobdiff.imports.records import Complaint, records

    found: dict[str, list[Past]] = defaultdict(list)
    rows: dict[str, BoardRow] = {}
    wrong = 0
    for record in records(file, at, session.time()):
        row = board
        if not isinstance(record, Complaint):
            row = board or _board_of_host(session, record.url)
            if row is None:
                record = Complaint(str(file), _no_board(record.url))  # noqa: PLW2901
        if isinstance(record, Complaint):
            wrong += 1
            session.out.note(f"jobdiff: {record.where}: {record.why}")
        elif row is not None:
            rows[row.id] = row
            found[row.id].append(record)
    return [(rows[board_id], own) for board_id, own in found.items()], wrong


def _no_board(url: str) -> str:
    return f"there is not one board at the host of {url}; say which one with --board"


def _absorb(session: Session, board: BoardRow, past: list[Past]) -> Imported:
    from postings.visits import Policy
    from storage import imports

    now = session.time()
    return imports.absorb(session.store, board, past, Policy(), now)


def _tell(session: Session, file: Path, board: BoardRow, done: Imported) -> None:
    if session.json:
        told = {"schema": IMPORT_SCHEMA, "file": str(file), "board": board.name}
        session.out.line(told | vars(done))
        return
    seen = count(done.observations, "observation")
    added = f"{count(done.postings, 'new posting')}, {count(done.snapshots, 'snapshot')}"
    session.out.show(f"{file} → {clean(board.name)}: {seen}, {done.known} known before: {added}")


def _board(session: Session, ref: str) -> BoardRow:
    """The board that is meant, made unwatched where a URL is new."""
    from storage import boards

    try:
        with session.store.read() as connection:
            return boards.find(connection, ref)
    except NotFound:
        if "://" not in ref:
            raise
    from crawler.guard.urls import check_url

    check_url(ref, allow_private=session.config.network.allow_private)
    with session.store.write() as connection:
        return boards.add(connection, url=ref, watched=False, now=session.time())


def _board_of_host(session: Session, url: str) -> BoardRow | None:
    from storage import boards

    with session.store.read() as connection:
        every = boards.all_boards(connection, watched_only=False)
    host = _host(url)
    own = [one for one in every if host is not None and _host(one.url) == host]
    return own[0] if len(own) == 1 else None


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _instant(session: Session, at: str | None) -> datetime | None:
    from jobdiff.config import parse_instant

    if at is None:
        return None
    try:
        seen_at = parse_instant(at)
    except UsageError as wrong:
        raise UsageError(f"--at: {wrong}") from None
    if seen_at > session.time():
        raise UsageError(f"--at {at} has not come yet")
    return seen_at
