"""kill -9 anywhere: what was staged counts, nothing is told twice, nothing is half done."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import Store, boards, crawls, events, postings
from storage.schema import crawls as crawl_table
from storage.schema import postings as posting_table
from storage.schema import snapshots, staged
from tests.storage.world import LISTING, SITE, at

ROOT = Path(__file__).parents[2]


def crawl_until(url: str, word: str, times: int) -> list[list[str]]:
    """Let another process crawl until it has said ``word`` so often, then kill it."""
    command = [sys.executable, "-m", "tests.storage.crawling", url]
    said: list[list[str]] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            said.append(line.split())
            if sum(one[0] == word for one in said) == times:
                break
        child.kill()
        said += [line.split() for line in child.stdout if line.endswith("\n")]
    return said


@pytest.mark.parametrize(
    ("word", "times"),
    [("staged", 1), ("staged", 4), ("settling", 1), ("settled", 1), ("staged", 9), ("settling", 2)],
)
def test_nothing_is_lost_and_nothing_is_told_twice(store_url: str, word: str, times: int) -> None:
    said = crawl_until(store_url, word, times)
    shown = {number for line in said if line[0] == "staged" for number in line[1:]}
    assert shown

    with Store.open(store_url) as store:
        consistent(store)
        with store.read() as connection:
            board = boards.find(connection, LISTING)
        again = crawls.begin(store, board.id, owner="heir", now=at(900), lease=timedelta(0))
        assert again is not None
        consistent(store)
        with store.read() as connection:
            urls = {one.known.url for one in postings.search(connection)}
            left = connection.execute(select(staged)).all()
    assert urls >= {f"{SITE}/jobs/{number}" for number in shown}
    assert left == []


def test_killed_again_and_again(store_url: str) -> None:
    shown: set[str] = set()
    for word, times in (("settling", 2), ("staged", 2), ("settling", 1), ("settled", 1)):
        said = crawl_until(store_url, word, times)
        shown |= {number for line in said if line[0] == "staged" for number in line[1:]}
    with Store.open(store_url) as store:
        with store.read() as connection:
            board = boards.find(connection, LISTING)
        crawls.begin(store, board.id, owner="heir", now=at(9000), lease=timedelta(0))
        consistent(store)
        with store.read() as connection:
            urls = {one.known.url for one in postings.search(connection)}
    assert urls >= {f"{SITE}/jobs/{number}" for number in shown}


def consistent(store: Store) -> None:
    """State and events are of one transaction, and only unfinished crawls have a stage."""
    store.check()
    with store.read() as connection:
        told = events.log(connection)
        rows = connection.execute(select(posting_table)).all()
        kept = set(connection.scalars(select(snapshots.c.id)))
        running = set(
            connection.scalars(select(crawl_table.c.id).where(crawl_table.c.finished_at.is_(None)))
        )
        staging = set(connection.scalars(select(staged.c.crawl_id)))
        (board,) = boards.all_boards(connection)
    assert [one.cursor for one in told] == list(range(1, len(told) + 1))
    assert Counter(one.posting_id for one in told if one.kind == "new") == Counter(
        row.id for row in rows
    )
    last = {one.posting_id: one for one in told}
    for row in rows:
        assert last[row.id].state == row.state
        assert row.snapshot_id in kept
    changed = Counter((one.posting_id, one.after) for one in told if one.kind == "changed")
    assert set(changed.values()) <= {1}
    assert {one.after for one in told if one.after} <= kept
    assert all(board.last_crawl_at and one.detected_at <= board.last_crawl_at for one in told)
    assert staging <= running
    assert len(running) <= 1
