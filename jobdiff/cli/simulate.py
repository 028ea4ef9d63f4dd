"""``simulate``: let a made-up site live through its days, and judge what would be told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.parse import read_text
from jobdiff.cli.session import Session
from jobdiff.cli.text import clean, count
from postings.errors import JobdiffError, UsageError

if TYPE_CHECKING:
    from postings.simulation.run import Played
    from postings.simulation.scenario import Scenario
    from postings.simulation.score import Score


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.START)(simulate)


def simulate(
    session: Session,
    source: Annotated[
        str,
        typer.Argument(metavar="FILE|-", help="A scenario, as JSON.", show_default=False),
    ],
) -> None:
    """Play a made-up site's days and outages: what would be told, and what of it is wrong."""
    from postings.simulation.run import play
    from postings.simulation.score import score

    scenario = _scenario(source)
    played = play(scenario)
    result = score(played)
    told = list(_events(played))
    if session.json:
        for event in told:
            session.out.line(event)
        session.out.line(result.json(scenario.name))
    else:
        _show(session, told, result)
    if not result.good:
        false, missed = sum(result.false.values()), sum(result.missed.values())
        raise JobdiffError(f"{scenario.name}: {count(false, 'event')} false, {missed} missed")


def _scenario(source: str) -> Scenario:
    from postings.simulation.parse import scenario_of

    name = "standard input" if source == "-" else source
    try:
        return scenario_of(json.loads(read_text(source)))
    except json.JSONDecodeError as error:
        raise UsageError(f"{name}, line {error.lineno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise UsageError(f"{name}: not JSON that can be read: it is nested too deep") from None
    except UsageError as error:
        told = str(error)
        raise (error if told.startswith(source) else UsageError(f"{name}: {told}")) from None


def _events(played: Played) -> Iterator[dict[str, Any]]:
    """The events as the log would have them."""
    from postings.wire import summary_json
    from storage.events import EventRow

    for cursor, one in enumerate(played.told, 1):
        event = one.event
        yield EventRow(
            cursor=cursor,
            id=event.id,
            kind=event.kind,
            state=event.state,
            board_id=played.scenario.name,
            board=played.scenario.name,
            tags=(),
            posting_id=event.posting,
            baseline=event.baseline,
            quiet=event.quiet,
            detected_at=event.detected_at,
            occurred_at=event.occurred_at,
            window_after=event.window_after,
            window_before=event.window_before,
            retracts=event.retracts,
            before=event.before,
            after=event.after,
            posting=summary_json(one.posting, event.posting, one.url),
            changes=event.changes,
            evidence=event.evidence,
        ).json()


def _show(session: Session, told: list[dict[str, Any]], result: Score) -> None:
    from jobdiff.cli.render.events import events_table

    news = [event for event in told if not event["baseline"]]
    if news:
        session.out.show(events_table(news))
    outcomes = ", ".join(f"{number} {name}" for name, number in sorted(result.outcomes.items()))
    session.out.show(f"\n{count(result.crawls, 'crawl')}: {outcomes}")
    hidden = len(told) - len(news)
    at_first = f" (and {hidden} that were there from the beginning)" if hidden else ""
    session.out.show(f"{count(len(news), 'event')}{at_first}")
    for line in result.mistakes:
        session.out.show(clean(line))
    if result.good:
        session.out.show("Nothing is false, and nothing was missed.")
