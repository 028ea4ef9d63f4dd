from __future__ import annotations

import pytest

from postings.errors import UsageError
from storage import Store, boards, events, postings, questions
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
