"""Events in words: a sign, the kind, the posting, what happened, and why it is believed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from jobdiff.cli.render.tables import plain_table
from jobdiff.cli.render.values import differences, places, salary
from jobdiff.cli.text import clean, day, path_of

SIGNS = {"new": "+", "changed": "~", "expired": "×", "removed": "−", "reopened": "↺"}
_KIND = 12  # columns: sign, kind and what keeps them apart from the rest
STYLES = {
    "new": "bold green",
    "changed": "bold yellow",
    "expired": "bold magenta",
    "removed": "bold red",
    "reopened": "bold cyan",
}


def events_table(events: Iterable[Mapping[str, Any]]) -> Table:
    """The log as a table."""
    table = plain_table()
    table.add_column("at (UTC)", no_wrap=True, style="dim")
    table.add_column("what", no_wrap=True)
    table.add_column("posting", overflow="fold", ratio=2)
    table.add_column("why it is believed", overflow="fold", ratio=3)
    table.add_column("board", overflow="fold", style="dim")
    for event in events:
        at = day(datetime.fromisoformat(event["detected_at"]))
        board = clean(event["board"])
        table.add_row(at, kind_text(event), posting_text(event), why_text(event), board)
    return table


def event_line(event: Mapping[str, Any]) -> Text:
    """One event as a line and its evidence below it."""
    lines = [*posting_text(event).split("\n"), *why_text(event).split("\n")]
    return Text.assemble(kind_text(event), "  ", Text("\n" + " " * _KIND).join(lines))


def kind_text(event: Mapping[str, Any]) -> Text:
    """The sign and the kind, in the kind's colour."""
    kind = event["kind"]
    text = Text.assemble((f"{SIGNS[kind]} {kind:<8}", STYLES[kind]))
    return text.append(" (baseline)", "dim") if event["baseline"] else text


def posting_text(event: Mapping[str, Any]) -> Text:
    """Title, and below it place and salary, as far as they are known."""
    posting = event["posting"]
    text = Text.assemble((clean(posting["title"] or "(no title)"), "bold"))
    about = " · ".join(part for part in (places(posting), salary(posting["salary"])) if part)
    return text.append(f"\n{about}", "dim") if about else text


def why_text(event: Mapping[str, Any]) -> Text:
    """What changed, then the evidence, a line each."""
    lines = [Text(told, "yellow") for told in told_changes(event)]
    lines += [Text(words) for words in evidence_lines(event)]
    return Text("\n").join(lines)


def told_changes(event: Mapping[str, Any]) -> list[str]:
    """The changes of an event in words."""
    return differences(event["changes"], event["posting"]["salary"])


def evidence_lines(event: Mapping[str, Any]) -> list[str]:
    """Each piece of an event's evidence as one line of words."""
    own = event["posting"]["url"]
    return [evidence_words(piece, own) for piece in event["evidence"]]


def evidence_words(piece: Mapping[str, Any], own: str | None = None) -> str:
    """One piece of evidence: what was seen, and on which page unless it is the ``own`` one."""
    detail = clean(piece["detail"]) or piece["kind"].replace("_", " ")
    path = "" if piece["url"] in {own, ""} else path_of(piece["url"])
    return detail if not path or path in detail else f"{detail} ({path})"
