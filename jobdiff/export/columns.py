"""The columns of flat exports: their names, types, meanings, and where their values come from.

The names only grow, as every contract does; ``docs/export.md`` lists them, held to these by a test.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Line: TypeAlias = Mapping[str, Any]
Lines: TypeAlias = Generator[Line, None, None]
Kind: TypeAlias = Literal["text", "integer", "number", "boolean", "instant", "date"]
Cell: TypeAlias = str | int | float | bool | None

SEPARATOR = "; "


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: its name, the same in every format.
        kind: what its cells are; an instant is RFC 3339 in UTC. Unknown is an empty cell (null).
        meaning: for the codebook.
        value: the cell of a JSON line (``docs/contracts.md``).
    """

    name: str
    kind: Kind
    meaning: str
    value: Callable[[Line], Cell]


def codebook(columns: Sequence[Column]) -> list[dict[str, str]]:
    """What the columns mean, as JSON."""
    return [{"column": one.name, "type": one.kind, "meaning": one.meaning} for one in columns]


def _at(*path: str) -> Callable[[Line], Cell]:
    def value(line: Line) -> Cell:
        found: Any = line
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        cell: Cell = found
        return cell

    return value


def _plain(name: str, kind: Kind, meaning: str) -> Column:
    return Column(name, kind, meaning, _at(name))


def _joined(name: str, meaning: str) -> Column:
    return Column(name, "text", meaning, lambda line: SEPARATOR.join(line[name]) or None)


def _json(name: str, meaning: str) -> Column:
    def value(line: Line) -> Cell:
        return json.dumps(line[name], ensure_ascii=False, separators=(",", ":"))

    return Column(name, "text", meaning, value)


def place_words(place: Mapping[str, Any]) -> str:
    """A place in one line: town, region, country, as far as they are known.

    >>> place_words({"locality": "Bern", "region": None, "country": "CH"})
    'Bern, CH'
    """
    return ", ".join(place[part] for part in ("locality", "region", "country") if place.get(part))


def _places(line: Line) -> Cell:
    return SEPARATOR.join(filter(None, map(place_words, line["locations"]))) or None


def _countries(line: Line) -> Cell:
    found = (place["country"] for place in line["locations"] if place["country"])
    return SEPARATOR.join(dict.fromkeys(found)) or None


def _of_first_place(part: str) -> Callable[[Line], Cell]:
    return lambda line: line["locations"][0][part] if line["locations"] else None


CONTENT = (
    _plain("url", "text", "the posting's own page, or the page that carries it"),
    _plain("title", "text", "its title"),
    Column("organization", "text", "who is hiring", _at("organization", "name")),
    Column("identifier", "text", "the employer's own number", _at("identifier", "value")),
    _plain("department", "text", "the department, as written"),
    Column("places", "text", "every place: town, region, country; apart by '; '", _places),
    Column("locality", "text", "the first place's town", _of_first_place("locality")),
    Column("region", "text", "the first place's region", _of_first_place("region")),
    Column("countries", "text", "ISO 3166-1 alpha-2 of every place, apart by '; '", _countries),
    Column("latitude", "number", "the first place's latitude", _of_first_place("latitude")),
    Column("longitude", "number", "the first place's longitude", _of_first_place("longitude")),
    _plain("remote", "text", "remote, hybrid or on_site"),
    _joined("applicant_locations", "where applicants of a remote posting may live"),
    _joined("employment_types", "Google's eight types, apart by '; '"),
    Column("salary_min", "number", "the least pay", _at("salary", "min")),
    Column("salary_max", "number", "the most pay", _at("salary", "max")),
    Column("salary_currency", "text", "ISO 4217", _at("salary", "currency")),
    Column("salary_unit", "text", "HOUR DAY WEEK MONTH YEAR", _at("salary", "unit")),
    Column("salary_estimated", "boolean", "an estimate, not an offer", _at("salary", "estimated")),
    _plain("date_posted", "text", "as written: a date, a local time or an instant"),
    _plain("date_modified", "text", "as written"),
    _plain("valid_through", "text", "the deadline, as written"),
    _plain("industry", "text", "as written"),
    _plain("occupational_category", "text", "as written"),
    _joined("skills", "apart by '; '"),
    _joined("education", "apart by '; '"),
    _plain("experience_months", "number", "months of experience asked for"),
    _plain("openings", "integer", "how many are sought"),
    _plain("language", "text", "the posting's language"),
    Column("syntax", "text", "how it was read: json-ld, microdata, api:…", _at("source", "syntax")),
    _plain("description_text", "text", "the description as plain text"),
)

