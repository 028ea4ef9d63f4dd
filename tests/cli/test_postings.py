from typing import Any

import pytest

from tests.cli.program import Jobdiff, Lived

POSTING_KEYS = {
    "schema", "url", "title", "description_text", "description_html", "organization", "identifier",
    "apply_url", "department", "openings", "date_posted", "date_modified", "valid_through",
    "employment_types", "locations", "remote", "applicant_locations", "salary", "industry",
    "occupational_category", "skills", "qualifications", "responsibilities", "benefits",
    "education", "experience_months", "work_hours", "direct_apply", "language", "source",
    "problems", "raw",
}  # fmt: skip
STORED_KEYS = POSTING_KEYS | {
    "id", "board", "tags", "state", "stale", "unlisted", "still_published", "first_seen",
    "last_seen", "closed_at", "closed_window", "group", "age", "reposted", "repost_of",
    "date_bumps",
    "parts",
}  # fmt: skip
EVENT_KEYS = {
    "schema", "cursor", "id", "kind", "board", "baseline", "detected_at", "occurred_at", "window",
    "retracts", "snapshots", "posting", "changes", "told", "evidence",
}  # fmt: skip


def postings(jobdiff: Jobdiff, *argv: str) -> dict[str, dict[str, Any]]:
    told = jobdiff("postings", "--json", *argv)
    assert told.code == 0, told.err
    return {one["identifier"]["value"]: one for one in told.objects()}


def events(jobdiff: Jobdiff, *argv: str) -> list[dict[str, Any]]:
    told = jobdiff("events", "--json", *argv)
    assert told.code == 0, told.err
    return told.objects()


def test_every_posting_has_all_keys_of_the_contract(jobdiff: Jobdiff, lived: Lived) -> None:
    known = postings(jobdiff)
    assert len(known) == 43
    assert all(set(one) == STORED_KEYS for one in known.values())
    assert {one["schema"] for one in known.values()} == {"jobdiff.posting/1"}


@pytest.mark.parametrize(
    ("argv", "ids"),
    [
        (("--query", "bark beetle analyst"), {"BR-123"}),
        (("--query", "ROBOTS thun technician"), {"BR-122"}),
        (("--board", "Harbour & Crumb", "--query", "night"), {"hc-night"}),
        (("--tag", "demo", "--limit", "2", "--board", "Birchline Robotics"), {"BR-101", "BR-102"}),
        (("--tag", "other"), set()),
        (("--state", "removed"), set()),
    ],
)
def test_postings_are_searched(
    argv: tuple[str, ...], ids: set[str], jobdiff: Jobdiff, lived: Lived
) -> None:
    found = postings(jobdiff, *argv)
    assert len(found) == len(ids)
    if "--limit" not in argv:
        assert set(found) == ids


def test_the_past_is_shown_as_it_was_known(jobdiff: Jobdiff, lived: Lived) -> None:
    first = postings(jobdiff, "--as-of", "2026-03-02")
    second = postings(jobdiff, "--as-of", "2026-03-03")
    assert len(first) == 40
    assert first["BR-104"]["salary"]["max"] == 140000
    assert second["BR-104"]["salary"]["max"] == 150000
    assert second["BR-117"]["state"] == "removed"
    assert postings(jobdiff, "--as-of", "2026-03-02T08:00:00Z") == {}


@pytest.mark.parametrize(
    ("as_of", "new_pay"),
    [
        ("2026-03-03T09:00:00Z", True),
        ("2026-03-03T08:59:59Z", False),
        ("2026-03-03T10:00:00+01:00", True),
        ("2026-03-03T09:59:59+01:00", False),
        ("2026-03-02T23:59:59-09:01", True),
        ("2026-03-02", False),
        ("2026-03-03", True),
    ],
)
def test_an_instant_of_the_past_is_exact_in_any_zone(
    as_of: str, new_pay: bool, jobdiff: Jobdiff, lived: Lived
) -> None:
    then = postings(jobdiff, "--as-of", as_of)
    assert then["BR-104"]["salary"]["max"] == (150000 if new_pay else 140000)
    assert (then["BR-104"]["reposted"], then["BR-104"]["date_bumps"]) == (None, None)


def test_the_table_counts_what_it_shows(jobdiff: Jobdiff, lived: Lived) -> None:
    table = jobdiff("postings", "--query", "python").out
    assert "Senior Python engineer, fleet" in table
    assert "125,000–150,000 CHF a year" in table
    assert table.endswith("\n1 posting\n")


def test_a_board_that_does_not_exist_is_exit_2(jobdiff: Jobdiff, lived: Lived) -> None:
    for command in ("postings", "events"):
        missing = jobdiff(command, "--board", "nowhere")
        assert (missing.code, missing.out) == (2, "")


