"""Observations of the past, from one's own files: history, and never news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from postings.lifecycle import settle
from postings.matching import Sighting, match
from postings.model import Evidence, Known, Observation, Update, Verdict
from postings.transitions import Moment, Move, close, lapse
from postings.visits import Board, Crawl, Policy


@dataclass(frozen=True)
class Backfill:
    """What a batch of past observations comes to; ``known`` of them told nothing that is new."""

    verdict: Verdict
    known: int


def backfill(
    board: Board,
    known: Sequence[Known],
    observations: Sequence[Observation],
    policy: Policy,
    *,
    batch: str,
    today: datetime,
) -> Backfill:
    """Decide what observations of one moment in the past add to what is known.

    What a posting was last seen as stays; an older observation of it only tells that it was there
    before. A posting that nothing saw since is closed: by its deadline, or by the next complete
    crawl, which would have seen it. All of it is baseline.

    Args:
        board: the board; ``last_complete_at`` is the end of its last complete crawl.
        known: all its postings.
        observations: of one moment, or of a short time; at least one.
        policy: the times and shares of the rules.
        batch: names the batch: the same one gives the same ids.
        today: by which deadlines have passed.
    """
    now = max(one.at for one in observations)
    matched = match(known, observations, board.ambiguous)
    older = [one for one in matched.known if one.known and _is_older(one, one.known)]
    told = {id(seen) for one in older for seen in one.observations}
    fresh = [one for one in observations if id(one) not in told]
    past = replace(board, baseline=True, last_complete_at=None)
    crawl = Crawl(batch, board.id, now, takeover=True)
    verdict = settle(past, known, fresh, crawl, policy, now)
    end = _End(board, Moment(batch, today, baseline=True))
    moves = [_ended(one, end) for one in verdict.updates]
    earlier = [_seen_before(one) for one in older]
    verdict = replace(
        verdict,
        updates=(*(move.update for move in moves), *(one for one in earlier if one)),
        events=(*verdict.events, *(event for move in moves for event in move.events)),
    )
    return Backfill(verdict, len(told))


@dataclass(frozen=True)
class _End:
    """What is known of the time since: the board's complete crawls, and which day it is."""

    board: Board
    today: Moment


def _is_older(sighting: Sighting, known: Known) -> bool:
    return all(one.at <= known.last_seen for one in sighting.observations)


def _seen_before(sighting: Sighting) -> Update | None:
    """The posting, first seen earlier than was known; None where that is known."""
    first = min(one.at for one in sighting.observations)
    if sighting.known is None or first >= sighting.known.first_seen:
        return None
    return Update(replace(sighting.known, first_seen=first))


def _ended(update: Update, end: _End) -> Move:
    """A posting that no crawl has seen since, closed by what came first."""
    known, complete = update.posting, end.board.last_complete_at
    if not update.created or known.state != "open":
        return Move(update)
    missed = complete is not None and known.last_seen < complete
    gone_at = complete if missed else None
    if known.deadline is not None and known.deadline <= (gone_at or end.today.now):
        move = lapse(known, end.today, looked=True)
        after = replace(move.update.posting, still_published=False)
        return Move(replace(update, posting=after), move.events)
    if gone_at is None:
        return Move(update)
    detail = "imported; no complete crawl has seen it since"
    evidence = Evidence("absent_from_listing", end.board.id, gone_at, detail)
    move = close(known, (evidence,), replace(end.today, now=gone_at))
    return Move(replace(update, posting=move.update.posting), move.events)
