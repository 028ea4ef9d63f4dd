"""What people write in options: cursors, dates, durations, and lists of boards."""

from __future__ import annotations

import csv
import io
import re
import sys
from dataclasses import dataclass
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
    """One board as ``add`` is asked for it; None is what is not said."""

    url: str
    name: str | None = None
    tags: tuple[str, ...] = ()
    every: str | None = None
    strategy: str | None = None
    browser: str | None = None
    window: str | None = None
    timezone: str | None = None
    allow_private: bool = False


def since(text: str | None, now: datetime) -> Since:
    """Read ``--since``: a cursor (all digits), a date or instant, or a duration back from ``now``.

    Raises:
        UsageError: it is none of them.
    """
    from jobdiff.config import parse_duration, parse_instant

    if text is None:
        return Since()
    if re.fullmatch(r"\d{1,18}", text):
        return Since(cursor=int(text))
    try:
        if re.match(r"\d{4}-", text):
            return Since(at=parse_instant(text))
        return Since(at=now - parse_duration(text))
    except (UsageError, OverflowError):
        raise UsageError(
            f"--since {text}: write a cursor (42), a date (2026-03-01) or a duration (2d)"
        ) from None


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

    Empty lines and lines that start with # are left out. Tags are apart by ``;``.

    Raises:
        UsageError: a column is unknown, or a row has no URL; names the line.
    """
    header = _header(text)
    if header is None:
        lines = (line.strip() for line in text.splitlines())
        return [Wanted(line) for line in lines if line and not line.startswith("#")]
    unknown = [column for column in header if column not in _COLUMNS]
    if unknown:
        raise UsageError(
            f"{source}: unknown column {unknown[0]!r}; the columns are {', '.join(_COLUMNS)}"
        )
    rows = csv.DictReader(io.StringIO(text), fieldnames=header, restval="")
    next(rows)
    return [_row(row, f"{source}, line {rows.line_num}") for row in rows]


def _header(text: str) -> list[str] | None:
    first = next(csv.reader(io.StringIO(text)), [])
    names = [name.strip().lower() for name in first]
    return names if "url" in names else None


def _row(row: dict[str | None, str | list[str]], where: str) -> Wanted:
    if None in row:
        raise UsageError(f"{where}: more fields than the first line names")
    values = {name: str(value).strip() for name, value in row.items()}
    if not values.get("url"):
        raise UsageError(f"{where}: it has no url")
    return Wanted(
        url=values["url"],
        name=values.get("name") or None,
        tags=tuple(re.split(r"\s*[;,]\s*", values["tags"])) if values.get("tags") else (),
        every=values.get("every") or None,
    )
