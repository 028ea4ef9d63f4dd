"""What the faults of a site come to in the log of events: nothing (rows 1-33)."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.reactor import run
from jobdiff.config import Config, load
from scheduler.work import crawl_board
from storage import Store, boards, events
from storage.boards import BoardRow
from tests.crawler.hostile import RawServer, chunked, reply
from tests.crawler.site import listing_page, posting_page
from tests.crawler.visits import START

PATHS = [f"/jobs/{n}-engineer" for n in (1, 2, 3, 4)]
LISTING = listing_page(PATHS).encode()
SHORTER = listing_page(PATHS[:2]).encode()

# What is done to a page for two days; none of it says that a posting is gone.
FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "short body": lambda body: reply(body[:-200], length=len(body)),
    "cut chunks": lambda body: chunked(body[:-200], end=b""),
    "cut without a length": lambda body: reply(body[:-200], length=None),
    "more than it told": lambda body: reply(body, length=len(body) - 200),
    "two lengths": lambda body: reply(body, "Content-Length: 9"),
    "cut gzip": lambda body: reply(gzip.compress(body)[:-20], "Content-Encoding: gzip"),
    "zipped twice": lambda body: reply(
        gzip.compress(gzip.compress(body)), "Content-Encoding: gzip"
    ),
    "a PDF": lambda _: reply(b"%PDF-1.7 <a>"),
    "nothing": lambda _: reply(b""),
    "an empty page": lambda _: reply("<html><body></body></html>"),
    "304": lambda _: reply(b"", status="304 Not Modified", length=None),
    "429": lambda _: reply("busy", "Retry-After: 60", status="429 Slow down"),
    "503": lambda _: reply("busy", "Retry-After: 60", status="503 Busy"),
    "to a file": lambda _: reply(b"", "Location: file:///etc/passwd", status="302 Found"),
    "in a circle": lambda _: reply(b"", "Location: ?", status="302 Found"),
    "reset": lambda _: b"",
}
ROBOTS = {
    "robots.txt down": reply(b"", status="503 Busy"),
    "all forbidden": reply("User-agent: *\nDisallow: /", kind="text/plain"),
    "postings forbidden": reply("User-agent: *\nDisallow: /jobs/", kind="text/plain"),
}


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer() as opened:
        restore(opened)
        yield opened


def restore(server: RawServer) -> None:
    server.routes["/robots.txt"] = reply(b"", status="404 No")
    server.routes["/careers"] = reply(LISTING)
    for n, path in enumerate(PATHS, 1):
        server.routes[path] = reply(posting_page(n))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path / 'jobs.db'}")
    yield opened
    opened.close()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    file = tmp_path / "jobdiff.toml"
    file.write_text('[crawler]\ndelay = "0s"\n[network]\nallow_private = true\n')
    return load(file, env={})


class Days:
    """A board that is crawled every twelve hours."""

    def __init__(self, store: Store, server: RawServer, config: Config) -> None:
        self.store, self.config, self.now = store, config, START
        with store.write() as connection:
            self.board: BoardRow = boards.add(
                connection, url=server.url("/careers"), every="12h", now=START
            )

    def crawl(self, times: int = 1) -> list[str]:
        """Crawl, and give the kinds of the events so far, baseline left out."""
        for _ in range(times):
            self.now += timedelta(hours=12)
            with self.store.read() as connection:
                self.board = boards.get(connection, self.board.id)
            run(lambda: crawl_board(self.store, self.board, self.config, lambda: self.now))
        with self.store.read() as connection:
            return [row.kind for row in events.log(connection, baseline=False)]


@pytest.mark.parametrize("fault", [*FAULTS, *ROBOTS])
def test_two_days_of_a_fault_are_no_event(
    store: Store, server: RawServer, config: Config, fault: str
) -> None:
    days = Days(store, server, config)
    assert days.crawl(times=2) == []
    for part in (("/careers", SHORTER), (PATHS[1], posting_page(2).encode())):
        path, body = part
        if fault in ROBOTS:
            server.routes["/robots.txt"] = ROBOTS[fault]
        else:
            server.routes[path] = FAULTS[fault](body)
        assert days.crawl(times=4) == []
        restore(server)
        assert days.crawl() == []
    server.routes["/careers"] = reply(listing_page(PATHS[1:]))
    server.routes[PATHS[0]] = reply("gone", status="410 Gone")
    assert days.crawl(times=3) == ["removed"]
