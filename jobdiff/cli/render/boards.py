"""Boards and crawls for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from jobdiff.cli.render.tables import plain_table
from jobdiff.cli.text import ago, clean, count

OUTCOME_STYLES = {
    "complete": "green",
    "empty": "green",
    "partial": "yellow",
    "suspicious": "bold yellow",
    "unreadable": "bold red",
    "blocked": "bold red",
    "failed": "bold red",
}
STATE_STYLES = {"watched": "green", "stale": "yellow", "quarantined": "bold yellow"}
KINDS = ("new", "changed", "expired", "removed", "reopened")


def boards_table(boards: Iterable[Mapping[str, Any]], now: datetime) -> Table:
    """The boards, one a row."""
    table = plain_table()
    table.add_column("board", overflow="fold")
    table.add_column("state", no_wrap=True)
    table.add_column("open", justify="right")
    table.add_column("last crawl", overflow="fold")
    table.add_column("next", no_wrap=True)
    table.add_column("tags", overflow="fold")
    for board in boards:
        name = Text.assemble((clean(board["name"]), "bold"))
        if board["url"] != board["name"]:
            name.append(f"\n{clean(board['url'])}", "dim")
        table.add_row(
            name,
            Text(board["state"], STATE_STYLES.get(board["state"], "dim")),
            f"{board['open']:,}",
            _last(board, now),
            _next(board, now),
            clean(", ".join(board["tags"])),
        )
    return table


def _next(board: Mapping[str, Any], now: datetime) -> str:
    at = _at(board["next_crawl_at"])
    if board["state"] == "paused":
        return "–"
    return "now" if at is not None and at <= now else ago(at, now)


def crawl_line(crawl: Mapping[str, Any], name: str) -> Text:
    """A crawl's result as one line: what it is called, what it cost, what it found."""
    text = Text.assemble((clean(name), "bold"), ": ", outcome_text(crawl["outcome"]))
    told = [count(crawl["postings"], "posting"), _cost(crawl), *_found(crawl)]
    text.append(" · " + " · ".join(part for part in told if part))
    if crawl["reason"]:
        text.append(f"\n  {clean(crawl['reason'])}", "yellow")
    return text


def saved_line(crawl: Mapping[str, Any]) -> str:
    """What a crawl did not have to read, in a sentence."""
    saved = crawl["saved"]
    told = (
        (saved["by_lastmod"], "not asked (sitemap)"),
        (saved["by_list"], "not asked (listed as before)"),
        (saved["not_modified"], "answered not modified"),
        (saved["same_body"], "with the same body"),
    )
    parts = [f"{number:,} {what}" for number, what in told if number]
    return f"{crawl['board']}: pages saved: {', '.join(parts) or 'none'}"


def outcome_text(outcome: str) -> Text:
    """The outcome in its colour."""
    return Text(outcome, OUTCOME_STYLES.get(outcome, ""))


def _cost(crawl: Mapping[str, Any]) -> str:
    spared = f" ({crawl['not_modified']:,} not modified)" if crawl["not_modified"] else ""
    return f"{count(crawl['requests'], 'request')}{spared} in {crawl['seconds']:.1f} s"


def _found(crawl: Mapping[str, Any]) -> list[str]:
    return [f"{crawl[kind]:,} {kind}" for kind in KINDS if crawl[kind]]


def _last(board: Mapping[str, Any], now: datetime) -> Text:
    at = _at(board["last_crawl_at"])
    if at is None or not board["outcome"]:
        text = Text.assemble(("never", "dim"))
    else:
        text = Text.assemble(outcome_text(board["outcome"]), f" {ago(at, now)}")
        if board["failures"] > 1:
            text.append(f", {board['failures']} times in a row", "dim")
    volatile = ", ".join(board["volatile"])
    ignored = f"volatile, so not compared: {volatile}" if volatile else None
    for words in (board["reason"], board["warning"], ignored):
        if words:
            text.append(f"\n{clean(words)}", "dim")
    return text


def _at(instant: str | None) -> datetime | None:
    return datetime.fromisoformat(instant) if instant else None