POSTINGS = (
    _plain("id", "text", "jobdiff's id of the posting"),
    _plain("board", "text", "the board's name"),
    _joined("tags", "the board's tags, apart by '; '"),
    _plain("state", "text", "open, expired or removed"),
    _plain("stale", "boolean", "open, but its board was not read whole for long"),
    _plain("unlisted", "boolean", "open, but its listing leaves it out"),
    _plain("still_published", "boolean", "past its deadline, but still published"),
    _plain("first_seen", "instant", "when a crawl first saw it"),
    _plain("last_seen", "instant", "when a crawl last saw it"),
    _plain("closed_at", "instant", "when it was closed, as far as is known"),
    Column("closed_after", "instant", "last seen open before that", _at("closed_window", "after")),
    Column("closed_before", "instant", "first known closed", _at("closed_window", "before")),
    _plain("group", "text", "the same for one role in several places"),
    _plain("age", "integer", "whole days since it was posted, to its closing or now"),
    _plain("reposted", "integer", "how often it was posted before under another identity"),
    _plain("repost_of", "text", "the id of the posting before"),
    _plain("date_bumps", "integer", "how often its date of posting was moved to a later day"),
    _joined("parts", "the ids of the postings that were merged into it; their events name them"),
    *CONTENT,
)

EVENTS = (
    _plain("cursor", "integer", "its place in the log"),
    _plain("id", "text", "the event's id"),
    _plain("kind", "text", "new, changed, expired, removed or reopened"),
    _plain("board", "text", "the board's name"),
    _plain("baseline", "boolean", "it was there from the beginning: no news"),
    _plain("detected_at", "instant", "when jobdiff knew it"),
    _plain("occurred_at", "instant", "the deadline, or the middle of the window"),
    Column("after", "instant", "the window: last seen otherwise", _at("window", "after")),
    Column("before", "instant", "the window: first known so", _at("window", "before")),
    _plain("retracts", "text", "the id of the event that was a mistake"),
    Column("posting", "text", "the posting's id", _at("posting", "id")),
    Column("url", "text", "the posting's page", _at("posting", "url")),
    Column("title", "text", "its title then", _at("posting", "title")),
    Column("organization", "text", "who was hiring then", _at("posting", "organization")),
    Column("places", "text", "its places then", lambda line: _places(line["posting"])),
    _json("changes", "the fields that changed, as JSON"),
    _json("evidence", "why it is believed, as JSON"),
)

CRAWLS = (
    _plain("board", "text", "the board's name"),
    _plain("started_at", "instant", "when the crawl began"),
    _plain("finished_at", "instant", "when it was settled"),
    _plain("outcome", "text", "complete, empty, partial, suspicious, unreadable, failed, blocked"),
    _plain("reason", "text", "why, in words"),
    _plain("seconds", "number", "how long it took"),
    _plain("requests", "integer", "how many requests it made"),
    _plain("not_modified", "integer", "how many were answered 304"),
    _plain("bytes", "integer", "how many bytes were read"),
    _plain("postings", "integer", "how many postings it saw"),
    _plain("problems", "integer", "errors and warnings of what it saw"),
)

SNAPSHOTS = (
    _plain("snapshot", "text", "the snapshot's id"),
    _plain("posting", "text", "the posting's id"),
    _plain("at", "instant", "from when on it said so"),
    _plain("enriched", "boolean", "it differs only because the reader improved"),
    *CONTENT,
)

MERGES = (
    _plain("board", "text", "the board's name"),
    _plain("posting", "text", "the posting that stays: it has the cells"),
    _plain("part", "text", "the posting that was merged into it: it has none while that stands"),
    _plain("at", "instant", "from when on"),
    _plain("undone_at", "instant", "until when; empty while it stands"),
)

PANEL = (
    _plain("day", "date", "a day, UTC"),
    _plain("board", "text", "the board's name"),
    _plain("posting", "text", "the posting's id; open at the end of that day, as far as was known"),
    _plain("snapshot", "text", "what it said then: a snapshot's id"),
    _plain(
        "evidence",
        "text",
        "page_read: its own page was read or answered unchanged that day; listed: a listing, or a "
        "page that carries several, had it; "
        "assumed: nothing was seen of it that day, it is open because nothing spoke against it",
    ),
)

DAYS = (
    _plain("day", "date", "a day, UTC"),
    _plain("board", "text", "the board's name"),
    _plain("crawls", "integer", "how many crawls ended that day; 0 is a gap, not an absence"),
    _plain("complete", "integer", "of them complete or empty: only these prove absence"),
    _plain("partial", "integer", "of them partial or suspicious"),
    _plain("unread", "integer", "of them unreadable, failed or blocked"),
    _plain("open", "integer", "postings open at the end of the day"),
    _plain("page_read", "integer", "of them: page_read"),
    _plain("listed", "integer", "of them: listed"),
    _plain("assumed", "integer", "of them: assumed"),
)
