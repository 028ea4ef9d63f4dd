from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from postings.errors import NotFound, UsageError
from postings.visits import Policy
from storage import Store, boards, crawls, due, events, postings
from storage.boards import BoardRow
from storage.pages import PageRecord
from storage.schema import boards as table
from storage.schema import metadata
from tests.storage.world import LISTING, at, claim, posting, seen, visit

FILE = "/etc/jobdiff.toml"


@dataclass(frozen=True)
class Entry:
    url: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    every: str = "auto"
    strategy: str = "auto"
    window: str | None = None
    timezone: str | None = None
    allow_private: bool = False
    browser: str = "never"
    line: int | None = None


def add(store: Store, url: str, **asked: object) -> BoardRow:
    with store.write() as connection:
        return boards.add(connection, url=url, now=at(0), **asked)  # type: ignore[arg-type]


def names(store: Store, *, watched_only: bool = True) -> list[str]:
    with store.read() as connection:
        return [one.name for one in boards.all_boards(connection, watched_only=watched_only)]


def test_a_new_board_is_watched_and_due_at_once(store: Store) -> None:
    kept = add(store, "https://example.org/careers", tags=["it", "it", "bern"], every="6h")

    assert (kept.name, kept.tags, kept.every) == ("example.org", ("it", "bern"), "6h")
    assert (kept.watched, kept.paused, kept.strategy, kept.learnt) == (True, False, "auto", {})
    with store.read() as connection:
        assert [one.id for one in due.due(connection, at(0))] == [kept.id]
        assert boards.count(connection) == 1


def test_names_come_from_the_host_and_stay_unique(store: Store) -> None:
    found = [
        add(store, url).name
        for url in (
            "https://example.org/careers",
            "https://example.org/jobs/",
            "https://me@example.org/jobs?unit=2",
            "http://127.0.0.1:8000/jobs",
        )
    ]
    assert found == ["example.org", "example.org/jobs", "example.org/jobs 2", "127.0.0.1:8000"]


def test_a_name_that_is_taken_is_refused(store: Store, board: BoardRow) -> None:
    with pytest.raises(UsageError, match=f"'Example' is taken by {board.url}"):
        add(store, "https://example.net", name="Example")
    assert add(store, board.url, name="Example").id == board.id


def test_adding_a_known_board_updates_what_is_asked(store: Store) -> None:
    checked = add(store, "https://example.org/careers", watched=False, every="6h", warning="slow")
    assert names(store) == []

    added = add(store, "http://EXAMPLE.org/careers/", tags=["it"], strategy="sitemap")
    assert (added.id, added.watched, added.every) == (checked.id, True, "6h")
    assert (added.tags, added.strategy, added.warning) == (("it",), "sitemap", "slow")

    assert add(store, "https://example.org/careers", watched=False).watched


def test_a_board_is_found_by_name_url_or_id(store: Store, board: BoardRow) -> None:
    refs = ("Example", board.url, "http://example.org/careers/", board.id, board.id[:6].upper())
    with store.read() as connection:
        assert {boards.find(connection, ref).id for ref in refs} == {board.id}
        for ref in ("example", "", "https://example.org/", "%", "0000-no"):
            with pytest.raises(NotFound, match="`jobdiff boards` lists them"):
                boards.find(connection, ref)
        with pytest.raises(NotFound):
            boards.get(connection, "nothing")


def test_an_unclear_beginning_of_an_id_is_refused(store: Store) -> None:
    ids = [add(store, f"https://example.org/{number}").id for number in range(17)]
    first = next(one[0] for one in ids if sum(other[0] == one[0] for other in ids) > 1)
    with store.read() as connection, pytest.raises(UsageError, match="write more"):
        boards.find(connection, first)


def test_due_boards_come_longest_waiting_first(store: Store) -> None:
    late, later, never, paused, asked_off = (
        add(store, f"https://example.org/{name}", name=name) for name in "abcde"
    )
    unwatched = add(store, "https://example.org/f", watched=False)
    with store.write() as connection:
        boards.schedule(connection, late.id, at(2))
        boards.schedule(connection, later.id, at(1))
        boards.schedule(connection, never.id, at(9))
        boards.set_paused(connection, paused.id, paused=True)
        connection.execute(
            table.update().where(table.c.id == asked_off.id).values(retry_after=at(4))
        )
    with store.read() as connection:
        assert [one.name for one in due.due(connection, at(3))] == ["b", "a"]
        assert [one.name for one in due.due(connection, at(5))] == ["e", "b", "a"]
    with store.write() as connection:
        boards.set_paused(connection, paused.id, paused=False)
        boards.schedule(connection, late.id, None)
    with store.read() as connection:
        assert [one.name for one in due.due(connection, at(0))] == ["a", "d"]
    assert unwatched.name not in names(store)


