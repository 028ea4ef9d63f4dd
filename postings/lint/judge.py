"""The judge: every rule over every posting of a document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from postings.fields.values import local_name
from postings.lint.at import At, Steps, shown
from postings.lint.case import Case, Finding, Hit, Rule, Where
from postings.lint.page import Page, page_of
from postings.lint.positions import Positions, positions
from postings.lint.registry import RULES, rule
from postings.lint.surroundings import SEVERAL
from postings.model import Posting, Problem
from postings.reading import Limits, read_document
from postings.reading.result import Origin, Reading

_LONGEST_VALUE = 200


@dataclass(frozen=True)
class Report:
    """What a document said, and what is wrong with it, in document order."""

    reading: Reading
    findings: tuple[Finding, ...]


def lint_document(
    body: bytes,
    url: str,
    content_type: str | None = None,
    *,
    now: datetime,
    limits: Limits | None = None,
) -> Report:
    """Read one document and judge every posting in it.

    Args:
        body: the document as it came, decompressed.
        url: its URL; may be empty.
        content_type: the Content-Type header, for its charset.
        now: the instant at which dates are judged.
        limits: bounds other than the safe defaults.

    Never raises on what it reads; the same arguments give the same findings.
    """
    limits = limits or Limits()
    reading = read_document(body, url, content_type, limits=limits)
    places = _Places()
    page = page_of(body, content_type, limits.page_bytes) if reading.postings else None
    found = [*_of_document(reading, places)]
    for number, posting in enumerate(reading.postings):
        origins = reading.origins[number]
        judged = _judged(posting, now, page=page, slides=False)
        found += [
            replace(finding, where=places.of(origins, path), posting=number)
            for finding, path in judged
        ]
    return Report(reading, tuple(found))


def lint_posting(
    posting: Posting, now: datetime, *, page: Page | None = None, slides: bool = False
) -> tuple[Finding, ...]:
    """Judge one posting by itself, as a store has it.

    Args:
        posting: the posting; its ``raw`` is judged too.
        now: the instant at which its dates are judged.
        page: the HTML page around it, where it is known.
        slides: its deadline was seen to move along with the clock.
    """
    judged = _judged(posting, now, page=page, slides=slides)
    return tuple(replace(finding, where=Where(path=shown(path))) for finding, path in judged)


def _judged(
    posting: Posting, now: datetime, *, page: Page | None, slides: bool
) -> Iterator[tuple[Finding, Steps]]:
    """The findings of one posting, each with the path under its node; reader's problems last."""
    case = Case(posting, At(posting.raw), now, page, slides)
    covered: set[str] = set()
    for one in RULES:
        hits = list(one.check(case))
        if hits:
            covered.update(one.covers)
        yield from ((_finding(one, hit), hit.at.path if hit.at else ()) for hit in hits)
    for problem in dict.fromkeys(posting.problems):
        if problem.rule not in covered:
            at = case.node.get(problem.property.lower()) if problem.property else None
            yield _of_problem(problem, at), at.path if at else ()


def _finding(one: Rule, hit: Hit) -> Finding:
    value = short(hit.at.value) if hit.at else None
    return Finding(one.id, one.severity, one.property, hit.message, value, Where())


def _of_problem(problem: Problem, at: At | None = None) -> Finding:
    known = rule(problem.rule)
    severity = known.severity if known else problem.severity
    value = short(at.value) if at else None
    return Finding(problem.rule, severity, problem.property, problem.message, value, Where())


def _of_document(reading: Reading, places: _Places) -> Iterator[Finding]:
    repaired = any(posting.source.repaired for posting in reading.postings)
    for problem, origin in zip(reading.problems, reading.problem_origins, strict=True):
        if problem.rule == "json-repaired" and repaired:
            continue
        finding = _of_problem(problem)
        if problem.rule == "json-unreadable" and origin and "jobposting" in origin.text.lower():
            finding = replace(finding, rule="json-invalid", severity="error")
        yield replace(finding, where=places.of((origin,), ()) if origin else Where())
    if len(reading.postings) > 1:
        told = f"{len(reading.postings)} postings stand in one document"
        yield replace(_finding(SEVERAL, Hit(told)), where=places.of(reading.origins[1], ()))


@dataclass
class _Places:
    """Finds lines in blocks, each block gone through once."""

    _read: dict[str, Positions] = field(default_factory=dict)

    def of(self, origins: Sequence[Origin], path: Steps) -> Where:
        """Where a value stands: in the first of the origins that has it, else in the first."""
        origin = next((one for one in origins if self._has(one, path)), origins[0])
        told = shown((*origin.path, *path))
        return Where(origin.block, told, self._line(origin, path))

    def _has(self, origin: Origin, path: Steps) -> bool:
        if not origin.text:
            return _leaf(path) in origin.lines
        return self._in(origin).has(_whole(origin, path))

    def _line(self, origin: Origin, path: Steps) -> int | None:
        if not origin.text:
            return origin.lines.get(_leaf(path), origin.line)
        below = self._in(origin).line(_whole(origin, path))
        return origin.line if origin.line is None else origin.line + (below or 0)

    def _in(self, origin: Origin) -> Positions:
        if origin.block not in self._read:
            self._read[origin.block] = positions(origin.text)
        return self._read[origin.block]


def _whole(origin: Origin, path: Steps) -> Steps:
    return (origin.root, *origin.path, *path)


def _leaf(path: Steps) -> str:
    """The innermost name of a path, as markup has it."""
    return next((local_name(step) for step in reversed(path) if isinstance(step, str)), "")


def short(value: Any) -> Any:
    """A value to be shown: a long text cut, a large object or list as text."""
    if isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False)
        return value if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        return f"{value[: _LONGEST_VALUE - 1]}…"
    return value
