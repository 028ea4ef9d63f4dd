"""The demo's days for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from jobdiff.cli.render.boards import outcome_text
from jobdiff.cli.render.events import SIGNS, STYLES, evidence_lines, told_changes
from jobdiff.cli.text import clean, count

_INDENT = 2


class Visit(Protocol):
    """One board on one day."""

    @property
    def board(self) -> str: ...
    @property
    def crawl(self) -> Mapping[str, Any]: ...
    @property
    def events(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def baseline(self) -> bool: ...
    @property
    def open(self) -> int: ...


def day_heading(number: int, at: datetime, says: str) -> Rule:
    """The line above a day."""
    title = Text.assemble((f"Day {number}", "bold"), f"  {at:%a} {at.day} {at:%B}: {says}")
    return Rule(title, align="left", style="dim")


def day_group(visits: Iterable[Visit], width: int) -> Group:
    """What each board's crawl came to, and below it each of its events with its evidence."""
    return Group(*(part for visit in visits for part in _visit_parts(visit, width)))


def _visit_parts(visit: Visit, width: int) -> list[RenderableType]:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=10, no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    table.width = width - _INDENT
    for event in visit.events:
        table.add_row(_kind(event), _what(event))
    indented = [Padding(table, (0, 0, 0, _INDENT))] if visit.events else []
    return [_header(visit), *indented, *_remark(visit), Text()]


def _header(visit: Visit) -> Text:
    crawl = visit.crawl
    text = Text.assemble((clean(visit.board), "bold"), "  ", outcome_text(crawl["outcome"]))
    text.append(f"  {count(crawl['requests'], 'request')}", "dim")
    if crawl["not_modified"]:
        text.append(f", {crawl['not_modified']} pages not modified", "dim")
    return text


def _remark(visit: Visit) -> list[RenderableType]:
    """What is to be said of a crawl besides its events."""
    pad = (0, 0, 0, _INDENT)
    if visit.baseline:
        told = f"{count(visit.open, 'posting')}, remembered as the beginning: no news yet"
        return [Padding(Text(told), pad)]
    if visit.crawl["reason"]:
        calm = f"no event: all {count(visit.open, 'posting')} stay open"
        reason = f"\n{clean(visit.crawl['reason'])}"
        return [Padding(Text.assemble((calm, "bold yellow"), (reason, "dim")), pad)]
    return [] if visit.events else [Padding(Text("nothing new", "dim"), pad)]


def _kind(event: Mapping[str, Any]) -> Text:
    kind = event["kind"]
    return Text(f"{SIGNS[kind]} {kind}", STYLES[kind])


def _what(event: Mapping[str, Any]) -> Text:
    text = Text(clean(event["posting"]["title"] or "(no title)"))
    for change in told_changes(event):
        text.append(f"\n{change}", "yellow")
    return text.append(f"\nwhy: {'; '.join(evidence_lines(event))}", "dim")