def test_notes_on_a_board_are_kept(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        boards.warn(connection, board.id, "did not answer")
        boards.learn(connection, board.id, {"strategy": "listing", "pages": 3})
        kept = boards.get(connection, board.id)
    assert (kept.warning, kept.learnt) == ("did not answer", {"strategy": "listing", "pages": 3})
    with pytest.raises(NotFound), store.write() as connection:
        boards.set_paused(connection, "nothing", paused=True)


def test_a_removed_board_keeps_its_history_and_tells_nothing(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    with store.write() as connection:
        before = events.last_cursor(connection)
        boards.remove(connection, board.id)
        assert due.due(connection, at(9)) == []
        assert events.last_cursor(connection) == before
        assert len(postings.search(connection)) == 1
    assert names(store) == []
    assert names(store, watched_only=False) == ["Example"]


def test_a_purged_board_leaves_nothing(store: Store, board: BoardRow) -> None:
    other = add(store, "https://example.net/careers")
    page = PageRecord(url=LISTING, role="listing", checked_at=at(0), changed_at=at(0))
    visit(store, other, [posting(7)], now=at(0))
    with store.read() as connection:
        kept = rows(connection)
    visit(store, board, [posting(1), posting(2)], now=at(0), also=[page])
    crawls.stage(store, claim(store, board, at(1)), [seen(posting(1), at(1))])

    with store.write() as connection:
        boards.remove(connection, board.id, purge=True)
        assert rows(connection) == kept | {"boards": 1}


def rows(connection: object) -> dict[str, int]:
    return {
        table.name: connection.scalar(select(func.count()).select_from(table))  # type: ignore[attr-defined]
        for table in metadata.sorted_tables
    }


def test_boards_of_the_file_follow_the_file(store: Store, board: BoardRow) -> None:
    one = Entry("https://example.net/a", "A", ("it",), "2h", "sitemap", line=12)
    two = Entry("https://example.net/b", line=20)
    with store.write() as connection:
        kept = boards.sync_file_boards(connection, FILE, [one, two], at(0))
    assert [(row.name, row.origin, row.origin_line) for row in kept] == [
        ("A", "file", 12),
        ("example.net", "file", 20),
    ]
    assert (kept[0].tags, kept[0].every, kept[0].strategy) == (("it",), "2h", "sitemap")

    with store.write() as connection:
        boards.sync_file_boards(
            connection, FILE, [Entry("https://example.net/a", "A", line=3)], at(1)
        )
        left = boards.find(connection, "example.net")
        stayed = boards.find(connection, "A")
    assert (left.paused, left.watched, left.origin, left.origin_line) == (
        True,
        True,
        "command",
        None,
    )
    assert (stayed.paused, stayed.origin_line, stayed.tags, stayed.every) == (False, 3, (), "auto")

    with store.write() as connection:
        back = boards.sync_file_boards(connection, FILE, [one, two], at(2))
    assert [row.paused for row in back] == [False, False]
    assert [row.id for row in back] == [row.id for row in kept]
    with store.read() as connection:
        assert not boards.get(connection, board.id).paused


def test_a_file_may_give_a_boards_name_to_another(store: Store) -> None:
    old, other = Entry("https://example.net/old", "A"), Entry("https://example.org", "B")
    with store.write() as connection:
        before = boards.sync_file_boards(connection, FILE, [old, other], at(0))
        moved = Entry("https://example.net/new", "A")
        boards.sync_file_boards(connection, FILE, [moved, other], at(1))
        names = {one.url: (one.name, one.paused) for one in boards.all_boards(connection)}
        assert names == {
            "https://example.net/old": ("example.net", True),
            "https://example.net/new": ("A", False),
            "https://example.org": ("B", False),
        }
        swapped = [Entry(old.url, "B"), Entry(other.url, "A"), Entry(moved.url, "C")]
        after = boards.sync_file_boards(connection, FILE, swapped, at(2))
    assert [one.name for one in after] == ["B", "A", "C"]
    assert [one.id for one in after[:2]] == [one.id for one in before]


def test_two_files_may_share_a_store(store: Store) -> None:
    with store.write() as connection:
        boards.sync_file_boards(connection, FILE, [Entry("https://example.org")], at(0))
        boards.sync_file_boards(connection, "/other.toml", [Entry("https://example.net")], at(0))
        assert [one.paused for one in boards.all_boards(connection)] == [False, False]
        boards.sync_file_boards(connection, FILE, [], at(0))
        paused = {one.url: one.paused for one in boards.all_boards(connection)}
    assert paused == {"https://example.org": True, "https://example.net": False}


def test_a_file_without_boards_pauses_those_it_had(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        boards.sync_file_boards(connection, FILE, [Entry("https://example.net")], at(0))
        boards.sync_file_boards(connection, FILE, [], at(0))
        assert [one.paused for one in boards.all_boards(connection)] == [False, True]
    assert board.origin == "command"


@pytest.mark.parametrize(
    ("every", "fresh", "stale"),
    [("auto", 3, 3.1), ("6h", 3, 3.1), ("2d", 6, 6.1), ("0 6 * * mon", 3, 3.1)],
)
def test_a_board_goes_stale_without_a_complete_crawl(
    store: Store, board: BoardRow, every: str, fresh: float, stale: float
) -> None:
    between = boards.interval(every)
    assert not boards.is_stale(board, between, at(fresh))
    assert boards.is_stale(board, between, at(stale))

    visit(store, board, [posting(1)], now=at(fresh))
    with store.read() as connection:
        crawled = boards.get(connection, board.id)
        assert postings.counts(connection, at(fresh))[board.id].stale == 0
        assert postings.counts(connection, at(fresh + 30))[board.id].stale == 1
    assert not boards.is_stale(crawled, between, at(fresh + 3))


def test_a_failing_board_goes_stale_though_it_is_crawled(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    for day in (1, 2, 3, 4):
        ticket = claim(store, board, at(day))
        crawls.abandon(store, ticket, Policy(), at(day))
    with store.read() as connection:
        kept = boards.get(connection, board.id)
    assert kept.last_crawl_at == at(4)
    assert boards.is_stale(kept, timedelta(hours=6), at(4))


def due_names(store: Store, days: float, hours: due.Hours | None = None) -> list[str]:
    with store.read() as connection:
        rows = due.due(connection, at(days), hours)
        light = due.due_boards(connection, at(days), hours)
    assert [(one.id, one.url) for one in light] == [(one.id, one.url) for one in rows]
    return [one.name for one in rows]


def test_a_board_last_crawled_in_the_future_is_due(store: Store) -> None:
    one = add(store, "https://example.org/a", name="a")
    with store.write() as connection:
        connection.execute(
            table.update().values(last_crawl_at=at(10), next_crawl_at=at(11), outcome="complete")
        )
    assert due_names(store, 10.5) == []
    assert due_names(store, 5) == ["a"]
    with store.write() as connection:
        connection.execute(table.update().values(retry_after=at(10.5)))
    assert due_names(store, 5) == ["a"]
    assert due_names(store, 9.7) == []
    with store.read() as connection:
        assert due.is_due(connection, one.id, at(5))


def test_closed_hours_hold_a_board_that_is_due(store: Store) -> None:
    add(store, "https://example.org/a", name="a", window="13:00-15:00")
    add(store, "https://example.org/b", name="b", window="13:00-15:00", timezone="Europe/Zurich")
    add(store, "https://example.org/c", name="c", window="always")
    add(store, "https://example.org/d", name="d")
    assert due_names(store, 0) == ["b", "c", "d"]  # it is noon in UTC
    assert due_names(store, 0, due.Hours("01:00-02:00")) == ["b", "c"]
    assert due_names(store, 0, due.Hours("13:00-15:00", "Europe/Zurich")) == ["a", "b", "c", "d"]


def test_a_shorter_interval_holds_from_the_last_crawl_on(store: Store) -> None:
    one = add(store, "https://example.org/a", every="1d")

    def due_after(every: str) -> datetime | None:
        with store.write() as connection:
            connection.execute(
                table.update().values(last_crawl_at=at(1), next_crawl_at=at(2), every="1d")
            )
        return add(store, one.url, every=every).next_crawl_at

    assert due_after("1d") == at(2)
    assert due_after("6h") == at(1.25)
    assert due_after("7d") == at(2)
    assert due_after("0 8 * * *") is None
    assert due_after("auto") is None


def test_the_files_hours_are_the_boards(store: Store) -> None:
    entry = Entry("https://example.net", window="07:00-19:00", timezone="Europe/Zurich")
    with store.write() as connection:
        (one,) = boards.sync_file_boards(connection, FILE, [entry], at(0))
        assert (one.window, one.timezone) == ("07:00-19:00", "Europe/Zurich")
        (one,) = boards.sync_file_boards(connection, FILE, [Entry("https://example.net")], at(0))
        assert boards.get(connection, one.id).window is None


def test_a_file_may_not_call_a_board_by_anothers_address_or_id(
    store: Store, board: BoardRow
) -> None:
    for name in (board.url, board.url.upper().lower(), board.id, board.id.upper()[:8]):
        entries = [Entry("https://two.example/jobs", name=name)]
        with pytest.raises(UsageError, match="is meant"), store.write() as connection:
            boards.sync_file_boards(connection, FILE, entries, at(0))
    entries = [Entry("https://two.example/jobs", name="https://two.example/jobs")]
    with store.write() as connection:
        [kept] = boards.sync_file_boards(connection, FILE, entries, at(0))
    assert kept.name == kept.url
