from pathlib import Path

from jobdiff.cli.start import program
from jobdiff.demo.site import SiteServer
from tests.cli.program import Jobdiff
from tests.crawler.site import Site, html, posting_json, script

CRAWL_KEYS = {
    "schema", "board", "outcome", "reason", "started_at", "seconds", "requests", "not_modified",
    "bytes", "postings", "new", "changed", "removed", "reopened", "expired", "problems", "saved",
}  # fmt: skip
DAYS = [f"2026-03-0{day}T09:00:00Z" for day in range(2, 7)]


def schemas(objects: list[dict[str, object]]) -> list[object]:
    return [one["schema"] for one in objects]


def test_the_first_time_shows_the_postings_the_second_exactly_the_events(
    jobdiff: Jobdiff, listing: SiteServer
) -> None:
    first = jobdiff("check", listing.url, "--now", DAYS[0])
    assert (first.code, first.err) == (0, "")
    assert "Senior Python engineer, fleet" in first.out
    assert "complete · 28 postings" in first.out
    assert f"add {listing.url}" in first.out
    listing.day = 2
    second = jobdiff("check", listing.url, "--now", DAYS[1])
    assert second.code == 0
    assert "+ new" in second.out
    assert "Data engineer, field telemetry" in second.out
    assert "salary up 7 %: 118,000–140,000 → 125,000–150,000 CHF a year" in second.out
    assert "− removed" in second.out
    assert "Bark" not in second.out
    again = jobdiff("check", listing.url, "--now", DAYS[1])
    assert again.out.startswith("Nothing has changed since the last time.")


def test_json_is_postings_then_events_each_time_with_the_crawl_last(
    jobdiff: Jobdiff, listing: SiteServer
) -> None:
    first = jobdiff("check", listing.url, "--json", "--now", DAYS[0]).objects()
    assert schemas(first) == ["jobdiff.posting/1"] * 28 + ["jobdiff.crawl/1"]
    assert set(first[-1]) == CRAWL_KEYS
    listing.day = 2
    second = jobdiff("check", listing.url, "--json", "--now", DAYS[1]).objects()
    assert schemas(second) == ["jobdiff.event/1"] * 3 + ["jobdiff.crawl/1"]
    assert {event["kind"] for event in second[:-1]} == {"new", "changed", "removed"}
    assert (second[-1]["new"], second[-1]["changed"], second[-1]["removed"]) == (1, 1, 1)


def test_an_outage_is_named_fails_and_changes_nothing(
    jobdiff: Jobdiff, listing: SiteServer
) -> None:
    jobdiff("check", listing.url, "--now", DAYS[0])
    listing.day = 3
    down = jobdiff("check", listing.url, "--now", DAYS[2])
    assert down.code == 1
    assert "failed" in down.out
    assert "503" in down.out
    assert "Nothing has changed" not in down.out
    kept = jobdiff("check", listing.url, "--now", DAYS[2], "--fail-on", "none", "--json")
    assert kept.code == 0
    assert schemas(kept.objects()) == ["jobdiff.crawl/1"]
    listing.day = 1
    back = jobdiff("check", listing.url, "--now", "2026-03-04T12:00:00Z")
    assert (back.code, back.out.splitlines()[0]) == (0, "Nothing has changed since the last time.")


def test_a_board_that_was_down_the_first_time_shows_its_postings_the_second(
    jobdiff: Jobdiff, listing: SiteServer
) -> None:
    listing.day = 3
    assert jobdiff("check", listing.url, "--now", DAYS[2]).code == 1
    listing.day = 4
    told = jobdiff("check", listing.url, "--json", "--now", DAYS[3]).objects()
    assert schemas(told) == ["jobdiff.posting/1"] * 29 + ["jobdiff.crawl/1"]


