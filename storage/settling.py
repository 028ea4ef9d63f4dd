"""Carry a verdict out: postings, snapshots, keys and events, in the transaction it is given."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from postings.model import Event, Known, Posting, Snapshot, Update, Verdict
from postings.wire import change_json, evidence_json, stored_json, summary_json
from storage import knowledge
from storage.schema import ambiguous_keys, events, posting_keys, postings, snapshots
from storage.types import clean

_INLINE = re.compile(
    r"</?(?:a|abbr|b|em|font|i|mark|small|span|strong|sub|sup|u)\b[^>]*>", re.IGNORECASE
)
_BLOCK = re.compile(r"<[^>]*>")
_SEEN_ONLY = frozenset({"last_seen", "read_at"})


def carry_out(
    connection: Connection,
    board_id: str,
    before: Mapping[str, Known],
    verdict: Verdict,
    now: datetime,
) -> dict[str, Known]:
    """Write what a verdict says of a board's postings.

    Args:
        connection: in a write transaction.
        board_id: whose postings they are.
        before: the postings as the verdict found them, by id.
        verdict: what should happen; its quarantine is the board's business, not done here.
        now: since when new keys are known, and others are ambiguous.

    Returns:
        The postings after it, by id: those of ``before``, and the new ones.
    """
    after = {**before, **{one.posting.id: one.posting for one in verdict.updates}}
    _add_postings(connection, board_id, verdict.updates)
    _add_snapshots(connection, verdict.updates)
    _change_postings(connection, before, verdict.updates)
    _add_keys(connection, board_id, before, verdict.updates, now)
    _add_ambiguous(connection, board_id, verdict.ambiguous, now)
    _add_events(connection, board_id, after, verdict.events)
    _note_windows(connection, verdict.events)
    return after


def merged(first: Verdict, second: Verdict) -> Verdict:
    """A verdict and another one on what the first one leaves, as one."""
    updates = {one.posting.id: one for one in first.updates}
    for later in second.updates:
        earlier = updates.get(later.posting.id)
        updates[later.posting.id] = later if earlier is None else _both(earlier, later)
    return replace(first, updates=tuple(updates.values()), events=(*first.events, *second.events))


def _both(earlier: Update, later: Update) -> Update:
    return Update(
        later.posting,
        created=earlier.created or later.created,
        snapshot_added=earlier.snapshot_added or later.snapshot_added,
        enriched=earlier.enriched or later.enriched,
    )


def _add_postings(connection: Connection, board_id: str, updates: Iterable[Update]) -> None:
    own = {"board_id": board_id}
    rows = [knowledge.values_of(one.posting) | own for one in updates if one.created]
    if rows:
        connection.execute(insert(postings), rows)


def _add_snapshots(connection: Connection, updates: Iterable[Update]) -> None:
    rows = [
        _snapshot_values(one.posting.id, one.posting.snapshot, enriched=one.enriched)
        for one in updates
        if one.snapshot_added
    ]
    if rows:
        connection.execute(insert(snapshots), rows)


def _snapshot_values(posting_id: str, snapshot: Snapshot, *, enriched: bool) -> dict[str, Any]:
    content = snapshot.posting
    return {
        "id": snapshot.id,
        "posting_id": posting_id,
        "at": snapshot.at,
        "fingerprint": snapshot.fingerprint,
        "reader": snapshot.reader,
        "enriched": enriched,
        "problems": sum(one.severity != "info" for one in content.problems),
        "content": stored_json(content),
        "words": words_of(content),
    }


def words_of(posting: Posting) -> str:
    """What a search looks through: title, organisation, places and description, folded."""
    places = (
        part
        for place in posting.locations
        for part in (place.locality, place.region, place.country)
    )
    text = _BLOCK.sub(" ", _INLINE.sub("", posting.description_html or ""))
    told = (posting.title, posting.organization.name, *places, html.unescape(text))
    return fold(" ".join(" ".join(part for part in told if part).split()))


def fold(text: str) -> str:
    """Text as searches compare it: any case, one spelling of every letter."""
    return clean(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()))


def _change_postings(
    connection: Connection, before: Mapping[str, Known], updates: Iterable[Update]
) -> None:
    """Write the rows that differ; for the many that were merely seen, nothing but that."""
    seen: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for one in updates:
        if one.created:
            continue
        values = knowledge.values_of(one.posting)
        former = knowledge.values_of(before[one.posting.id])
        differing = {name for name, value in values.items() if former[name] != value}
        if not differing:
            continue
        row = {f"new_{name}": value for name, value in values.items()}
        (seen if differing <= _SEEN_ONLY else changed).append(row)
    if seen:
        connection.execute(_update_of(_SEEN_ONLY), seen)
    if changed:
        connection.execute(_update_of(set(changed[0]) - {"new_id"}), changed)


def _update_of(names: Iterable[str]) -> Any:
    plain = {name.removeprefix("new_") for name in names}
    return (
        update(postings)
        .where(postings.c.id == bindparam("new_id"))
        .values({name: bindparam(f"new_{name}") for name in sorted(plain)})
    )


def _add_keys(
    connection: Connection,
    board_id: str,
    before: Mapping[str, Known],
    updates: Sequence[Update],
    now: datetime,
) -> None:
    rows = [
        {"posting_id": one.posting.id, "board_id": board_id, "key": key, "since": now}
        for one in updates
        for key in _new_keys(before.get(one.posting.id), one.posting)
    ]
    if rows:
        connection.execute(insert(posting_keys), rows)


def _new_keys(before: Known | None, after: Known) -> list[str]:
    if before is not None and before.keys == after.keys:
        return []
    former = before.keys if before else ()
    return [key for key in dict.fromkeys(after.keys) if key not in former]


def _add_ambiguous(
    connection: Connection, board_id: str, unclear: frozenset[str], now: datetime
) -> None:
    added = unclear - knowledge.ambiguous(connection, board_id) if unclear else ()
    if added:
        rows = [{"board_id": board_id, "key": key, "since": now} for key in sorted(added)]
        connection.execute(insert(ambiguous_keys), rows)


def _add_events(
    connection: Connection, board_id: str, after: Mapping[str, Known], told: Iterable[Event]
) -> None:
    rows = [_event_values(board_id, after[one.posting], one) for one in told]
    if rows:
        connection.execute(insert(events), rows)


def _event_values(board_id: str, posting: Known, event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "board_id": board_id,
        "posting_id": event.posting,
        "kind": event.kind,
        "state": event.state,
        "closed_at": posting.closed_at if event.state != "open" else None,
        "baseline": event.baseline,
        "quiet": event.quiet,
        "detected_at": event.detected_at,
        "occurred_at": event.occurred_at,
        "window_after": event.window_after,
        "window_before": event.window_before,
        "retracts": event.retracts,
        "before": event.before,
        "after": event.after,
        "summary": summary_json(posting.snapshot.posting, posting.id, posting.url),
        "changes": [change_json(one) for one in event.changes],
        "evidence": [evidence_json(one) for one in event.evidence],
    }


def _note_windows(connection: Connection, told: Iterable[Event]) -> None:
    """Keep with a posting between which two looks it was closed; an open one has no such window."""
    rows: list[dict[str, Any]] = []
    for one in told:
        row: dict[str, Any] = {
            "new_id": one.posting,
            "new_closed_after": None,
            "new_closed_before": None,
        }
        if one.kind == "removed" and not one.quiet:
            window = {"new_closed_after": one.window_after, "new_closed_before": one.window_before}
            rows.append({**row, **window})
        elif one.kind != "new" and one.state == "open":
            rows.append(row)
    if rows:
        connection.execute(_update_of({"closed_after", "closed_before"}), rows)
