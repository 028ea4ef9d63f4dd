"""What asks a person before it does something."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from jobdiff.cli.text import clean
from postings.errors import JobdiffError

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def confirm(question: str, *, yes: bool) -> None:
    """Ask a person, unless ``--yes`` was said.

    Raises:
        JobdiffError: the answer was no, or there was none.
    """
    if yes:
        return
    # Not typer's: it prints a blank to stdout, which belongs to --json.
    typer.echo(f"{clean(question)} [y/N]: ", nl=False, err=True)
    answer = sys.stdin.buffer.readline() if sys.stdin is not None else b""
    if not answer:
        typer.echo(err=True)
        raise JobdiffError("nothing was changed; --yes answers")
    if answer.strip().lower() not in {b"y", b"yes"}:
        raise JobdiffError("nothing was changed")
