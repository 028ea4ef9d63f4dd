from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from postings.errors import NotFound, UsageError
from postings.model import Observation, Posting, Snapshot
from postings.visits import Policy
from storage import Store, boards, crawls, events, knowledge, postings
from storage.boards import BoardRow
from tests.storage.world import SITE, at, claim, facts, gone, posting, seen, unchanged, visit

EXTRA = (
    "id", "board", "tags", "state", "stale", "unlisted", "still_published", "first_seen",
    "last_seen", "closed_at", "closed_window",
)  # fmt: skip


def titles(store: Store, **asked: object) -> list[str]:
    with store.read() as connection:
        found = postings.search(connection, **asked)  # type: ignore[arg-type]
    return sorted(str(one.known.snapshot.posting.title) for one in found)


def test_a_search_looks_through_what_a_person_reads(store: Store, board: BoardRow) -> None:
    site = [
        posting(
            1, "Gärtnerin 100% (m/w)", text="Pflege <b>Py</b>thons &amp; Palmen", town="Zürich"
        ),
        posting(2, "Snake_Charmer", text="Catch adders"),
    ]
    visit(store, board, site, now=at(0))
    first, second = ["Gärtnerin 100% (m/w)"], ["Snake_Charmer"]

    assert titles(store) == first + second
    for query in ("gärtnerin", "GÄRTNERIN", "Ga\u0308rtnerin", "pythons & palmen", "zürich 100%"):
        assert titles(store, query=query) == first, query
    assert titles(store, query="snake_") == second
    assert titles(store, query="example ag") == first + second
    assert titles(store, query="  ") == first + second
    for query in ("100%m", "snakeXcharmer", "gärtnerin adders", "<b>", "' OR 1=1 --", "\\"):
        assert titles(store, query=query) == [], query


def test_a_search_is_narrowed(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        other = boards.add(connection, url="https://example.net", tags=["it"], now=at(0))
    site = [posting(1), posting(2)]
    visit(store, board, site, now=at(0))
    visit(store, other, [posting(3)], now=at(0))
    visit(store, board, [posting(1)], now=at(1), also=[gone(posting(2), at(1))])

    assert titles(store) == ["Engineer 1", "Engineer 2", "Engineer 3"]
    assert titles(store, state="removed") == ["Engineer 2"]
    assert titles(store, state="open", board="Example") == ["Engineer 1"]
    assert titles(store, tag="it") == ["Engineer 3"]
    assert titles(store, tag="none") == []
    assert len(titles(store, limit=2)) == 2
    with pytest.raises(NotFound):
        titles(store, board="nobody")


def test_a_posting_is_found_by_url_and_id(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1), posting(2)], now=at(0))
    with store.read() as connection:
        one = postings.find(connection, f"{SITE}/jobs/1?utm_source=mail#apply")
        assert one.known.snapshot.posting.title == "Engineer 1"
        assert postings.find(connection, one.known.id[:9].upper()) == one
        assert postings.get(connection, one.known.id) == one
        for ref in (f"{SITE}/jobs/9", "nothing", "", " "):
            with pytest.raises(NotFound, match="`jobdiff postings` lists them"):
                postings.find(connection, ref)
        with pytest.raises(NotFound):
            postings.get(connection, "nothing")


