"""What the fuzzer found, each in its smallest form."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

from postings.reading import read_document
from postings.reading.result import Reading

URL = "https://careers.example.org/jobs/"


def read(body: str) -> Reading:
    return read_document(body.encode(), URL, "text/html")


def script(block: str) -> str:
    return f'<script type="application/ld+json">{block}</script>'


GOOD: dict[str, Any] = {
    "@type": "JobPosting",
    "title": "Chef",
    "datePosted": "2026-03-01",
    "hiringOrganization": {"name": "Northwind"},
    "identifier": "S-1",
}


def test_itemrefs_in_what_itemrefs_point_at_end() -> None:
    names = " ".join(f"a{n}" for n in range(9))
    boxes = "".join(
        f'<div id="a{n}" itemprop="address" itemscope itemref="{names}"><b itemprop="x">y</b></div>'
        for n in range(9)
    )
    job = '<div itemscope itemtype="https://schema.org/JobPosting" itemref="a0">'
    began = process_time()
    reading = read(f'{boxes}{job}<b itemprop="title">Chef</b></div>')
    assert process_time() - began < 2
    assert [posting.title for posting in reading.postings] == ["Chef"]


def test_properties_nested_in_one_another_are_looked_at_once() -> None:
    began = process_time()
    reading = read(f"JobPosting{'<div itemprop=address>' * 2000}{script(json.dumps(GOOD))}")
    assert process_time() - began < 1
    assert [posting.title for posting in reading.postings] == ["Chef"]


def test_a_broken_block_without_a_title_does_not_swallow_its_neighbour() -> None:
    broken = '{"@type":"JobPosting", "description":"Cook.", "datePosted":"2026-03-01",,}'
    reading = read(script(broken) + script(json.dumps(GOOD)))
    assert len(reading.postings) == 2
    assert reading.postings[1].identifier.value == "S-1"


def test_a_whole_block_wins_over_a_repaired_one() -> None:
    broken = '{"@type":"JobPosting", "title":"Chef", "skills":"Knives",,}'
    [posting] = read(script(broken) + script(json.dumps(GOOD))).postings
    assert (posting.identifier.value, posting.skills) == ("S-1", ("Knives",))
    assert not posting.source.repaired


def test_a_block_with_a_title_wins_over_one_without() -> None:
    untitled = {
        "@type": "JobPosting",
        "datePosted": "soon",
        "skills": "Knives",
        "hiringOrganization": "Northwind",
    }
    [posting] = read(script(json.dumps(untitled)) + script(json.dumps(GOOD))).postings
    assert (posting.date_posted, posting.skills) == ("2026-03-01", ("Knives",))


def test_a_block_without_a_title_joins_only_one_of_two_jobs() -> None:
    untitled = {"@type": "JobPosting", "hiringOrganization": "Northwind"}
    blocks = [untitled, {**GOOD, "title": "Baker", "identifier": None}, GOOD]
    reading = read("".join(script(json.dumps(block)) for block in blocks))
    assert [posting.title for posting in reading.postings] == ["Baker", "Chef"]


def rdfa(inner: str) -> str:
    return f'<div vocab="https://schema.org/" typeof="JobPosting" resource="#j">{inner}</div>'


def test_a_subject_inside_a_subject_is_read_the_same_every_time() -> None:
    inner = '<p property="title">Chef</p><div typeof="JobPosting" property="hiringOrganization">'
    body = rdfa(f'{inner}<p property="title">Chef</p><i property="name">Northwind</i></div>')
    readings = [read(body) for _ in range(12)]
    assert readings[0].postings
    assert all(reading == readings[0] for reading in readings)


def test_rdfa_that_points_at_itself_ends() -> None:
    circle = "".join(f'<a property="p{n}" resource="#j">x</a>' for n in range(30))
    reading = read(rdfa('<p property="title">Chef</p>' + circle))
    assert [posting.title for posting in reading.postings] == ["Chef"]


def test_rdfa_that_repeats_without_end_is_told() -> None:
    layers = "".join(
        f'<div resource="#s{layer}">'
        + "".join(f'<a property="p{n}" resource="#s{layer + 1}"></a>' for n in range(9))
        + "</div>"
        for layer in range(7)
    )
    began = process_time()
    reading = read(rdfa(f'<p property="title">Chef</p><a property="x" resource="#s0"></a>{layers}'))
    assert process_time() - began < 2
    assert [problem.rule for problem in reading.problems] == ["rdfa-too-much"]
    assert not reading.complete


def test_a_disguised_word_in_a_later_script_is_found() -> None:
    disguised = json.dumps(GOOD).replace("JobPosting", "\\u004aobPosting")
    scripts = script('{"@type":"WebSite"}') * 2 + script(disguised)
    assert [posting.title for posting in read(scripts).postings] == ["Chef"]
    assert read(scripts.replace("004a", "004b")) == Reading()


def test_properties_in_another_scope_are_no_posting_of_the_page() -> None:
    loose = '<b itemprop="title">Chef</b><i itemprop="datePosted">2026-03-01</i>'
    described = '<p itemprop="description">Cook.</p>'
    assert read(f"JobPosting{loose}{described}").postings
    assert not read(f"JobPosting{loose}<div itemscope>{described}</div>").postings


def test_microdata_nested_deeper_than_can_be_followed_costs_its_depth_alone() -> None:
    inner = '<div itemprop="department" itemscope itemtype="https://schema.org/Organization">'
    job = '<div itemscope itemtype="https://schema.org/JobPosting"><b itemprop="title">Chef</b>'
    shallow = read(f"{job}{inner * 20}<i itemprop='name'>x</i>")
    assert ([one.title for one in shallow.postings], shallow.complete) == (["Chef"], True)
    deep = read(f"{job}{inner * 240}<i itemprop='name'>x</i>{script(json.dumps(GOOD))}")
    assert {one.title for one in deep.postings} == {"Chef"}
    assert "microdata-too-much" in [problem.rule for problem in deep.problems]


def test_items_under_several_names_each_do_not_double_without_end() -> None:
    inner = '<div itemprop="department parentOrganization subOrganization" itemscope>'
    job = '<div itemscope itemtype="https://schema.org/JobPosting"><b itemprop="title">Chef</b>'
    twice = read(f"{job}{inner}<i itemprop='name'>x</i>")
    assert set(twice.postings[0].raw) >= {"department", "parentOrganization", "subOrganization"}
    began = process_time()
    deep = read(f"{job}{inner * 45}<i itemprop='name'>x</i>{script(json.dumps(GOOD))}")
    assert process_time() - began < 2
    assert {one.title for one in deep.postings} == {"Chef"}
    assert "microdata-too-much" in [problem.rule for problem in deep.problems]


def test_attributes_with_names_that_are_none_are_passed_over() -> None:
    job = '<div itemscope itemtype="https://schema.org/JobPosting" {}="a\x01b" \x02y="\x03">'
    for name in ("data-x", "\x01x", 'a"b', "x<y", "ü", "1", "a:b", "=="):
        reading = read(job.format(name) + '<b itemprop="title">Chef</b></div>')
        assert [one.title for one in reading.postings] == ["Chef"], name
