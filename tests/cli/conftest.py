"""The command line in-process, and a store that has lived through five days."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jobdiff.demo.script import Script, SiteDay, load
from jobdiff.demo.site import SiteServer, serving
from tests.cli.program import Jobdiff, Lived, live, lonely, run


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    lonely(tmp_path, monkeypatch)
    return Path.cwd()


@pytest.fixture
def jobdiff(alone: Path) -> Jobdiff:
    """Runs the program: ``jobdiff("boards", "--json")``."""
    return run


@pytest.fixture(scope="session")
def script() -> Script:
    return load()


@pytest.fixture
def listing(script: Script) -> Iterator[SiteServer]:
    """The demo's board whose postings have pages of their own."""
    with serving(script.sites[0]) as server:
        yield server


@pytest.fixture
def page(script: Script) -> Iterator[SiteServer]:
    """The demo's board that is one page."""
    with serving(script.sites[1]) as server:
        yield server


@pytest.fixture
def cut(script: Script) -> Iterator[SiteServer]:
    """A page of 12 postings that is cut to a third on its days 2 and 3, and whole on day 4."""
    jobs = script.sites[1].days[0].jobs
    days = tuple(SiteDay(shown, frozenset(), None) for shown in (jobs, jobs[:4], jobs[:4], jobs))
    with serving(replace(script.sites[1], days=days)) as server:
        yield server


@pytest.fixture(scope="session")
def five_days(script: Script, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    folder = tmp_path_factory.mktemp("lived")
    with pytest.MonkeyPatch.context() as patch, serving(script.sites[0]) as one:
        lonely(folder, patch)
        patch.setenv("JOBDIFF_DATABASE", f"sqlite:///{folder / 'jobs.db'}")
        with serving(script.sites[1]) as two:
            live(script, one, two)
            return Lived(folder / "jobs.db", one.url, two.url)


@pytest.fixture
def lived(five_days: Lived, alone: Path, monkeypatch: pytest.MonkeyPatch) -> Lived:
    """A copy of that store, which the test may change."""
    copy = alone / "jobs.db"
    shutil.copy(five_days.store, copy)
    monkeypatch.setenv("JOBDIFF_DATABASE", f"sqlite:///{copy}")
    monkeypatch.setenv("JOBDIFF_NOW", "2026-03-06T12:00:00Z")
    return Lived(copy, five_days.listing, five_days.page)
