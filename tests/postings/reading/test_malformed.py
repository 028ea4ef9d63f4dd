"""Malformed blocks cost themselves and never their neighbours."""

from __future__ import annotations

import json

import pytest

from postings.reading import read_document
from postings.reading.result import Reading

BLOCK = (
    '{"@context":"https://schema.org","@type":"JobPosting","title":"Broken one",'
    '"datePosted":"2026-01-02","hiringOrganization":{"@type":"Organization","name":"Acme"}}'
)
ODDITIES = {
    "trailing comma": BLOCK[:-1] + ",}",
    "raw newline": BLOCK.replace("Broken one", "Broken\none"),
    "control character": BLOCK.replace("Broken one", "Broken \x01one"),
    "comments": '// a\n/* b */ {"@type":"JobPosting", /* c */ "title":"Broken one"}',
    "html comment": f"<!--\n{BLOCK}\n-->",
    "cdata": f"<![CDATA[{BLOCK}]]>",
    "cdata behind slashes": f"//<![CDATA[\n{BLOCK}//]]>",
    "guards upon guards": "<!--" * 30 + BLOCK + ";" * 30,
    "entities and a missing comma": BLOCK.replace(',"date', '"date').replace('"', "&quot;"),
    "items without braces": '[{"@type":"JobPosting","title":"Broken one","x":1 "x":2}]',
    "trailing semicolon": BLOCK + ";",
    "trailing brace": BLOCK + "}",
    "byte order mark": "\ufeff" + BLOCK,
    "no-break space": BLOCK.replace(",", ",\xa0", 1),
    "entities": BLOCK.replace('"', "&quot;"),
    "inner quote": BLOCK.replace("Broken one", 'Broken "inner" one'),
    "single quotes": BLOCK.replace('"', "'"),
    "two roots": BLOCK + '\n{"@type":"WebSite","name":"x"}',
    "truncated": BLOCK[:-20],
    "assignment": f"var data = {BLOCK};",
    "python literals": BLOCK[:-1].replace('"', "'") + ",'directApply':True,'x':None}",
    "smart quotes": BLOCK.replace('"', "\u201d"),
    "bare keys": '{"@type":"JobPosting",title:"Broken one",datePosted:"2026-01-02"}',
    "bad escape": BLOCK.replace("Broken one", "Broken one \\$5 \\'"),
    "missing comma": BLOCK.replace('"2026-01-02",', '"2026-01-02"'),
    "json in a string": json.dumps(BLOCK),
    "everything escaped": BLOCK.replace('"', '\\"'),
    "list of escaped": f"[{BLOCK}]".replace('"', '\\"'),
}
HOPELESS = {
    "deep": '{"@type":"JobPosting","x":' + "[" * 100_000,
    "prose": "JobPosting <<< }{ not json",
    "a number": "5",
    "a deep string": json.dumps(json.dumps(json.dumps(json.dumps(BLOCK)))),
    "brackets": '{"@type":"JobPosting' + "{'a':[" * 2000,
    "lists in a row": '{"@type":"JobPosting","b":["x' + "[1]" * 20_000,
    "costly": '{"@type":"JobPosting","b":["x' + '"a' * 20_000,
    "quotes": '"' * 5000 + "JobPosting",
}


def script(block: str) -> str:
    return f'<script type="application/ld+json">{block}</script>'


def between_good(block: str) -> Reading:
    good = [script(json.dumps({"@type": "JobPosting", "title": f"Good {n}"})) for n in (1, 2)]
    html = f"<html><head>{good[0]}{script(block)}{good[1]}</head></html>"
    return read_document(html.encode(), "https://example.org/")


def titles(reading: Reading) -> list[str]:
    return [posting.title or "" for posting in reading.postings]


@pytest.mark.parametrize("name", ODDITIES)
def test_neighbours_are_read_and_the_block_is_repaired(name: str) -> None:
    reading = between_good(ODDITIES[name])
    first, broken, last = titles(reading)
    assert (first, last) == ("Good 1", "Good 2")
    assert broken.startswith("Broken")
    [repaired] = [posting for posting in reading.postings if posting.title == broken]
    assert repaired.source.repaired == (name not in {"raw newline", "control character"})
    assert ("json-repaired" in [p.rule for p in reading.problems]) == repaired.source.repaired


@pytest.mark.parametrize("name", HOPELESS)
def test_neighbours_of_a_hopeless_block_are_read(name: str) -> None:
    assert titles(between_good(HOPELESS[name])) == ["Good 1", "Good 2"]


def test_a_hopeless_block_makes_the_page_partial() -> None:
    assert between_good("{}").complete
    reading = between_good(HOPELESS["prose"])
    assert not reading.complete
    assert [problem.rule for problem in reading.problems] == ["json-unreadable"]


def test_a_broken_block_about_something_else_is_only_told() -> None:
    reading = between_good('{"@type":"Organization" "name"')
    assert reading.complete
    assert [problem.rule for problem in reading.problems] == ["json-unreadable"]
