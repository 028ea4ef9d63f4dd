"""Pages that an older reader read before, byte for byte as they are now (rule 8)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from storage.pages import PageRecord
from storage.schema import pages

_AT_ONCE = 500


def same_bytes(
    connection: Connection, board_id: str, records: Sequence[PageRecord]
) -> frozenset[str]:
    """Which of a crawl's pages came with the bytes that another version of the reader had read.

    To be asked before the records are saved.
    """
    now = {one.url: one for one in records if one.body_hash}
    found: set[str] = set()
    urls = sorted(now)
    for start in range(0, len(urls), _AT_ONCE):
        wanted = select(pages.c.url, pages.c.body_hash, pages.c.answer).where(
            pages.c.board_id == board_id, pages.c.url.in_(urls[start : start + _AT_ONCE])
        )
        for row in connection.execute(wanted):
            same = row.body_hash == now[row.url].body_hash
            if same and row.answer.get("reader") != now[row.url].answer.get("reader"):
                found.add(row.url)
    return frozenset(found)
