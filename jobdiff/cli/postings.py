"""What is known: ``postings show history diff events``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobdiff.cli.boards import TagOption
from jobdiff.cli.command import Panel, command
from jobdiff.cli.parse import as_of as read_as_of
from jobdiff.cli.parse import since as read_since
from jobdiff.cli.session import Session
from jobdiff.cli.shapes import DIFF_SCHEMA, SNAPSHOT_SCHEMA
from jobdiff.cli.text import clean, count, day
from postings.errors import NotFound, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from jobdiff.config import Config
    from postings.model import Snapshot
    from postings.why import Case
    from storage.postings import History, PostingRow

PostingArgument = Annotated[
    str,
    typer.Argument(
        metavar="POSTING", help="A posting's URL, or the beginning of its id.", show_default=False
    ),
]
BoardOption = Annotated[
    str | None,
    typer.Option("--board", metavar="B", help="Only of this board.", show_default=False),
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit", min=1, max=2**63 - 1, metavar="N", help="At most so many.", show_default=False
    ),
]


class StateName(StrEnum):
    """The states of a posting."""

    OPEN = "open"
    EXPIRED = "expired"
    REMOVED = "removed"


class KindName(StrEnum):
    """The kinds of events."""

    NEW = "new"
    CHANGED = "changed"
    EXPIRED = "expired"
    REMOVED = "removed"
    REOPENED = "reopened"


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    command(app, Panel.POSTINGS, name="postings")(search)
    for work in (show, history, diff, events):
        command(app, Panel.POSTINGS)(work)


def search(
    session: Session,
    board: BoardOption = None,
    tag: TagOption = None,
    state: Annotated[
        StateName | None, typer.Option("--state", help="Only in this state.", show_default=False)
    ] = None,
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="TEXT", help="Only with these words.", show_default=False),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            help="As it was known by the end of that day, UTC.",
            show_default=False,
        ),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            "--rule", metavar="R", help="Only what this rule matches.", show_default=False
        ),
    ] = None,
    limit: LimitOption = None,
) -> None:
    """Search what is known, now or at any past date."""
    from jobdiff.cli.render.postings import postings_table
    from storage import postings

    at = read_as_of(as_of)
    now = session.time()
    with session.store.read() as connection:
        _say_if_pruned(session, connection, at)
        rows = postings.search(
            connection,
            board=board,
            tag=tag,
            state=state.value if state else None,
            query=query,
            limit=limit if rule is None else None,
            as_of=at,
        )
        if rule is not None:
            rows = _of_rule(connection, session.config, rows, rule, at or now)[:limit]
        if session.json:
            for row in rows:
                session.out.line(postings.posting_line(row, at or now))
            return
        lines = [postings.posting_line(row, at or now) for row in rows]
    if lines:
        session.out.show(postings_table(lines))
    session.out.show(f"\n{count(len(lines), 'posting')}")


def _say_if_pruned(session: Session, connection: Connection, at: datetime | None) -> None:
    """What `gc` took away cannot be found: say so, instead of showing less without a word."""
    from storage import retention

    before = None if at is None else retention.pruned_before(connection)
    if at is not None and before is not None and at < before:
        told = f"what postings said before {day(before)} UTC was taken away by gc"
        session.out.note(f"jobdiff: {told}; those that changed since are missing here")


def _of_rule(
    connection: Connection,
    config: Config,
    rows: Sequence[PostingRow],
    rule: str,
    now: datetime,
) -> list[PostingRow]:
    """What a rule is about, whatever happened to it."""
    from alerts.backtest import matching
    from alerts.rulebook import find_rule

    return matching(find_rule(connection, config, rule), rows, now)


def show(
    session: Session,
    posting: PostingArgument,
    why: Annotated[
        bool,
        typer.Option(
            "--why", help="The whole chain of evidence: how it is recognised, every event, doubts."
        ),
    ] = False,
) -> None:
    """Show one posting: what it says, its state, and why that is believed."""
    from jobdiff.cli.render.postings import posting_panel
    from jobdiff.cli.why import why_json, why_lines
    from storage import postings

    found, case = _case(session, posting)
    line = postings.posting_line(found.posting, session.time())
    told = [event.json() for event in found.events]
    if session.json:
        session.out.line(line)
        for thing in (why_json(case), *told) if why else ():
            session.out.line(thing)
        return
    session.out.show(posting_panel(line))
    if why:
        session.out.show(*why_lines(case))
        return
    session.out.show("Why:")
    for event in told[-1:]:
        _show_event(session, event)


def history(session: Session, posting: PostingArgument) -> None:
    """Show one posting over time: its snapshots and its events."""
    for moment in _moments(_history(session, posting)):
        if session.json:
            session.out.line(moment)
        elif moment["schema"] == SNAPSHOT_SCHEMA:
            _show_snapshot(session, moment)
        else:
            _show_event(session, moment)


def diff(
    session: Session,
    posting: PostingArgument,
    a: Annotated[
        str | None,
        typer.Argument(metavar="[A]", help="A snapshot's number or id.", show_default=False),
    ] = None,
    b: Annotated[
        str | None,
        typer.Argument(metavar="[B]", help="A later one; else the last.", show_default=False),
    ] = None,
) -> None:
    """Show what differs between two snapshots of a posting; without A and B: the last two."""
    from postings.diff import diff as differing
    from postings.wire import changes_json, stored_json, told_json

    found = _history(session, posting)
    before, after = _two_of(found.snapshots, a, b)
    salary = stored_json(after.posting)["salary"]
    changes = changes_json(differing(before.posting, after.posting), salary)
    told = told_json(changes, salary)
    if not session.json:
        _show_diff(session, before, after, changes, told)
        return
    session.out.line(
        {
            "schema": DIFF_SCHEMA,
            "posting": found.posting.known.id,
            "before": before.id,
            "after": after.id,
            "changes": [{**change, "redline": _redline(change)} for change in changes],
            "told": told,
        }
    )


def events(
    session: Session,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="S",
            help="After this cursor (42), or since a date (2026-03-01) or a duration (2d).",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[
        list[KindName] | None,
        typer.Option("--kind", help="Only of this kind; repeat for more.", show_default=False),
    ] = None,
    board: BoardOption = None,
    tag: TagOption = None,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Also what was there from the beginning.")
    ] = False,
    limit: LimitOption = None,
) -> None:
    """Show the log of events, oldest first, each with its evidence."""
    from jobdiff.cli.render.events import events_table
    from storage import events as log

    start = read_since(since, session.time())
    with session.store.read() as connection:
        rows = log.log(
            connection,
            after_cursor=start.cursor,
            since=start.at,
            kinds=tuple(one.value for one in kind or ()),
            board=board,
            tag=tag,
            baseline=None if session.json or baseline else False,
            limit=limit,
        )
    told = [row.json() for row in rows]
    if session.json:
        for event in told:
            session.out.line(event)
        return
    if told:
        session.out.show(events_table(told))
    hidden = "" if baseline else " (what was there from the beginning: --baseline)"
    session.out.show(f"\n{count(len(told), 'event')}{hidden}")


def _redline(change: Mapping[str, Any]) -> list[dict[str, str]] | None:
    """The words of a changed text that stayed, went and came; None where it is no text."""
    from postings.redline import redline

    before, after = change["before"], change["after"]
    if not isinstance(before, str) or not isinstance(after, str):
        return None
    return [{"said": piece.said, "text": piece.text} for piece in redline(before, after)]


def _case(session: Session, ref: str) -> tuple[History, Case]:
    """A posting with its history, and all that says why it is believed to be so."""
    from jobdiff.cli.why import case_of
    from storage import postings, statistics

    with session.store.read() as connection:
        found = postings.history(connection, postings.find(connection, ref).known.id)
        row = found.posting
        crawls = statistics.outcomes_since(connection, row.board.id, row.known.last_seen)
    return found, case_of(found, crawls, session.time())


def _history(session: Session, ref: str) -> History:
    from storage import postings

    with session.store.read() as connection:
        return postings.history(connection, postings.find(connection, ref).known.id)


def _snapshot_json(number: int, snapshot: Snapshot, *, enriched: bool) -> dict[str, Any]:
    from postings.wire import instant, posting_json

    return {
        "schema": SNAPSHOT_SCHEMA,
        "id": snapshot.id,
        "number": number,
        "at": instant(snapshot.at),
        "enriched": enriched,
        "posting": posting_json(snapshot.posting),
    }


def _two_of(
    snapshots: Sequence[Snapshot], a: str | None, b: str | None
) -> tuple[Snapshot, Snapshot]:
    if a is None:
        return snapshots[max(len(snapshots) - 2, 0)], snapshots[-1]
    return _one_of(snapshots, a), _one_of(snapshots, b) if b else snapshots[-1]


def _one_of(snapshots: Sequence[Snapshot], ref: str) -> Snapshot:
    if ref.isdecimal() and len(ref) < 8:
        if not 1 <= int(ref) <= len(snapshots):
            raise NotFound(f"there is no snapshot {ref}; there are 1 to {len(snapshots)}")
        return snapshots[int(ref) - 1]
    found = [snapshot for snapshot in snapshots if snapshot.id.startswith(ref.lower())]
    if not found:
        raise NotFound(f"no snapshot of this posting is {ref!r}; `jobdiff history` lists them")
    if len(found) > 1:
        raise UsageError(f"{ref!r} is the beginning of several snapshots' ids; write more")
    return found[0]


def _moments(found: History) -> list[dict[str, Any]]:
    """Snapshots and events in the order in which they came; a snapshot after its event."""
    told = [(event.detected_at, 0, event.json()) for event in found.events]
    told += [
        (one.at, 1, _snapshot_json(number, one, enriched=one.id in found.enriched))
        for number, one in enumerate(found.snapshots, 1)
    ]
    return [moment for _at, _order, moment in sorted(told, key=lambda one: one[:2])]


def _show_event(session: Session, event: Mapping[str, Any]) -> None:
    from rich.padding import Padding

    from jobdiff.cli.render.events import kind_text, why_text

    at = day(datetime.fromisoformat(event["detected_at"]))
    session.out.show(kind_text(event).append(f" {at} UTC", "dim"))
    session.out.show(Padding(why_text(event), (0, 0, 0, 4)))


def _show_snapshot(session: Session, snapshot: Mapping[str, Any]) -> None:
    from rich.text import Text

    at = day(datetime.fromisoformat(snapshot["at"]))
    better = ", read better than before" if snapshot["enriched"] else ""
    words = f"  snapshot {snapshot['number']} {at} UTC, {snapshot['id'][:8]}{better}"
    session.out.show(Text(words, "dim"))


def _show_diff(
    session: Session,
    before: Snapshot,
    after: Snapshot,
    changes: Sequence[Mapping[str, Any]],
    told: Sequence[Mapping[str, Any]],
) -> None:
    from jobdiff.cli.render.postings import snapshot_diff

    session.out.show(f"{day(before.at)} → {day(after.at)} UTC")
    if not changes:
        alone = "There is only one snapshot: nothing has changed since the first."
        session.out.show(alone if before is after else "Nothing differs.")
    for one in told:
        session.out.show(clean(one["text"] + ("" if one["material"] else " (cosmetic)")))
    for text in snapshot_diff(changes, colour=session.out.console.is_terminal):
        session.out.show(text)
