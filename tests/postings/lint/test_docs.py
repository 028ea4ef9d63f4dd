"""docs/lint.md and the registry say the same, and its examples are what it says they are."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from postings.lint import RULES, Rule, rule
from postings.normalise import posting_of
from tests.postings.lint.clean import CLEAN, URL, findings, found, node

DOCS = (Path(__file__).parents[3] / "docs" / "lint.md").read_text()
SECTION = re.compile(r"^### `([a-z-]+)`\n\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
SECTIONS = dict(SECTION.findall(DOCS))


@dataclass(frozen=True)
class Example:
    rule: str
    bad: dict[str, Any]
    good: dict[str, Any]


def fragment(line: str) -> dict[str, Any] | None:
    """The clean posting with an example put into it; None of an example in words."""
    without = re.findall(r"without `(\w+)`", line)
    given = re.match(r"`(\{.*?\})`(?: without|$)", line)
    if not given and not line.startswith("without"):
        return None
    changes = json.loads(given[1]) if given else {}
    return node(changes, *without)


def example(name: str) -> Example | None:
    told = dict(re.findall(r"^- (bad|good): (.*)$", SECTIONS[name], re.MULTILINE))
    bad, good = fragment(told.get("bad", "")), fragment(told.get("good", ""))
    return Example(name, bad, good) if bad is not None and good is not None else None


EXAMPLES = [told for name in SECTIONS if (told := example(name)) is not None]


def test_the_clean_posting_has_no_findings() -> None:
    assert found(CLEAN) == []


def test_each_rule_is_documented_once_and_no_other() -> None:
    names = [name for name, _ in SECTION.findall(DOCS)]
    assert names == [rule.id for rule in RULES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("known", RULES, ids=lambda known: known.id)
def test_the_docs_tell_severity_source_and_what(known: Rule) -> None:
    assert rule(known.id) is known
    about = f" · `{known.property}`" if known.property else ""
    first = f"**{known.severity}** · {known.source}{about} · {known.what}"
    assert SECTIONS[known.id].startswith(first)
    assert "- bad: " in SECTIONS[known.id] or "Bad:" in SECTIONS[known.id]


def test_most_rules_have_an_example_that_is_run() -> None:
    assert len(EXAMPLES) >= 70


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.rule)
def test_the_bad_example_breaks_the_rule_and_the_good_one_does_not(one: Example) -> None:
    known = rule(one.rule)
    assert known is not None
    if any(one.rule in other.covers for other in RULES) and one.rule not in found(one.bad):
        told = posting_of(one.bad, syntax="json-ld", url=URL).problems
        assert one.rule in {problem.rule for problem in told}
    else:
        assert one.rule in found(one.bad)
    assert one.rule not in found(one.good)


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.rule)
def test_a_finding_has_the_severity_and_property_of_its_rule(one: Example) -> None:
    for finding in findings(one.bad):
        known = rule(finding.rule)
        assert known is not None
        assert (finding.severity, finding.property) == (known.severity, known.property)


def test_no_rule_covers_what_does_not_exist() -> None:
    ids = {one.id for one in RULES}
    assert {covered for one in RULES for covered in one.covers} <= ids
