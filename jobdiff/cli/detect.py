"""``detect``: find out how a site can be read; nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session
from jobdiff.cli.start import program
from jobdiff.cli.text import clean, count, length, shell_word

if TYPE_CHECKING:
    from crawler.detection import Detection, Estimate
    from crawler.document import FetchedDocument
    from crawler.ports import Hosts

BrowserOption = Annotated[
    str | None,
    typer.Option(
        "--browser",
        metavar="always|auto|never",
        help="Have a browser draw its pages; auto: those with nothing in them otherwise.",
        show_default=False,
    ),
]
_WELL = ("readable", "empty")


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.BOARDS, name="detect")(detect_site)


def detect_site(
    session: Session,
    url: Annotated[str, typer.Argument(metavar="URL", help="A career page.", show_default=False)],
    strategy: Annotated[
        str | None,
        typer.Option(
            "--strategy",
            metavar="NAME",
            help="Say what this strategy would find, instead of finding one.",
            show_default=False,
        ),
    ] = None,
    browser: BrowserOption = None,
) -> None:
    """Find out how a site can be read, why, and what the first crawl costs; stores nothing."""
    found = detect(session, url, strategy, browser)
    if session.json:
        session.out.line(found.json())
    _show(session, found)
    if found.outcome not in _WELL:
        raise typer.Exit(1)


def fetch(session: Session, url: str) -> FetchedDocument:
    """Fetch one document with the crawler's guards; what the store knows of its host holds.

    Raises:
        RefusedUrl: not a URL that jobdiff goes to.
        ReadError: it could not be had.
    """
    from crawler.run import fetch_document
    from crawler.settings_for import crawler_settings
    from jobdiff.cli.compose import run

    with _hosts(session) as hosts:
        settings = replace(crawler_settings(session.config), hosts=hosts)
        return run(lambda: fetch_document(url, settings, session.clock))


def detect(
    session: Session,
    url: str,
    strategy: str | None,
    browser: str | None = None,
    *,
    pages: int = 5,
    allow_private: bool = False,
) -> Detection:
    """Look at a site and say how it can be read; ``pages`` of its listing at most.

    ``allow_private``: it may stand at a private address, whatever the configuration says.

    Raises:
        RefusedUrl: not a URL that jobdiff goes to.
        ConfigurationError: there is no such strategy, or no browser here.
    """
    from crawler.detect import detect as look
    from crawler.settings_for import crawler_settings
    from jobdiff.cli.compose import run

    settings = crawler_settings(session.config)
    asked = {
        "strategy": "auto" if strategy is None else strategy,
        "browser": "never" if browser is None else browser,
    }
    with _hosts(session) as hosts:
        settings = replace(
            settings, allow_private=settings.allow_private or allow_private, hosts=hosts
        )
        return run(lambda: look(url, settings, session.clock, **asked, pages=pages))


@contextmanager
def _hosts(session: Session) -> Iterator[Hosts]:
    """What the store remembers of hosts, where there is one: who asked for peace is left alone."""
    from concurrent.futures import ThreadPoolExecutor

    from crawler.ports import NoHosts
    from scheduler.hosts import ConsultedHosts
    from storage.store import place_of

    if not place_of(session.config.database).exists():
        yield NoHosts()
        return
    with ThreadPoolExecutor(1, "hosts") as reader:
        yield ConsultedHosts(session.store, session.clock, reader)


def sentence(found: Detection) -> str:
    """What was found, in one line, with what the first crawl costs."""
    if found.outcome not in _WELL:
        known = f"{found.saying}, but " if found.strategy else ""
        return f"{known}{(found.warning or found.saying).rstrip('.')}."
    said = f"{found.saying}, at {found.start}" if found.start else found.saying
    if found.outcome == "readable" and found.estimate:
        said = f"{said}; the first crawl takes {_cost(found.estimate)}"
    return f"{said}."


def _cost(estimate: Estimate) -> str:
    about = "at least" if estimate.at_least else "about"
    time = length(timedelta(seconds=estimate.seconds))
    return f"{about} {count(estimate.requests, 'request')}, {time}"


def _show(session: Session, found: Detection) -> None:
    out = session.out
    unread = found.outcome in ("blocked", "failed") and not found.strategy
    out.show(clean(found.saying if unread else f"{found.url}: {found.saying}"))
    for reason in found.why:
        out.show(f"  why: {clean(reason)}")
    if found.start:
        out.show(f"  its listing begins at {clean(found.start)}")
    if found.strategy:
        out.show(f"  strategy: {found.strategy}")
    if found.estimate:
        out.show(f"  the first crawl takes {_cost(found.estimate)}")
    if found.warning and not unread:
        out.show(f"  warning: {clean(found.warning)}")
    if found.strategy:
        out.show(f"Watch it: {program()} add {shell_word(found.url)}")
