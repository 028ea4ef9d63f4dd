"""Scenarios played: each way to end, to break and to make noise, judged against the truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postings.model import Posting, Verdict
from postings.simulation.noise import noisy, shuffled, tracked
from postings.simulation.parse import scenario_of
from postings.simulation.run import Played, play
from postings.simulation.scenario import BREAKAGES, ENDINGS, NOISES
from postings.simulation.score import Score, score
from postings.simulation.site import Site

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
PLACE = {"address": {"addressLocality": "Bern", "addressCountry": "CH"}}
OTHERS = {
    "name": "o{n}",
    "address": "/jobs/{n}",
    "many": 8,
    "posting": {
        "title": "Engineer {n}",
        "description": "<p>Build thing {n} & more, é.</p>",
        "jobLocation": [PLACE, {"address": {"addressLocality": "Thun", "addressCountry": "CH"}}],
    },
}


def nurse(**more: Any) -> dict[str, Any]:
    posting = {"title": "Nurse", "description": "Care for people.", "identifier": "N-1"}
    return {"name": "nurse", "posting": posting, **more}


def played(*openings: dict[str, Any], **more: Any) -> Played:
    told = {"schema": "jobdiff.scenario/1", "openings": list(openings), **more}
    return play(scenario_of(told))


def kinds(one: Played, opening: str = "nurse") -> list[str]:
    return [told.event.kind for told in one.told if told.opening == opening]


@pytest.mark.parametrize("ends", ENDINGS)
@pytest.mark.parametrize("shape", ["links", "cards"])
def test_every_ending_is_found_once(shape: str, ends: str) -> None:
    one = played(OTHERS, nurse(open=[[0, 4.5]], ends=ends), shape=shape, days=16)
    if shape == "cards" and ends == "listed":
        assert kinds(one) == ["new"]  # the list still carries it whole: nothing shows its end
        return
    assert kinds(one) == ["new", "removed"]
    assert score(one).good, score(one).mistakes


def test_a_board_that_is_one_posting_is_watched_too() -> None:
    one = played(nurse(open=[[0, 4.5], [9]]), shape="single", days=14)
    assert kinds(one) == ["new", "removed", "reopened"]
    assert score(one).good, score(one).mistakes


@pytest.mark.parametrize("breakage", ["failed", "login", "markup", "half_lost"])
def test_an_outage_of_one_posting_is_no_removal(breakage: str) -> None:
    outage = {"from": 2.5, "until": 3.2, "shape": breakage}
    one = played(nurse(), shape="single", days=6, outages=[outage])
    assert kinds(one) == ["new"]


def test_what_is_over_before_it_was_seen_is_no_event() -> None:
    one = played(OTHERS, nurse(open=[[0.2, 0.7], [3.2, 3.7]]))
    assert kinds(one) == []
    assert score(one).good


def test_a_posting_that_moves_is_one_posting() -> None:
    one = played(OTHERS, nurse(moves=[{"day": 3.5, "address": "/elsewhere"}]))
    assert kinds(one) == ["new"]


def test_a_deadline_expires_and_its_extension_reopens() -> None:
    one = played(
        OTHERS,
        nurse(deadline=4.3, edits=[{"day": 8.5, "deadline": 12.2}]),
        days=16,
        every_hours=12,
    )
    assert kinds(one) == ["new", "expired", "reopened", "expired"]
    assert score(one).good, score(one).mistakes


def test_a_date_lasts_through_its_day_where_the_posting_is() -> None:
    swiss = nurse(deadline={"day": 4.3, "spelled": "date"})
    swiss["posting"] |= {"jobLocation": PLACE}
    one = played(OTHERS, swiss, days=9, every_hours=1, zone="Europe/Zurich")
    expired = [told.event for told in one.told if told.event.kind == "expired"]
    assert [event.detected_at for event in expired] == [datetime(2026, 3, 6, 23, tzinfo=UTC)]
    assert score(one).good


def test_an_extension_just_before_the_look_is_no_alarm() -> None:
    """The sweep was faster than the crawl; nobody was told, for the look came within a day."""
    one = played(OTHERS, nurse(deadline=4.3, edits=[{"day": 4.1, "deadline": 20}]), every_hours=24)
    assert kinds(one) == ["new", "expired", "changed"]
    assert one.told[-1].event.retracts
    assert score(one).false == {}


def test_what_moves_the_date_of_posting_does_not_void_a_deadline() -> None:
    one = played(OTHERS, nurse(deadline=6.3), noise=["dates"], days=12)
    assert kinds(one) == ["new", "expired"]


def test_material_edits_are_found_and_cosmetic_ones_are_not_told() -> None:
    one = played(
        OTHERS,
        nurse(
            edits=[
                {"day": 2.5, "set": {"title": "Head nurse"}},
                {"day": 4.5, "set": {"industry": "Health"}, "material": False},
                {"day": 6.5, "set": {"baseSalary": {"currency": "CHF", "value": 90000}}},
                {"day": 6.6, "set": {"title": "Nurse"}},
                {"day": 6.7, "set": {"title": "Chief nurse"}},
                {"day": 99, "set": {"title": "never"}},
            ]
        ),
    )
    judged = score(one)
    assert judged.good, judged.mistakes
    assert judged.due["changed"] == 3
    assert judged.cosmetic == 1


def test_all_kinds_of_noise_at_once_are_no_event() -> None:
    one = played(OTHERS, nurse(), noise=list(NOISES), days=6)
    assert {told.event.kind for told in one.told} == {"new"}
    assert [told.event.baseline for told in one.told] == [True] * 9


def test_noise_changes_the_bytes() -> None:
    node = {"title": "Zürich nurse", "description": "<p>A & b</p>", "url": "https://a.example/1",
            "skills": ["a", "b", "c"]}  # fmt: skip
    later = START + timedelta(days=1)
    for kind in NOISES:
        one, other = (noisy(node, (kind,), at, "x") for at in (START, later))
        assert repr(one) != repr(other) or repr(one) != repr(node), kind
        assert repr(one) == repr(noisy(node, (kind,), START, "x"))
    assert noisy({"title": "x"}, ("tracking", "markup", "token"), START, "x")["title"] == "x"
    assert noisy({"validThrough": "2026"}, ("dates",), START, "x")["validThrough"] == "2026"
    assert sorted(shuffled([1, 2, 3], "x")) == [1, 2, 3]
    assert tracked("https://a.example/?b=1", ("tracking", "token"), "x").count("&") == 3
    assert tracked("https://a.example/", ("token",), "x").count("?") == 1
    assert tracked("https://a.example/", (), "x") == "https://a.example/"


def test_nothing_stands_at_an_address_that_nobody_has() -> None:
    site = Site(scenario_of({"schema": "jobdiff.scenario/1", "openings": [nurse(open=[[3]])]}))
    assert site.page("https://example.org/elsewhere", START).kind == "gone"
    assert site.page("https://example.org/jobs/nurse", START).kind == "gone"
    assert site.page("https://example.org/jobs/nurse", START + timedelta(days=4)).nodes


# --- the judge can find fault ----------------------------------------------------------------


def judged_with(one: Played, **more: Any) -> Score:
    """The score, had the last event been another one."""
    last = one.told[-1]
    one.told[-1] = replace(last, event=replace(last.event, **more))
    return score(one)


def test_a_false_removal_is_seen() -> None:
    result = judged_with(played(OTHERS, nurse(edits=[EDIT])), kind="removed", changes=())
    assert result.false["removed"] == 1
    assert result.mistakes == (
        "false removed: nurse at 2026-03-05 08:00 UTC",
        "missed changed: nurse at 2026-03-04 20:00 UTC (title)",
    )
    assert not result.good


EDIT = {"day": 2.5, "set": {"title": "Head nurse"}}


@pytest.mark.parametrize("kind", ["new", "expired", "reopened"])
def test_other_false_events_are_seen(kind: str) -> None:
    result = judged_with(played(OTHERS, nurse(edits=[EDIT])), kind=kind)
    assert result.false[kind] == 1


def test_an_unexplained_change_is_seen() -> None:
    one = played(OTHERS, nurse(edits=[EDIT]))
    other = replace(one.told[-1].event.changes[0], field="salary.min")
    assert judged_with(one, changes=(other,)).false["changed"] == 1


def test_a_change_that_is_told_twice_is_false() -> None:
    one = played(OTHERS, nurse(edits=[EDIT]))
    one.told.append(one.told[-1])
    assert score(one).false["changed"] == 1


def test_a_missed_closing_is_seen() -> None:
    one = played(OTHERS, nurse(open=[[0, 4.5]]))
    one.told = [told for told in one.told if told.event.kind != "removed"]
    result = score(one)
    assert result.missed["removed"] == 1
    assert result.json("x")["removed_after_crawls"] == {"median": None, "most": None}


def test_a_missed_reopening_is_seen() -> None:
    one = played(OTHERS, nurse(open=[[0, 4.5], [8, 11]]))
    assert score(one).good
    one.told = [told for told in one.told if told.event.kind != "reopened"]
    assert score(one).missed["reopened"] == 1


def test_most_of_a_board_closing_at_once_is_believed_a_crawl_later() -> None:
    one = played({**OTHERS, "open": [[0, 4.5]]}, nurse(), days=10)
    judged = score(one)
    assert one.outcomes["suspicious"] == 1
    assert judged.good, judged.mistakes
    assert judged.json("x")["removed_after_crawls"] == {"median": 2.0, "most": 2}


def test_a_stale_listing_makes_the_week_of_an_unlisted_posting_begin_anew() -> None:
    outage = {"from": 8, "until": 9.5, "shape": "stale"}
    one = played(OTHERS, nurse(open=[[0, 4.5]], ends="unlisted"), days=14, outages=[outage])
    assert score(one).due["removed"] == 0
    longer = played(OTHERS, nurse(open=[[0, 4.5]], ends="unlisted"), days=22, outages=[outage])
    assert score(longer).due["removed"] == 1
    assert score(longer).good, score(longer).mistakes


def test_the_scores_of_boards_are_added_up() -> None:
    one = score(played(nurse(open=[[0, 4.5]])))
    both = one + one
    assert (both.boards, both.crawls, both.told["removed"]) == (2, 30, 2)


def test_what_decides_may_be_replaced() -> None:
    told = scenario_of({"schema": "jobdiff.scenario/1", "openings": [nurse()]})
    one = play(told, decide=lambda *_: Verdict("failed", "on strike"))
    assert (one.told, one.outcomes) == ([], {"failed": 15})
    assert score(one).missed["new"] == 1


def test_a_posting_is_told_with_what_it_said_then() -> None:
    told = played(nurse()).told[0]
    assert isinstance(told.posting, Posting)
    assert isinstance(told.event.after, str)
    assert told.url == "https://example.org/jobs/nurse"


def test_an_old_address_is_gone_and_the_new_one_stands() -> None:
    moved = nurse(moves=[{"day": 3.5, "address": "/elsewhere"}])
    site = Site(scenario_of({"schema": "jobdiff.scenario/1", "openings": [moved]}))
    later = START + timedelta(days=4)
    assert site.page("https://example.org/jobs/nurse", START).kind == "posting"
    assert site.page("https://example.org/jobs/nurse", later).kind == "gone"
    assert site.page("https://example.org/elsewhere", later).kind == "posting"


def test_what_is_taken_down_after_its_deadline_is_no_removal_to_be_found() -> None:
    one = played(OTHERS, nurse(deadline=3.3, open=[[0, 8.5]]), days=12)
    judged = score(one)
    assert kinds(one) == ["new", "expired", "removed"]
    assert (judged.due["expired"], judged.due["removed"]) == (1, 0)
    assert judged.good, judged.mistakes


def test_a_deadline_that_was_replaced_in_time_never_passes() -> None:
    one = played(OTHERS, nurse(deadline=6.3, edits=[{"day": 3.2, "deadline": 40}]))
    assert kinds(one) == ["new", "changed"]
    assert score(one).good
    late = played(OTHERS, nurse(deadline=13.9), days=14)
    assert score(late).due["expired"] == 0


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_no_outage_of_a_day_makes_an_alarm(breakage: str) -> None:
    outage = {"from": 4.5, "until": 5.5, "shape": breakage}
    one = played({**OTHERS, "many": 12}, outages=[outage], pages=2, days=9)
    assert {told.event.kind for told in one.told} == {"new"}
