"""How a command is declared: its own options, those that every command takes, and its errors."""

from __future__ import annotations

import functools
import inspect
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn, TextIO

import typer
from typer.core import TyperCommand

from jobdiff.cli.output import printing
from jobdiff.cli.session import Session
from jobdiff.cli.text import clean, shorten
from postings.errors import JobdiffError, UsageError

_EVERYWHERE = "Options of every command"
INTERRUPTED = 130
_LONGEST_BUG = 200
_log = logging.getLogger(__name__)

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Read this configuration instead of ./jobdiff.toml.",
        rich_help_panel=_EVERYWHERE,
        show_default=False,
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="Use this store, like sqlite:///jobs.db.",
        rich_help_panel=_EVERYWHERE,
        show_default=False,
    ),
]
VerboseOption = Annotated[
    int,
    typer.Option(
        "--verbose",
        "-v",
        count=True,
        help="Log what happens to stderr; twice for more.",
        rich_help_panel=_EVERYWHERE,
        show_default=False,
    ),
]
NowOption = Annotated[
    str | None,
    typer.Option(
        "--now",
        metavar="ISO",
        envvar="JOBDIFF_NOW",
        help="Act as if it were this instant.",
        rich_help_panel=_EVERYWHERE,
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Print JSON Lines, one object a line.",
        rich_help_panel=_EVERYWHERE,
        show_default=False,
    ),
]


class Panel(StrEnum):
    """The groups of ``jobdiff --help``, in its order."""

    START = "Start"
    BOARDS = "Boards"
    POSTINGS = "Postings"
    ALERTS = "Alerts"
    STORE = "Store"


@dataclass(frozen=True)
class Shared:
    """The options of every command; they may also stand before its name."""

    json: JsonOption = False
    now: NowOption = None
    config: ConfigOption = None
    database: DatabaseOption = None
    verbose: VerboseOption = 0

    def over(self, before: Shared) -> Shared:
        """These options, and where one was not given the one that stood before the name."""
        return Shared(
            **{
                field.name: getattr(self, field.name) or getattr(before, field.name)
                for field in fields(self)
            }
        )


def command(
    app: typer.Typer, panel: Panel, *, name: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function ``work(session, ...)`` as a command that takes the shared options too."""

    def declare(work: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(work)
        def entry(ctx: typer.Context, **given: Any) -> None:
            shared = _taken(given).over(ctx.obj or Shared())
            with guarded(shared.verbose), _session(shared) as session:
                _refuse_undecodable(given)
                work(session, **given)

        _sign(entry, work)
        app.command(name, cls=_Command, rich_help_panel=panel.value)(entry)
        return work

    return declare


class _Command(TyperCommand):
    """A command whose usage errors are told in words alone."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().make_context(*args, **kwargs)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise


@contextmanager
def guarded(verbose: int) -> Iterator[None]:
    """Turn every way a command can fail into one line on stderr and an exit code."""
    try:
        yield
        with printing():
            sys.stdout.flush()
    except (typer.Exit, typer.Abort, typer.BadParameter):
        raise
    except JobdiffError as error:
        _log.debug("where it happened", exc_info=True)
        _leave(str(error), error.exit_code)
    except KeyboardInterrupt:
        _leave("interrupted; what was settled before is kept", INTERRUPTED)
    except BrokenPipeError:
        stop_writing()
        raise typer.Exit(0) from None
    except Exception as error:  # noqa: BLE001 (the last line of defence: a bug is one line too)
        _log.warning("where it happened", exc_info=True)
        _leave(_bug(error, verbose), 1)


def _refuse_undecodable(given: Mapping[str, Any]) -> None:
    """A terminal may hand over bytes that are no text; they could be kept and shown nowhere."""
    for name, value in given.items():
        for text in value if isinstance(value, list | tuple) else [value]:
            if isinstance(text, str) and not _is_text(text):
                raise UsageError(
                    f"{name.replace('_', '-')}: {text!a} is no UTF-8 text; write it anew"
                )


def _is_text(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _taken(given: dict[str, Any]) -> Shared:
    return Shared(**{field.name: given.pop(field.name) for field in fields(Shared)})


def _sign(entry: Callable[..., None], work: Callable[..., None]) -> None:
    """Give ``entry`` the signature that typer reads: the work's own options, then the shared."""
    own = list(inspect.signature(work, eval_str=True).parameters.values())[1:]
    context = inspect.Parameter(
        "ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )
    shared = list(inspect.signature(Shared, eval_str=True).parameters.values())
    parameters = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own + shared
    ]
    signature = inspect.Signature([context, *parameters])
    entry.__signature__ = signature  # type: ignore[attr-defined]
    entry.__annotations__ = _annotations(signature.parameters)


def _annotations(parameters: Mapping[str, inspect.Parameter]) -> dict[str, Any]:
    return {name: parameter.annotation for name, parameter in parameters.items()}


@contextmanager
def _session(shared: Shared) -> Iterator[Session]:
    _configure_logging(shared.verbose)
    session = Session(
        json=shared.json,
        now=shared.now,
        config_file=shared.config,
        database=shared.database,
        env=os.environ,
    )
    try:
        yield session
    finally:
        session.close()


def _configure_logging(verbose: int) -> None:
    """Everything to stderr with ``-v``, nothing without (also not Python's last resort)."""
    level = {0: logging.CRITICAL + 1, 1: logging.INFO}.get(verbose, logging.DEBUG)
    handler = logging.StreamHandler() if verbose else logging.NullHandler()
    logging.basicConfig(
        level=level, handlers=[handler], format="%(levelname)s %(name)s: %(message)s", force=True
    )


def _leave(message: str, exit_code: int) -> NoReturn:
    typer.echo(f"jobdiff: {clean(message)}", err=True)
    raise typer.Exit(exit_code) from None


def _bug(error: Exception, verbose: int) -> str:
    hint = "" if verbose else "; run it again with -v to see where"
    told = shorten(clean(f"{type(error).__name__}: {error}"), _LONGEST_BUG)
    return f"something unexpected went wrong: {told}{hint}"


def stop_writing(*streams: TextIO) -> None:
    """Nobody takes our output any more: let the interpreter's last flush fall on deaf ears."""
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in streams or (sys.stdout, sys.stderr):
        try:
            os.dup2(sink, stream.fileno())
        except (OSError, ValueError):
            continue
