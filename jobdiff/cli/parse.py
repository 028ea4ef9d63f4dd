"""What people write in options: cursors, dates, durations, and lists of boards."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from postings.errors import NotFound, UsageError

_COLUMNS = ("url", "name", "tags", "every")


@dataclass(frozen=True)
class Since:
    """Where the log begins: after a cursor, or at an instant; neither means its beginning."""

    cursor: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Wanted:
    """One board as ``add`` is asked for it; None is what is not said.

    ``where`` it stands in a list of boards.
    """

    url: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    every: str | None = None
    strategy: str | None = None
    browser: str | None = None
    window: str | None = None
    timezone: str | None = None
    allow_private: bool = False
    where: str = field(default="", compare=False)


def since(text: str | None, now: datetime, *, cursors: bool = True) -> Since:
    """Read ``--since``: a cursor (all digits), a date or instant, or a duration back from ``now``.

    ``cursors``: whether one may be given.

    Raises:
        UsageError: it is none of them.
    """
    from jobdiff.config import parse_duration, parse_instant

    if text is None:
        return Since()
    if cursors and re.fullmatch(r"\d{1,18}", text):
        return Since(cursor=int(text))
    try:
        if re.match(r"\d{4}-", text):
            return Since(at=parse_instant(text))
        return Since(at=now - parse_duration(text))
    except (UsageError, OverflowError):
        first = "a cursor (42), a date" if cursors else "a date"
        raise UsageError(f"--since {text}: write {first} (2026-03-01) or a duration (2d)") from None


def as_of(text: str | None) -> datetime | None:
    """Read ``--as-of``: a date stands for the end of that day, UTC; an instant is exact.

    Raises:
        UsageError: it is neither.
    """
    from jobdiff.config import parse_instant

    if text is None:
        return None
    try:
        at = parse_instant(text)
        whole_day = re.fullmatch(r"\s*\d{4}-\d{2}-\d{2}\s*", text)
        return at + timedelta(days=1, microseconds=-1) if whole_day else at
    except (UsageError, OverflowError):
        raise UsageError(
            f"--as-of {text}: write a date (2026-03-01) or an instant (2026-03-01T12:00:00Z)"
        ) from None


def read_text(source: str) -> str:
    """The text of a file, or of standard input for ``-``.

    Raises:
        NotFound: there is no such file, or it cannot be read.
    """
    return read_bytes(source).decode("utf-8-sig", errors="replace")


def read_bytes(source: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``.

    Raises:
        NotFound: there is no such file, or it cannot be read.
    """
    if source == "-":
        if sys.stdin is None:
            raise NotFound("standard input is closed; name a file")
        return sys.stdin.buffer.read()
    if not source:
        raise NotFound("the address is empty; name a file, a URL or -")
    path = Path(source)
    try:
        return path.read_bytes()
    except IsADirectoryError:
        raise NotFound(f"{source} is a folder; name a file") from None
    except FileNotFoundError:
        raise NotFound(f"{source}: no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotFound(f"{source} cannot be read: {reason}") from None


def boards_from(text: str, source: str) -> list[Wanted]:
    """Boards from lines of URLs, or from a CSV whose first line names url, name, tags, every.

    Empty lines and lines that start with # are left out. A CSV's cells are apart by commas, or by
    semicolons as some spreadsheets write them; tags by ``;`` or ``,``.

    Raises:
        UsageError: a column is unknown, or a row has no URL; names the line.
    """
    lines = [
        (number, line)
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    between = ";" if lines and _is_header(lines[0][1], ";") else ","
    if not lines or not _is_header(lines[0][1], between):
        return [Wanted(line.strip(), where=f"{source}, line {n}") for n, line in lines]
    header = _cells(lines[0][1], between)
    unknown = [column for column in header if column not in _COLUMNS]
    if unknown:
        raise UsageError(
            f"{source}: unknown column {unknown[0]!r}; the columns are {', '.join(_COLUMNS)}"
        )
    return [_row(row, where) for row, where in _rows(lines, header, between, source)]


def checked(wanted: Wanted) -> Wanted:
    """What is asked for, held to the checks of the configuration file.

    Raises:
        UsageError: it cannot be; names the option.
    """
    from jobdiff.config import parse_every, parse_hours, parse_name, parse_zone

    return replace(
        wanted,
        name=None if wanted.name is None else _said("--name", parse_name, wanted.name),
        tags=tuple(_said("--tag", parse_name, tag) for tag in wanted.tags),
        every=None if wanted.every is None else _said("--every", parse_every, wanted.every),
        window=None if wanted.window is None else _said("--window", parse_hours, wanted.window),
        timezone=None if wanted.timezone is None else parse_zone(wanted.timezone),
    )


def _said(option: str, parse: Callable[[str], str], text: str) -> str:
    try:
        return parse(text)
    except UsageError as wrong:
        raise UsageError(f"{option}: {wrong}") from None


def _is_header(line: str, between: str) -> bool:
    return "url" in _cells(line, between)


def _cells(line: str, between: str) -> list[str]:
    try:
        return [cell.strip().lower() for cell in next(csv.reader([line], delimiter=between), [])]
    except csv.Error:
        return []


def _rows(
    lines: list[tuple[int, str]], header: list[str], between: str, source: str
) -> Iterator[tuple[dict[str | None, str | list[str]], str]]:
    """The rows of a CSV, each with where it stands: at the last of its lines."""
    rows = csv.DictReader(
        (line + "\n" for _, line in lines[1:]), fieldnames=header, restval="", delimiter=between
    )
    while True:
        where = f"{source}, line {lines[min(rows.line_num + 1, len(lines) - 1)][0]}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(f"{where}: it is no CSV ({error}); write it anew") from None
        yield row, f"{source}, line {lines[rows.line_num][0]}"


def _row(row: dict[str | None, str | list[str]], where: str) -> Wanted:
    if None in row:
        raise UsageError(f"{where}: more fields than the first line names")
    values = {name: str(value).strip() for name, value in row.items()}
    if not values.get("url"):
        raise UsageError(f"{where}: it has no url")
    return Wanted(
        url=values["url"],
        name=values.get("name") or None,
        tags=tuple(filter(None, re.split(r"\s*[;,]\s*", values.get("tags", "")))),
        every=values.get("every") or None,
        where=where,
    )
