"""What a message says, as values for its template. Pure; siblings are one entry."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from alerts.inert import Address, line, web_address
from jobdiff.config import UNITS_A_YEAR
from postings.siblings import group_key, together
from postings.wire import told_json

VERBS: Final = {
    "new": "New",
    "changed": "Changed",
    "expired": "Expired",
    "removed": "Removed",
    "reopened": "Reopened",
}
TROUBLES: Final = {
    ("failing", True): "Cannot be read",
    ("failing", False): "Well again",
    ("quarantined", True): "Quarantined",
    ("quarantined", False): "Quarantined no longer",
}
CLOSING: Final = ("Closes ", "Closed ")
CORRECTED: Final = "What was told before was a mistake"
_URLS_OF_A_GROUP = 5
_CHANGES_SHOWN = 20

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Named:
    """An address and what to call it."""

    name: str
    url: Address


@dataclass(frozen=True)
class Entry:
    """One thing that a message tells.

    Attributes:
        verb: ``New``, ``Closes in 3 days`` …
        title: the posting's or board's; of siblings with their number.
        facts: employer, places, salary.
        changes: what changed in substance, in words.
        because: why it is believed.
        unknown: what the rule asks for and the posting does not say.
        urls: at most five.
        count: how many postings or boards it stands for.
        each: all of those, where there is an address: their places or names, and the addresses.
    """

    verb: str
    title: str
    facts: str = ""
    changes: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    unknown: str = ""
    urls: tuple[Address, ...] = ()
    count: int = 1
    each: tuple[Named, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether every address is told."""
        return len(self.urls) == len(self.each)

    def whole(self) -> Entry:
        """It with every address."""
        return replace(self, urls=tuple(one.url for one in self.each))


def event_entries(events: Sequence[Json], unknown: Mapping[str, Sequence[str]]) -> list[Entry]:
    """Entries of events, in their order; those of one kind that are siblings share one."""
    alike: dict[str, list[Json]] = defaultdict(list)
    for event in events:
        alike[_likeness(event)].append(event)
    return [_event_entry(group, unknown) for group in alike.values()]


def deadline_entries(deadlines: Sequence[Json], now: datetime) -> list[Entry]:
    """Entries of postings that close soon, the soonest first."""
    soonest = sorted(deadlines, key=lambda one: str(one["deadline"]))
    return [
        Entry(
            closes(datetime.fromisoformat(one["deadline"]), now),
            line(one["posting"]["title"] or "untitled"),
            _facts(one["posting"]),
            unknown=", ".join(one.get("unknown", ())),
            urls=_urls([one["posting"]]),
            each=_each([one["posting"]]),
        )
        for one in soonest
    ]


def board_entries(boards: Sequence[Json]) -> list[Entry]:
    """Entries of boards that are in trouble, or no longer."""
    return [
        Entry(
            TROUBLES.get((one["trouble"], one["active"]), line(one["trouble"])),
            line(one["board"]),
            because=(line(one["reason"]),) if one["reason"] else (),
            urls=(web_address(one["url"]),),
            each=(Named(line(one["board"]), web_address(one["url"])),),
        )
        for one in boards
    ]


def subject_of(rule: str, events: Sequence[Json], entries: Sequence[Entry]) -> str:
    """One line that says it all, or counts it."""
    if len(entries) == 1:
        only = entries[0]
        employer = events[0]["posting"]["organization"] if events else None
        return f"{only.verb}: {only.title}{f' at {employer}' if employer else ''}"
    kinds = [event["kind"] for event in events]
    counts = [f"{kinds.count(kind)} {kind}" for kind in VERBS if kind in kinds]
    if closing := sum(one.verb.startswith(CLOSING) for one in entries):
        counts.append(f"{closing} closing soon")
    if others := sum(one.count for one in entries) - len(events) - closing:
        counts.append(f"{others} notice{'' if others == 1 else 's'}")
    return f"{', '.join(counts)} ({rule})"


