"""Every bad input ends in one clear line and the right exit code, never in a traceback."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.program import lonely, run
from tests.e2e.conftest import Run


def nothing(folder: Path) -> None:
    """The folder is as it is."""


def an_image(folder: Path) -> None:
    (folder / "page.html").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(64))


def a_page_without_postings(folder: Path) -> None:
    (folder / "page.html").write_text("<!doctype html><title>About</title><p>About us</p>")


def an_empty_file(folder: Path) -> None:
    (folder / "page.html").touch()


def a_newer_database(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "jobs.db")) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
        connection.commit()


def another_programs_database(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "jobs.db")) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.commit()


def a_corrupt_database(folder: Path) -> None:
    (folder / "jobs.db").write_bytes(b"SQLite format 3\0" + b"\xde\xad\xbe\xef" * 4096)


def no_database(folder: Path) -> None:
    (folder / "jobs.db").write_text("To be, or not to be, that is the question.\n" * 99)


def a_file_where_a_folder_should_be(folder: Path) -> None:
    (folder / "data").touch()


def a_long_cell(folder: Path) -> None:
    (folder / "b.csv").write_text(f"url,name\nhttps://example.org,{'x' * 140_000}\n")


def configured(text: str) -> Callable[[Path], None]:
    def prepare(folder: Path) -> None:
        (folder / "jobdiff.toml").write_text(text)

    return prepare


DATABASE = ("boards", "--database", "sqlite:///jobs.db")
BAD_INPUTS = {
    "no such file": (nothing, ("extract", "page.html"), 2, "page.html: no such file"),
    "not HTML": (an_image, ("extract", "page.html"), 1, "page.html is not HTML or JSON"),
    "no postings": (a_page_without_postings, ("extract", "page.html"), 1, "no JobPosting"),
    "an empty file": (an_empty_file, ("extract", "page.html"), 1, "no JobPosting"),
    "unresolvable": (nothing, ("extract", "http://nowhere.invalid/"), 1, "nowhere.invalid"),
    "not a web address": (nothing, ("check", "gopher://example.org/"), 2, "gopher://"),
    "no address at all": (nothing, ("check", "careers"), 2, "careers"),
    "a newer database": (a_newer_database, DATABASE, 2, "newer jobdiff"),
    "another program's": (another_programs_database, DATABASE, 2, "another program"),
    "a corrupt database": (a_corrupt_database, DATABASE, 2, "jobs.db is damaged"),
    "no database": (no_database, DATABASE, 2, "jobs.db"),
    "an unwritable folder": (
        a_file_where_a_folder_should_be,
        ("boards", "--database", "sqlite:///data/jobs.db"),
        2,
        "data",
    ),
    "an unknown database": (nothing, ("boards", "--database", "oracle://jobs"), 2, "oracle"),
    "no such configuration": (nothing, ("boards", "--config", "my.toml"), 2, "my.toml"),
    "malformed": (configured("database = \n"), ("boards",), 2, "jobdiff.toml"),
    "a typo in a key": (configured('[crawler]\ndelya = "1s"\n'), ("boards",), 2, "delya"),
    "a wrong value": (configured('[crawler]\nrevisit = "soon"\n'), ("boards",), 2, "revisit"),
    "a wrong type": (configured("boards = 7\n"), ("boards",), 2, "boards"),
    "a board without URL": (configured('[[boards]]\nname = "x"\n'), ("boards",), 2, "url"),
    "a now that is none": (nothing, ("boards", "--now", "noon"), 2, "'noon' is no instant"),
    "a now of long ago": (nothing, ("boards", "--now", "0001-01-01"), 2, "1970 to 9000"),
    "a now that never comes": (nothing, ("boards", "--now", "9999-12-31"), 2, "1970 to 9000"),
    "a folder as configuration": (nothing, ("boards", "--config", "."), 2, ". is a folder"),
    "an odd configuration": (nothing, ("boards", "--config", "x" * 300), 2, "cannot be read"),
    "an option of a database": (nothing, (*DATABASE[:2], "sqlite:///a?mode=ro"), 2, "a ? in it"),
    "no address to check": (nothing, ("check", ""), 2, "the address is empty"),
    "no address to extract": (nothing, ("extract", ""), 2, "the address is empty"),
    "a folder to export to": (nothing, ("export", "-o", "."), 2, ". is a folder"),
    "no name to export to": (nothing, ("export", "-o", ""), 2, ". is a folder"),
    "a place that takes no file": (nothing, ("export", "-o", "/proc/x"), 2, "cannot be written"),
    "a folder to restore": (nothing, ("restore", ".", "--yes"), 2, ". is a folder"),
    "a cell that is too long": (a_long_cell, ("add", "--from", "b.csv"), 2, "b.csv, line 2: it is"),
    "a name with control characters": (
        configured('[[boards]]\nurl = "https://example.org"\nname = "a\\u001b[1m"\n'),
        ("boards",),
        2,
        "line 3: boards[0].name: 'a\\x1b[1m' has control characters in it",
    ),
}


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    lonely(tmp_path, monkeypatch)
    return Path.cwd()


@pytest.mark.parametrize(
    ("prepare", "argv", "code", "says"), BAD_INPUTS.values(), ids=BAD_INPUTS.keys()
)
def test_a_bad_input_is_one_line(
    prepare: Callable[[Path], None], argv: tuple[str, ...], code: int, says: str, alone: Path
) -> None:
    prepare(alone)
    done = run(*argv)
    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("jobdiff: ")
    assert says in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("name", ["not HTML", "a corrupt database", "a typo in a key"])
def test_a_process_ends_the_same_way(name: str, jobdiff: Run, folder: Path) -> None:
    prepare, argv, code, says = BAD_INPUTS[name]
    prepare(folder)
    done = jobdiff(*argv)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_typo_in_a_variable_is_named(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOBDIFF_CRAWLER__DELYA", "1s")
    done = run("boards")
    assert (done.code, done.out) == (2, "")
    assert "JOBDIFF_CRAWLER__DELYA" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_host_that_does_not_resolve_is_a_crawl_that_failed(alone: Path) -> None:
    done = run("check", "http://nowhere.invalid/careers")
    assert (done.code, done.err) == (1, "")
    assert "there is no such host" in done.out
    assert "Traceback" not in done.out


def test_a_folder_that_may_not_be_written_is_named(alone: Path) -> None:
    done = run("boards", "--database", "sqlite:////proc/jobdiff/jobs.db")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("jobdiff: the folder /proc/jobdiff cannot be made")
