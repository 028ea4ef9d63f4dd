"""Carries out what a backfill decides: past observations become history, a day at a time."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert

from postings.backfill import backfill
from postings.identity import keys_of
from postings.model import Observation, Posting, Verdict
from postings.visits import Board, Policy
from storage import boards, knowledge, settling
from storage.boards import BoardRow
from storage.schema import crawls
from storage.store import Store


@dataclass(frozen=True)
class Past:
    """A posting as it was seen at a time in the past; ``alone``: its page has no other."""

    url: str
    at: datetime
    posting: Posting
    alone: bool = True


@dataclass(frozen=True)
class Imported:
    """What an import came to: observations, how many told nothing new, postings and snapshots."""

    observations: int = 0
    known: int = 0
    postings: int = 0
    snapshots: int = 0


def absorb(
    store: Store, board: BoardRow, past: Iterable[Past], policy: Policy, today: datetime
) -> Imported:
    """Add past observations to a board's history: all its events are baseline, nobody is told.

    They go in by their time, each day in a transaction of its own, so that an import that is
    killed goes on where it stopped when it is run again.
    """
    done = Imported()
    for batch in _batches(past):
        with store.write() as connection:
            done = _added(done, _absorb_batch(connection, board.id, batch, policy, today))
    return done


def _absorb_batch(
    connection: Connection,
    board_id: str,
    batch: Sequence[Observation],
    policy: Policy,
    today: datetime,
) -> Imported:
    row = boards.get(connection, board_id)
    before = knowledge.load(connection, board_id)
    asked = Board(
        id=row.url,
        last_complete_at=row.last_complete_at,
        ambiguous=knowledge.ambiguous(connection, board_id),
    )
    name = _name(board_id, batch)
    result = backfill(asked, before, batch, policy, batch=name, today=today)
    verdict = result.verdict
    now = max(one.at for one in batch)
    if verdict.updates:
        settling.carry_out(connection, board_id, knowledge.by_id(before), verdict, now)
    if any(one.snapshot_added for one in verdict.updates):
        connection.execute(insert(crawls).values(**_crawl(name, board_id, batch, verdict)))
    return Imported(
        observations=len(batch),
        known=result.known,
        postings=sum(one.created for one in verdict.updates),
        snapshots=sum(one.snapshot_added for one in verdict.updates),
    )


def _batches(past: Iterable[Past]) -> Iterator[list[Observation]]:
    """Observations by their time: of one day, and no page twice in one batch."""
    told = sorted(past, key=lambda one: (one.at, one.url))
    together = Counter((one.at, one.url) for one in told)
    batch: dict[tuple[str, tuple[str, ...]], Observation] = {}
    day: date | None = None
    for one in told:
        alone = one.alone and together[one.at, one.url] == 1
        keys = keys_of(one.posting, url=one.url, alone=alone)
        place = (one.url, keys)
        if batch and (one.at.date() != day or place in batch):
            yield list(batch.values())
            batch = {}
        day = one.at.date()
        batch[place] = Observation(one.url, one.at, "changed", keys=keys, posting=one.posting)
    if batch:
        yield list(batch.values())


def _name(board_id: str, batch: Sequence[Observation]) -> str:
    """A name that the same batch of the same board always has, in the shape of a crawl's id."""
    told = "\x1f".join([board_id, *(f"{one.at.isoformat()} {one.url}" for one in batch)])
    digest = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"import:{digest[:29]}"


def _crawl(
    name: str, board_id: str, batch: Sequence[Observation], verdict: Verdict
) -> dict[str, object]:
    first, last = min(one.at for one in batch), max(one.at for one in batch)
    return {
        "id": name,
        "board_id": board_id,
        "attempt": 1,
        "owner": "import",
        "started_at": first,
        "lease_until": last,
        "finished_at": last,
        "takeover": False,
        "baseline": True,
        "outcome": "partial",
        "reason": "imported: what was seen then, and no more",
        "seconds": 0.0,
        "requests": 0,
        "not_modified": 0,
        "bytes": 0,
        "counts": {"postings": len(batch), "new": sum(one.created for one in verdict.updates)},
    }


def _added(one: Imported, other: Imported) -> Imported:
    return Imported(*(a + b for a, b in zip(_values(one), _values(other), strict=True)))


def _values(one: Imported) -> tuple[int, int, int, int]:
    return (one.observations, one.known, one.postings, one.snapshots)
