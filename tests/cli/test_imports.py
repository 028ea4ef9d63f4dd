"""``import``: one's own files of the past."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.archive import Archive
from tests.cli.program import Jobdiff, Lived

SITE = "https://example.org"
NODE = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Nurse",
    "url": f"{SITE}/jobs/1",
    "seen_at": "2025-01-10T08:00:00Z",
    "hiringOrganization": {"@type": "Organization", "name": "Example"},
}
BOARD = ("--board", f"{SITE}/careers")
NOW = ("--now", "2026-03-01T12:00:00Z")


def _page(title: str) -> bytes:
    node = json.dumps(NODE | {"title": title})
    return f'<html><script type="application/ld+json">{node}</script></html>'.encode()


def _write(name: str, *lines: object) -> str:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    Path(name).write_text(text + "\n", encoding="utf-8")
    return name


def _postings(jobdiff: Jobdiff, *argv: str) -> list[dict[str, Any]]:
    return jobdiff("postings", "--json", *argv, *NOW).objects()


def test_json_lines_become_history(jobdiff: Jobdiff) -> None:
    later = NODE | {"title": "Nurse (night)", "seen_at": "2025-02-01T08:00:00Z"}
    file = _write("past.jsonl", NODE, "", later)
    told = jobdiff("import", file, *BOARD, *NOW, "--json")
    assert told.code == 0, told.err
    assert told.objects() == [
        {
            "schema": "jobdiff.import/1",
            "file": file,
            "board": "example.org",
            "observations": 2,
            "known": 0,
            "postings": 1,
            "snapshots": 2,
        }
    ]
    (now,) = _postings(jobdiff)
    assert (now["title"], now["state"]) == ("Nurse (night)", "open")
    assert now["first_seen"] == "2025-01-10T08:00:00Z"
    (then,) = _postings(jobdiff, "--as-of", "2025-01-15")
    assert then["title"] == "Nurse"
    assert _postings(jobdiff, "--as-of", "2025-01-01") == []
    log = jobdiff("events", "--json", *NOW).objects()
    assert [(one["kind"], one["baseline"]) for one in log] == [("new", True), ("changed", True)]


def test_twice_is_as_good_as_once(jobdiff: Jobdiff) -> None:
    file = _write("past.jsonl", NODE)
    jobdiff("import", file, *BOARD, *NOW)
    before = _postings(jobdiff), jobdiff("events", "--json", *NOW).out
    again = jobdiff("import", file, *BOARD, *NOW, "--json").objects()[0]
    assert (again["observations"], again["known"], again["postings"]) == (1, 1, 0)
    assert (_postings(jobdiff), jobdiff("events", "--json", *NOW).out) == before


def test_what_was_exported_can_be_imported(
    jobdiff: Jobdiff, lived: Lived, monkeypatch: pytest.MonkeyPatch, alone: Path
) -> None:
    jobdiff("export", "-o", "all.jsonl")
    jobdiff("export", "-o", "all.csv")
    known = {one["identifier"]["value"]: one for one in jobdiff("postings", "--json").objects()}
    for name, same in (("all.jsonl", ("title", "salary", "organization")), ("all.csv", ("title",))):
        monkeypatch.setenv("JOBDIFF_DATABASE", f"sqlite:///{alone / name}.db")
        told = jobdiff("import", name, "--board", "https://example.org/careers")
        assert told.code == 0, told.err
        back = {one["identifier"]["value"]: one for one in jobdiff("postings", "--json").objects()}
        assert set(back) == set(known)
        for number, one in back.items():
            assert one["last_seen"] == known[number]["last_seen"]
            assert [one[key] for key in same] == [known[number][key] for key in same]


def test_a_warc_file_is_read_like_a_crawl(jobdiff: Jobdiff, alone: Path) -> None:
    archive = Archive(alone / "pages", 1_000_000)
    for day, title in ((10, "Nurse"), (11, "Nurse"), (12, "Head nurse")):
        at = datetime(2025, 1, day, tzinfo=UTC)
        archive.keep(f"{SITE}/jobs/1", 200, {"content-type": "text/html"}, _page(title), at)
        archive.keep(f"{SITE}/about", 200, {"content-type": "text/html"}, b"<p>us</p>", at)
    files = [str(path) for path in sorted((alone / "pages").iterdir())]
    told = jobdiff("import", *files, *BOARD, *NOW, "--json")
    assert told.code == 0, told.err
    assert [one["snapshots"] for one in told.objects()] == [1, 0, 1]
    (now,) = _postings(jobdiff)
    assert (now["title"], now["first_seen"], now["last_seen"]) == (
        "Head nurse",
        "2025-01-10T00:00:00Z",
        "2025-01-12T00:00:00Z",
    )


def test_a_table_of_ones_own_is_read(jobdiff: Jobdiff) -> None:
    file = _write(
        "past.csv",
        "url,title,organization,locality,countries,salary_min,salary_max,salary_currency,salary_unit",
        f"{SITE}/jobs/1,'=Nurse,Example,Bern,CH,80000,90000,CHF,YEAR",
    )
    told = jobdiff("import", file, *BOARD, "--at", "2025-01-10", *NOW)
    assert told.code == 0, told.err
    (now,) = _postings(jobdiff)
    assert now["title"] == "=Nurse"
    assert now["organization"]["name"] == "Example"
    assert (now["locations"][0]["locality"], now["locations"][0]["country"]) == ("Bern", "CH")
    assert now["salary"] == {
        "min": 80000,
        "max": 90000,
        "currency": "CHF",
        "unit": "YEAR",
        "estimated": False,
    }


def test_one_document_over_many_lines_is_read(jobdiff: Jobdiff) -> None:
    Path("past.json").write_text(json.dumps([NODE, NODE | {"url": f"{SITE}/jobs/2"}], indent=2))
    assert jobdiff("import", "past.json", *BOARD, *NOW).code == 0
    assert len(_postings(jobdiff)) == 2


def test_a_bad_record_costs_itself_alone(jobdiff: Jobdiff) -> None:
    bad = [
        "{broken",
        NODE | {"url": None},
        {key: value for key, value in NODE.items() if key != "seen_at"},
        NODE | {"seen_at": "soon"},
        {"url": f"{SITE}/about", "@type": "Article", "seen_at": "2025-01-01"},
        "[1]",
        {"schema": "jobdiff.posting/1", "url": f"{SITE}/jobs/3", "locations": 7},
    ]
    file = _write("past.jsonl", NODE, *bad, NODE | {"url": f"{SITE}/jobs/2"})
    told = jobdiff("import", file, *BOARD, *NOW)
    assert told.code == 1
    assert len(_postings(jobdiff)) == 2
    lines = told.err.splitlines()
    assert len(lines) == len(bad) + 1
    for number, line in enumerate(lines[:-1], 2):
        assert line.startswith(f"jobdiff: past.jsonl, line {number}")
    assert lines[-1] == "jobdiff: 7 records could not be imported; the others are"


def test_a_broken_first_line_costs_itself_alone(jobdiff: Jobdiff) -> None:
    file = _write("past.jsonl", "{broken", NODE)
    assert jobdiff("import", file, *BOARD, *NOW).code == 1
    assert len(_postings(jobdiff)) == 1


def test_rows_that_cannot_be_read_are_named(jobdiff: Jobdiff) -> None:
    row = f"{SITE}/jobs/1,Nurse,2025-01-10"
    file = _write(
        "past.csv",
        "url,title,seen_at",
        row,
        "nowhere,Cook,2025-01-10",
        f"{SITE}/jobs/2,,2025-01-10",
        f"{SITE}/jobs/3,Cook,",
        f"{row},too,many",
    )
    told = jobdiff("import", file, *BOARD, *NOW)
    assert told.code == 1
    assert [line.split(": ")[1] for line in told.err.splitlines()[:-1]] == [
        f"past.csv, line {number}" for number in (3, 4, 5, 6)
    ]
    assert len(_postings(jobdiff)) == 1


def test_the_host_tells_the_board(jobdiff: Jobdiff) -> None:
    told = jobdiff("import", _write("past.jsonl", NODE), *NOW)
    assert told.code == 1
    assert "say which one with --board" in told.err
    jobdiff("import", _write("past.jsonl", NODE), *BOARD, *NOW)
    second = _write("more.jsonl", NODE | {"url": f"{SITE}/jobs/2", "title": "Cook"})
    assert jobdiff("import", second, *NOW).code == 0
    assert len(_postings(jobdiff)) == 2


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("nothing.jsonl",), "nothing.jsonl"),
        (("past.jsonl", "--at", "soon"), "--at"),
        (("past.jsonl", "--at", "2027-01-01"), "has not come yet"),
        (("past.jsonl", "--board", "Nobody"), "Nobody"),
        (("late.jsonl", *BOARD), "not yet past"),
        (("bare.csv", *BOARD), "'title'"),
    ],
)
def test_what_cannot_be_is_one_line(jobdiff: Jobdiff, argv: tuple[str, ...], told: str) -> None:
    _write("past.jsonl", NODE)
    _write("late.jsonl", NODE | {"seen_at": "2027-01-01T00:00:00Z"})
    _write("bare.csv", "url,name", f"{SITE}/jobs/1,Nurse")
    done = jobdiff("import", *argv, *NOW)
    assert done.code == 2
    assert told in done.err
    assert done.err.count("\n") == 1
    assert _postings(jobdiff) == []
