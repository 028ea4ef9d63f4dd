"""Why a posting is believed to be what it is: the chain of evidence, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from postings.identity import url_key
from postings.model import Absence, Known, Quarantine
from postings.visits import Policy
from postings.wording import number

_SCHEMES: Final = {"id": "identifier", "url": "address", "content": "content"}
_POLICY: Final = Policy()

EventJson = Mapping[str, Any]


@dataclass(frozen=True)
class Key:
    """A key of a posting: ``since`` it is known by it (None: longer than that is recorded).

    ``ambiguous_since``: since then several postings of its board share it, and it tells nothing.
    """

    key: str
    since: datetime | None = None
    ambiguous_since: datetime | None = None

    @property
    def scheme(self) -> str:
        """``identifier``, ``address`` or ``content``, strongest first; else the key's own name."""
        name = self.key.partition(":")[0]
        return _SCHEMES.get(name, name)


@dataclass(frozen=True)
class Merge:
    """That ``by`` said at ``at`` that it is the same job as ``other``; ``undone_at``: no longer."""

    other: str
    at: datetime
    by: str
    undone_at: datetime | None = None


@dataclass(frozen=True)
class Case:
    """What is known of a posting and its board.

    Attributes:
        known: the posting.
        now: when the question is asked.
        stale: its board was not read completely for too long.
        keys: by which it is or was known.
        events: all that was told of it, oldest first, as JSON (``jobdiff.event/1``).
        merges: in which it ever was.
        quarantine: its board's open question.
        last_complete_at: when its board was last read completely.
        since_seen: how many crawls of its board ended how since it was last seen.
    """

    known: Known
    now: datetime
    stale: bool = False
    keys: tuple[Key, ...] = ()
    events: tuple[EventJson, ...] = ()
    merges: tuple[Merge, ...] = ()
    quarantine: Quarantine | None = None
    last_complete_at: datetime | None = None
    since_seen: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """One link of the chain.

    ``about``: first_seen, identity, merge, repost, event, state, deadline, question, quarantine
    or stale. ``at``: when that was, if it has a time. ``event``: the id of the event it tells.
    """

    about: str
    text: str
    at: datetime | None = None
    event: str | None = None


def why(case: Case) -> tuple[Reason, ...]:
    """The chain: where it was first seen, what tells it apart, what was told, what is open."""
    return tuple(
        reason
        for part in (_first_seen, _identity, _again, _told, _state, _doubts)
        for reason in part(case)
    )


def _first_seen(case: Case) -> Iterator[Reason]:
    first = next((event for event in case.events if event["kind"] == "new"), None)
    at = case.known.first_seen
    if first is None:
        yield Reason("first_seen", f"first seen {_day(at)}", at)
        return
    where = first["evidence"][0]["url"]
    how = ", when the board was read for the first time" if first["baseline"] else ""
    yield Reason("first_seen", f"first seen {_day(at)} at {where}{how}", at, first["id"])


def _identity(case: Case) -> Iterator[Reason]:
    sound = [key for key in case.keys if key.ambiguous_since is None]
    for scheme in dict.fromkeys(key.scheme for key in case.keys):
        told = [key for key in sound if key.scheme == scheme]
        if told:
            main = next((key for key in told if key.key == url_key(case.known.url)), told[-1])
            yield Reason("identity", _known_by(scheme, main, len(told) - 1), main.since)
    for key in case.keys:
        if key.ambiguous_since is not None:
            text = f"its {key.scheme} {_value(key)} tells nothing: several postings share it"
            yield Reason("identity", f"{text} (since {_day(key.ambiguous_since)})")
    if not any(key.scheme != "content" for key in sound):
        text = "nothing but its title, employer and places tells it from other postings"
        yield Reason("identity", text)


def _known_by(scheme: str, key: Key, more: int) -> str:
    if scheme == "content":
        return "recognised by its title, employer and places only where nothing else decides"
    strength = "recognised first by" if scheme == "identifier" else "recognised by"
    others = f" and {number(more)} other{'s' if more > 1 else ''}" if more else ""
    return f"{strength} its {scheme} {_value(key)}{others}"


def _value(key: Key) -> str:
    name, _, value = key.key.partition(":")
    if name != "id":
        return "" if name == "content" else value
    organisation, _, identifier = value.rpartition(":")
    return f"{identifier} of {organisation}" if organisation else identifier


