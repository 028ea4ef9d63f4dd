from __future__ import annotations

from storage import Store, boards, events
from storage.boards import BoardRow
from tests.storage.world import at, gone, posting, visit


def test_the_log_never_skips_and_never_repeats(store: Store, board: BoardRow) -> None:
    for day in range(6):
        visit(store, board, [posting(number) for number in range(day + 1)], now=at(day))
    with store.read() as connection:
        every = [one.cursor for one in events.log(connection)]
        read: list[int] = []
        while page := events.log(connection, after_cursor=read[-1] if read else 0, limit=2):
            read += [one.cursor for one in page]
        assert events.last_cursor(connection) == every[-1]
    assert every == list(range(1, 7))
    assert read == every


def test_the_log_is_filtered(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        other = boards.add(connection, url="https://example.net", tags=["it"], now=at(0))
    visit(store, board, [posting(1), posting(2)], now=at(0))
    visit(store, other, [posting(3)], now=at(0))
    visit(store, board, [posting(1, pay=1000)], now=at(1), also=[gone(posting(2), at(1))])

    def told(**asked: object) -> list[tuple[str, str]]:
        with store.read() as connection:
            found = events.log(connection, **asked)  # type: ignore[arg-type]
        return [(one.kind, one.posting["url"][-1]) for one in found]

    assert len(told()) == 5
    assert told(kinds=["removed"]) == [("removed", "2")]
    assert sorted(told(since=at(1))) == [("changed", "1"), ("removed", "2")]
    assert sorted(told(baseline=False)) == [("changed", "1"), ("removed", "2")]
    assert told(tag="it") == told(board="https://example.net") == [("new", "3")]
    assert told(board="Example", baseline=True, limit=1) == [("new", "1")]
    assert told(after_cursor=5) == told(tag="none") == []


def test_events_are_found_by_their_ids(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1), posting(2)], now=at(0))
    with store.read() as connection:
        every = events.log(connection)
        ids = [one.id for one in reversed(every)]
        assert events.by_ids(connection, [*ids, "nothing"]) == every
    assert {one.tags for one in every} == {board.tags}


def test_an_empty_log_has_no_cursor(store: Store) -> None:
    with store.read() as connection:
        assert events.last_cursor(connection) == 0
        assert events.log(connection) == []
