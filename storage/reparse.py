"""Carries out what rereading decides: better versions of a board's snapshots, and no event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from postings.identity import keys_of
from postings.model import Known, Observation
from postings.reading import READER_VERSION, read_document
from postings.rereading import reread
from storage import knowledge, settling
from storage.archive import ArchivedPage
from storage.boards import BoardRow
from storage.store import Store

Kept: TypeAlias = Callable[[Collection[str]], Iterable[ArchivedPage]]


@dataclass(frozen=True)
class Reparsed:
    """How many of a board's snapshots were read again, from kept pages, and read better."""

    board: str
    read: int
    pages: int
    enriched: int


def reparse(
    store: Store, board: BoardRow, kept: Kept, now: datetime, *, every: bool = False
) -> Reparsed:
    """Read what a board's postings said last again, from kept pages or the snapshots' own ``raw``.

    Args:
        store: the store.
        board: whose postings.
        kept: the newest kept page of each of some URLs, as far as there is one.
        now: the time of the better versions.
        every: also those that today's version of the reader has read.
    """
    with store.read() as connection:
        known = _wanted(knowledge.load(connection, board.id), every=every)
    pages = list(_observations(kept({one.url for one in known}))) if known else []
    with store.write() as connection:
        still = {one.id for one in known}
        before = knowledge.load(connection, board.id)
        here = [one for one in before if one.id in still]
        verdict = reread(here, pages, knowledge.ambiguous(connection, board.id), now)
        settling.carry_out(connection, board.id, knowledge.by_id(before), verdict, now)
    asked = len({page.url for page in pages})
    return Reparsed(board.name, len(known), asked, len(verdict.updates))


def _wanted(known: Sequence[Known], *, every: bool) -> list[Known]:
    return [one for one in known if every or one.snapshot.reader != READER_VERSION]


def _observations(pages: Iterable[ArchivedPage]) -> Iterable[Observation]:
    """What kept pages say to today's reader."""
    for page in pages:
        reading = read_document(page.body, page.url, page.content_type)
        alone = len(reading.postings) == 1
        for posting in reading.postings:
            keys = keys_of(posting, url=page.url, alone=alone)
            yield Observation(page.url, page.at, "changed", keys=keys, posting=posting)
