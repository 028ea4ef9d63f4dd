"""Where the keys of a TOML file stand, for messages that name the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
    r"|[\[\]{}=\n]|[^\s\"'#\[\]{}=]+|[^\S\n]+|.",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def key_lines(text: str) -> dict[Path, int]:
    """Map every key path of a TOML document to its line, e.g. ``("boards", 0, "url")`` → 12.

    Keys inside inline tables are not listed; their table is.
    """
    lines: dict[Path, int] = {}
    arrays: dict[Path, int] = {}
    table: Path = ()
    for line, statement in _statements(text):
        if statement.startswith("[["):
            table = _array_item(_key(statement.strip("[] \t")), arrays)
            lines.setdefault(table[:-1], line)
        elif statement.startswith("["):
            table = _inside(_key(statement.strip("[] \t")), arrays)
        else:
            lines[table + _key(statement)] = line
            continue
        lines[table] = line
    return lines


def line_of(lines: Mapping[Path, int], path: Path) -> int | None:
    """The line of ``path``, or of the nearest table around it."""
    for length in range(len(path), 0, -1):
        if (line := lines.get(path[:length])) is not None:
            return line
    return None


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each table header and the left side of each assignment, with its line."""
    line = start = 1
    depth = 0
    left, assigned = "", False
    for piece in (match[0] for match in _TOKEN.finditer(text)):
        if piece == "\n" and depth <= 0:
            if left.strip():
                yield start, left.strip()
            left, assigned, depth, start = "", False, 0, line + 1
        elif piece == "=":
            assigned = True
        elif not assigned and not piece.startswith("#"):
            left += piece
        elif assigned:
            depth += (piece in "[{") - (piece in "]}")
        line += piece.count("\n")
    if left.strip():
        yield start, left.strip()


def _key(text: str) -> Path:
    """``a."b.c".d`` → ``("a", "b.c", "d")``; the text itself where it is no key."""
    if _BARE.fullmatch(text):
        return (text,)
    try:
        value: object = tomllib.loads(f"{text} = 0")
    except tomllib.TOMLDecodeError:
        return (text,)
    path: list[str] = []
    while isinstance(value, dict):
        path.append(next(iter(value)))
        value = value[path[-1]]
    return tuple(path)


def _array_item(key: Path, arrays: dict[Path, int]) -> Path:
    whole = _inside(key[:-1], arrays) + key[-1:]
    arrays[whole] = arrays.get(whole, -1) + 1
    return (*whole, arrays[whole])


def _inside(key: Path, arrays: Mapping[Path, int]) -> Path:
    """Insert the number of the array item that a sub-table belongs to."""
    path: Path = ()
    for part in key:
        path = (*path, part)
        if path in arrays:
            path = (*path, arrays[path])
    return path
