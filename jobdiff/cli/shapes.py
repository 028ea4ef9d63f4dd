"""The objects of ``--json`` that belong to the command line alone; they only grow."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from postings.cadence import ALWAYS, parse_window, within
from postings.drift import named
from postings.wire import instant

if TYPE_CHECKING:
    from storage.boards import BoardRow

BOARD_SCHEMA = "jobdiff.board/1"
SNAPSHOT_SCHEMA = "jobdiff.snapshot/1"
DIFF_SCHEMA = "jobdiff.diff/1"
WHY_SCHEMA = "jobdiff.why/1"
MERGE_SCHEMA = "jobdiff.merge/1"
STATS_OPEN_SCHEMA = "jobdiff.stats-open/1"
STATS_DAY_SCHEMA = "jobdiff.stats-day/1"
STATS_LIFETIME_SCHEMA = "jobdiff.stats-lifetime/1"
STATS_SALARY_SCHEMA = "jobdiff.stats-salary/1"
DOCTOR_SCHEMA = "jobdiff.doctor/1"
MIGRATION_SCHEMA = "jobdiff.migration/1"
FILE_SCHEMA = "jobdiff.file/1"
FINDING_SCHEMA = "jobdiff.finding/1"
QUALITY_SCHEMA = "jobdiff.quality/1"


def board_json(board: BoardRow, *, open_postings: int, now: datetime) -> dict[str, Any]:
    """A board; ``open`` counts its open postings."""
    return {
        "schema": BOARD_SCHEMA,
        "id": board.id,
        "url": board.url,
        "name": board.name,
        "tags": list(board.tags),
        "every": board.every,
        "window": board.window,
        "timezone": board.timezone,
        "allow_private": board.allow_private,
        "strategy": board.strategy,
        "browser": board.browser,
        "state": board_state(board, now),
        "open": open_postings,
        "outcome": board.outcome,
        "reason": board.reason,
        "warning": board.warning,
        "failures": board.failures,
        "retry_after": instant(board.retry_after),
        "last_crawl_at": instant(board.last_crawl_at),
        "last_complete_at": instant(board.last_complete_at),
        "next_crawl_at": instant(next_crawl(board, now)),
        "origin": board.origin,
        "quarantined": len(board.quarantine.missing) if board.quarantine else 0,
        "drifting": sorted(named(drift.field) for drift in board.habits.drifts),
        "volatile": sorted(board.habits.volatile),
    }


def board_state(board: BoardRow, now: datetime) -> str:
    """What a person has to know first: unwatched, paused, quarantined, stale or watched."""
    from storage.boards import interval, is_stale

    if not board.watched:
        return "unwatched"
    if board.paused:
        return "paused"
    if board.quarantine or board.habits.drifts:
        return "quarantined"
    return "stale" if is_stale(board, interval(board.every), now) else "watched"


def next_crawl(board: BoardRow, now: datetime) -> datetime | None:
    """When the daemon would crawl it next; None where nothing is planned."""
    if not board.watched or board.paused:
        return None
    at = max(board.next_crawl_at or now, board.retry_after or now)
    window = parse_window(board.window or ALWAYS, board.timezone or "UTC")
    return within(window, at, jitter=-1)
