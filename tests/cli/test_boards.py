from pathlib import Path
from typing import Any

import pytest

from jobdiff.cli.start import program
from jobdiff.demo.script import Script
from jobdiff.demo.site import SiteServer, serving
from storage import Store
from storage.boards import add as add_board
from tests.cli.program import Jobdiff, Lived
from tests.crawler.site import Site
from tests.storage.world import LISTING, at, posting, visit

BOARD_KEYS = {
    "schema", "id", "url", "name", "tags", "every", "strategy", "state", "open", "outcome",
    "reason", "warning", "last_crawl_at", "last_complete_at", "next_crawl_at", "origin",
    "quarantined", "browser", "drifting", "volatile", "failures", "retry_after", "window",
    "timezone", "allow_private",
}  # fmt: skip
DAY_ONE = "2026-03-02T09:00:00Z"


def boards(jobdiff: Jobdiff, *argv: str) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in jobdiff("boards", "--json", *argv).objects()}


def test_add_says_what_can_be_read_and_crawls_nothing(
    jobdiff: Jobdiff, listing: SiteServer
) -> None:
    added = jobdiff("add", listing.url, "--name", "Birchline", "--every", "6h", "--tag", "it")
    assert (added.code, added.err) == (0, "")
    assert added.out.startswith("Birchline is watched now: ")
    assert "crawl Birchline" in added.out
    board = boards(jobdiff)["Birchline"]
    assert set(board) == BOARD_KEYS
    assert (board["every"], board["tags"], board["strategy"]) == ("6h", ["it"], "auto")
    assert (board["state"], board["open"], board["outcome"]) == ("watched", 0, None)


def test_one_board_may_stand_at_a_private_address(
    jobdiff: Jobdiff, page: SiteServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBDIFF_NETWORK__ALLOW_PRIVATE", "false")
    refused = jobdiff("add", page.url)
    assert refused.code == 2
    assert "not a public address" in refused.err
    added = jobdiff("add", page.url, "--name", "Bakery", "--allow-private")
    assert (added.code, added.err) == (0, "")
    assert boards(jobdiff)["Bakery"]["allow_private"] is True
    [result] = jobdiff("crawl", "Bakery", "--json").objects()
    assert (result["outcome"], result["postings"]) == ("complete", 12)


def test_a_page_that_carries_its_postings_is_recognised(jobdiff: Jobdiff, page: SiteServer) -> None:
    assert "12 postings" in jobdiff("add", page.url).out


def test_a_site_that_does_not_answer_is_watched_with_a_warning(
    jobdiff: Jobdiff, script: Script
) -> None:
    with serving(script.sites[0]) as server:
        url = server.url
    added = jobdiff("add", url, "--json")
    assert added.code == 0
    [board] = added.objects("jobdiff.board/1")
    assert board["warning"]
    assert board["state"] == "watched"


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        ((), "name one URL"),
        (("http://127.0.0.1:1/", "--from", "-"), "name one URL"),
        (("--from", "missing.txt"), "missing.txt: no such file"),
        (("ftp://example.org/",), "not an http or https URL"),
        (("http://127.0.0.1:1/", "--every", "sometimes"), "'sometimes' is no duration"),
        (("--from", "-", "--name", "One"), "--name goes with one URL"),
        (("",), "the address is empty"),
        (("http://127.0.0.1:1/", "--name", ""), "--name: it is empty"),
        (("http://127.0.0.1:1/", "--name", "   "), "--name: it is empty"),
        (("http://127.0.0.1:1/", "--name", " One"), "begins or ends with a blank"),
        (("http://127.0.0.1:1/", "--name", "One\x1b[31m"), "has control characters in it"),
        (("http://127.0.0.1:1/", "--tag", ""), "--tag: it is empty"),
        (("http://127.0.0.1:1/", "--tag", "a\nb"), "has control characters in it"),
        (("http://127.0.0.1:1/", "--every", ""), "--every: '' is no duration"),
        (("http://127.0.0.1:1/", "--window", ""), "--window: "),
        (("http://127.0.0.1:1/", "--timezone", ""), "'' is no time zone"),
        (("http://127.0.0.1:1/", "--strategy", ""), "strategy"),
    ],
)
def test_what_cannot_be_added_is_refused(
    argv: tuple[str, ...], says: str, jobdiff: Jobdiff
) -> None:
    refused = jobdiff("add", *argv, stdin="")
    assert refused.code == 2
    assert says in refused.err
    assert boards(jobdiff) == {}


