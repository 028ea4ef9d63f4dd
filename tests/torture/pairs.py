"""Two daemons on one store, one of them killed: no board is crawled twice at once, all are done.

``python -m tests.torture.pairs --boards 500 --seed 1``
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from tests.crawler.site import html, posting_json, script
from tests.torture.daemons import Starter
from tests.torture.hosts import Asked, ManyHosts, Told, addresses
from tests.torture.kills import wait_for
from tests.torture.sites import configuration

LEASE = 6.0
ANSWERS_AFTER = 0.05


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    boards: int
    done: int
    again: int
    taken_over: int
    at_once: int
    busiest_host: int
    shares: tuple[int, ...]
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.boards} due boards in {self.seconds:.0f} s: {self.done} done by"
            f" {len(self.shares)} daemons {self.shares}, {self.taken_over} taken over from the"
            f" killed one, {self.again} crawled again, {self.at_once} at once,"
            f" {self.busiest_host} requests at most at one host"
        )


def share_work(folder: Path, count: int, seed: int, patience: float = 300.0) -> Outcome:
    """Let two daemons crawl ``count`` due boards, and kill one of them on the way.

    Raises:
        TimeoutError: the other one did not get done.
    """
    began, chance = time.monotonic(), random.Random(seed)
    hosts = addresses(min(count, 50))
    with ManyHosts(hosts, _answer, delay=ANSWERS_AFTER) as server:
        urls = [
            f"http://{hosts[number % len(hosts)]}:{server.port}/careers/{number}"
            for number in range(count)
        ]
        file = folder / "jobdiff.toml"
        file.write_text(configuration(urls, server.port).replace('every = "1s"', 'every = "1d"'))
        with Starter(file, LEASE, folder / "daemon.log") as starter:
            first, second = starter.start(), starter.start()
            kill_at = chance.uniform(0.2, 0.7) * count
            wait_for(lambda: count_crawls(folder) >= kill_at, patience)
            first.end()
            wait_for(lambda: count_crawls(folder) >= count, patience)
            second.end()
        return _outcome(folder, server, count, time.monotonic() - began)


def _answer(asked: Asked) -> Told:
    if asked.path == "/robots.txt":
        return Told("", 404)
    postings = [
        posting_json(number, title=f"Engineer {number} of {asked.path}") for number in range(3)
    ]
    return Told(html("Careers", "".join(map(script, postings))))


def _rows(folder: Path, query: str) -> list[tuple[str, ...]]:
    place = folder / "jobs.db"
    if not place.exists():
        return []
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True, timeout=30)) as connection:
        try:
            return connection.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []  # the first daemon is still making the tables


def count_crawls(folder: Path, condition: str = "outcome = 'complete'") -> int:
    """How many crawls of a store are so."""
    rows = _rows(folder, f"select count(*) from crawls where {condition}")
    return int(rows[0][0]) if rows else 0


def _outcome(folder: Path, server: ManyHosts, count: int, seconds: float) -> Outcome:
    crawls: dict[str, list[tuple[str, str]]] = defaultdict(list)
    complete: dict[str, int] = defaultdict(int)
    owners: dict[str, int] = defaultdict(int)
    taken_over = 0
    for board, began, ended, outcome, takeover, owner in _rows(
        folder,
        "select board_id, started_at, finished_at, outcome, takeover, owner from crawls"
        " order by started_at",
    ):
        crawls[board].append((began, ended or "9"))
        taken_over += bool(takeover)
        complete[board] += outcome == "complete"
        owners[owner] += outcome == "complete"
    at_once = sum(
        earlier[1] > later[0] for each in crawls.values() for earlier, later in pairwise(each)
    )
    return Outcome(
        boards=count,
        done=sum(times > 0 for times in complete.values()),
        again=sum(times > 1 for times in complete.values()),
        taken_over=taken_over,
        at_once=at_once,
        busiest_host=server.busiest,
        shares=tuple(owners.values()),
        seconds=seconds,
    )


def main() -> None:
    """Run it and say what came of it; exit 1 if a board was crawled twice, or not at all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        outcome = share_work(Path(folder), asked.boards, asked.seed)
    print(outcome)
    if outcome.done < outcome.boards or outcome.again or outcome.at_once:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
