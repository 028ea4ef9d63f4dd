from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postings.lint import RULES, lint_document, lint_posting, rule
from postings.model import Posting, Problem
from postings.normalise import posting_of
from tests.postings.lint.clean import CLEAN, NOW, URL, found, node, of_page, page

GOLDEN = sorted((Path(__file__).parents[2] / "golden").glob("*/input.*"))


def test_a_clean_page_has_no_findings() -> None:
    report = lint_document(page(CLEAN), URL, now=NOW)
    assert len(report.reading.postings) == 1
    assert report.findings == ()


def test_a_finding_says_where_it_stands() -> None:
    body = b"""<html><body><p>Job</p>
<script type="application/ld+json">{"@type": "WebSite"}</script>
<script type="application/ld+json">
{"@graph": [
  {"@type": "JobPosting",
   "title": "Cook",
   "baseSalary": {
     "@type": "MonetaryAmount",
     "currency": "Fr."}}
]}</script></body></html>"""
    [finding] = [one for one in of_page(body) if one.rule == "base-salary-currency-unknown"]
    assert finding.value == "Fr."
    assert finding.posting == 0
    assert finding.where.block == "JSON-LD block 2"
    assert finding.where.path == "$['@graph'][0].baseSalary.currency"
    assert finding.where.line == 9


def test_what_is_missing_stands_where_the_posting_begins() -> None:
    body = b'<script type="application/ld+json">\n[\n{},\n{"@type": "JobPosting",\n"title": "A"}]'
    [finding] = [one for one in of_page(body) if one.rule == "date-posted-missing"]
    assert (finding.where.path, finding.where.line, finding.value) == ("$[1]", 4, None)


def test_a_bare_json_document_has_lines_too() -> None:
    body = json.dumps([node({"title": "Cook!"})], indent=1).encode()
    [finding] = lint_document(body, "", now=NOW).findings
    assert finding.rule == "title-decorated"
    assert (finding.where.block, finding.where.path) == ("the JSON document", "$[0].title")
    assert finding.where.line == 1 + body[: body.index(b'"title"')].count(b"\n")


def test_untyped_records_have_places_too() -> None:
    record = {
        "title": "Cook!",
        "hiringOrganization": "A",
        "jobLocation": "Bern",
        "datePosted": "2026-02-01",
    }
    paths = {
        finding.where.path
        for body in (json.dumps(record), json.dumps([record]))
        for finding in lint_document(body.encode(), "", now=NOW).findings
        if finding.rule == "title-decorated"
    }
    assert paths == {"$.title", "$[0].title"}


def test_the_second_of_two_roots_is_found() -> None:
    text = '{"@type": "WebSite"}\n{"@type": "JobPosting",\n"title": "A!", "datePosted": "2026"}'
    told = of_page(f'<script type="application/ld+json">{text}</script>'.encode())
    [finding] = [one for one in told if one.rule == "title-decorated"]
    assert (finding.where.path, finding.where.line) == ("$.title", 3)


def test_what_stands_in_another_node_is_told_where_it_is_referred_to() -> None:
    nodes = [
        node({"hiringOrganization": {"@id": "#us"}}),
        {"@id": "#us", "@type": "Organization", "name": "Store 12"},
    ]
    text = json.dumps(nodes, indent=1)
    told = of_page(f'<script type="application/ld+json">{text}</script>'.encode())
    [finding] = [one for one in told if one.rule == "hiring-organization-branch"]
    assert finding.where.line == 1 + text[: text.index('"hiringOrganization"')].count("\n")


MICRODATA = b"""<html><body>
<div itemscope itemtype="https://schema.org/JobPosting">
 <h1 itemprop="title">Cook!</h1>
 <div itemprop="jobLocation" itemscope itemtype="https://schema.org/Place">
  <span itemprop="name">Here</span></div>
 <meta itemprop="directApply" content="true">
</div></body></html>"""


