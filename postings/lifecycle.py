"""What a crawl comes to: every event of it, decided once, at its end (rules 2 to 8)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from postings.absence import Answer, Listing, answer, listing_of
from postings.drift import Seen, doubt, holds_alike, learn, without
from postings.habits import Drift, Habits
from postings.matching import Matched, Sighting, match
from postings.model import Absence, Evidence, Known, Observation, Outcome, Posting, Update, Verdict
from postings.outcome import judge
from postings.quarantine import Judgement, weigh
from postings.reposts import with_reposts
from postings.transitions import Moment, Move, appear, as_read_now, close, lapse, lose, see, wait
from postings.visits import Board, Crawl, Policy

_COMPLETE: Collection[Outcome] = ("complete", "empty")


def settle(
    board: Board,
    known: Sequence[Known],
    observations: Sequence[Observation],
    crawl: Crawl,
    policy: Policy,
    now: datetime,
) -> Verdict:
    """Decide what a crawl means for every posting of its board.

    Args:
        board: the board before the crawl.
        known: all its postings, whatever their state.
        observations: everything the crawl saw, in any order.
        crawl: how its pages answered.
        policy: the times and shares of the rules.
        now: the end of the crawl; every event is detected then.

    Returns:
        The outcome and what should be written. Presence counts from any crawl, absence only from
        a complete one; settling the same crawl again gives the same ids.
    """
    first_visit = not known and not crawl.repeated
    outcome, reason = judge(crawl, observations, first_visit=first_visit)
    matched = match(known, observations, board.ambiguous)
    moment = Moment(crawl.id, now, board.baseline, board.last_complete_at, board.habits)
    listing = listing_of(crawl, matched.known, outcome in _COMPLETE)
    cases, habits = _taught(_cases(known, matched), moment, matched, crawl, policy)
    weighed = _weigh(board, cases, listing, crawl, policy, now)
    if listing.complete and _doubted(weighed.judgement):
        outcome, reason = "suspicious", _doubt(weighed.judgement)
    reason = reason or doubt(habits.drifts) or _newly_volatile(board.habits, habits)
    arrivals = _arrivals(matched, moment)
    moves = [*(move for _, move in arrivals), *_departures(weighed, moment)]
    seen = [(one.known.id, one) for one in matched.known if one.known]
    seen += [(move.update.posting.id, one) for one, move in arrivals]
    verdict = Verdict(
        outcome=outcome,
        reason=reason,
        updates=tuple(move.update for move in moves),
        events=tuple(event for move in moves for event in move.events),
        quarantine=weighed.judgement.quarantine,
        ambiguous=matched.ambiguous,
        habits=habits,
        present=frozenset(id_ for id_, one in seen if _is_present(one)),
        looked=frozenset(id_ for id_, one in seen if one.alive),
    )
    return with_reposts(verdict, known)


def expire(
    known: Sequence[Known],
    *,
    crawl: str,
    now: datetime,
    looked: frozenset[str] = frozenset(),
    baseline: bool = False,
) -> Verdict:
    """Expire the open postings whose deadline has passed; needs no crawl (rule 5).

    Args:
        known: postings of one board.
        crawl: the id of the crawl or sweep, which makes the ids of the events.
        now: the instant that judges.
        looked: ids of postings whose page was read or unchanged in this very crawl.
        baseline: as for the crawl's other events.
    """
    moment = Moment(crawl, now, baseline)
    moves = [
        lapse(one, moment, looked=one.id in looked)
        for one in known
        if one.state == "open" and one.deadline is not None and one.deadline <= now
    ]
    return Verdict(
        outcome="complete",
        reason=None,
        updates=tuple(move.update for move in moves),
        events=tuple(event for move in moves for event in move.events),
    )


def approve(board: Board, known: Sequence[Known], *, by: str, url: str, now: datetime) -> Verdict:
    """A person says that it is real: what is gone, postings or fields of them, is believed."""
    missing = board.quarantine.missing if board.quarantine else frozenset()
    evidence = Evidence("approved", url, now, f"approved as really gone by {by}")
    moment = Moment(f"approved:{now.isoformat()}", now)
    gone = [
        one
        for one in known
        if one.id in missing and one.state == "open" and one.absence is not None
    ]
    moves = [close(one, (_missing(one, url, now), evidence), moment) for one in gone]
    moves += [
        lose(one, _without_lost(one, board.habits.drifts), (evidence,), moment)
        for one in known
        if one not in gone and _has_lost(one, board.habits.drifts)
    ]
    return Verdict(
        outcome="complete",
        reason=None,
        updates=tuple(move.update for move in moves),
        events=tuple(event for move in moves for event in move.events),
        ambiguous=board.ambiguous,
        habits=replace(board.habits, drifts=()),
    )


def reject(board: Board, known: Sequence[Known]) -> Verdict:
    """A person says that the site was wrong: the question starts anew.

    Where there is no question, the volatile fields are compared again.
    """
    missing = board.quarantine.missing if board.quarantine else frozenset()
    back = [Update(replace(one, absence=None)) for one in known if one.id in missing]
    asked = board.quarantine is not None or bool(board.habits.drifts)
    habits = replace(board.habits, drifts=()) if asked else Habits()
    return Verdict("complete", None, updates=tuple(back), ambiguous=board.ambiguous, habits=habits)


def _missing(one: Known, url: str, now: datetime) -> Evidence:
    since = one.absence.since if one.absence else now
    detail = f"missing from complete listings since {since:%Y-%m-%d %H:%M} UTC"
    return Evidence("absent_from_listing", url, now, detail)


@dataclass(frozen=True)
class _Case:
    """One known posting in one crawl: the move that its presence makes, and the open question."""

    before: Known
    sighting: Sighting
    move: Move | None = None
    answer: Answer = field(default_factory=Answer)

    @property
    def now(self) -> Known:
        return self.move.update.posting if self.move else self.before


@dataclass(frozen=True)
class _Weighed:
    cases: tuple[_Case, ...]
    judgement: Judgement


def _cases(known: Sequence[Known], matched: Matched) -> list[_Case]:
    seen = {one.known.id: one for one in matched.known if one.known}
    return [_Case(one, seen.get(one.id, Sighting(one, ()))) for one in known]


def _present(cases: Iterable[_Case], moment: Moment, matched: Matched) -> list[_Case]:
    return [
        _Case(
            one.before,
            one.sighting,
            see(one.before, one.sighting, moment, _keys(one.sighting, matched)),
        )
        if _is_present(one.sighting)
        else one
        for one in cases
    ]


def _taught(
    cases: list[_Case], moment: Moment, matched: Matched, crawl: Crawl, policy: Policy
) -> tuple[list[_Case], Habits]:
    """The cases with what the crawl itself teaches of the board's fields applied to them."""
    read = _present(cases, moment, matched)
    there = [case for case in read if case.before.state == "open"]
    seen = [_seen(case) for case in there if case.move]
    learnt = learn(
        moment.habits,
        seen,
        policy,
        moment.now,
        repeated=crawl.repeated,
        unseen=len(there) - len(seen),
    )
    habits = learnt.habits
    if not holds_alike(habits, moment.habits):
        read = _present(cases, replace(moment, habits=habits), matched)
    return [_agreed(case, learnt.settled, moment) for case in read], habits


