"""What a crawl comes to, scene by scene."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from postings.lifecycle import approve, reject
from postings.model import Fetch, Known, Observation, Posting, Salary
from postings.normalise import posting_of
from postings.visits import Crawl, PageSeen
from tests.postings.world import BOARD_URL, HALF_DAY, START, World, job, jobs, page_of

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    """A board of ten postings after its first crawl, whose news have been told."""
    world = World()
    world.crawl(START, jobs(*range(10)))
    assert [kind for kind, _ in world.kinds()] == ["new"] * 10
    world.events.clear()
    return world


def test_the_same_crawl_twice_emits_nothing(world: World) -> None:
    verdict = world.crawl(START + HALF_DAY, jobs(*range(10)))
    assert (verdict.outcome, verdict.events) == ("complete", ())


def test_a_verdict_tells_who_was_there_and_whose_page_said_so(world: World) -> None:
    ids = {one.url: one.id for one in world.known.values()}
    answers: dict[str, Fetch] = {page_of(1): "failed", page_of(2): "gone"}
    verdict = world.crawl(START + DAY, jobs(*range(11)), answers=answers)
    ids |= {one.url: one.id for one in world.known.values()}
    there = {ids[page_of(n)] for n in range(11) if n != 2}
    assert verdict.present == there
    assert verdict.looked == there - {ids[page_of(1)]}


def test_settling_the_same_crawl_again_gives_the_same_ids() -> None:
    one, other = World(), World()
    for world in (one, other):
        world.crawl(START, jobs(1, 2))
    assert [event.id for event in one.events] == [event.id for event in other.events]
    assert one.known.keys() == other.known.keys()


def test_a_new_posting_is_new_once_with_the_window_since_the_last_complete_crawl(
    world: World,
) -> None:
    verdict = world.crawl(START + HALF_DAY, jobs(*range(11)))
    (event,) = verdict.events
    assert (event.kind, event.window_after, event.window_before) == (
        "new",
        START,
        START + HALF_DAY,
    )
    assert event.occurred_at == START + HALF_DAY / 2
    assert event.evidence[0].kind == "content"
    assert not world.crawl(START + DAY, jobs(*range(11))).events


def test_a_salary_change_is_one_event_that_names_the_field(world: World) -> None:
    site = jobs(*range(10))
    site[page_of(3)] = job(3, salary=Salary(100_003, 140_000, "CHF", "YEAR"))
    (event,) = world.crawl(START + HALF_DAY, site).events
    (change,) = event.changes
    assert (event.kind, change.field, change.before, change.after, change.material) == (
        "changed",
        "salary.max",
        120_003,
        140_000,
        True,
    )
    assert event.before != event.after


def test_gone_from_a_complete_listing_and_its_page_gone_is_removed_at_once(world: World) -> None:
    (event,) = world.crawl(START + HALF_DAY, jobs(*range(9))).events
    assert event.kind == "removed"
    assert [piece.kind for piece in event.evidence] == ["absent_from_listing", "http_status"]
    assert (event.window_after, event.window_before) == (START, START + HALF_DAY)


def test_missing_but_alive_stays_open_and_is_removed_after_a_week(world: World) -> None:
    rest, alive = jobs(*range(9)), jobs(9)
    for day in range(1, 8):
        assert not world.crawl(START + day * DAY, rest, unlisted=alive).events
        assert world.state(page_of(9)) == "open"
    (event,) = world.crawl(START + 8 * DAY, rest, unlisted=alive).events
    assert event.kind == "removed"
    assert "its own page still stands" in event.evidence[0].detail


def test_missing_but_alive_is_unlisted_until_it_is_listed_again(world: World) -> None:
    world.crawl(START + DAY, jobs(*range(9)), unlisted=jobs(9))
    assert next(k for k in world.known.values() if k.url == page_of(9)).unlisted
    world.crawl(START + 2 * DAY, jobs(*range(10)))
    back = next(k for k in world.known.values() if k.url == page_of(9))
    assert not back.unlisted
    assert back.absence is None
    assert not world.events


@pytest.mark.parametrize("answer", ["blocked", "failed"])
def test_missing_and_unanswered_is_removed_after_three_crawls_and_two_days(
    world: World, answer: str
) -> None:
    rest, dumb = jobs(*range(9)), {page_of(9): answer}
    for hours in (0, 12, 24, 47):
        at = START + HOUR * (12 + hours)
        assert not world.crawl(at, rest, answers=dumb).events  # type: ignore[arg-type]
    (event,) = world.crawl(START + HOUR * 60, rest, answers=dumb).events  # type: ignore[arg-type]
    assert event.kind == "removed"
    assert "could not be read" in event.evidence[0].detail


def test_listed_but_its_page_gone_is_removed_in_the_next_crawl(world: World) -> None:
    site, gone = jobs(*range(10)), {page_of(4): "gone"}
    assert not world.crawl(START + HOUR, site, answers=gone).events  # type: ignore[arg-type]
    assert not world.crawl(START + HOUR * 1.5, site, answers=gone).events  # type: ignore[arg-type]
    (event,) = world.crawl(START + 2 * HOUR, site, answers=gone).events  # type: ignore[arg-type]
    assert (event.kind, event.evidence[0].kind) == ("removed", "http_status")
    assert not world.crawl(START + 3 * HOUR, site, answers=gone).events  # type: ignore[arg-type]


def test_a_page_that_is_gone_only_once_is_no_news(world: World) -> None:
    site, gone = jobs(*range(10)), {page_of(4): "gone"}
    world.crawl(START + HOUR, site, answers=gone)  # type: ignore[arg-type]
    assert not world.crawl(START + 2 * HOUR, site).events
    assert not world.crawl(START + 3 * HOUR, site, answers=gone).events  # type: ignore[arg-type]


def test_a_failed_look_neither_proves_nor_forgets_that_a_page_was_gone(world: World) -> None:
    site = jobs(*range(10))
    world.crawl(START + HOUR, site, answers={page_of(4): "gone"})
    assert not world.crawl(START + 2 * HOUR, site, answers={page_of(4): "failed"}).events
    verdict = world.crawl(START + 3 * HOUR, site, answers={page_of(4): "gone"})
    assert [event.kind for event in verdict.events] == ["removed"]


def test_a_page_that_is_back_ends_the_question_in_an_incomplete_crawl_too(world: World) -> None:
    site, gone = jobs(*range(10)), {page_of(4): "gone"}
    world.crawl(START + HOUR, site, answers=gone)  # type: ignore[arg-type]
    rest = {url: one for url, one in site.items() if url != page_of(4)}
    partial = world.crawl(START + 2 * HOUR, rest, unlisted=jobs(4), exhausted=False)
    assert partial.outcome == "partial"
    assert not world.crawl(START + 3 * HOUR, site, answers=gone).events  # type: ignore[arg-type]


@pytest.mark.parametrize("first", ["blocked", "failed", "gone", "ended"])
def test_a_board_that_does_not_answer_changes_nothing(world: World, first: str) -> None:
    for half_days in (1, 2):
        at = START + half_days * HALF_DAY
        verdict = world.crawl(at, {}, first=first)  # type: ignore[arg-type]
        assert verdict.outcome in ("blocked", "failed", "unreadable")
        assert verdict.reason
    assert not world.events
    assert not world.crawl(START + 3 * HALF_DAY, jobs(*range(10))).events


def test_an_incomplete_listing_never_removes(world: World) -> None:
    verdict = world.crawl(
        START + DAY,
        jobs(0, 1),
        unlisted={},
        answers={page_of(n): "gone" for n in range(2, 10)},
        exhausted=False,
    )
    assert (verdict.outcome, verdict.events) == ("partial", ())


def test_every_page_losing_its_markup_is_a_fault_of_the_board(world: World) -> None:
    lost = {page_of(n): "ended" for n in range(10)}
    for half_days in range(1, 6):
        at = START + half_days * HALF_DAY
        world.crawl(at, jobs(*range(10)), answers=lost, ended_by="markup_removed")  # type: ignore[arg-type]
    assert not world.events


def test_one_page_losing_its_markup_is_news_where_the_others_keep_theirs(world: World) -> None:
    lost, site = {page_of(3): "ended"}, jobs(*range(10))
    world.crawl(START + HOUR, site, answers=lost, ended_by="markup_removed")  # type: ignore[arg-type]
    verdict = world.crawl(START + 3 * HOUR, site, answers=lost, ended_by="markup_removed")  # type: ignore[arg-type]
    assert [event.kind for event in verdict.events] == ["removed"]


class TestMassDisappearance:
    def test_is_suspicious_and_settles_when_a_later_crawl_agrees(self, world: World) -> None:
        few = jobs(0, 1)
        verdict = world.crawl(START + HALF_DAY, few)
        assert (verdict.outcome, verdict.events) == ("suspicious", ())
        assert "8 postings" in (verdict.reason or "")
        too_soon = world.crawl(START + HALF_DAY + 5 * HOUR, few)
        assert (too_soon.outcome, too_soon.events) == ("suspicious", ())
        settled = world.crawl(START + HALF_DAY + 6 * HOUR, few)
        assert settled.outcome == "complete"
        assert [event.kind for event in settled.events] == ["removed"] * 8
        assert world.board.quarantine is None

    def test_that_passes_is_forgotten(self, world: World) -> None:
        world.crawl(START + HALF_DAY, jobs(0, 1))
        back = world.crawl(START + DAY, jobs(*range(10)))
        assert (back.outcome, back.events) == ("complete", ())
        assert world.board.quarantine is None

    def test_what_only_the_later_crawl_misses_is_weighed_by_itself(self, world: World) -> None:
        world.crawl(START + HALF_DAY, jobs(0, 1, 2))
        settled = world.crawl(START + DAY, jobs(0, 1))
        assert [event.kind for event in settled.events] == ["removed"] * 8

    def test_without_a_proof_waits_a_week(self, world: World) -> None:
        for half_days in range(1, 14):
            at = START + half_days * HALF_DAY
            verdict = world.settle(_all_gone(world, at), _bare_crawl(world, at, 0), at)
            assert (verdict.outcome, verdict.events) == ("unreadable", ()), half_days

    def test_new_and_changed_postings_count_all_the_same(self, world: World) -> None:
        site = jobs(0, 1, 50)
        site[page_of(1)] = job(1, title="Engineer, renamed")
        verdict = world.crawl(START + HALF_DAY, site)
        assert verdict.outcome == "suspicious"
        assert sorted(event.kind for event in verdict.events) == ["changed", "new"]

    def test_five_of_seven_are_believed_at_once(self) -> None:
        world = World()
        world.crawl(START, jobs(*range(7)))
        verdict = world.crawl(START + DAY, jobs(0, 1))
        assert [event.kind for event in verdict.events] == ["removed"] * 5

    def test_approved_is_removed_with_the_approval_as_evidence(self, world: World) -> None:
        world.crawl(START + HALF_DAY, jobs(0, 1))
        known = list(world.known.values())
        at = START + HALF_DAY + HOUR
        verdict = approve(world.board, known, by="a person", url=BOARD_URL, now=at)
        assert [event.kind for event in verdict.events] == ["removed"] * 8
        kinds = [piece.kind for piece in verdict.events[0].evidence]
        assert kinds == ["absent_from_listing", "approved"]
        assert verdict.quarantine is None

    def test_rejected_starts_anew(self, world: World) -> None:
        world.crawl(START + HALF_DAY, jobs(0, 1))
        verdict = reject(world.board, list(world.known.values()))
        assert not verdict.events
        world._remember(verdict, START + HALF_DAY)
        again = world.crawl(START + DAY, jobs(0, 1))
        assert (again.outcome, again.events) == ("suspicious", ())

    def test_approving_nothing_changes_nothing(self, world: World) -> None:
        assert world.known
        known = list(world.known.values())
        assert not approve(world.board, known, by="x", url=BOARD_URL, now=START).updates
        assert not reject(world.board, known).updates


def _all_gone(world: World, at: datetime) -> list[Observation]:
    return [Observation(k.url, at, "gone", keys=k.keys) for k in world.known.values()]


def _bare_crawl(world: World, at: datetime, listed: int) -> Crawl:
    page = PageSeen(BOARD_URL, "listing", "changed", at, postings=listed, first=True)
    return Crawl(f"bare-{at}", BOARD_URL, at, (page,), exhausted=True)


class TestDeadlines:
    LATER = START + timedelta(days=30)

    def board(self, valid_through: str = "2026-03-10T12:00:00Z") -> World:
        world = World()
        world.crawl(START, self.site(valid_through))
        world.events.clear()
        return world

    def site(self, valid_through: str | None) -> dict[str, Posting]:
        return {**jobs(1), page_of(7): job(7, valid_through=valid_through)}

    def test_a_passed_deadline_expires_without_a_crawl(self) -> None:
        world = self.board()
        assert not world.sweep(datetime(2026, 3, 10, 11, 59, tzinfo=UTC)).events
        (event,) = world.sweep(datetime(2026, 3, 10, 12, 0, 1, tzinfo=UTC)).events
        assert (event.kind, event.evidence[0].kind) == ("expired", "valid_through")
        assert event.occurred_at == datetime(2026, 3, 10, 12, tzinfo=UTC)
        assert not world.sweep(self.LATER).events

    def test_still_published_after_it_says_so_and_nothing_more(self) -> None:
        world = self.board()
        at = datetime(2026, 3, 11, tzinfo=UTC)
        (event,) = world.crawl(at, self.site("2026-03-10T12:00:00Z")).events
        assert event.kind == "expired"
        posting = world.known[event.posting]
        assert posting.still_published
        assert posting.unlooked is None
        assert not world.crawl(at + DAY, self.site("2026-03-10T12:00:00Z")).events

    def test_a_deadline_renewed_before_anyone_looked_is_one_change(self) -> None:
        world = self.board()
        (expired,) = world.sweep(datetime(2026, 3, 10, 13, tzinfo=UTC)).events
        at = datetime(2026, 3, 10, 14, tzinfo=UTC)
        (event,) = world.crawl(at, self.site("2026-05-01T12:00:00Z")).events
        assert (event.kind, event.retracts) == ("changed", expired.id)
        assert world.state(page_of(7)) == "open"

    def test_expired_then_extended_is_reopened_once(self) -> None:
        world = self.board()
        at = datetime(2026, 3, 11, tzinfo=UTC)
        world.crawl(at, self.site("2026-03-10T12:00:00Z"))
        (event,) = world.crawl(at + DAY, self.site("2026-05-01T12:00:00Z")).events
        assert (event.kind, event.retracts) == ("reopened", None)
        assert [change.field for change in event.changes] == ["valid_through"]
        assert not world.crawl(at + 2 * DAY, self.site("2026-05-01T12:00:00Z")).events

    def test_an_unchanged_page_does_not_reopen_what_expired(self) -> None:
        world = self.board()
        world.sweep(datetime(2026, 3, 10, 13, tzinfo=UTC))
        at = datetime(2026, 3, 10, 14, tzinfo=UTC)
        site = self.site("2026-03-10T12:00:00Z")
        assert not world.crawl(at, site, unread=frozenset({page_of(7)})).events
        posting = next(k for k in world.known.values() if k.url == page_of(7))
        assert (posting.state, posting.still_published, posting.unlooked) == ("expired", True, None)

    def test_expired_then_removed_is_recorded_and_never_delivered(self) -> None:
        world = self.board()
        world.sweep(datetime(2026, 3, 10, 13, tzinfo=UTC))
        at = datetime(2026, 3, 10, 14, tzinfo=UTC)
        gone = {page_of(7): "gone"}
        world.crawl(at, self.site(None), answers=gone)  # type: ignore[arg-type]
        (event,) = world.crawl(at + DAY, self.site(None), answers=gone).events  # type: ignore[arg-type]
        assert (event.kind, event.quiet) == ("removed", True)

    def test_first_seen_past_its_deadline_is_expired_and_not_delivered(self) -> None:
        world = World()
        late_job = job(7, date_posted="2025-12-01", valid_through="2026-01-01T12:00:00Z")
        world.crawl(START, {**jobs(1), page_of(7): late_job})
        told = {event.posting: event for event in world.events}
        late = next(k for k in world.known.values() if k.url == page_of(7))
        assert (late.state, told[late.id].kind, told[late.id].quiet) == ("expired", "new", True)

    def test_removed_does_not_reopen_past_its_deadline(self) -> None:
        world = self.board()
        site = self.site("2026-03-10T12:00:00Z")
        (event,) = world.crawl(START + DAY, jobs(1)).events
        assert event.kind == "removed"
        assert not world.crawl(self.LATER, site).events
        (back,) = world.crawl(self.LATER + DAY, self.site("2026-06-01T12:00:00Z")).events
        assert back.kind == "reopened"

    @pytest.mark.parametrize("spelling", ["%Y-%m-%d", "%Y-%m-%dT00:00:00Z", "%Y-%m-%dT%H:%M:%SZ"])
    def test_one_that_slides_with_the_clock_is_no_news_and_never_expires(
        self, spelling: str
    ) -> None:
        world = World()
        for half_days in range(20):
            at = START + half_days * HALF_DAY
            world.crawl(at, self.site((at + timedelta(days=30)).strftime(spelling)))
        assert {kind for kind, _ in world.kinds()} == {"new"}
        assert not world.sweep(START + timedelta(days=35)).events

    def test_a_date_of_posting_that_moves_past_it_does_not_void_it(self) -> None:
        world = self.board("2026-03-10")
        for day in range(1, 12):
            bumped = f"2026-03-{2 + day:02}"
            site = self.site("2026-03-10")
            site[page_of(7)] = replace(site[page_of(7)], date_posted=bumped)
            world.crawl(START + timedelta(days=day), site)
        assert world.kinds() == [("expired", page_of(7))]

    def test_another_deadline_is_held_against_the_date_that_was_given_before(self) -> None:
        world = self.board("2026-03-20")
        site = self.site("2026-03-12")
        site[page_of(7)] = replace(site[page_of(7)], date_posted="2026-03-12")
        (event,) = world.crawl(datetime(2026, 3, 12, 9, tzinfo=UTC), site).events
        assert [change.field for change in event.changes] == ["valid_through"]
        (expired,) = world.sweep(datetime(2026, 3, 14, tzinfo=UTC)).events
        assert expired.kind == "expired"

    def test_a_placeholder_in_its_place_is_no_deadline(self) -> None:
        world = self.board()
        world.crawl(START + DAY, self.site("2026-02-01"))
        assert world.known[world.events[0].posting].deadline is None
        assert not world.sweep(self.LATER).events

    def test_one_that_stops_sliding_is_told(self) -> None:
        world = self.board("2026-04-01")
        moved = self.site("2026-04-02")
        assert not world.crawl(START + DAY, moved).events
        assert not world.crawl(START + 2 * DAY, moved).events
        (event,) = world.crawl(START + 4 * DAY, moved).events
        assert [change.field for change in event.changes] == ["valid_through"]

    def test_one_that_stops_sliding_is_told_though_its_page_is_not_read_again(self) -> None:
        world = self.board("2026-04-01")
        moved, same = self.site("2026-04-02"), frozenset({page_of(7)})
        assert not world.crawl(START + DAY, moved).events
        assert not world.crawl(START + 2 * DAY, moved, unread=same).events
        (event,) = world.crawl(START + 4 * DAY, moved, unread=same).events
        (change,) = event.changes
        assert (change.field, change.after) == ("valid_through", "2026-04-02")
        assert not world.crawl(START + 5 * DAY, moved, unread=same).events
        (expired,) = world.sweep(START + 40 * DAY).events
        assert expired.kind == "expired"

    def test_one_that_moves_to_a_day_that_is_over_does_not_slide(self) -> None:
        world = self.board("2026-03-04")
        (expired,) = world.crawl(START + 4 * DAY, self.site("2026-03-04")).events
        assert expired.kind == "expired"
        assert not world.crawl(START + 5 * DAY, self.site("2026-03-05")).events
        assert world.state(page_of(7)) == "expired"
        (back,) = world.crawl(START + 6 * DAY, self.site("2026-03-20")).events
        assert back.kind == "reopened"

    @pytest.mark.parametrize("name", ["validThrough", "schema:validThrough"])
    def test_one_that_stands_still_is_no_news_of_what_a_better_reader_sees(self, name: str) -> None:
        def site(until: str) -> dict[str, Posting]:
            raw = {"@type": "JobPosting", "title": "Engineer 7", "baseSalary": "60 T€",
                   "datePosted": "2026-03-01", name: until}  # fmt: skip
            return {page_of(7): posting_of(raw, syntax="json-ld", url=page_of(7))}

        world, same = World(), frozenset({page_of(7)})
        world.crawl(START, site("2026-04-01"))
        world.crawl(START + DAY, site("2026-04-02"))
        one = self.seventh(world)
        blind = replace(one.snapshot.posting, salary=None)
        world.known[one.id] = replace(one, snapshot=replace(one.snapshot, posting=blind, reader=0))
        (event,) = world.crawl(START + 4 * DAY, site("2026-04-02"), unread=same).events
        assert [change.field for change in event.changes] == ["valid_through"]
        told = self.seventh(world).snapshot.posting
        assert told.salary
        assert told.raw[name] == "2026-04-02"
        assert not world.crawl(START + 5 * DAY, site("2026-04-02")).events

    def test_one_that_a_listing_alone_calls_unchanged_may_slide_still(self) -> None:
        world = self.board("2026-04-01")
        world.crawl(START + DAY, self.site("2026-04-02"))
        one = self.seventh(world)
        at = START + 4 * DAY
        listed = Observation(page_of(7), at, "unchanged", listed=True, asked=False, keys=one.keys)
        listing = PageSeen(BOARD_URL, "listing", "changed", at, postings=1, first=True)
        crawl = Crawl("listed", BOARD_URL, at, (listing,))
        assert not world.settle([listed], crawl, at).events
        assert self.seventh(world).slid_at
        world.known[one.id] = replace(self.seventh(world), own_page=False)
        (event,) = world.settle([listed], replace(crawl, id="carried"), at).events
        assert [change.field for change in event.changes] == ["valid_through"]

    def test_one_that_slides_is_no_news_to_a_better_reader_either(self) -> None:
        world = self.board("2026-04-01")
        world.crawl(START + DAY, self.site("2026-04-02"))
        one = self.seventh(world)
        said = {"title": "Engineer 7", "validThrough": "2026-04-02"}
        kept = replace(one.snapshot.posting, raw=said)
        world.known[one.id] = replace(one, snapshot=replace(one.snapshot, posting=kept, reader=0))
        site = self.site("2026-04-03")
        site[page_of(7)] = replace(site[page_of(7)], title="Chief")
        (event,) = world.crawl(START + 2 * DAY, site).events
        fields = {change.field for change in event.changes}
        assert "title" in fields
        assert "valid_through" not in fields

    def seventh(self, world: World) -> Known:
        return next(one for one in world.known.values() if one.url == page_of(7))

    def test_one_in_place_of_a_placeholder_is_told_at_once(self) -> None:
        world = self.board("2026-03-01")
        assert world.known
        assert not world.sweep(self.LATER).events
        (event,) = world.crawl(START + DAY, self.site("2026-04-15")).events
        assert [change.field for change in event.changes] == ["valid_through"]

    def test_one_extended_by_weeks_is_told_at_once(self) -> None:
        world = self.board("2026-04-01")
        (event,) = world.crawl(START + DAY, self.site("2026-04-15")).events
        assert [change.field for change in event.changes] == ["valid_through"]


class TestReopening:
    def test_removed_and_back_is_reopened_once_with_its_changes(self, world: World) -> None:
        world.crawl(START + DAY, jobs(*range(9)))
        site = jobs(*range(10))
        site[page_of(9)] = job(9, title="Engineer 9, again")
        (event,) = world.crawl(START + 2 * DAY, site).events
        assert event.kind == "reopened"
        assert [change.field for change in event.changes] == ["title"]
        assert not world.crawl(START + 3 * DAY, site).events

    def test_an_unchanged_page_reopens_what_was_removed(self, world: World) -> None:
        world.crawl(START + DAY, jobs(*range(9)))
        unread = frozenset({page_of(9)})
        (event,) = world.crawl(START + 2 * DAY, jobs(*range(10)), unread=unread).events
        assert (event.kind, event.changes) == ("reopened", ())

    def test_listed_again_while_its_page_fails_is_not_believed_yet(self, world: World) -> None:
        world.crawl(START + DAY, jobs(*range(9)))
        assert world.state(page_of(9)) == "removed"
        failing = {page_of(9): "failed"}
        assert not world.crawl(START + 2 * DAY, jobs(*range(10)), answers=failing).events  # type: ignore[arg-type]


class TestWithoutAPageOfItsOwn:
    def crawl(self, world: World, at: datetime, *postings: Posting) -> list[str]:
        from postings.identity import keys_of

        seen = [
            Observation(
                BOARD_URL,
                at,
                "changed",
                listed=True,
                keys=keys_of(one, url=BOARD_URL, alone=False),
                posting=one,
            )
            for one in postings
        ]
        page = PageSeen(BOARD_URL, "listing", "changed", at, postings=len(seen), first=True)
        world.crawls += 1
        crawl = Crawl(f"crawl-{world.crawls}", BOARD_URL, at, (page,), exhausted=True)
        return [event.kind for event in world.settle(seen, crawl, at).events]

    def test_is_removed_after_the_second_complete_crawl_without_it(self) -> None:
        world = World()
        assert self.crawl(world, START, job(1), job(2)) == ["new", "new"]
        assert self.crawl(world, START + HOUR, job(1)) == []
        assert self.crawl(world, START + 2 * HOUR, job(1)) == []
        assert self.crawl(world, START + 7 * HOUR, job(1)) == ["removed"]
        assert self.crawl(world, START + 8 * HOUR, job(1), job(2)) == ["reopened"]

    def test_siblings_with_one_number_stay_apart(self) -> None:
        cities = [job(1, locations=(), title=f"Nurse, {city}") for city in ("Bern", "Basel")]
        world = World()
        assert self.crawl(world, START, *cities) == ["new", "new"]
        assert self.crawl(world, START + DAY, *reversed(cities)) == []

    def test_without_title_number_or_address_is_not_taken_up(self) -> None:
        world = World()
        nameless = Posting(description_html="<p>Something</p>")
        assert self.crawl(world, START, job(1), nameless) == ["new"]


def test_one_that_comes_and_goes_is_one_pair_of_events_a_day(world: World) -> None:
    for hour in range(1, 73):
        shown = range(10) if hour % 2 else range(9)
        world.crawl(START + hour * HOUR, jobs(*shown))
    told = [(event.kind, event.detected_at.day - START.day) for event in world.events]
    assert told == [
        ("removed", 0), ("reopened", 0),
        ("removed", 1), ("reopened", 1),
        ("removed", 2), ("reopened", 2),
    ]  # fmt: skip


def test_one_that_is_gone_for_good_after_it_came_back_is_removed_a_day_later(world: World) -> None:
    for hour, shown in ((1, 9), (2, 10), (3, 9), (20, 9), (27, 9), (28, 9)):
        world.crawl(START + hour * HOUR, jobs(*range(shown)))
    told = [(event.kind, event.detected_at) for event in world.events]
    assert told == [
        ("removed", START + HOUR),
        ("reopened", START + 2 * HOUR),
        ("removed", START + 27 * HOUR),
    ]


def test_a_board_that_is_one_posting_is_removed_in_the_second_look() -> None:
    world = World()

    def crawl(hours: float, fetch: str) -> list[str]:
        at = START + hours * HOUR
        page = PageSeen(BOARD_URL, "listing", fetch, at, postings=1, first=True)  # type: ignore[arg-type]
        crawl = Crawl(f"c{hours}", BOARD_URL, at, (page,), exhausted=True, single=True)
        seen = world._look(BOARD_URL, job(1), True, at, {BOARD_URL: fetch}, frozenset(), "redirect")  # type: ignore[dict-item]
        return [event.kind for event in world.settle([seen], crawl, at).events]

    assert crawl(0, "changed") == ["new"]
    assert crawl(1, "gone") == []
    assert crawl(1.5, "gone") == []
    assert crawl(2, "gone") == ["removed"]
    assert crawl(3, "changed") == ["reopened"]


def test_a_moved_posting_is_one_posting(world: World) -> None:
    site = jobs(*range(9))
    moved = f"{BOARD_URL}/engineer-nine"
    site[moved] = job(9)
    assert not world.crawl(START + DAY, site).events
    assert world.state(moved) == "open"


def test_one_job_at_two_addresses_is_one_posting() -> None:
    world = World()
    site = jobs(1)
    site[f"{page_of(1)}?view=full"] = job(1)
    world.crawl(START, site)
    assert len(world.known) == 1


def test_a_crawl_whose_process_died_proves_no_absence(world: World) -> None:
    page = PageSeen(BOARD_URL, "listing", "changed", START, postings=1, first=True)
    crawl = Crawl("x", BOARD_URL, START, (page,), exhausted=True, takeover=True)
    verdict = world.settle(_all_gone(world, START + DAY), crawl, START + DAY)
    assert (verdict.outcome, verdict.events) == ("partial", ())


class TestAnImprovedReader:
    """The snapshot was read by an older reader, which did not see the salary."""

    RAW: ClassVar = {
        "@type": "JobPosting",
        "title": "Engineer 1",
        "baseSalary": {"currency": "CHF", "value": {"value": 90_000, "unitText": "YEAR"}},
    }

    def world(self, **changes: object) -> World:
        world = World()
        blind = job(1, raw=self.RAW, salary=None, **changes)
        world.crawl(START, {page_of(1): blind})
        world.events.clear()
        (known,) = world.known.values()
        old = replace(known.snapshot, reader=0)
        world.known[known.id] = replace(known, snapshot=old)
        return world

    def read(self, **changes: object) -> dict[str, Posting]:
        posting = posting_of(self.RAW, syntax="json-ld", url=page_of(1))
        assert posting.salary is not None
        return {page_of(1): replace(posting, **changes)}  # type: ignore[arg-type]

    def test_enriches_without_an_event(self) -> None:
        world = self.world()
        verdict = world.crawl(START + DAY, self.read())
        (update,) = verdict.updates
        assert (verdict.events, update.enriched, update.snapshot_added) == ((), True, True)
        assert not world.crawl(START + 2 * DAY, self.read()).updates[0].snapshot_added

    def test_still_tells_what_the_page_changed(self) -> None:
        verdict = self.world().crawl(START + DAY, self.read(title="Engineer 1, senior"))
        (event,) = verdict.events
        assert [change.field for change in event.changes] == ["title"]
        assert not verdict.updates[0].enriched

    def test_compares_as_it_is_where_nothing_raw_was_kept(self) -> None:
        world = self.world()
        (known,) = world.known.values()
        bare = replace(known.snapshot, posting=replace(known.snapshot.posting, raw={}))
        world.known[known.id] = replace(known, snapshot=bare)
        (event,) = world.crawl(START + DAY, self.read()).events
        assert "salary.min" in [change.field for change in event.changes]


def test_another_version_of_the_fingerprint_alone_is_no_change(world: World) -> None:
    known = next(iter(world.known.values()))
    old = replace(known.snapshot, fingerprint="0:of-old")
    world.known[known.id] = replace(known, snapshot=old)
    verdict = world.crawl(START + DAY, jobs(*range(10)))
    assert verdict.events == ()
    assert not any(update.snapshot_added for update in verdict.updates)


def test_missing_and_not_asked_for_want_of_time_waits(world: World) -> None:
    site = jobs(*range(9))
    asked = [world._look(url, one, True, START, {}, frozenset(), "") for url, one in site.items()]
    for day in range(1, 12):
        verdict = world.settle(asked, _bare_crawl(world, START + day * DAY, 9), START + day * DAY)
        assert (verdict.outcome, verdict.events) == ("complete", ())


def test_baseline_marks_every_event_of_the_crawl() -> None:
    world = World()
    world.board = replace(world.board, baseline=True)
    verdict = world.crawl(START, jobs(1, 2))
    assert [event.baseline for event in verdict.events] == [True, True]
    assert [event.baseline for event in world.crawl(START + DAY, jobs(1, 2, 3)).events] == [False]
