from __future__ import annotations

import pytest

from postings.errors import UsageError
from storage import Store, boards, events, noted, postings, questions
from storage.boards import BoardRow
from tests.storage.world import at, gone, posting, visit

SITE = [posting(number) for number in range(1, 11)]


@pytest.fixture
def doubted(store: Store, board: BoardRow) -> BoardRow:
    """A board of which 8 of 10 postings went at once."""
    visit(store, board, SITE, now=at(0))
    missing = [gone(one, at(1)) for one in SITE[2:]]
    assert visit(store, board, SITE[:2], now=at(1), also=missing).outcome == "suspicious"
    with store.read() as connection:
        return boards.get(connection, board.id)


def test_an_approval_removes_what_is_missing(store: Store, doubted: BoardRow) -> None:
    with store.read() as connection:
        assert len(questions.doubted(connection, doubted.id)) == 8

    assert questions.approve(store, doubted.id, by="me", now=at(2)) == 8

    with store.read() as connection:
        told = events.log(connection, kinds=["removed"])
        counted = postings.counts(connection, at(2))[doubted.id]
        after = boards.get(connection, doubted.id)
    assert {one.evidence[-1].kind for one in told} == {"approved"}
    assert (counted.open, counted.removed, after.quarantine) == (2, 8, None)
    with pytest.raises(UsageError, match="not quarantined"):
        questions.approve(store, doubted.id, by="me", now=at(2))


def test_a_rejection_removes_nothing(store: Store, doubted: BoardRow) -> None:
    questions.reject(store, doubted.id, now=at(2))

    with store.read() as connection:
        assert postings.counts(connection, at(2))[doubted.id].open == 10
        assert boards.get(connection, doubted.id).quarantine is None
        with pytest.raises(UsageError):
            questions.doubted(connection, doubted.id)
    assert visit(store, doubted, SITE, now=at(3)).news == {}


def lost(store: Store, board: BoardRow) -> BoardRow:
    """The board after all ten postings lost their salary at once."""
    paid = [posting(number, pay=100_000) for number in range(1, 11)]
    visit(store, board, paid, now=at(0))
    seen = visit(store, board, SITE, now=at(1))
    assert (seen.outcome, seen.news, seen.problems) == ("complete", {}, 11)
    assert "salary is gone from 10 postings at once" in (seen.reason or "")
    with store.read() as connection:
        return boards.get(connection, board.id)


def test_a_field_that_all_postings_lost_is_a_question_that_is_remembered(
    store: Store, board: BoardRow
) -> None:
    doubted = lost(store, board)
    assert [one.field for one in doubted.habits.drifts] == ["salary"]
    assert len(doubted.habits.drifts[0].postings) == 10
    with store.read() as connection:
        assert [one.trouble for one in noted.troubled(connection, 3)] == ["quarantined"]
        assert all(one.known.snapshot.posting.salary for one in postings.search(connection))


def test_an_approval_lets_the_field_go(store: Store, board: BoardRow) -> None:
    doubted = lost(store, board)
    assert questions.approve(store, doubted.id, by="me", now=at(2)) == 10
    with store.read() as connection:
        told = events.log(connection, kinds=["changed"])
        assert not any(one.known.snapshot.posting.salary for one in postings.search(connection))
        assert not boards.get(connection, doubted.id).habits
        assert noted.troubled(connection, 3) == []
    assert {one.evidence[0].kind for one in told} == {"approved"}
    assert {change.field.partition(".")[0] for one in told for change in one.changes} == {"salary"}
    assert visit(store, doubted, SITE, now=at(3)).news == {}


def test_a_rejection_keeps_the_field_and_asks_anew(store: Store, board: BoardRow) -> None:
    doubted = lost(store, board)
    questions.reject(store, doubted.id, now=at(2))
    with store.read() as connection:
        assert not boards.get(connection, doubted.id).habits
    assert visit(store, doubted, SITE, now=at(3)).news == {}
    with store.read() as connection:
        assert boards.get(connection, doubted.id).habits.drifts[0].since == at(3)


def test_volatile_fields_are_remembered_until_they_are_rejected(
    store: Store, board: BoardRow
) -> None:
    for day in range(6):
        site = [posting(number, text=f"Seen {day} times.") for number in range(1, 11)]
        news = visit(store, board, site, now=at(day)).news
    assert news == {}
    with store.read() as connection:
        assert list(boards.get(connection, board.id).habits.volatile) == ["description_text"]
    questions.reject(store, board.id, now=at(7))
    with pytest.raises(UsageError, match="not quarantined"):
        questions.reject(store, board.id, now=at(7))
