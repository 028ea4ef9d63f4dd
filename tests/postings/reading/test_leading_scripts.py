"""Of a page no more is parsed than its JSON-LD takes; what is found is that of the whole page."""

from __future__ import annotations

import json
import re
from random import Random

import pytest

from postings.reading import read_document
from postings.reading.encoding import utf8
from postings.reading.found import Found
from postings.reading.glance import glance_at
from postings.reading.tree import json_ld_scripts, leading_scripts, parsed
from tests.fuzz.inputs import seeds, sentinel
from tests.fuzz.mutate import mutated

SCRIPT = f'<script type="application/ld+json">{json.dumps(sentinel(1))}</script>'
REST = "<body>" + "<p>And then there is a page.</p>" * 100
_MENTION = re.compile(b"jobposting", re.IGNORECASE)


def leading(body: bytes) -> list[tuple[str | None, int | None]]:
    return [(script.text, script.sourceline) for script in leading_scripts(body, glance_at(body))]


def of_the_whole(body: bytes) -> list[tuple[str | None, int | None]]:
    root = parsed(body, Found())
    assert root is not None
    return [(script.text, script.sourceline) for script in json_ld_scripts(root)]


@pytest.mark.parametrize(
    "page",
    [
        f"<html>\n<head>{SCRIPT}</head>{REST}",
        f"<html>{SCRIPT}{REST}<script type=module>a()</script><script src='a.js'></script>",
        f"<html><!-- {SCRIPT} -->{SCRIPT}\n{REST}<script type=application/ld+json>[]</script >",
        SCRIPT + REST + "<script type='application / LD + json;x'>{}</script>",
        SCRIPT + REST + "<script type='application/ld&#43;json'>{}</script><p>",
        SCRIPT + REST + "<script data-x='a>b' type='application/ld+json'>{}</script><p>",
        f"{SCRIPT}<script>/* <script type='application/ld+json'> */</script>{REST}",
    ],
)
def test_the_scripts_of_the_whole_page_are_found(page: str) -> None:
    body = page.encode()
    assert leading(body) == of_the_whole(body) != []


@pytest.mark.parametrize(
    "page",
    [
        REST,
        f"{SCRIPT}<p class=jobPosting>",
        f"<!-- {SCRIPT} -->{REST}",
        f"<textarea>{SCRIPT}</textarea>{REST}",
        f"<div title='{SCRIPT}'>{REST}",
        f"<script>{SCRIPT[:-9]}<!-- <script> </script> -->{{}}</script>{REST}",
        SCRIPT[:-9],
        f"{SCRIPT[:-1]} {REST}".replace(">", " "),
        f"{'<div>' * 3000}{SCRIPT}{REST}",
        f"{SCRIPT}{'<script></script>' * 1000}",
        f"{SCRIPT}<script {'x' * 2000} src=a>",
    ],
    ids=range(11),
)
def test_in_doubt_the_whole_page_is_parsed(page: str) -> None:
    body = page.encode()
    assert glance_at(SCRIPT.encode() + body).mentions > 0
    assert leading(body) == []


def test_a_tree_that_is_cut_further_down_keeps_nothing_from_being_read() -> None:
    page = SCRIPT + "<div>" * 3000 + "<p>text</p>"
    reading = read_document(page.encode(), "https://careers.example.org/")
    assert reading.complete
    assert [posting.title for posting in reading.postings] == ["Sentinel 1"]
    cut = read_document(page.encode() + b"JobPosting", "https://careers.example.org/")
    assert not cut.complete


def test_whatever_stands_around_the_scripts() -> None:
    compared = 0
    for number in range(1500):
        chance = Random(f"leading:{number}")
        pages = seeds().quick
        before, after = (mutated(chance, chance.choice(pages)[:3000], pages) for _ in range(2))
        text = SCRIPT.encode() + before + SCRIPT.encode() + _MENTION.sub(b"x", after)
        body = utf8(text, None)
        if found := leading(body):
            assert found == of_the_whole(body), number
            compared += 1
    assert compared > 300
