"""Every JobPosting that extruct finds in JSON-LD is found, with the same values, and in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from extruct.jsonld import JsonLdExtractor
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement

from postings.fields.tidy import tidy
from postings.fields.values import is_absent
from postings.reading import read_document
from postings.reading.encoding import utf8
from postings.reading.found import Found
from postings.reading.repair import parse_strictly
from postings.reading.result import Reading
from postings.reading.tree import json_ld_scripts, parsed

ROOT = Path(__file__).parents[3]
URL = "https://careers.example.org/jobs/"
OWN = sorted(ROOT.glob("tests/golden/*/input.html"))
SHARED = sorted((ROOT.parent / "shared" / "corpus" / "pages").glob("*.html"))

NOT_TOLD = {
    "golden/depth_over_the_limit": "the limit keeps what is nested deeper out",
    "golden/internal_title": "two titles of one job: one of them wins",
}


def by_extruct(body: bytes) -> list[dict[str, Any]]:
    """The JobPosting nodes that extruct's JSON-LD has, at any depth; none where it gives up."""
    try:
        items = JsonLdExtractor().extract(utf8(body, None), encoding="utf-8")
    except (ValueError, RecursionError):
        return []
    return list(nodes_in(items))


def nodes_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        kinds = value.get("@type")
        if "JobPosting" in (kinds if isinstance(kinds, list) else [kinds]):
            yield value
        for inner in value.values():
            yield from nodes_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes_in(inner)


def is_told(node: dict[str, Any], reading: Reading) -> bool:
    """Whether some posting has all that the node says; a merged one may say more."""
    told = {name: value for name, value in tidy(node).items() if not is_absent(value)}
    return any(
        all(name in posting.raw for name in told)
        and any(posting.raw.get(name) == told[name] for name in ("title", "name") if name in told)
        for posting in reading.postings
    )


def name_of(path: Path) -> str:
    """``golden/plain_json_ld``, ``pages/workday_us``."""
    return f"golden/{path.parent.name}" if path.stem == "input" else f"pages/{path.stem}"


@pytest.mark.parametrize(
    "path", [path for path in [*OWN, *SHARED] if name_of(path) not in NOT_TOLD], ids=name_of
)
def test_what_extruct_finds_is_found(path: Path) -> None:
    body = path.read_bytes()
    nodes = [node for node in by_extruct(body) if not is_absent(node.get("title"))]
    reading = read_document(body, URL, "text/html")
    assert all(is_told(node, reading) for node in nodes)


def test_extruct_does_find_something() -> None:
    assert sum(bool(by_extruct(path.read_bytes())) for path in OWN) >= 10


text = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Cn", "Co")))
scalar = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | text
value = st.recursive(
    scalar, lambda inner: st.lists(inner) | st.dictionaries(text, inner), max_leaves=8
)
node = st.dictionaries(text.map("x-".__add__), value, max_size=5)


def script(block: dict[str, Any]) -> str:
    inner = json.dumps(block).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{inner}</script>'


@settings(max_examples=80, deadline=None)
@given(st.lists(node, min_size=1, max_size=3))
def test_well_formed_blocks_read_as_extruct_reads_them(nodes: list[dict[str, Any]]) -> None:
    blocks = [{"@type": "JobPosting", "title": f"Job {n}", **node} for n, node in enumerate(nodes)]
    scripts = "".join(map(script, blocks))
    body = f"<html><head>{scripts}</head></html>".encode()
    read = read_document(body, URL, "text/html").postings
    assert [posting.raw for posting in read] == [tidy(node) for node in by_extruct(body)]


JOB = '{"@type": "JobPosting", "title": "Chef", "x": %s}'


@pytest.mark.parametrize(
    "block",
    [
        *(
            JOB % odd
            for odd in ("NaN", "-Infinity", "1e999", "9" * 300, "9" * 309, "-" + "9" * 400)
        ),
        *(
            JOB % odd
            for odd in ("1.50", "-0", '"a\nb"', '"\\ud800"', '{"a": 1, "a": 2}', "[[], {}]")
        ),
        f"[{{}}, {JOB % 1}, [], 0, {JOB % 2}]".replace('Chef", "x": 2', 'Cook", "x": 2'),
        f"[[{JOB % 1}], null]",
        f"  {JOB % 1}\r\n",
        f'{{"@graph": [{JOB % 1}]}}',
        "[{}, [], 0]",
        "[]",
    ],
)
def test_json_reads_as_extruct_reads_it(block: str) -> None:
    body = f'<script type="application/ld+json">{block}</script>'.encode()
    reading = read_document(body, URL, "text/html")
    assert [posting.raw for posting in reading.postings] == [
        tidy(node) for node in by_extruct(body)
    ]
    assert "json-repaired" not in [problem.rule for problem in reading.problems]


@pytest.mark.parametrize("path", [*OWN, *SHARED], ids=name_of)
def test_each_script_that_is_json_has_the_values_that_extruct_gives(path: Path) -> None:
    root = parsed(utf8(path.read_bytes(), None), Found())
    for script in json_ld_scripts(root) if root is not None else ():
        strict = parse_strictly(script.text or "")
        if strict is not None and not strict.repaired:
            value = strict.values[0]
            items = [item for item in (value if isinstance(value, list) else [value]) if item]
            assert tidy({"all": items}) == tidy({"all": extruct_items(script) or items})


def extruct_items(script: HtmlElement) -> list[Any]:
    """What extruct reads in a script; nothing where it refuses it, as a number of 5,000 digits."""
    try:
        return list(JsonLdExtractor().extract_items(script))
    except ValueError:
        return []
