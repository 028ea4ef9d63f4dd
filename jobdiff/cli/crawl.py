"""``crawl``: crawl boards now."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.session import Session
from jobdiff.cli.start import program
from jobdiff.cli.text import count, shell_word
from postings.errors import UsageError

if TYPE_CHECKING:
    from storage.boards import BoardRow
    from storage.results import CrawlResult

log = logging.getLogger(__name__)

_TRY_LATER = "Nothing is concluded from that. Does the page open in a browser?"
FAILED_OUTCOMES = frozenset({"failed", "blocked", "unreadable"})


class FailOn(StrEnum):
    """Which boards that ended failed, blocked or unreadable make the command fail."""

    NONE = "none"
    ANY = "any"
    ALL = "all"


FailOnOption = Annotated[
    FailOn,
    typer.Option(
        "--fail-on", help="Exit 1 if any or all of the boards could not be read; none: never."
    ),
]


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.BOARDS)(crawl)


def crawl(
    session: Session,
    board: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[BOARD]...",
            help="Names, URLs or ids; without any: every board that is not paused.",
            show_default=False,
        ),
    ] = None,
    due: Annotated[bool, typer.Option("--due", help="Only boards that are due.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Every board that is not paused, due or not.")
    ] = False,
    fail_on: FailOnOption = FailOn.ANY,
    notify: Annotated[
        bool, typer.Option("--notify", help="Then deliver the alerts that are owed.")
    ] = False,
) -> None:
    """Crawl boards now and say what changed on each, one line a board."""
    from jobdiff.cli.compose import asked_to_wait, crawl_each, sweep

    if due and everything:
        raise UsageError("give --due or --all, not both")
    if board and everything:
        raise UsageError("name boards or give --all, not both")
    chosen = _chosen(session, tuple(board or ()), due=due)
    if not chosen:
        session.out.note(_nothing_to_do(due=due))
    waiting = {row.id: asked_to_wait(row, session.time()) for row in chosen}
    for why in filter(None, waiting.values()):
        session.out.note(f"{why}; it is not crawled")
    ready = [row for row in chosen if waiting[row.id] is None]
    if notify:
        begin_alerts(session)
    results = crawl_each(session, ready, lambda row, result: show_result(session, row, result))
    expired = sweep(session)
    if expired:
        session.out.show(f"{count(expired, 'posting')} expired: the deadline passed.")
    refused = notify and _notify(session)
    outcomes = [result.outcome for result in results]
    if has_failed(outcomes, fail_on) or refused:
        raise typer.Exit(1)


def begin_alerts(session: Session) -> None:
    """What was in the log before is nobody's news; what this crawl finds is."""
    from alerts.outbox import owe_news

    owe_news(session.store, session.config, session.time())


def _notify(session: Session) -> bool:
    """Deliver what is owed; whether a channel did not take something."""
    from jobdiff.cli.alerts import deliver, sending_line
    from jobdiff.cli.compose import run

    done, waiting = deliver(session, run)
    session.out.note(sending_line(done, waiting))
    return bool(done.failed or done.dead)


def show_result(session: Session, board: BoardRow, result: CrawlResult) -> None:
    """Print a crawl's result: its line, or its object."""
    from jobdiff.cli.render.boards import crawl_line, saved_line

    log.info("%s", saved_line(result.json()))
    for note in result.notes:
        session.out.note(f"{board.name}: {note}")
    if session.json:
        session.out.line(result.json())
        return
    session.out.show(crawl_line(result.json(), board.name))
    if advice := advice_for(result.outcome, board):
        session.out.show(f"  {advice}")


def has_failed(outcomes: Sequence[str], fail_on: FailOn) -> bool:
    """Whether so many crawls failed that the command has.

    >>> has_failed(["complete", "blocked"], FailOn.ALL)
    False
    """
    failed = [outcome in FAILED_OUTCOMES for outcome in outcomes]
    if fail_on is FailOn.ANY:
        return any(failed)
    return fail_on is FailOn.ALL and bool(failed) and all(failed)


def advice_for(outcome: str, board: BoardRow) -> str | None:
    """The next thing to try after a crawl that did not work; None where it did."""
    name = shell_word(board.name)
    return {
        "unreadable": (
            "Try the URL of the list itself (often another host or a frame of this page), or of "
            "one posting; a browser draws what only a script builds: --browser auto."
        ),
        "blocked": _TRY_LATER,
        "failed": _TRY_LATER,
        "suspicious": (
            f"Nothing was removed. Look at the site, then: {program()} approve {name} "
            f"or {program()} reject {name}"
        ),
    }.get(outcome)


def _chosen(session: Session, refs: tuple[str, ...], *, due: bool) -> list[BoardRow]:
    from scheduler.work import hours_of
    from storage import boards
    from storage.due import due as due_now

    now = session.time()
    with session.store.read() as connection:
        if refs:
            found = {row.id: row for row in (boards.find(connection, ref) for ref in refs)}
        else:
            found = {row.id: row for row in boards.all_boards(connection) if not row.paused}
        if due:
            ready = {row.id for row in due_now(connection, now, hours_of(session.config))}
            found = {board_id: row for board_id, row in found.items() if board_id in ready}
    return list(found.values())


def _nothing_to_do(*, due: bool) -> str:
    if due:
        return "no board is due"
    return f"there is no board to crawl; add one: {program()} add https://…"
