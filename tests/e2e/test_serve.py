"""The daemon as a process: it crawls what is due, and ends at SIGTERM."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from jobdiff.demo.script import load
from jobdiff.demo.site import SiteServer, serving
from tests.e2e.conftest import Run


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with serving(load().sites[1]) as server:
        yield server


def test_serve_crawls_what_is_due_and_ends_cleanly(
    jobdiff: Run, site: SiteServer, folder: Path, environment: dict[str, str]
) -> None:
    assert jobdiff("add", site.url, "--name", "Bakery").returncode == 0
    daemon = subprocess.Popen(
        [sys.executable, "-m", "jobdiff", "serve"],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = Timer(60, daemon.kill)
    watchdog.start()
    assert daemon.stderr
    try:
        crawled = next((line for line in daemon.stderr if "Bakery: complete" in line), None)
        daemon.send_signal(signal.SIGTERM)
        rest = daemon.stderr.read()
        assert crawled, "it ended before it crawled"
        assert daemon.wait(timeout=30) == 0
        assert rest.rstrip().endswith("stopped")
        assert "Traceback" not in rest
    finally:
        watchdog.cancel()
        daemon.kill()
        daemon.wait()
        daemon.stderr.close()
    told = jobdiff("boards", "--json").stdout
    assert json.loads(told)["open"] == 12
