"""A scenario file: what it may say, and how what is wrong with it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from postings.errors import UsageError
from postings.simulation.parse import scenario_of
from postings.simulation.scenario import Deadline, Outage, Span

NURSE = {"name": "nurse", "posting": {"title": "Nurse"}}


def file(**more: Any) -> dict[str, Any]:
    return {"schema": "jobdiff.scenario/1", "openings": [NURSE], **more}


def opening(**more: Any) -> dict[str, Any]:
    return file(openings=[{**NURSE, **more}])


def test_what_is_not_said_has_a_default() -> None:
    told = scenario_of({"schema": "jobdiff.scenario/1"})
    assert (told.name, told.days, told.every) == ("scenario", 14, timedelta(days=1))
    assert (told.shape, told.pages, told.openings, told.outages) == ("links", 1, (), ())
    assert told.starts == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert len(told.crawls()) == 15


def test_a_scenario_is_read_whole() -> None:
    told = scenario_of(
        file(
            name="a week",
            board="https://acme.example/careers",
            starts="2026-03-02T09:00:00+01:00",
            days=7,
            every_hours=12,
            shape="cards",
            pages=2,
            zone="Europe/Zurich",
            noise=["order"],
            outages=[{"from": 1, "until": 2.5, "shape": "login"}],
        )
    )
    assert told.starts == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert told.outages == (Outage(1, 2.5, "login"),)
    assert told.outage(2.4) == told.outages[0]
    assert told.outage(2.5) is None
    assert (sorted(told.noise), told.zone, told.pages) == (["order"], "Europe/Zurich", 2)


def test_a_time_without_a_zone_is_utc() -> None:
    assert scenario_of(file(starts="2026-03-02T09:00:00")).starts.hour == 9


def test_an_opening_lives() -> None:
    one = scenario_of(
        opening(
            address="/j/1",
            open=[[1, 3.5], [6]],
            ends="closed",
            edits=[{"day": 2, "set": {"title": "Head nurse"}}, {"day": 1.5, "deadline": 9}],
            deadline={"day": 5, "spelled": "date"},
            moves=[{"day": 2, "address": "/j/2"}],
        )
    ).openings[0]
    assert one.spans == (Span(1, 3.5), Span(6))
    assert [one.is_open(day) for day in (0, 1, 3.4, 3.5, 6, 99)] == [
        False, True, True, False, True, True,
    ]  # fmt: skip
    assert (one.was_open(0.5), one.was_open(4)) == (False, True)
    assert [one.address(day) for day in (0, 1.9, 2)] == ["/j/1", "/j/1", "/j/2"]
    assert [edit.day for edit in one.edits] == [1.5, 2]
    assert one.edits[0].values == {"validThrough": None}
    assert one.deadline(1) == Deadline(5, "date")
    assert one.deadline(2) == Deadline(9, "instant", 1.5)


def test_an_edit_may_change_a_deadline_and_more() -> None:
    edit = {"day": 1, "deadline": 9, "set": {"title": "Head nurse"}, "material": False}
    one = scenario_of(opening(edits=[edit])).openings[0]
    assert one.edits[0].values == {"title": "Head nurse", "validThrough": None}
    assert not one.edits[0].material
    assert one.deadline(0) is None


def test_many_openings_are_written_once() -> None:
    posting = {"title": "Engineer {n}", "skills": ["a{n}", 5], "hiringOrganization": {"name": "E"}}
    told = scenario_of(
        file(
            openings=[
                {
                    "name": "o{n}",
                    "address": "/jobs/{n}",
                    "many": 2,
                    "posting": posting,
                    "open": [2],
                    "edits": [{"day": 3, "set": {"title": "Lead {n}"}}],
                }
            ]
        )
    )
    assert [one.name for one in told.openings] == ["o1", "o2"]
    assert told.openings[1].node == {
        "title": "Engineer 2",
        "skills": ["a2", 5],
        "hiringOrganization": {"name": "E"},
    }
    assert told.openings[1].edits[0].values == {"title": "Lead 2"}
    assert told.openings[1].addresses == ((0.0, "/jobs/2"),)
    assert told.openings[1].spans == (Span(2),)


WRONG: list[tuple[object, str]] = [
    (5, "the scenario: write an object here"),
    ({}, "schema: '' is none of jobdiff.scenario/1"),
    (file(typo=1), "typo: there is no such key"),
    (file(name=""), "name: write a text here"),
    (file(days=-1), "days: write a number from 0"),
    (file(days=True), "days: write a number"),
    (file(days="9"), "days: write a number"),
    (file(every_hours=0), "every_hours: write more than 0"),
    (file(days=30_000, every_hours=1), "every_hours: that would be more than 100,000 crawls"),
    (file(board="ftp://x"), "board: write an http or https URL"),
    (file(starts="soon"), "starts: write an instant"),
    (file(zone="Mars/Olympus"), "zone: there is no time zone 'Mars/Olympus'"),
    (file(noise=["hiss"]), "noise: 'hiss' is none of order"),
    (file(noise=[["order"]]), "noise: ['order'] is none of"),
    (file(noise="order"), "noise: write a list here"),
    (file(shape="tree"), "shape: 'tree' is none of links, cards, single"),
    (file(shape="single", openings=[]), "openings: a board of one posting has one opening"),
    (file(outages=[{"shape": "flood"}]), "outages[0].shape: 'flood' is none of"),
    (file(outages=[{"from": 2, "until": 1, "shape": "login"}]), "outages[0].until: an outage ends"),
    (file(openings=[NURSE, NURSE]), "openings: two of them are called 'nurse'"),
    (file(openings=[{"posting": {"title": "x"}}]), "openings[0].name: write a text"),
    (file(openings=["nurse"]), "openings[0]: write an object here"),
    (opening(posting={}), "openings[0].posting: write schema.org properties"),
    (opening(ends="badly"), "openings[0].ends: 'badly' is none of"),
    (opening(open=[[0, 2], [1]]), "openings[0].open: a span begins after"),
    (opening(open=[[0], [1]]), "openings[0].open: a span begins after"),
    (opening(open=[[2, 1]]), "openings[0].open: a span ends after it begins"),
    (opening(open=[[]]), "openings[0].open: write spans of days"),
    (opening(open=["x"]), "openings[0].open: write spans of days"),
    (opening(open=[True]), "openings[0].open: write spans of days"),
    (opening(edits=[{"day": 1}]), "openings[0].edits[0].set: write schema.org properties"),
    (opening(edits=[{"set": {"title": "x"}, "material": 1}]), "edits[0].material: write true"),
    (opening(deadline={"spelled": "date"}), "openings[0].deadline.day: say on which day"),
    (opening(deadline={"day": 1, "spelled": "x"}), "openings[0].deadline.spelled: 'x' is none"),
    (opening(many=3), "openings[0].many: write {n} into"),
    (opening(many=1e6), "openings[0].many: write a number from 0 to 10,000"),
    (
        file(openings=[{**NURSE, "name": f"{n}{{n}}", "address": "/{n}", "many": 9_999}
                       for n in range(2)]),
        "openings: that would be more than 10,000 openings",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("told", "why"), WRONG, ids=[why for _, why in WRONG])
def test_what_is_wrong_is_told_with_its_key(told: object, why: str) -> None:
    with pytest.raises(UsageError) as refused:
        scenario_of(told)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
