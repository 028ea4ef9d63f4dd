"""Listings of our own, each in one shape, and what is read from them.

Each folder holds ``input.html``, ``.xml`` or ``.json`` and ``expected.json``. A missing expectation
is written, and the test fails until a person has looked at it and runs the test again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.answer import Answer
from crawler.classify import CHANGED
from crawler.discovery import STRATEGIES, recognise
from crawler.discovery.content import Content, read_listing
from crawler.discovery.walk import ListingPage
from crawler.platforms import PLATFORMS
from tests.crawler.visits import START

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/input.*"))
URL = "https://careers.example.org/jobs"
TYPES = {".html": "text/html", ".json": "application/json", ".xml": "application/xml"}


def opened(folder: Path) -> ListingPage:
    [page] = folder.glob("input.*")
    headers = {"content-type": TYPES[page.suffix]}
    answer = Answer(URL, URL, START, 200, headers, page.read_bytes())
    told = read_listing(answer)
    return ListingPage(URL, answer, CHANGED, told.content, told)


def outcome(folder: Path) -> dict[str, Any]:
    page = opened(folder)
    content = page.content
    said = {
        "strategy": recognise(page).name,
        "kind": content.kind,
        "links": [[link.url, link.text, link.lastmod] for link in content.links],
        "sure": content.sure,
        "embedded": content.embedded,
        "total": content.total,
        "nexts": [link.url for link in content.nexts],
        "feeds": [link.url for link in content.feeds],
        "carried": len(content.carried),
        "own": [link.url for link in content.own],
        "single": content.single,
        "says_empty": content.says_empty,
    }
    return {key: value for key, value in said.items() if value not in (None, [], 0, False)}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_listing_is_read_as_expected(folder: Path) -> None:
    expected = folder / "expected.json"
    found = outcome(folder)
    if not expected.exists():
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        pytest.fail(f"{expected} was written: look at it, then run this again")
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_remembered_of_a_listing_is_what_it_said(folder: Path) -> None:
    content = opened(folder).content
    kept = Content.of(json.loads(json.dumps(content.json())))
    assert kept.links == content.links
    assert (kept.nexts, kept.carried, kept.own) == (content.nexts, content.carried, content.own)
    assert kept.embedded_links == content.embedded_links


def test_every_strategy_has_its_folder() -> None:
    named = {recognise(opened(folder)).name for folder in FOLDERS}
    assert named == STRATEGIES.keys() - PLATFORMS.keys()
