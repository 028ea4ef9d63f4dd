"""``gc``, ``backup`` and ``restore``."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import Jobdiff, Lived

YEARS_LATER = ("--now", "2029-01-01T00:00:00Z")


def _everything(jobdiff: Jobdiff) -> tuple[object, object]:
    return jobdiff("postings", "--json").objects(), jobdiff("events", "--json").objects()


def test_a_dry_run_says_what_goes_and_takes_nothing(jobdiff: Jobdiff, lived: Lived) -> None:
    before = _everything(jobdiff), jobdiff("export", "crawls").out
    would = jobdiff("gc", "--keep", "1y", "--dry-run", "--json", *YEARS_LATER).objects()[0]
    assert would["dry_run"] is True
    assert would["counts"]["snapshots"] > 0
    assert would["counts"]["crawls"] == 8
    assert (_everything(jobdiff), jobdiff("export", "crawls").out) == before
    done = jobdiff("gc", "--keep", "1y", "--json", *YEARS_LATER).objects()[0]
    assert done["counts"] == would["counts"]
    assert _everything(jobdiff) == before[0]
    again = jobdiff("gc", "--keep", "1y", *YEARS_LATER)
    assert "0 superseded snapshots of before 2028-01-02 00:00 UTC: gone" in again.out


def test_a_search_of_the_past_says_what_is_missing(jobdiff: Jobdiff, lived: Lived) -> None:
    then = ("postings", "--as-of", "2026-03-02")
    assert jobdiff(*then).err == ""
    jobdiff("gc", "--keep", "1y", *YEARS_LATER)
    told = jobdiff(*then)
    assert "before 2028-01-02 00:00 UTC was taken away by gc" in told.err
    assert jobdiff("postings").err == ""


def test_what_is_young_enough_stays(jobdiff: Jobdiff, lived: Lived) -> None:
    told = jobdiff("gc", "--keep", "2y", "--json").objects()[0]
    assert told["before"] == "2024-03-06T12:00:00Z"
    assert not any(told["counts"].values())


@pytest.mark.parametrize("keep", ["soon", "-1d", ""])
def test_a_time_that_is_none_is_refused(jobdiff: Jobdiff, lived: Lived, keep: str) -> None:
    told = jobdiff("gc", "--keep", keep)
    assert told.code == 2
    assert told.err


def test_a_backup_comes_back(jobdiff: Jobdiff, lived: Lived) -> None:
    whole = _everything(jobdiff)
    assert jobdiff("backup", "copies/one.db").code == 0
    assert jobdiff("remove", "Birchline Robotics", "--purge", "--yes").code == 0
    fewer = _everything(jobdiff)
    assert fewer != whole

    told = jobdiff("restore", "copies/one.db", "--yes", "--json").objects()[0]
    assert _everything(jobdiff) == whole
    assert jobdiff("restore", told["before"], "--yes").code == 0
    assert _everything(jobdiff) == fewer


def test_a_backup_is_never_written_over_something(jobdiff: Jobdiff, lived: Lived) -> None:
    Path("mine.db").write_text("precious")
    told = jobdiff("backup", "mine.db")
    assert (told.code, Path("mine.db").read_text()) == (2, "precious")
    assert "exists already" in told.err


def test_restoring_asks_first(jobdiff: Jobdiff, lived: Lived) -> None:
    jobdiff("backup", "one.db")
    before = lived.store.read_bytes()
    assert jobdiff("restore", "one.db", stdin="n\n").code == 1
    assert lived.store.read_bytes() == before
    assert jobdiff("restore", "one.db", stdin="y\n").code == 0


def test_a_damaged_store_is_put_aside(jobdiff: Jobdiff, lived: Lived) -> None:
    whole = _everything(jobdiff)
    jobdiff("backup", "one.db")
    lived.store.write_bytes(b"no database at all " * 500)
    assert jobdiff("postings").code == 2
    told = jobdiff("restore", "one.db", "--yes")
    assert told.code == 0, told.err
    assert _everything(jobdiff) == whole
    aside = lived.store.with_name("jobs.db.damaged")
    assert aside.read_bytes().startswith(b"no database at all")


@pytest.mark.parametrize("content", [None, b"", b"nothing like it" * 400, "another program"])
def test_only_a_backup_can_be_restored(
    jobdiff: Jobdiff, lived: Lived, content: bytes | str | None
) -> None:
    whole = _everything(jobdiff)
    if isinstance(content, bytes):
        Path("bad.db").write_bytes(content)
    elif content:
        with closing(sqlite3.connect("bad.db")) as other:
            other.execute("CREATE TABLE songs (name)")
    told = jobdiff("restore", "bad.db", "--yes")
    assert told.code == 2
    assert "bad.db" in told.err
    assert told.err.count("\n") == 1
    assert _everything(jobdiff) == whole
