"""``export``: what is known as files for other programs."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jobdiff.export import columns
from tests.cli.program import Jobdiff, Lived

REPO = Path(__file__).parents[2]


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_json_lines_are_the_lines_of_the_commands(jobdiff: Jobdiff, lived: Lived) -> None:
    known = jobdiff("postings", "--json").objects()
    assert len(known) == 43
    assert jobdiff("export").objects() == known
    assert jobdiff("export", "postings", "--json", "--state", "removed").objects() == [
        one for one in known if one["state"] == "removed"
    ]
    log = jobdiff("events", "--json").objects()
    assert len(log) > 43
    assert jobdiff("export", "events").objects() == log


def test_a_table_has_a_row_a_posting_and_the_documented_columns(
    jobdiff: Jobdiff, lived: Lived
) -> None:
    told = jobdiff("export", "--format", "csv")
    rows = _table(told.out)
    known = {one["id"]: one for one in jobdiff("postings", "--json").objects()}
    assert list(rows[0]) == [one.name for one in columns.POSTINGS]
    assert {row["id"] for row in rows} == set(known)
    for row in rows:
        assert row["title"] == known[row["id"]]["title"]
        assert row["state"] == known[row["id"]]["state"]
        pay = known[row["id"]]["salary"]
        assert row["salary_max"] == ("" if pay is None else str(pay["max"] or ""))


def test_the_past_can_be_exported(jobdiff: Jobdiff, lived: Lived) -> None:
    then = jobdiff("postings", "--as-of", "2026-03-02", "--json").objects()
    now = jobdiff("postings", "--json").objects()
    exported = jobdiff("export", "--as-of", "2026-03-02").objects()
    assert exported == then != now


def test_every_crawl_is_a_row(jobdiff: Jobdiff, lived: Lived) -> None:
    rows = _table(jobdiff("export", "crawls", "--format", "csv").out)
    assert len(rows) == 10
    assert {row["outcome"] for row in rows} > {"complete"}
    lines = jobdiff("export", "crawls").objects("jobdiff.crawl-record/1")
    assert [one["outcome"] for one in lines] == [row["outcome"] for row in rows]


def test_a_parquet_file_has_types(jobdiff: Jobdiff, lived: Lived) -> None:
    told = jobdiff("export", "-o", "all.parquet", "--json")
    assert told.objects() == [
        {
            "schema": "jobdiff.export/1",
            "table": "postings",
            "format": "parquet",
            "file": "all.parquet",
            "rows": 43,
        }
    ]
    table = pq.read_table("all.parquet")
    assert table.num_rows == 43
    assert str(table.schema.field("first_seen").type) == "timestamp[us, tz=UTC]"
    assert str(table.schema.field("salary_max").type) == "double"
    flat = {row["id"]: row for row in _table(jobdiff("export", "--format", "csv").out)}
    for row in table.to_pylist():
        assert (row["title"] or "") == flat[row["id"]]["title"]
        assert row["stale"] is (flat[row["id"]]["stale"] == "true")


def test_a_panel_tells_every_day_who_says_so(jobdiff: Jobdiff, lived: Lived) -> None:
    later = ("--now", "2026-03-08T12:00:00Z")
    told = jobdiff("export", "--panel", "panel", "--from", "2026-02-28", *later)
    assert told.code == 0, told.err
    manifest = json.loads(Path("panel/manifest.json").read_text())
    cells, days, said, merged = (
        _table(Path(f"panel/{name}.csv").read_text())
        for name in ("panel", "days", "snapshots", "merges")
    )
    assert {name: file["rows"] for name, file in manifest["files"].items()} == {
        "panel.csv": len(cells),
        "days.csv": len(days),
        "snapshots.csv": len(said),
        "merges.csv": len(merged),
    }
    assert len(days) == 2 * 9
    before = [row for row in days if row["day"] == "2026-02-28"]
    assert [(row["crawls"], row["open"]) for row in before] == [("0", "0")] * 2
    after = [row for row in days if row["day"] == "2026-03-08"]
    assert all(row["crawls"] == "0" and row["assumed"] == row["open"] != "0" for row in after)
    first = [row for row in days if row["day"] == "2026-03-02"]
    assert [(row["open"], row["page_read"], row["listed"]) for row in first] == [
        ("28", "28", "0"),
        ("12", "0", "12"),
    ]
    outage = [row for row in days if row["crawls"] != "0" and row["complete"] == "0"]
    assert outage
    assert all(row["open"] != "0" for row in outage)
    for row in days:
        kinds = [row[kind] for kind in ("page_read", "listed", "assumed")]
        own = [c for c in cells if (c["day"], c["board"]) == (row["day"], row["board"])]
        assert sum(map(int, kinds)) == int(row["open"]) == len(own)
    known = {row["snapshot"] for row in said}
    assert {cell["snapshot"] for cell in cells} <= known


def test_the_panel_agrees_with_the_past_as_it_was_known(jobdiff: Jobdiff, lived: Lived) -> None:
    jobdiff("export", "--panel", "panel", "--format", "jsonl")
    cells = [json.loads(line) for line in Path("panel/panel.jsonl").read_text().splitlines()]
    days = sorted({cell["day"] for cell in cells})
    assert len(days) == 5
    for day in days:
        then = jobdiff("postings", "--as-of", day, "--state", "open", "--json").objects()
        assert {one["id"] for one in then} == {c["posting"] for c in cells if c["day"] == day}


def test_what_was_merged_is_one_row_that_names_its_parts(jobdiff: Jobdiff, lived: Lived) -> None:
    first, second = [one["id"] for one in jobdiff("postings", "--json").objects()][:2]
    assert jobdiff("merge", first, second, "--now", "2026-03-06T12:00:00Z").code == 0
    rows = _table(jobdiff("export", "--format", "csv").out)
    assert len(rows) == 42
    (whole,) = [row for row in rows if row["parts"]]
    assert {whole["id"], whole["parts"]} == {first, second}
    told = _table(jobdiff("export", "events", "--format", "csv").out)
    assert {row["posting"] for row in told} == {row["id"] for row in rows} | {whole["parts"]}
    jobdiff("export", "--panel", "panel", "--now", "2026-03-08T12:00:00Z")
    assert _table(Path("panel/merges.csv").read_text()) == [
        {
            "board": whole["board"],
            "posting": whole["id"],
            "part": whole["parts"],
            "at": "2026-03-06T12:00:00Z",
            "undone_at": "",
        }
    ]


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("export", "--format", "parquet"), "name a file"),
        (("export", "-o", "no/such/folder.csv"), "cannot be written"),
        (("export", "--json", "--format", "csv"), "--json prints JSON Lines"),
        (("export", "events", "--state", "open"), "--state does not go"),
        (("export", "--from", "2026-03-01"), "--panel"),
        (("export", "--panel", "p", "--query", "x"), "--query does not go"),
        (("export", "--panel", "p", "--from", "soon"), "write a day"),
        (("export", "--panel", "p", "--from", "2026-03-04", "--to", "2026-03-03"), "turn them"),
        (("export", "--panel", "p", "--to", "2026-04-01"), "has not come yet"),
        (("export", "--board", "nobody"), "nobody"),
        (("export", "--as-of", "soon"), "--as-of"),
    ],
)
def test_what_cannot_be_is_one_line(
    jobdiff: Jobdiff, lived: Lived, argv: tuple[str, ...], told: str
) -> None:
    done = jobdiff(*argv)
    assert done.code == 2
    assert told in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""
    assert not list(Path().glob(".*unfinished*"))


def test_what_is_printed_is_utf_8_whatever_the_terminal_speaks(lived: Lived) -> None:
    env = {**os.environ, "PYTHONPATH": str(REPO), "PYTHONIOENCODING": "ascii"}
    for form in ("jsonl", "csv"):
        argv = [sys.executable, "-m", "jobdiff", "export", "--format", form]
        done = subprocess.run(argv, env=env, capture_output=True, timeout=60, check=True)
        assert "Zürich" in done.stdout.decode()
