"""The rules: ``alerts list add change remove pause resume``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobdiff.cli.asking import YesOption, confirm
from jobdiff.cli.command import Panel, command
from jobdiff.cli.rule_options import asked, keys_named, option_of, with_keys
from jobdiff.cli.session import Session
from jobdiff.cli.start import program
from jobdiff.cli.text import clean, count, shell_word
from postings.errors import NotFound, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from alerts.rulebook import Entry
    from jobdiff.cli.render.alerts import Listed
    from jobdiff.config import Config, Rule

NewNameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="What to call it.", show_default=False)
]
NameArgument = Annotated[
    str,
    typer.Argument(metavar="NAME", help="A rule that a command made.", show_default=False),
]


def register(group: typer.Typer) -> None:
    """Add these commands to the group."""
    command(group, Panel.ALERTS, name="list")(list_rules)
    for work in (add, change, remove, pause, resume):
        command(group, Panel.ALERTS)(work)


def list_rules(session: Session) -> None:
    """List rules and channels: what they sent, what waits, what each rule dropped and why."""
    from jobdiff.cli.render.alerts import channel_json, channel_lines, rule_lines
    from storage import channels, outbox

    with session.store.read() as connection:
        rules = _objects(connection, session.config)
        counts, states = outbox.counts(connection), channels.states(connection)
    told = [channel_json(one, counts, states.get(one.name)) for one in session.config.channels]
    if session.json:
        for thing in (*rules, *told):
            session.out.line(thing)
        return
    for text in (*map(rule_lines, rules), *map(channel_lines, told)):
        session.out.show(text)
    if not rules:
        session.out.show(f"There is no rule. Make one: {program()} alerts add NAME --title python")
    if not told:
        session.out.show(_no_channel(session.config))


@with_keys
def add(session: Session, name: NewNameArgument, **given: Any) -> None:
    """Make a rule; it tells what is found from now on. What is not asked for may be anything."""
    from jobdiff.config import read_rule, refuse_missing_channels
    from storage import rules

    config = session.config
    keys = asked(given)
    rule = read_rule(name, keys, option_of)
    refuse_missing_channels(config, rule.channels, "--channel")
    _refuse_of_file(config, name)
    with session.store.write() as connection:
        rules.add(connection, name, _plain(rule, keys), session.time())
    whom = ", ".join(one.name for one in config.channels_of(rule))
    _say(session, name, f"{name} is a rule now: {rule.deliver} to {whom or 'no channel'}.")
    if not config.channels:
        session.out.note(_no_channel(config))
    if not session.json:
        session.out.show(
            f"What it would have sent: {program()} alerts backtest {clean(shell_word(name))}"
        )


@with_keys
def change(
    session: Session,
    rule: NameArgument,
    name: Annotated[
        str | None, typer.Option("--name", help="Call it so from now on.", show_default=False)
    ] = None,
    clear: Annotated[
        list[str] | None,
        typer.Option(
            "--clear",
            metavar="KEY",
            help="Take a key back to its default, like salary_at_least; repeat for more.",
            show_default=False,
        ),
    ] = None,
    **given: Any,
) -> None:
    """Change what is given of a rule that a command made; the rest stays as it is."""
    from storage import rules

    more, gone = asked(given), keys_named(clear or ())
    if not (more or gone or name is not None):
        raise UsageError("say what to change, like --title python or --clear title")
    both = next((key for key in gone if key in more), None)
    if both:
        raise UsageError(f"{option_of(both)} is given and cleared; do one of both")
    with session.store.write() as connection:
        known = _own(connection, session.config, rule)
        keys = {key: value for key, value in known.stored.keys.items() if key not in gone}
        changed = _checked(session.config, rule if name is None else name, keys | more, more)
        rules.change(connection, rule, _plain(changed, keys | more), session.time())
        if name is not None and name != rule:
            _rename(connection, session, known, name)
    _say(session, changed.name, f"{changed.name} is changed.")


def remove(
    session: Session,
    rule: NameArgument,
    discard: Annotated[
        bool, typer.Option("--discard", help="Also do not send what it owes already.")
    ] = False,
    yes: YesOption = False,
) -> None:
    """Forget a rule that a command made; what it owes already is still sent."""
    from storage import rules

    with session.store.read() as connection:
        known = _own(connection, session.config, rule)
        before = _object(connection, session.config, rule)
        owed = 0 if known.place else rules.waiting(connection, rule)
    fate = "not sent then" if discard else "sent all the same"
    rest = f" {count(owed, 'message')} waiting: {fate}." if owed else ""
    confirm(f"Forget the rule {clean(rule)}?{rest}", yes=yes)
    with session.store.write() as connection:
        rules.remove(connection, rule)
        if not known.place:
            rules.forget_notes(connection, rule)
            if discard:
                rules.discard(connection, rule)
    if session.json:
        session.out.line({**before, "holds": False})
    session.out.show(f"{clean(rule)} is forgotten.{rest}")


def pause(session: Session, rule: NameArgument) -> None:
    """Let a rule tell nothing until it is resumed; what it owes already is still sent."""
    from storage import rules

    with session.store.write() as connection:
        _own(connection, session.config, rule)
        rules.pause(connection, rule, session.time())
    _say(session, rule, f"{rule} is paused.")


def resume(session: Session, rule: NameArgument) -> None:
    """Let a paused rule tell what is found from now on."""
    from storage import rules

    with session.store.write() as connection:
        _own(connection, session.config, rule)
        rules.resume(connection, rule, session.time())
    _say(session, rule, f"{rule} tells what is found from now on.")


def _rename(connection: Connection, session: Session, known: Entry, name: str) -> None:
    """What a rule owes goes with it, unless it is the owed of the file's rule of its name."""
    from storage import rules

    _refuse_of_file(session.config, name)
    rules.rename(connection, known.stored.name, name, session.time())
    if known.place is None:
        rules.hand_over(connection, known.stored.name, name)


