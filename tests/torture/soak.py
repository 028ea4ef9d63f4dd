"""A daemon that crawls many boards many times: its memory stays flat, no descriptor leaks.

``python -m tests.torture.soak --boards 2000 --cycles 20``
"""

from __future__ import annotations

import argparse
import signal
import statistics
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crawler.site import html, posting_json, script
from tests.torture.daemons import Starter
from tests.torture.hosts import Asked, ManyHosts, Told, addresses
from tests.torture.pairs import count_crawls
from tests.torture.sites import configuration

LOOK_EVERY = 1.0
WARM_UP = 0.1
"""The share of the crawls that is not counted: what is loaded and cached once, is by then."""


@dataclass(frozen=True)
class Sample:
    """The process at one moment; memory in MiB."""

    crawls: int
    memory: float
    descriptors: int


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    boards: int
    samples: tuple[Sample, ...]
    seconds: float

    @property
    def crawls(self) -> int:
        """How many crawls there were."""
        return self.samples[-1].crawls

    @property
    def first(self) -> tuple[float, float]:
        """Median memory and descriptors in the first third after the warm-up."""
        return self._median(0.0, 1 / 3)

    @property
    def last(self) -> tuple[float, float]:
        """The same in the last third."""
        return self._median(2 / 3, 1.0)

    @property
    def growth(self) -> float:
        """Memory in the last third over that in the first."""
        return self.last[0] / self.first[0]

    def _median(self, since: float, until: float) -> tuple[float, float]:
        warm = self.crawls * WARM_UP
        counted = self.crawls - warm
        within = [
            one
            for one in self.samples
            if warm + since * counted <= one.crawls <= warm + until * counted
        ]
        return (
            statistics.median(one.memory for one in within),
            statistics.median(one.descriptors for one in within),
        )

    def __str__(self) -> str:
        return (
            f"{self.boards} boards, {self.crawls} crawls in {self.seconds:.0f} s"
            f" ({self.crawls / self.seconds:.0f} a second): memory {self.first[0]:.1f} MiB in the"
            f" first third, {self.last[0]:.1f} in the last ({self.growth:.3f} times), descriptors"
            f" {self.first[1]:.0f} and {self.last[1]:.0f}"
        )


def soak(folder: Path, count: int, cycles: int, limit: float = 7200.0) -> Outcome:
    """Let a daemon crawl ``count`` boards ``cycles`` times, or for ``limit`` seconds."""
    began = time.monotonic()
    hosts = addresses(min(count, 64))
    with ManyHosts(hosts, Slowly().answer) as server:
        urls = [
            f"http://{hosts[number % len(hosts)]}:{server.port}/careers/{number}"
            for number in range(count)
        ]
        file = folder / "jobdiff.toml"
        file.write_text(configuration(urls, server.port))
        with Starter(file, 20.0, folder / "daemon.log") as starter:
            daemon = starter.start()
            samples = [_sample(folder, daemon.pid)]
            while samples[-1].crawls < count * cycles and time.monotonic() < began + limit:
                time.sleep(LOOK_EVERY)
                samples.append(_sample(folder, daemon.pid))
            seconds = time.monotonic() - began
            assert daemon.end(signal.SIGTERM) == 0
    return Outcome(count, tuple(samples), seconds)


class Slowly:
    """Boards of which each changes at every fifth time it is asked for."""

    def __init__(self) -> None:
        self._asked: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Told:
        """What the server answers."""
        if asked.method == "POST":
            return Told(status=204)
        if asked.path == "/robots.txt":
            return Told("", 404)
        with self._lock:
            self._asked[asked.host, asked.path] += 1
            times = self._asked[asked.host, asked.path] // 5
        return Told(html("Careers", "".join(script(self._posting(n, times)) for n in range(3))))

    def _posting(self, number: int, times: int) -> dict[str, Any]:
        skills = f"Skill {times}" if number == 0 else "Many"
        return posting_json(number, skills=skills)


def _sample(folder: Path, pid: int) -> Sample:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    descriptors = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Sample(count_crawls(folder, "1 = 1"), pages * 4096 / 1024**2, descriptors)


def main() -> None:
    """Run it and say what came of it; exit 1 if memory or descriptors grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=2000)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--limit", type=float, default=7200.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = soak(Path(folder), asked.boards, asked.cycles, asked.limit)
    step = max(len(outcome.samples) // 30, 1)
    for one in outcome.samples[::step]:
        print(f"{one.crawls:8} crawls {one.memory:8.1f} MiB {one.descriptors:5} descriptors")
    print(outcome)
    if outcome.growth > 1.05 or outcome.last[1] > outcome.first[1] + 5:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
