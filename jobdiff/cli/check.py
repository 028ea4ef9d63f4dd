"""``check``: crawl one page once, without any configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobdiff.cli.boards import StrategyOption
from jobdiff.cli.command import Panel, command
from jobdiff.cli.crawl import FAILED_OUTCOMES, FailOn, FailOnOption, advice_for
from jobdiff.cli.detect import BrowserOption
from jobdiff.cli.session import Session
from jobdiff.cli.start import program
from jobdiff.cli.text import clean, count, shell_word
from postings.errors import JobdiffError, RefusedUrl, UsageError

if TYPE_CHECKING:
    from storage.boards import BoardRow
    from storage.results import CrawlResult


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.START)(check)


def check(
    session: Session,
    url: Annotated[str, typer.Argument(metavar="URL", help="A career page.", show_default=False)],
    fail_on: FailOnOption = FailOn.ANY,
    strategy: StrategyOption = None,
    browser: BrowserOption = None,
) -> None:
    """Crawl a page: the first time show its postings, then what changed since the last time."""
    from jobdiff.cli.compose import asked_to_wait, crawl_each, sweep

    board = _remembered(session, url, strategy, browser)
    if why := asked_to_wait(board, session.time()):
        raise JobdiffError(f"{why}; nothing was asked")
    first = board.read_crawls == 0
    [result] = crawl_each(session, [board], lambda _row, _result: None)
    sweep(session)
    if result.refused:
        raise RefusedUrl(result.reason or f"{url} is refused")
    read = result.outcome not in FAILED_OUTCOMES
    if first and read:
        _show_postings(session, board)
    elif not first:
        _show_events(session, result, read=read)
    _show_result(session, board, result)
    if fail_on is not FailOn.NONE and (not read or result.postings == 0):
        raise typer.Exit(1)


def _remembered(session: Session, url: str, strategy: str | None, browser: str | None) -> BoardRow:
    """The board of this URL, made unwatched if it is new."""
    from crawler.browser import checked
    from crawler.discovery import strategy_named
    from crawler.guard.urls import check_url
    from storage import boards

    check_url(url, allow_private=session.config.network.allow_private)
    if strategy not in {None, "auto"}:
        strategy_named(strategy)
    if browser is not None:
        checked(browser)
    if strategy is not None or browser is not None:
        _refuse_watched(session, url)
    with session.store.write() as connection:
        return boards.add(
            connection,
            url=url,
            strategy=strategy,
            browser=browser,
            watched=False,
            now=session.time(),
        )


def _refuse_watched(session: Session, url: str) -> None:
    """How a watched board is read is changed where it is watched, not by a look at it."""
    from jobdiff.cli.compose import owned_by_commands
    from storage import boards

    with session.store.read() as connection:
        known = boards.at(connection, url)
    if known is not None and owned_by_commands(known).watched:
        raise UsageError(
            f"{clean(known.name)} is watched; {program()} add {shell_word(known.url)} with"
            " --strategy or --browser changes how it is read"
        )


def _show_postings(session: Session, board: BoardRow) -> None:
    from jobdiff.cli.render.postings import postings_table
    from storage import postings

    now = session.time()
    with session.store.read() as connection:
        rows = postings.search(connection, board=board.id)
        lines = [postings.posting_line(row, now) for row in rows]
    if session.json:
        for line in lines:
            session.out.line(line)
    elif lines:
        several = {line["state"] for line in lines} != {"open"}
        session.out.show(postings_table(lines, boards=False, states=several), "")


def _show_events(session: Session, result: CrawlResult, *, read: bool) -> None:
    from jobdiff.cli.render.events import event_line
    from storage import events

    with session.store.read() as connection:
        rows = events.log(connection, after_cursor=result.after_cursor, board=result.board_id)
    told: list[dict[str, Any]] = [row.json() for row in rows]
    if session.json:
        for event in told:
            session.out.line(event)
        return
    for event in told:
        session.out.show(event_line(event))
    if not told and read:
        session.out.show("Nothing has changed since the last time.")


def _show_result(session: Session, board: BoardRow, result: CrawlResult) -> None:
    from jobdiff.cli.render.boards import crawl_line

    for note in result.notes:
        session.out.note(f"{board.name}: {note}")
    if session.json:
        session.out.line(result.json())
        return
    session.out.show(crawl_line(result.json(), board.name))
    if advice := advice_for(result.outcome, board):
        session.out.show(f"  {advice}")
    elif not board.watched and result.postings:
        session.out.show(f"Watch it: {program()} add {clean(board.url)}")
    elif not result.postings:
        session.out.show(f"  {_EMPTY}")


_EMPTY = f"There are {count(0, 'posting')} to remember; run it again when there are some."
