"""How every table looks."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text


def plain_table() -> Table:
    """A table with a line below its head and two blanks between its columns."""
    return Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))


def stacked(table: Table) -> Group:
    """A table for a screen that has no room for its columns: a cell a line, with its name."""
    names = [str(column.header) for column in table.columns]
    rows = zip(*(column.cells for column in table.columns), strict=True)
    lines: list[RenderableType] = []
    for row in rows:
        told = [_named(name, cell) for name, cell in zip(names, row, strict=True) if cell]
        lines += [*told, ""]
    return Group(*lines)


def _named(name: str, cell: RenderableType) -> RenderableType:
    label = Text(f"{name}: " if name else "", "dim", overflow="fold")
    return label.append(cell) if isinstance(cell, str | Text) else Group(label, cell)
