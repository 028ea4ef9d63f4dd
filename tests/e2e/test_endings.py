"""However a process is called or cut off, it ends with a line and a code of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
PROGRAM = f"{sys.executable} -m jobdiff"
UNWRITTEN = "the output cannot be written: No space left on device"
CLOSED_OUT = "standard output is closed"
CLOSED_IN = "standard input is closed; name a file"

ENDINGS: dict[str, tuple[str, int, str]] = {
    "full": (f"{PROGRAM} boards > /dev/full", 1, UNWRITTEN),
    "full, JSON": (f"{PROGRAM} doctor --json > /dev/full", 1, UNWRITTEN),
    "full, export": (f"{PROGRAM} export --format csv > /dev/full", 1, UNWRITTEN),
    "full, help": (f"{PROGRAM} --help > /dev/full", 1, UNWRITTEN),
    "full, a command's help": (f"{PROGRAM} boards --help > /dev/full", 1, UNWRITTEN),
    "full, version": (f"{PROGRAM} --version > /dev/full", 1, UNWRITTEN),
    "closed output": (f"{PROGRAM} boards >&-", 1, CLOSED_OUT),
    "closed output, help": (f"{PROGRAM} --help >&-", 1, CLOSED_OUT),
    "closed errors": (f"{PROGRAM} show nothing 2>&-", 2, ""),
    "closed input": (f"{PROGRAM} boards <&-", 0, "No boards yet"),
    "closed input, to be read": (f"{PROGRAM} extract - <&-", 2, CLOSED_IN),
    "closed input, boards": (f"{PROGRAM} add --from - <&-", 2, CLOSED_IN),
    "help, whose reader left": (f"{PROGRAM} --help | head -n 1; exit $PIPESTATUS", 0, ""),
    "a command's help, whose reader left": (
        f"{PROGRAM} boards --help | head -n 1; exit $PIPESTATUS",
        0,
        "",
    ),
}


@pytest.mark.skipif(not FULL.exists(), reason="this system has no file that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(("line", "code", "told"), ENDINGS.values(), ids=ENDINGS.keys())
def test_an_odd_end_is_one_line(
    line: str, code: int, told: str, unbuffered: str, folder: Path, environment: dict[str, str]
) -> None:
    env = environment | {"PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert told in said
    assert done.returncode == code
    assert "Traceback" not in said
    assert "unexpected" not in said
    assert len(done.stderr.splitlines()) <= 1


def test_ctrl_c_while_modules_are_loaded_is_one_line(
    folder: Path, environment: dict[str, str]
) -> None:
    pressed = (
        "import os, signal, sys\n"
        "class Pressing:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'jobdiff.cli.main': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Pressing())\n"
        "from jobdiff.__main__ import main\n"
        "main(['boards'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", pressed],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "jobdiff: interrupted\n"
