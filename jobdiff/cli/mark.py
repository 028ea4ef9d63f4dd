"""What a person thinks of a posting: ``mark`` and ``unmark``."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.postings import PostingArgument
from jobdiff.cli.session import Session
from jobdiff.cli.text import clean, count

if TYPE_CHECKING:
    from storage.postings import PostingRow

MARK_SCHEMA = "jobdiff.mark/1"


class MarkChoice(StrEnum):
    """The marks there are."""

    SAVED = "saved"
    APPLIED = "applied"
    HIDDEN = "hidden"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    command(app, Panel.ALERTS)(mark)
    command(app, Panel.ALERTS)(unmark)
    command(app, Panel.ALERTS)(marked)


def mark(
    session: Session,
    posting: PostingArgument,
    as_: Annotated[
        MarkChoice,
        typer.Argument(metavar="saved|applied|hidden", help="What you think of it."),
    ],
) -> None:
    """Mark a posting: hidden never alerts; saved and applied always tell of what happens to it."""
    from storage import marks, postings

    with session.store.write() as connection:
        row = postings.find(connection, posting)
        marks.put(connection, row.known.id, as_.value, session.time())
    _tell(session, row, as_.value)


def unmark(session: Session, posting: PostingArgument) -> None:
    """Take a posting's mark away."""
    from storage import marks, postings

    with session.store.write() as connection:
        row = postings.find(connection, posting)
        marks.clear(connection, row.known.id)
    _tell(session, row, None)


def marked(session: Session) -> None:
    """List the marked postings."""
    from storage import marks, postings

    with session.store.read() as connection:
        every = marks.every(connection)
        rows = [(postings.get(connection, one.posting_id), one.mark) for one in every.values()]
    for row, name in rows:
        _tell(session, row, name)
    session.out.show(f"\n{count(len(rows), 'posting')} marked")


def _tell(session: Session, row: PostingRow, mark_name: str | None) -> None:
    posting = row.known.snapshot.posting
    if not session.json:
        title = clean(posting.title or row.known.url)
        session.out.show(f"{mark_name or 'unmarked'}: {title} ({row.known.state})")
        return
    told: dict[str, Any] = {
        "schema": MARK_SCHEMA,
        "posting": row.known.id,
        "mark": mark_name,
        "url": row.known.url,
        "title": posting.title,
        "state": row.known.state,
    }
    session.out.line(told)