def _checked(config: Config, name: str, keys: Mapping[str, Any], given: Mapping[str, Any]) -> Rule:
    from jobdiff.config import read_rule, refuse_missing_channels

    rule = read_rule(name, keys, lambda key: "--name" if key == "name" else option_of(key))
    if "channels" in given:
        refuse_missing_channels(config, rule.channels, "--channel")
    return rule


def _plain(rule: Rule, keys: Mapping[str, Any]) -> dict[str, Any]:
    """The keys as they would be written in the file: a number is no text."""
    values = {key: getattr(rule, key) for key in keys}
    return {
        key: values[key] if isinstance(values[key], int) else value for key, value in keys.items()
    }


def _own(connection: Connection, config: Config, name: str) -> Entry:
    """The rule, if a command made it.

    Raises:
        UsageError: it belongs to the configuration file; names the file and the line.
        NotFound: there is none of this name.
    """
    from alerts.rulebook import entries, every_rule

    found = next((one for one in entries(connection, config) if one.stored.name == name), None)
    if found is not None:
        return found
    _refuse_of_file(config, name)
    known = ", ".join(repr(rule.name) for rule in every_rule(connection, config))
    raise NotFound(f"no rule is called {name!r}; there is {known or 'none'}")


def _refuse_of_file(config: Config, name: str) -> None:
    from alerts.rulebook import place_of

    for rule in config.rules:
        if rule.name == name:
            raise UsageError(f"{name} belongs to {place_of(config, rule)}; change it there")


def _say(session: Session, name: str, words: str) -> None:
    with session.store.read() as connection:
        told = _object(connection, session.config, name)
    if session.json:
        session.out.line(told)
    session.out.show(clean(words))
    if told["trouble"]:
        session.out.note(f"jobdiff: {told['trouble']}")


def _no_channel(config: Config) -> str:
    where = config.path or f"jobdiff.toml ({program()} init writes one)"
    return f"There is no channel, so nobody is told anything; write [[channels]] into {where}."


def _object(connection: Connection, config: Config, name: str) -> dict[str, Any]:
    """The rule of this name that a command made, as its object."""
    made = (one for one in _objects(connection, config) if one["origin"] == "command")
    return next(one for one in made if one["name"] == name)


def _objects(connection: Connection, config: Config) -> list[dict[str, Any]]:
    """Every rule as its object, the file's first."""
    from jobdiff.cli.render.alerts import rule_json
    from storage import noted, outbox

    counts, next_at = outbox.counts(connection), outbox.next_at(connection)
    drops = noted.every_drop(connection)
    return [
        rule_json(one, {}, None, ())
        if one.shadowed
        else rule_json(one, counts, next_at.get(one.name), drops)
        for one in _listed(connection, config)
    ]


def _listed(connection: Connection, config: Config) -> list[Listed]:
    from alerts.rulebook import asks_in_vain, entries
    from jobdiff.cli.render.alerts import made_rule, written_rule

    vain = asks_in_vain(connection, config)
    listed = [
        *(written_rule(rule, config) for rule in config.rules),
        *(made_rule(one, config) for one in entries(connection, config)),
    ]
    return [replace(one, trouble=one.trouble or vain.get(one.name)) for one in listed]
