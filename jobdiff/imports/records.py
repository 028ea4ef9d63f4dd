"""What one's own files tell: each record an observation, each bad line a complaint that names it.

A CSV has the columns of ``export`` (``docs/export.md``); the ones that tell what a posting says are
read as schema.org, by the same reader as pages.
"""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from postings.errors import NotFound, UsageError
from postings.model import Posting
from postings.normalise import posting_of
from postings.reading import read_document
from postings.wire import POSTING_SCHEMA, posting_from_json
from storage.archive import ArchivedPage, each
from storage.imports import Past
from storage.warc import Damaged

_WARC = (b"WARC/", b"\x1f\x8b")
_BEGIN = 64
_SEPARATOR = "; "


@dataclass(frozen=True)
class Complaint:
    """A record that could not be read: where it stands and why, in one line."""

    where: str
    why: str


Record: TypeAlias = Past | Complaint


class Unread(ValueError):
    """Why one record cannot be read."""


@dataclass(frozen=True)
class When:
    """When things were seen.

    Attributes:
        at: said for all of a file; None where each record says so itself.
        now: nothing was seen later.
    """

    at: datetime | None
    now: datetime

    def of(self, value: object, key: str) -> datetime:
        """When a record was seen that says ``value`` under ``key``."""
        return self.past(self.at or _instant(value, key))

    def past(self, seen: datetime) -> datetime:
        """The instant, if it has come."""
        if seen > self.now:
            raise Unread(f"it was seen at {seen:%Y-%m-%d %H:%M} UTC: not yet past")
        return seen


def records(path: Path, at: datetime | None, now: datetime) -> Iterator[Record]:
    """The observations of a file, in its order.

    Args:
        path: WARC (also gzipped), JSON Lines, one JSON document, or CSV; told by its content.
        at: when everything in it was seen; None where each record says so itself.
        now: what was seen later is a complaint.

    Raises:
        NotFound: there is no such file, or it cannot be read.
        UsageError: it is empty, or a CSV without the columns that it needs.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(_BEGIN)
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror or error}") from error
    if not begin.strip() and len(begin) < _BEGIN:
        raise UsageError(f"{path} is empty; name a file with postings in it")
    when = When(at, now)
    if begin.startswith(_WARC):
        yield from _of_warc(path, when)
    elif begin.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        yield from _of_json(path, when)
    else:
        yield from _of_csv(path, when)


def _of_warc(path: Path, when: When) -> Iterator[Record]:
    empty = True
    with path.open("rb") as file:
        for place, page in each(file, when.at):
            where = f"{path}, byte {place}"
            if isinstance(page, Damaged):
                yield Complaint(where, str(page))
                continue
            empty = False
            try:
                yield from () if page is None else _of_page(page, when)
            except Unread as why:
                yield Complaint(where, str(why))
    if empty:
        yield Complaint(str(path), "there is no WARC record in it; unpack what is packed otherwise")


def _of_page(page: ArchivedPage, when: When) -> Iterator[Past]:
    reading = read_document(page.body, page.url, page.content_type)
    for posting in reading.postings:
        seen = when.past(page.at)
        yield Past(page.url, seen, posting, alone=len(reading.postings) == 1)


def _of_json(path: Path, when: When) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = file.readline()
        if _json(first) is None:
            yield from _of_document(path, first + file.read(), when)
        else:
            yield from _of_lines(path, itertools.chain([first], file), 1, when)


def _of_lines(path: Path, lines: Iterable[str], first: int, when: When) -> Iterator[Record]:
    for number, line in enumerate(lines, first):
        where = f"{path}, line {number}"
        told = _json(line)
        if told is not None:
            yield from _of_values(told, where, when)
        elif line.strip():
            yield Complaint(where, "it is no JSON")


def _of_document(path: Path, text: str, when: When) -> Iterator[Record]:
    """A file that is one JSON value over several lines, or lines of which the first is broken."""
    told = _json(text)
    if told is not None:
        yield from _of_values(told, str(path), when)
        return
    yield from _of_lines(path, text.splitlines(), 1, when)


def _json(text: str) -> Any:
    """A JSON value; None where there is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _of_values(told: object, where: str, when: When) -> Iterator[Record]:
    for number, value in enumerate(told if isinstance(told, list) else [told], 1):
        place = f"{where}, item {number}" if isinstance(told, list) else where
        if not isinstance(value, dict):
            yield Complaint(place, "it is no object")
            continue
        try:
            yield from _of_object(value, when)
        except Unread as why:
            yield Complaint(place, str(why))


