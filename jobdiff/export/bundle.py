"""A panel as a folder: the cells, the days of each board, what the postings said, a manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobdiff.export import columns
from jobdiff.export.columns import Column, Lines, codebook
from jobdiff.export.panel import Day, days
from jobdiff.export.writers import Format, named_when_whole, write
from postings.errors import UsageError
from postings.wire import instant

if TYPE_CHECKING:
    from jobdiff.config import Config
    from storage import Store
    from storage.boards import BoardRow

PANEL_SCHEMA = "jobdiff.panel/1"


@dataclass(frozen=True)
class Span:
    """The days of a panel, both in it."""

    first: date
    last: date


def write_panel(
    store: Store,
    config: Config,
    folder: Path,
    form: Format,
    boards: Sequence[BoardRow],
    span: Span,
    now: datetime,
) -> dict[str, Any]:
    """Write ``panel``, ``days``, ``snapshots`` and ``merges`` into a folder, the manifest last.

    A folder without ``manifest.json`` is not whole. What stands there under these names is
    replaced; other files are left alone.

    Returns:
        The manifest.

    Raises:
        UsageError: the folder or a file in it cannot be written.
    """
    manifest = folder / "manifest.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        manifest.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror or error}") from error
    tables: dict[str, tuple[Callable[[], Lines], Sequence[Column]]] = {
        "panel": (lambda: _cells(store, boards, span), columns.PANEL),
        "days": (lambda: _days(store, boards, span), columns.DAYS),
        "snapshots": (lambda: _snapshots(store, boards), columns.SNAPSHOTS),
        "merges": (lambda: _merges(store, boards), columns.MERGES),
    }
    files = {}
    for name, (rows, shape) in tables.items():
        path = folder / f"{name}.{form.value}"
        with closing(rows()) as lines:
            count = write(form, path, lines, shape)
        files[path.name] = _file(path, count, shape)
    told = _manifest(config, boards, span, files, now) | {"pruned_before": _pruned(store)}
    _write_json(manifest, told)
    return told


def _cells(store: Store, boards: Iterable[BoardRow], span: Span) -> Lines:
    for board in boards:
        for day in _walk(store, board, span):
            yield from day.cells


def _days(store: Store, boards: Iterable[BoardRow], span: Span) -> Lines:
    for board in boards:
        for day in _walk(store, board, span):
            yield day.row


def _walk(store: Store, board: BoardRow, span: Span) -> Iterator[Day]:
    from storage import panels

    with store.read() as connection:
        past = panels.past(connection, board)
    return days(past, span.first, span.last)


def _snapshots(store: Store, boards: Iterable[BoardRow]) -> Lines:
    from storage import panels

    for board in boards:
        with store.read() as connection:
            yield from panels.snapshot_lines(connection, board)


def _merges(store: Store, boards: Sequence[BoardRow]) -> Lines:
    from storage import panels

    with store.read() as connection:
        yield from panels.merge_lines(connection, boards)


def _pruned(store: Store) -> str | None:
    from storage import retention

    with store.read() as connection:
        return instant(retention.pruned_before(connection))


def _file(path: Path, rows: int, shape: Sequence[Column]) -> dict[str, Any]:
    with path.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    return {"rows": rows, "sha256": digest, "columns": codebook(shape)}


def _manifest(
    config: Config,
    boards: Sequence[BoardRow],
    span: Span,
    files: dict[str, Any],
    now: datetime,
) -> dict[str, Any]:
    from jobdiff import __version__
    from postings.reading import READER_VERSION

    return {
        "schema": PANEL_SCHEMA,
        "jobdiff": __version__,
        "reader": READER_VERSION,
        "made_at": instant(now),
        "configuration": configuration_hash(config),
        "first_day": span.first.isoformat(),
        "last_day": span.last.isoformat(),
        "boards": [{"id": one.id, "name": one.name, "url": one.url} for one in boards],
        "files": files,
    }


def configuration_hash(config: Config) -> str:
    """The SHA-256 of the configuration that crawls depend on: no channel, no secret is in it."""
    told = config.model_dump(mode="json", include={"crawler", "network", "scheduler", "platforms"})
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _write_json(path: Path, told: dict[str, Any]) -> None:
    with named_when_whole(path) as place:
        place.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
