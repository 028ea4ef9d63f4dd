"""How the boards themselves are doing, for those who run them; apart from people's news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from alerts.gather import Items, gather, stable_id
from alerts.timing import after_quiet, next_slot
from jobdiff.config import OPERATOR, WATCHING, Channel, Config
from jobdiff.config.timing import parse_schedule
from postings.wire import instant
from storage import Store, boards, noted, outbox, postings
from storage.noted import FAILING, TroubledBoard, Unread
from storage.outbox import Delivery

APART: Final = timedelta(minutes=10)
APART_GROWS: Final = 6
LONGEST_APART: Final = timedelta(hours=6)
_NAMED = 5
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
# What lies further ahead than quiet hours and the longest pause, a clock set back has written.
_AHEAD = _DAY + LONGEST_APART


def owe_troubles(store: Store, config: Config, now: datetime) -> int:
    """Owe a word on each board that began or ceased to be in trouble: once each.

    Returns:
        How many deliveries are new.
    """
    channels = config.operators()
    if not channels:
        return 0
    with store.read() as connection:
        if not _moves(connection, config):
            return 0
    with store.write() as connection:
        told = [_noted(connection, one, active, now) for one, active in _moves(connection, config)]
        items = Items(boards=tuple(one for one in told if one))
        if not items.boards:
            return 0
        return sum(_owe(connection, config, channel, items, now) for channel in channels)


def _moves(connection: Connection, config: Config) -> list[tuple[TroubledBoard, bool]]:
    """What is new among the troubles (True), and what is over (False)."""
    present = noted.troubled(connection, config.alerts.failing_after)
    known = noted.known_troubles(connection)
    keys = {(one.id, one.trouble) for one in present}
    moves = [(one, True) for one in present if (one.id, one.trouble) not in known]
    for board_id, trouble in known:
        if (board_id, trouble) not in keys:
            board = boards.get(connection, board_id)
            if trouble == FAILING and board.failures and board.watched and not board.paused:
                continue  # the number asked for was raised meanwhile; it is still not well
            moves.append((TroubledBoard(board.id, board.name, board.url, trouble, None), False))
    return moves


def _noted(
    connection: Connection, one: TroubledBoard, active: bool, now: datetime
) -> dict[str, Any] | None:
    """Note a move; what is to be told of it, or None of a board that nobody watches any more."""
    if active:
        noted.note_trouble(connection, one.id, one.trouble, now)
    else:
        noted.forget_trouble(connection, one.id, one.trouble)
        board = boards.get(connection, one.id)
        if board.paused or not board.watched:
            return None
    return {
        "board": one.name,
        "url": one.url,
        "trouble": one.trouble,
        "active": active,
        "reason": one.reason,
        "at": instant(now),
    }


def _owe(
    connection: Connection, config: Config, channel: Channel, items: Items, now: datetime
) -> int:
    """The first word of a day at once; what follows together, ever further apart."""
    at = now
    last = outbox.last_time(connection, OPERATOR, channel.name, now + _AHEAD)
    if last is not None:
        at = last if now < last else max(now, last + _apart(connection, channel, now))
    alerts = config.alerts
    at = after_quiet(alerts.quiet_hours, alerts.zone, at)
    return int(gather(connection, OPERATOR, channel.name, at, items, now))


def _apart(connection: Connection, channel: Channel, now: datetime) -> timedelta:
    """How long after the last word the next one goes out: boards that come and go are no news."""
    told = noted.told_since(connection, OPERATOR, channel.name, now - _DAY, now + _AHEAD)
    return min(APART * int(APART_GROWS ** (min(max(told, 1), 9) - 1)), LONGEST_APART)


def owe_watching(store: Store, config: Config, now: datetime) -> None:
    """Owe the next "still watching", so that silence means that something is wrong."""
    alerts = config.alerts
    if alerts.still_watching is None:
        return
    slot = next_slot(parse_schedule(alerts.still_watching), alerts.zone, now)
    ids = {
        stable_id(WATCHING, channel.name, instant(slot)): channel for channel in config.operators()
    }
    with store.read() as connection:
        known = {one.id for one in outbox.by_ids(connection, tuple(ids))}
    for id_, channel in ids.items():
        if id_ not in known:
            one = Delivery(id_, WATCHING, channel.name, (), now, slot)
            with store.write() as connection:
                outbox.put(connection, one)


def watching_notes(connection: Connection, config: Config, now: datetime) -> tuple[str, ...]:
    """What "still watching" says: boards, postings, the news of a week, what is unread."""
    lost, watched = noted.unread(connection)
    counts = postings.counts(connection, now)
    is_open = sum(one.open for one in counts.values())
    news = outbox.news_since(connection, now - _WEEK)
    told = ", ".join(f"{number} {kind}" for kind, number in news.items() if number)
    return (
        f"Still watching {_number(watched, 'board')} with {_number(is_open, 'open posting')}.",
        f"In the last seven days: {told or 'no news'}.",
        *unread_notes(lost, watched, config.alerts.zone, now),
    )


def unread_notes(
    lost: Sequence[Unread], watched: int, zone: ZoneInfo, now: datetime
) -> tuple[str, ...]:
    """What could not be seen, in one sentence, the longest unseen first; nothing where all was.

    >>> from datetime import UTC
    >>> unread_notes([Unread("Example", datetime(2026, 3, 3, 12, tzinfo=UTC))], 30,
    ...              ZoneInfo("UTC"), datetime(2026, 3, 5, tzinfo=UTC))
    ('1 of 30 boards unread since Tuesday: Example',)
    >>> unread_notes([Unread("Example", datetime(2026, 3, 3, 12, tzinfo=UTC)),
    ...               Unread("Other", datetime(2026, 3, 4, 12, tzinfo=UTC))], 30,
    ...              ZoneInfo("UTC"), datetime(2026, 3, 5, tzinfo=UTC))
    ('2 of 30 boards unread: Example since Tuesday, Other since Wednesday',)
    """
    if not lost:
        return ()
    days = [_day(one.since.astimezone(zone), now) for one in lost]
    what = f"{len(lost)} of {_number(watched, 'board')} unread"
    named = [one.name for one in lost]
    if len(set(days)) == 1:
        what += f" since {days[0]}"
    else:
        named = [f"{name} since {day}" for name, day in zip(named, days, strict=True)]
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    return (f"{what}: {', '.join(named[:_NAMED])}{more}",)


def _day(since: datetime, now: datetime) -> str:
    return f"{since:%A}" if now - since < timedelta(days=6) else f"{since:%Y-%m-%d}"


def _number(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
