"""Postings for people: a table of many, a panel of one, its life, and the diff of two snapshots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.box import ROUNDED
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from jobdiff.cli.render.tables import plain_table
from jobdiff.cli.render.values import NOTHING, label, places, salary, value_words
from jobdiff.cli.text import clean, clean_lines, count, day, shorten
from postings.redline import redline

STATE_STYLES = {"open": "green", "expired": "magenta", "removed": "red"}
_SHOWN = (
    "employment_types", "department", "date_posted", "valid_through", "applicant_locations",
    "industry", "occupational_category", "skills", "qualifications", "education",
    "experience_months", "work_hours", "benefits", "apply_url", "language",
)  # fmt: skip
_LONG = 200
_PANEL = 100
_AROUND = 12


def postings_table(
    postings: Iterable[Mapping[str, Any]], *, boards: bool = True, states: bool = True
) -> Table:
    """Postings as a table, one a row; ``boards`` and ``states`` where they are not all the same."""
    table = plain_table()
    table.add_column("id", no_wrap=True, style="dim")
    if states:
        table.add_column("state", no_wrap=True)
    table.add_column("title", overflow="fold", min_width=16)
    table.add_column("where", overflow="fold", min_width=8)
    table.add_column("salary", overflow="fold", min_width=15)
    if boards:
        table.add_column("board", overflow="fold", style="dim")
    for posting in postings:
        row: list[RenderableType] = [posting["id"][:8]]
        row += [_state(posting)] if states else []
        row += [_title(posting), places(posting), salary(posting["salary"])]
        row += [clean(posting["board"])] if boards else []
        table.add_row(*row)
    return table


def state_text(posting: Mapping[str, Any]) -> Text:
    """The state and what qualifies it: stale, unlisted, still published."""
    flags = _flags(posting)
    return _state(posting).append(f" ({flags})" if flags else "", "dim")


def document_panel(posting: Mapping[str, Any], note: str | None = None) -> Panel:
    """One posting as a document says it."""
    title = Text(shorten(clean(posting["title"] or "(no title)"), 100), "bold")
    return Panel(
        Group(*_facts(posting, note), *_description(posting)),
        title=title,
        title_align="left",
        box=ROUNDED,
        border_style="dim",
        width=_PANEL,
    )


def posting_panel(posting: Mapping[str, Any]) -> Panel:
    """One stored posting: what it says and what became of it."""
    life = _grid()
    life.add_row("state", state_text(posting))
    life.add_row("board", clean(posting["board"]))
    life.add_row("first seen", _day(posting["first_seen"]))
    life.add_row("last seen", _day(posting["last_seen"]))
    if posting["closed_at"]:
        life.add_row("closed", _day(posting["closed_at"]))
    life.add_row("age", age_words(posting))
    life.add_row("id", posting["id"])
    panel = document_panel(posting)
    panel.renderable = Group(life, Text(), panel.renderable)
    return panel


def age_words(posting: Mapping[str, Any]) -> str:
    """How old a posting is, and what makes it look newer than it is."""
    told = [count(posting["age"], "day")]
    if posting["reposted"]:
        again = (
            f"reposted {count(posting['reposted'], 'time')}, before as {posting['repost_of'][:8]}"
        )
        told.append(again)
    if posting["date_bumps"]:
        told.append(f"its date moved forward {count(posting['date_bumps'], 'time')}")
    return "; ".join(told)


def problems_text(problems: Sequence[Mapping[str, Any]]) -> Text:
    """Problems of a document, a line each."""
    lines = [f"{p['severity']}: {clean(p['message'])} [{p['rule']}]" for p in problems]
    return Text("\n".join(lines), "yellow")


def snapshot_diff(changes: Sequence[Mapping[str, Any]], *, colour: bool) -> Iterator[Text]:
    """The fields that differ; long texts word by word.

    In colour, words taken out are red and struck, new ones green; without, they stand in
    ``[-brackets-]`` and ``{+braces+}``.
    """
    for change in changes:
        yield Text(label(change["field"]), "bold")
        before, after = (_full_words(change[side]) for side in ("before", "after"))
        yield Text("  ").append(_redline(before, after, colour=colour))


def _redline(before: str, after: str, *, colour: bool) -> Text:
    signs = {"in": "+", "out": "-"}
    return Text(" ").join(
        _marked(piece.text, signs[piece.said], colour)
        if piece.said in signs
        else Text(_in_short(piece.text))
        for piece in redline(before, after)
    )


def _in_short(words: str) -> str:
    """A stretch that stayed the same, without its middle where that is long."""
    told = words.split(" ")
    if len(told) <= 3 * _AROUND:
        return words
    left_out = f"… {count(len(told) - 2 * _AROUND, 'word')} …"
    return " ".join([*told[:_AROUND], left_out, *told[-_AROUND:]])


def _marked(words: str, sign: str, colour: bool) -> Text:
    if colour:
        return Text(words, "red strike" if sign == "-" else "green")
    return Text(f"[-{words}-]" if sign == "-" else f"{{+{words}+}}")


def _state(posting: Mapping[str, Any]) -> Text:
    return Text.assemble((posting["state"], STATE_STYLES[posting["state"]]))


def _flags(posting: Mapping[str, Any]) -> str:
    flags = ("stale", "unlisted", "still_published")
    return ", ".join(flag.replace("_", " ") for flag in flags if posting[flag])


def _title(posting: Mapping[str, Any]) -> Text:
    text = Text.assemble((clean(posting["title"] or "(no title)"), "bold"))
    flags = _flags(posting)
    return text.append(f"\n{flags}", "dim") if flags else text


def _full_words(value: Any) -> str:
    return clean_lines(value) if isinstance(value, str) and value else value_words(value)


def _facts(posting: Mapping[str, Any], note: str | None) -> list[RenderableType]:
    facts = _grid()
    organization = (posting["organization"] or {}).get("name")
    for name, words in (
        ("employer", organization),
        ("where", places(posting)),
        ("salary", _salary(posting)),
        *((label(field), posting[field]) for field in _SHOWN),
        ("address", posting["url"]),
        ("read from", _source(posting)),
    ):
        told = value_words(words)
        if told not in ("", NOTHING):
            facts.add_row(name, shorten(told, _LONG))
    if note:
        facts.add_row("state", Text(note, "bold magenta"))
    return [facts]


def _description(posting: Mapping[str, Any]) -> list[RenderableType]:
    text = clean_lines(posting["description_text"] or "")
    lines: list[RenderableType] = [Text(), Text(shorten(text, 600))] if text else []
    if posting["problems"]:
        lines += [Text(), problems_text(posting["problems"])]
    return lines


def _salary(posting: Mapping[str, Any]) -> str:
    pay = posting["salary"]
    return salary(pay) + (" (estimated)" if pay and pay["estimated"] else "")


def _source(posting: Mapping[str, Any]) -> str:
    source = posting["source"]
    return f"{source['syntax']} (repaired)" if source["repaired"] else str(source["syntax"])


def _grid() -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def _day(at: str | None) -> str:
    return f"{day(datetime.fromisoformat(at))} UTC" if at else "–"
