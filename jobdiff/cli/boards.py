"""The boards: ``add boards remove pause resume approve reject``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobdiff.cli.asking import YesOption, confirm
from jobdiff.cli.command import Panel, command
from jobdiff.cli.detect import BrowserOption
from jobdiff.cli.parse import Wanted, boards_from, checked, read_text
from jobdiff.cli.session import Session
from jobdiff.cli.shapes import board_json
from jobdiff.cli.start import program
from jobdiff.cli.text import clean, count, day, length, shell_word
from postings.errors import JobdiffError, UsageError

if TYPE_CHECKING:
    from postings.habits import Drift
    from storage.boards import BoardRow

BoardArgument = Annotated[
    str, typer.Argument(metavar="BOARD", help="A board's name, URL or id.", show_default=False)
]
TagOption = Annotated[
    str | None,
    typer.Option("--tag", metavar="T", help="Only of boards with this tag.", show_default=False),
]
StrategyOption = Annotated[
    str | None,
    typer.Option(
        "--strategy",
        metavar="NAME",
        help="How to read the site, where finding out fails; auto finds out again.",
        show_default=False,
    ),
]
WindowOption = Annotated[
    str | None,
    typer.Option(
        "--window",
        metavar="HH:MM-HH:MM",
        help="Crawl it only in these hours; always lifts that.",
        show_default=False,
    ),
]
ZoneOption = Annotated[
    str | None,
    typer.Option(
        "--timezone",
        metavar="ZONE",
        help="Of --window and of a cron line, like Europe/Zurich; default UTC.",
        show_default=False,
    ),
]
PrivateOption = Annotated[
    bool,
    typer.Option("--allow-private", help="It may stand at a loopback or private address."),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    for work in (add, pause, resume, remove, approve, reject):
        command(app, Panel.BOARDS)(work)
    command(app, Panel.BOARDS, name="boards")(list_boards)


def add(
    session: Session,
    url: Annotated[
        str | None, typer.Argument(metavar="URL", help="A career page.", show_default=False)
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="FILE|-",
            help="Lines of URLs, or a CSV with url, name, tags, every.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="What to call it.", show_default=False)
    ] = None,
    every: Annotated[
        str | None,
        typer.Option(
            "--every", help="How often: 6h, a cron line or auto (the default).", show_default=False
        ),
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="T", help="Mark it; repeat for more.", show_default=False),
    ] = None,
    strategy: StrategyOption = None,
    browser: BrowserOption = None,
    window: WindowOption = None,
    timezone: ZoneOption = None,
    allow_private: PrivateOption = False,
) -> None:
    """Watch a board: say at once what can be read there, and crawl it from now on."""
    if (url is None) == (from_ is None):
        raise UsageError("name one URL, or a list of them with --from FILE")
    if url is not None:
        tags = tuple(tag or ())
        asked = (every, strategy, browser, window, timezone, allow_private)
        _add_one(session, Wanted(url, name, tags, *asked))
        return
    if name is not None:
        raise UsageError("--name goes with one URL; a CSV has a column for names")
    wanted = boards_from(read_text(str(from_)), str(from_))
    if not wanted:
        raise UsageError(f"{from_}: there is no URL in it")
    asked = (every, strategy, browser, window, timezone, allow_private)
    defaults = Wanted("", None, tuple(tag or ()), *asked)
    _add_many(session, [_with_defaults(one, defaults) for one in wanted])


def list_boards(
    session: Session,
    tag: TagOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that were only checked, or removed.")
    ] = False,
) -> None:
    """List the boards: state, open postings, last crawl and next."""
    from jobdiff.cli.render.boards import boards_table
    from storage import boards, postings

    now = session.time()
    with session.store.read() as connection:
        rows = boards.all_boards(connection, watched_only=not everything)
        counts = postings.counts(connection, now)
    told = [
        board_json(row, open_postings=counts[row.id].open, now=now)
        for row in rows
        if tag is None or tag in row.tags
    ]
    if session.json:
        for board in told:
            session.out.line(board)
        return
    if told:
        session.out.show(boards_table(told, now))
    elif rows:
        session.out.show(f"No board has the tag {clean(str(tag))}; {program()} boards lists all.")
    else:
        session.out.show(f"No boards yet. Watch one: {program()} add https://…")


def pause(session: Session, board: BoardArgument) -> None:
    """Crawl a board no more until it is resumed."""
    _set_paused(session, board, paused=True)


def resume(session: Session, board: BoardArgument) -> None:
    """Crawl a paused board again."""
    _set_paused(session, board, paused=False)


def remove(
    session: Session,
    board: BoardArgument,
    purge: Annotated[
        bool, typer.Option("--purge", help="Forget everything about it, history included.")
    ] = False,
    yes: YesOption = False,
) -> None:
    """Watch a board no longer; its history is kept, and nothing is reported as removed."""
    from storage import boards

    found = _changeable(session, board)
    if purge:
        confirm(f"Forget {found.name} with all its postings and history?", yes=yes)
    before = _line(session, found.id)
    with session.store.write() as connection:
        boards.remove(connection, found.id, purge)
    if not purge:
        _say(session, found, f"{found.name} is not watched any more; its history is kept.")
        return
    if session.json:
        session.out.line({**before, "state": "unwatched"})
    session.out.show(f"{clean(found.name)} is forgotten, and its history with it.")


def approve(session: Session, board: BoardArgument, yes: YesOption = False) -> None:
    """Believe a mass disappearance: show what would go, then ask."""
    from jobdiff.cli.render.postings import postings_table
    from storage import postings, questions

    found = _find(session, board)
    now = session.time()
    with session.store.read() as connection:
        rows = questions.doubted(connection, found.id)
    if not session.json:
        for lost in found.habits.drifts:
            session.out.show(f"{clean(found.name)}: {_lost(lost)}")
        if found.quarantine:
            going = count(len(rows), "posting")
            session.out.show(f"{clean(found.name)}: {going} would be removed{_since(found)}:")
            lines = [postings.posting_line(row, now) for row in rows]
            session.out.show(postings_table(lines, boards=False, states=False))
    confirm("Is that really gone?", yes=yes)
    changed = questions.approve(session.store, found.id, by=who(), now=now)
    verb = "removed" if found.quarantine else "changed"
    _say(session, found, f"{found.name}: {count(changed, 'posting')} {verb}.")


def reject(session: Session, board: BoardArgument) -> None:
    """Do not believe a mass disappearance: its postings stay as they were."""
    from storage import questions

    found = _find(session, board)
    questions.reject(session.store, found.id, now=session.time())
    if found.quarantine:
        words = "its postings stay open; the next crawl asks anew."
    elif found.habits.drifts:
        words = "its postings stay as they were; the next crawl asks anew."
    else:
        words = f"{', '.join(sorted(found.habits.volatile))}: compared again from now on."
    _say(session, found, f"{found.name}: {words}")


def _lost(drift: Drift) -> str:
    from postings.drift import named

    going = count(len(drift.postings), "posting")
    return f"{going} would lose {named(drift.field)}, missing since {day(drift.since)} UTC"


def _since(board: BoardRow) -> str:
    return f", missing since {day(board.quarantine.since)} UTC" if board.quarantine else ""


def who() -> str:
    """Whose word it is, for the evidence."""
    import getpass

    try:
        return clean(getpass.getuser())
    except (OSError, KeyError):
        return "a person"


def _add_one(session: Session, wanted: Wanted) -> None:
    board, saying = _added(session, wanted)
    if session.json:
        session.out.line(_line(session, board.id))
    session.out.show(f"{clean(board.name)} is watched now: {clean(saying)}")
    if not session.json:
        session.out.show(f"Crawl it: {program()} crawl {shell_word(board.name)}")


def _add_many(session: Session, wanted: list[Wanted]) -> None:
    failed = 0
    for one in wanted:
        try:
            _add_line(session, one)
        except UsageError as error:
            failed += 1
            session.out.note(f"jobdiff: {one.where}: {error}")
    if failed:
        raise JobdiffError(f"{count(failed, 'board')} of {len(wanted)} could not be added")


def _add_line(session: Session, wanted: Wanted) -> None:
    board, saying = _added(session, wanted)
    if session.json:
        session.out.line(_line(session, board.id))
    session.out.show(f"{clean(board.name)}: {clean(saying)}")


def _added(session: Session, wanted: Wanted) -> tuple[BoardRow, str]:
    from jobdiff.cli.detect import detect, sentence
    from storage import boards

    wanted = checked(wanted)
    _refuse_file_board(session, wanted.url)
    private = wanted.allow_private
    found = detect(
        session, wanted.url, wanted.strategy, wanted.browser, pages=1, allow_private=private
    )
    with session.store.write() as connection:
        board = boards.add(
            connection,
            url=wanted.url,
            name=wanted.name,
            tags=wanted.tags or None,
            every=wanted.every,
            strategy=wanted.strategy,
            browser=wanted.browser,
            window=wanted.window,
            timezone=wanted.timezone,
            allow_private=private or None,
            warning=found.warning,
            now=session.time(),
        )
        if board.paused:
            boards.set_paused(connection, board.id, False)
        boards.warn(connection, board.id, found.warning)
        _note_floor(session, board)
        return boards.get(connection, board.id), sentence(found)


def _note_floor(session: Session, board: BoardRow) -> None:
    """Nobody should wait for what is never done as often as it was asked for."""
    from jobdiff.config import parse_duration

    floor = session.config.scheduler.min_interval
    if board.every == "auto" or " " in board.every or parse_duration(board.every) >= floor:
        return
    session.out.note(
        f"{board.name}: it is crawled every {length(floor)}, not every {board.every}; "
        "[scheduler] min_interval is the floor"
    )


def _refuse_file_board(session: Session, url: str) -> None:
    from jobdiff.cli.compose import owned_by_commands
    from postings.urls import canonical
    from storage import boards

    with session.store.read() as connection:
        known = boards.all_boards(connection, watched_only=False)
    for board in known:
        if canonical(board.url) == canonical(url):
            owned_by_commands(board)


def _with_defaults(wanted: Wanted, defaults: Wanted) -> Wanted:
    """A board of a list, with what was said for all of them."""
    return replace(
        wanted,
        tags=tuple(dict.fromkeys(wanted.tags + defaults.tags)),
        every=wanted.every or defaults.every,
        strategy=defaults.strategy,
        browser=defaults.browser,
        window=defaults.window,
        timezone=defaults.timezone,
        allow_private=defaults.allow_private,
    )


def _find(session: Session, ref: str) -> BoardRow:
    from storage import boards

    with session.store.read() as connection:
        return boards.find(connection, ref)


def _changeable(session: Session, ref: str) -> BoardRow:
    from jobdiff.cli.compose import owned_by_commands

    return owned_by_commands(_find(session, ref))


def _set_paused(session: Session, ref: str, *, paused: bool) -> None:
    from storage import boards

    found = _changeable(session, ref)
    if not found.watched:
        hint = f"{program()} add {shell_word(found.url)} watches it"
        raise UsageError(f"{clean(found.name)} is not watched; {hint}")
    with session.store.write() as connection:
        boards.set_paused(connection, found.id, paused)
    _say(session, found, f"{found.name} is {'paused' if paused else 'watched again'}.")


def _say(session: Session, board: BoardRow, words: str) -> None:
    if session.json:
        session.out.line(_line(session, board.id))
    session.out.show(clean(words))


def _line(session: Session, board_id: str) -> dict[str, Any]:
    from storage import boards, postings

    now = session.time()
    with session.store.read() as connection:
        board = boards.get(connection, board_id)
        counts = postings.counts(connection, now)
    return board_json(board, open_postings=counts[board_id].open, now=now)