def test_a_checked_board_is_not_watched(jobdiff: Jobdiff, page: SiteServer) -> None:
    jobdiff("check", page.url, "--now", DAYS[0])
    assert jobdiff("boards", "--json").out == ""
    [board] = jobdiff("boards", "--all", "--json").objects()
    assert (board["state"], board["open"]) == ("unwatched", 12)
    assert jobdiff("crawl", "--json").out == ""
    jobdiff("add", page.url, "--now", DAYS[0])
    assert jobdiff("boards", "--json").objects()[0]["open"] == 12


def test_a_url_that_is_refused_is_exit_2_and_not_remembered(jobdiff: Jobdiff) -> None:
    for url in ("file:///etc/passwd", "nonsense", "http://user:secret@example.org/"):
        refused = jobdiff("check", url)
        assert (refused.code, refused.out) == (2, "")
        assert len(refused.err.splitlines()) == 1
    assert jobdiff("boards", "--all", "--json").out == ""


def test_postings_that_all_give_the_page_as_their_address_stay_apart(jobdiff: Jobdiff) -> None:
    with Site({}) as site:
        page = site.url("/careers")
        told = [posting_json(number, url=page) for number in (1, 2, 3)]
        told[2].pop("identifier", None)
        site["/careers"] = html("Careers", f"<h1>Careers</h1>{script(told)}")
        first = jobdiff("check", page, "--json", "--now", "2026-03-01T12:00:00Z")
        again = jobdiff("check", page, "--json", "--now", "2026-03-02T12:00:00Z")
    assert len(first.objects("jobdiff.posting/1")) == 3
    assert [one["kind"] for one in again.objects("jobdiff.event/1")] == []


def test_an_event_stands_in_one_column(jobdiff: Jobdiff) -> None:
    with Site({}) as site:
        page = site.url("/careers")
        site["/careers"] = html("Careers", script([posting_json(number) for number in (1, 2)]))
        jobdiff("check", page, "--now", "2026-03-01T12:00:00Z")
        told = [posting_json(number) for number in (1, 2, 3)]
        told[0]["title"] = "Lead engineer"
        site["/careers"] = html("Careers", script(told))
        shown = jobdiff("check", page, "--now", "2026-03-02T12:00:00Z").out
    changed, new = (shown.index(f"{sign} ") for sign in ("~ changed", "+ new"))
    for start in (changed, new):
        first, *rest = shown[start:].splitlines()[:3]
        assert len(first.split(" ", 2)[0]) == 1
        assert all(line.startswith(" " * 12) for line in rest), shown


def test_a_look_does_not_change_how_a_watched_board_is_read(
    jobdiff: Jobdiff, listing: SiteServer
) -> None:
    def strategy() -> object:
        return jobdiff("boards", "--all", "--json").objects()[0]["strategy"]

    assert jobdiff("check", listing.url, "--strategy", "listing", "--now", DAYS[0]).code == 0
    assert strategy() == "listing"
    jobdiff("add", listing.url, "--name", "Forest", "--now", DAYS[0])
    for option in (("--strategy", "page"), ("--browser", "never")):
        refused = jobdiff("check", listing.url, *option, "--now", DAYS[0])
        assert (refused.code, refused.out) == (2, "")
        assert f"Forest is watched; {program()} add {listing.url} with --strategy" in refused.err
    assert strategy() == "listing"
    jobdiff("add", listing.url, "--strategy", "auto", "--now", DAYS[0])
    assert strategy() == "auto"
    assert jobdiff("check", listing.url, "--now", DAYS[0]).code == 0


def test_a_look_does_not_change_a_board_of_the_file(
    jobdiff: Jobdiff, listing: SiteServer, alone: Path
) -> None:
    (alone / "jobdiff.toml").write_text(f'[[boards]]\nurl = "{listing.url}"\nname = "Mine"\n')
    refused = jobdiff("check", listing.url, "--strategy", "listing", "--now", DAYS[0])
    assert refused.code == 2
    assert "Mine belongs to" in refused.err
    assert jobdiff("check", listing.url, "--now", DAYS[0]).code == 0
