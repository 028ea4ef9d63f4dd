"""``demo``: five simulated days of two small career sites, on this machine alone."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.output import Output
from jobdiff.cli.session import Session
from jobdiff.cli.start import program
from jobdiff.cli.text import count

if TYPE_CHECKING:
    from jobdiff.config import Config
    from jobdiff.demo.script import Day, Site
    from jobdiff.demo.site import SiteServer
    from storage import Store
    from storage.boards import BoardRow
    from storage.results import CrawlResult


_WIDEST = 110


@dataclass(frozen=True)
class Visit:
    """One board on one day: the crawl's object, and the events that are news."""

    board: str
    crawl: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    baseline: bool
    open: int


@dataclass(frozen=True)
class Stage:
    """Where the demo plays: a store, a configuration, and a server for each site."""

    store: Store
    config: Config
    servers: Sequence[SiteServer]


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.START)(demo)


def demo(
    session: Session,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the demo's store and say where it is.")
    ] = False,
    days: Annotated[
        int | None,
        typer.Option("--days", min=1, max=5, help="Stop after so many days.", show_default=False),
    ] = None,
) -> None:
    """Watch two small made-up career sites for five simulated days, on this machine alone."""
    from jobdiff.demo.script import load

    script = load()
    told: list[Visit] = []
    with _folder(keep=keep) as folder, _stage(folder, script.sites) as stage:
        _introduce(session.out, script.sites)
        for number, day in enumerate(script.days[:days], 1):
            visits = [_visit(stage, server, number, day.at) for server in stage.servers]
            _show_day(session.out, number, day, visits)
            told += visits
    _conclude(session.out, told, folder if keep else None)


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    if keep:
        yield Path(tempfile.mkdtemp(prefix="jobdiff-demo-"))
        return
    with tempfile.TemporaryDirectory(prefix="jobdiff-demo-") as folder:
        yield Path(folder)


@contextmanager
def _stage(folder: Path, sites: Sequence[Site]) -> Iterator[Stage]:
    from jobdiff.config import Config, CrawlerSection, NetworkSection
    from jobdiff.demo.site import serving
    from storage import Store

    config = Config(
        database=f"sqlite:///{folder / 'demo.db'}",
        crawler=CrawlerSection(delay=timedelta(0)),
        network=NetworkSection(allow_private=True),
    )
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(config.database))
        servers = [stack.enter_context(serving(site)) for site in sites]
        yield Stage(store, config, servers)


def _visit(stage: Stage, server: SiteServer, number: int, at: datetime) -> Visit:
    """Turn a site to its day and crawl it."""
    from storage import events, postings

    server.day = number
    board = _board(stage.store, server, at)
    result = _crawl(stage, board, at)
    with stage.store.read() as connection:
        rows = events.log(
            connection, after_cursor=result.after_cursor, board=board.id, baseline=False
        )
        still_open = postings.counts(connection, at)[board.id].open
    return Visit(
        board.name, result.json(), [row.json() for row in rows], result.baseline, still_open
    )


def _board(store: Store, server: SiteServer, at: datetime) -> BoardRow:
    from storage import boards

    with store.write() as connection:
        return boards.add(connection, url=server.url, name=server.site.name, every="24h", now=at)


def _crawl(stage: Stage, board: BoardRow, at: datetime) -> CrawlResult:
    from jobdiff.cli.compose import run
    from scheduler.work import crawl_board

    return run(lambda: crawl_board(stage.store, board, stage.config, lambda: at, None))


def _introduce(out: Output, sites: Sequence[Site]) -> None:
    if out.json:
        return
    from rich.text import Text

    shapes = {
        "listing": "a paged list; every posting has its own page (JSON-LD)",
        "page": "one page that carries all its postings (microdata)",
    }
    out.show("Two made-up employers, served on this machine; five days, crawled for real.\n")
    for site in sites:
        out.show(Text.assemble("  ", (site.name, "bold"), f": {shapes[site.shape]}"))
    out.show("")


def _show_day(out: Output, number: int, day: Day, visits: Sequence[Visit]) -> None:
    if not out.json:
        from jobdiff.cli.render.days import day_group, day_heading

        out.show(day_heading(number, day.at, day.says))
        out.show(day_group(visits, min(out.console.width, _WIDEST)))
        return
    for visit in visits:
        for event in visit.events:
            out.line(event)
        out.line(visit.crawl)


def _conclude(out: Output, visits: Sequence[Visit], kept: Path | None) -> None:
    if out.json:
        return
    from rich.text import Text

    from jobdiff.cli.render.events import SIGNS, STYLES

    kinds = Counter(event["kind"] for visit in visits for event in visit.events)
    requests = sum(visit.crawl["requests"] for visit in visits)
    total = Text(f"{count(len(visits), 'crawl')}, {count(requests, 'request')}:\n  ")
    told = [Text(f"{SIGNS[kind]} {kinds[kind]} {kind}", STYLES[kind]) for kind in SIGNS]
    total.append_text(Text("  ").join(told))
    out.show(total)
    if kept:
        store = f"--database sqlite:///{kept / 'demo.db'}"
        out.show(f"\nThe demo's store is kept. Look into it:\n  {program()} events {store}")
    out.show("\nNow a real one, whose postings carry schema.org markup:")
    out.show(Text(f"  {program()} check https://…", "bold"))
