"""How long postings were open, and how crawls ended, as the store tells it."""

from __future__ import annotations

from dataclasses import replace

from postings.survival import Life
from storage import Store, boards, merge, postings, statistics
from storage.boards import BoardRow
from tests.storage.world import SITE, at, claim, gone, posting, visit


def lives(store: Store, **asked: str) -> statistics.Lives:
    with store.read() as connection:
        return statistics.lives(connection, **asked)


def read_often(store: Store, board: BoardRow) -> None:
    """A board that has been read before, so that what comes is news."""
    visit(store, board, [replace(posting(99), date_posted="2026-02-27")], now=at(-1))


def test_a_life_is_from_the_first_look_to_the_closing_or_the_last_look(
    store: Store, board: BoardRow
) -> None:
    read_often(store, board)
    visit(store, board, [posting(1), posting(2), posting(99)], now=at(0))
    visit(store, board, [posting(2), posting(99)], now=at(3), also=[gone(posting(1), at(3))])
    visit(store, board, [posting(2), posting(99)], now=at(5))
    told = lives(store)
    assert sorted(told.of_board[board.name], key=str)[:2] == [Life(3, True), Life(5, False)]


def test_what_was_there_from_the_beginning_counts_from_its_own_date_and_enters_late(
    store: Store, board: BoardRow
) -> None:
    first = [
        replace(posting(1), date_posted="2026-02-01"),
        posting(2),
        replace(posting(3), date_posted="2026-03-01"),
        replace(posting(4), date_posted="1970-01-01"),
    ]
    visit(store, board, first, now=at(0))
    visit(store, board, first, now=at(2))
    told = lives(store)
    assert told.of_board == {board.name: [Life(30.5, False, 28.5)]}
    assert told.left_out == {board.name: 3}


def test_only_the_boards_that_are_asked_for_count(store: Store, board: BoardRow) -> None:
    read_often(store, board)
    visit(store, board, [posting(1), posting(99)], now=at(0))
    assert sum(map(len, lives(store, board=board.name).of_board.values())) == 2
    assert lives(store, tag="none").of_board == {}
    with store.read() as connection:
        assert statistics.turns(connection, tag="none") == []
        assert [turn.group for turn in statistics.turns(connection)] == [board.name] * 2


def test_merged_postings_are_one_life(store: Store, board: BoardRow) -> None:
    read_often(store, board)
    visit(store, board, [posting(1), posting(99)], now=at(0))
    other = replace(posting(9, "Lead"), identifier=posting(7).identifier)
    visit(store, board, [other, posting(99)], now=at(4), also=[gone(posting(1), at(4))])
    with store.read() as connection:
        ids = [postings.find(connection, f"{SITE}/jobs/{n}").known.id for n in (1, 9)]
    merge.merge(store, *ids, by="ann", now=at(5))
    assert Life(4, False) in lives(store).of_board[board.name]
    assert len(lives(store).of_board[board.name]) == 2


def test_how_crawls_ended_since_a_posting_was_seen(store: Store, board: BoardRow) -> None:
    for day in range(3):
        visit(store, board, [posting(1)], now=at(day))
    claim(store, board, at(9))
    with store.read() as connection:
        since = statistics.outcomes_since(connection, board.id, at(0))
        other = statistics.outcomes_since(connection, "nobody", at(0))
    assert (dict(since), dict(other)) == ({"complete": 2}, {})


def test_a_store_without_postings_has_no_lives(store: Store) -> None:
    with store.write() as connection:
        boards.add(connection, url=SITE, now=at(0))
    assert lives(store) == statistics.Lives({}, {})
