"""Rows into files: JSON Lines, CSV, Parquet. A file gets its name when it is whole.

A cell of text that a spreadsheet would take for a formula gets an apostrophe before it, and so does
one that begins with an apostrophe: taking one away gives the text back.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

from jobdiff.export.columns import Cell, Column, Line
from postings.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

_FORMULA = frozenset("=+-@\t\r\n＝＋－＠'")
_ROWS_AT_ONCE = 2000


class Format(StrEnum):
    """How rows are written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


Write: TypeAlias = Callable[[Path | None, Iterable[Line], Sequence[Column]], int]


def write(form: Format, path: Path | None, rows: Iterable[Line], columns: Sequence[Column]) -> int:
    """Write rows to a file, or to standard output where ``path`` is None.

    Args:
        form: the format; JSON Lines carry the rows as they are, the others their columns.
        path: the file; it is replaced when all is written, and untouched until then.
        rows: JSON lines (``docs/contracts.md``), taken one by one.
        columns: what the flat formats write of them.

    Returns:
        How many rows were written.

    Raises:
        UsageError: the file cannot be written; Parquet without a file, or without its extra.
    """
    return _WRITERS[form](path, rows, columns)


def neutral(text: str) -> str:
    """Text that no spreadsheet takes for a formula.

    >>> neutral("=1+1"), neutral("plain")
    ("'=1+1", 'plain')
    """
    return f"'{text}" if text[:1] in _FORMULA and text else text


@contextmanager
def named_when_whole(path: Path) -> Iterator[Path]:
    """A place to write to, which takes the file's name once the block ends well.

    A link stays one: the file that it leads to is written.

    Raises:
        UsageError: it cannot be written there, or what stands there is no ordinary file.
    """
    place = Path(os.path.realpath(path))
    unfinished = place.parent / f".{place.name}.unfinished-{os.getpid()}"
    try:
        _refuse_what_is_no_file(path)
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(place)
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(f"{path} cannot be written: {why}; name another file") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _refuse_what_is_no_file(path: Path) -> None:
    """A device or a pipe would be gone, with a file in its place."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file")
    if path.exists() and not path.is_file():
        raise UsageError(
            f"{path} is no ordinary file; name another, or leave --output out to print"
        )


@contextmanager
def _text(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8", errors="replace")
        yield sys.stdout
        return
    with (
        named_when_whole(path) as place,
        place.open("w", encoding="utf-8", newline="") as out,
    ):
        yield out


def _jsonl(path: Path | None, rows: Iterable[Line], columns: Sequence[Column]) -> int:  # noqa: ARG001
    from storage.types import dumps

    written = 0
    with _text(path) as out:
        for row in rows:
            out.write(dumps(row) + "\n")
            written += 1
    return written


def _csv(path: Path | None, rows: Iterable[Line], columns: Sequence[Column]) -> int:
    written = 0
    with _text(path) as out:
        table = csv.writer(out, lineterminator="\r\n" if path else "\n")
        table.writerow([column.name for column in columns])
        for row in rows:
            table.writerow([_spelled(column.value(row)) for column in columns])
            written += 1
    return written


def _spelled(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return neutral(cell) if isinstance(cell, str) else cell


def _parquet(path: Path | None, rows: Iterable[Line], columns: Sequence[Column]) -> int:
    if path is None:
        raise UsageError("Parquet is no text: name a file with --output")
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UsageError(
            "Parquet needs the extra: install jobdiff[parquet], or choose --format csv"
        ) from None
    schema = _schema(pa, columns)
    written = 0
    with named_when_whole(path) as place, pq.ParquetWriter(place, schema) as table:
        for batch in _batches(rows):
            cells = [{one.name: _typed(one, row) for one in columns} for row in batch]
            table.write_table(pa.Table.from_pylist(cells, schema=schema))
            written += len(batch)
    return written


def _schema(pa: Any, columns: Sequence[Column]) -> pa.Schema:
    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "instant": pa.timestamp("us", tz="UTC"),
        "date": pa.date32(),
    }
    fields = [
        pa.field(one.name, types[one.kind], metadata={"meaning": one.meaning}) for one in columns
    ]
    return pa.schema(fields)


def _typed(column: Column, row: Line) -> Any:
    from datetime import date, datetime

    cell = column.value(row)
    if cell is None:
        return None
    if column.kind == "instant":
        return datetime.fromisoformat(str(cell))
    return date.fromisoformat(str(cell)) if column.kind == "date" else cell


def _batches(rows: Iterable[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _ROWS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


_WRITERS: Mapping[Format, Write] = {
    Format.JSONL: _jsonl,
    Format.CSV: _csv,
    Format.PARQUET: _parquet,
}
