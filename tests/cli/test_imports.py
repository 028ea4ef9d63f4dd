"""``import``: one's own files of the past."""

from __future__ import annotations

import gzip
import json
import re
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
        (("empty.jsonl", *BOARD), "empty.jsonl is empty"),
        (("bare.csv", *BOARD), "'title'"),
    ],
)
def test_what_cannot_be_is_one_line(jobdiff: Jobdiff, argv: tuple[str, ...], told: str) -> None:
    _write("past.jsonl", NODE)
    _write("empty.jsonl")
    _write("bare.csv", "url,name", f"{SITE}/jobs/1,Nurse")
    done = jobdiff("import", *argv, *NOW)
    assert done.code == 2
    assert told in done.err
    assert done.err.count("\n") == 1
    assert _postings(jobdiff) == []


def _archived(name: str, *titles: str) -> tuple[Path, list[int]]:
    """A packed WARC of a posting each, and where its members begin."""
    archive, begins = Archive(Path("pages"), 1_000_000), []
    file = Path(f"pages/jobdiff-2025-01-10{name}")
    kept = Path("pages/jobdiff-2025-01-10.warc.gz")
    for number, title in enumerate(titles, 1):
        begins.append(kept.stat().st_size if kept.exists() else 0)
        at = datetime(2025, 1, 10, number, tzinfo=UTC)
        archive.keep(f"{SITE}/jobs/{number}", 200, {"content-type": "text/html"}, _page(title), at)
    content = kept.read_bytes()
    if not name.endswith(".gz"):
        content, begins = gzip.decompress(content), []
    file.write_bytes(content)
    return file, begins


def _titles(jobdiff: Jobdiff) -> list[str]:
    return sorted(one["title"] for one in _postings(jobdiff))


@pytest.mark.parametrize("name", [".warc", ".warc.gz"])
def test_a_warc_whose_end_is_missing_names_the_record_that_was_cut(
    jobdiff: Jobdiff, name: str
) -> None:
    file, begins = _archived(name, "one", "two", "three")
    whole = file.read_bytes()
    place = begins[-1] if begins else whole.rindex(b"WARC/1")
    file.write_bytes(whole[: place + (len(whole) - place) // 2 + 100])
    told = jobdiff("import", str(file), *BOARD, *NOW)
    assert told.code == 1
    assert f"{file}, byte {place}: the file ends in the middle of it" in told.err
    assert "1 record could not be imported; the others are" in told.err
    assert _titles(jobdiff) == ["one", "two"]


@pytest.mark.parametrize("name", [".warc", ".warc.gz"])
def test_rubbish_between_the_records_of_a_warc_is_named_and_costs_no_record(
    jobdiff: Jobdiff, name: str
) -> None:
    file, begins = _archived(name, "one", "two", "three")
    whole = file.read_bytes()
    place = begins[-1] if begins else whole.rindex(b"WARC/1")
    file.write_bytes(whole[:place] + b"rubbish\r\nof two lines\r\n" + whole[place:])
    told = jobdiff("import", str(file), *BOARD, *NOW)
    assert told.code == 1
    assert f"{file}, byte {place}: what stands here is no" in told.err
    assert len(told.err.splitlines()) == 2
    assert _titles(jobdiff) == ["one", "three", "two"]


def test_records_that_share_a_gzip_member_are_all_read(jobdiff: Jobdiff) -> None:
    file, _ = _archived(".warc", "one", "two", "three")
    packed = Path("whole.warc.gz")
    packed.write_bytes(gzip.compress(file.read_bytes()))
    told = jobdiff("import", str(packed), *BOARD, *NOW)
    assert (told.code, told.err) == (0, "")
    assert _titles(jobdiff) == ["one", "three", "two"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"WARC/1.0\r\nbroken", "there is no WARC record in it"),
        (gzip.compress(json.dumps(NODE).encode()), "there is no WARC record in it"),
        (gzip.compress(b""), "there is no WARC record in it"),
    ],
)
def test_a_warc_without_a_record_is_named(jobdiff: Jobdiff, content: bytes, why: str) -> None:
    file = Path("past.warc")
    file.write_bytes(content)
    told = jobdiff("import", str(file), *BOARD, *NOW)
    assert told.code == 1
    assert f"jobdiff: {file}: {why}" in told.err


def test_when_a_warc_was_seen_can_be_said(jobdiff: Jobdiff) -> None:
    file, _ = _archived(".warc", "one")
    file.write_bytes(re.sub(rb"WARC-Date: .*?\r\n", b"", file.read_bytes()))
    unsaid = jobdiff("import", str(file), *BOARD, *NOW)
    assert unsaid.code == 1
    assert "its WARC-Date is no instant; say with --at when it was seen" in unsaid.err
    assert jobdiff("import", str(file), *BOARD, *NOW, "--at", "2024-06-01").code == 0
    assert [one["first_seen"] for one in _postings(jobdiff)] == ["2024-06-01T00:00:00Z"]


def test_at_wins_over_the_date_of_a_warc(jobdiff: Jobdiff) -> None:
    file, _ = _archived(".warc.gz", "one")
    assert jobdiff("import", str(file), *BOARD, *NOW, "--at", "2024-06-01").code == 0
    assert [one["first_seen"] for one in _postings(jobdiff)] == ["2024-06-01T00:00:00Z"]


def test_a_record_that_has_not_come_yet_costs_itself_alone(jobdiff: Jobdiff) -> None:
    late = NODE | {"title": "Late", "url": f"{SITE}/jobs/2", "seen_at": "2027-01-01T00:00:00Z"}
    told = jobdiff("import", _write("past.jsonl", NODE, late), *BOARD, *NOW)
    assert told.code == 1
    assert "past.jsonl, line 2: it was seen at 2027-01-01 00:00 UTC: not yet past" in told.err
    assert _titles(jobdiff) == ["Nurse"]
    file, _ = _archived(".warc.gz", "one")
    early = jobdiff("import", str(file), *BOARD, "--now", "2025-01-01T00:00:00Z")
    assert early.code == 1
    assert "not yet past" in early.err


def test_an_address_that_is_none_costs_its_record_alone(jobdiff: Jobdiff) -> None:
    jobdiff("import", _write("first.jsonl", NODE), *BOARD, *NOW)
    nowhere = NODE | {"url": "http://[bad"}
    told = jobdiff("import", _write("past.jsonl", nowhere, NODE | {"title": "Two"}), *NOW)
    assert told.code == 1
    assert "there is not one board at the host of http://[bad" in told.err
    assert "1 observation" in told.out
