"""Rules, channels and deliveries: as objects, and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from jobdiff.cli.text import clean, count, day
from postings.wire import instant

if TYPE_CHECKING:
    from alerts.rulebook import Entry
    from jobdiff.config import Channel, Config, Rule
    from storage.channels import ChannelState
    from storage.noted import Drop
    from storage.outbox import Delivery

RULE_SCHEMA = "jobdiff.rule/1"
CHANNEL_SCHEMA = "jobdiff.channel/1"
DELIVERY_SCHEMA = "jobdiff.delivery/1"
_STATES = ("owed", "sent", "dead")

Counted = Mapping[tuple[str, str, str], int]


@dataclass(frozen=True)
class Listed:
    """A rule as it is listed.

    Attributes:
        rule: None where it cannot be read.
        origin: who owns it: the configuration ``file`` (then ``file`` and ``line`` are where), or
            the ``command`` that made it.
        keys: what it asks for, as it was written.
        channels: whom it tells; ``missing`` are named by it and not in the configuration.
        shadowed: the file has one of its name, which holds instead.
        trouble: what is amiss with it.
    """

    name: str
    rule: Rule | None
    origin: str
    file: str | None
    line: int | None
    keys: Mapping[str, Any]
    paused: bool
    channels: tuple[str, ...]
    missing: tuple[str, ...] = ()
    shadowed: bool = False
    trouble: str | None = None

    @property
    def holds(self) -> bool:
        """Whether it tells something."""
        return self.rule is not None and not self.paused and not self.shadowed


def written_rule(rule: Rule, config: Config) -> Listed:
    """A rule of the file."""
    return Listed(
        name=rule.name,
        rule=rule,
        origin="file",
        file=str(config.path) if config.path else None,
        line=rule.origin.line,
        keys=rule.written,
        paused=False,
        channels=tuple(one.name for one in config.channels_of(rule)),
    )


def made_rule(entry: Entry, config: Config) -> Listed:
    """A rule that a command made."""
    rule = entry.rule
    return Listed(
        name=entry.stored.name,
        rule=rule,
        origin="command",
        file=None,
        line=None,
        keys=rule.written if rule else entry.stored.keys,
        paused=entry.stored.paused,
        channels=tuple(one.name for one in config.channels_of(rule)) if rule else (),
        missing=entry.missing,
        shadowed=entry.place is not None,
        trouble=entry.trouble,
    )


def rule_json(
    listed: Listed, counts: Counted, next_at: datetime | None, drops: Sequence[Drop]
) -> dict[str, Any]:
    """A rule and how it is doing; ``dropped`` counts by the filter that said no."""
    rule = listed.rule
    return {
        "schema": RULE_SCHEMA,
        "name": listed.name,
        "kinds": list(rule.kinds) if rule else [],
        "deliver": rule.deliver if rule else None,
        "timezone": rule.timezone if rule else None,
        "quiet": rule.quiet if rule else None,
        "channels": list(listed.channels),
        **{state: _number(counts, state, rule=listed.name) for state in _STATES},
        "next_at": instant(next_at),
        "dropped": {
            drop.filter: {"count": drop.count, "reason": drop.reason}
            for drop in drops
            if drop.rule == listed.name
        },
        "keys": dict(listed.keys),
        "origin": listed.origin,
        "file": listed.file,
        "line": listed.line,
        "paused": listed.paused,
        "holds": listed.holds,
        "missing_channels": list(listed.missing),
        "trouble": listed.trouble,
    }


def channel_json(channel: Channel, counts: Counted, state: ChannelState | None) -> dict[str, Any]:
    """A channel and how it is doing; never its URL or secret."""
    return {
        "schema": CHANNEL_SCHEMA,
        "name": channel.name,
        "kind": channel.kind,
        **{name: _number(counts, name, channel=channel.name) for name in _STATES},
        "failures": state.failures if state else 0,
        "error": state.error if state else None,
        "rests_until": instant(state.rests_until) if state else None,
        "sent_at": instant(state.sent_at) if state else None,
    }


def delivery_json(one: Delivery) -> dict[str, Any]:
    """One message owed, sent or given up."""
    return {
        "schema": DELIVERY_SCHEMA,
        "id": one.id,
        "rule": one.rule,
        "channel": one.channel,
        "state": one.state,
        "events": list(one.event_ids),
        "attempts": one.attempts,
        "error": one.error,
        "created_at": instant(one.created_at),
        "next_attempt_at": instant(one.next_attempt_at),
        "sent_at": instant(one.sent_at),
    }


def rule_lines(rule: Mapping[str, Any]) -> Text:
    """A rule for people."""
    text = Text.assemble((clean(rule["name"]), "bold"), f": {clean(rule['deliver'] or 'never')}")
    text.append(f" to {clean(', '.join(rule['channels']) or 'no channel')}")
    text.append(f" · {_told(rule)}")
    if rule["next_at"]:
        text.append(f" · next {day(datetime.fromisoformat(rule['next_at']))} UTC")
    text.append(f"\n  {_place(rule)}", "dim")
    for name, value in rule["keys"].items():
        words = ", ".join(map(str, value)) if isinstance(value, list) else value
        text.append(f" · {name} {clean(str(words))}", "dim")
    if rule["trouble"]:
        text.append(f"\n  {clean(rule['trouble'])}", "yellow")
    for name, drop in rule["dropped"].items():
        text.append(f"\n  {drop['count']} dropped by {name}, the last because ", "dim")
        text.append(clean(drop["reason"]), "dim")
    return text


def _place(rule: Mapping[str, Any]) -> str:
    """Where it lives, and whether it sleeps there."""
    if rule["origin"] == "file":
        line = f", line {rule['line']}" if rule["line"] else ""
        return clean(f"{rule['file'] or 'the configuration'}{line}")
    return "paused, made by a command" if rule["paused"] else "made by a command"


def channel_lines(channel: Mapping[str, Any]) -> Text:
    """A channel for people."""
    text = Text.assemble((clean(channel["name"]), "bold"), f" ({channel['kind']})")
    text.append(f": {_told(channel)}")
    if channel["error"]:
        failures = count(channel["failures"], "failure")
        text.append(f"\n  {failures} in a row: {clean(channel['error'])}", "yellow")
    if channel["rests_until"]:
        until = day(datetime.fromisoformat(channel["rests_until"]))
        text.append(f"\n  left alone until {until} UTC", "yellow")
    return text


def delivery_line(one: Delivery) -> Text:
    """A delivery for people."""
    text = Text.assemble((one.id[:8], "bold"), f" {day(one.created_at)} UTC")
    text.append(f" {clean(one.rule)} to {clean(one.channel)}: {one.state}")
    text.append(f", {count(len(one.event_ids), 'event')}")
    if one.error:
        text.append(f"\n  {clean(one.error)}", "yellow")
    return text


def _told(thing: Mapping[str, Any]) -> str:
    return ", ".join(f"{thing[state]} {state}" for state in _STATES)


def _number(
    counts: Counted, state: str, *, rule: str | None = None, channel: str | None = None
) -> int:
    return sum(
        number
        for (of_rule, of_channel, of_state), number in counts.items()
        if of_state == state and rule in (None, of_rule) and channel in (None, of_channel)
    )