def test_add_names_the_platform_that_a_page_leads_to(jobdiff: Jobdiff) -> None:
    frame = '<iframe src="https://boards.greenhouse.io/embed/job_board?for=acme"></iframe>'
    with Site({"/careers": f"<h1>Careers</h1>{frame}", "/about": "<h1>About</h1>"}) as site:
        added = jobdiff("add", site.url("/careers"), "--name", "Acme")
        assert "a greenhouse board, found at https://boards.greenhouse.io/" in added.out
        plain = jobdiff("add", site.url("/careers"), "--name", "Plain", "--strategy", "listing")
        assert "greenhouse" not in plain.out


def test_an_empty_list_is_refused(jobdiff: Jobdiff) -> None:
    refused = jobdiff("add", "--from", "-", stdin="# nothing\n")
    assert (refused.code, refused.err) == (2, "jobdiff: -: there is no URL in it\n")


def test_a_list_of_urls_is_added_and_bad_lines_do_not_stop_it(
    jobdiff: Jobdiff, listing: SiteServer, page: SiteServer
) -> None:
    text = f"{listing.url}\nfile:///etc/passwd\n{page.url}\n"
    added = jobdiff("add", "--from", "-", "--tag", "demo", "--json", stdin=text)
    assert added.code == 1
    assert "file:///etc/passwd" in added.err
    assert "1 board of 3 could not be added" in added.err
    assert [board["tags"] for board in added.objects()] == [["demo"], ["demo"]]


def test_a_csv_is_added(jobdiff: Jobdiff, alone: Path, listing: SiteServer) -> None:
    (alone / "boards.csv").write_text(f"url,name,tags,every\n{listing.url},Forest,it;bern,2h\n")
    assert jobdiff("add", "--from", "boards.csv", "--every", "6h", "--tag", "x").code == 0
    board = boards(jobdiff)["Forest"]
    assert (board["tags"], board["every"]) == (["it", "bern", "x"], "2h")


def test_a_name_that_is_taken_is_refused(
    jobdiff: Jobdiff, listing: SiteServer, page: SiteServer
) -> None:
    jobdiff("add", listing.url, "--name", "One")
    refused = jobdiff("add", page.url, "--name", "One")
    assert refused.code == 2
    assert "taken" in refused.err


def test_without_boards_the_listing_says_how_to_add_one(jobdiff: Jobdiff) -> None:
    assert jobdiff("boards").out.startswith("No boards yet. Watch one: ")


def test_the_listing_shows_how_every_board_is_doing(jobdiff: Jobdiff, lived: Lived) -> None:
    text = jobdiff("boards").out
    assert "Birchline Robotics" in text
    assert "watched" in text
    assert "complete 3 h ago" in text
    listed = boards(jobdiff)
    assert listed["Birchline Robotics"]["open"] == 30
    assert listed["Harbour & Crumb"]["open"] == 13


def test_what_is_due_is_next_now(jobdiff: Jobdiff, lived: Lived) -> None:
    def row(*options: str) -> str:
        return next(line for line in jobdiff("boards", *options).out.splitlines() if "Harb" in line)

    assert " in " in row("--now", "2026-03-06T09:00:00Z")
    assert row("--now", "2026-03-20T09:00:00Z").rstrip().endswith("now   demo")