def test_events_have_all_keys_and_are_oldest_first(jobdiff: Jobdiff, lived: Lived) -> None:
    told = events(jobdiff)
    assert all(set(event) == EVENT_KEYS for event in told)
    assert [event["cursor"] for event in told] == sorted(event["cursor"] for event in told)
    assert sum(event["baseline"] for event in told) == 40
    assert all(event["evidence"] for event in told)


def test_what_happened_in_five_days_is_told_once_each(jobdiff: Jobdiff, lived: Lived) -> None:
    news = [
        (event["detected_at"][8:10], event["kind"], event["posting"]["title"])
        for event in events(jobdiff)
        if not event["baseline"]
    ]
    assert sorted(news) == [
        ("03", "changed", "Senior Python engineer, fleet"),
        ("03", "new", "Data engineer, field telemetry"),
        ("03", "new", "Night baker"),
        ("03", "removed", "Frontend engineer, maps"),
        ("04", "changed", "Shop manager, Bryggen"),
        ("04", "removed", "Kitchen porter"),
        ("05", "expired", "Working student, dataset labelling"),
        ("05", "new", "Drone pilot, storm surveys"),
        ("06", "changed", "Machine learning engineer"),
        ("06", "reopened", "Frontend engineer, maps"),
        ("06", "reopened", "Kitchen porter"),
        ("06", "reopened", "Working student, dataset labelling"),
    ]


def test_the_cursor_never_skips_and_never_repeats(jobdiff: Jobdiff, lived: Lived) -> None:
    everything = events(jobdiff)
    cursor, walked = 0, []
    while page := events(jobdiff, "--since", str(cursor), "--limit", "7"):
        walked += page
        cursor = page[-1]["cursor"]
    assert walked == everything


def test_events_are_filtered(jobdiff: Jobdiff, lived: Lived) -> None:
    kinds = events(jobdiff, "--kind", "removed", "--kind", "expired")
    assert {event["kind"] for event in kinds} == {"removed", "expired"}
    assert {event["detected_at"][:10] for event in events(jobdiff, "--since", "2026-03-06")} == {
        "2026-03-06"
    }
    assert events(jobdiff, "--since", "30m") == []
    assert len(events(jobdiff, "--since", "4h")) == 4
    assert events(jobdiff, "--tag", "other") == []
    assert {e["board"] for e in events(jobdiff, "--board", lived.page)} == {"Harbour & Crumb"}


def test_a_since_that_is_nothing_is_exit_2(jobdiff: Jobdiff, lived: Lived) -> None:
    refused = jobdiff("events", "--since", "yesterday")
    assert refused.code == 2
    assert "write a cursor (42), a date (2026-03-01) or a duration (2d)" in refused.err


def test_the_log_for_people_hides_the_baseline_unless_asked(jobdiff: Jobdiff, lived: Lived) -> None:
    news = jobdiff("events").out
    assert "12 events" in news
    assert "salary up 7 %: 118,000–140,000 → 125,000–150,000 CHF a" in news
    assert "Bookkeeper" not in news
    assert "Bookkeeper" in jobdiff("events", "--baseline").out


def test_one_posting_is_shown_with_its_evidence(jobdiff: Jobdiff, lived: Lived) -> None:
    posting = postings(jobdiff)["BR-117"]
    shown = jobdiff("show", posting["id"][:13])
    assert shown.code == 0
    for words in ("Frontend engineer, maps", "open", "Bern, BE, CH", "reopened"):
        assert words in shown.out
    assert "removed" not in shown.out
    why = jobdiff("show", posting["url"], "--why").out
    assert "410" in why
    assert "removed" in why


def test_show_in_json_is_the_posting_and_with_why_its_events(
    jobdiff: Jobdiff, lived: Lived
) -> None:
    posting = postings(jobdiff)["BR-117"]
    assert jobdiff("show", posting["id"], "--json").objects() == [posting]
    told = jobdiff("show", posting["id"], "--why", "--json").objects()
    assert [one["schema"] for one in told[:2]] == ["jobdiff.posting/1", "jobdiff.why/1"]
    assert [event["kind"] for event in told[2:]] == ["new", "removed", "reopened"]


