"""The program's front door: the commands in their groups, and what holds before all of them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Annotated

import typer

from jobdiff.cli import (
    alerts,
    boards,
    check,
    crawl,
    daemon,
    demo,
    detect,
    export,
    extract,
    imports,
    lint,
    mark,
    merge,
    postings,
    reparse,
    retention,
    simulate,
    start,
    stats,
    store,
)
from jobdiff.cli.command import (
    INTERRUPTED,
    ConfigOption,
    DatabaseOption,
    JsonOption,
    NowOption,
    Shared,
    VerboseOption,
    stop_writing,
)
from jobdiff.cli.output import unwritten

app = typer.Typer(
    name="jobdiff",
    help="Watch career pages: what is new, changed, expired, removed or reopened, with evidence.",
    epilog="Start with: jobdiff check https://…   or, to see it all at work: jobdiff demo",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from jobdiff import __version__

        typer.echo(f"jobdiff {__version__}")
        raise typer.Exit


@app.callback()
def _before(
    ctx: typer.Context,
    config: ConfigOption = None,
    database: DatabaseOption = None,
    verbose: VerboseOption = 0,
    now: NowOption = None,
    json: JsonOption = False,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say which jobdiff."),
    ] = False,
) -> None:
    ctx.obj = Shared(json=json, now=now, config=config, database=database, verbose=verbose)


for _room in (
    check,
    demo,
    start,
    boards,
    detect,
    crawl,
    postings,
    merge,
    stats,
    extract,
    lint,
    alerts,
    mark,
    daemon,
    store,
    export,
    reparse,
    imports,
    retention,
    simulate,
):
    _room.register(app)


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: the process's own) and return its exit code."""
    if sys.stdout is None:
        # The next file that is opened, perhaps the store, would take its place.
        typer.echo("jobdiff: standard output is closed; send it to a file or /dev/null", err=True)
        return 1
    _never_fail_to_print()
    try:
        app(args=list(argv) if argv is not None else None, prog_name="jobdiff")
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            return 0  # whoever read the help has left
        return _printed(end.code if isinstance(end.code, int) else int(end.code is not None))
    except KeyboardInterrupt:
        typer.echo("jobdiff: interrupted", err=True)
        return INTERRUPTED
    except OSError as error:
        # Commands tell their own errors: this is their help, or the version.
        return _unwritten(error)
    return _printed(0)


def _printed(code: int) -> int:
    """The exit code, once all that was printed is written; 1 at least where it cannot be."""
    try:
        sys.stdout.flush()
    except OSError as error:
        stop_writing(sys.stdout)
        if not code and not isinstance(error, BrokenPipeError):
            return _unwritten(error)
    return code


def _unwritten(error: OSError) -> int:
    stop_writing(sys.stdout)
    typer.echo(f"jobdiff: {unwritten(error)}", err=True)
    return 1


def _never_fail_to_print() -> None:
    """A terminal that cannot show a character shows another one, instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
