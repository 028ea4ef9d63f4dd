"""Every state of a posting says why it is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from postings.identity import url_key
from postings.model import Absence, Known, Posting, Quarantine, Snapshot
from postings.why import Case, Key, Merge, Reason, why
from tests.postings.world import START

DAY = timedelta(days=1)
URL = "https://example.org/jobs/7"
CLOSED_ON = "2026-03-04 09:00 UTC"


def known(**changes: Any) -> Known:
    said = changes.pop("valid_through", None)
    snapshot = Snapshot("s", START, Posting(title="Nurse", valid_through=said), "f", 1)
    base = Known("7" * 36, URL, "open", snapshot, (), START, START + DAY)
    return replace(base, **changes)


def event(kind: str, **changes: Any) -> dict[str, Any]:
    detail = {"new": "read on its page", "removed": "HTTP 410"}.get(kind, "read on its page")
    return {
        "id": f"event-{kind}",
        "kind": kind,
        "baseline": False,
        "detected_at": "2026-03-02T09:00:00Z",
        "retracts": None,
        "told": [],
        "evidence": [{"kind": "content", "url": URL, "at": "", "detail": detail}],
    } | changes


def about(case: Case, *names: str) -> list[str]:
    return [reason.text for reason in why(case) if reason.about in names]


def test_an_open_posting_says_when_it_was_seen() -> None:
    reasons = why(Case(known(), START + DAY))
    assert Reason("state", "open: last seen 2026-03-03 09:00 UTC", START + DAY) in reasons
    assert about(Case(known(), START), "question", "stale", "quarantine", "deadline") == []


@pytest.mark.parametrize(
    ("first", "text"),
    [
        ([event("new")], f"first seen 2026-03-02 09:00 UTC at {URL}"),
        (
            [event("changed"), event("new", baseline=True)],
            f"first seen 2026-03-02 09:00 UTC at {URL}, when the board was read for the first time",
        ),
        ([], "first seen 2026-03-02 09:00 UTC"),
    ],
)
def test_it_says_where_it_was_first_seen(first: list[dict[str, Any]], text: str) -> None:
    assert about(Case(known(), START, events=tuple(first)), "first_seen") == [text]


def test_it_says_by_which_keys_it_is_recognised() -> None:
    keys = (
        Key("id:example ag:R-7"),
        Key(url_key(URL), START),
        Key(url_key(URL + "-nurse"), START + DAY),
        Key("content:0123"),
    )
    assert [key.scheme for key in keys] == ["identifier", "address", "address", "content"]
    assert about(Case(known(), START, keys=keys), "identity") == [
        "recognised first by its identifier R-7 of example ag",
        f"recognised by its address {URL} and 1 other",
        "recognised by its title, employer and places only where nothing else decides",
    ]
    many = (*keys[:2], *(Key(f"url:https://example.org/{n}") for n in range(1_500)))
    assert about(Case(known(), START, keys=many), "identity")[1].endswith(" and 1,500 others")


def test_it_says_which_keys_tell_nothing_any_more() -> None:
    keys = (Key("id::1", START, START + DAY), Key("content:0123"), Key("own:x", START, START))
    assert about(Case(known(), START, keys=keys), "identity") == [
        "recognised by its title, employer and places only where nothing else decides",
        "its identifier 1 tells nothing: several postings share it (since 2026-03-03 09:00 UTC)",
        "its own x tells nothing: several postings share it (since 2026-03-02 09:00 UTC)",
        "nothing but its title, employer and places tells it from other postings",
    ]


def test_it_says_what_it_was_merged_with() -> None:
    merges = (Merge("a" * 36, START, "ann"), Merge("b" * 36, START, "ann", START + DAY))
    assert about(Case(known(), START, merges=merges), "merge") == [
        "merged with posting aaaaaaaa by ann",
        "merged with posting bbbbbbbb by ann",
        "the merge with posting bbbbbbbb was undone",
    ]


def test_it_says_whether_it_is_as_new_as_it_looks() -> None:
    again = known(repost_of="c" * 36, reposted=2, date_bumps=3, date_posted_read="2026-03-01")
    assert about(Case(again, START), "repost") == [
        (
            "a repost of posting cccccccc: it says the same under another identity; "
            "posted 3 times in all"
        ),
        "its date was moved forward 3 times, last to 2026-03-01",
    ]
    once = about(Case(known(date_bumps=1, date_posted_read="2026-03-01"), START), "repost")
    assert once == ["its date was moved forward 1 time, last to 2026-03-01"]


def test_it_tells_every_event_with_its_evidence() -> None:
    told = (
        event("new", evidence=[{"kind": "content", "url": URL, "at": "", "detail": ""}]),
        event("changed", told=[{"text": "salary up 8 %"}], retracts="event-new"),
    )
    assert about(Case(known(), START, events=told), "event") == [
        "new (taken back later): content",
        "changed: salary up 8 %: read on its page",
    ]
    assert [one.event for one in why(Case(known(), START, events=told)) if one.event] == [
        "event-new", "event-new", "event-changed",
    ]  # fmt: skip


def test_a_removed_posting_says_what_removed_it() -> None:
    gone = known(state="removed", closed_at=START + 2 * DAY)
    told = (event("new"), event("removed"))
    assert about(Case(gone, START, events=told), "state") == [f"removed {CLOSED_ON}: HTTP 410"]
    unknown = about(Case(replace(gone, closed_at=None), START, events=(event("new"),)), "state")
    assert unknown == ["removed: the event that told it is not in the log"]
    bare = event("removed", evidence=[{"kind": "http_status", "url": URL, "detail": ""}])
    assert about(Case(gone, START, events=(bare,)), "state") == [
        f"removed {CLOSED_ON}: http_status"
    ]


def test_an_expired_posting_says_whether_its_page_still_shows_it() -> None:
    late = known(state="expired", closed_at=START + 2 * DAY, valid_through="2026-03-04")
    expired = f"expired {CLOSED_ON}: its own deadline 2026-03-04 passed"
    assert about(Case(late, START), "state") == [expired]
    assert about(Case(replace(late, unlooked="event"), START), "state") == [
        expired, "its page was not looked at since then",
    ]  # fmt: skip
    assert about(Case(replace(late, still_published=True), START), "state") == [
        expired, "its page still shows it",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({}, []),
        (
            {"deadline": START + DAY, "valid_through_read": "2026-03-02"},
            ["its deadline 2026-03-02 is over at 2026-03-03 09:00 UTC"],
        ),
        (
            {"slid_at": START, "valid_through": "2026-04-02"},
            ["its deadline 2026-04-02 moves along with the clock: it is none"],
        ),
        (
            {"valid_through_read": "9999-12-31"},
            ["its deadline 9999-12-31 is a placeholder: it is none"],
        ),
    ],
)
def test_it_says_what_its_deadline_is_worth(changes: dict[str, Any], texts: list[str]) -> None:
    assert about(Case(known(**changes), START), "deadline") == texts


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"absence": Absence(START, 1, page_gone=True)},
            (
                "listed, but its own page is gone since 2026-03-02 09:00 UTC: "
                "removed if that holds 1 hour later"
            ),
        ),
        (
            {"absence": Absence(START, 0)},
            (
                "missing from a complete listing since 2026-03-02 09:00 UTC: "
                "its own page is still to be asked"
            ),
        ),
        (
            {"absence": Absence(START, 3), "unlisted": True},
            (
                "missing from 3 complete listings since 2026-03-02 09:00 UTC; "
                "its own page still stands: removed after 7 days like that"
            ),
        ),
        (
            {"absence": Absence(START, 1), "own_page": False},
            (
                "missing from 1 complete listing since 2026-03-02 09:00 UTC; "
                "it has no page of its own: removed if missed again, 6 hours later or more"
            ),
        ),
        (
            {"absence": Absence(START, 2)},
            (
                "missing from 2 complete listings since 2026-03-02 09:00 UTC; "
                "its own page could not be read: asked again, and removed after 3 complete crawls "
                "over at least 48 hours"
            ),
        ),
    ],
)
def test_an_open_question_says_what_settles_it(changes: dict[str, Any], text: str) -> None:
    assert about(Case(known(**changes), START), "question") == [text]
    closed = known(**{**changes, "state": "removed"})
    assert about(Case(closed, START), "question") == []


def test_a_quarantine_says_so_where_the_posting_is_part_of_it() -> None:
    question = Quarantine(START, frozenset({"7" * 36, "8" * 36}))
    assert about(Case(known(), START, quarantine=question), "quarantine") == [
        "2 postings of its board are gone at once: not believed until it is seen again, or approved"
    ]
    other = Quarantine(START, frozenset({"8" * 36}))
    assert about(Case(known(), START, quarantine=other), "quarantine") == []


def test_a_stale_posting_says_since_when_its_board_cannot_be_read() -> None:
    case = Case(
        known(), START, stale=True, last_complete_at=START, since_seen={"failed": 3, "blocked": 1}
    )
    assert about(case, "question", "stale") == [
        "crawls of its board since it was last seen: 1 blocked, 3 failed",
        "stale: its board was last read completely 2026-03-02 09:00 UTC",
    ]
    assert about(Case(known(), START, stale=True), "stale") == [
        "stale: its board was last read completely never"
    ]
