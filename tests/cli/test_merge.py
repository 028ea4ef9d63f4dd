from __future__ import annotations

from typing import Any

from tests.cli.program import Jobdiff, Lived


def by_number(jobdiff: Jobdiff) -> dict[str, dict[str, Any]]:
    told = jobdiff("postings", "--json").objects()
    return {one["identifier"]["value"]: one for one in told}


def test_two_postings_become_one_and_two_again(jobdiff: Jobdiff, lived: Lived) -> None:
    before = by_number(jobdiff)
    maps, pilot = before["BR-117"], before["BR-130"]
    done = jobdiff("merge", maps["url"], pilot["id"][:12])
    assert done.code == 0, done.err
    assert "is a part of" in done.out
    assert "1 event taken back" in done.out
    after = by_number(jobdiff)
    assert set(before) - set(after) == {"BR-130"}
    assert jobdiff("show", pilot["id"], "--json").objects()[0]["id"] == maps["id"]
    why = jobdiff("show", maps["id"], "--why").out
    assert f"merged with posting {pilot['id'][:8]}" in why

    undone = jobdiff("merge", maps["id"], pilot["id"], "--undo", "--json")
    assert undone.code == 0, undone.err
    assert undone.objects() == [
        {
            "schema": "jobdiff.merge/1",
            "kept": maps["id"],
            "folded": pilot["id"],
            "undone": True,
            "retracted": undone.objects()[0]["retracted"],
        }
    ]
    assert by_number(jobdiff) == before
    assert "are two postings again" in again_and_back(jobdiff, maps["id"], pilot["id"])


def again_and_back(jobdiff: Jobdiff, one: str, other: str) -> str:
    assert jobdiff("merge", one, other).code == 0
    return jobdiff("merge", one, other, "--undo").out


def test_a_merge_never_shows_as_a_reopening(jobdiff: Jobdiff, lived: Lived) -> None:
    known = by_number(jobdiff)
    count = len(jobdiff("events", "--json").objects())
    assert jobdiff("merge", known["BR-117"]["id"], known["BR-130"]["id"]).code == 0
    told = jobdiff("events", "--json").objects()[count:]
    assert [(one["kind"], one["retracts"] is not None) for one in told] == [("changed", True)]
    assert [piece["kind"] for piece in told[0]["evidence"]] == ["merged"]


def test_what_cannot_be_merged_is_exit_2(jobdiff: Jobdiff, lived: Lived) -> None:
    known = by_number(jobdiff)
    here, there = known["BR-117"]["id"], known["hc-night"]["id"]
    for argv, says in (
        ((here, "ffffffff"), "no posting is known by 'ffffffff'"),
        ((here, here), "already"),
        ((here, there), "two boards"),
        ((here, there, "--undo"), "not merged with each other"),
    ):
        refused = jobdiff("merge", *argv)
        assert (refused.code, refused.out) == (2, "")
        assert says in refused.err
