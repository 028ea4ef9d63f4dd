"""``serve``: the daemon."""

from __future__ import annotations

import logging

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.ALERTS)(serve)


def serve(session: Session) -> None:
    """Watch the boards until stopped: crawl what is due, expire, and deliver alerts."""
    from jobdiff.cli.compose import run
    from scheduler import daemon

    _log_to_stderr()
    run(lambda: daemon.serve(session.config, session.store, session.clock))


def _log_to_stderr() -> None:
    """A daemon says what it does, also without ``-v``."""
    root = logging.getLogger()
    if root.level <= logging.INFO:
        return
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    for name in ("scheduler", "alerts"):
        logging.getLogger(name).setLevel(logging.INFO)
