"""The shortest way: ``jobdiff check URL``, twice, on a site that is served."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobdiff.demo.script import load
from jobdiff.demo.site import SiteServer, serving
from tests.e2e.conftest import Run


@pytest.fixture(params=[0, 1], ids=["listing", "page"])
def site(request: pytest.FixtureRequest) -> Iterator[SiteServer]:
    with serving(load().sites[request.param]) as server:
        yield server


def objects(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_postings_the_first_time_and_exactly_the_events_the_second(
    jobdiff: Run, site: SiteServer
) -> None:
    first = objects(jobdiff("check", site.url, "--json", JOBDIFF_NOW="2026-03-02T09:00:00Z"))
    jobs = site.site.days[0].jobs
    titles = {one["title"] for one in first if one["schema"] == "jobdiff.posting/1"}
    assert titles == {job.title for job in jobs}
    again = objects(jobdiff("check", site.url, "--json", JOBDIFF_NOW="2026-03-02T15:00:00Z"))
    assert [one["schema"] for one in again] == ["jobdiff.crawl/1"]
    site.day = 2
    second = objects(jobdiff("check", site.url, "--json", JOBDIFF_NOW="2026-03-03T09:00:00Z"))
    told = {(one["kind"], one["posting"]["title"]) for one in second[:-1]}
    assert (
        told
        == {
            "listing": {
                ("new", "Data engineer, field telemetry"),
                ("changed", "Senior Python engineer, fleet"),
                ("removed", "Frontend engineer, maps"),
            },
            "page": {("new", "Night baker")},
        }[site.site.shape]
    )
    assert second[-1]["schema"] == "jobdiff.crawl/1"


def test_what_people_see_says_what_to_do_next(jobdiff: Run, site: SiteServer) -> None:
    done = jobdiff("check", site.url, JOBDIFF_NOW="2026-03-02T09:00:00Z")
    assert (done.returncode, done.stderr) == (0, "")
    assert site.site.days[0].jobs[0].title in done.stdout
    assert f"jobdiff add {site.url}" in done.stdout


def test_a_page_that_cannot_be_read_says_so_and_what_to_try(jobdiff: Run) -> None:
    with serving(load().sites[1]) as site:
        site.day = 4
        done = jobdiff("check", site.url, JOBDIFF_NOW="2026-03-05T09:00:00Z")
    assert (done.returncode, done.stderr) == (1, "")
    assert "unreadable" in done.stdout
    assert "Try the URL of the list itself" in done.stdout


def test_an_interruption_ends_it_with_one_line(folder: Path, environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/careers"
        check = subprocess.Popen(
            [sys.executable, "-m", "jobdiff", "check", url],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        silent.settimeout(60)
        connection, _ = silent.accept()
        with connection:
            check.send_signal(signal.SIGINT)
            out, err = check.communicate(timeout=60)
    assert (check.returncode, out) == (130, "")
    assert err == "jobdiff: interrupted; what was settled before is kept\n"
