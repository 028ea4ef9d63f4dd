"""``lint``: judge the markup of one document, or of a board's stored postings, rule by rule."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from jobdiff.cli.command import Panel, command
from jobdiff.cli.extract import document_at, name_of, nothing_in
from jobdiff.cli.findings import (
    About,
    Count,
    Told,
    annotation,
    count_json,
    finding_json,
    sarif,
)
from jobdiff.cli.output import put
from jobdiff.cli.postings import BoardOption
from jobdiff.cli.session import Session
from jobdiff.cli.text import clean, count, day
from postings.errors import JobdiffError, UsageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from postings.lint import Finding, Report
    from storage.quality import Published

_TREND = timedelta(days=30)
_TOO_YOUNG = timedelta(days=1)
_EXAMPLES = 3
_WORST_FIRST = {"error": 0, "warning": 1, "info": 2}


_Judged: TypeAlias = "tuple[Published, tuple[Finding, ...]]"


@dataclass(frozen=True)
class _Past:
    """How a board stood at ``at``: the postings that broke each rule, ``of`` so many."""

    at: datetime
    of: int
    by_rule: Mapping[str, Sequence[Published]]


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def register(app: typer.Typer) -> None:
    """Add this command to the program."""
    command(app, Panel.POSTINGS)(lint)


def lint(
    session: Session,
    source: Annotated[
        str | None,
        typer.Argument(metavar="FILE|URL|-", help="An HTML or JSON document.", show_default=False),
    ] = None,
    board: BoardOption = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Of a board: counts by rule, examples, trend.")
    ] = False,
    format_: Annotated[
        Format | None,
        typer.Option("--format", help="How findings are written; text is the default."),
    ] = None,
) -> None:
    """Judge the markup of one document, or of what is stored; exit 1 on errors."""
    shape = _shape(session, format_, summary=summary)
    if (source is None) == (board is None):
        raise UsageError("name one document (a file, a URL or -), or a board with --board")
    if source is not None:
        if summary:
            raise UsageError("--summary is about a board; write --board NAME")
        _lint_document(session, source, shape)
    elif board is not None:
        _lint_board(session, board, shape, summary=summary)


def _shape(session: Session, wanted: Format | None, *, summary: bool) -> Format:
    if session.json and wanted not in {None, Format.JSON}:
        raise UsageError(f"--json and --format {wanted} exclude each other; write one of them")
    shape = wanted or (Format.JSON if session.json else Format.TEXT)
    if summary and shape not in {Format.TEXT, Format.JSON}:
        raise UsageError(f"--summary is written as text or json, not as {shape}")
    return shape


# --- one document --------------------------------------------------------------------------------


def _lint_document(session: Session, source: str, shape: Format) -> None:
    from postings.lint import lint_document

    document = document_at(session, source)
    report = lint_document(document.body, document.url, document.content_type, now=session.time())
    place = document.url or name_of(source)
    is_file = not document.url and source != "-"
    told = [_told(finding, report, place, is_file) for finding in report.findings]
    _tell(session, told, shape, len(report.reading.postings))
    if not report.reading.postings:
        raise nothing_in(source, report.reading)
    _leave(report.findings)


def _told(finding: Finding, report: Report, document: str, is_file: bool) -> Told:
    if finding.posting is None:
        return Told(finding, document, is_file=is_file)
    posting = report.reading.postings[finding.posting]
    about = About(finding.posting + 1, None, posting.url, posting.title)
    return Told(finding, document, about, is_file=is_file)


# --- a board -------------------------------------------------------------------------------------


def _lint_board(session: Session, ref: str, shape: Format, *, summary: bool) -> None:
    from storage import boards, quality

    now = session.time()
    with session.store.read() as connection:
        board = boards.find(connection, ref)
        stored = quality.published(connection, board.id)
        past = _past(connection, board.id, now) if summary else None
    judged = _judged(stored, now)
    if len(judged) < len(stored):
        number = count(len(stored) - len(judged), "posting")
        session.out.note(f"{number} of a list API left out: there is no markup to judge")
    if not judged:
        raise JobdiffError(f"{clean(board.name)}: no published posting with markup is stored")
    if summary:
        _summarise(session, board.name, _counts(judged, past), shape, past)
    else:
        told = [_told_of(one, finding, board.name) for one, found in judged for finding in found]
        _tell(session, told, shape, len(judged))
    _leave(finding for _, found in judged for finding in found)


def _judged(stored: Sequence[Published], now: datetime) -> list[_Judged]:
    """Those with markup of their own, each with its findings."""
    from postings.lint import lint_posting

    marked = [one for one in stored if not one.posting.source.syntax.startswith("api:")]
    return [(one, lint_posting(one.posting, now, slides=one.slides)) for one in marked]


def _past(connection: Connection, board_id: str, now: datetime) -> _Past | None:
    """What was published 30 days ago, or when the board was first read; None of a younger one."""
    from storage import quality

    first = quality.first_known(connection, board_id)
    if first is None or now - first < _TOO_YOUNG:
        return None
    at = max(first, now - _TREND)
    judged = _judged(quality.published(connection, board_id, at), at)
    return _Past(at, len(judged), _by_rule(judged)) if judged else None


def _by_rule(judged: Sequence[_Judged]) -> dict[str, list[Published]]:
    """The postings that break each rule."""
    found: dict[str, list[Published]] = defaultdict(list)
    for one, findings in judged:
        for rule in dict.fromkeys(finding.rule for finding in findings):
            found[rule].append(one)
    return found


def _counts(judged: Sequence[_Judged], past: _Past | None) -> list[Count]:
    """The rules that are broken now or were before, the worst and most frequent first."""
    from postings.lint import RULES

    now = _by_rule(judged)
    before = past.by_rule if past else {}
    counts = [
        Count(
            rule=rule.id,
            severity=rule.severity,
            what=rule.what,
            postings=len(now.get(rule.id, ())),
            of=len(judged),
            before=len(before.get(rule.id, ())) if past else None,
            before_of=past.of if past else None,
            compared_with=past.at if past else None,
            examples=tuple(one.url for one in now.get(rule.id, ())[:_EXAMPLES]),
        )
        for rule in RULES
        if rule.id in now or rule.id in before
    ]
    return sorted(counts, key=lambda one: (_WORST_FIRST[one.severity], -one.postings))


def _summarise(
    session: Session, board: str, counts: Sequence[Count], shape: Format, past: _Past | None
) -> None:
    from jobdiff.cli.render.findings import counts_table

    if shape is Format.JSON:
        for one in counts:
            session.out.line(count_json(one, board))
        return
    if counts:
        session.out.show(counts_table(counts))
    compared = f"compared with {day(past.at)} UTC" if past else "too young to compare with before"
    session.out.show(f"\n{count(len(counts), 'rule')}; {compared}")


def _told_of(one: Published, finding: Finding, board: str) -> Told:
    about = About(None, one.id, one.posting.url, one.posting.title)
    return Told(finding, one.url, about, board)


# --- what all have in common ---------------------------------------------------------------------


def _tell(session: Session, told: Sequence[Told], shape: Format, postings: int) -> None:
    if shape is Format.JSON:
        for one in told:
            session.out.line(finding_json(one))
    elif shape is Format.GITHUB:
        for one in told:
            put(annotation(one))
    elif shape is Format.SARIF:
        from jobdiff import __version__
        from postings.lint import RULES

        put(json.dumps(sarif(told, RULES, __version__), indent=1))
    else:
        from jobdiff.cli.render.findings import finding_text, totals

        terminal = session.out.console.is_terminal
        for one in told:
            text = finding_text(one)
            session.out.show(text if terminal else text.plain)
        session.out.show(totals(told, postings))


def _leave(findings: Iterable[Finding]) -> None:
    """Exit 1 where a rule of severity error is broken."""
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)
