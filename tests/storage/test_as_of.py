"""The past as it was known: what a search said then, it says again when asked for then."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from postings.visits import Policy
from storage import Store, boards, crawls, events, merge, merges, postings, statistics
from storage.boards import BoardRow
from tests.storage.world import SITE, at, gone, posting, visit

DEADLINES = (None, "2026-03-03T18:00:00Z", "2026-03-05T06:00:00Z", "2026-04-01T00:00:00Z")
NUMBERS = st.integers(1, 5)


@dataclass(frozen=True)
class Day:
    """What the site shows at a crawl: number → (pay, deadline); and whether a sweep follows.

    ``word``: then somebody says that two of the postings are one job, or takes the last such word
    back where there is one.
    """

    shown: dict[int, tuple[int, int]]
    sweep: bool
    word: tuple[int, int] | None = None


DAYS = st.lists(
    st.builds(
        Day,
        st.dictionaries(NUMBERS, st.tuples(st.integers(1, 3), st.integers(0, 3)), max_size=5),
        st.booleans(),
        st.none() | st.tuples(st.integers(0, 4), st.integers(0, 4)),
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
        if day.word is not None:
            give(store, board, day.word, at(number + 0.7))
            diary.append((at(number + 0.7), told(store, board)))
    return diary


def give(store: Store, board: BoardRow, word: tuple[int, int], now: datetime) -> None:
    """Merge two of the postings, or undo the last merge that stands."""
    with store.read() as connection:
        standing = merges.standing(connection, board.id)
    known = sorted(told(store, board))
    one, other = (known[number % len(known)] if known else "" for number in word)
    if standing:
        merge.undo(store, standing[-1].kept, standing[-1].folded, by="ann", now=now)
    elif one != other:
        merge.merge(store, one, other, by="ann", now=now)


@settings(max_examples=20, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
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
        for asked in (moment, moment + timedelta(hours=4)):
            assert told(shared, board, as_of=asked) == known
        for state in ("open", "expired", "removed"):
            then = {id_: one for id_, one in known.items() if one[0] == state}
            assert told(shared, board, as_of=moment, state=state) == then
        assert balance(shared, board, moment) == sum(one[0] == "open" for one in known.values())


def balance(store: Store, board: BoardRow, now: datetime) -> int:
    """How many are open by counting what opened and closed."""
    with store.read() as connection:
        turns = statistics.turns(connection, board=board.id)
    assert [turn.at for turn in turns] == sorted(turn.at for turn in turns)
    return sum(1 if turn.opened else -1 for turn in turns if turn.at <= now)


def replayed(lines: list[dict[str, Any]], now: datetime) -> dict[str, str]:
    """The state of each posting by the log alone, as any reader of it would tell it."""
    states: dict[str, str] = {}
    for line in lines:
        if datetime.fromisoformat(line["detected_at"]) > now:
            break
        posting, kind = line["posting"], line["kind"]
        if kind == "new":
            ends = posting["valid_through"]
            late = ends and datetime.fromisoformat(ends) <= datetime.fromisoformat(
                line["detected_at"]
            )
            states[posting["id"]] = "expired" if late else "open"
        elif kind in ("expired", "removed"):
            states[posting["id"]] = kind
        elif kind == "reopened" or line["retracts"]:
            states[posting["id"]] = "open"
    return states


def pay_then(lines: list[dict[str, Any]], now: datetime) -> dict[str, float]:
    """What each posting paid by the log alone: what was first told, and every change since."""
    pays: dict[str, float] = {}
    for line in lines:
        if datetime.fromisoformat(line["detected_at"]) > now:
            break
        if line["kind"] == "new":
            pays[line["posting"]["id"]] = line["posting"]["salary"]["max"]
        for change in line["changes"]:
            if change["field"] == "salary.max":
                assert pays[line["posting"]["id"]] == change["before"]
                pays[line["posting"]["id"]] = change["after"]
    return pays


@settings(max_examples=10, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(DAYS)
def test_the_past_is_what_the_log_tells(shared: Store, days: list[Day]) -> None:
    with shared.write() as connection:
        board = boards.add(connection, url=f"{SITE}/{next(_NUMBER)}", now=at(-1))
    live(shared, board, [replace(day, word=None) for day in days])
    with shared.read() as connection:
        lines = [one.json() for one in events.log(connection, board=board.id)]
    for half in range(-1, 2 * len(days) + 2):
        moment = at(half / 2)
        then = told(shared, board, as_of=moment)
        assert {id_: one[0] for id_, one in then.items()} == replayed(lines, moment)
        pays = pay_then(lines, moment)
        for id_, one in then.items():
            if one[0] == "open":
                assert one[1].posting.salary.max == pays[id_]


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
