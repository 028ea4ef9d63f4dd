"""Running the command line in-process, alone with a folder of its own."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from jobdiff.cli.main import app
from jobdiff.demo.script import Script
from jobdiff.demo.site import SiteServer


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    def objects(self, schema: str | None = None) -> list[dict[str, Any]]:
        """The objects on stdout, which must be JSON Lines and nothing else."""
        told = [json.loads(line) for line in self.out.splitlines()]
        return [one for one in told if schema in (None, one["schema"])]


Jobdiff = Callable[..., Ran]


def run(*argv: str, stdin: str | bytes | None = None) -> Ran:
    with logging_as_before():
        result = CliRunner().invoke(app, list(argv), input=stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


@contextmanager
def logging_as_before() -> Iterator[None]:
    """A command decides what its process logs; whoever comes after it in this one does not."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    try:
        yield
    finally:
        root.setLevel(level)
        root.handlers[:] = handlers


@dataclass(frozen=True)
class Lived:
    """A store in which both boards have lived through the demo's days."""

    store: Path
    listing: str
    page: str


def live(script: Script, *servers: SiteServer) -> None:
    """Let boards live through the script's days, crawled once a day."""
    for server in servers:
        now = script.days[0].at.isoformat()
        added = run("add", server.url, "--name", server.site.name, "--tag", "demo", "--now", now)
        assert added.code == 0, added.err
    for number, day in enumerate(script.days, 1):
        for server in servers:
            server.day = number
        crawled = run("crawl", "--now", day.at.isoformat(), "--fail-on", "none")
        assert crawled.code == 0, crawled.err


def lonely(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Work in ``folder``, with nothing of this machine's configuration around."""
    for name in [name for name in os.environ if name.startswith("JOBDIFF_")]:
        patch.delenv(name)
    for name in ("COLUMNS", "LINES"):
        patch.delenv(name, raising=False)
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        patch.setenv(name, str(folder / "home"))
    patch.setenv("JOBDIFF_CRAWLER__DELAY", "0s")
    patch.setenv("JOBDIFF_NETWORK__ALLOW_PRIVATE", "true")
    work = folder / "work"
    work.mkdir()
    patch.chdir(work)
