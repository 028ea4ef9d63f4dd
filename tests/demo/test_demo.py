"""The demo: five days on the screen, and nothing left behind."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.program import lonely, run

REPO = Path(__file__).parents[2]


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, for temporary files too."""
    lonely(tmp_path, monkeypatch)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_five_days_tell_every_kind_and_name_the_outages(alone: Path) -> None:
    done = run("demo")
    assert (done.code, done.err) == (0, "")
    assert re.findall(r"^Day (\d)", done.out, re.MULTILINE) == ["1", "2", "3", "4", "5"]
    for kind in ("+ new", "~ changed", "× expired", "− removed", "↺ reopened"):
        assert f"  {kind} " in done.out
    assert "salary up 7 %: 118,000–140,000 → 125,000–150,000 CHF a year" in done.out
    assert "Birchline Robotics  failed" in done.out
    assert "no event: all 28 postings stay open\n  HTTP 503" in done.out
    assert "Harbour & Crumb  unreadable" in done.out
    assert "no event: all 12 postings stay open\n  nothing on" in done.out
    assert files(alone) == []


def test_it_ends_with_the_command_to_try(alone: Path) -> None:
    assert re.search(r"\n  (\S*)jobdiff check https://…\n$", run("demo", "--days", "1").out)


def test_the_screen_fits_into_eighty_columns(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("demo").out.splitlines()
    assert len(lines) > 50
    assert max(len(line) for line in lines) <= 80


def test_json_is_the_events_and_crawls_of_the_days(alone: Path) -> None:
    done = run("demo", "--json")
    kinds = Counter(event["kind"] for event in done.objects("jobdiff.event/1"))
    assert kinds == {"new": 3, "changed": 3, "expired": 1, "removed": 2, "reopened": 3}
    outcomes = Counter(crawl["outcome"] for crawl in done.objects("jobdiff.crawl/1"))
    assert outcomes == {"complete": 8, "failed": 1, "unreadable": 1}


def test_unchanged_pages_are_not_fetched_again(alone: Path) -> None:
    crawls = run("demo", "--json", "--days", "2").objects("jobdiff.crawl/1")
    assert (crawls[0]["not_modified"], crawls[2]["not_modified"]) == (0, 27)


def test_fewer_days_are_fewer_days(alone: Path) -> None:
    done = run("demo", "--days", "1")
    assert "28 postings, remembered as the beginning" in done.out
    assert "Day 2" not in done.out


@pytest.mark.parametrize("days", ["0", "6"])
def test_other_days_than_there_are_is_wrong_usage(days: str, alone: Path) -> None:
    assert run("demo", "--days", days).code == 2


def test_what_is_kept_can_be_looked_into(alone: Path) -> None:
    done = run("demo", "--keep", "--days", "2")
    store = re.search(r"--database (sqlite:///\S+)", done.out)
    assert store
    told = run("events", "--json", "--database", store[1]).objects()
    assert sum(not event["baseline"] for event in told) == 4


def test_as_a_process_it_takes_less_than_thirty_seconds_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    folders = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    proxy = {"http_proxy": "http://127.0.0.1:9", "PYTHONPATH": str(REPO)}
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "jobdiff", "demo"],
        cwd=tmp_path,
        env=kept | folders | proxy,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert time.monotonic() - began < 30
    assert done.stdout.count("\nDay ") == 5
    assert files(tmp_path) == []
