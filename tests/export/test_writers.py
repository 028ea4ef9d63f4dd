"""Rows into files, whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobdiff.export.columns import Column, Line
from jobdiff.export.writers import Format, neutral, write
from postings.errors import UsageError

TITLE = (Column("title", "text", "the title", lambda line: line["title"]),)


@given(st.text())
def test_an_apostrophe_taken_away_gives_the_text_back(text: str) -> None:
    told = neutral(text)
    assert (told.removeprefix("'")) == text


@given(st.text())
def test_no_cell_begins_a_formula(text: str) -> None:
    assert neutral(text)[:1] not in {*"=+-@\t\r\n＝＋－＠"}


def test_what_a_spreadsheet_would_run_is_text(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    titles = ['=HYPERLINK("https://example.org")', "+1", "-1", "@x", "\t=1", "plain", "'quoted"]
    assert write(Format.CSV, path, [{"title": one} for one in titles], TITLE) == len(titles)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert rows[0] == ["title"]
    assert [row[0] for row in rows[1:]] == [f"'{one}" if one != "plain" else one for one in titles]


@pytest.mark.parametrize("form", list(Format))
def test_a_file_keeps_its_content_until_the_new_one_is_whole(tmp_path: Path, form: Format) -> None:
    path = tmp_path / "out"
    write(form, path, [{"title": "before"}], TITLE)
    before = path.read_bytes()
    assert b"before" in before

    def breaking() -> Iterator[Line]:
        yield {"title": "after"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(form, path, breaking(), TITLE)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("form", list(Format))
def test_nothing_is_a_file_too(tmp_path: Path, form: Format) -> None:
    path = tmp_path / "out"
    assert write(form, path, [], TITLE) == 0
    assert path.exists()


@pytest.mark.parametrize("form", list(Format))
def test_a_link_stays_one_and_its_file_is_written(tmp_path: Path, form: Format) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("before")
    link.symlink_to(file)
    assert write(form, link, [{"title": "after"}], TITLE) == 1
    assert link.is_symlink()
    assert b"after" in file.read_bytes()
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "new")
    write(form, dangling, [{"title": "after"}], TITLE)
    assert dangling.is_symlink()
    assert b"after" in (tmp_path / "new").read_bytes()


@pytest.mark.parametrize("form", list(Format))
def test_what_is_no_ordinary_file_stays_what_it_is(tmp_path: Path, form: Format) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(UsageError, match=f"{path} is no ordinary file; name another"):
            write(form, path, [{"title": "one"}], TITLE)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link", "pipe"]


@pytest.mark.parametrize("form", list(Format))
@pytest.mark.parametrize("path", [Path(), Path("/")])
def test_a_folder_is_no_file(path: Path, form: Format) -> None:
    with pytest.raises(UsageError, match="is a folder; name a file"):
        write(form, path, [{"title": "one"}], TITLE)


@pytest.mark.parametrize("form", list(Format))
def test_a_place_that_takes_no_file_is_named(tmp_path: Path, form: Format) -> None:
    (tmp_path / "file").touch()
    # Neither writing there nor tidying up after it is possible.
    for path in (tmp_path / "file" / "out", tmp_path / ("x" * 250), Path("/proc/out")):
        with pytest.raises(UsageError, match=f"{path} cannot be written: .*; name another file"):
            write(form, path, [{"title": "one"}], TITLE)
