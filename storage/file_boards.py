"""Whether the boards of a configuration file are in the store as the file has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from postings.urls import canonical
from storage.boards import FileBoard
from storage.schema import boards

_ALIKE: Final = ("every", "strategy", "window", "timezone", "allow_private", "browser")


def are_in_step(connection: Connection, file: str, entries: Sequence[FileBoard]) -> bool:
    """Whether ``boards.sync_file_boards`` would change nothing; then nobody need write to look."""
    of_file = select(boards).where(boards.c.origin_file == file)
    known = {row.canonical: row for row in connection.execute(of_file)}
    asked = {canonical(entry.url): entry for entry in entries}
    if known.keys() != asked.keys() or len(asked) < len(entries):
        return False
    return all(_is_as_asked(known[address], entry) for address, entry in asked.items())


def _is_as_asked(row: Row[Any], entry: FileBoard) -> bool:
    return (
        row.watched
        and not row.paused
        and entry.name in {None, row.name}
        and row.origin_line == entry.line
        and row.tags == list(dict.fromkeys(entry.tags))
        and all(getattr(row, key) == getattr(entry, key) for key in _ALIKE)
    )
