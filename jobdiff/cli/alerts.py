"""What is owed to whom: ``alerts test send backtest replay dead show``; rules in ``rules.py``."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

import typer

from jobdiff.cli import rules
from jobdiff.cli.command import Panel, command
from jobdiff.cli.parse import since as read_since
from jobdiff.cli.session import Session
from jobdiff.cli.text import count
from postings.errors import NotFound, UsageError

if TYPE_CHECKING:
    from alerts.backtest import Backtest
    from alerts.dispatch import Counts
    from jobdiff.config import Channel, Config

SENDING_SCHEMA = "jobdiff.sending/1"
TEST_SCHEMA = "jobdiff.channel-test/1"
BACKTEST_SCHEMA = "jobdiff.backtest/1"
REPLAY_SCHEMA = "jobdiff.replay/1"

_T = TypeVar("_T")
Run: TypeAlias = Callable[[Callable[[], Coroutine[Any, Any, "Counts"]]], "Counts"]
SinceOption = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="S",
        help="After this cursor (42), or since a date (2026-03-01) or a duration (90d).",
        show_default=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add these commands to the program."""
    group = typer.Typer(no_args_is_help=True, help="Rules, channels and what is owed to them.")
    rules.register(group)
    command(group, Panel.ALERTS, name="test")(try_channels)
    for work in (send, backtest, dead, replay):
        command(group, Panel.ALERTS)(work)
    command(group, Panel.ALERTS, name="show")(show_delivery)
    app.add_typer(group, name="alerts", rich_help_panel=Panel.ALERTS.value)


def try_channels(
    session: Session,
    channel: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CHANNEL]...", help="Without any: all.", show_default=False),
    ] = None,
) -> None:
    """Send a test message through channels, and say which of them took it."""
    from alerts.message import check_templates
    from alerts.trial import try_channel

    config = for_this_output(session)
    if config.alerts.templates is not None:
        check_templates(config.alerts.templates)
    chosen = _channels(config, tuple(channel or ()))
    failed = False
    for one in chosen:
        error = _run_alone(partial(try_channel, one, config, session.time()))
        failed = failed or error is not None
        if error is None:
            _try_again(session, one.name)
        if session.json:
            told = {"schema": TEST_SCHEMA, "channel": one.name, "ok": error is None}
            session.out.line({**told, "error": error})
        else:
            session.out.show(f"{one.name}: {error or 'it took the message'}")
    if failed:
        raise typer.Exit(1)


def _try_again(session: Session, channel: str) -> None:
    """A channel that works need not be waited for any longer."""
    from storage import channels, outbox

    with session.store.write() as connection:
        channels.wake(connection, channel)
        outbox.hurry(connection, channel, session.time())


def send(session: Session) -> None:
    """Deliver what is owed now, and end: for cron, without a daemon."""
    done, waiting = deliver(session, _run_alone)
    if session.json:
        session.out.line({
            "schema": SENDING_SCHEMA, "owed": done.owed, "sent": done.sent,
            "failed": done.failed, "dead": done.dead, "waiting": waiting,
        })  # fmt: skip
    else:
        session.out.show(sending_line(done, waiting))
    if done.failed or done.dead:
        raise typer.Exit(1)


def deliver(session: Session, run: Run) -> tuple[Counts, int]:
    """Owe what is new and send what is due until nothing is; what then waits for its time.

    ``run`` runs a coroutine: on a loop of its own, or on the one of the crawls.
    """
    from alerts.dispatch import Counts, tick
    from jobdiff.config import wall_clock
    from storage import outbox

    config = for_this_output(session)

    async def until_done() -> Counts:
        done = Counts()
        while True:
            turn = await tick(
                session.store, config, session.time(), is_frozen=session.clock is not wall_clock
            )
            done += turn
            if not turn.did_something:
                return done

    done = run(until_done)
    with session.store.read() as connection:
        return done, len(outbox.by_state(connection, "owed"))


def for_this_output(session: Session) -> Any:
    """The configuration, with channels on standard output printing objects under ``--json``."""
    if not session.json:
        return session.config
    channels = tuple(
        one.model_copy(update={"stdout": "json"}) if one.stdout else one
        for one in session.config.channels
    )
    return session.config.model_copy(update={"channels": channels})


def sending_line(done: Counts, waiting: int) -> str:
    """What sending came to, in one line."""
    parts = [f"{count(done.sent, 'message')} sent"]
    if done.failed:
        parts.append(f"{done.failed} not taken, tried again later")
    if done.dead:
        parts.append(f"{done.dead} given up (jobdiff alerts dead)")
    if waiting:
        parts.append(f"{waiting} waiting for their time")
    return "; ".join(parts)


