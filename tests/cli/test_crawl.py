import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jobdiff.cli.crawl import FailOn, has_failed
from jobdiff.demo.site import SiteServer
from tests.cli.program import Jobdiff, Lived

DAY_ONE, DAY_TWO = "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"


@pytest.fixture
def both(jobdiff: Jobdiff, listing: SiteServer, page: SiteServer) -> None:
    jobdiff("add", listing.url, "--name", "Forest", "--now", DAY_ONE)
    jobdiff("add", page.url, "--name", "Bakery", "--now", DAY_ONE)


def outcomes(jobdiff: Jobdiff, *argv: str) -> dict[str, str]:
    told = jobdiff("crawl", "--json", "--fail-on", "none", *argv).objects("jobdiff.crawl/1")
    return {one["board"]: one["outcome"] for one in told}


def test_every_board_is_crawled_and_gets_one_line(jobdiff: Jobdiff, both: None) -> None:
    crawled = jobdiff("crawl", "--now", DAY_ONE)
    assert (crawled.code, crawled.err) == (0, "")
    lines = sorted(crawled.out.splitlines())
    assert len(lines) == 2
    assert lines[0].startswith("Bakery: complete · 12 postings · ")
    assert lines[1].startswith("Forest: complete · 28 postings · ")


def test_boards_are_chosen_by_name(jobdiff: Jobdiff, both: None) -> None:
    assert outcomes(jobdiff, "Bakery", "--now", DAY_ONE) == {"Bakery": "complete"}


def test_paused_boards_are_left_out_unless_named(jobdiff: Jobdiff, both: None) -> None:
    jobdiff("pause", "Forest")
    assert outcomes(jobdiff, "--now", DAY_ONE) == {"Bakery": "complete"}
    assert outcomes(jobdiff, "--all", "--now", DAY_ONE) == {"Bakery": "complete"}
    assert outcomes(jobdiff, "Forest", "--now", DAY_ONE) == {"Forest": "complete"}


def test_only_due_boards_are_crawled_if_asked(jobdiff: Jobdiff, both: None) -> None:
    assert len(outcomes(jobdiff, "--due", "--now", DAY_ONE)) == 2
    rest = jobdiff("crawl", "--due", "--now", DAY_ONE)
    assert (rest.code, rest.out, rest.err) == (0, "", "no board is due\n")
    assert len(outcomes(jobdiff, "--due", "--now", DAY_TWO)) == 2


def test_without_boards_nothing_fails(jobdiff: Jobdiff) -> None:
    idle = jobdiff("crawl")
    assert (idle.code, idle.out) == (0, "")
    assert idle.err.startswith("there is no board to crawl; add one: ")


def test_a_board_that_is_down_fails_the_command(
    jobdiff: Jobdiff, both: None, listing: SiteServer
) -> None:
    listing.day = 3
    down = jobdiff("crawl", "--now", DAY_ONE)
    assert down.code == 1
    assert "Forest: failed" in down.out
    assert "503" in down.out
    assert jobdiff("crawl", "--now", DAY_TWO, "--fail-on", "all").code == 0
    assert jobdiff("crawl", "--now", DAY_TWO, "--fail-on", "none").code == 0
    assert jobdiff("crawl", "Forest", "--now", DAY_TWO, "--fail-on", "all").code == 1


@pytest.mark.parametrize(
    ("ended", "fail_on", "failed"),
    [
        (["complete", "failed"], FailOn.ANY, True),
        (["complete", "failed"], FailOn.ALL, False),
        (["unreadable", "blocked"], FailOn.ALL, True),
        (["failed"], FailOn.NONE, False),
        (["partial", "suspicious", "empty"], FailOn.ANY, False),
        ([], FailOn.ALL, False),
    ],
)
def test_which_outcomes_fail(ended: list[str], fail_on: FailOn, failed: bool) -> None:
    assert has_failed(ended, fail_on) is failed


def test_a_suspicious_crawl_says_what_to_do(jobdiff: Jobdiff, cut: SiteServer) -> None:
    jobdiff("add", cut.url, "--name", "Bakery", "--now", DAY_ONE)
    for cut.day in (1, 2, 3):
        told = jobdiff("crawl", "Bakery", "--now", f"2026-03-0{cut.day + 1}T09:00:00Z")
    assert told.code == 0
    assert "suspicious" in told.out
    assert "approve Bakery" in told.out


def test_names_and_all_exclude_each_other(jobdiff: Jobdiff, both: None) -> None:
    refused = jobdiff("crawl", "Bakery", "--all")
    assert (refused.code, refused.err) == (2, "jobdiff: name boards or give --all, not both\n")


def test_deadlines_that_passed_are_settled_without_the_site(jobdiff: Jobdiff, lived: Lived) -> None:
    for name in ("Birchline Robotics", "Harbour & Crumb"):
        jobdiff("pause", name)
    told = jobdiff("crawl", "--now", "2026-05-20T12:00:00Z")
    assert told.code == 0
    assert told.out == "3 postings expired: the deadline passed.\n"


def test_what_was_saved_is_told(jobdiff: Jobdiff, both: None) -> None:
    first = jobdiff("crawl", "--now", DAY_ONE, "--json").objects()
    ways = {"by_lastmod", "by_list", "not_modified", "same_body"}
    assert [set(one["saved"]) for one in first] == [ways, ways]
    again = jobdiff("-v", "crawl", "--now", DAY_ONE)
    assert "Forest: pages saved: 31 answered not modified" in again.err


def test_a_board_that_asked_to_be_left_alone_is(jobdiff: Jobdiff, both: None, alone: Path) -> None:
    [store] = (alone.parent / "home").rglob("*.db")
    with closing(sqlite3.connect(store)) as connection:
        connection.execute(
            "UPDATE boards SET retry_after = '2026-03-02T10:00:00.000000Z' WHERE name = 'Forest'"
        )
        connection.commit()
    told = jobdiff("crawl", "--now", DAY_ONE, "--json")
    assert [one["board"] for one in told.objects()] == ["Bakery"]
    assert "Forest asked to be left alone until 2026-03-02 10:00:00 UTC" in told.err
    assert len(outcomes(jobdiff, "--now", DAY_TWO)) == 2


def test_due_or_all_not_both(jobdiff: Jobdiff) -> None:
    refused = jobdiff("crawl", "--due", "--all")
    assert (refused.code, refused.err) == (2, "jobdiff: give --due or --all, not both\n")
