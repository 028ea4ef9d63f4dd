"""Marks: one a posting, and one for two postings that a person said to be one job."""

from __future__ import annotations

import pytest

from storage import Store, marks, merge, postings
from storage.boards import BoardRow
from storage.marks import MarkName
from tests.storage.world import SITE, at, posting, visit


@pytest.fixture
def three(store: Store, board: BoardRow) -> tuple[str, ...]:
    """The ids of three open postings."""
    visit(store, board, [posting(n) for n in (1, 2, 3)], now=at(0))
    with store.read() as connection:
        return tuple(postings.find(connection, f"{SITE}/jobs/{n}").known.id for n in (1, 2, 3))


def put(store: Store, posting_id: str, mark: MarkName | None, day: float) -> None:
    with store.write() as connection:
        if mark:
            marks.put(connection, posting_id, mark, at(day))


def told(store: Store) -> dict[str, MarkName]:
    with store.read() as connection:
        return {id_: one.mark for id_, one in marks.every(connection).items()}


def of_events(store: Store) -> dict[str, MarkName]:
    with store.read() as connection:
        return marks.of_events(connection)


@pytest.mark.parametrize(
    ("kept", "folded", "whole"),
    [
        (None, None, None),
        ("saved", None, "saved"),
        (None, "hidden", "hidden"),
        ("hidden", "applied", "applied"),
        ("applied", "hidden", "applied"),
        ("saved", "applied", "applied"),
        ("hidden", "saved", "saved"),
        ("saved", "hidden", "saved"),
    ],
)
def test_a_merged_posting_has_the_weightier_mark_and_undone_each_its_own(
    store: Store,
    three: tuple[str, ...],
    kept: MarkName | None,
    folded: MarkName | None,
    whole: MarkName | None,
) -> None:
    one, two, _ = three
    put(store, one, kept, 1)
    put(store, two, folded, 1.5)
    before = told(store)
    assert merge.merge(store, one, two, by="ann", now=at(2)).kept == one
    assert told(store) == ({one: whole} if whole else {})
    assert of_events(store) == ({one: whole, two: whole} if whole else {})
    merge.undo(store, one, two, by="ann", now=at(3))
    assert told(store) == before == of_events(store)


def test_the_mark_that_was_given_since_is_the_word_on_both(
    store: Store, three: tuple[str, ...]
) -> None:
    one, two, third = three
    put(store, two, "applied", 1)
    merge.merge(store, one, two, by="ann", now=at(2))
    put(store, one, "hidden", 2.5)
    assert of_events(store) == {one: "hidden", two: "hidden"}
    put(store, third, "saved", 1)
    merge.merge(store, one, third, by="ann", now=at(3))
    assert of_events(store) == dict.fromkeys(three, "saved")
    merge.undo(store, one, third, by="ann", now=at(4))
    merge.undo(store, one, two, by="ann", now=at(4))
    assert told(store) == {two: "applied", third: "saved", one: "hidden"}


def test_the_mark_of_a_part_of_a_part_is_the_wholes(store: Store, three: tuple[str, ...]) -> None:
    one, two, third = three
    put(store, third, "applied", 1)
    merge.merge(store, two, third, by="ann", now=at(2))
    merge.merge(store, one, two, by="ann", now=at(3))
    assert told(store) == {one: "applied"}
    assert of_events(store) == dict.fromkeys(three, "applied")


def test_taking_it_away_takes_it_from_both(store: Store, three: tuple[str, ...]) -> None:
    one, two, third = three
    put(store, two, "hidden", 1)
    put(store, third, "saved", 1)
    merge.merge(store, one, two, by="ann", now=at(2))
    with store.write() as connection:
        assert marks.clear(connection, one)
        assert not marks.clear(connection, one)
    assert told(store) == {third: "saved"}
    merge.undo(store, one, two, by="ann", now=at(3))
    assert told(store) == {third: "saved"}


def test_only_the_marks_that_are_asked_for(store: Store, three: tuple[str, ...]) -> None:
    for posting_id, mark in zip(three, marks.MARKS, strict=True):
        put(store, posting_id, mark, 1)
    with store.read() as connection:
        assert set(marks.every(connection, ("hidden", "saved"))) == {three[0], three[2]}
