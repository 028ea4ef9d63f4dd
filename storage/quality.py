"""What is stored of a board, as far as its markup can be judged: now, and as it was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from postings.model import Posting
from storage import postings as posting_rows
from storage.postings import PostingRow
from storage.schema import events


@dataclass(frozen=True)
class Published:
    """A posting that its board publishes.

    ``slides``: its deadline was seen to move along with the clock.
    """

    id: str
    url: str
    posting: Posting
    slides: bool


def published(
    connection: Connection, board_id: str, as_of: datetime | None = None
) -> list[Published]:
    """The postings that a board publishes: the open ones, and those past their deadline.

    Args:
        connection: to read by.
        board_id: the board.
        as_of: as it was known then; that one past its deadline was still published is as now.
    """
    found = posting_rows.search(connection, board=board_id, as_of=as_of)
    return [_published(row, as_of) for row in found if _is_published(row)]


def first_known(connection: Connection, board_id: str) -> datetime | None:
    """When a posting of the board first became known; None where none ever was."""
    told = select(func.min(events.c.detected_at)).where(events.c.board_id == board_id)
    at: datetime | None = connection.scalar(told)
    return at


def _is_published(row: PostingRow) -> bool:
    known = row.known
    return known.state == "open" or (known.state == "expired" and known.still_published)


def _published(row: PostingRow, as_of: datetime | None) -> Published:
    known = row.known
    slid = known.slid_at is not None and (as_of is None or known.slid_at <= as_of)
    return Published(known.id, known.url, known.snapshot.posting, slid)
