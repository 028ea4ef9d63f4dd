"""Better versions of what is stored: snapshots, never events."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from postings.fingerprint import fingerprint
from postings.identity import keys_of
from postings.model import (
    Event,
    Evidence,
    Known,
    Observation,
    Organization,
    Posting,
    Snapshot,
    Source,
    Update,
    Verdict,
)
from postings.reading import READER_VERSION
from postings.rereading import first_read, reread
from postings.urls import canonical

NOW = datetime(2026, 5, 1, tzinfo=UTC)
THEN = datetime(2026, 4, 1, tzinfo=UTC)
URL = "https://example.org/jobs/1"
RAW: dict[str, Any] = {
    "@type": "JobPosting",
    "title": "Nurse",
    "url": URL,
    "validThrough": "2026-06-01",
    "hiringOrganization": {"name": "Example"},
}
POORLY = Posting(title="nurse", url=URL, raw=RAW)


def known(posting: Posting = POORLY, reader: int = READER_VERSION - 1, **values: Any) -> Known:
    snapshot = Snapshot("old", THEN, posting, fingerprint(posting), reader)
    plain = Known(
        id="one",
        url=URL,
        state="open",
        snapshot=snapshot,
        keys=(f"url:{URL}",),
        first_seen=THEN,
        last_seen=THEN,
        read_at=THEN,
    )
    return replace(plain, **values)


def page(posting: Posting) -> Observation:
    keys = keys_of(posting, url=URL, alone=True)
    return Observation(URL, THEN, "changed", keys=keys, posting=posting)


def only(updates: tuple[Update, ...]) -> Known:
    (update,) = updates
    assert update.snapshot_added
    assert update.enriched
    assert not update.created
    return update.posting


def test_what_the_page_said_is_read_by_todays_reader() -> None:
    verdict = reread([known()], [], frozenset(), NOW)
    after = only(verdict.updates)
    assert verdict.events == ()
    assert after.snapshot.posting.title == "Nurse"
    assert after.snapshot.posting.organization.name == "Example"
    assert (after.snapshot.at, after.snapshot.reader) == (NOW, READER_VERSION)
    assert after.snapshot.id != "old"
    assert (after.first_seen, after.last_seen, after.state) == (THEN, THEN, "open")


def test_a_deadline_that_is_read_now_counts() -> None:
    after = only(reread([known()], [], frozenset(), NOW).updates)
    assert after.valid_through_read == "2026-06-01"
    assert after.deadline is not None
    assert after.deadline > datetime(2026, 6, 1, tzinfo=UTC)
    sliding = known(slid_at=THEN)
    assert only(reread([sliding], [], frozenset(), NOW).updates).deadline is None


def test_what_reads_the_same_gets_no_version() -> None:
    once = only(reread([known()], [], frozenset(), NOW).updates)
    assert reread([once], [], frozenset(), NOW).updates == ()


def test_a_kept_page_wins_and_the_snapshot_fills_its_gaps() -> None:
    said = Posting(title="Nurse (night)", url=URL, remote="remote", source=Source("microdata"))
    after = only(reread([known()], [page(said)], frozenset(), NOW).updates)
    posting = after.snapshot.posting
    assert posting.title == "Nurse (night)"
    assert posting.remote == "remote"
    assert posting.organization == Organization(name="Example")
    assert posting.source.syntax == "microdata"


def test_without_raw_nothing_can_be_read_again() -> None:
    assert only(reread([known()], [], frozenset(), NOW).updates).snapshot.posting.title
    assert reread([known(replace(POORLY, raw={}))], [], frozenset(), NOW).updates == ()


def test_a_page_of_another_posting_changes_nothing() -> None:
    other = Posting(title="Cook", url="https://example.org/jobs/2")
    elsewhere = Observation(
        "https://example.org/jobs/2",
        THEN,
        "changed",
        keys=("url:https://example.org/jobs/2",),
        posting=other,
    )
    after = only(reread([known()], [elsewhere], frozenset(), NOW).updates)
    assert after.snapshot.posting.title == "Nurse"


def test_the_ids_are_the_same_at_every_replay() -> None:
    first, second = (only(reread([known()], [], frozenset(), NOW).updates) for _ in range(2))
    assert first.snapshot.id == second.snapshot.id


def test_what_only_a_better_reader_makes_visible_is_no_news() -> None:
    evidence = Evidence("content", f"{URL}/?utm_source=mail", NOW, "read on its page")
    told = Event("e", "new", "one", "open", NOW, None, None, None, (evidence,))
    changed = replace(told, id="f", kind="changed")
    verdict = Verdict("complete", None, events=(told, changed))
    assert first_read(verdict, frozenset()) == verdict
    assert first_read(verdict, frozenset({"https://example.org/jobs/2"})) == verdict
    after = first_read(verdict, frozenset({canonical(URL)}))
    assert [event.baseline for event in after.events] == [True, False]
