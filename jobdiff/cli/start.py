"""``init``, and how the program is called from here."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session
from jobdiff.cli.shapes import FILE_SCHEMA
from postings.errors import UsageError

_STARTER = """\
# jobdiff's configuration. Everything here is optional; what is commented out shows the default
# or an example. `jobdiff doctor` says whether it is understood.

# Where everything is remembered; a relative path counts from this file's folder.
database = "sqlite:///jobs.db"

[crawler]
# How site owners can reach you; it goes into the User-Agent.
# contact = "mailto:me@example.org"
# Between requests to one host; robots.txt may ask for more.
delay = "1s"
# How long a posting's page may go unasked while nothing says that it changed.
revisit = "auto"

[network]
# Whether to go to addresses that are not public (this machine, your local network).
allow_private = false

[scheduler]
# The shortest interval of any board.
min_interval = "5m"
# The hours in which boards are crawled, and their time zone.
# window = "07:00-19:00"
# timezone = "Europe/Zurich"

[web]
# Where `jobdiff serve` says how it is: /healthz and /readyz; "off" for nowhere.
listen = "127.0.0.1:8765"
# Where people reach it, through a proxy; messages that tell a part link there.
# url = "https://jobs.example.org"

[archive]
# Keep every page as it came, in WARC files, one a day; off without it.
# folder = "pages"
most_per_day = "1 GB"

# The boards. `jobdiff add URL` adds more without this file.
# [[boards]]
# url = "https://example.org/careers"
# name = "Example"
# tags = ["it"]
# every = "6h"                 # or a cron line, or "auto"

# Who is told: any Apprise URL, or a signed webhook. Secrets as env:NAME or file:PATH.
# [[channels]]
# name = "me"
# url = "env:MY_CHANNEL"

# What about: empty means any. `jobdiff alerts add` makes more rules without this file.
# [[rules]]
# name = "python in Bern"
# kinds = ["new", "reopened"]
# title = ["python"]           # whole words, any case; re: for a regular expression
# country = ["CH"]
# channels = ["me"]
# deliver = "daily at 08:00"   # default: at once
# timezone = "Europe/Zurich"
"""


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.START)(init)


def init(session: Session) -> None:
    """Write a commented jobdiff.toml to start from (or the file that --config names)."""
    path = session.config_file or Path("jobdiff.toml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(_STARTER)
    except FileExistsError:
        raise UsageError(f"{path} exists already; it is left as it is") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    if session.json:
        session.out.line({"schema": FILE_SCHEMA, "path": str(path.absolute())})
    session.out.show(f"{path} is written. Put a board into it, then: {program()} crawl")


def program() -> str:
    """How this program is called from here: ``jobdiff`` if that is what the shell finds."""
    here = Path(sys.argv[0]) if sys.argv else Path("jobdiff")
    found = shutil.which("jobdiff")
    if found and here.name == "jobdiff" and here.exists() and Path(found).samefile(here):
        return "jobdiff"
    if here.name != "jobdiff" or not here.exists():
        here = Path(sys.executable).with_name("jobdiff")
    if not here.exists():
        return "jobdiff"
    return _short(here.absolute())


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
