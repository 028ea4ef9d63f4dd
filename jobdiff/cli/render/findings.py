"""Findings for people: a line each, and a board's counts as a table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from jobdiff.cli.findings import Count, Told
from jobdiff.cli.render.tables import plain_table
from jobdiff.cli.text import clean, count, shorten

_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}
_VALUE = 80


def finding_text(told: Told) -> Text:
    """``page.html:12: error: it has no datePosted [date-posted-missing] $.datePosted = ""``."""
    finding = told.finding
    line = f":{finding.where.line}" if finding.where.line else ""
    text = Text(f"{clean(told.document)}{line}: ")
    text.append(finding.severity, _STYLES[finding.severity])
    text.append(f": {clean(finding.message)} ")
    text.append(f"[{finding.rule}]", "cyan")
    place = f" {clean(finding.where.path)}" if finding.where.path else ""
    return text.append(f"{place}{_value(finding.value)}", "dim")


def totals(told: Sequence[Told], postings: int) -> str:
    """``2 errors, 1 warning and 3 hints in 1 posting``."""
    number = Counter(one.finding.severity for one in told)
    found = [
        count(number["error"], "error"),
        count(number["warning"], "warning"),
        count(number["info"], "hint"),
    ]
    where = f"in {count(postings, 'posting')}"
    return f"{found[0]}, {found[1]} and {found[2]} {where}" if told else f"no findings {where}"


def counts_table(counts: Sequence[Count]) -> Table:
    """A board's counts by rule, the worst and most frequent first."""
    table = plain_table()
    table.add_column("severity", no_wrap=True)
    table.add_column("rule", no_wrap=True)
    table.add_column("postings", no_wrap=True, justify="right")
    table.add_column("before", no_wrap=True, justify="right")
    table.add_column("for example", overflow="fold", style="dim")
    for one in counts:
        before = "–" if one.before is None else f"{one.before:,} of {one.before_of:,}"
        table.add_row(
            Text(one.severity, _STYLES[one.severity]),
            one.rule,
            f"{one.postings:,} of {one.of:,}",
            before,
            "\n".join(map(clean, one.examples)),
        )
    return table


def _value(value: Any) -> str:
    if value is None:
        return ""
    return f" = {shorten(clean(json.dumps(value, ensure_ascii=False)), _VALUE)}"
