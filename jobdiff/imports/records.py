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
from storage.archive import pages
from storage.imports import Past

_WARC = (b"WARC/", b"\x1f\x8b")
_SEPARATOR = "; "


@dataclass(frozen=True)
class Complaint:
    """A record that could not be read: where it stands and why, in one line."""

    where: str
    why: str


Record: TypeAlias = Past | Complaint


class Unread(ValueError):
    """Why one record cannot be read."""


def records(path: Path, at: datetime | None) -> Iterator[Record]:
    """The observations of a file, in its order.

    Args:
        path: WARC (also gzipped), JSON Lines, one JSON document, or CSV; told by its content.
        at: when everything in it was seen; None where each record says so itself.

    Raises:
        NotFound: there is no such file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(64)
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror or error}") from error
    if begin.startswith(_WARC):
        yield from _of_warc(path)
    elif begin.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        yield from _of_json(path, at)
    else:
        yield from _of_csv(path, at)


def _of_warc(path: Path) -> Iterator[Record]:
    with path.open("rb") as file:
        for page in pages(file):
            reading = read_document(page.body, page.url, page.content_type)
            for posting in reading.postings:
                yield Past(page.url, page.at, posting, alone=len(reading.postings) == 1)


def _of_json(path: Path, at: datetime | None) -> Iterator[Record]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        first = file.readline()
        if _json(first) is None:
            yield from _of_document(path, first + file.read(), at)
        else:
            yield from _of_lines(path, itertools.chain([first], file), 1, at)


def _of_lines(
    path: Path, lines: Iterable[str], first: int, at: datetime | None
) -> Iterator[Record]:
    for number, line in enumerate(lines, first):
        where = f"{path}, line {number}"
        told = _json(line)
        if told is not None:
            yield from _of_values(told, where, at)
        elif line.strip():
            yield Complaint(where, "it is no JSON")


def _of_document(path: Path, text: str, at: datetime | None) -> Iterator[Record]:
    """A file that is one JSON value over several lines, or lines of which the first is broken."""
    told = _json(text)
    if told is not None:
        yield from _of_values(told, str(path), at)
        return
    yield from _of_lines(path, text.splitlines(), 1, at)


def _json(text: str) -> Any:
    """A JSON value; None where there is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _of_values(told: object, where: str, at: datetime | None) -> Iterator[Record]:
    for number, value in enumerate(told if isinstance(told, list) else [told], 1):
        place = f"{where}, item {number}" if isinstance(told, list) else where
        if not isinstance(value, dict):
            yield Complaint(place, "it is no object")
            continue
        try:
            yield from _of_object(value, at)
        except Unread as why:
            yield Complaint(place, str(why))


def _of_object(value: Mapping[str, Any], at: datetime | None) -> Iterator[Past]:
    """Our own posting line, or schema.org's JobPosting with ``url`` and ``seen_at``."""
    url = value.get("url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise Unread("it has no url; every posting needs its page's address")
    if value.get("schema") == POSTING_SCHEMA:
        yield from _of_line(value, url, at)
        return
    seen = at or _instant(value.get("seen_at"), "seen_at")
    reading = read_document(json.dumps(value).encode(), url, "application/ld+json")
    if not reading.postings:
        raise Unread("it is no JobPosting")
    yield from (Past(url, seen, posting) for posting in reading.postings)


def _of_line(value: Mapping[str, Any], url: str, at: datetime | None) -> Iterator[Past]:
    """A posting line: when it was last seen, it said this."""
    try:
        posting = posting_from_json(value)
    except (TypeError, AttributeError, ValueError) as error:
        raise Unread(f"it is no {POSTING_SCHEMA} ({error})") from None
    yield Past(url, at or _instant(value.get("last_seen"), "last_seen"), posting)


def _of_csv(path: Path, at: datetime | None) -> Iterator[Record]:
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
                yield _of_row({name: _plain(text) for name, text in row.items()}, at)
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


def _of_row(row: Mapping[str, str], at: datetime | None) -> Past:
    url = row["url"]
    if not url.startswith(("http://", "https://")):
        raise Unread("it has no url; every posting needs its page's address")
    seen = at or _instant(row.get("seen_at") or row.get("last_seen") or row.get("at"), "seen_at")
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