def _again(case: Case) -> Iterator[Reason]:
    known = case.known
    for merge in case.merges:
        yield Reason("merge", f"merged with posting {merge.other[:8]} by {merge.by}", merge.at)
        if merge.undone_at:
            text = f"the merge with posting {merge.other[:8]} was undone"
            yield Reason("merge", text, merge.undone_at)
    if known.repost_of:
        text = f"a repost of posting {known.repost_of[:8]}: it says the same under another identity"
        yield Reason("repost", f"{text}; posted {known.reposted + 1} times in all")
    if known.date_bumps:
        times = f"{known.date_bumps} time{'s' if known.date_bumps > 1 else ''}"
        text = f"its date was moved forward {times}, last to {known.date_posted_read}"
        yield Reason("repost", text)


def _told(case: Case) -> Iterator[Reason]:
    wrong = {event["retracts"] for event in case.events if event["retracts"]}
    for event in case.events:
        said = "; ".join(piece["detail"] or piece["kind"] for piece in event["evidence"])
        what = "; ".join(one["text"] for one in event["told"])
        back = " (taken back later)" if event["id"] in wrong else ""
        text = f"{event['kind']}{back}: {f'{what}: ' if what else ''}{said}"
        yield Reason("event", text, datetime.fromisoformat(event["detected_at"]), event["id"])


def _state(case: Case) -> Iterator[Reason]:
    known = case.known
    if known.state == "open":
        yield Reason("state", f"open: last seen {_day(known.last_seen)}", known.last_seen)
        yield from _deadline(known)
        return
    at = f" {_day(known.closed_at)}" if known.closed_at else ""
    if known.state == "removed":
        yield Reason("state", f"removed{at}: {_removal(case)}", known.closed_at)
        return
    spelled = known.snapshot.posting.valid_through
    yield Reason("state", f"expired{at}: its own deadline {spelled} passed", known.closed_at)
    if known.unlooked:
        yield Reason("state", "its page was not looked at since then")
    if known.still_published:
        yield Reason("state", "its page still shows it")


def _removal(case: Case) -> str:
    last = next((one for one in reversed(case.events) if one["kind"] == "removed"), None)
    if last is None:
        return "the event that told it is not in the log"
    return "; ".join(piece["detail"] or piece["kind"] for piece in last["evidence"])


def _deadline(known: Known) -> Iterator[Reason]:
    spelled = known.valid_through_read or known.snapshot.posting.valid_through
    if known.deadline is not None:
        text = f"its deadline {spelled} is over at {_day(known.deadline)}"
        yield Reason("deadline", text, known.deadline)
    elif spelled and known.slid_at is not None:
        yield Reason("deadline", f"its deadline {spelled} moves along with the clock: it is none")
    elif spelled:
        yield Reason("deadline", f"its deadline {spelled} is a placeholder: it is none")


def _doubts(case: Case) -> Iterator[Reason]:
    known = case.known
    asked = case.quarantine is not None and known.id in case.quarantine.missing
    if known.absence is not None and known.state != "removed":
        yield Reason("question", _question(known, known.absence), known.absence.since)
    if case.quarantine is not None and asked:
        text = f"{number(len(case.quarantine.missing))} postings of its board are gone at once: "
        doubt = "not believed until it is seen again, or approved"
        yield Reason("quarantine", text + doubt, case.quarantine.since)
    if known.state == "open" and case.since_seen:
        ends = ", ".join(f"{many} {outcome}" for outcome, many in sorted(case.since_seen.items()))
        yield Reason("question", f"crawls of its board since it was last seen: {ends}")
    if case.stale:
        last = _day(case.last_complete_at) if case.last_complete_at else "never"
        yield Reason("stale", f"stale: its board was last read completely {last}")


def _question(known: Known, absence: Absence) -> str:
    since = f"since {_day(absence.since)}"
    if absence.page_gone:
        wait = _span(_POLICY.recheck_after)
        return f"listed, but its own page is gone {since}: removed if that holds {wait} later"
    if absence.crawls == 0:
        return f"missing from a complete listing {since}: its own page is still to be asked"
    times = f"missing from {absence.crawls} complete listing{'s' if absence.crawls > 1 else ''}"
    return f"{times} {since}; {_until(known)}"


def _until(known: Known) -> str:
    if known.unlisted:
        return f"its own page still stands: removed after {_span(_POLICY.unlisted_for)} like that"
    if not known.own_page:
        least = _span(_POLICY.second_miss_after)
        return f"it has no page of its own: removed if missed again, {least} later or more"
    crawls, least = _POLICY.unanswered_crawls, _span(_POLICY.unanswered_for)
    return (
        "its own page could not be read: asked again, and removed after "
        f"{crawls} complete crawls over at least {least}"
    )


def _span(span: timedelta) -> str:
    hours = round(span / timedelta(hours=1))
    if hours >= 72:
        return f"{hours // 24} days"
    return f"{hours} hour{'' if hours == 1 else 's'}"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
