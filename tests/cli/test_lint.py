from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobdiff.cli.findings import About, Told, annotation, finding_json, sarif
from jobdiff.demo.site import SiteServer
from postings.lint import RULES, Finding, Where
from postings.model import Source
from storage import Store, boards
from tests.cli.program import Jobdiff, Lived
from tests.postings.lint.clean import CLEAN, node, page
from tests.storage.world import at, posting, visit

NOW = "2026-03-01T12:00:00Z"
FINDING_KEYS = {
    "schema", "rule", "severity", "property", "message", "value", "document", "where", "posting",
    "board",
}  # fmt: skip
QUALITY_KEYS = {
    "schema", "board", "rule", "severity", "what", "postings", "of", "before", "before_of",
    "compared_with", "examples",
}  # fmt: skip


@pytest.fixture
def bad(alone: Path) -> str:
    """A page whose posting breaks an error, a warning and a hint."""
    broken = node({"title": "Cook!", "employmentType": "FULL_TIME"}, "datePosted", "directApply")
    (alone / "bad.html").write_bytes(page(broken))
    return "bad.html"


def rules(objects: list[dict[str, Any]]) -> list[str]:
    return [one["rule"] for one in objects]


# --- one document --------------------------------------------------------------------------------


def test_a_document_without_fault(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "good.html").write_bytes(page(CLEAN))
    told = jobdiff("lint", "good.html", "--now", NOW)
    assert (told.code, told.out, told.err) == (0, "no findings in 1 posting\n", "")


def test_findings_are_a_line_each_and_errors_are_exit_1(jobdiff: Jobdiff, bad: str) -> None:
    told = jobdiff("lint", bad, "--now", NOW)
    assert (told.code, told.err) == (1, "")
    lines = told.out.splitlines()
    assert lines[0] == (
        'bad.html:1: warning: the title contains decoration: ! [title-decorated] $.title = "Cook!"'
    )
    assert "error: it has no datePosted [date-posted-missing] $" in lines[1]
    assert lines[-1] == "1 error, 1 warning and 1 hint in 1 posting"


def test_warnings_are_exit_0(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "warned.html").write_bytes(page(node({"title": "Cook!"})))
    told = jobdiff("lint", "warned.html", "--now", NOW)
    assert told.code == 0
    assert "[title-decorated]" in told.out


@pytest.mark.parametrize(
    "options", [["--json"], ["--format", "json"], ["--json", "--format", "json"]]
)
def test_findings_as_json_lines(jobdiff: Jobdiff, bad: str, options: list[str]) -> None:
    told = jobdiff("lint", bad, "--now", NOW, *options)
    objects = told.objects()
    assert told.code == 1
    assert rules(objects) == ["title-decorated", "date-posted-missing", "direct-apply-missing"]
    assert all(set(one) == FINDING_KEYS for one in objects)
    assert objects[0]["schema"] == "jobdiff.finding/1"
    assert objects[0]["where"] == {"block": "JSON-LD block 1", "path": "$.title", "line": 1}
    assert objects[0]["posting"] == {
        "number": 1, "id": None, "url": "https://example.org/jobs/7", "title": "Cook!",
    }  # fmt: skip
    assert (objects[0]["document"], objects[0]["board"]) == ("bad.html", None)


def test_dates_are_judged_at_now(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "good.html").write_bytes(page(CLEAN))
    later = jobdiff("lint", "good.html", "--json", "--now", "2026-05-01T00:00:00Z")
    assert (later.code, rules(later.objects())) == (1, ["valid-through-past"])


def test_standard_input_and_urls(jobdiff: Jobdiff, page_site: SiteServer) -> None:
    piped = jobdiff("lint", "-", "--json", "--now", NOW, stdin=page(node({"title": "Cook!"})))
    assert [one["document"] for one in piped.objects()] == ["standard input"]
    fetched = jobdiff("lint", page_site.url, "--json", "--now", NOW)
    assert {one["document"] for one in fetched.objects()} == {page_site.url}
    assert "several-postings" in rules(fetched.objects())


@pytest.fixture
def page_site(page: SiteServer) -> SiteServer:
    return page


def test_a_document_without_posting_is_exit_1(jobdiff: Jobdiff, alone: Path) -> None:
    (alone / "about.html").write_text("<p>About us</p>")
    told = jobdiff("lint", "about.html")
    assert (told.code, told.out) == (1, "no findings in 0 postings\n")
    assert told.err == "jobdiff: about.html: there is no JobPosting in it\n"


