"""Made-up boards live through their days: what is told of them is true, and what is true is told.

The long form, a thousand boards over ninety days, is ``make simulate``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import pytest

from postings.lifecycle import settle
from postings.model import Known, Observation, Verdict
from postings.simulation.parse import scenario_of
from postings.simulation.run import play
from postings.simulation.scenario import BREAKAGES
from postings.simulation.score import Score, score
from postings.transitions import Moment, close
from postings.visits import Board, Crawl, Policy
from tests.simulator.generate import scenario
from tests.simulator.table import found, judged, table, total

BOARDS = range(48)
DAYS = 30


@pytest.fixture(scope="module")
def result() -> Score:
    return total([judged(seed, DAYS) for seed in BOARDS])


def test_no_alarm_is_false(result: Score) -> None:
    assert result.told["new"] > 500
    assert {kind: result.false[kind] for kind in ("removed", "expired", "new")} == {
        "removed": 0,
        "expired": 0,
        "new": 0,
    }, result.mistakes


def test_what_is_true_is_told_and_soon(result: Score) -> None:
    assert result.due["removed"] > 200
    assert found(result, "removed") >= 0.99, result.mistakes
    assert median(result.waits) <= 2
    assert result.due["changed"] > 200
    assert found(result, "changed") >= 0.995, result.mistakes


def test_cosmetic_edits_alert_nobody(result: Score) -> None:
    assert result.cosmetic > 100
    assert result.false["changed"] == 0, result.mistakes


def test_the_table_has_a_row_for_every_kind(result: Score) -> None:
    assert table(result).count("\n| `") == 5
    assert f"{result.boards} boards" in table(result)


def test_every_way_to_break_comes_up() -> None:
    made = [scenario(seed) for seed in range(200)]
    shapes = {outage["shape"] for one in made for outage in one["outages"]}
    assert shapes == set(BREAKAGES)


def test_every_upheaval_comes_up() -> None:
    every = [one for seed in range(200) for one in scenario(seed)["openings"]]
    relaunched = [one for one in every if any("/karriere/" in m["address"] for m in one["moves"])]
    renamed = [e for one in every for e in one["edits"] if "hiringOrganization" in e.get("set", ())]
    again = [one for one in every if one["name"].endswith("-again")]
    days = [(one["deadline"]["day"], e["deadline"]["day"]) for one in every
            for e in one["edits"] if "deadline" in e]  # fmt: skip
    hastened = [sooner for stated, sooner in days if sooner < stated]
    assert min(len(one) for one in (relaunched, renamed, again, hastened)) > 50


def test_a_seed_plays_alike_each_time() -> None:
    one, other = (play(scenario_of(scenario(7, DAYS))) for _ in range(2))
    assert one.told
    assert [told.event for told in one.told] == [told.event for told in other.told]


# --- it can fail ---------------------------------------------------------------------------------


def outage(shape: str, **more: Any) -> dict[str, Any]:
    """Twenty-four postings of which nothing changes, and one outage of a day."""
    posting = {"title": "Engineer {n}", "description": "<p>Build thing {n}.</p>"}
    return {
        "schema": "jobdiff.scenario/1",
        "days": 12,
        "pages": 3,
        "openings": [{"name": "o{n}", "address": "/jobs/{n}", "many": 24, "posting": posting}],
        "outages": [{"from": 4.5, "until": 5.5, "shape": shape}],
        **more,
    }


def naive(
    board: Board,
    known: Sequence[Known],
    seen: Sequence[Observation],
    crawl: Crawl,
    policy: Policy,
    now: datetime,
) -> Verdict:
    """What many monitors do: who is not there any more was removed."""
    verdict = settle(board, known, seen, crawl, policy, now)
    there = {key for one in seen if one.fetch in ("changed", "unchanged") for key in one.keys}
    missing = [one for one in known if one.state == "open" and not there & set(one.keys)]
    moves = [close(one, (), Moment(f"naive:{now}", now)) for one in missing]
    gone = {one.id for one in missing}
    return replace(
        verdict,
        updates=(
            *(one for one in verdict.updates if one.posting.id not in gone),
            *(move.update for move in moves),
        ),
        events=(
            *(one for one in verdict.events if one.posting not in gone),
            *(event for move in moves for event in move.events),
        ),
    )


@pytest.mark.parametrize("shape", BREAKAGES)
def test_an_outage_makes_no_alarm_but_a_naive_monitor_cries(shape: str) -> None:
    told = scenario_of(outage(shape))
    judged = score(play(told))
    assert judged.good, judged.mistakes
    assert judged.told == {"new": 24}
    cried = score(play(told, decide=naive))
    # Every page answers in these, so nothing seems to be gone.
    quiet = {"truncated", "stale", "stale_page", "shift", "empty_list"}
    assert bool(cried.false["removed"]) is (shape not in quiet)


SHORT = timedelta(0)
BROKEN = {
    "no guard against mass disappearance": ("half_lost", 24, {"mass_share": 2.0}),
    "unlisted is removed": ("truncated", 6, {"unlisted_for": SHORT, "mass_share": 2.0}),
    "the list alone is believed": ("empty_list", 6, {"unlisted_for": SHORT, "mass_share": 2.0}),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_shows(rule: str) -> None:
    shape, hours, values = BROKEN[rule]
    told = scenario_of(outage(shape, every_hours=hours))
    assert score(play(told)).good
    broken = replace(Policy(), **values)  # type: ignore[arg-type]
    assert score(play(told, broken)).false["removed"] > 0
