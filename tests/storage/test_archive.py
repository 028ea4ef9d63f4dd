"""Pages as they came: kept in WARC files that other programs read, and found again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from storage.archive import Archive, pages

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEADERS = {"content-type": "text/html; charset=utf-8", "etag": '"1"'}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "pages", 1_000_000)


def keep(archive: Archive, url: str, body: bytes, at: datetime = NOON) -> bool:
    return archive.keep(url, 200, HEADERS, body, at)


def _file(archive: Archive, day: str = "2026-03-02") -> Path:
    return archive.folder / f"jobdiff-{day}.warc.gz"


def test_what_is_kept_is_a_warc_file_a_day(archive: Archive) -> None:
    assert keep(archive, "https://example.org/jobs/1", "Zürich".encode())
    assert keep(archive, "https://example.org/jobs/2", b"two")
    assert keep(archive, "https://example.org/jobs/1", b"next day", NOON + timedelta(days=1))
    assert archive.days() == [date(2026, 3, 2), date(2026, 3, 3)]
    with _file(archive).open("rb") as file:
        records = [
            (one.rec_type, one.rec_headers.get_header("WARC-Date")) for one in ArchiveIterator(file)
        ]
    assert records == [
        ("warcinfo", "2026-03-02T12:00:00Z"),
        ("response", "2026-03-02T12:00:00Z"),
        ("response", "2026-03-02T12:00:00Z"),
    ]
    with _file(archive).open("rb") as file:
        told = [(one.url, one.at, one.content_type, one.body) for one in pages(file)]
    assert told == [
        ("https://example.org/jobs/1", NOON, HEADERS["content-type"], "Zürich".encode()),
        ("https://example.org/jobs/2", NOON, HEADERS["content-type"], b"two"),
    ]


def test_its_digests_hold(archive: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    keep(archive, "https://example.org/jobs/1", b"body")
    options = type("Options", (), {"inputs": [str(_file(archive))], "verbose": True})()
    assert Checker(options).process_all() == 0
    assert "digest pass" in capsys.readouterr().out


def test_the_newest_page_of_a_url_is_found(archive: Archive) -> None:
    for day, body in enumerate((b"first", b"second", b"third")):
        keep(archive, "https://example.org/jobs/1", body, NOON + timedelta(days=day))
    keep(archive, "https://example.org/jobs/2", b"other")
    wanted = ["https://example.org/jobs/1/?utm_source=mail", "https://example.org/jobs/9"]
    assert [page.body for page in archive.newest(wanted)] == [b"third"]
    assert list(archive.newest([])) == []


def test_a_full_day_takes_no_more(archive: Archive) -> None:
    small = Archive(archive.folder, 1)
    assert keep(small, "https://example.org/jobs/1", b"one")
    assert not keep(small, "https://example.org/jobs/2", b"two")
    assert keep(small, "https://example.org/jobs/2", b"two", NOON + timedelta(days=1))


def test_what_cannot_be_written_harms_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    assert not keep(Archive(tmp_path / "file" / "pages", 100), "https://example.org/1", b"one")
    assert "https://example.org/1 was not archived" in caplog.text


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_record_that_was_cut_costs_itself_alone(archive: Archive, cut: int) -> None:
    keep(archive, "https://example.org/jobs/1", b"one" * 50)
    whole = _file(archive).stat().st_size
    keep(archive, "https://example.org/jobs/2", bytes(range(256)) * 4)
    path = _file(archive)
    path.write_bytes(path.read_bytes()[:-cut])
    assert path.stat().st_size > whole
    keep(archive, "https://example.org/jobs/3", b"three")
    with path.open("rb") as file:
        found = [page.url[-1] for page in pages(file)]
    assert found[0] == "1"
    assert found[-1] == "3"


def test_headers_cannot_break_out_of_their_lines(archive: Archive) -> None:
    archive.keep("https://example.org/1", 200, {"x": "a\r\nContent-Type: evil"}, b"body", NOON)
    with _file(archive).open("rb") as file:
        (page,) = pages(file)
    assert (page.content_type, page.body) == (None, b"body")


def test_old_days_are_forgotten(archive: Archive) -> None:
    for day in range(3):
        keep(archive, "https://example.org/1", b"one", NOON + timedelta(days=day))
    assert archive.forget(date(2026, 3, 4), dry_run=True) == 2
    assert len(archive.days()) == 3
    assert archive.forget(date(2026, 3, 4)) == 2
    assert archive.days() == [date(2026, 3, 4)]