def test_a_posting_lost_to_its_block_is_told_before_that(jobdiff: Jobdiff, alone: Path) -> None:
    lost = '<script type="application/ld+json">JobPosting, please</script>'
    (alone / "lost.html").write_text(lost)
    told = jobdiff("lint", "lost.html", "--json")
    assert (told.code, rules(told.objects())) == (1, ["json-invalid"])
    assert told.objects()[0]["posting"] is None
    assert "there is no JobPosting in it" in told.err


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ([], "name one document"),
        (["a.html", "--board", "b"], "name one document"),
        (["a.html", "--summary"], "--summary is about a board"),
        (["a.html", "--json", "--format", "sarif"], "exclude each other"),
        (["--board", "b", "--summary", "--format", "github"], "text or json, not as github"),
        (["missing.html"], "missing.html: no such file"),
        (["--board", "nobody"], "nobody"),
        (["a.html", "--format", "xml"], "xml"),
    ],
)
def test_wrong_usage_is_exit_2(argv: list[str], says: str, jobdiff: Jobdiff) -> None:
    told = jobdiff("lint", *argv)
    assert (told.code, told.out) == (2, "")
    assert says in told.err


# --- GitHub and SARIF ----------------------------------------------------------------------------


def test_annotations_of_github(jobdiff: Jobdiff, bad: str) -> None:
    told = jobdiff("lint", bad, "--format", "github", "--now", NOW)
    assert told.code == 1
    first, second, third = told.out.splitlines()
    at = "file=bad.html,line=1,title"
    assert first == f"::warning {at}=title-decorated::the title contains decoration: ! ($.title)"
    assert second == f"::error {at}=date-posted-missing::it has no datePosted ($)"
    assert third == f"::notice {at}=direct-apply-missing::it has no directApply ($)"


def test_nothing_in_an_annotation_can_end_it() -> None:
    finding = Finding("x", "error", None, "100 %\r\n::set-env a,b:c\x1b[0m", None, Where(line=3))
    told = annotation(Told(finding, "a,b:c%\n.html", is_file=True))
    assert told == (
        "::error file=a%2Cb%3Ac%25%0A.html,line=3,title=x::100 %25%0A::set-env a,b:c [0m"
    )
    assert "\n" not in told


def test_an_annotation_of_what_is_no_file_names_it_in_its_message() -> None:
    finding = Finding("x", "info", None, "it is so", None, Where("block", "$.a", 3))
    told = annotation(Told(finding, "https://example.org/a"))
    assert told == "::notice title=x::https://example.org/a: it is so ($.a)"


