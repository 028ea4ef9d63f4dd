"""Two postings become one job by a person's word, and two again; the log only grows."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from postings.errors import UsageError
from postings.model import Identifier, Posting
from storage import Store, boards, events, knowledge, merge, merges, postings
from storage.boards import BoardRow
from storage.postings import PostingRow
from tests.storage.world import SITE, at, gone, posting, visit

TABLES = ("postings", "posting_keys", "ambiguous_keys", "snapshots")


def moved(number: int, title: str = "Lead engineer") -> Posting:
    """Another number, title and address: nothing tells that it is the same job."""
    return replace(posting(number, title), identifier=Identifier("Example AG", f"N-{number}"))


def rows(store: Store, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
    path = str(store.place)
    with closing(sqlite3.connect(path)) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall()
            for name in tables
        }


def found(store: Store, board: BoardRow, **asked: Any) -> list[PostingRow]:
    with store.read() as connection:
        return postings.search(connection, board=board.id, **asked)


def log(store: Store) -> list[dict[str, Any]]:
    with store.read() as connection:
        return [one.json() for one in events.log(connection, baseline=False)]


def id_of(store: Store, url: str) -> str:
    with store.read() as connection:
        return postings.find(connection, url).known.id


@pytest.fixture
def wrong(store: Store, board: BoardRow) -> tuple[str, str]:
    """A posting that moved under another name: told as one removed and one new."""
    visit(store, board, [posting(1), posting(2)], now=at(0))
    visit(store, board, [posting(2), moved(9)], now=at(1), also=[gone(posting(1), at(1))])
    assert sorted(one["kind"] for one in log(store)) == ["new", "removed"]
    return id_of(store, f"{SITE}/jobs/1"), id_of(store, f"{SITE}/jobs/9")


def test_what_was_wrongly_told_is_retracted_and_nothing_reopens(
    store: Store, board: BoardRow, wrong: tuple[str, str]
) -> None:
    before = log(store)
    done = merge.merge(store, *wrong, by="ann", now=at(2))
    assert (done.kept, done.folded) == (wrong[1], wrong[0])
    told = log(store)
    assert told[:2] == before
    assert [(one["kind"], one["posting"]["id"]) for one in told[2:]] == [("changed", wrong[1])] * 2
    retracted = {one["id"]: one["kind"] for one in before}
    assert {retracted[one["retracts"]] for one in told[2:]} == {"new", "removed"}
    removal = next(one for one in told[2:] if retracted[one["retracts"]] == "removed")
    assert [change["field"] for change in removal["changes"]] == ["title", "identifier.value"]
    assert [piece["kind"] for piece in removal["evidence"]] == ["merged"]
    assert "ann" in removal["evidence"][0]["detail"]


def test_the_posting_that_stays_has_the_past_of_both(
    store: Store, board: BoardRow, wrong: tuple[str, str]
) -> None:
    merge.merge(store, *wrong, by="ann", now=at(2))
    assert {one.known.id for one in found(store, board)} == {
        wrong[1],
        id_of(store, f"{SITE}/jobs/2"),
    }
    with store.read() as connection:
        for name in (wrong[0], wrong[0][:10], f"{SITE}/jobs/1", f"{SITE}/jobs/9"):
            assert postings.find(connection, name).known.id == wrong[1]
        told = postings.history(connection, wrong[1])
        counted = postings.counts(connection, at(2))[board.id]
    assert told.posting.known.first_seen == at(0)
    assert [one.posting.title for one in told.snapshots] == ["Engineer 1", "Lead engineer"]
    assert sorted(one.kind for one in told.events) == ["changed"] * 2 + ["new"] * 2 + ["removed"]
    assert [(one.kept, one.folded) for one in told.merges] == [(wrong[1], wrong[0])]
    assert (counted.open, counted.removed) == (2, 0)


def test_its_former_address_speaks_of_the_one_that_stays(
    store: Store, board: BoardRow, wrong: tuple[str, str]
) -> None:
    merge.merge(store, *wrong, by="ann", now=at(2))
    count = len(log(store))
    visit(store, board, [posting(1), posting(2)], now=at(3))
    assert [one["kind"] for one in log(store)[count:]] == ["changed"]
    assert len(found(store, board)) == 2


def test_a_merge_is_undone_exactly(store: Store, board: BoardRow, wrong: tuple[str, str]) -> None:
    before = rows(store, *TABLES)
    seen = found(store, board)
    done = merge.merge(store, *wrong, by="ann", now=at(2))
    undone = merge.undo(store, *wrong, by="bob", now=at(3))
    assert rows(store, *TABLES) == before
    assert found(store, board) == seen
    assert (undone.kept, undone.folded) == (done.kept, done.folded)

    told = log(store)
    kinds = [(one["kind"], one["retracts"] is not None) for one in told]
    assert kinds == [*kinds[:2], *[("changed", True)] * 4]
    assert [one["retracts"] for one in told[4:]] == [one["id"] for one in told[2:4]]
    with store.read() as connection:
        assert postings.find(connection, f"{SITE}/jobs/1").known.id == wrong[0]
        (row,) = postings.history(connection, wrong[0]).merges
    assert row.undone_at == at(3)


def test_undone_they_are_told_apart_by_the_next_crawl(
    store: Store, board: BoardRow, wrong: tuple[str, str]
) -> None:
    merge.merge(store, *wrong, by="ann", now=at(2))
    merge.undo(store, *wrong, by="ann", now=at(3))
    count = len(log(store))
    visit(store, board, [posting(1), posting(2), moved(9)], now=at(4))
    assert [one["kind"] for one in log(store)[count:]] == ["reopened"]


def test_an_address_that_was_met_while_merged_goes_to_whom_it_belongs(
    store: Store, board: BoardRow
) -> None:
    one, other = posting(1), moved(9)
    visit(store, board, [one, other], now=at(0))
    first, second = id_of(store, f"{SITE}/jobs/1"), id_of(store, f"{SITE}/jobs/9")
    merge.merge(store, first, second, by="ann", now=at(1))
    elsewhere = replace(other, url=f"{SITE}/jobs/9-lead")
    visit(store, board, [one, elsewhere], now=at(2))
    assert id_of(store, f"{SITE}/jobs/9-lead") == first
    merge.undo(store, first, second, by="ann", now=at(3))
    visit(store, board, [one, elsewhere], now=at(4))
    assert id_of(store, f"{SITE}/jobs/9-lead") == second
    assert {row.known.state for row in found(store, board)} == {"open"}
    assert {one["kind"] for one in log(store)} <= {"changed"}


def test_a_merge_may_be_made_again_after_it_was_undone(
    store: Store, board: BoardRow, wrong: tuple[str, str]
) -> None:
    for day in (2, 4):
        merge.merge(store, *wrong, by="ann", now=at(day))
        assert len(found(store, board)) == 2
        merge.undo(store, wrong[1][:12], f"{SITE}/jobs/1", by="ann", now=at(day + 1))
        assert len(found(store, board)) == 3


def test_the_past_before_a_merge_does_not_know_of_it(
    store: Store, board: BoardRow, wrong: tuple[str, str]
) -> None:
    merge.merge(store, *wrong, by="ann", now=at(2))
    merge.undo(store, *wrong, by="ann", now=at(4))
    counts = {
        day: sorted(one.known.state for one in found(store, board, as_of=at(day)))
        for day in (1.5, 2, 3, 4, 5)
    }
    both, one = ["open", "open", "removed"], ["open", "open"]
    assert counts == {1.5: both, 2: one, 3: one, 4: both, 5: both}


def test_two_addresses_of_one_open_job_become_one_that_stays_open(
    store: Store, board: BoardRow
) -> None:
    visit(store, board, [posting(1)], now=at(0))
    visit(store, board, [posting(1), moved(9)], now=at(1))
    first, second = id_of(store, f"{SITE}/jobs/1"), id_of(store, f"{SITE}/jobs/9")
    done = merge.merge(store, first, second, by="ann", now=at(2))
    assert (done.kept, len(done.retracted)) == (first, 1)
    visit(store, board, [moved(9)], now=at(3), also=[gone(posting(1), at(3))])
    (only,) = found(store, board)
    assert (only.known.id, only.known.state) == (first, "open")
    assert "removed" not in {one["kind"] for one in log(store)}


def test_a_true_gap_stays_a_gap(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1), posting(2)], now=at(0))
    visit(store, board, [posting(2)], now=at(1), also=[gone(posting(1), at(1))])
    visit(store, board, [posting(2), moved(9)], now=at(20))
    first, second = id_of(store, f"{SITE}/jobs/1"), id_of(store, f"{SITE}/jobs/9")
    merge.merge(store, first, second, by="ann", now=at(21))
    (told,) = [one for one in log(store) if one["retracts"]]
    kinds = {one["id"]: one["kind"] for one in log(store)}
    assert kinds[told["retracts"]] == "new"


def test_merges_of_merges_hold_together(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1), posting(2), posting(3)], now=at(0))
    one, two, three = (id_of(store, f"{SITE}/jobs/{number}") for number in (1, 2, 3))
    merge.merge(store, one, two, by="ann", now=at(1))
    done = merge.merge(store, three, two, by="ann", now=at(2))
    assert (done.kept, done.folded) == (three, one)
    with store.read() as connection:
        (known,) = knowledge.load(connection, board.id)
        (only,) = postings.search(connection)
    assert set(known.keys) == set(only.known.keys)
    assert sum(key.startswith("url:") for key in known.keys) == 3
    merge.undo(store, three, one, by="ann", now=at(3))
    assert {row.known.id for row in found(store, board)} == {three, one}
    with pytest.raises(UsageError, match="not merged with each other"):
        merge.undo(store, three, two, by="ann", now=at(4))


def test_what_cannot_be_merged_says_why(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        other = boards.add(connection, url="https://other.example/jobs", now=at(0))
    visit(store, board, [posting(1)], now=at(0))
    visit(store, other, [replace(posting(1), url="https://other.example/jobs/1")], now=at(0))
    here, there = (found(store, one)[0].known.id for one in (board, other))
    with pytest.raises(UsageError, match="two boards"):
        merge.merge(store, here, there, by="ann", now=at(1))
    with pytest.raises(UsageError, match="already"):
        merge.merge(store, here, here, by="ann", now=at(1))
    for one, two in ((here, there), ("", " ")):
        with pytest.raises(UsageError, match="not merged"):
            merge.undo(store, one, two, by="ann", now=at(1))


def test_a_name_that_means_several_merges_undoes_none(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(number) for number in range(1, 40)], now=at(0))
    ids = [row.known.id for row in found(store, board)]
    ((frequent, _),) = Counter(id_[0] for id_ in ids).most_common(1)
    first, *others = [id_ for id_ in ids if id_[0] == frequent]
    assert len(others) > 1, "39 ids begin with 16 letters, so three of them with the same one"
    for other in others[:2]:
        merge.merge(store, first, other, by="ann", now=at(1))
    with pytest.raises(UsageError, match="more than one merge"):
        merge.undo(store, first, first[0], by="ann", now=at(2))
    merge.undo(store, first, others[0], by="ann", now=at(2))
    with store.read() as connection:
        assert [row.folded for row in merges.standing(connection)] == [others[1]]


def test_a_board_with_merges_can_be_purged(
    store: Store, board: BoardRow, wrong: tuple[str, str]
) -> None:
    merge.merge(store, *wrong, by="ann", now=at(2))
    with store.write() as connection:
        boards.remove(connection, board.id, purge=True)
    assert rows(store, "merges", "postings") == {"merges": [], "postings": []}


def test_a_store_of_merges_opens_again(
    store: Store, store_url: str, board: BoardRow, wrong: tuple[str, str], tmp_path: Path
) -> None:
    merge.merge(store, *wrong, by="ann", now=at(2))
    shown = found(store, board)
    with Store.open(store_url) as again:
        assert found(again, board) == shown