def test_a_posting_is_found_by_every_url_it_was_known_by(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    moved = replace(posting(1), url=f"{SITE}/careers/engineer")
    visit(store, board, [moved], now=at(1))
    with store.read() as connection:
        old = postings.find(connection, f"{SITE}/jobs/1")
        assert postings.find(connection, f"{SITE}/careers/engineer") == old
        assert len(postings.search(connection)) == 1


def test_of_several_postings_at_a_url_the_open_one_is_meant(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        other = boards.add(connection, url="https://example.net", now=at(0))
    visit(store, board, [posting(1)], now=at(0))
    visit(store, other, [posting(1)], now=at(0))
    with store.read() as connection, pytest.raises(UsageError, match="more than one posting"):
        postings.find(connection, f"{SITE}/jobs/1")

    visit(store, other, [posting(2)], now=at(1), also=[gone(posting(1), at(1))])
    with store.read() as connection:
        assert postings.find(connection, f"{SITE}/jobs/1").board.id == board.id


def test_a_line_is_the_contract(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        boards.add(connection, url=board.url, tags=["it"], now=at(0))
    visit(store, board, [posting(1, pay=100000), posting(2)], now=at(0))
    visit(store, board, [posting(2)], now=at(1), also=[gone(posting(1), at(1))])
    with store.read() as connection:
        closed = postings.posting_line(postings.find(connection, f"{SITE}/jobs/1"), at(9))
        still = postings.posting_line(postings.find(connection, f"{SITE}/jobs/2"), at(9))

    assert closed["schema"] == "jobdiff.posting/1"
    assert closed["description_text"] == "Build rockets."
    assert {name: closed[name] for name in EXTRA if name != "id"} == {
        "board": "Example", "tags": ["it"], "state": "removed", "stale": False, "unlisted": False,
        "still_published": False, "first_seen": "2026-03-01T12:00:00Z",
        "last_seen": "2026-03-01T12:00:00Z", "closed_at": "2026-03-02T12:00:00Z",
        "closed_window": {"after": "2026-03-01T12:00:00Z", "before": "2026-03-02T12:00:00Z"},
    }  # fmt: skip
    assert (still["state"], still["stale"], still["closed_window"]) == ("open", True, None)
    assert list(closed) == list(still)


def test_a_history_has_every_snapshot_and_event(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1, pay=100000)], now=at(0))
    visit(store, board, [posting(1, pay=120000)], now=at(1))
    visit(store, board, [posting(2)], now=at(2), also=[gone(posting(1), at(2))])
    visit(store, board, [posting(1, pay=120000), posting(2)], now=at(3))
    with store.read() as connection:
        told = postings.history(connection, postings.find(connection, f"{SITE}/jobs/1").known.id)
        latest = postings.snapshot(connection, told.snapshots[-1].id)
        with pytest.raises(NotFound):
            postings.snapshot(connection, "nothing")
        with pytest.raises(NotFound):
            postings.history(connection, "nothing")

    assert [one.kind for one in told.events] == ["new", "changed", "removed", "reopened"]
    pay = [one.posting.salary.max for one in told.snapshots if one.posting.salary]
    assert pay == [100000, 120000]
    assert told.posting.known.snapshot == latest
    assert (told.posting.closed_window, told.enriched) == (None, frozenset())


def test_counts_tell_every_board(store: Store, board: BoardRow) -> None:
    with store.write() as connection:
        empty = boards.add(connection, url="https://example.net", now=at(0))
    late = posting(3, valid_through="2026-03-02T00:00:00Z")
    visit(store, board, [posting(1), posting(2), late, posting(4)], now=at(0))
    visit(
        store, board, [posting(1), late], now=at(1), also=[gone(posting(2), at(1)), unlisted(4, 1)]
    )
    with store.read() as connection:
        found = postings.counts(connection, at(1))
    assert found[empty.id] == postings.BoardCounts()
    assert found[board.id] == postings.BoardCounts(open=2, unlisted=1, expired=1, removed=1)


def unlisted(number: int, day: float) -> Observation:
    return replace(unchanged(posting(number), at(day)), listed=False)


def test_contents_are_read_many_at_once(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1), posting(2)], now=at(0))
    with store.read() as connection:
        ids = [one.known.id for one in postings.search(connection)]
        found = postings.contents(connection, [*ids, "nothing"])
    assert {one.title for one in found.values()} == {"Engineer 1", "Engineer 2"}


def test_what_a_crawl_knows_is_what_was_kept(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1), posting(2, valid_through="2026-04-01T00:00:00Z")], now=at(0))
    with store.read() as connection:
        known = knowledge.load(connection, board.id)
    assert {one.snapshot.posting.title for one in known} == {"Engineer 1", "Engineer 2"}
    assert all(one.keys[0].startswith("id:") for one in known)
    assert all(one.own_page and one.listed for one in known)


def test_a_stored_snapshot_is_a_snapshot(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    with store.read() as connection:
        kept = knowledge.load(connection, board.id)[0].snapshot
    plain = Snapshot(kept.id, kept.at, posting(1), kept.fingerprint, kept.reader)

    assert (kept == plain, plain == kept) == (True, True)
    assert kept != object()
    assert replace(kept, reader=99).posting == posting(1)
    assert replace(kept, reader=99) != plain
    assert len({kept, replace(kept)}) == 1


def test_a_key_that_became_ambiguous_identifies_no_more(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    one, two = posting(1), replace(posting(2), identifier=posting(1).identifier)
    visit(store, board, [one, two], now=at(1))
    with store.read() as connection:
        unclear = knowledge.ambiguous(connection, board.id)
        known = knowledge.load(connection, board.id)
    assert unclear == {"id:example ag:1"}
    assert len(known) == 2
    assert not any(set(one.keys) & unclear for one in known)

    assert visit(store, board, [one, two], now=at(2)).news == {}


def test_an_unread_posting_that_is_only_listed_stays(store: Store, board: BoardRow) -> None:
    visit(store, board, [posting(1)], now=at(0))
    ticket = claim(store, board, at(1))
    crawls.stage(store, ticket, [replace(seen(posting(1), at(1)), posting=None, asked=False)])
    result = crawls.settle(store, ticket, facts(ticket, at(1), 1), Policy(), at(1))

    assert (result.outcome, result.postings, result.news) == ("complete", 1, {})
    with store.read() as connection:
        assert len(events.log(connection)) == 1


def test_reposts_and_date_bumps_are_kept(store: Store, board: BoardRow) -> None:
    def dated(number: int, day: int, **changes: Any) -> Posting:
        return replace(posting(number), date_posted=f"2026-02-{day:02}", **changes)

    visit(store, board, [dated(1, 1), posting(2)], now=at(0))
    visit(store, board, [dated(1, 9), posting(2)], now=at(1))
    visit(store, board, [posting(2)], now=at(2), also=[gone(posting(1), at(2))])
    again = dated(7, 20, title="Engineer 1")
    visit(store, board, [posting(2), again], now=at(8))

    with store.read() as connection:
        first, second = (postings.find(connection, f"{SITE}/jobs/{number}") for number in (1, 7))
        lines = [postings.posting_line(one, at(10)) for one in (first, second)]
        keys = postings.history(connection, first.known.id).keys
    facts = ("age", "reposted", "repost_of", "date_bumps")
    assert [[line[name] for name in facts] for line in lines] == [
        [30, 0, None, 1],
        [19, 1, first.known.id, 0],
    ]
    assert lines[0]["group"] == lines[1]["group"] is not None
    assert {key.since for key in keys} == {at(0)}
