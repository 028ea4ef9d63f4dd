"""Rules that do not come from the file: its checks, and messages that name what was given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jobdiff.config import (
    Config,
    Rule,
    missing_channels,
    read_rule,
    refuse_missing_channels,
    stored_rule,
)
from postings.errors import ConfigurationError


def option(key: str) -> str:
    return f"--{key}"


def with_channels(*names: str) -> Config:
    return Config.model_validate({"channels": [{"name": name, "stdout": "text"} for name in names]})


def test_a_rule_is_read_as_the_file_would_have_it() -> None:
    keys = {"title": ["python"], "country": "ch", "remind": "3d", "at_most": 5}
    rule = read_rule("python", keys, option)
    of_file = Rule.model_validate({**keys, "name": "python"})
    assert rule.model_dump() == of_file.model_dump()
    assert (rule.country, rule.remind) == (("CH",), timedelta(days=3))
    assert rule.origin.stored
    assert rule.written == keys | {"country": ["ch"]}


@pytest.mark.parametrize(
    ("name", "keys", "said"),
    [
        ("r", {"salary_at_least": "much"}, "--salary_at_least: 'much' is no salary"),
        ("r", {"kinds": ["new", "old"]}, "--kinds: input should be 'new'"),
        ("r", {"changed": ["salary"], "kinds": ["new"]}, "--changed: changed names fields"),
        ("operator", {}, "--name: 'operator' is jobdiff's own name"),
        ("r", {"titel": "x"}, "unknown key 'titel'; did you mean 'title'?"),
    ],
)
def test_what_is_wrong_names_what_was_given(name: str, keys: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError) as wrong:
        read_rule(name, keys, option)
    assert str(wrong.value).startswith(said)
    assert "\n" not in str(wrong.value)


def test_a_stored_rule_knows_from_when_on_it_tells() -> None:
    rule = stored_rule("r", {"title": "x"}, paused=True, after_cursor=42)
    assert (rule.origin.stored, rule.origin.paused, rule.origin.after_cursor) == (True, True, 42)


def test_channels_that_are_not_there_are_told() -> None:
    config = with_channels("team", "hook")
    rule = read_rule("r", {"channels": ["team", "gone", "lost"]}, option)
    assert missing_channels(config, rule) == ("gone", "lost")
    refuse_missing_channels(config, ["team", "hook"], "--channel")
    with pytest.raises(ConfigurationError, match="unknown channel 'taem'; did you mean 'team'"):
        refuse_missing_channels(config, ["taem"], "--channel")
    with pytest.raises(ConfigurationError, match=r"write a \[\[channels\]\] of it into jobdiff"):
        refuse_missing_channels(config, ["zzz"], "--channel")
    with pytest.raises(ConfigurationError, match="unknown channel 'team'; write"):
        refuse_missing_channels(with_channels(), ["team"], "--channel")
