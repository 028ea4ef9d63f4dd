"""The past as it was known: what a search said then, it says again when asked for then."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from postings.model import Policy
from storage import Store, boards, crawls, postings
from storage.boards import BoardRow
from tests.storage.world import SITE, at, gone, posting, visit

DEADLINES = (None, "2026-03-03T18:00:00Z", "2026-03-05T06:00:00Z", "2026-04-01T00:00:00Z")
NUMBERS = st.integers(1, 5)


@dataclass(frozen=True)
class Day:
    """What the site shows at a crawl: number → (pay, deadline); and whether a sweep follows."""

    shown: dict[int, tuple[int, int]]
    sweep: bool


DAYS = st.lists(
    st.builds(
        Day,
        st.dictionaries(NUMBERS, st.tuples(st.integers(1, 3), st.integers(0, 3)), max_size=5),
        st.booleans(),
    ),
    min_size=1,
    max_size=7,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    place: Path = tmp_path_factory.mktemp("as_of") / "jobs.db"
    with Store.open(f"sqlite:///{place}") as store:
        yield store


_NUMBER = itertools.count()


def told(store: Store, board: BoardRow, **asked: Any) -> dict[str, tuple[Any, ...]]:
    with store.read() as connection:
        found = postings.search(connection, board=board.id, **asked)
    return {
        one.known.id: (
            one.known.state,
            one.known.snapshot,
            one.known.first_seen,
            one.known.closed_at,
            one.closed_window,
        )
        for one in found
    }


def live(store: Store, board: BoardRow, days: list[Day]) -> list[tuple[datetime, dict[str, Any]]]:
    """Let the days pass; what a search said after each crawl and sweep."""
    diary: list[tuple[datetime, dict[str, Any]]] = [(at(-1), {})]
    for number, day in enumerate(days):
        site = [
            posting(one, pay=pay * 1000, valid_through=DEADLINES[deadline])
            for one, (pay, deadline) in day.shown.items()
        ]
        missing = [gone(posting(one), at(number)) for one in range(1, 6) if one not in day.shown]
        visit(store, board, site, now=at(number), also=missing)
        diary.append((at(number), told(store, board)))
        if day.sweep:
            crawls.sweep(store, Policy(), at(number + 0.5), board.id)
            diary.append((at(number + 0.5), told(store, board)))
    return diary


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(DAYS)
@example(
    [
        Day({3: (1, 1)}, False),
        Day({3: (1, 1)}, False),
        Day({3: (1, 1)}, True),
        Day({}, False),
        Day({3: (1, 3)}, True),
        Day({}, False),
    ]
)
def test_the_past_is_told_as_it_was_known(shared: Store, days: list[Day]) -> None:
    with shared.write() as connection:
        board = boards.add(connection, url=f"{SITE}/{next(_NUMBER)}", now=at(-1))
    for moment, known in live(shared, board, days):
        for asked in (moment, moment + timedelta(hours=5)):
            assert told(shared, board, as_of=asked) == known
        for state in ("open", "expired", "removed"):
            then = {id_: one for id_, one in known.items() if one[0] == state}
            assert told(shared, board, as_of=moment, state=state) == then


def test_the_words_of_the_past_are_searched(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1, text="Build rockets")], now=at(0))
    visit(store, board, [posting(1, text="Build bridges")], now=at(1))

    assert len(told(store, board, query="bridges")) == 1
    assert len(told(store, board, query="rockets")) == 0
    assert len(told(store, board, query="rockets", as_of=at(0.5))) == 1
    assert len(told(store, board, query="bridges", as_of=at(0.5))) == 0


def test_the_past_does_not_know_when_a_posting_was_seen_later(
    store: Store, board: BoardRow
) -> None:
    for day in (0, 1, 9):
        visit(store, board, [posting(1)], now=at(day))
    with store.read() as connection:
        (then,) = postings.search(connection, as_of=at(5))
        (now,) = postings.search(connection, as_of=at(9))
        line = postings.posting_line(then, at(5))
    assert at(0) <= then.known.last_seen <= at(5)
    assert now.known.last_seen == at(9)
    assert line["stale"] is True


def test_a_past_before_the_first_crawl_is_empty(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    assert told(store, board, as_of=at(0) - timedelta(microseconds=1)) == {}
    assert len(told(store, board, as_of=at(0))) == 1
