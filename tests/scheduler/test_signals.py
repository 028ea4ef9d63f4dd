"""What signals ask of the daemon."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from scheduler.signals import signals
from storage import Store
from tests.crawler.site import Site, listing_page, posting_page
from tests.scheduler.running import ALL, PATIENCE, SECRET, Receiver, until

PROGRAM = """
import sys
from pathlib import Path
from crawler import reactor
from jobdiff.config import load, wall_clock
from scheduler.daemon import Setup, serve
from storage import Store
config = load(Path(sys.argv[1]), env={})
with Store.open(config.database) as store:
    reactor.run(lambda: serve(Setup(config, store, wall_clock)))
"""


@pytest.fixture
def started(tmp_path: Path, site: Site, receiver: Receiver) -> Iterator[Callable[[], Any]]:
    """Starts ``serve`` in a process of its own, on one store, as often as it is called."""
    file = tmp_path / "jobdiff.toml"
    file.write_text(
        'database = "sqlite:///jobs.db"\n[crawler]\ndelay = "0s"\n[network]\nallow_private = true\n'
        '[scheduler]\nmin_interval = "1s"\n'
        f'[[boards]]\nurl = "{site.url("/careers")}"\nevery = "1s"\n'
        f'[[channels]]\nname = "hook"\nwebhook = "{receiver.url}"\nsecret = "{SECRET}"\n'
        f'[[rules]]\nname = "all"\nkinds = {json.dumps(ALL)}\n'
    )
    running: list[subprocess.Popen[str]] = []
    environment = {name: value for name, value in os.environ.items() if "JOBDIFF" not in name}

    def start() -> subprocess.Popen[str]:
        running.append(
            subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(file)],
                stderr=subprocess.PIPE,
                text=True,
                env=environment,
            )
        )
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
            process.communicate()


def crawled_times(tmp_path: Path) -> int:
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as store, store.read() as connection:
        found = connection.exec_driver_sql("select count(*) from crawls where outcome = 'complete'")
        return int(found.scalar() or 0)


@contextmanager
def held_up(receiver: Receiver) -> Iterator[threading.Event]:
    """The webhook answers only after the block; the event says that it was asked."""
    asked, release = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        release.wait(PATIENCE)

    receiver.before = hold
    try:
        yield asked
    finally:
        release.set()


def wait_for(told: Callable[[], object]) -> None:
    asyncio.run(until(told))


def test_a_second_signal_ends_it_at_once(
    started: Callable[[], Any], tmp_path: Path, site: Site, receiver: Receiver
) -> None:
    process = started()
    wait_for(lambda: "/careers" in site.asked() and crawled_times(tmp_path))
    with held_up(receiver) as asked:
        site["/jobs/4-engineer"] = posting_page(4)
        site["/careers"] = listing_page([f"/jobs/{number}-engineer" for number in range(1, 5)])
        wait_for(asked.is_set)
        process.send_signal(signal.SIGTERM)
        line = next(line for line in process.stderr if "stopping;" in line)
        began = monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
    assert line
    assert monotonic() - began < 5
    assert process.returncode == -signal.SIGTERM


def test_without_the_main_thread_signals_are_left_alone() -> None:
    entered = threading.Event()

    async def enter() -> None:
        with signals(asyncio.Event().set, asyncio.Event().set):
            entered.set()

    thread = threading.Thread(target=lambda: asyncio.run(enter()))
    thread.start()
    thread.join(PATIENCE)
    assert entered.is_set()
