"""What a clock that ran ahead wrote, and what becomes of it once the clock was set back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from storage.outbox import CLOCKS_DIFFER
from storage.schema import channel_states, deliveries

LONGEST_WAIT: Final = timedelta(hours=25)
"""No channel rests for longer, and no delivery waits for longer to be tried again."""

LONGEST_SLOT: Final = timedelta(days=9)
"""A week's digest, its quiet hours and the clocks of summer: nothing waits for longer than that."""


def is_ahead(connection: Connection, now: datetime) -> bool:
    """Whether something waits that was owed, tried or laid to rest by a clock set back since."""
    rests = select(channel_states.c.channel).where(_rests_ahead(now)).limit(1)
    owed = select(deliveries.c.id).where(_owed_ahead(now)).limit(1)
    return any(connection.execute(wanted).first() is not None for wanted in (owed, rests))


def bring_back(connection: Connection, now: datetime) -> int:
    """Let what such a clock wrote count from now: it would else wait for as long as that was ahead.

    What was to wait for its time waits as long as it was to; what was tried in vain is due.

    Returns:
        How many deliveries.
    """
    connection.execute(update(channel_states).where(_rests_ahead(now)).values(rests_until=None))
    ahead = connection.execute(select(deliveries).where(_owed_ahead(now))).all()
    for row in ahead:
        is_new = row.created_at > now + CLOCKS_DIFFER and not row.attempts
        wait = row.next_attempt_at - row.created_at if is_new else timedelta()
        values = {"created_at": min(row.created_at, now), "next_attempt_at": now + wait}
        connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(**values))
    return len(ahead)


def _rests_ahead(now: datetime) -> ColumnElement[bool]:
    return channel_states.c.rests_until > now + LONGEST_WAIT


def _owed_ahead(now: datetime) -> ColumnElement[bool]:
    owed_ahead = deliveries.c.created_at > now + CLOCKS_DIFFER
    tried_ahead = and_(deliveries.c.attempts > 0, deliveries.c.next_attempt_at > now + LONGEST_WAIT)
    put_off_ahead = deliveries.c.next_attempt_at > now + LONGEST_SLOT
    return and_(deliveries.c.state == "owed", or_(owed_ahead, tried_ahead, put_off_ahead))