def _of_object(value: Mapping[str, Any], when: When) -> Iterator[Past]:
    """Our own posting line, or schema.org's JobPosting with ``url`` and ``seen_at``."""
    url = value.get("url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise Unread("it has no url; every posting needs its page's address")
    if value.get("schema") == POSTING_SCHEMA:
        yield from _of_line(value, url, when)
        return
    seen = when.of(value.get("seen_at"), "seen_at")
    reading = read_document(json.dumps(value).encode(), url, "application/ld+json")
    if not reading.postings:
        raise Unread("it is no JobPosting")
    yield from (Past(url, seen, posting) for posting in reading.postings)


def _of_line(value: Mapping[str, Any], url: str, when: When) -> Iterator[Past]:
    """A posting line: when it was last seen, it said this."""
    try:
        posting = posting_from_json(value)
    except (TypeError, AttributeError, ValueError) as error:
        raise Unread(f"it is no {POSTING_SCHEMA} ({error})") from None
    yield Past(url, when.of(value.get("last_seen"), "last_seen"), posting)


def _of_csv(path: Path, when: When) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.DictReader(file, restkey="", restval="")
        missing = [name for name in ("url", "title") if name not in (rows.fieldnames or ())]
        if missing:
            raise UsageError(
                f"{path}: it has no column {missing[0]!r}; a CSV needs url and title, and its "
                "first line names the columns"
            )
        for row in _rows(rows, path):
            if isinstance(row, Complaint):
                yield row
                continue
            where = f"{path}, line {rows.line_num}"
            try:
                yield _of_row({name: _plain(text) for name, text in row.items()}, when)
            except Unread as why:
                yield Complaint(where, str(why))


def _rows(rows: csv.DictReader[str], path: Path) -> Iterator[Mapping[str, str] | Complaint]:
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Complaint(f"{path}, line {rows.line_num}", f"it is no CSV ({error})")
            continue
        if row.get(""):
            yield Complaint(
                f"{path}, line {rows.line_num}", "it has more cells than the first line"
            )
            continue
        yield row


def _of_row(row: Mapping[str, str], when: When) -> Past:
    url = row["url"]
    if not url.startswith(("http://", "https://")):
        raise Unread("it has no url; every posting needs its page's address")
    seen = when.of(row.get("seen_at") or row.get("last_seen") or row.get("at"), "seen_at")
    posting: Posting = posting_of(_node(row), syntax=row.get("syntax") or "import:csv", url=url)
    if posting.title is None:
        raise Unread("it has no title")
    return Past(url, seen, posting)


_SAME = {
    "title": "title",
    "department": "department",
    "date_posted": "datePosted",
    "date_modified": "dateModified",
    "valid_through": "validThrough",
    "industry": "industry",
    "occupational_category": "occupationalCategory",
    "language": "inLanguage",
    "description_text": "description",
}
_LISTS = {
    "employment_types": "employmentType",
    "skills": "skills",
    "applicant_locations": "applicantLocationRequirements",
}


def _node(row: Mapping[str, str]) -> dict[str, Any]:
    """A row as schema.org's JobPosting."""
    node: dict[str, Any] = {"@type": "JobPosting", "url": row["url"]}
    node |= {name: row[column] for column, name in _SAME.items() if row.get(column)}
    node |= {
        name: row[column].split(_SEPARATOR) for column, name in _LISTS.items() if row.get(column)
    }
    if row.get("organization"):
        node["hiringOrganization"] = {"name": row["organization"]}
    if row.get("identifier"):
        node["identifier"] = {"name": row.get("organization"), "value": row["identifier"]}
    if row.get("remote") == "remote":
        node["jobLocationType"] = "TELECOMMUTE"
    if place := _place(row):
        node["jobLocation"] = {"@type": "Place", "address": place}
    if row.get("salary_min") or row.get("salary_max"):
        node["baseSalary"] = _salary(row)
    return node


def _place(row: Mapping[str, str]) -> dict[str, str]:
    country = (row.get("countries") or row.get("country") or "").split(_SEPARATOR)[0]
    told = {
        "addressLocality": row.get("locality", ""),
        "addressRegion": row.get("region", ""),
        "addressCountry": country,
    }
    return {name: text for name, text in told.items() if text}


def _salary(row: Mapping[str, str]) -> dict[str, Any]:
    value = {
        "minValue": row.get("salary_min"),
        "maxValue": row.get("salary_max"),
        "unitText": row.get("salary_unit"),
    }
    return {
        "@type": "MonetaryAmount",
        "currency": row.get("salary_currency"),
        "value": {name: text for name, text in value.items() if text},
    }


def _plain(text: str) -> str:
    """A cell without the apostrophe that keeps spreadsheets from running it."""
    return text.removeprefix("'").strip()


def _instant(value: object, key: str) -> datetime:
    if not isinstance(value, str) or not value.strip():
        raise Unread(f"it does not say when it was seen ({key}); say so with --at")
    try:
        at = datetime.fromisoformat(value.strip())
    except ValueError:
        raise Unread(f"{key} {value!r} is no instant") from None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
