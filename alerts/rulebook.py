"""The rules: those of the file, those that commands made, and jobdiff's own.

Whoever decides by rules reads them in the transaction in which it reads the log: so a rule that a
command made holds for every event after it, and for none before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection

from jobdiff.config import MARKED, Channel, Config, Rule, missing_channels, stored_rule
from postings.errors import ConfigurationError, NotFound
from postings.urls import canonical
from storage import boards, outbox, rules
from storage.rules import StoredRule

MARKED_KINDS: Final = ("changed", "expired", "removed", "reopened")


@dataclass(frozen=True)
class Entry:
    """A rule that a command made, as it holds beside a configuration.

    Attributes:
        rule: as it is decided by; None where this version cannot read it.
        error: why it cannot be read.
        place: where the file has a rule of its name, which then holds instead.
        missing: the channels that it names and the configuration does not have.
    """

    stored: StoredRule
    rule: Rule | None
    error: str | None = None
    place: str | None = None
    missing: tuple[str, ...] = ()

    @property
    def trouble(self) -> str | None:
        """What is amiss with it, in one sentence; None: nothing."""
        name = repr(self.stored.name)
        if self.place:
            return (
                f"the rule {name} that a command made does not hold, because {self.place} has one"
                " of its name; rename (jobdiff alerts change … --name) or remove it"
            )
        if self.error:
            return f"the rule {name} tells nothing, because it cannot be read: {self.error}"
        if self.missing:
            many = len(self.missing) > 1
            return (
                f"the rule {name} names the {'channels' if many else 'channel'}"
                f" {_listed(self.missing)}, which {'are' if many else 'is'} not in the"
                " configuration; change one of them (jobdiff alerts change … --channel)"
            )
        return None


def entries(connection: Connection, config: Config) -> list[Entry]:
    """The rules that commands made, oldest first."""
    of_file = {rule.name: rule for rule in config.rules}
    return [_entry(config, of_file, one) for one in rules.every(connection)]


def every_rule(connection: Connection, config: Config) -> tuple[Rule, ...]:
    """The file's rules, then those that commands made, paused ones included.

    A name that both have is the file's; a stored rule that cannot be read is left out.
    """
    made = entries(connection, config)
    return (*config.rules, *(one.rule for one in made if one.rule and not one.place))


def in_force(connection: Connection, config: Config) -> tuple[Rule, ...]:
    """The rules that tell something."""
    return tuple(rule for rule in every_rule(connection, config) if not rule.origin.paused)


def rule_named(connection: Connection, config: Config, name: str) -> Rule | None:
    """The rule of this name, jobdiff's own included; None where there is none any more."""
    if name == MARKED:
        return marked_rule(config)
    of_file = next((rule for rule in config.rules if rule.name == name), None)
    if of_file is not None:
        return of_file
    stored = rules.find(connection, name)
    return _read(stored).rule if stored else None


def find_rule(connection: Connection, config: Config, name: str) -> Rule:
    """The rule that a person means.

    Raises:
        NotFound: there is none.
    """
    known = {rule.name: rule for rule in every_rule(connection, config)}
    if name not in known:
        told = f"the configuration has {_listed(tuple(known))}" if known else "there is none"
        raise NotFound(f"no rule is called {name!r}; {told}")
    return known[name]


def marked_rule(config: Config) -> Rule:
    """What tells of postings that a person marked as saved or applied."""
    alerts = config.alerts
    return Rule.model_construct(
        name=MARKED,
        kinds=MARKED_KINDS,
        timezone=alerts.timezone,
        quiet=alerts.quiet,
        remind=alerts.remind,
    )


def channels_of(config: Config, rule: Rule) -> tuple[Channel, ...]:
    """The channels that a rule tells; one that left the configuration is like one that is down.

    What it is owed waits in the outbox until it is back, or is given up like any other message.
    """
    gone = (Channel.model_construct(name=name) for name in missing_channels(config, rule))
    return (*config.channels_of(rule), *gone)


def troubles(connection: Connection, config: Config) -> list[str]:
    """What is amiss with rules, and what waits for channels that left."""
    made = [one.trouble for one in entries(connection, config)]
    present = {channel.name for channel in config.channels}
    waiting = outbox.waiting_by_channel(connection)
    left = [
        f"{waiting[name]} waiting for the channel {name!r}, which is not in the configuration"
        for name in sorted(set(waiting) - present)
    ]
    nowhere = asks_in_vain(connection, config).values()
    return [*(told for told in made if told), *nowhere, *left]


def asks_in_vain(connection: Connection, config: Config) -> dict[str, str]:
    """By rule, which boards or tags it names that no watched board is or has: likely a slip."""
    watched = boards.all_boards(connection)
    names = {name for one in watched for name in (one.name, one.url, one.id)}
    names |= {one.name or urlsplit(one.url).netloc.lower() for one in config.boards}
    names |= {canonical(one.url) for one in watched}
    names |= {canonical(one.url) for one in config.boards}
    tags = {tag for one in watched for tag in one.tags}
    tags |= {tag for one in config.boards for tag in one.tags}
    found = {}
    for rule in in_force(connection, config):
        if vain := [name for name in rule.boards if names.isdisjoint((name, canonical(name)))]:
            found[rule.name] = f"the rule {rule.name!r} names {_listed(vain)}, which is no board"
        elif vain := [tag for tag in rule.tags if tag not in tags]:
            found[rule.name] = (
                f"the rule {rule.name!r} names the tag {_listed(vain)}, which no board has"
            )
    return {name: f"{told}; `jobdiff boards` lists them" for name, told in found.items()}


def place_of(config: Config, rule: Rule) -> str:
    """Where a rule of the file stands: ``jobdiff.toml, line 12``."""
    line = f", line {rule.origin.line}" if rule.origin.line else ""
    return f"{config.path or 'the configuration'}{line}"


@dataclass(frozen=True)
class _Read:
    rule: Rule | None = None
    error: str | None = None


def _entry(config: Config, of_file: Mapping[str, Rule], stored: StoredRule) -> Entry:
    read = _read(stored)
    namesake = of_file.get(stored.name)
    return Entry(
        stored,
        read.rule,
        read.error,
        place_of(config, namesake) if namesake else None,
        missing_channels(config, read.rule) if read.rule else (),
    )


def _read(stored: StoredRule) -> _Read:
    keys = json.dumps(stored.keys, sort_keys=True)
    return _read_once(stored.name, keys, stored.paused, stored.after_cursor)


@lru_cache(maxsize=4096)
def _read_once(name: str, keys: str, paused: bool, after_cursor: int) -> _Read:
    """Rules are read at every look at the log, and checking one takes its time."""
    try:
        told = json.loads(keys)
        return _Read(stored_rule(name, told, paused=paused, after_cursor=after_cursor))
    except ConfigurationError as wrong:
        return _Read(error=str(wrong))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
