"""Two postings are one job, or two again: ``merge A B``, ``merge --undo A B``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from jobdiff.cli.boards import who
from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session
from jobdiff.cli.shapes import MERGE_SCHEMA
from jobdiff.cli.text import clean, count

if TYPE_CHECKING:
    from storage.merge import Merged

_HELP: Final = "A posting's URL, or the beginning of its id."


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.POSTINGS)(merge)


def merge(
    session: Session,
    a: Annotated[str, typer.Argument(metavar="A", help=_HELP, show_default=False)],
    b: Annotated[str, typer.Argument(metavar="B", help=_HELP, show_default=False)],
    undo: Annotated[
        bool, typer.Option("--undo", help="They are two jobs after all: take the merge back.")
    ] = False,
) -> None:
    """Say that two postings are one job: the open one stays, with the past of both."""
    from storage import merge as merging

    now = session.time()
    if undo:
        done = merging.undo(session.store, a, b, by=who(), now=now)
    else:
        done = merging.merge(session.store, *_ids(session, a, b), by=who(), now=now)
    if session.json:
        session.out.line(
            {
                "schema": MERGE_SCHEMA,
                "kept": done.kept,
                "folded": done.folded,
                "undone": undo,
                "retracted": list(done.retracted),
            }
        )
        return
    session.out.show(_told(session, done, undo=undo))


def _ids(session: Session, a: str, b: str) -> tuple[str, str]:
    from storage import postings

    with session.store.read() as connection:
        found = (postings.find(connection, ref).known.id for ref in (a, b))
        return next(found), next(found)


def _told(session: Session, done: Merged, *, undo: bool) -> str:
    from storage import postings

    with session.store.read() as connection:
        title = postings.get(connection, done.kept).known.snapshot.posting.title
    name = clean(title or "(no title)")
    back = f"; {count(len(done.retracted), 'event')} taken back" if done.retracted else ""
    if undo:
        return f"{name}: {done.kept[:8]} and {done.folded[:8]} are two postings again{back}"
    return f"{name}: {done.folded[:8]} is a part of {done.kept[:8]} now{back}"
