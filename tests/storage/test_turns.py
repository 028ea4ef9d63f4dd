"""One process at a time holds a host's slot, and none is kept from it for long."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from postings.errors import StoreUnwritable
from storage.turns import SLOTS, WAITS_FOR, Slot, TurnFile, slot_of

ME, YOU, THEY = 1, 2, 3

HOLD = """
import sys
from pathlib import Path
from storage.turns import TurnFile
file = TurnFile(Path(sys.argv[1]))
print(file.take(int(sys.argv[2]), float(sys.argv[3]), 0.0), flush=True)
sys.stdin.read()
"""


@contextmanager
def held_elsewhere(store: Path, number: int, now: float) -> Iterator[subprocess.Popen[str]]:
    """Another process holds a slot."""
    holding = [sys.executable, "-c", HOLD, str(store), str(number), str(now)]
    pipe = subprocess.PIPE
    with subprocess.Popen(holding, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "0.0\n"
        yield process


@pytest.mark.parametrize(
    ("slot", "wait"),
    [
        (Slot(), 0),
        (Slot(asked_at=99.5, asked_by=YOU), 0.5),
        (Slot(asked_at=99.5, asked_by=ME), 0.5),
        (Slot(asked_at=98, asked_by=ME), 0),
        (Slot(asked_at=5000, asked_by=ME), 0),
        (Slot(98, ME, wanted_at=99.9, wanted_by=YOU), WAITS_FOR - 0.1),
        (Slot(98, ME, wanted_at=99.9, wanted_by=ME), 0),
        (Slot(98, ME, wanted_at=99, wanted_by=YOU), 0),
        (Slot(98, ME, wanted_at=5000, wanted_by=YOU), 0),
        (Slot(98, YOU, wanted_at=99.9, wanted_by=THEY), 0),
    ],
    ids=[
        "never asked", "asked by another", "asked by me", "long ago", "before a restart",
        "another waits", "I wait", "it waits no more", "it waited before a restart",
        "another had its turn",
    ],
)  # fmt: skip
def test_how_long_is_waited(slot: Slot, wait: float) -> None:
    assert slot.wait(ME, 100.0, 1.0) == pytest.approx(wait)


def test_a_slot_is_held_by_one_process_until_it_ends_however_it_ends(tmp_path: Path) -> None:
    store = tmp_path / "jobs.db"
    mine = TurnFile(store)
    with held_elsewhere(store, 7, now=100.0) as process:
        assert mine.take(8, 100.0, 0.0) == 0.0
        assert mine.take(7, 200.0, 0.0) > 0
        assert mine.slot(7).wanted_by == mine.me
        process.kill()
        process.wait()
        assert mine.take(7, 200.0, 0.0) == 0.0
    assert mine.slot(7).asked_by == mine.me
    mine.close()


def test_the_pace_holds_between_processes(tmp_path: Path) -> None:
    store = tmp_path / "jobs.db"
    with held_elsewhere(store, 7, now=100.0):
        pass
    mine = TurnFile(store)
    assert mine.take(7, 100.25, 1.0) == pytest.approx(0.75)
    assert mine.take(7, 101.0, 1.0) == 0.0
    mine.close()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    nowhere = TurnFile(tmp_path / "missing" / "jobs.db")
    with pytest.raises(StoreUnwritable, match=r"jobs\.db-turns cannot be written"):
        nowhere.take(1, 1.0, 0.0)


FULL = """
import resource, sys
from pathlib import Path
from postings.errors import StoreUnwritable
from storage.turns import TurnFile
file = TurnFile(Path(sys.argv[1]))
assert file.take(1, 100.0, 0.0) == 0.0
resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
try:
    file.take(5, 100.0, 0.0)
except StoreUnwritable as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nobody waits for another process there")
def test_a_full_disk_is_said_and_the_slot_let_go(tmp_path: Path) -> None:
    store = tmp_path / "jobs.db"
    asking = [sys.executable, "-c", FULL, str(store)]
    ran = subprocess.run(asking, capture_output=True, text=True, check=True)
    assert ran.stdout == (
        f"{store}-turns cannot be written (file too large); make room or give rights\n"
    )


def test_hosts_have_slots_of_their_own() -> None:
    hosts = [f"{number}.example.org" for number in range(200)]
    slots = {slot_of(host) for host in hosts}
    assert len(slots) > 195
    assert all(0 <= slot < SLOTS for slot in slots)
