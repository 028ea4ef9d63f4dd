"""Rules by command: the file's keys and checks, beside the file's rules, never about the past."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_origin

import pytest

from jobdiff.cli.rule_options import KEYS
from jobdiff.config import Rule
from jobdiff.demo.site import SiteServer
from storage import Store, rules
from tests.cli.program import Jobdiff
from tests.storage.world import at

OUT = '[[channels]]\nname = "out"\nstdout = "text"\n'
OF_FILE = '[[rules]]\nname = "of file"\ntitle = "nothing of the kind"\n'


@pytest.fixture
def file(alone: Path) -> Path:
    """A configuration with a channel and a rule."""
    made = alone / "jobdiff.toml"
    made.write_text(f'database = "sqlite:///jobs.db"\n{OUT}{OF_FILE}', encoding="utf-8")
    return made


def listed(jobdiff: Jobdiff, name: str, *argv: str) -> dict[str, Any]:
    told = jobdiff("alerts", "list", "--json", *argv).objects("jobdiff.rule/1")
    return next(one for one in told if one["name"] == name)


# --- the options -------------------------------------------------------------------------------


def test_every_key_of_a_rule_is_an_option() -> None:
    fields = {name: field for name, field in Rule.model_fields.items() if name != "name"}
    assert {key.name for key in KEYS} == set(fields)
    many = {name for name, field in fields.items() if get_origin(field.annotation) is tuple}
    assert {key.name for key in KEYS if key.many} == many
    assert len({key.option for key in KEYS}) == len(KEYS)


def test_all_of_them_together_are_kept_as_they_were_given(jobdiff: Jobdiff, file: Path) -> None:
    given: dict[str, Any] = {
        "kinds": ["new", "changed"], "changed": ["salary"], "boards": ["Example"], "tags": ["it"],
        "title": ["python", "re:^senior "], "not_title": ["intern"], "text": ["django"],
        "not_text": ["php"], "employer": ["example"], "not_employer": ["agency"],
        "country": ["ch"], "region": ["bern"], "town": ["thun"], "remote": ["hybrid"],
        "salary_at_least": "100000 CHF/YEAR", "employment_type": ["FULL_TIME"],
        "language": ["de"], "max_age": "14d", "require": ["salary"], "channels": ["out"],
        "deliver": "daily at 08:00", "timezone": "Europe/Zurich", "quiet": "22:00-07:00",
        "remind": "3d", "at_most": 5,
    }  # fmt: skip
    assert set(given) == {key.name for key in KEYS}
    argv = [
        word
        for key in KEYS
        for value in (given[key.name] if key.many else [given[key.name]])
        for word in (key.option, str(value))
    ]
    made = jobdiff("alerts", "add", "all of it", *argv, "--json")
    assert made.code == 0
    assert made.err.startswith("jobdiff: the rule 'all of it' names 'Example', which is no board")
    assert made.objects()[0]["keys"] == given
    assert listed(jobdiff, "all of it") == made.objects()[0]
    file.write_text(f"{file.read_text()}[[rules]]\nname = 'same'\n{_toml(given)}")
    assert listed(jobdiff, "same")["keys"] == given


def _toml(keys: dict[str, Any]) -> str:
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in keys.items())


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("--salary-at-least", "100"), "--salary-at-least: '100' is no salary; write it like"),
        (("--kind", "news"), "--kind: input should be 'new', 'changed'"),
        (("--at-most", "many"), "--at-most: input should be a valid integer"),
        (("--not-title", ""), "--not-title: it is empty; write a word or re:PATTERN"),
        (("--title", "re:(?=x)"), "--title: 're:(?=x)' is no regular expression (RE2)"),
        (("--channel", "uot"), "--channel: unknown channel 'uot'; did you mean 'out'?"),
        (("--channel", "zzz"), "--channel: unknown channel 'zzz'; write a [[channels]] of it into"),
        (("--changed", "salary", "--kind", "new"), "--changed: changed names fields, but kinds"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_that_names_the_option(
    jobdiff: Jobdiff, file: Path, argv: tuple[str, ...], said: str
) -> None:
    refused = jobdiff("alerts", "add", "x", *argv)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith(f"jobdiff: {said}")
    assert refused.err.count("\n") == 1
    assert file.exists()
    assert jobdiff("alerts", "change", "x", "--title", "y").code == 2


@pytest.mark.parametrize("name", ["", " x", "operator", "a\nb", "x" * 201])
def test_a_name_is_held_to_the_files_rules(jobdiff: Jobdiff, file: Path, name: str) -> None:
    refused = jobdiff("alerts", "add", name)
    assert (refused.code, refused.err.startswith("jobdiff: NAME: ")) == (2, True)
    assert file.exists()


# --- add, change, pause, remove ----------------------------------------------------------------


def test_only_what_is_given_is_changed_and_what_is_cleared_is_any(
    jobdiff: Jobdiff, file: Path
) -> None:
    first = ("--title", "python", "--deliver", "hourly", "--kind", "removed", "--remind", "3d")
    jobdiff("alerts", "add", "mine", *first)
    changed = jobdiff(
        "alerts", "change", "mine", "--title", "java", "--title", "go", "--clear", "kind",
        "--clear", "remind", "--json",
    ).objects()[0]  # fmt: skip
    assert changed["keys"] == {"title": ["java", "go"], "deliver": "hourly"}
    assert changed["kinds"] == ["new", "reopened"]
    assert (changed["origin"], changed["file"], changed["line"]) == ("command", None, None)
    for argv, said in (
        ((), "say what to change"),
        (("--clear", "titel"), "--clear: 'titel' is no key; there are kinds,"),
        (("--clear", "not-title", "--not-title", "x"), "--not-title is given and cleared"),
        (("--name", "of file"), f"of file belongs to {file.name}, line 5; change it there"),
        (("--name", "operator"), "--name: 'operator' is jobdiff's own name"),
    ):
        refused = jobdiff("alerts", "change", "mine", *argv)
        assert (refused.code, refused.err.startswith(f"jobdiff: {said}")) == (2, True), refused.err
    assert listed(jobdiff, "mine")["keys"] == changed["keys"]


def test_the_files_rules_are_the_files(jobdiff: Jobdiff, file: Path) -> None:
    for argv in (
        ("change", "of file", "--title", "x"),
        ("remove", "of file", "--yes"),
        ("pause", "of file"),
        ("resume", "of file"),
        ("add", "of file"),
    ):
        refused = jobdiff("alerts", *argv)
        assert refused.code == 2
        assert refused.err == f"jobdiff: of file belongs to {file.name}, line 5; change it there\n"
    told = listed(jobdiff, "of file")
    assert (told["origin"], told["file"], told["line"]) == ("file", file.name, 5)
    assert (told["keys"], told["holds"]) == ({"title": ["nothing of the kind"]}, True)
    missing = jobdiff("alerts", "pause", "nobody")
    assert (missing.code, missing.err) == (
        2,
        "jobdiff: no rule is called 'nobody'; there is 'of file'\n",
    )


def test_a_name_that_the_file_takes_later_is_said_and_can_be_mended(
    jobdiff: Jobdiff, file: Path
) -> None:
    jobdiff("alerts", "add", "mine", "--title", "python")
    assert jobdiff("doctor").code == 0
    file.write_text(f'{file.read_text()}[[rules]]\nname = "mine"\n')
    said = "does not hold, because jobdiff.toml, line 8 has one of its name"
    text = jobdiff("alerts", "list").out
    assert text.count("mine: ") == 2
    assert said in text
    assert said in jobdiff("doctor").out
    assert said in jobdiff("alerts", "change", "mine", "--title", "java").err
    renamed = jobdiff("alerts", "change", "mine", "--name", "yours", "--json").objects()[0]
    assert (renamed["name"], renamed["holds"], renamed["trouble"]) == ("yours", True, None)
    assert "belongs to" in jobdiff("alerts", "remove", "mine", "--yes").err


def test_a_rule_is_paused_and_resumed(jobdiff: Jobdiff, file: Path) -> None:
    jobdiff("alerts", "add", "mine")
    assert jobdiff("alerts", "pause", "mine").out == "mine is paused.\n"
    told = listed(jobdiff, "mine")
    assert (told["paused"], told["holds"]) == (True, False)
    assert "paused, made by a command" in jobdiff("alerts", "list").out
    assert jobdiff("alerts", "resume", "mine", "--json").objects()[0]["holds"] is True
    assert file.exists()


def test_remove_asks(jobdiff: Jobdiff, file: Path) -> None:
    jobdiff("alerts", "add", "mine")
    kept = jobdiff("alerts", "remove", "mine", stdin="n\n")
    assert kept.code == 1
    assert "Forget the rule mine?" in kept.err
    assert listed(jobdiff, "mine")["holds"]
    assert jobdiff("alerts", "remove", "mine", stdin="y\n").out.endswith("mine is forgotten.\n")
    jobdiff("alerts", "add", "mine")
    told = jobdiff("alerts", "remove", "mine", "--yes", "--json").objects()
    assert [(one["name"], one["holds"]) for one in told] == [("mine", False)]
    assert jobdiff("alerts", "remove", "mine", "--yes").code == 2
    assert file.exists()


def test_without_a_configuration_it_says_what_is_missing(jobdiff: Jobdiff, alone: Path) -> None:
    assert not list(alone.iterdir())
    made = jobdiff("alerts", "add", "mine", "--title", "python")
    assert made.code == 0
    assert "mine is a rule now: immediately to no channel." in made.out
    assert "There is no channel, so nobody is told anything; write [[channels]] into" in made.err
    refused = jobdiff("alerts", "add", "other", "--channel", "team")
    assert (refused.code, "unknown channel 'team'; write a [[channels]]" in refused.err) == (
        2,
        True,
    )
    assert jobdiff("postings", "--rule", "mine").code == 0
    assert jobdiff("alerts", "backtest", "mine").code == 0


def test_a_rule_that_cannot_be_read_is_listed_with_its_reason(jobdiff: Jobdiff, file: Path) -> None:
    assert jobdiff("alerts", "list").code == 0
    with (
        Store.open(f"sqlite:///{file.with_name('jobs.db')}") as store,
        store.write() as connection,
    ):
        rules.add(connection, "newer", {"mood": ["good"]}, at(0))
    told = listed(jobdiff, "newer")
    assert (told["holds"], told["deliver"], told["keys"]) == (False, None, {"mood": ["good"]})
    assert "cannot be read: unknown key 'mood'" in jobdiff("alerts", "list").out
    assert jobdiff("alerts", "send").code == 0


# --- what it tells -----------------------------------------------------------------------------


def test_a_made_rule_tells_what_is_found_from_now_on(
    jobdiff: Jobdiff, file: Path, listing: SiteServer
) -> None:
    jobdiff("add", listing.url, "--name", "Demo")

    def crawl(day: int) -> str:
        listing.day = day
        now = f"2026-03-0{day}T12:00:00Z"
        return jobdiff("crawl", "--fail-on", "none", "--now", now, "--notify").out

    every = [word for kind in ("new", "changed", "removed") for word in ("--kind", kind)]
    crawl(1)
    assert "Rule: mine" not in crawl(2)
    jobdiff("alerts", "add", "mine", *every, "--now", "2026-03-02T13:00:00Z")
    told = crawl(4)
    assert "Rule: mine" in told
    assert "Rule: of file" not in told
    assert listed(jobdiff, "mine")["sent"] == 1

    jobdiff("alerts", "change", "mine", "--deliver", "weekly on mon at 08:00")
    assert "Rule: mine" not in crawl(5)
    assert listed(jobdiff, "mine")["owed"] == 1
    assert jobdiff("alerts", "change", "mine", "--name", "ours").code == 0
    assert listed(jobdiff, "ours")["owed"] == 1
    gone = jobdiff("alerts", "remove", "ours", "--yes")
    assert gone.out == "ours is forgotten. 1 message waiting: sent all the same.\n"
    later = jobdiff("alerts", "send", "--now", "2026-03-09T08:00:00Z")
    assert "Rule: ours" in later.out


def test_what_a_removed_rule_owes_can_be_discarded(
    jobdiff: Jobdiff, file: Path, listing: SiteServer
) -> None:
    jobdiff("add", listing.url, "--name", "Demo")
    jobdiff("alerts", "add", "mine", "--kind", "new", "--deliver", "hourly")
    for day in (1, 2):
        listing.day = day
        jobdiff("crawl", "--now", f"2026-03-0{day}T12:00:00Z", "--notify", "--fail-on", "none")
    assert listed(jobdiff, "mine")["owed"] == 1
    gone = jobdiff("alerts", "remove", "mine", "--yes", "--discard")
    assert gone.out == "mine is forgotten. 1 message waiting: not sent then.\n"
    sent = jobdiff("alerts", "send", "--json", "--now", "2026-03-03T08:00:00Z")
    assert sent.objects("jobdiff.sending/1")[0]["sent"] == 0
    assert file.exists()


def test_a_channel_that_leaves_is_said(jobdiff: Jobdiff, file: Path) -> None:
    jobdiff("alerts", "add", "mine", "--channel", "out")
    assert listed(jobdiff, "mine")["missing_channels"] == []
    file.write_text(file.read_text().replace('"out"', '"other"'))
    told = listed(jobdiff, "mine")
    assert (told["channels"], told["missing_channels"]) == ([], ["out"])
    said = "the rule 'mine' names the channel 'out', which is not in the configuration"
    assert said in jobdiff("alerts", "list").out
    assert said in jobdiff("doctor").out
    assert jobdiff("alerts", "change", "mine", "--title", "x").code == 0
    assert jobdiff("alerts", "change", "mine", "--channel", "other").err == ""
