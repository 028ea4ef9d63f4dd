"""The program as people run it: a process, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Nothing of this machine's configuration; loopback is allowed and there is no delay."""
    kept = ("PATH", "LANG", "LC_ALL", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": str(tmp_path / "home"),
        "PYTHONPATH": str(REPO),
        "JOBDIFF_CRAWLER__DELAY": "0s",
        "JOBDIFF_NETWORK__ALLOW_PRIVATE": "true",
        "JOBDIFF_WEB__LISTEN": "off",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the program is run."""
    work = tmp_path / "work"
    work.mkdir()
    return work


@pytest.fixture
def jobdiff(folder: Path, environment: dict[str, str]) -> Run:
    """Runs the program in a process and waits for it."""

    def run(*argv: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "jobdiff", *argv],
            cwd=folder,
            env=environment | env,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run
