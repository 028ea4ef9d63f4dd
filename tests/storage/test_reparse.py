"""Reading stored postings again: better versions, and nobody is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from postings.model import Posting
from postings.normalise import posting_of
from postings.reading import READER_VERSION
from storage import Store, events, postings
from storage.archive import Archive
from storage.boards import BoardRow
from storage.pages import PageRecord
from storage.reparse import reparse
from storage.schema import snapshots
from tests.storage.world import SITE, at, visit

PAGE = b"""<script type="application/ld+json">{"@type": "JobPosting", "title": "Engineer 1",
"url": "https://example.org/jobs/1", "jobLocationType": "TELECOMMUTE",
"identifier": {"name": "Example AG", "value": "1"}}</script>"""


def _said(number: int) -> Posting:
    """What today's reader reads on a page of the site."""
    raw = {
        "@type": "JobPosting",
        "title": f"Engineer {number}",
        "url": f"{SITE}/jobs/{number}",
        "description": "<p>Build rockets.</p>",
        "hiringOrganization": {"name": "Example AG"},
        "identifier": {"name": "Example AG", "value": str(number)},
        "industry": "Air" if number == 1 else None,
    }
    return posting_of(raw, syntax="json-ld", url=f"{SITE}/jobs/{number}")


@pytest.fixture
def read_by_an_older_reader(store: Store, board: BoardRow) -> Store:
    """Two postings; today's reader finds an industry in what the first one's page said."""
    visit(store, board, [replace(_said(1), industry=None), _said(2)], now=at(0))
    with store.write() as connection:
        connection.execute(update(snapshots).values(reader=0))
    return store


def _nothing(_urls: object) -> tuple[()]:
    return ()


def _content(store: Store, number: int) -> Posting:
    with store.read() as connection:
        return postings.find(connection, f"{SITE}/jobs/{number}").known.snapshot.posting


def test_no_event_comes_of_it(read_by_an_older_reader: Store, board: BoardRow) -> None:
    store = read_by_an_older_reader
    with store.read() as connection:
        log = events.log(connection)
    assert len(log) == 2
    done = reparse(store, board, _nothing, at(1))
    assert (done.read, done.pages, done.enriched) == (2, 0, 1)
    with store.read() as connection:
        assert events.log(connection) == log
        past = postings.history(connection, log[0].posting_id)
    assert [one.id in past.enriched for one in past.snapshots] == [False, True]
    assert past.snapshots[-1].posting.industry == "Air"


def test_what_was_read_today_is_left_alone_unless_asked(store: Store, board: BoardRow) -> None:
    visit(store, board, [_said(1)], now=at(0))
    assert reparse(store, board, _nothing, at(1)).read == 0
    assert reparse(store, board, _nothing, at(1), every=True).read == 1


def test_a_kept_page_is_read_whole(
    read_by_an_older_reader: Store, board: BoardRow, tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "pages", 1_000_000)
    archive.keep(f"{SITE}/jobs/1", 200, {"content-type": "text/html"}, PAGE, at(0))
    done = reparse(read_by_an_older_reader, board, archive.newest, at(1))
    assert (done.pages, done.enriched) == (1, 1)
    said = _content(read_by_an_older_reader, 1)
    assert (said.remote, said.industry) == ("remote", "Air")


def test_the_next_crawl_finds_no_change(read_by_an_older_reader: Store, board: BoardRow) -> None:
    store = read_by_an_older_reader
    assert reparse(store, board, _nothing, at(1)).enriched == 1
    assert visit(store, board, [_said(1), _said(2)], now=at(2)).news == {}
    assert visit(store, board, [_said(1), replace(_said(2), title="Pilot")], now=at(3)).news


def _page(reader: int, body_hash: str, day: float) -> PageRecord:
    return PageRecord(
        url=f"{SITE}/jobs/2",
        role="detail",
        checked_at=at(day),
        changed_at=at(day),
        body_hash=body_hash,
        answer={"keys": [], "reader": reader},
    )


@pytest.mark.parametrize(
    ("reader", "body_hash", "baseline"),
    [(0, "same", True), (0, "other", False), (READER_VERSION, "same", False)],
)
def test_a_posting_that_an_older_reader_overlooked_is_no_news(
    store: Store, board: BoardRow, reader: int, body_hash: str, baseline: bool
) -> None:
    visit(store, board, [_said(1)], now=at(0), also=[_page(reader, "same", 0)])
    now_read = [_page(READER_VERSION, body_hash, 1)]
    result = visit(store, board, [_said(1), _said(2)], now=at(1), also=now_read)
    with store.read() as connection:
        last = events.log(connection)[-1]
    assert (last.kind, last.baseline) == ("new", baseline)
    assert result.news == ({} if baseline else {"new": 1})
