import tomllib
from pathlib import Path

import pytest

from jobdiff.cli import start
from tests.cli.program import Jobdiff


def test_init_writes_a_file_that_is_understood(jobdiff: Jobdiff, alone: Path) -> None:
    written = jobdiff("init")
    assert (written.code, written.err) == (0, "")
    assert tomllib.loads((alone / "jobdiff.toml").read_text())["crawler"]["delay"] == "1s"
    assert jobdiff("boards").code == 0
    assert (alone / "jobs.db").exists()


def test_what_init_comments_out_is_understood_too(jobdiff: Jobdiff, alone: Path) -> None:
    jobdiff("init")
    file = alone / "jobdiff.toml"
    lines = file.read_text().splitlines()
    is_setting = [
        line.startswith(("# [", "# ")) and ("= " in line or "[[" in line) for line in lines
    ]
    examples = [
        line.removeprefix("# ") if setting else line
        for line, setting in zip(lines, is_setting, strict=True)
    ]
    file.write_text("\n".join(examples))
    assert tomllib.loads(file.read_text())["rules"]
    assert jobdiff("boards", "--json").objects()[0]["name"] == "Example"


def test_init_never_overwrites(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "mine.toml").write_text("# mine\n")
    refused = jobdiff("init", "--config", "mine.toml")
    assert (refused.code, refused.err) == (
        2,
        "jobdiff: mine.toml exists already; it is left as it is\n",
    )
    assert (alone / "mine.toml").read_text() == "# mine\n"


def test_init_says_where_it_cannot_write(jobdiff: Jobdiff) -> None:
    refused = jobdiff("init", "--config", "no/such/folder/jobdiff.toml")
    assert refused.code == 2
    assert "no/such/folder/jobdiff.toml cannot be written: No such file" in refused.err


def test_init_names_the_file_in_json(jobdiff: Jobdiff, alone: Path) -> None:
    assert jobdiff("init", "--json").objects() == [
        {"schema": "jobdiff.file/1", "path": str(alone / "jobdiff.toml")}
    ]


def test_the_program_is_named_as_it_works_from_here(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    binary = alone / ".venv" / "bin" / "jobdiff"
    binary.parent.mkdir(parents=True)
    binary.write_text("#!/bin/sh\n")
    binary.chmod(0o755)
    monkeypatch.setattr("sys.argv", [str(binary)])
    monkeypatch.setenv("PATH", "/usr/bin")
    assert start.program() == ".venv/bin/jobdiff"
    monkeypatch.setenv("PATH", f"/usr/bin:{binary.parent}")
    assert start.program() == "jobdiff"
    monkeypatch.chdir("/usr")
    monkeypatch.setenv("PATH", "/usr/bin")
    assert start.program() == str(binary)
