"""Nothing is written where the store has the file's boards already."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storage import Store, boards
from storage.boards import BoardRow
from storage.file_boards import are_in_step
from tests.storage.test_boards import FILE, Entry
from tests.storage.world import at

ONE = Entry("https://example.net/a", "A", ("it", "it"), "2h", "sitemap", line=12)
TWO = Entry("https://example.net/b?utm_source=x", line=20)


def sync(store: Store, *entries: Entry) -> None:
    with store.write() as connection:
        boards.sync_file_boards(connection, FILE, entries, at(0))


def in_step(store: Store, *entries: Entry) -> bool:
    with store.read() as connection:
        return are_in_step(connection, FILE, entries)


def test_what_the_file_says_is_in_step_once_it_was_taken_in(store: Store, board: BoardRow) -> None:
    assert board.origin == "command"
    assert in_step(store)
    assert not in_step(store, ONE, TWO)
    sync(store, ONE, TWO)
    assert in_step(store, ONE, TWO)
    assert in_step(store, TWO, ONE)
    assert not in_step(store, ONE)
    assert not in_step(store)
    sync(store)
    assert in_step(store)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "B"},
        {"tags": ("it", "ch")},
        {"every": "3h"},
        {"strategy": "auto"},
        {"line": 13},
        {"window": "07:00-19:00"},
        {"timezone": "Europe/Oslo"},
        {"allow_private": True},
        {"browser": "auto"},
        {"url": "https://example.net/c"},
    ],
)
def test_whatever_changes_in_the_file_is_seen(store: Store, change: dict[str, object]) -> None:
    sync(store, ONE)
    assert in_step(store, ONE)
    changed = replace(ONE, **change)  # type: ignore[arg-type]
    assert not in_step(store, changed)
    sync(store, changed)
    assert in_step(store, changed)


def test_a_paused_board_and_one_that_stands_twice_are_taken_in_again(store: Store) -> None:
    sync(store, ONE)
    with store.write() as connection:
        boards.set_paused(connection, boards.find(connection, "A").id, True)
    assert not in_step(store, ONE)
    assert not in_step(store, ONE, replace(ONE, name=None))


HOME, SHOP, WORKS = "https://example.org/", "https://shop.example/", "https://works.example/"


@pytest.mark.parametrize(
    "former", [(), ("one", "two", "three"), ("two", "three", "one"), (None, "two", "three")]
)
def test_a_board_without_a_name_leaves_those_that_the_file_gives_to_others(
    store: Store, former: tuple[str | None, ...]
) -> None:
    urls = (HOME, SHOP, WORKS)
    sync(store, *(Entry(url, name) for url, name in zip(urls, former, strict=False)))
    now = [Entry(HOME), Entry(SHOP, "two"), Entry(WORKS, "example.org")]
    for _ in range(2):
        sync(store, *now)
        assert in_step(store, *now)
    with store.read() as connection:
        names = {one.url: one.name for one in boards.all_boards(connection)}
    assert (names[SHOP], names[WORKS]) == ("two", "example.org")
    assert names[HOME] not in {"two", "example.org"}
