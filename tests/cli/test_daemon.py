"""``serve``, ``worker`` and ``reload``: in this process, ended by a signal to it."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest

from tests.cli.program import Jobdiff, Ran

PATIENCE = 60.0


@pytest.fixture(autouse=True)
def _nothing_is_served(monkeypatch: pytest.MonkeyPatch, alone: Path) -> None:
    monkeypatch.setenv("JOBDIFF_WEB__LISTEN", "off")


def while_running(jobdiff: Jobdiff, command: str, work: Callable[[], None] = lambda: None) -> Ran:
    """Run a daemon, do something once it handles signals, then send it SIGTERM."""
    ended = threading.Event()

    def drive() -> None:
        until = monotonic() + PATIENCE
        while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL and monotonic() < until:
            if ended.wait(0.01):
                return
        try:
            work()
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    driver = threading.Thread(target=drive)
    driver.start()
    try:
        return jobdiff(command)
    finally:
        ended.set()
        driver.join()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_it_ends_cleanly_at_sigterm(jobdiff: Jobdiff, command: str) -> None:
    done = while_running(jobdiff, command)
    assert (done.code, done.out) == (0, "")
    assert done.err.rstrip().endswith("stopped")


def test_with_over_a_hundred_boards_and_no_contact_it_does_not_start(
    jobdiff: Jobdiff, alone: Path
) -> None:
    boards = "".join(f'[[boards]]\nurl = "https://e{n}.example/"\n' for n in range(101))
    (alone / "jobdiff.toml").write_text(boards)
    refused = jobdiff("serve")
    assert refused.code == 2
    assert refused.err.startswith("jobdiff: crawler.contact is not set, and 101 boards are watched")
    assert len(refused.err.splitlines()) == 1


def test_reload_without_a_daemon_says_so(jobdiff: Jobdiff) -> None:
    told = jobdiff("reload")
    assert told.code == 1
    assert "no daemon is running on" in told.err


def test_reload_refuses_a_broken_configuration_before_anybody_is_asked(
    jobdiff: Jobdiff, alone: Path
) -> None:
    (alone / "jobdiff.toml").write_text("[scheduler]\nmin_intervall = 3\n")
    told = jobdiff("reload")
    assert told.code == 2
    assert "jobdiff.toml, line 2: unknown key 'scheduler.min_intervall'" in told.err


def test_a_configuration_that_is_wrong_in_the_hours_is_refused(
    jobdiff: Jobdiff, alone: Path
) -> None:
    for line, said in (
        ('window = "7-19"', "no window of hours; write it like 07:00-19:00"),
        ('timezone = "Mars"', "'Mars' is no time zone"),
    ):
        (alone / "jobdiff.toml").write_text(f"[scheduler]\n{line}\n")
        told = jobdiff("boards")
        assert told.code == 2
        assert "jobdiff.toml, line 2" in told.err
        assert said in told.err


def test_only_this_machine_may_be_listened_at(
    jobdiff: Jobdiff, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JOBDIFF_WEB__LISTEN")
    for address in ("0.0.0.0:8765", "192.168.1.2:80", "8765", "127.0.0.1:99999", "[::]:80"):
        (alone / "jobdiff.toml").write_text(f'[web]\nlisten = "{address}"\n')
        told = jobdiff("boards")
        assert told.code == 2, address
        assert "no address of this machine alone" in told.err