def _seen(case: _Case) -> Seen:
    seen = case.sighting.read
    told = case.move.events if case.move else ()
    changes = tuple(change for event in told for change in event.changes)
    return Seen(case.before, seen.posting if seen else None, changes)


def _agreed(case: _Case, settled: Sequence[Drift], moment: Moment) -> _Case:
    """A posting that was not read again when the loss of a field was settled."""
    if case.sighting.read or not _has_lost(case.now, settled):
        return case
    since = min(one.since for one in settled)
    detail = f"not seen on any posting since {since:%Y-%m-%d %H:%M} UTC"
    told = (Evidence("content", case.now.url, moment.now, detail),)
    return replace(case, move=lose(case.now, _without_lost(case.now, settled), told, moment))


def _has_lost(known: Known, drifts: Sequence[Drift]) -> bool:
    return known.state == "open" and any(known.id in one.postings for one in drifts)


def _without_lost(known: Known, drifts: Sequence[Drift]) -> Posting:
    """What a posting says, without the fields that it is believed to have lost."""
    posting = as_read_now(known.snapshot, known.url)
    for one in drifts:
        if known.id in one.postings:
            posting = without(posting, one.field)
    return posting


def _newly_volatile(before: Habits, after: Habits) -> str | None:
    new = sorted(set(after.volatile) - set(before.volatile))
    if not new:
        return None
    return f"changes at every crawl on most postings, so it is not compared: {', '.join(new)}"


