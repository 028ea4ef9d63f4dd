"""``jobdiff simulate``: scenarios played, and files that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Jobdiff

WEEK: dict[str, Any] = {
    "schema": "jobdiff.scenario/1",
    "name": "a week",
    "days": 7,
    "every_hours": 12,
    "openings": [
        {
            "name": "engineer-{n}",
            "address": "/jobs/{n}",
            "many": 12,
            "posting": {"title": "Engineer {n}"},
        },
        {
            "name": "nurse",
            "posting": {"title": "Nurse"},
            "open": [[0, 3.2], [6]],
            "edits": [{"day": 2, "set": {"title": "Head nurse"}}],
        },
    ],
    "outages": [{"from": 4, "until": 5, "shape": "challenge"}],
}


def file(folder: Path, told: object) -> str:
    path = folder / "week.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    return str(path)


def test_a_scenario_is_played_and_judged(jobdiff: Jobdiff, tmp_path: Path) -> None:
    played = jobdiff("simulate", file(tmp_path, WEEK))
    assert (played.code, played.err) == (0, "")
    for said in ("~ changed", "− removed", "↺ reopened", "HTTP 404"):
        assert said in played.out
    assert "15 crawls: 2 blocked, 13 complete" in played.out
    assert "3 events (and 13 that were there from the beginning)" in played.out
    assert "Nothing is false, and nothing was missed." in played.out


def test_as_json_the_events_come_first_and_then_the_score(jobdiff: Jobdiff, tmp_path: Path) -> None:
    told = jobdiff("simulate", file(tmp_path, WEEK), "--json").objects()
    assert [one["schema"] for one in told[:-1]] == ["jobdiff.event/1"] * 16
    assert [one["cursor"] for one in told[:-1]] == list(range(1, 17))
    assert list(told[-1]) == [
        "schema", "scenario", "crawls", "outcomes", "events", "due", "false", "missed",
        "removed_after_crawls", "cosmetic_edits", "mistakes",
    ]  # fmt: skip
    assert told[-1]["events"] == {
        "new": 13, "changed": 1, "expired": 0, "removed": 1, "reopened": 1,
    }  # fmt: skip
    assert told[-1]["mistakes"] == []


def test_what_is_false_is_said_and_fails(jobdiff: Jobdiff) -> None:
    """A board of one posting whose page leads home for days is taken to be over."""
    lost = WEEK | {
        "shape": "single",
        "openings": WEEK["openings"][1:],
        "outages": [{"from": 1, "until": 3, "shape": "home"}],
    }
    played = jobdiff("simulate", "-", stdin=json.dumps(lost))
    assert played.code == 1
    assert "false removed: nurse" in played.out
    assert played.err.startswith("jobdiff: a week: 2 events false, 0 missed")


WRONG = {
    "no object": ("[]", "the scenario: write an object here"),
    "no JSON": ('{"schema":\n 5,}', "line 2: not JSON: "),
    "no JSON at all": ("[" * 100_000, "nested too deep"),
    "a typing error": ({**WEEK, "outage": []}, "outage: there is no such key; there are schema"),
    "no such shape": (
        {**WEEK, "outages": [{"from": 1, "until": 2, "shape": "flood"}]},
        "outages[0].shape: 'flood' is none of failed, blocked",
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_file_that_is_wrong_is_one_line_with_its_key(
    wrong: str, jobdiff: Jobdiff, tmp_path: Path
) -> None:
    told, says = WRONG[wrong]
    path = file(tmp_path, told)
    played = jobdiff("simulate", path)
    assert (played.code, played.out) == (2, "")
    assert played.err.startswith(f"jobdiff: {path}")
    assert says in played.err
    assert played.err.count("\n") == 1


def test_a_file_that_is_not_there_is_said_once(jobdiff: Jobdiff) -> None:
    played = jobdiff("simulate", "nowhere.json")
    assert (played.code, played.err) == (2, "jobdiff: nowhere.json: no such file\n")