def test_boards_are_filtered_by_tag(jobdiff: Jobdiff, lived: Lived) -> None:
    assert set(boards(jobdiff, "--tag", "demo")) == {"Birchline Robotics", "Harbour & Crumb"}
    assert boards(jobdiff, "--tag", "other") == {}
    assert jobdiff("boards", "--tag", "other").out.startswith("No board has the tag other; ")


def test_a_paused_board_rests_until_it_is_resumed(jobdiff: Jobdiff, lived: Lived) -> None:
    assert "is paused" in jobdiff("pause", "Harbour & Crumb").out
    assert boards(jobdiff)["Harbour & Crumb"]["state"] == "paused"
    assert boards(jobdiff)["Harbour & Crumb"]["next_crawl_at"] is None
    [board] = jobdiff("resume", lived.page, "--json").objects("jobdiff.board/1")
    assert board["state"] == "watched"


def test_a_removed_board_keeps_its_history_and_says_nothing(jobdiff: Jobdiff, lived: Lived) -> None:
    before = jobdiff("events", "--json").out
    assert before
    assert "its history is kept" in jobdiff("remove", "Harbour & Crumb").out
    assert "Harbour & Crumb" not in boards(jobdiff)
    assert boards(jobdiff, "--all")["Harbour & Crumb"]["state"] == "unwatched"
    assert jobdiff("events", "--json").out == before


def test_purging_asks_first(jobdiff: Jobdiff, lived: Lived) -> None:
    kept = jobdiff("remove", "Harbour & Crumb", "--purge", stdin="n\n")
    assert kept.code == 1
    assert "nothing was changed" in kept.err
    assert "Harbour & Crumb" in boards(jobdiff)
    purged = jobdiff("remove", "Harbour & Crumb", "--purge", "--yes", "--json")
    assert [board["state"] for board in purged.objects("jobdiff.board/1")] == ["unwatched"]
    assert "Harbour & Crumb" not in boards(jobdiff, "--all")
    assert "Harbour & Crumb" not in jobdiff("postings", "--json").out


@pytest.mark.parametrize("verb", ["pause", "resume", "remove", "approve", "reject"])
def test_a_board_that_does_not_exist_is_exit_2(verb: str, jobdiff: Jobdiff) -> None:
    missing = jobdiff(verb, "nowhere")
    assert (missing.code, missing.out) == (2, "")
    assert missing.err == "jobdiff: no board is called 'nowhere'; `jobdiff boards` lists them\n"


@pytest.mark.parametrize("verb", ["pause", "resume"])
def test_what_is_not_watched_is_neither_paused_nor_resumed(
    verb: str, jobdiff: Jobdiff, lived: Lived
) -> None:
    assert jobdiff(verb, "Harbour & Crumb").code == 0
    jobdiff("remove", "Harbour & Crumb")
    refused = jobdiff(verb, "Harbour & Crumb")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        f"jobdiff: Harbour & Crumb is not watched; {program()} add {lived.page} watches it\n"
    )
    assert boards(jobdiff, "--all")["Harbour & Crumb"]["state"] == "unwatched"


@pytest.mark.parametrize(
    ("answer", "says"),
    [("n\n", "nothing was changed\n"), ("", "nothing was changed; --yes answers\n")],
)
def test_a_question_is_asked_beside_the_results(
    answer: str, says: str, jobdiff: Jobdiff, lived: Lived
) -> None:
    kept = jobdiff("remove", "Harbour & Crumb", "--purge", "--json", stdin=answer)
    assert (kept.code, kept.out) == (1, "")
    assert "Forget Harbour & Crumb with all its postings and history? [y/N]: " in kept.err
    assert kept.err.endswith(says)
    purged = jobdiff("remove", "Harbour & Crumb", "--purge", "--json", stdin="Y\n")
    assert [board["state"] for board in purged.objects()] == ["unwatched"]


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_without_a_question_there_is_no_answer(verb: str, jobdiff: Jobdiff, lived: Lived) -> None:
    refused = jobdiff(verb, "Harbour & Crumb")
    assert refused.code == 2
    assert "is not quarantined" in refused.err


