"""Pages of our own and what is read from them.

Each folder holds ``input.html`` or ``input.json`` (as bytes: some have odd encodings) and
``expected.json``. A missing expectation is written, and the test fails until a person has looked
at it and runs the test again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from postings.reading import read_document
from postings.wire import posting_json

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/input.*"))
URL = "https://careers.example.org/jobs/"
TYPES = {".html": "text/html", ".json": "application/json"}


def outcome(page: Path) -> dict[str, Any]:
    reading = read_document(page.read_bytes(), URL, TYPES[page.suffix])
    return {
        "complete": reading.complete,
        "problems": [f"{problem.rule}: {problem.message}" for problem in reading.problems],
        "postings": [said(posting_json(posting)) for posting in reading.postings],
    }


def said(posting: dict[str, Any]) -> dict[str, Any]:
    """What a posting says, without what is unknown and without its raw node."""
    kept = {key: value for key, value in posting.items() if key not in ("raw", "schema")}
    return {key: value for key, value in kept.items() if value not in (None, [], {}, "")}


def test_there_are_enough_of_them() -> None:
    assert len(FOLDERS) >= 25


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_page_reads_as_expected(folder: Path) -> None:
    [page] = folder.glob("input.*")
    expected = folder / "expected.json"
    found = outcome(page)
    if not expected.exists():
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        pytest.fail(f"{expected} was written: look at it, then run this again")
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_same_bytes_read_the_same(folder: Path) -> None:
    [page] = folder.glob("input.*")
    assert outcome(page) == outcome(page)
