"""What holds for every command: shared options, errors as one line, help."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from jobdiff.cli.command import Panel, command
from jobdiff.cli.main import app, run
from jobdiff.cli.session import Session
from postings.errors import JobdiffError, NotFound
from tests.cli.program import Jobdiff, Ran, logging_as_before

REPO = Path(__file__).parents[2]
COMMANDS = (
    "check add boards remove pause resume approve reject crawl postings show history diff events "
    "extract serve migrate doctor demo init"
).split()


def ran(work: Callable[..., None], *argv: str) -> Ran:
    small = typer.Typer()
    command(small, Panel.START, name="work")(work)
    with logging_as_before():
        result = CliRunner().invoke(small, list(argv))
    return Ran(result.exit_code, result.stdout, result.stderr)


def test_help_lists_every_command_in_its_group(jobdiff: Jobdiff) -> None:
    text = jobdiff("--help").out
    order = [text.index(f" {panel.value} ─") for panel in Panel]
    assert order == sorted(order)
    for name in COMMANDS:
        assert f"│ {name} " in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_takes_the_shared_options(name: str, jobdiff: Jobdiff) -> None:
    helped = jobdiff(name, "--help")
    assert helped.code == 0
    for option in ("--json", "--now", "--config", "--database", "--verbose"):
        assert option in helped.out


def test_shared_options_stand_before_or_behind_the_name(jobdiff: Jobdiff, alone: Path) -> None:
    before = jobdiff("--database", "sqlite:///one.db", "--json", "migrate")
    behind = jobdiff("migrate", "--json", "--database", "sqlite:///two.db")
    assert before.objects()[0]["store"] == str(alone / "one.db")
    assert behind.objects()[0]["store"] == str(alone / "two.db")


def test_the_option_behind_the_name_wins(jobdiff: Jobdiff, alone: Path) -> None:
    jobdiff("--database", "sqlite:///one.db", "migrate", "--database", "sqlite:///two.db")
    assert not (alone / "one.db").exists()
    assert (alone / "two.db").exists()


def test_the_version_is_said(jobdiff: Jobdiff) -> None:
    assert jobdiff("--version").out.startswith("jobdiff 0.")


@pytest.mark.parametrize(
    "argv",
    [
        ("nonsense",),
        ("check",),
        ("postings", "--state", "closed"),
        ("postings", "--limit", "0"),
        ("events", "--kind", "exploded"),
        ("boards", "--frobnicate"),
    ],
)
def test_wrong_usage_is_exit_2_without_a_traceback(argv: tuple[str, ...], jobdiff: Jobdiff) -> None:
    wrong = jobdiff(*argv)
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err
    assert "Traceback" not in wrong.err


@pytest.mark.parametrize("now", ["yesterday", "2026-02-30"])
def test_a_now_that_is_no_instant_is_refused(now: str, jobdiff: Jobdiff) -> None:
    wrong = jobdiff("boards", "--now", now)
    assert wrong.code == 2
    assert wrong.err.startswith(f"jobdiff: '{now}' is no instant")


def test_an_error_on_purpose_is_one_line_and_its_own_exit_code() -> None:
    def missing(session: Session) -> None:
        raise NotFound("no board\nis called \x1b[31mthat")

    assert ran(missing) == Ran(2, "", "jobdiff: no board is called [31mthat\n")


@pytest.mark.parametrize(
    "argv", [("postings", "--state", "shut"), ("crawl", "--fail-on", "shut"), ("export", "shut")]
)
def test_a_word_that_is_no_choice_is_refused_in_words(
    argv: tuple[str, ...], jobdiff: Jobdiff
) -> None:
    refused = jobdiff(*argv)
    assert (refused.code, refused.out) == (2, "")
    assert ": 'shut' is not one of" in refused.err


def test_work_that_failed_is_exit_1() -> None:
    def failing(session: Session) -> None:
        raise JobdiffError("it did not work")

    assert ran(failing) == Ran(1, "", "jobdiff: it did not work\n")


def test_a_bug_is_one_line_too() -> None:
    def buggy(session: Session) -> None:
        raise KeyError("missing")

    told = ran(buggy)
    assert told.code == 1
    assert told.err == (
        "jobdiff: something unexpected went wrong: KeyError: 'missing'; "
        "run it again with -v to see where\n"
    )


def test_a_bug_shows_where_with_verbose(capfd: pytest.CaptureFixture[str]) -> None:
    def buggy(session: Session) -> None:
        raise KeyError("missing")

    small = typer.Typer()
    command(small, Panel.START, name="work")(buggy)
    with pytest.raises(SystemExit) as end:
        small(["-v"])
    logging.getLogger().handlers.clear()
    assert end.value.code == 1
    assert "Traceback" in capfd.readouterr().err


def test_an_interruption_is_one_line_and_130() -> None:
    def stopped(session: Session) -> None:
        raise KeyboardInterrupt

    told = ran(stopped)
    assert told.code == 130
    assert told.err.startswith("jobdiff: interrupted")


def test_a_reader_that_left_is_no_error(lived: object, alone: Path) -> None:
    line = f"{sys.executable} -m jobdiff events --json | head -n 1; echo ${{PIPESTATUS[0]}}"
    env = {**os.environ, "PYTHONPATH": str(REPO)}
    done = subprocess.run(
        ["bash", "-c", line], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[0].startswith('{"schema": "jobdiff.event/1"')
    assert done.stdout.splitlines()[-1] == "0"


def test_run_returns_the_exit_code(alone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert run(["nonsense"]) == 2
    assert "No such command" in capsys.readouterr().err


def test_what_is_no_text_is_refused_before_anything_is_done() -> None:
    done: list[str] = []

    def work(session: Session, name: str) -> None:
        done.append(name)

    assert (ran(work, "Bäcker").code, done) == (0, ["Bäcker"])
    refused = ran(work, os.fsdecode(b"\xff"))
    assert (refused.code, done) == (2, ["Bäcker"])
    assert refused.err == "jobdiff: name: '\\udcff' is no UTF-8 text; write it anew\n"


def test_completion_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    # Else typer looks for a shell among the processes that began this one: there may be none.
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    told = CliRunner().invoke(app, ["--show-completion", "bash"]).stdout
    assert "complete" in told