def _is_present(sighting: Sighting) -> bool:
    """Whether it is there: a page has it, or a list has it and its page does not contradict."""
    return sighting.alive or (sighting.listed and not sighting.against)


def _weigh(
    board: Board,
    cases: Sequence[_Case],
    listing: Listing,
    crawl: Crawl,
    policy: Policy,
    now: datetime,
) -> _Weighed:
    asked = tuple(_ask(case, listing, crawl, policy) for case in cases)
    if not listing.complete:
        return _Weighed(asked, Judgement(frozenset(), board.quarantine))
    going = frozenset(
        case.before.id for case in asked if case.answer.closing and case.now.state == "open"
    )
    listed = {
        case.before.id for case in asked if case.before.state == "open" and not case.before.unlisted
    }
    judgement = weigh(
        going,
        listed,
        board.quarantine,
        policy,
        now,
        proven=_proven(cases, crawl),
        staying=crawl.repeated,
    )
    return _Weighed(asked, judgement)


def _ask(case: _Case, listing: Listing, crawl: Crawl, policy: Policy) -> _Case:
    if case.now.state == "removed":
        return case
    told = answer(case.now, case.sighting, listing, policy, single=crawl.single)
    return _Case(case.before, case.sighting, case.move, told)


def _proven(cases: Sequence[_Case], crawl: Crawl) -> bool:
    """Whether the listing shows a posting or says in words that there is none."""
    return (
        bool(crawl.repeated)
        or any(case.sighting.listed for case in cases)
        or any(page.says_empty or page.postings for page in crawl.pages if page.role == "listing")
    )


def _doubted(judgement: Judgement) -> bool:
    return judgement.quarantine is not None


def _doubt(judgement: Judgement) -> str:
    missing = judgement.quarantine.missing if judgement.quarantine else frozenset()
    return f"{len(missing)} postings are gone at once: not believed until it is seen again"


def _arrivals(matched: Matched, moment: Moment) -> list[tuple[Sighting, Move]]:
    moves = ((one, appear(one, moment, _keys(one, matched))) for one in matched.unknown)
    return [(one, move) for one, move in moves if move]


def _keys(sighting: Sighting, matched: Matched) -> tuple[str, ...]:
    return tuple(key for key in sighting.keys if key not in matched.ambiguous)


def _departures(weighed: _Weighed, moment: Moment) -> list[Move]:
    moves = (_depart(case, weighed.judgement, moment) for case in weighed.cases)
    return [move for move in moves if move]


def _depart(case: _Case, judgement: Judgement, moment: Moment) -> Move | None:
    """The one move of a posting in this crawl, with its presence and its absence in it."""
    told = case.answer
    silent = case.now.state == "expired" and judgement.quarantine is None
    if told.closing and (silent or case.before.id in judgement.believed):
        return _with(case, close(case.now, told.closing, moment))
    if case.now.state == "removed":
        return case.move
    absence = told.absence
    if told.closing and absence is None:
        absence = case.now.absence or Absence(moment.now)
    if (absence, told.unlisted) == (case.now.absence, case.now.unlisted):
        return case.move
    earlier = case.move or Move(Update(case.before))
    waiting = wait(case.now, absence, unlisted=told.unlisted)
    return replace(earlier, update=replace(earlier.update, posting=waiting))


def _with(case: _Case, closing: Move) -> Move:
    earlier = case.move.events if case.move else ()
    added = bool(case.move and case.move.update.snapshot_added)
    update = replace(closing.update, snapshot_added=added)
    return Move(update, (*earlier, *closing.events))
