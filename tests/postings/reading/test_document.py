"""Whole documents: what is looked at, encodings, limits, syntaxes and what is told twice."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postings.reading import READER_VERSION, Limits, read_document
from postings.reading.result import Reading

URL = "https://example.org/jobs/"


def job(title: str = "Chef", **more: Any) -> dict[str, Any]:
    return {"@type": "JobPosting", "title": title, **more}


def page(*blocks: Any, body: str = "", head: str = "") -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(block, ensure_ascii=False)}</script>'
        for block in blocks
    )
    return f"<!doctype html><html><head>{head}{scripts}</head><body>{body}</body></html>"


def read(html: str | bytes, content_type: str | None = None, **limits: int) -> Reading:
    body = html.encode() if isinstance(html, str) else html
    return read_document(body, URL, content_type, limits=Limits(**limits))


def titles(reading: Reading) -> list[str | None]:
    return [posting.title for posting in reading.postings]


def rules(reading: Reading) -> list[str]:
    return [problem.rule for problem in reading.problems]


def test_the_defaults_do() -> None:
    assert titles(read_document(page(job()).encode(), URL)) == ["Chef"]
    assert READER_VERSION >= 1


# --- what is looked at ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<!-- JobPosting -->", b"JobPosting", b"\0\0", b"{}"]
)
def test_pages_without_postings(body: bytes) -> None:
    assert read(body) == Reading()


def test_a_page_without_the_word_is_not_parsed() -> None:
    code = (
        "import sys; from postings.reading import read_document as r\n"
        "print(len(r(b'<html>JobPosting', '').postings), 'postings.reading.tree' in sys.modules)\n"
    )
    without = code.replace("JobPosting", "nothing")
    said = [
        subprocess.run([sys.executable, "-c", each], capture_output=True, text=True, check=True)
        for each in (code, without)
    ]
    assert [done.stdout for done in said] == ["0 True\n", "0 False\n"]


@pytest.mark.parametrize(
    "kind", ["jobposting", "JOBPOSTING", "\\u004aobPosting", "Job\\u0050osting"]
)
def test_the_word_is_found_in_any_dress(kind: str) -> None:
    block = f'{{"@type":"{kind}","title":"Chef"}}'
    assert titles(read(f'<script type="application/ld+json">{block}</script>')) == ["Chef"]
    assert titles(read(block, "application/json")) == ["Chef"]


def test_the_word_is_found_behind_an_entity() -> None:
    html = scope('<b itemprop="title">A</b>').replace("JobPosting", "&#74;obPosting")
    assert titles(read(html)) == ["A"]


def test_content_after_the_end_is_read() -> None:
    assert titles(read(page(job("One")) + page(job("Two")))) == ["One", "Two"]


# --- encodings -----------------------------------------------------------------------------------

HTML = page(job("Zürich – „Köchin“"))
TITLE = "Zürich – „Köchin“"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (HTML.encode(), None),
        (HTML.encode(), "text/html; charset=iso-8859-1"),
        (HTML.encode("utf-8-sig"), None),
        (HTML.encode("utf-16"), None),
        (HTML.encode("utf-16-le"), None),
        (HTML.encode("utf-16-be"), "text/html; charset=utf-8"),
        (HTML.encode("utf-32"), None),
        (HTML.encode("cp1252"), None),
        (HTML.encode("cp1252"), "text/html; charset=windows-1252"),
        (HTML.encode("cp1252"), "text/html; charset=iso-8859-1"),
        (HTML.encode("cp1252"), "text/html; charset=utf-16"),
        (HTML.encode("cp1252"), "text/html; charset=nonsense"),
        (page(job(TITLE), head='<meta charset="windows-1252">').encode("cp1252"), "text/html"),
    ],
)
def test_encodings(body: bytes, content_type: str | None) -> None:
    assert titles(read(body, content_type)) == [TITLE]


def test_a_few_broken_bytes_do_not_turn_a_page_into_gibberish() -> None:
    body = HTML.encode().replace(b"</body>", b"\xff</body>")
    assert titles(read(body)) == [TITLE]


def test_unmarked_wide_text_that_starts_oddly() -> None:
    assert titles(read(("\n\n" + HTML).encode("utf-16-be"))) == [TITLE]
    assert read(b"\0a" * 40) == Reading()


# --- limits --------------------------------------------------------------------------------------


def test_a_page_that_is_too_long_is_read_as_far_as_it_goes() -> None:
    html = page(job("First"), {"x": "y" * 500}, job("Second"))
    assert titles(read(html)) == ["First", "Second"]
    reading = read(html, page_bytes=300)
    assert (titles(reading), rules(reading), reading.complete) == (
        ["First"],
        ["page-too-long"],
        False,
    )
    assert not read("x" * 400, page_bytes=300).complete


def test_a_block_that_is_too_long_is_refused_alone() -> None:
    reading = read(page(job("First"), job("Long", x="y" * 500), job("Last")), block_bytes=200)
    assert titles(reading) == ["First", "Last"]
    assert (rules(reading), reading.complete) == (["block-too-long"], False)


def test_more_postings_than_allowed_are_left_out() -> None:
    reading = read(page([job(str(number)) for number in range(9)]), postings=5)
    assert titles(reading) == ["0", "1", "2", "3", "4"]
    assert (rules(reading), reading.complete) == (["too-many-postings"], False)


def test_ten_thousand_postings_are_read() -> None:
    reading = read(page([job(f"Job {number}") for number in range(10_000)]))
    assert (len(reading.postings), reading.complete) == (10_000, True)


def test_a_title_that_is_too_long_is_cut() -> None:
    reading = read(page(job("x" * 1_000_000)))
    assert len(titles(reading)[0] or "") == 1024
    assert [problem.rule for problem in reading.postings[0].problems] == ["title-clipped"]


def test_more_blocks_than_allowed_are_left_out() -> None:
    blocks = [job("First"), *({"@type": "Thing"} for _ in range(5)), job("Last")]
    assert titles(read(page(*blocks))) == ["First", "Last"]
    reading = read(page(*blocks), blocks=3)
    assert titles(reading) == ["First"]
    assert (rules(reading), reading.complete) == (["too-many-blocks"], False)


def test_a_description_that_is_too_long_is_cut() -> None:
    whole = read(page(job("Fits", description="<p>" + "a & b " * 60_000)))
    assert whole.postings[0].problems == ()
    reading = read(page(job("Long", description="<p>" + "&" * 3_000_000)))
    assert [problem.rule for problem in reading.postings[0].problems] == ["description-clipped"]
    assert 0 < len(reading.postings[0].description_html or "") < 3_000_000


def test_json_that_is_too_deep_is_refused_and_the_rest_read() -> None:
    deep: Any = job("Deep")
    for _ in range(300):
        deep = [deep]
    reading = read(page(deep, job("Shallow")))
    assert (titles(reading), rules(reading)) == (["Shallow"], ["json-too-deep"])
    assert not reading.complete


def test_repairs_have_a_budget() -> None:
    broken = '<script type="application/ld+json">{"@type":"JobPosting" "title":"A"}</script>'
    assert len(read(broken * 2).postings) == 1
    reading = read(broken + broken.replace('"A"', '"B"'), repair_steps=100)
    assert (titles(reading), reading.complete) == (["A"], False)


def test_a_large_broken_block_is_repaired_without_extruct() -> None:
    block = json.dumps(job(description="x" * 70_000))[:-1] + ",}"
    reading = read(f'<script type="application/ld+json">{block}</script>')
    assert titles(reading) == ["Chef"]


def test_html_that_is_too_deep_is_never_silently_nothing() -> None:
    deep = "<div>" * 3000
    html = deep + page(job("Rescued")).replace("<!doctype html>", "")
    reading = read(f"<html><body>{html}")
    assert (titles(reading), rules(reading), reading.complete) == (
        ["Rescued"],
        ["tree-truncated"],
        False,
    )
    many = "".join(page(job(str(number))) for number in range(1100))
    assert len(read(f"<html><body>{deep}{many}").postings) == 1000


# --- syntaxes ------------------------------------------------------------------------------------


def scope(inner: str, **attributes: str) -> str:
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<div itemscope itemtype="https://schema.org/JobPosting"{extra}>{inner}</div>'


def test_microdata_keeps_markup_and_tells_text_from_links() -> None:
    html = scope(
        '<a itemprop="title" href="/x">Chef</a><time itemprop="datePosted">2026-01-01</time>'
        '<div itemprop="description"><p>A <b>b</b></p></div><div itemprop="responsibilities" '
        'content="Cook"><i>x</i></div><!-- c --><a itemprop="url" href="7">l</a>'
        '<span itemprop="hiringOrganization" itemscope>Acme</span>'
        '<b itemprop="skills">A</b><b itemprop="skills">B</b>'
        '<i itemprop="industry" itemscope itemtype="https://schema.org/A https://schema.org/B">'
        '<b itemprop="name">Steel</b></i>'
    )
    [posting] = read(html).postings
    assert (posting.title, posting.date_posted) == ("Chef", "2026-01-01")
    assert posting.description_html == "<p>A <b>b</b></p>"
    assert posting.responsibilities == "Cook"
    assert posting.url == "https://example.org/jobs/7"
    assert posting.organization.name == "Acme"
    assert posting.skills == ("A", "B")
    assert posting.industry == "Steel"
    assert posting.source.syntax == "microdata"


def test_entries_of_a_listing_get_the_address_that_their_title_links_to() -> None:
    firm = '<a itemprop="name" href="/x">Acme</a>'
    entries = (
        '<a itemprop="title" href="/1">A</a>',
        '<h3 itemprop="title"><a href="2">B</a></h3>',
        '<a href="https://example.com/3"><b itemprop="title">C</b></a>',
        '<a itemprop="title" href="/4">D</a><a itemprop="url" href="/own">E</a>',
        '<a itemprop="title" href="#5">E</a>',
        '<a itemprop="title">F</a>',
        f'<p itemprop="hiringOrganization" itemscope>{firm}</p><b itemprop="title">G</b>',
    )
    listing = read(page(body="".join(map(scope, entries))))
    assert [posting.url for posting in listing.postings] == [
        "https://example.org/1", "https://example.org/jobs/2", "https://example.com/3",
        "https://example.org/own", None, None, None,
    ]  # fmt: skip
    untitled = "".join(scope(f'<b itemprop="identifier">{number}</b>') for number in (1, 2))
    assert [posting.url for posting in read(page(body=untitled)).postings] == [None, None]
    assert read(page(body=scope(entries[0]))).postings[0].url is None


def test_microdata_follows_references_within_bounds() -> None:
    firm = '<p id="firm"><b itemprop="industry">Steel</b></p><hr id="none">'
    html = scope('<b itemprop="title">A</b>', itemref="firm nothing none")
    [posting] = read(firm + html).postings
    assert posting.industry == "Steel"
    loop = scope('<b itemprop="title">A</b>', id="me", itemref="me")
    assert titles(read(loop)) == ["A"]
    reading = read(firm + scope('<b itemprop="title">A</b>', itemref="firm none"), markup_nodes=30)
    assert (titles(reading), rules(reading), reading.complete) == (
        ["A"],
        ["microdata-too-much"],
        False,
    )


def test_microdata_survives_what_libraries_refuse() -> None:
    html = scope(
        '<b itemprop="title">A\x14</b>\x15<p itemprop="description" class="\x16">x<i>y</i>&#20;</p>'
        '<a itemprop="url" href="http://[">l</a><meta itemprop="industry" content="Steel">\x17'
    )
    [posting] = read(html).postings
    assert (posting.title, posting.url, posting.industry) == ("A", None, "Steel")


def test_more_microdata_than_allowed_is_left_out() -> None:
    reading = read(scope('<b itemprop="title">A</b>') * 3, markup_nodes=3)
    assert (titles(reading), rules(reading), reading.complete) == (
        ["A"],
        ["microdata-too-much"],
        False,
    )


def test_microdata_without_any_scope() -> None:
    title, words = '<b itemprop="title">A</b>', '<p itemprop="description">{}</p>'
    posted = '<meta itemprop="datePosted" content="2026-01-01">'
    assert titles(read(title + words.format("x") + posted)) == ["A"]
    described = words.format('<i class="jobdescription">x</i>')
    assert titles(read(title + described)) == ["A"]
    assert titles(read(title + words.format("<!-- job --><i>x</i>"))) == []
    assert titles(read(title + "<p>JobPosting</p>")) == []


RDFA = (
    '<div {about} typeof="{prefix}JobPosting"><b property="{prefix}title">A</b>'
    '<div property="{prefix}description"><p>x</p><p>y</p></div>'
    '<i property="{prefix}skills">S2</i><i property="{prefix}skills">S1</i>'
    '<b property="{prefix}hiringOrganization" resource="#firm">z</b>'
    '<b property="{prefix}industry" typeof="{prefix}Thing {prefix}Other"></b></div>'
)


@pytest.mark.parametrize(
    ("about", "prefix"),
    [
        ('vocab="https://schema.org/"', ""),
        ('prefix="s: http://schema.org/"', "s:"),
        ("", "schema:"),
    ],
)
def test_rdfa(about: str, prefix: str) -> None:
    html = "<html lang='en'><body>" + RDFA.format(about=about, prefix=prefix)
    [posting] = read(html).postings
    assert posting.title == "A"
    assert posting.description_html == "<p>x</p><p>y</p>"
    assert posting.skills == ("S2", "S1")
    assert posting.source.syntax == "rdfa"


def test_rdfa_of_an_unknown_vocabulary_is_nothing() -> None:
    assert read('<div typeof="JobPosting"><b property="title">A</b></div>').postings == ()
    assert read('<div typeof="Thing">JobPosting</div>').postings == ()


def test_rdfa_with_an_impossible_address_costs_itself() -> None:
    html = RDFA.format(about='vocab="https://schema.org/"', prefix="")
    reading = read(html.replace("#firm", "http://[") + html)
    assert (titles(reading), rules(reading), reading.complete) == (
        ["A"],
        ["rdfa-unreadable"],
        False,
    )


def test_more_rdfa_than_allowed_is_left_out() -> None:
    html = RDFA.format(about='vocab="https://schema.org/"', prefix="")
    reading = read(html, markup_nodes=50)
    assert (titles(reading), rules(reading), reading.complete) == ([], ["rdfa-too-much"], False)


def test_rdfa_reads_the_same_in_every_process() -> None:
    html = RDFA.format(about='vocab="https://schema.org/"', prefix="")
    code = (
        "import json, sys; from postings.reading import read_document as r\n"
        f"print(json.dumps(r({html!r}.encode(), '').postings[0].raw))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(said) == 1


# --- references and wrappers ---------------------------------------------------------------------


def test_references_are_resolved_across_blocks_and_loops_end() -> None:
    graph = {"@graph": [
        {"@id": "#job", **job(hiringOrganization={"@id": "#org"}, industry={"@id": "#gone"})},
        {"@id": "#org", "name": "Acme", "x": {"@id": "#org"}, "y": [{"@id": "#job"}]},
        {"@id": "#org", "url": "https://acme.example"},
    ]}  # fmt: skip
    reading = read(page(graph, {"mainEntity": {"@type": "JobPosting", "@id": "#job"}}))
    [posting] = reading.postings
    assert posting.organization.name == "Acme"
    assert posting.organization.url == "https://acme.example"
    assert rules(reading) == ["reference-dangling"]


def test_references_are_not_sought_too_deep() -> None:
    deep: Any = {"@id": "#org", "name": "Acme"}
    for _ in range(300):
        deep = [deep]
    reading = read(page([job(hiringOrganization={"@id": "#org"}), {"@id": "#x", "a": 1}], deep))
    assert reading.postings[0].organization.name is None
    assert rules(reading) == ["json-too-deep", "reference-dangling"]


def test_references_have_a_budget() -> None:
    org = {"@id": "#org", "name": "Acme", "department": {"name": "X"}}
    block = [job(hiringOrganization={"@id": "#org"}, x={"a": {"b": {"c": {"d": 1}}}}), org]
    assert read(page(block)).postings[0].organization.name == "Acme"
    assert read(page(block), references=0).postings[0].organization.name is None


def test_what_wraps_a_posting_fills_its_gaps() -> None:
    items = {"itemListElement": [
        {"url": "/1", "item": job("One")}, {"url": "/2", "item": job("Two", url="/own")},
    ]}  # fmt: skip
    one, two = read(page(items)).postings
    assert (one.url, two.url) == ("https://example.org/1", "https://example.org/own")
    feed = {"items": [{"date_modified": "2026-01-01", "_jobposting": {"title": "Fed"}},
                      {"_jobposting": job("Typed")}, {"_jobposting": 5},
                      {"item": [1]}]}  # fmt: skip
    fed, typed = read(json.dumps(feed)).postings
    assert (fed.title, fed.date_modified, typed.title) == ("Fed", "2026-01-01", "Typed")


def test_records_of_the_old_vocabulary() -> None:
    record = {"title": "Clerk", "hiringOrganization": {"organizationName": "Old"},
              "jobDescription": "x", "datePosted": "2014-03-17"}  # fmt: skip
    assert titles(read(json.dumps(record))) == ["Clerk"]
    assert titles(read(json.dumps([record, 5, {"title": "x", "hiringOrganization": 1}]))) == [
        "Clerk"
    ]


def test_types_in_odd_places() -> None:
    blocks = [{"@type": 5}, {"type": ["Thing", "schema:JobPosting"], "title": "Chef"}]
    assert titles(read(page(*blocks))) == ["Chef"]


def test_a_type_attribute_that_is_no_json_ld_is_left_alone() -> None:
    html = '<script type="text/javascript">JobPosting</script><script>x</script>' + page(job())
    assert titles(read(html)) == ["Chef"]


def test_empty_scripts_are_no_markup_and_no_failure() -> None:
    reading = read('<p>JobPosting</p><script type="application/ld+json"> </script>')
    assert reading == Reading()


def test_duplicate_keys_are_told() -> None:
    block = '{"@type":"JobPosting","title":"A","title":"B"}'
    reading = read(f'<script type="application/ld+json">{block}</script>')
    assert (titles(reading), rules(reading)) == (["B"], ["duplicate-keys"])


def test_nodes_that_say_nothing_are_no_postings() -> None:
    reading = read(
        page(job("undefined", description="undefined"), {"@type": "JobPosting", "url": "/x"})
    )
    assert (titles(reading), rules(reading)) == ([], ["posting-empty"])


# --- told twice ----------------------------------------------------------------------------------


def test_two_syntaxes_of_one_job_are_merged() -> None:
    body = scope(
        '<b itemprop="title">Chef</b><b itemprop="industry">Food</b><i itemprop="skills">N/A</i>'
    )
    block = job(description="x", datePosted=None, skills="")
    [posting] = read(page(block, body=body)).postings
    assert (posting.source.syntax, posting.industry, posting.description_html) == (
        "json-ld", "Food", "<p>x</p>",
    )  # fmt: skip
    [problem] = posting.problems
    assert problem.rule == "told-twice"
    assert "industry (microdata)" in problem.message


def test_a_longer_title_in_the_other_syntax_is_the_same_job() -> None:
    body = scope('<b itemprop="title">Chef (m/f)</b>')
    assert titles(read(page(job(), body=body))) == ["Chef"]


def test_a_gap_that_was_empty_is_filled() -> None:
    body = scope('<b itemprop="title">Chef</b><b itemprop="industry">Food</b>')
    assert read(page(job(industry="N/A"), body=body)).postings[0].industry == "Food"


@pytest.mark.parametrize(
    "other",
    [
        {"title": "Cook", "identifier": "2"},
        {"url": "/2"},
        {"identifier": "2"},
        {"datePosted": "2026-02-02"},
        {"jobLocation": "Bern"},
        {"hiringOrganization": "Beta"},
        {"description": "Other words"},
    ],
)
def test_jobs_that_differ_stay_apart(other: dict[str, str]) -> None:
    first = job(url="/1", identifier="1", datePosted="2026-01-01", jobLocation="Ulm",
                hiringOrganization="Acme", description="Words")  # fmt: skip
    assert len(read(page(first, first)).postings) == 1
    assert len(read(page(first, {**first, **other})).postings) == 2


def test_an_internal_title_is_no_second_job() -> None:
    first = job(description="Words", identifier="1")
    assert titles(read(page(first, {**first, "title": "CHEF-2 (int.)"}))) == ["Chef"]
    unnamed = job(description="Words")
    assert titles(read(page(unnamed, {**unnamed, "title": "CHEF-2 (int.)"}))) == ["Chef"]


def test_a_block_without_a_title_joins_its_own() -> None:
    untitled = {"@type": "JobPosting", "hiringOrganization": "Acme"}
    assert titles(read(page(job(), untitled))) == ["Chef"]
    assert len(read(page(untitled, {**untitled, "datePosted": "2026-01-01"})).postings) == 1


def test_long_lists_only_lose_exact_twins() -> None:
    jobs = [job(f"Job {number}") for number in range(70)]
    assert (
        len(
            read(page(jobs, jobs[:5], job("Job 1", industry="x", datePosted="2026-01-01"))).postings
        )
        == 71
    )


# --- whatever comes ------------------------------------------------------------------------------


@given(st.binary(), st.none() | st.text())
def test_arbitrary_bytes_never_raise(body: bytes, content_type: str | None) -> None:
    read_document(body, URL, content_type)
    read_document(b"JobPosting" + body, URL, content_type)


SENTINEL = json.dumps(job("Sentinel"))


@settings(max_examples=200)
@given(st.text(alphabet='{}[]",:\\/<>!-&;= \n@abtypeJobPosting01nulltrue\u201c\x00'), st.text())
def test_a_good_block_survives_any_neighbour(block: str, body: str) -> None:
    broken = block.replace("</", "")
    if "<!--" in broken:
        broken = broken.replace("<!--", "")
    html = (
        f'<script type="application/ld+json">{broken}</script>'
        f'<script type="application/ld+json">{SENTINEL}</script><p>{body}</p>'
    )
    reading = read_document(html.encode(errors="replace"), URL)
    assert "Sentinel" in [posting.title for posting in reading.postings]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["@type", "@graph", "@id", "item", "title", "x"]),
                inner | st.just("JobPosting"),
            )
        ),
    )
)
def test_arbitrary_json_never_raises(value: Any) -> None:
    text = json.dumps([value, "JobPosting"])
    read(text)
    read(page([value, "JobPosting"]).replace("</", "<\\/").replace("<\\/script>", "</script>"))
