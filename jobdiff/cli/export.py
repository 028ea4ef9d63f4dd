"""What is known, for other programs: ``export``."""

from __future__ import annotations

from contextlib import closing, nullcontext
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobdiff.cli.boards import TagOption
from jobdiff.cli.command import Panel, command
from jobdiff.cli.output import printing
from jobdiff.cli.parse import as_of as read_as_of
from jobdiff.cli.postings import BoardOption, StateName
from jobdiff.cli.session import Session
from jobdiff.cli.text import count
from jobdiff.export.writers import Format
from postings.errors import UsageError

if TYPE_CHECKING:
    from jobdiff.export.columns import Column, Lines
    from storage.boards import BoardRow

EXPORT_SCHEMA = "jobdiff.export/1"
CRAWL_RECORD_SCHEMA = "jobdiff.crawl-record/1"


class What(StrEnum):
    """What can be exported as one table."""

    POSTINGS = "postings"
    EVENTS = "events"
    CRAWLS = "crawls"


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.STORE)(export)


def export(
    session: Session,
    what: Annotated[
        What, typer.Argument(metavar="[postings|events|crawls]", help="Which table.")
    ] = What.POSTINGS,
    form: Annotated[
        Format | None,
        typer.Option(
            "--format", help="jsonl (default), csv or parquet; else by the file's ending."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write here instead of printing."),
    ] = None,
    panel: Annotated[
        Path | None,
        typer.Option(
            "--panel",
            metavar="FOLDER",
            help="Posting by day instead, with who says so, as files in this folder.",
        ),
    ] = None,
    board: BoardOption = None,
    tag: TagOption = None,
    state: Annotated[
        StateName | None, typer.Option("--state", help="Postings: only in this state.")
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="TEXT", help="Postings: with these words.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Postings: as it was known by then."),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Panel: its first day.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Panel: its last day.")
    ] = None,
) -> None:
    """Write what is known as JSON Lines, CSV or Parquet, or as a panel for research."""
    if panel is not None:
        _refuse(
            what=what is not What.POSTINGS, output=output, state=state, query=query, as_of=as_of
        )
        _panel(session, panel, form or Format.CSV, board, tag, _days(session, first, last))
        return
    _refuse_days(first, last)
    if what is not What.POSTINGS:
        _refuse(state=state, query=query, as_of=as_of)
    chosen = form or _by_ending(output)
    search = {
        "state": state.value if state else None,
        "query": query,
        "as_of": read_as_of(as_of),
    }
    rows, columns = _table(session, what, board, tag, search)
    _write(session, what, chosen, output, rows, columns)


def _write(
    session: Session,
    what: What,
    form: Format,
    output: Path | None,
    rows: Lines,
    columns: tuple[Column, ...],
) -> None:
    from jobdiff.export.writers import write

    if session.json and (output is None and form is not Format.JSONL):
        raise UsageError("--json prints JSON Lines: leave out --format, or name a file (--output)")
    with closing(rows) as told, nullcontext() if output else printing():
        written = write(form, output, told, columns)
    if output is None:
        return
    if session.json:
        session.out.line(
            {
                "schema": EXPORT_SCHEMA,
                "table": what.value,
                "format": form.value,
                "file": str(output),
                "rows": written,
            }
        )
    else:
        session.out.show(f"{output}: {count(written, 'row')}")


def _table(
    session: Session, what: What, board: str | None, tag: str | None, search: dict[str, Any]
) -> tuple[Lines, tuple[Column, ...]]:
    from jobdiff.export import columns

    if what is What.POSTINGS:
        return _postings(session, board, tag, search), columns.POSTINGS
    if what is What.EVENTS:
        return _events(session, board, tag), columns.EVENTS
    return _crawls(session, board, tag), columns.CRAWLS


def _postings(
    session: Session, board: str | None, tag: str | None, search: dict[str, Any]
) -> Lines:
    from storage import postings

    at = search["as_of"] or session.time()
    with session.store.read() as connection:
        for row in postings.each(connection, board=board, tag=tag, **search):
            yield postings.posting_line(row, at)


def _events(session: Session, board: str | None, tag: str | None) -> Lines:
    from storage import events

    with session.store.read() as connection:
        last = 0
        while True:
            rows = events.log(connection, after_cursor=last, board=board, tag=tag, limit=1000)
            if not rows:
                return
            for row in rows:
                yield row.json()
            last = rows[-1].cursor


def _crawls(session: Session, board: str | None, tag: str | None) -> Lines:
    from storage import panels

    chosen = _boards(session, board, tag)
    with session.store.read() as connection:
        for line in panels.crawl_lines(connection, chosen):
            yield {"schema": CRAWL_RECORD_SCHEMA, **line}


def _boards(session: Session, board: str | None, tag: str | None) -> list[BoardRow]:
    from storage import boards

    with session.store.read() as connection:
        if board is not None:
            return [one for one in (boards.find(connection, board),) if tag in (None, *one.tags)]
        every = boards.all_boards(connection, watched_only=False)
    return [one for one in every if tag in (None, *one.tags)]


def _panel(
    session: Session,
    folder: Path,
    form: Format,
    board: str | None,
    tag: str | None,
    days: tuple[date | None, date],
) -> None:
    from jobdiff.export.bundle import Span, write_panel

    chosen = _boards(session, board, tag)
    first = days[0] or min((one.created_at.date() for one in chosen), default=session.time().date())
    if first > days[1]:
        raise UsageError(f"--from {first} is after --to {days[1]}; turn them round")
    manifest = write_panel(
        session.store, session.config, folder, form, chosen, Span(first, days[1]), session.time()
    )
    if session.json:
        session.out.line(manifest)
        return
    for name, file in manifest["files"].items():
        session.out.show(f"{folder / name}: {count(file['rows'], 'row')}")


def _days(session: Session, first: str | None, last: str | None) -> tuple[date | None, date]:
    today = session.time().astimezone(UTC).date()
    end = today if last is None else _day("--to", last)
    if end > today:
        raise UsageError(f"--to {end}: that day has not come yet; today is {today}")
    return (None if first is None else _day("--from", first)), end


def _day(option: str, text: str) -> date:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise UsageError(f"{option} {text}: write a day (2026-03-01)") from None


def _by_ending(output: Path | None) -> Format:
    """The format that a file's name tells; JSON Lines where it tells none."""
    ending = output.suffix.lower().removeprefix(".") if output else ""
    return Format(ending) if ending in set(Format) else Format.JSONL


def _refuse(**given: object) -> None:
    """Options that mean nothing here are refused, so that nobody takes a filter for applied."""
    for name, value in given.items():
        if value:
            option = "another table" if name == "what" else f"--{name.replace('_', '-')}"
            raise UsageError(f"{option} does not go with this export; leave it out")


def _refuse_days(first: str | None, last: str | None) -> None:
    if first or last:
        raise UsageError("--from and --to are for --panel FOLDER; or say --as-of DATE")
