import json
from pathlib import Path

import pytest

from jobdiff.demo.pages import answer
from jobdiff.demo.script import Script
from jobdiff.demo.site import SiteServer
from tests.cli.program import Jobdiff
from tests.cli.test_postings import POSTING_KEYS


@pytest.fixture
def document(alone: Path, script: Script) -> Path:
    """The page of a posting whose deadline is the end of 4 March 2026 in Bern."""
    path = "/jobs/BR-109-working-student-dataset-labelling"
    file = alone / "posting.html"
    file.write_text(answer(script.sites[0], 1, path, "").body)
    return file


def test_a_file_is_read(jobdiff: Jobdiff, document: Path) -> None:
    told = jobdiff("extract", "posting.html", "--now", "2026-03-01T00:00:00Z")
    assert (told.code, told.err) == (0, "")
    for words in ("Working student, dataset labelling", "Birchline Robotics", "28–32 CHF an hour"):
        assert words in told.out
    assert "expired" not in told.out


def test_a_deadline_that_passed_is_said(jobdiff: Jobdiff, document: Path) -> None:
    last_day = jobdiff("extract", str(document), "--now", "2026-03-04T22:00:00Z")
    day_after = jobdiff("extract", str(document), "--now", "2026-03-05T00:00:00Z")
    assert "expired" not in last_day.out
    assert "expired: its deadline passed at 2026-03-04 23:00 UTC" in day_after.out


def test_standard_input_is_read_as_json_lines(jobdiff: Jobdiff, document: Path) -> None:
    told = jobdiff("extract", "-", "--json", stdin=document.read_bytes())
    [posting] = told.objects("jobdiff.posting/1")
    assert told.code == 0
    assert set(posting) == POSTING_KEYS
    assert posting["identifier"] == {"name": "Birchline Robotics", "value": "BR-109"}


def test_a_page_is_fetched_and_read(jobdiff: Jobdiff, page: SiteServer) -> None:
    told = jobdiff("extract", page.url)
    assert told.code == 0
    assert told.out.endswith("12 postings\n")
    assert len(jobdiff("extract", page.url, "--json").objects()) == 12


def test_a_bare_json_document_is_read(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "job.json").write_text(
        json.dumps({"@context": "https://schema.org", "@type": "JobPosting", "title": "Baker"})
    )
    assert [one["title"] for one in jobdiff("extract", "job.json", "--json").objects()] == ["Baker"]


def test_nothing_is_stored(jobdiff: Jobdiff, document: Path, alone: Path) -> None:
    jobdiff("extract", "posting.html")
    assert [file.name for file in alone.iterdir()] == ["posting.html"]
    assert not (alone.parent / "home").exists()


def test_a_page_without_a_posting_is_exit_1(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "about.html").write_text("<html><body><p>About us</p></body></html>")
    told = jobdiff("extract", "about.html")
    assert (told.code, told.out) == (1, "")
    assert told.err == "jobdiff: about.html: there is no JobPosting in it\n"


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "offer.pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "logo.png"),
        (b"PK\x03\x04\x14\0", "jobs.docx"),
        (b"\0\1\2\3" * 50, "noise.bin"),
    ],
)
def test_what_is_no_document_is_said_so(
    body: bytes, name: str, jobdiff: Jobdiff, alone: Path
) -> None:
    (alone / name).write_bytes(body)
    told = jobdiff("extract", name)
    assert (told.code, told.out) == (1, "")
    assert told.err == (f"jobdiff: {name} is not HTML or JSON; name a page or a JSON document\n")


@pytest.mark.parametrize(
    ("source", "code", "says"),
    [
        ("missing.html", 2, "missing.html: no such file"),
        (".", 2, ". is a folder; name a file"),
        ("file:///etc/passwd", 2, "not an http or https URL"),
        ("javascript:alert(1)", 2, "not an http or https URL"),
        ("http://nowhere.invalid/", 1, "nowhere.invalid"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    source: str, code: int, says: str, jobdiff: Jobdiff
) -> None:
    told = jobdiff("extract", source)
    assert (told.code, told.out) == (code, "")
    assert says in told.err
    assert len(told.err.splitlines()) == 1


def test_a_private_address_is_refused_unless_allowed(
    jobdiff: Jobdiff, page: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert jobdiff("extract", page.url).code == 0
    monkeypatch.setenv("JOBDIFF_NETWORK__ALLOW_PRIVATE", "false")
    refused = jobdiff("extract", page.url)
    assert refused.code == 2
    assert "is not a public address" in refused.err


def test_an_error_page_is_named(jobdiff: Jobdiff, page: SiteServer) -> None:
    told = jobdiff("extract", page.url.replace("/careers", "/nothing"))
    assert told.code == 1
    assert "404" in told.err
