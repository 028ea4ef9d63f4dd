"""The postings of a board in brief: what a crawl has to know before it begins, and no more."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, func, or_, select

from postings.model import State
from storage import knowledge, merges
from storage.schema import postings


class Brief(NamedTuple):
    """A known posting in brief.

    Attributes:
        own_page: False when it is only part of a page with other postings or of a list.
        listed: it was on the listing when the board was last crawled.
        late: it is open and its deadline has passed.
        questioned: something about it is still to be found out at its own page.
        keys: by which it is known, ambiguous ones left out.
    """

    id: str
    url: str
    state: State
    own_page: bool
    listed: bool
    late: bool
    questioned: bool
    keys: tuple[str, ...]


def postings_of(connection: Connection, board_id: str, now: datetime) -> list[Brief]:
    """The postings of a board, whatever their state, in no order."""
    late = and_(postings.c.state == "open", postings.c.deadline <= now)
    questioned = or_(
        postings.c.absent_since.is_not(None),
        postings.c.still_published,
        postings.c.unlooked.is_not(None),
    )
    wanted = select(
        postings.c.id,
        postings.c.url,
        postings.c.state,
        postings.c.own_page,
        postings.c.listed,
        func.coalesce(late, False),
        questioned,
    ).where(postings.c.board_id == board_id)
    parts = merges.parts(connection, board_id)
    rows = [row for row in connection.execute(wanted) if row[0] not in parts]
    keys = knowledge.keys_of(connection, board_id) if rows else {}
    return [Brief._make((*row, keys.get(row[0], ()))) for row in rows]
