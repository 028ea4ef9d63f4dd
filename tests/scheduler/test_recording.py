"""What is as it was is told in few bytes, and comes to the same."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler.ports import Item, KnownPosting
from postings.model import Observation, Posting
from postings.visits import Policy
from scheduler.memory import remember
from scheduler.recording import _by_first_key, condensed
from storage import Store, boards, crawls, events, repeated
from storage.boards import BoardRow
from storage.pages import Checked, PageRecord
from storage.repeated import Repeated
from storage.results import CrawlResult
from storage.schema import pages, postings
from storage.staging import Item as Staged
from tests.storage.world import at, claim, facts, gone, posting, seen, unchanged

MANY = 70
CRAWLS = 14


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    with (
        Store.open(f"sqlite:///{tmp_path / 'plain.db'}") as plain,
        Store.open(f"sqlite:///{tmp_path / 'condensed.db'}") as other,
    ):
        yield plain, other


def listed(one: Posting, day: float) -> Observation:
    return Observation(
        str(one.url),
        at(day),
        "unchanged",
        listed=True,
        asked=False,
        keys=unchanged(one, at(day)).keys,
    )


def page(one: Posting, day: float, tag: str) -> PageRecord:
    return PageRecord(
        url=str(one.url), role="detail", checked_at=at(day), changed_at=at(0), etag=tag
    )


def board_of(store: Store) -> BoardRow:
    with store.write() as connection:
        return boards.add(connection, url="https://example.org/careers", name="Example", now=at(0))


def crawled(
    store: Store, board: BoardRow, items: Sequence[Item], day: float, *, condense: bool
) -> tuple[CrawlResult, list[Staged]]:
    """One crawl that saw ``items``, and what was staged of them."""
    ticket = claim(store, board, at(day))
    memory = remember(store, board.id, at(day))
    kept: list[Staged] = list(items)
    if condense:
        kept = condensed(items, _by_first_key(memory.known()), memory.pages)
    crawls.stage(store, ticket, kept)
    told = facts(ticket, at(day), sum(isinstance(one, Observation) for one in items))
    return crawls.settle(store, ticket, told, Policy(), at(day)), kept


def story(chance: random.Random) -> Iterator[list[Item]]:
    """What each crawl of a restless board sees."""
    pay = dict.fromkeys(range(MANY), 100.0)
    here = set(range(MANY))
    yield [seen(posting(n, pay=pay[n]), at(0)) for n in sorted(here)]
    for day in range(1, CRAWLS):
        items: list[Item] = []
        for n in sorted(here):
            one = posting(n, pay=pay[n], valid_through="2026-03-09" if n % 9 == 0 else None)
            items.extend(_sight(one, n, day, chance, pay, here))
        for n in range(chance.randint(0, 2)):
            here.add(MANY + 10 * day + n)
            pay[MANY + 10 * day + n] = 100.0
            items.append(seen(posting(MANY + 10 * day + n, pay=100.0), at(day)))
        yield items


def _sight(
    one: Posting, n: int, day: int, chance: random.Random, pay: dict[int, float], here: set[int]
) -> Iterator[Item]:
    dice = chance.random()
    if dice < 0.02:
        here.discard(n)
        yield gone(one, at(day))
    elif dice < 0.04:
        return
    elif dice < 0.09:
        pay[n] += 10
        yield seen(posting(n, pay=pay[n]), at(day))
    elif dice < 0.11:
        yield seen(posting(n, pay=pay[n], title="Engineer of all"), at(day))
    elif dice < 0.4:
        yield unchanged(one, at(day))
        yield page(one, day, "same" if dice < 0.38 else f"tag {day}")
    else:
        yield listed(one, day)


def told(store: Store, result: CrawlResult) -> dict[str, Any]:
    """All that a crawl left behind, without the ids that are made of the crawl's own."""
    with store.read() as connection:
        rows = connection.execute(select(postings)).mappings().all()
        kept = connection.execute(select(pages)).mappings().all()
        log = events.log(connection)
    names = {row["id"]: row["url"] for row in rows}
    hidden = {"id", "board_id", "snapshot_id", "unlooked", "repost_of"}
    return {
        "postings": sorted(
            str({name: value for name, value in row.items() if name not in hidden}) for row in rows
        ),
        "pages": sorted((row["url"], row["etag"], row["checked_at"]) for row in kept),
        "events": [
            (one.kind, names[one.posting["id"]], one.detected_at, one.baseline, str(one.changes))
            for one in log
        ],
        "result": (result.outcome, result.reason, result.postings, result.problems, result.news),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_told_in_few_bytes_comes_to_the_same(two: tuple[Store, Store], seed: int) -> None:
    plain, other = two
    board = (board_of(plain), board_of(other))
    saved = 0
    for day, items in enumerate(story(random.Random(seed))):
        result, _ = crawled(plain, board[0], items, day, condense=False)
        again, kept = crawled(other, board[1], items, day, condense=True)
        assert told(plain, result) == told(other, again), f"seed {seed}, day {day}"
        saved += len(items) - len(kept)
    assert saved > MANY * CRAWLS / 3


def test_a_mass_that_goes_is_weighed_against_all_that_stay(two: tuple[Store, Store]) -> None:
    """Six of seventy are no mass, although the other sixty-four are only counted."""
    plain, other = two
    board = (board_of(plain), board_of(other))
    everything = [posting(n) for n in range(MANY)]
    for day, items in enumerate(
        (
            [seen(one, at(0)) for one in everything],
            [listed(one, 1) for one in everything[6:]]
            + [gone(one, at(1)) for one in everything[:6]],
        )
    ):
        result, _ = crawled(plain, board[0], items, day, condense=False)
        again, kept = crawled(other, board[1], items, day, condense=True)
        assert told(plain, result) == told(other, again)
    assert (again.outcome, again.news["removed"], len(kept)) == ("complete", 6, 7)


def test_a_deadline_that_stands_still_after_it_slid_is_told(two: tuple[Store, Store]) -> None:
    plain, other = two
    board = (board_of(plain), board_of(other))
    rest = [posting(n) for n in range(1, MANY)]
    slid = [posting(0, valid_through=f"2026-04-0{day}") for day in (1, 2)]
    days: list[tuple[int, list[Item]]] = [
        (0, [seen(one, at(0)) for one in (slid[0], *rest)]),
        (1, [seen(slid[1], at(1)), *(listed(one, 1) for one in rest)]),
        (
            5,
            [
                item
                for one in (slid[1], *rest)
                for item in (unchanged(one, at(5)), page(one, 5, "same"))
            ],
        ),
    ]
    for day, items in days:
        result, _ = crawled(plain, board[0], items, day, condense=False)
        again, _ = crawled(other, board[1], items, day, condense=True)
        assert told(plain, result) == told(other, again)
    assert again.news == {"changed": 1}


def test_what_is_kept_of_a_board_that_did_not_change(two: tuple[Store, Store]) -> None:
    store, _ = two
    board = board_of(store)
    everything = [posting(n) for n in range(MANY)]
    first = [item for one in everything for item in (seen(one, at(0)), page(one, 0, "same"))]
    crawled(store, board, first, 0, condense=True)
    half = everything[: MANY // 2]
    again: list[Item] = [listed(one, 1) for one in everything[MANY // 2 :]]
    again += [item for one in half for item in (unchanged(one, at(1)), page(one, 1, "same"))]
    _, kept = crawled(store, board, again, 1, condense=True)
    by_kind = {type(one) for one in kept}
    assert (len(kept), by_kind) == (3, {Repeated, Checked})


@pytest.mark.parametrize(
    "known",
    [
        KnownPosting("a", "u", state="removed", keys=("url:u",)),
        KnownPosting("a", "u", listed=False, keys=("url:u",)),
        KnownPosting("a", "u", asked_due=True, keys=("url:u",)),
        KnownPosting("a", "u", keys=("content:1",)),
        KnownPosting("a", "u", keys=()),
    ],
)
def test_what_is_in_question_is_told_in_full(known: KnownPosting) -> None:
    one = Observation("u", at(0), "unchanged", listed=True, asked=False, keys=known.keys)
    assert condensed([one], _by_first_key([known]), {}) == [one]


def test_a_key_of_two_postings_names_neither() -> None:
    known = [KnownPosting(name, "u", keys=("url:u",)) for name in "ab"]
    one = Observation("u", at(0), "unchanged", listed=True, asked=False, keys=("url:u",))
    assert condensed([one], _by_first_key(known[:1]), {}) == [Repeated(at(0), ("a",))]
    assert condensed([one], _by_first_key(known), {}) == [one]


def test_few_postings_are_settled_in_full(two: tuple[Store, Store]) -> None:
    store, _ = two
    board = board_of(store)
    few = [posting(n) for n in range(repeated.FROM - 1)]
    crawled(store, board, [seen(one, at(0)) for one in few], 0, condense=True)
    again, kept = crawled(store, board, [listed(one, 1) for one in few], 1, condense=True)
    assert (len(kept), again.postings, again.outcome) == (1, len(few), "complete")
