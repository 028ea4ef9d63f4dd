"""Where results go: JSON Lines or something for people to stdout, everything else to stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import typer

from jobdiff.cli.text import clean
from postings.errors import JobdiffError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_WIDTH_OF_A_PIPE = 160
_NARROWEST_PIPE = 60
_ROOM_FOR_A_TABLE = 80


class Output:
    """One command's output; with ``json`` nothing but objects reaches stdout."""

    def __init__(self, *, json: bool) -> None:
        self.json = json

    def line(self, thing: Mapping[str, Any]) -> None:
        """Print one object as one line of JSON."""
        put(json_line(thing, sys.stdout.encoding))

    def show(self, *things: RenderableType) -> None:
        """Print something for people; nothing with ``--json``."""
        if self.json:
            return
        with printing():
            self._print(things)

    def _print(self, things: tuple[RenderableType, ...]) -> None:
        if self.console.width < _ROOM_FOR_A_TABLE:
            things = _stacked(things)
        if self.console.is_terminal:
            self.console.print(*things, soft_wrap=_is_plain(things))
            return
        with self.console.capture() as captured:
            self.console.print(*things, soft_wrap=_is_plain(things))
        typer.echo(_unpadded(captured.get()), nl=False)

    def note(self, text: str) -> None:
        """Say something beside the results, on stderr."""
        typer.echo(clean(text), err=True)

    @cached_property
    def console(self) -> Console:
        """Rich's console on stdout; text is never taken for markup."""
        return _console(stderr=False)

    @cached_property
    def errors(self) -> Console:
        """Rich's console on stderr, for progress."""
        return _console(stderr=True)


def put(text: str, *, nl: bool = True) -> None:
    """Print text to stdout.

    Raises:
        JobdiffError: it cannot be written there.
    """
    with printing():
        typer.echo(text, nl=nl)


@contextmanager
def printing() -> Iterator[None]:
    """What cannot be printed is an error of its own; a reader that left is none."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise JobdiffError(unwritten(error)) from error


def unwritten(error: OSError) -> str:
    """Why nothing can be printed."""
    return f"the output cannot be written: {error.strerror or error}"


def json_line(thing: Mapping[str, Any], encoding: str | None = "utf-8") -> str:
    """One object as one line; what the encoding cannot carry is escaped."""
    line = json.dumps(thing, ensure_ascii=False, separators=(", ", ": "))
    try:
        line.encode(encoding or "ascii")
    except UnicodeEncodeError:
        return json.dumps(thing, ensure_ascii=True)
    return line


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    def console(width: int | None) -> Console:
        return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=width)

    asked = os.environ.get("COLUMNS", "")
    columns = int(asked) if asked.isdigit() else 0
    if (plain := console(None)).is_terminal:
        return plain if columns or not asked else console(get_terminal_size().columns)
    return plain if columns >= _NARROWEST_PIPE else console(_WIDTH_OF_A_PIPE)


def _stacked(things: tuple[RenderableType, ...]) -> tuple[RenderableType, ...]:
    from rich.table import Table

    from jobdiff.cli.render.tables import stacked

    return tuple(stacked(one) if isinstance(one, Table) else one for one in things)


def _unpadded(text: str) -> str:
    """Text without the blanks that fill up the lines of a table."""
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _is_plain(things: tuple[RenderableType, ...]) -> bool:
    return all(isinstance(thing, str) for thing in things)
