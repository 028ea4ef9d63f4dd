"""The panel: a day's cells are what was known at its end, and say who says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jobdiff.export.panel import Day, days
from storage import Store, boards, merge, panels, postings
from storage.panels import BoardPast, CrawlPast
from storage.sightings import Sightings, seen_json
from tests.storage.world import LISTING, posting, visit
from tests.storage.world import at as noon

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(day: int, hour: int = 12) -> datetime:
    return MONDAY.replace(hour=hour) + timedelta(days=day)


def crawl(day: int, outcome: str, still_open: str, read: str = "", listed: str = "") -> CrawlPast:
    seen = Sightings(frozenset(read), frozenset(listed))
    return CrawlPast(at(day), outcome, seen_json(frozenset(still_open), seen))


PAST = BoardPast(
    "Example",
    crawls=(
        crawl(0, "complete", "ab", read="ab"),
        crawl(1, "complete", "ab", read="a", listed="ab"),
        crawl(3, "failed", "ab"),
        crawl(4, "complete", "a", listed="a"),
    ),
    states=((at(0), "a", "open"), (at(0), "b", "open"), (at(4), "b", "removed")),
    snapshots=((at(0), "a", "a1"), (at(0), "b", "b1"), (at(1), "a", "a2")),
)


def walk(first: int = -1, last: int = 5) -> list[Day]:
    return list(days(PAST, at(first).date(), at(last).date()))


def test_each_day_says_who_says_so() -> None:
    told = [{cell["posting"]: cell["evidence"] for cell in day.cells} for day in walk()]
    assert told == [
        {},
        {"a": "page_read", "b": "page_read"},
        {"a": "page_read", "b": "listed"},
        {"a": "assumed", "b": "assumed"},
        {"a": "assumed", "b": "assumed"},
        {"a": "listed"},
        {"a": "assumed"},
    ]


def test_a_gap_is_no_absence() -> None:
    rows = [day.row for day in walk()]
    assert [(row["crawls"], row["complete"], row["unread"], row["open"]) for row in rows] == [
        (0, 0, 0, 0),
        (1, 1, 0, 2),
        (1, 1, 0, 2),
        (0, 0, 0, 2),
        (1, 0, 1, 2),
        (1, 1, 0, 1),
        (0, 0, 0, 1),
    ]


def test_a_cell_names_what_the_posting_said_then() -> None:
    told = [{cell["posting"]: cell["snapshot"] for cell in day.cells} for day in walk(0, 1)]
    assert told == [{"a": "a1", "b": "b1"}, {"a": "a2", "b": "b1"}]


def test_a_late_beginning_knows_what_was_before() -> None:
    assert walk(2, 5) == walk()[3:]


def test_a_crawl_of_before_sightings_were_kept_proves_nothing() -> None:
    past = BoardPast("Old", (CrawlPast(at(0), "complete", None),), ((at(0), "a", "open"),), ())
    (day,) = days(past, date(2026, 3, 2), date(2026, 3, 2))
    assert [cell["evidence"] for cell in day.cells] == ["assumed"]
    assert day.cells[0]["snapshot"] is None
    assert day.row["complete"] == 1


def merged_site(store: Store) -> list[str]:
    """Seven days of three postings: the first two are merged, then the third; then undone."""
    with store.write() as connection:
        board = boards.add(connection, url=LISTING, now=noon(0))
    every = [posting(n) for n in (1, 2, 3)]
    visit(store, board, every, now=noon(0))
    with store.read() as connection:
        ids = [postings.find(connection, str(one.url)).known.id for one in every]
    visit(store, board, every, now=noon(1))
    merge.merge(store, ids[0], ids[1], by="ann", now=noon(1.2))
    visit(store, board, [every[0], every[2]], now=noon(2))
    merge.merge(store, ids[2], ids[0], by="ann", now=noon(3.1))
    visit(store, board, every, now=noon(4))
    merge.undo(store, ids[2], ids[0], by="ann", now=noon(5.1))
    merge.undo(store, ids[0], ids[1], by="ann", now=noon(5.2))
    visit(store, board, every, now=noon(6))
    return ids


def test_what_is_merged_is_one_while_that_stands(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as store:
        one, two, three = merged_site(store)
        with store.read() as connection:
            (board,) = boards.all_boards(connection)
            past = panels.past(connection, board)
            told = list(days(past, noon(0).date(), noon(6).date()))
            then = [
                postings.search(
                    connection, state="open", as_of=noon(day).replace(hour=23, minute=59)
                )
                for day in range(7)
            ]
    cells = [{cell["posting"]: cell["evidence"] for cell in day.cells} for day in told]
    assert [set(day) for day in cells] == [{one.known.id for one in day} for day in then]
    read, assumed = "page_read", "assumed"
    assert cells == [
        {one: read, two: read, three: read},
        {one: read, three: read},
        {one: read, three: read},
        {three: assumed},
        {three: read},
        {one: assumed, two: assumed, three: assumed},
        {one: read, two: read, three: read},
    ]
    assert [day.row["open"] for day in told] == [3, 2, 2, 1, 1, 3, 3]
    assert [[one.parts for one in day] for day in then][4] == [
        (one, two) if one < two else (two, one)
    ]


def test_what_is_seen_of_a_part_on_the_day_of_the_merge_is_seen_of_the_whole(
    tmp_path: Path,
) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as store:
        with store.write() as connection:
            board = boards.add(connection, url=LISTING, now=noon(0))
        visit(store, board, [posting(1), posting(2)], now=noon(0))
        ids = []
        with store.read() as connection:
            ids = [postings.find(connection, str(posting(n).url)).known.id for n in (1, 2)]
        visit(store, board, [posting(2)], now=noon(1))
        merge.merge(store, *ids, by="ann", now=noon(1.1))
        with store.read() as connection:
            (day,) = days(panels.past(connection, board), noon(1).date(), noon(1).date())
    assert [(cell["posting"], cell["evidence"]) for cell in day.cells] == [(ids[0], "page_read")]
