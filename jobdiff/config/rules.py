"""A rule that does not come from the file, held to the file's own checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from jobdiff.config.alerting import Rule, RuleOrigin
from jobdiff.config.model import Config
from jobdiff.config.wrong import first_error, hint, reason
from postings.errors import ConfigurationError


def read_rule(name: str, keys: Mapping[str, Any], called: Callable[[str], str]) -> Rule:
    """A rule from the keys of a ``[[rules]]`` table.

    Args:
        name: its name.
        keys: what it asks for, as it would be written in the file.
        called: how messages name a key.

    Raises:
        ConfigurationError: a key or value is wrong; names the key.
    """
    try:
        rule = Rule.model_validate({**keys, "name": name})
    except ValidationError as wrong:
        first = first_error(wrong)
        key = str(first["loc"][0]) if first["loc"] else "changed"
        if first["type"] == "extra_forbidden":
            raise ConfigurationError(f"unknown key {key!r}{hint(key, Rule.model_fields)}") from None
        raise ConfigurationError(f"{called(key)}: {reason(first['msg'])}") from None
    rule._origin = RuleOrigin(keys, stored=True)
    return rule


def stored_rule(name: str, keys: Mapping[str, Any], *, paused: bool, after_cursor: int) -> Rule:
    """A rule as the store has it.

    Raises:
        ConfigurationError: this version cannot read it.
    """
    rule = read_rule(name, keys, lambda key: key)
    rule._origin = RuleOrigin(keys, stored=True, paused=paused, after_cursor=after_cursor)
    return rule


def missing_channels(config: Config, rule: Rule) -> tuple[str, ...]:
    """The channels that a rule names and the configuration does not have."""
    known = {channel.name for channel in config.channels}
    return tuple(name for name in rule.channels if name not in known)


def refuse_missing_channels(config: Config, names: Sequence[str], called: str) -> None:
    """Refuse channels that the configuration does not have.

    Raises:
        ConfigurationError: there is no such channel; says where one is written.
    """
    channels = [channel.name for channel in config.channels]
    for name in names:
        if name not in channels:
            where = config.path or "jobdiff.toml (`jobdiff init` writes one)"
            near = hint(name, channels) if channels else ""
            told = (
                near if near.startswith("; did") else f"; write a [[channels]] of it into {where}"
            )
            raise ConfigurationError(f"{called}: unknown channel {name!r}{told}")