def backtest(
    session: Session,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's name.")],
    since: SinceOption = None,
) -> None:
    """Say what a rule would have sent: each event, how many messages, and what it dropped."""
    from alerts.backtest import backtest as ask
    from alerts.rulebook import find_rule
    from jobdiff.cli.render.events import events_table

    start = read_since(since or "90d", session.time())
    with session.store.read() as connection:
        asked = find_rule(connection, session.config, rule)
    found = ask(session.store, asked, since=start.at, after_cursor=start.cursor)
    told = [one.event.json() for one in found.told]
    if session.json:
        for event in told:
            session.out.line(event)
        session.out.line(backtest_json(rule, found))
        return
    if told:
        session.out.show(events_table(told))
    messages = count(len(found.messages), "message")
    session.out.show(f"\n{count(len(told), 'event')} of {found.events} in {messages}")
    for name, (number, reason) in sorted(found.dropped.items(), key=lambda one: -one[1][0]):
        session.out.show(f"  {number} dropped by {name}, the last because {reason}")


def backtest_json(rule: str, found: Backtest) -> dict[str, Any]:
    """What a backtest came to."""
    from postings.wire import instant

    return {
        "schema": BACKTEST_SCHEMA,
        "rule": rule,
        "events": found.events,
        "matched": len(found.told),
        "messages": [{"at": instant(at), "events": n} for at, n in found.messages.items()],
        "dropped": {
            name: {"count": number, "reason": reason}
            for name, (number, reason) in found.dropped.items()
        },
    }


def dead(session: Session) -> None:
    """List the messages that were given up, each with what its channel said last."""
    from jobdiff.cli.render.alerts import delivery_json, delivery_line
    from storage import outbox

    with session.store.read() as connection:
        given_up = outbox.by_state(connection, "dead")
    for one in given_up:
        if session.json:
            session.out.line(delivery_json(one))
        else:
            session.out.show(delivery_line(one))
    session.out.show(f"\n{count(len(given_up), 'message')} given up")
    if given_up:
        session.out.show("Owe them again: jobdiff alerts replay --since 30d")


def replay(
    session: Session,
    since: SinceOption = None,
    channel: Annotated[
        str | None, typer.Option("--channel", help="Only of this channel.", show_default=False)
    ] = None,
    sent: Annotated[
        bool, typer.Option("--sent", help="Also what was sent; with the same ids.")
    ] = False,
) -> None:
    """Owe again, with their ids, the messages that were given up since then."""
    from storage import channels, outbox

    at = _instant_of(session, since)
    with session.store.write() as connection:
        known = {one.name for one in session.config.channels} | outbox.channels_told(connection)
        if channel is not None and channel not in known:
            raise _no_such_channel(channel, known)
        states: tuple[Any, ...] = ("dead", "sent") if sent else ("dead",)
        number = outbox.replay(connection, at, session.time(), states=states, channel=channel)
        if number:
            channels.wake(connection, channel)
    if session.json:
        session.out.line({"schema": REPLAY_SCHEMA, "owed": number})
    session.out.show(f"{count(number, 'message')} owed again; `jobdiff alerts send` sends now.")


def show_delivery(
    session: Session,
    delivery: Annotated[str, typer.Argument(metavar="ID", help="The beginning of its id.")],
) -> None:
    """Show one message whole, with everything that it only counted."""
    from alerts.contents import outgoing_of
    from jobdiff.cli.render.alerts import delivery_json, delivery_line
    from storage import outbox

    with session.store.read() as connection:
        one = outbox.find(connection, delivery)
    outgoing = outgoing_of(session.store, session.config, one, session.time(), whole=True)
    if session.json:
        session.out.line(delivery_json(one))
        for event in outgoing.events:
            session.out.line(event)
        return
    session.out.show(delivery_line(one))
    session.out.show(f"\n{outgoing.message().text}")
    if outgoing.link:
        session.out.show(f"\nAs a page: {outgoing.link}")


def _run_alone(main: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Run a coroutine without what crawls need; another loop of the process stays as it is."""
    import asyncio

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main())
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def _channels(config: Config, names: Iterable[str]) -> tuple[Channel, ...]:
    channels = {one.name: one for one in config.channels}
    for name in names:
        if name not in channels:
            raise _no_such_channel(name, channels)
    if not channels:
        raise UsageError("there is no channel; write [[channels]] into jobdiff.toml")
    return tuple(channels[name] for name in names or channels)


def _no_such_channel(name: str, known: Iterable[str]) -> NotFound:
    told = ", ".join(map(repr, sorted(known))) or "none"
    return NotFound(f"no channel is called {name!r}; there is {told}")


def _instant_of(session: Session, since: str | None) -> datetime:
    start = read_since(since or "3650d", session.time())
    if start.at is None:
        raise UsageError(f"--since {since}: write a date (2026-03-01) or a duration (2d)")
    return start.at
