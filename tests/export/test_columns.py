"""The columns of flat exports are those that the documentation names."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobdiff.export import columns
from jobdiff.export.columns import Column

TEXT = (Path(__file__).parents[2] / "docs" / "export.md").read_text(encoding="utf-8")
TABLES = {
    name: getattr(columns, name)
    for name in ("POSTINGS", "EVENTS", "CRAWLS", "SNAPSHOTS", "PANEL", "DAYS")
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_column_is_documented(table: tuple[Column, ...]) -> None:
    assert len({one.name for one in table}) == len(table)
    for one in table:
        assert f"| `{one.name}` | {one.kind} | {one.meaning} |" in TEXT