def test_markup_has_lines() -> None:
    lines = {one.rule: (one.where.block, one.where.line) for one in of_page(MICRODATA)}
    assert lines["title-decorated"] == ("microdata scope 1", 3)
    assert lines["job-location-without-address"] == ("microdata scope 1", 4)
    assert lines["date-posted-missing"] == ("microdata scope 1", 2)
    assert "direct-apply-not-boolean" not in lines


def test_rdfa_has_lines() -> None:
    body = b"""<html><body>
<div vocab="https://schema.org/" typeof="JobPosting">
 <h1 property="title">Cook!</h1>
 <p property="description">Cook.</p></div></body></html>"""
    lines = {one.rule: (one.where.block, one.where.line) for one in of_page(body)}
    assert lines["title-decorated"] == ("RDFa subject 1", 3)


def test_a_property_filled_from_the_other_telling_is_told_there() -> None:
    first = node({}, "baseSalary")
    second = b'<div itemscope itemtype="https://schema.org/JobPosting">\n' + b"".join(
        b'<p itemprop="%s">%s</p>\n' % pair
        for pair in ((b"title", b"Pastry cook"), (b"baseSalary", b"good money"))
    )
    told = of_page(page(first, body=second.decode() + "</div>" + "Pastry cook. " * 40))
    [finding] = [one for one in told if one.rule == "base-salary-not-an-amount"]
    assert (finding.where.block, finding.where.path) == ("microdata scope 1", "$.baseSalary")
    assert "told-twice" in {one.rule for one in told}


def test_several_postings_are_told_once() -> None:
    told = of_page(page(CLEAN, node({"title": "Baker", "url": f"{URL}0", "identifier": "B"})))
    several = [one for one in told if one.rule == "several-postings"]
    assert [(one.posting, one.where.block) for one in several] == [(None, "JSON-LD block 2")]
    assert {one.posting for one in told} == {None, 1}


def test_a_block_that_had_to_be_repaired_is_an_error() -> None:
    whole = page(CLEAN)
    broken = whole.replace(b"}</script>", b",}</script>")
    assert [one.rule for one in of_page(whole)] == []
    assert [(one.rule, one.severity) for one in of_page(broken)] == [("json-invalid", "error")]


def test_a_posting_lost_in_a_hopeless_block_is_an_error() -> None:
    hopeless = b'<script type="application/ld+json">JobPosting, please</script>'
    [finding] = of_page(hopeless)
    assert (finding.rule, finding.severity) == ("json-invalid", "error")
    assert (finding.where.block, finding.where.line) == ("JSON-LD block 1", 1)


def test_another_broken_block_is_the_readers_warning() -> None:
    other = b'<script type="application/ld+json">hello</script></head>'
    told = of_page(page(CLEAN).replace(b"</head>", other))
    assert [(one.rule, one.severity) for one in told] == [("json-unreadable", "warning")]
    repaired = other.replace(b"hello", b"{&quot;@type&quot;: &quot;Thing&quot;}")
    told = of_page(page(CLEAN).replace(b"</head>", repaired))
    assert [(one.rule, one.severity) for one in told] == [("json-repaired", "warning")]


def test_a_problem_without_a_block_has_no_place() -> None:
    told = of_page(b'<div typeof="JobPosting">' + b"<div>" * 3000)
    [finding] = [one for one in told if one.rule == "tree-truncated"]
    assert finding.where.block is None
    assert finding.where.line is None


def test_the_script_of_a_page_that_was_cut_keeps_its_line() -> None:
    body = b"<div>\n" * 3000 + page(node({"title": "Cook!"}))
    [finding] = [one for one in of_page(body) if one.rule == "title-decorated"]
    assert finding.where.line == 3001