@pytest.fixture
def quarantined(jobdiff: Jobdiff, cut: SiteServer) -> SiteServer:
    """A board of 12 postings whose page showed only four of them twice."""
    jobdiff("add", cut.url, "--name", "Bakery", "--now", DAY_ONE)
    for cut.day in (1, 2, 3):
        crawled = jobdiff("crawl", "--now", f"2026-03-0{cut.day + 1}T09:00:00Z")
        assert crawled.code == 0, crawled.err
    assert "suspicious" in crawled.out
    return cut


def test_approve_shows_what_would_go_and_asks(jobdiff: Jobdiff, quarantined: SiteServer) -> None:
    now = ("--now", "2026-03-04T10:00:00Z")
    assert boards(jobdiff, *now)["Bakery"]["state"] == "quarantined"
    asked = jobdiff("approve", "Bakery", *now, stdin="n\n")
    assert asked.code == 1
    assert "8 postings would be removed, missing since 2026-03-04 09:00 UTC" in asked.out
    assert asked.out.count("Bergen") == 8
    assert boards(jobdiff, *now)["Bakery"]["open"] == 12
    approved = jobdiff("approve", "Bakery", "--yes", *now)
    assert approved.out.endswith("Bakery: 8 postings removed.\n")
    assert boards(jobdiff, *now)["Bakery"]["open"] == 4
    removed = jobdiff("events", "--kind", "removed", "--json").objects()
    assert {event["evidence"][-1]["kind"] for event in removed} == {"approved"}


def test_reject_keeps_them_open(jobdiff: Jobdiff, quarantined: SiteServer) -> None:
    told = jobdiff("reject", "Bakery", "--now", "2026-03-04T10:00:00Z", "--json")
    assert told.objects("jobdiff.board/1")[0]["state"] == "watched"
    crawled = jobdiff("crawl", "--json", "--now", "2026-03-04T18:00:00Z").objects()[0]
    assert crawled["removed"] == 0
    assert boards(jobdiff, "--now", "2026-03-04T18:00:00Z")["Bakery"]["open"] == 12


def test_boards_of_the_file_belong_to_the_file(
    jobdiff: Jobdiff, alone: Path, page: SiteServer
) -> None:
    file = alone / "jobdiff.toml"
    file.write_text(f'# mine\n[[boards]]\nurl = "{page.url}"\nname = "Mine"\n')
    assert boards(jobdiff)["Mine"]["origin"] == "file"
    for argv in (("pause", "Mine"), ("remove", "Mine"), ("add", page.url, "--every", "1h")):
        refused = jobdiff(*argv)
        assert refused.code == 2
        assert f"Mine belongs to {file}, line 2; change it there" in refused.err


def test_a_board_that_left_the_file_is_paused(
    jobdiff: Jobdiff, alone: Path, page: SiteServer
) -> None:
    file = alone / "jobdiff.toml"
    file.write_text(f'[[boards]]\nurl = "{page.url}"\nname = "Mine"\n')
    assert boards(jobdiff)["Mine"]["state"] == "watched"
    file.write_text("")
    assert boards(jobdiff)["Mine"]["state"] == "paused"


