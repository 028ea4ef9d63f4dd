from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from postings.merging import Told, Window, Word, mistaken, restorations, retractions, which_stays
from postings.model import Known, Posting, Snapshot, State
from tests.postings.world import START

DAY = timedelta(days=1)


def known(name: str, first: int, last: int, state: State = "open") -> Known:
    snapshot = Snapshot(f"s-{name}", START, Posting(title=name), "f", 1)
    return Known(name, f"https://example.org/{name}", state, snapshot, (), START + first * DAY,
                 START + last * DAY)  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "stays"),
    [
        (known("a", 0, 9), known("b", 0, 9), "a"),
        (known("a", 5, 8), known("b", 0, 9), "a"),
        (known("a", 0, 9, "removed"), known("b", 5, 8), "b"),
        (known("a", 0, 3), known("b", 5, 9, "removed"), "a"),
        (known("a", 0, 3, "removed"), known("b", 5, 9, "expired"), "b"),
        (known("a", 0, 9, "removed"), known("b", 5, 7, "removed"), "a"),
        (known("a", 0, 9, "removed"), known("b", 5, 9, "removed"), "a"),
    ],
)
def test_the_open_one_stays_or_the_one_that_was_seen_last(a: Known, b: Known, stays: str) -> None:
    kept, folded = which_stays(a, b)
    assert (kept.id, {kept.id, folded.id}) == (stays, {"a", "b"})


def test_only_what_was_wrong_is_a_mistake() -> None:
    old, new = known("old", 0, 3, "removed"), known("new", 4, 9)
    log = [
        Told("1", "new", "old", START),
        Told("2", "changed", "old", START + DAY),
        Told("3", "removed", "old", START + 4 * DAY),
        Told("4", "new", "new", START + 4 * DAY),
    ]
    assert [one.id for one in mistaken(new, old, log)] == ["3", "4"]
    before_it_stood = replace(log[2], detected_at=START + 3.5 * DAY)
    assert [one.id for one in mistaken(old, new, [before_it_stood])] == []
    seen_longer = replace(old, last_seen=START + 20 * DAY)
    assert [one.id for one in mistaken(seen_longer, new, [log[2]])] == []


def test_retractions_are_changes_with_the_word_as_evidence() -> None:
    old, new = known("old", 0, 3, "removed"), known("new", 4, 9, "removed")
    wrong = [Told("3", "removed", "old", START), Told("4", "new", "new", START)]
    window = Window(START, START + DAY)
    first, second = retractions(new, old, wrong, window, Word("1", "ann", START + 9 * DAY))
    assert (first.kind, first.retracts, first.posting, first.state) == (
        "changed", "3", "new", "removed",
    )  # fmt: skip
    assert [change.field for change in first.changes] == ["title"]
    assert (first.before, first.after) == ("s-old", "s-new")
    assert (second.changes, second.before, second.after) == ((), "s-new", "s-new")
    assert (second.window_after, second.window_before) == (START, START + DAY)
    assert "ann" in second.evidence[0].detail
    assert first.id != second.id

    (back,) = restorations(new, old, ["r"], Window(), Word("2", "bob", START + 10 * DAY))
    assert (back.retracts, back.changes, back.evidence[0].kind) == ("r", (), "merged")