def test_a_problem_of_a_newer_reader_keeps_its_own_severity() -> None:
    problem = Problem("sent-by-pigeon", "info", "feather", "it came late")
    posting = posting_of(CLEAN, syntax="json-ld", url=URL, problems=(problem,))
    [finding] = lint_posting(posting, NOW)
    assert rule("sent-by-pigeon") is None
    assert (finding.rule, finding.severity, finding.value) == ("sent-by-pigeon", "info", None)


def test_reader_and_lint_give_one_id_one_severity() -> None:
    for file in GOLDEN:
        report = lint_document(file.read_bytes(), URL, now=NOW)
        problems = [*report.reading.problems]
        for posting in report.reading.postings:
            problems += posting.problems
        for problem in problems:
            known = rule(problem.rule)
            assert known is not None, problem
            assert known.severity == problem.severity


def test_long_values_are_cut() -> None:
    long = "!" * 1000
    [title] = [one for one in of_page(page(node({"title": long}))) if one.rule == "title-decorated"]
    assert (len(title.value), title.value[-1]) == (200, "…")
    big = {"@type": "Place", "name": "x" * 1000}
    told = of_page(page(node({"jobLocation": big})))
    [place] = [one for one in told if one.rule == "job-location-without-address"]
    assert (len(place.value), place.value[-1]) == (200, "…")


def test_a_stored_posting_is_told_by_its_path_alone() -> None:
    [finding] = lint_posting(posting_of(node({"title": "Cook!"}), syntax="json-ld", url=URL), NOW)
    assert (finding.where.block, finding.where.path, finding.where.line) == (None, "$.title", None)


def test_a_sliding_deadline_is_told() -> None:
    assert found(CLEAN, slides=True) == ["valid-through-rolling"]


def test_the_deadline_counts_by_now() -> None:
    posting = posting_of(CLEAN, syntax="json-ld", url=URL)
    assert [one.rule for one in lint_posting(posting, NOW + timedelta(days=60))] == [
        "valid-through-past"
    ]


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.parent.name)
def test_golden_pages_are_judged_the_same_every_time(file: Path) -> None:
    body = file.read_bytes()
    first = lint_document(body, URL, now=NOW)
    assert first.findings == lint_document(body, URL, now=NOW).findings
    json.dumps([one.value for one in first.findings])


PROPERTIES = [*CLEAN, "Title", "estimatedSalary", "jobLocationType", "additionalProperty",
              "applicantLocationRequirements", "employmentUnit", "url"]  # fmt: skip
INNER = ["@type", "@value", "@id", "name", "value", "currency", "unitText", "minValue", "maxValue",
         "address", "addressCountry", "latitude", "geo", "credentialCategory",
         "monthsOfExperience"]  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(
        ["", "N/A", "TELECOMMUTE", "Country", "JobPosting", "0", "1e400", "9999-12-31", "CH",
         "0001-01-01", "2026-02-20", "9999-12-31T23:59:59-12:00", "0001-01-02T00:00:00+14:00"]
    ),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(INNER), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(PROPERTIES), VALUES, max_size=6), st.booleans())
def test_nothing_that_is_said_makes_it_fail(changes: dict[str, Any], json_ld: bool) -> None:
    syntax = "json-ld" if json_ld else "microdata"
    posting = posting_of(node(changes), syntax=syntax, url=URL)
    told = lint_posting(posting, NOW)
    assert told == lint_posting(posting, NOW)
    assert {one.rule for one in told} <= {one.id for one in RULES}


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(PROPERTIES), VALUES, max_size=4), st.integers(0, 400))
def test_no_document_makes_it_fail(changes: dict[str, Any], cut: int) -> None:
    body = page(node(changes))
    body = body[:cut] + body[cut + 1 :]
    assert lint_document(body, URL, now=NOW) == lint_document(body, URL, now=NOW)


def test_a_posting_without_anything_is_judged() -> None:
    told = {one.rule for one in lint_posting(Posting(), NOW)}
    assert {"title-missing", "description-missing", "date-posted-missing"} <= told
    assert lint_posting(replace(Posting(), raw={}), NOW)
