"""Starting daemons fast: a process that has loaded everything forks one whenever it is asked.

``python -m tests.torture.daemons CONFIG LEASE``: ``fork KIND`` on its standard input starts a
daemon and prints its process id, ``wait PID`` waits for its end and prints its status.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

REPO = Path(__file__).parents[2]


class Starter:
    """Starts daemons on one configuration; use it as a context manager."""

    def __init__(self, config: Path, lease: float, log: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if "JOBDIFF" not in name}
        self._log = log.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.daemons", str(config), str(lease)],
            cwd=REPO,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._say("hello")

    def start(self, kind: str = "serve") -> Forked:
        """A daemon in a process of its own."""
        return Forked(self, int(self._say(f"fork {kind}")))

    def wait(self, pid: int) -> int:
        """How a daemon ended: its exit code, or the negative number of the signal."""
        return int(self._say(f"wait {pid}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def _say(self, words: str) -> str:
        told, answers = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        told.write(words + "\n")
        told.flush()
        return answers.readline().strip()


@dataclass(frozen=True)
class Forked:
    """A daemon that runs."""

    starter: Starter
    pid: int

    def end(self, number: int = signal.SIGKILL) -> int:
        """Send it a signal and wait for its end; how it ended."""
        os.kill(self.pid, number)
        return self.starter.wait(self.pid)


def main(config: Path, lease: float) -> None:
    """Fork daemons as standard input asks."""
    for module in (
        "crawler.run",
        "crawler.spiders.careers",
        "postings.reading",
        "scheduler.daemon",
    ):
        import_module(module)
    for line in sys.stdin:
        word, _, what = line.strip().partition(" ")
        if word == "fork":
            told = os.fork()
            if not told:
                _be_daemon(config, lease, what)
        elif word == "wait":
            told = os.waitstatus_to_exitcode(os.waitpid(int(what), 0)[1])
        else:
            told = 0
        print(told, flush=True)


def _be_daemon(config: Path, lease: float, kind: str) -> None:
    from datetime import timedelta

    from crawler import reactor
    from jobdiff.config import load, wall_clock
    from scheduler import work
    from scheduler.daemon import Setup, serve
    from storage import Store

    _die_with_parent()
    work.LEASE = timedelta(seconds=lease)  # type: ignore[misc]
    work.RENEW_EVERY = lease / 4  # type: ignore[misc]
    read = load(config, env={})
    code = 1
    try:
        with Store.open(read.database) as store:
            setup = Setup(read, store, wall_clock, kind=kind)  # type: ignore[arg-type]
            reactor.run(lambda: serve(setup))
        code = 0
    finally:
        os._exit(code)


def _die_with_parent() -> None:
    """A daemon must not outlive a test that was killed (Linux)."""
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