def test_a_field_that_all_postings_lost_is_shown_and_decided(jobdiff: Jobdiff) -> None:
    with Store.open("sqlite:///lost.db") as store:
        with store.write() as connection:
            board = add_board(connection, url=LISTING, now=at(0), name="Bakery")
        visit(store, board, [posting(number, pay=90_000) for number in range(9)], now=at(0))
        visit(store, board, [posting(number) for number in range(9)], now=at(1))
    here = ("--database", "sqlite:///lost.db", "--now", at(2).isoformat())

    shown = boards(jobdiff, *here)["Bakery"]
    assert (shown["state"], shown["drifting"], shown["volatile"]) == ("quarantined", ["salary"], [])
    assert "salary is gone from 9 postings at once" in shown["reason"]

    asked = jobdiff("approve", "Bakery", *here, stdin="n\n")
    assert asked.code == 1
    assert "9 postings would lose salary, missing since 2026-03-02 12:00 UTC" in asked.out
    rejected = jobdiff("reject", "Bakery", *here)
    assert "Bakery: its postings stay as they were; the next crawl asks anew." in rejected.out
    assert boards(jobdiff, *here)["Bakery"]["drifting"] == []


def test_a_loss_that_is_approved_is_told(jobdiff: Jobdiff) -> None:
    with Store.open("sqlite:///lost.db") as store:
        with store.write() as connection:
            board = add_board(connection, url=LISTING, now=at(0), name="Bakery")
        visit(store, board, [posting(number, pay=90_000) for number in range(9)], now=at(0))
        visit(store, board, [posting(number) for number in range(9)], now=at(1))
    here = ("--database", "sqlite:///lost.db", "--now", at(2).isoformat())
    approved = jobdiff("approve", "Bakery", "--yes", *here)
    assert "Bakery: 9 postings changed." in approved.out
    told = jobdiff("events", "--kind", "changed", "--json", *here).objects()
    assert {one["evidence"][0]["kind"] for one in told} == {"approved"}
    assert len(told) == 9


def test_a_volatile_field_is_shown_and_forgotten(jobdiff: Jobdiff) -> None:
    with Store.open("sqlite:///lost.db") as store:
        with store.write() as connection:
            board = add_board(connection, url=LISTING, now=at(0), name="Bakery")
        for day in range(5):
            site = [posting(number, text=f"Seen {day} times.") for number in range(9)]
            visit(store, board, site, now=at(day))
    here = ("--database", "sqlite:///lost.db", "--now", at(5).isoformat())
    assert boards(jobdiff, *here)["Bakery"]["volatile"] == ["description_text"]
    assert "volatile, so not compared: description_text" in jobdiff("boards", *here).out
    rejected = jobdiff("reject", "Bakery", *here)
    assert "description_text: compared again from now on" in rejected.out
    assert jobdiff("reject", "Bakery", *here).code == 2


def test_a_bad_line_of_a_list_is_named_with_its_place(
    jobdiff: Jobdiff, alone: Path, listing: SiteServer
) -> None:
    (alone / "boards.csv").write_text(
        f"# mine\nurl;name;every\n\nhttp://127.0.0.1:1/;One;sometimes\n{listing.url};Forest;2h\n"
    )
    added = jobdiff("add", "--from", "boards.csv")
    assert added.code == 1
    assert "jobdiff: boards.csv, line 4: --every: 'sometimes' is no duration" in added.err
    assert set(boards(jobdiff)) == {"Forest"}


def test_an_interval_below_the_floor_is_said(
    jobdiff: Jobdiff, listing: SiteServer, page: SiteServer
) -> None:
    assert jobdiff("add", page.url, "--every", "5m").err == ""
    added = jobdiff("add", listing.url, "--name", "Forest", "--every", "1m")
    assert added.code == 0
    assert "Forest: it is crawled every 5 min, not every 1m" in added.err


def test_nothing_that_means_another_board_is_a_name(
    jobdiff: Jobdiff, lived: Lived, listing: SiteServer
) -> None:
    known = boards(jobdiff)["Harbour & Crumb"]
    for name in (known["url"], known["id"], known["id"][:8], "https://elsewhere.example/"):
        refused = jobdiff("add", listing.url, "--name", name)
        assert refused.code == 2
        assert "choose another" in refused.err
    assert jobdiff("add", listing.url, "--name", listing.url).code == 0
