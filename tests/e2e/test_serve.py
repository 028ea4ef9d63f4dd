"""The daemon as a process: it crawls what is due, takes a new configuration, ends at SIGTERM."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Timer

import pytest

from jobdiff.demo.script import load
from jobdiff.demo.site import SiteServer, serving
from tests.e2e.conftest import Run

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def site() -> Iterator[SiteServer]:
    with serving(load().sites[1]) as server:
        yield server


@pytest.fixture
def start(folder: Path, environment: dict[str, str]) -> Iterator[Start]:
    """Starts the program in a process of its own, whose stderr can be read."""
    started: list[subprocess.Popen[str]] = []

    def begin(*argv: str, **env: str) -> subprocess.Popen[str]:
        daemon = subprocess.Popen(
            [sys.executable, "-m", "jobdiff", *argv],
            cwd=folder,
            env=environment | env,
            stderr=subprocess.PIPE,
            text=True,
        )
        watchdog = Timer(90, daemon.kill)
        watchdog.daemon = True
        watchdog.start()
        started.append(daemon)
        return daemon

    yield begin
    for daemon in started:
        daemon.kill()
        daemon.communicate()


def until_it_says(daemon: "subprocess.Popen[str]", words: str) -> str:
    assert daemon.stderr
    line = next((line for line in daemon.stderr if words in line), None)
    assert line, f"it ended before it said {words!r}"
    return line


def ended(daemon: "subprocess.Popen[str]") -> str:
    daemon.send_signal(signal.SIGTERM)
    _, rest = daemon.communicate(timeout=30)
    assert daemon.returncode == 0
    assert rest.rstrip().endswith("stopped")
    assert "Traceback" not in rest
    return rest


def test_serve_crawls_what_is_due_and_ends_cleanly(
    jobdiff: Run, start: Start, site: SiteServer
) -> None:
    assert jobdiff("add", site.url, "--name", "Bakery").returncode == 0
    daemon = start("serve")
    until_it_says(daemon, "Bakery: complete")
    ended(daemon)
    told = jobdiff("boards", "--json").stdout
    assert json.loads(told)["open"] == 12


def test_reload_takes_a_good_configuration_and_refuses_a_broken_one(
    jobdiff: Run, start: Start, site: SiteServer, folder: Path
) -> None:
    file = folder / "jobdiff.toml"
    file.write_text('database = "sqlite:///jobs.db"\n')
    daemon = start("serve")
    until_it_says(daemon, "stop it with")
    file.write_text(
        f'database = "sqlite:///jobs.db"\n[[boards]]\nurl = "{site.url}"\nname = "Bakery"\n'
    )
    taken = jobdiff("reload", "--json")
    assert taken.returncode == 0, taken.stderr
    (told,) = map(json.loads, taken.stdout.splitlines())
    assert (told["schema"], told["kind"], told["pid"], told["error"]) == (
        "jobdiff.process/1", "serve", daemon.pid, None
    )  # fmt: skip
    until_it_says(daemon, "Bakery: complete")

    file.write_text("[[boards]]\nurl = 3\n")
    refused = jobdiff("reload")
    assert refused.returncode == 2
    assert "jobdiff.toml, line 2: boards[0].url" in refused.stderr
    daemon.send_signal(signal.SIGHUP)
    line = until_it_says(daemon, "the new configuration is refused")
    assert "jobdiff.toml, line 2: boards[0].url" in line
    ended(daemon)


def test_a_taken_port_is_a_warning_and_the_daemon_goes_on(
    jobdiff: Run, start: Start, site: SiteServer
) -> None:
    assert jobdiff("add", site.url, "--name", "Bakery").returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        daemon = start("serve", JOBDIFF_WEB__LISTEN=f"127.0.0.1:{port}")
        line = until_it_says(daemon, "nothing is served")
        until_it_says(daemon, "Bakery: complete")
    assert f"127.0.0.1:{port} (address already in use)" in line
    ended(daemon)


def test_health_is_served_to_this_machine_alone(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    daemon = start("serve", JOBDIFF_WEB__LISTEN=f"127.0.0.1:{port}")
    until_it_says(daemon, "stop it with")
    url = f"http://127.0.0.1:{port}/healthz"
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert json.load(answer)["live"] is True
    foreign = urllib.request.Request(url, headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="421"):
        urllib.request.urlopen(foreign, timeout=10)
    ended(daemon)
