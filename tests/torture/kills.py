"""kill -9 at random points of a daemon's life: nothing is lost, a repeat has the same id.

``python -m tests.torture.kills --kills 500 --seed 1``
"""

from __future__ import annotations

import argparse
import random
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from storage import Store, outbox
from storage.schema import crawls, staged
from tests.torture.daemons import Starter
from tests.torture.hosts import ManyHosts, addresses
from tests.torture.sites import Sites, configuration

LEASE = 1.0
LONGEST_LIFE = 2.0
CHANGE_EVERY = 0.12


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    kills: int
    events: int
    messages: int
    repeats: int
    lost: tuple[object, ...]
    invented: tuple[object, ...]
    under_other_ids: int
    crawls: int
    cut_off: int
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.kills} kills in {self.seconds:.0f} s: {self.crawls} crawls, {self.cut_off} of"
            f" them cut off; {self.events} events, {len(self.lost)} lost, {len(self.invented)}"
            f" invented; {self.messages} messages, {self.repeats} of them repeats,"
            f" {self.under_other_ids} events under more than one id"
        )


def kill_at_random(folder: Path, kills: int, seed: int, patience: float = 240.0) -> Outcome:
    """Let a daemon be killed so often while its boards change, then let it finish.

    Raises:
        TimeoutError: it did not get done afterwards.
    """
    began, chance = time.monotonic(), random.Random(seed)
    hosts = addresses(6)
    sites = Sites(hosts, postings=12, seed=seed)
    with ManyHosts(hosts, sites.answer) as server:
        file = folder / "jobdiff.toml"
        urls = [f"http://{host}:{server.port}/careers" for host in hosts]
        file.write_text(configuration(urls, server.port))
        with Starter(file, LEASE, folder / "daemon.log") as starter:
            first = starter.start()
            wait_for(lambda: len(_read_boards(folder)) == len(hosts), patience)
            first.end()
            with _changing(sites):
                for _ in range(kills - 1):
                    daemon = starter.start()
                    time.sleep(chance.uniform(0.0, LONGEST_LIFE))
                    daemon.end()
            last = starter.start()
            try:
                wait_for(lambda: not sites.missing() and not _left(folder), patience)
            except TimeoutError:
                print("still missing:", sorted(sites.missing()), "left:", _left(folder))
            assert last.end(signal.SIGTERM) == 0
    return _outcome(folder, sites, kills, time.monotonic() - began)


class _changing:  # noqa: N801  # reads as what it does
    """Lets the sites change every moment, for as long as the block."""

    def __init__(self, sites: Sites) -> None:
        self._sites = sites
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(CHANGE_EVERY):
            self._sites.change()


def _outcome(folder: Path, sites: Sites, kills: int, seconds: float) -> Outcome:
    with _store(folder) as store, store.read() as connection:
        store.check()
        ended = Counter(row.takeover for row in connection.execute(crawls.select()))
        assert not connection.execute(staged.select()).all()
    return Outcome(
        kills=kills,
        events=len(sites.told),
        messages=len(sites.received),
        repeats=len(sites.received) - len(set(sites.received)),
        lost=tuple(sorted(sites.missing())),
        invented=tuple(sites.invented()),
        under_other_ids=sum(len(ids) > 1 for ids in sites.deliveries.values()),
        crawls=ended.total(),
        cut_off=ended[True],
        seconds=seconds,
    )


def _store(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder / 'jobs.db'}")


def _read_boards(folder: Path) -> set[str]:
    if not (folder / "jobs.db").exists():
        return set()
    with _store(folder) as store, store.read() as connection:
        read = crawls.select().where(crawls.c.outcome == "complete")
        return {row.board_id for row in connection.execute(read)}


def _left(folder: Path) -> int:
    """How many messages are still owed."""
    with _store(folder) as store, store.read() as connection:
        return len(outbox.by_state(connection, "owed"))


def wait_for(told: Callable[[], object], patience: float) -> None:
    """Wait for a condition.

    Raises:
        TimeoutError: it did not come true.
    """
    until = time.monotonic() + patience
    while not told():
        if time.monotonic() > until:
            raise TimeoutError(f"it did not get done within {patience:.0f} s")
        time.sleep(0.1)


def main() -> None:
    """Run it and say what came of it; exit 1 if something was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_at_random(Path(folder), asked.kills, asked.seed)
    print(outcome)
    for what in (*outcome.lost, *outcome.invented):
        print(" ", what)
    if outcome.lost or outcome.invented or outcome.under_other_ids:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