def closes(deadline: datetime, now: datetime) -> str:
    """``Closes in 3 days``; a day that has begun counts.

    >>> from datetime import UTC
    >>> closes(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 1, 8, tzinfo=UTC))
    'Closes in 3 days'
    """
    left = deadline - now
    if left <= timedelta():
        return "Closed just now"
    if left <= timedelta(days=1):
        return f"Closes within {max(math.ceil(left / timedelta(hours=1)), 1)} hours"
    return f"Closes in {math.ceil(left / timedelta(days=1))} days"


def _likeness(event: Json) -> str:
    """The same for events that can be told in one breath."""
    key = group_key(event["posting"])
    if key is None or event["kind"] == "changed" or event["retracts"]:
        return str(event["id"])
    return json.dumps([event["kind"], key])


def _event_entry(group: Sequence[Json], unknown: Mapping[str, Sequence[str]]) -> Entry:
    postings = [event["posting"] for event in group]
    first = group[0]
    names = dict.fromkeys(name for event in group for name in unknown.get(event["id"], ()))
    changes = tuple(_changes(first))
    corrects = first["retracts"] is not None and not changes
    explained = corrects or first["kind"] in {"expired", "removed"}
    return Entry(
        CORRECTED if corrects else VERBS.get(first["kind"], line(first["kind"]).capitalize()),
        _title(postings),
        _facts(*postings),
        changes,
        tuple(line(piece["detail"]) for piece in first["evidence"][:3]) if explained else (),
        ", ".join(names),
        _urls(postings),
        len(group),
        _each(postings),
    )


def _title(postings: Sequence[Json]) -> str:
    if len(postings) == 1:
        return line(postings[0]["title"] or "untitled")
    group = together(postings)[0]
    number = len(group.places)
    many = f"{number} cities" if number > 1 else f"{len(postings)} postings"
    return f"{line(group.title or 'untitled', 200)}, {many}"


def _facts(*postings: Json) -> str:
    first = postings[0]
    places = [place for posting in postings for place in posting["locations"]]
    pay = {_salary(posting["salary"]) for posting in postings}
    told = [first["organization"], _places(places), pay.pop() if len(pay) == 1 else ""]
    return " · ".join(line(fact) for fact in told if fact)


def _urls(postings: Sequence[Json]) -> tuple[Address, ...]:
    found = (web_address(posting["url"] or "") for posting in postings[:_URLS_OF_A_GROUP])
    return tuple(url for url in found if url)


def _each(postings: Sequence[Json]) -> tuple[Named, ...]:
    named = (
        Named(_places(posting["locations"]) or line(posting["title"] or "untitled"), address)
        for posting in postings
        if (address := web_address(posting["url"] or ""))
    )
    return tuple(named)


def _changes(event: Json) -> Iterator[str]:
    material = [change for change in event["changes"] if change["material"]]
    for told in told_json(material, event["posting"]["salary"])[:_CHANGES_SHOWN]:
        yield line(told["text"])


def _places(places: Sequence[Json]) -> str:
    named = dict.fromkeys(
        ", ".join(part for part in (at["locality"], at["country"]) if part) for at in places
    )
    told = [name for name in named if name]
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    return "; ".join(told[:3]) + more


def _salary(salary: Json | None) -> str:
    """Amounts and unit; what it comes to in a year, where the unit is another."""
    if not salary:
        return ""
    amounts = [amount for amount in (salary["min"], salary["max"]) if amount is not None]
    unit = "/".join(part for part in (salary["currency"], salary["unit"]) if part)
    told = f"{_amounts(amounts)} {unit}".strip()
    if salary["unit"] in UNITS_A_YEAR and salary["unit"] != "YEAR" and amounts:
        yearly = _amounts([amount * UNITS_A_YEAR[salary["unit"]] for amount in amounts])
        told += f" (about {yearly} a year)"
    return told


def _amounts(amounts: Sequence[float]) -> str:
    return "–".join(dict.fromkeys(f"{amount:,.0f}" for amount in amounts))
