"""Why a posting is believed to be what it is, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from jobdiff.cli.shapes import WHY_SCHEMA
from jobdiff.cli.text import clean, day

if TYPE_CHECKING:
    from rich.console import RenderableType

    from postings.why import Case, Reason
    from storage.postings import History

_HEADINGS: Final = {
    "first_seen": "Why it is believed",
    "identity": "How it is recognised",
    "merge": "What it is one with",
    "repost": "Whether it is as new as it looks",
    "event": "What was told",
    "state": "What holds now",
}


def case_of(found: History, since_seen: Mapping[str, int], now: datetime) -> Case:
    """What is known of a posting; ``since_seen`` are the outcomes of crawls since it was seen."""
    from postings.why import Case, Merge
    from storage.postings import is_stale

    row = found.posting
    merges = (
        Merge(one.folded if one.kept == row.known.id else one.kept, one.at, one.by, one.undone_at)
        for one in found.merges
    )
    return Case(
        known=row.known,
        now=now,
        stale=row.known.state == "open" and is_stale(row.board, now),
        keys=found.keys,
        events=tuple(event.json() for event in found.events),
        merges=tuple(merges),
        quarantine=row.board.quarantine,
        last_complete_at=row.board.last_complete_at,
        since_seen=since_seen,
    )


def why_json(case: Case) -> dict[str, Any]:
    """The contract ``jobdiff.why/1``."""
    from postings.why import why
    from postings.wire import instant

    return {
        "schema": WHY_SCHEMA,
        "posting": case.known.id,
        "reasons": [
            {"about": one.about, "at": instant(one.at), "text": one.text, "event": one.event}
            for one in why(case)
        ],
        "keys": [
            {
                "key": one.key,
                "scheme": one.scheme,
                "since": instant(one.since),
                "ambiguous_since": instant(one.ambiguous_since),
            }
            for one in case.keys
        ],
    }


def why_lines(case: Case) -> list[RenderableType]:
    """The chain of evidence under its headings, a paragraph a link."""
    from rich.padding import Padding
    from rich.text import Text

    from postings.why import why

    lines: list[RenderableType] = []
    for heading, reasons in groupby(why(case), key=lambda one: _HEADINGS.get(one.about)):
        if heading:
            lines.append(Text(heading, "bold"))
        lines += [Padding(Text(line), (0, 0, 0, 2)) for line in _lines(reasons)]
    return lines


def _lines(reasons: Iterator[Reason]) -> Iterator[str]:
    for one in reasons:
        dated = one.about in ("event", "merge") and one.at is not None
        yield clean(f"{day(one.at)} UTC  {one.text}" if dated else one.text)