def test_sarif_has_the_structure_of_2_1_0(jobdiff: Jobdiff, bad: str) -> None:
    told = jobdiff("lint", bad, "--format", "sarif", "--now", NOW)
    log = json.loads(told.out)
    assert told.code == 1
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [run] = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "jobdiff"
    described = driver["rules"]
    assert [rule["id"] for rule in described] == [rule.id for rule in RULES]
    for rule in described:
        assert rule["shortDescription"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    assert [result["level"] for result in run["results"]] == ["warning", "error", "note"]
    for result in run["results"]:
        assert described[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        [location] = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "bad.html"
        assert physical["region"]["startLine"] >= 1
        [logical] = location["logicalLocations"]
        assert logical["fullyQualifiedName"].startswith("JSON-LD block 1: $")


def test_sarif_of_what_has_no_place_and_no_known_rule() -> None:
    finding = Finding("sent-by-pigeon", "info", None, "late", None, Where())
    log = sarif([Told(finding, "a b\\c.html", is_file=True)], (), "1")
    [result] = log["runs"][0]["results"]
    assert "ruleIndex" not in result
    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "a%20b/c.html"}}}
    ]
    placed = replace(finding, where=Where(path="$.a"))
    log = sarif([Told(placed, "https://example.org/a?b=ü#c", About(1, None, None, None))], (), "1")
    [location] = log["runs"][0]["results"][0]["locations"]
    assert location["logicalLocations"] == [{"fullyQualifiedName": "$.a"}]
    uri = location["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "https://example.org/a?b=%C3%BC#c"


def test_a_finding_of_the_document_has_no_posting() -> None:
    finding = Finding("several-postings", "warning", None, "two", None, Where())
    assert finding_json(Told(finding, "a.html"))["posting"] is None


# --- a board -------------------------------------------------------------------------------------


def test_a_boards_postings_are_judged(jobdiff: Jobdiff, lived: Lived) -> None:
    name = jobdiff("boards", "--json").objects()[0]["name"]
    told = jobdiff("lint", "--board", name, "--json")
    objects = told.objects("jobdiff.finding/1")
    assert told.code in {0, 1}
    assert objects
    assert told.code == int(any(one["severity"] == "error" for one in objects))
    assert {one["board"] for one in objects} == {name}
    assert all(one["posting"]["id"] and one["posting"]["number"] is None for one in objects)
    assert all(one["where"]["line"] is None for one in objects)
    known = {one["url"] for one in jobdiff("postings", "--board", name, "--json").objects()}
    assert {one["document"] for one in objects} <= known
    text = jobdiff("lint", "--board", name)
    assert len(text.out.splitlines()) == len(objects) + 1


def test_a_boards_summary_compares_with_what_there_is(jobdiff: Jobdiff, lived: Lived) -> None:
    name = jobdiff("boards", "--json").objects()[0]["name"]
    counts = jobdiff("lint", "--board", name, "--summary", "--json").objects()
    findings = jobdiff("lint", "--board", name, "--json").objects()
    assert all(set(one) == QUALITY_KEYS for one in counts)
    assert {one["schema"] for one in counts} == {"jobdiff.quality/1"}
    for one in counts:
        own = {found["document"] for found in findings if found["rule"] == one["rule"]}
        assert one["postings"] == len(own)
        assert len(one["examples"]) == min(3, len(own))
        assert set(one["examples"]) <= own
        assert one["before"] is not None
    assert {one["compared_with"][:10] for one in counts} == {"2026-03-02"}
    ranks = [["error", "warning", "info"].index(one["severity"]) for one in counts]
    assert ranks == sorted(ranks)
    told = jobdiff("lint", "--board", name, "--summary")
    assert "compared with 2026-03-02" in told.out
    assert all(one["rule"] in told.out for one in counts)


def test_a_young_board_has_no_trend(jobdiff: Jobdiff, lived: Lived) -> None:
    name = jobdiff("boards", "--json").objects()[0]["name"]
    young = jobdiff("lint", "--board", name, "--summary", "--now", "2026-03-03T00:00:00Z")
    assert "too young to compare with before" in young.out


@pytest.fixture
def store(alone: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A store's URL that the program uses too."""
    url = f"sqlite:///{alone / 'own.db'}"
    monkeypatch.setenv("JOBDIFF_DATABASE", url)
    return url


def test_a_summary_tells_what_became_better(jobdiff: Jobdiff, store: str) -> None:
    with Store.open(store) as opened:
        with opened.write() as connection:
            board = boards.add(connection, url="https://example.org/careers", name="E", now=at(0))
        shouting = posting(1, title="COOK THE SOUP")
        visit(opened, board, [shouting], now=at(0))
        visit(opened, board, [replace(shouting, title="Cook the soup")], now=at(40))
    at_40 = ["--now", at(40.5).isoformat()]
    counts = jobdiff("lint", "--board", "E", "--summary", "--json", *at_40).objects()
    [better] = [one for one in counts if one["rule"] == "title-all-capitals"]
    assert (better["postings"], better["of"]) == (0, 1)
    assert (better["before"], better["before_of"], better["examples"]) == (1, 1, [])
    assert better["compared_with"] == "2026-03-12T00:00:00Z"


def test_postings_of_a_list_api_have_no_markup_to_judge(jobdiff: Jobdiff, store: str) -> None:
    from_api = replace(posting(2), source=Source("api:example"))
    with Store.open(store) as opened:
        with opened.write() as connection:
            board = boards.add(connection, url="https://example.org/careers", name="E", now=at(0))
        visit(opened, board, [posting(1), from_api], now=at(0))
    told = jobdiff("lint", "--board", "E", "--json", "--now", at(1).isoformat())
    assert {one["document"] for one in told.objects()} == {"https://example.org/jobs/1"}
    assert told.err == "1 posting of a list API left out: there is no markup to judge\n"


def test_a_board_without_postings_is_exit_1(jobdiff: Jobdiff, store: str) -> None:
    with Store.open(store) as opened, opened.write() as connection:
        boards.add(connection, url="https://example.org/careers", name="E", now=at(0))
    told = jobdiff("lint", "--board", "E", "--summary")
    assert (told.code, told.out) == (1, "")
    assert told.err == "jobdiff: E: no published posting with markup is stored\n"