def test_why_tells_the_whole_chain_in_words(jobdiff: Jobdiff, lived: Lived) -> None:
    posting = postings(jobdiff)["BR-117"]
    text = jobdiff("show", posting["id"], "--why").out
    for words in (
        "when the board was read for the first time",
        "recognised first by its identifier br-117 of birchline robotics",
        "2026-03-03 09:00 UTC removed: not on the complete listing; HTTP 410",
        "2026-03-06 09:00 UTC reopened: salary up 4 %",
        "open: last seen 2026-03-06 09:00 UTC",
    ):
        assert words in text
    told = jobdiff("show", posting["id"], "--why", "--json").objects("jobdiff.why/1")[0]
    assert set(told) == {"schema", "posting", "reasons", "keys"}
    assert all(set(one) == {"about", "at", "text", "event"} for one in told["reasons"])
    assert all(set(one) == {"key", "scheme", "since", "ambiguous_since"} for one in told["keys"])
    assert {one["about"] for one in told["reasons"]} >= {"first_seen", "identity", "event", "state"}


def test_changes_have_a_type_and_words(jobdiff: Jobdiff, lived: Lived) -> None:
    told = {
        (one["posting"]["title"], said["type"]): said["text"]
        for one in events(jobdiff)
        for said in one["told"]
    }
    raised = "salary up 7 %: 118,000–140,000 → 125,000–150,000 CHF a year"
    assert told["Senior Python engineer, fleet", "salary_up"] == raised
    assert told["Working student, dataset labelling", "deadline_extended"].startswith(
        "deadline extended by 42 days"
    )
    changes = [change for one in events(jobdiff) for change in one["changes"]]
    assert all(set(one) == {"field", "before", "after", "material", "type"} for one in changes)


def test_the_history_has_snapshots_and_events(jobdiff: Jobdiff, lived: Lived) -> None:
    posting = postings(jobdiff)["BR-104"]
    told = jobdiff("history", posting["id"], "--json").objects()
    assert [one["schema"] for one in told] == [
        "jobdiff.event/1",
        "jobdiff.snapshot/1",
        "jobdiff.event/1",
        "jobdiff.snapshot/1",
    ]
    assert set(told[1]) == {"schema", "id", "number", "at", "enriched", "posting"}
    assert set(told[1]["posting"]) == POSTING_KEYS
    text = jobdiff("history", posting["id"]).out
    assert "snapshot 1 2026-03-02 09:00 UTC" in text
    assert "~ changed" in text


def test_two_snapshots_are_compared_word_by_word(jobdiff: Jobdiff, lived: Lived) -> None:
    posting = postings(jobdiff)["hc-shift"]
    text = jobdiff("diff", posting["id"]).out
    assert "[-Shift lead,-] {+Shop manager,+} Bryggen" in text
    told = jobdiff("diff", posting["id"], "1", "2", "--json").objects("jobdiff.diff/1")[0]
    assert {change["field"] for change in told["changes"]} >= {"title", "salary.unit"}
    assert told["posting"] == posting["id"]
    title = next(one for one in told["changes"] if one["field"] == "title")
    assert title["redline"] == [
        {"said": "out", "text": "Shift lead,"},
        {"said": "in", "text": "Shop manager,"},
        {"said": "same", "text": "Bryggen"},
        {"said": "out", "text": "shop"},
    ]
    assert [one["redline"] for one in told["changes"] if one["field"] == "salary.min"] == [None]
    assert told["told"][0]["type"] == "salary_changed"


def test_a_snapshot_compared_with_itself_does_not_differ(jobdiff: Jobdiff, lived: Lived) -> None:
    ids = postings(jobdiff)
    assert "only one snapshot" in jobdiff("diff", ids["BR-101"]["id"]).out
    shift = ids["hc-shift"]["id"]
    [told] = jobdiff("diff", shift, "2", "2", "--json").objects()
    assert told["changes"] == []
    snapshot = told["before"]
    assert jobdiff("diff", shift, snapshot[:10], "--json").objects() == [told]


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (("show", "ffffffff"), "no posting is known by 'ffffffff'"),
        (("history", "https://example.org/none"), "no posting is known by"),
        (("diff", "ID", "9"), "there is no snapshot 9; there are 1 to 2"),
        (("diff", "ID", "zzzzzzzz"), "no snapshot of this posting is 'zzzzzzzz'"),
    ],
)
def test_what_does_not_exist_is_exit_2(
    argv: tuple[str, ...], says: str, jobdiff: Jobdiff, lived: Lived
) -> None:
    shift = postings(jobdiff)["hc-shift"]["id"]
    missing = jobdiff(*(shift if word == "ID" else word for word in argv))
    assert missing.code == 2
    assert says in missing.err


def test_a_limit_beyond_all_numbers_is_refused(jobdiff: Jobdiff, lived: Lived) -> None:
    assert len(jobdiff("events", "--json", "--limit", str(2**63 - 1)).objects()) > 10
    for command in ("events", "postings"):
        refused = jobdiff(command, "--limit", "9" * 20)
        assert (refused.code, refused.out) == (2, "")
        assert "--limit" in refused.err
