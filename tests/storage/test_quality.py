from __future__ import annotations

from storage import Store, quality
from storage.boards import BoardRow
from tests.storage.world import at, posting, visit


def test_what_a_board_publishes_now_and_before(store: Store, board: BoardRow) -> None:
    one, two = posting(1), posting(2)
    visit(store, board, [one], now=at(0))
    visit(store, board, [one, two], now=at(10))
    with store.read() as connection:
        assert quality.first_known(connection, board.id) == at(0)
        now = quality.published(connection, board.id)
        before = quality.published(connection, board.id, at(5))
    assert [item.url for item in now] == [one.url, two.url]
    assert [(item.url, item.slides) for item in before] == [(one.url, False)]
    assert now[0].posting.title == one.title


def test_a_posting_past_its_deadline_is_published_while_its_page_stands(
    store: Store, board: BoardRow
) -> None:
    brief = posting(1, valid_through="2026-03-03T00:00:00Z")
    visit(store, board, [brief], now=at(0))
    with store.read() as connection:
        assert len(quality.published(connection, board.id)) == 1
    visit(store, board, [brief], now=at(5))
    with store.read() as connection:
        [item] = quality.published(connection, board.id)
    assert item.url == brief.url


def test_a_board_that_was_never_read(store: Store, board: BoardRow) -> None:
    with store.read() as connection:
        assert quality.first_known(connection, board.id) is None
        assert quality.published(connection, board.id) == []


def test_a_sliding_deadline_is_told(store: Store, board: BoardRow) -> None:
    for day in range(4):
        through = at(30 + day).isoformat().replace("+00:00", "Z")
        visit(store, board, [posting(1, valid_through=through)], now=at(day))
    with store.read() as connection:
        [now] = quality.published(connection, board.id)
        [before] = quality.published(connection, board.id, at(0.5))
    assert (now.slides, before.slides) == (True, False)
