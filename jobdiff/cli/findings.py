"""Findings as programs read them: JSON Lines, SARIF 2.1.0, annotations of GitHub."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from jobdiff.cli.shapes import FINDING_SCHEMA, QUALITY_SCHEMA
from jobdiff.cli.text import clean
from postings.wire import instant

if TYPE_CHECKING:
    from datetime import datetime

    from postings.lint import Finding, Rule
    from postings.model import Severity

_SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}
_COMMANDS: Final = {"error": "error", "warning": "warning", "info": "notice"}


@dataclass(frozen=True)
class About:
    """The posting that a finding is about; ``number`` counts those of its document from 1."""

    number: int | None
    id: str | None
    url: str | None
    title: str | None


@dataclass(frozen=True)
class Told:
    """A finding and whose it is: ``document`` is the file or URL, ``board`` that of a store."""

    finding: Finding
    document: str
    posting: About | None = None
    board: str | None = None
    is_file: bool = False


@dataclass(frozen=True)
class Count:
    """How many of a board's postings break one rule, now and before.

    ``of`` postings are published; ``before`` and ``before_of`` are the same at ``compared_with``,
    all None where there is nothing to compare with.
    """

    rule: str
    severity: Severity
    what: str
    postings: int
    of: int
    before: int | None
    before_of: int | None
    compared_with: datetime | None
    examples: tuple[str, ...]


def finding_json(told: Told) -> dict[str, Any]:
    """The contract ``jobdiff.finding/1``."""
    finding = told.finding
    return {
        "schema": FINDING_SCHEMA,
        "rule": finding.rule,
        "severity": finding.severity,
        "property": finding.property,
        "message": finding.message,
        "value": finding.value,
        "document": told.document,
        "where": asdict(finding.where),
        "posting": asdict(told.posting) if told.posting else None,
        "board": told.board,
    }


def count_json(count: Count, board: str) -> dict[str, Any]:
    """The contract ``jobdiff.quality/1``."""
    shown = {"compared_with": instant(count.compared_with), "examples": list(count.examples)}
    return {"schema": QUALITY_SCHEMA, "board": board, **asdict(count), **shown}


# --- GitHub --------------------------------------------------------------------------------------


def annotation(told: Told) -> str:
    """One finding as a workflow command of GitHub Actions, on one line."""
    finding = told.finding
    properties = [("file", told.document)] if told.is_file else []
    properties += [("line", str(finding.where.line))] if told.is_file and finding.where.line else []
    properties += [("title", finding.rule)]
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties)
    place = "" if told.is_file else f"{told.document}: "
    message = _data(f"{place}{finding.message}{_path(finding)}")
    return f"::{_COMMANDS[finding.severity]} {listed}::{message}"


def _path(finding: Finding) -> str:
    return f" ({finding.where.path})" if finding.where.path else ""


def _data(text: str) -> str:
    """Text as the data of a workflow command."""
    safe = "\n".join(clean(line) for line in text.splitlines())
    return safe.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Text as a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")


# --- SARIF ---------------------------------------------------------------------------------------


def sarif(told: Sequence[Told], rules: Iterable[Rule], version: str) -> dict[str, Any]:
    """All findings as one SARIF 2.1.0 log; every rule is described in it, found or not."""
    described = list(rules)
    index = {rule.id: number for number, rule in enumerate(described)}
    return {
        "$schema": _SARIF,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "jobdiff",
                        "version": version,
                        "rules": [_rule(rule) for rule in described],
                    }
                },
                "results": [_result(one, index) for one in told],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.what},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.source]},
    }


def _result(told: Told, index: dict[str, int]) -> dict[str, Any]:
    finding = told.finding
    known = {"ruleIndex": index[finding.rule]} if finding.rule in index else {}
    return {
        "ruleId": finding.rule,
        **known,
        "level": _LEVELS[finding.severity],
        "message": {"text": clean(finding.message)},
        "locations": [_location(told)],
    }


def _location(told: Told) -> dict[str, Any]:
    where = told.finding.where
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(told)}}
    if where.line:
        physical["region"] = {"startLine": where.line}
    if where.path is None:
        return {"physicalLocation": physical}
    name = f"{where.block}: {where.path}" if where.block else where.path
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": clean(name)}],
    }


def _uri(told: Told) -> str:
    """A file's path as a relative reference, a URL as it is."""
    kept = "/" if told.is_file else ":/?#[]@!$&'()*+,;=%~"
    return quote(told.document.replace("\\", "/") if told.is_file else told.document, safe=kept)
