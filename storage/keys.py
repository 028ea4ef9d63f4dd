"""By which keys postings are known, as the store tells it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, delete, select

from postings.why import Key
from storage.schema import ambiguous_keys, posting_keys

_IDS_AT_ONCE = 500


def of_postings(
    connection: Connection, posting_ids: Sequence[str], parts: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """The keys of postings by posting, oldest first; those of a part are the whole one's."""
    wanted = select(posting_keys.c.posting_id, posting_keys.c.key)
    found: dict[str, list[str]] = defaultdict(list)
    for ids in chunks(posting_ids):
        own = wanted.where(posting_keys.c.posting_id.in_(ids)).order_by(posting_keys.c.number)
        for posting_id, key in connection.execute(own):
            found[parts.get(posting_id, posting_id)].append(key)
    return {posting_id: tuple(dict.fromkeys(keys)) for posting_id, keys in found.items()}


def every(connection: Connection, posting_ids: Sequence[str]) -> list[Key]:
    """Every key by which one posting was ever known, its parts given too, oldest first."""
    unclear = and_(
        ambiguous_keys.c.board_id == posting_keys.c.board_id,
        ambiguous_keys.c.key == posting_keys.c.key,
    )
    wanted = (
        select(posting_keys.c.key, posting_keys.c.since, ambiguous_keys.c.since.label("unclear"))
        .select_from(posting_keys.outerjoin(ambiguous_keys, unclear))
        .where(posting_keys.c.posting_id.in_(posting_ids))
        .order_by(posting_keys.c.number)
    )
    found = {row.key: Key(row.key, row.since, row.unclear) for row in connection.execute(wanted)}
    return list(found.values())


def forget_since(connection: Connection, posting_id: str, since: datetime) -> None:
    """Forget the keys by which a posting is known only since after a time."""
    later = and_(posting_keys.c.posting_id == posting_id, posting_keys.c.since > since)
    connection.execute(delete(posting_keys).where(later))


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ids by the few hundred that one statement can name."""
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[start : start + _IDS_AT_ONCE]
