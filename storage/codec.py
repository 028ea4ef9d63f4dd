"""Values of the core as JSON, and back: what is staged while a crawl runs, and small parts of rows.

Unknown is left out, so that what an unchanged posting costs is a few dozen bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from postings.habits import Drift, Habits
from postings.model import Change, Evidence, Observation, Quarantine
from postings.wire import evidence_json, posting_from_json, stored_json
from storage.types import read_instant, spell


def observation_json(seen: Observation) -> dict[str, Any]:
    """An observation for the stage."""
    told: dict[str, Any] = {"url": seen.url, "at": spell(seen.at), "fetch": seen.fetch}
    if seen.listed:
        told["listed"] = True
    if not seen.asked:
        told["asked"] = False
    if seen.keys:
        told["keys"] = list(seen.keys)
    if seen.posting is not None:
        told["posting"] = stored_json(seen.posting)
    if seen.evidence:
        told["evidence"] = [evidence_json(one) for one in seen.evidence]
    return told


def observation_of(told: Mapping[str, Any]) -> Observation:
    """The inverse of ``observation_json``."""
    posting = told.get("posting")
    return Observation(
        url=told["url"],
        at=read_instant(told["at"]),
        fetch=told["fetch"],
        listed=told.get("listed", False),
        asked=told.get("asked", True),
        keys=tuple(told.get("keys", ())),
        posting=None if posting is None else posting_from_json(posting),
        evidence=tuple(evidence_of(one) for one in told.get("evidence", ())),
    )


def evidence_of(told: Mapping[str, Any]) -> Evidence:
    """The inverse of ``postings.wire.evidence_json``."""
    return Evidence(told["kind"], told["url"], read_instant(told["at"]), told["detail"])


def change_of(told: Mapping[str, Any]) -> Change:
    """The inverse of ``postings.wire.change_json``."""
    return Change(told["field"], told["before"], told["after"], told["material"])


def quarantine_json(question: Quarantine) -> dict[str, Any]:
    """A board's open question for its row."""
    return {
        "since": spell(question.since),
        "missing": sorted(question.missing),
        "agreeing": question.agreeing,
    }


def quarantine_of(told: Mapping[str, Any]) -> Quarantine:
    """The inverse of ``quarantine_json``."""
    return Quarantine(read_instant(told["since"]), frozenset(told["missing"]), told["agreeing"])


def habits_json(habits: Habits) -> dict[str, Any] | None:
    """What was learnt of a board's fields for its row; None where that is nothing."""
    if not habits:
        return None
    return {
        "moving": dict(habits.moving),
        "volatile": {name: spell(since) for name, since in habits.volatile.items()},
        "drifts": [
            {
                "field": one.field,
                "since": spell(one.since),
                "postings": sorted(one.postings),
                "agreeing": one.agreeing,
            }
            for one in habits.drifts
        ],
    }


def habits_of(told: Mapping[str, Any] | None) -> Habits:
    """The inverse of ``habits_json``."""
    if told is None:
        return Habits()
    return Habits(
        moving=told["moving"],
        volatile={name: read_instant(since) for name, since in told["volatile"].items()},
        drifts=tuple(
            Drift(
                one["field"],
                read_instant(one["since"]),
                frozenset(one["postings"]),
                one["agreeing"],
            )
            for one in told["drifts"]
        ),
    )
