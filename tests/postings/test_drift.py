"""Fields that are lost all at once are doubted; fields that move at every crawl are learnt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from postings.drift import Learnt, Seen, attribute_of, has, hold, learn, named, without
from postings.habits import Drift, Habits
from postings.lifecycle import approve, reject
from postings.model import Event, Posting, Salary, Verdict
from postings.normalise import posting_of
from postings.visits import Policy
from tests.postings.world import START, World, job, jobs, page_of

DAY = timedelta(days=1)
TEN = jobs(*range(10))
PAGES = frozenset(TEN)
Shown = dict[str, Posting]


def each(shown: Shown, change: Callable[[Posting, int], Posting]) -> Shown:
    return {url: change(posting, number) for number, (url, posting) in enumerate(shown.items())}


NO_PAY = each(TEN, lambda one, _: replace(one, salary=None))


@pytest.fixture
def world() -> World:
    """A board of ten postings, each with a salary."""
    healthy = World()
    assert len(healthy.crawl(START, TEN).events) == 10
    return healthy


def told(verdict: Verdict) -> list[str]:
    return [event.kind for event in verdict.events]


def salaries(world: World) -> set[bool]:
    return {one.snapshot.posting.salary is not None for one in world.known.values()}


# --- drift ---------------------------------------------------------------------------------------


def test_one_posting_that_loses_a_field_is_news(world: World) -> None:
    shown = TEN | {page_of(3): NO_PAY[page_of(3)]}
    assert told(world.crawl(START + DAY, shown)) == ["changed"]


def test_a_field_that_all_postings_lose_is_doubted(world: World) -> None:
    verdict = world.crawl(START + DAY, NO_PAY)
    assert (verdict.outcome, told(verdict)) == ("complete", [])
    assert verdict.reason == (
        "salary is gone from 10 postings at once: not believed until it is seen for a week"
    )
    assert [(one.field, one.agreeing) for one in verdict.habits.drifts] == [("salary", 1)]
    assert salaries(world) == {True}


def test_other_changes_are_told_while_a_field_is_doubted(world: World) -> None:
    world.crawl(START + DAY, NO_PAY)
    shown = NO_PAY | {page_of(3): replace(NO_PAY[page_of(3)], title="Chief engineer")}
    events = world.crawl(START + 2 * DAY, shown).events
    assert [[change.field for change in event.changes] for event in events] == [["title"]]
    assert salaries(world) == {True}


def test_a_field_that_comes_back_was_never_gone(world: World) -> None:
    for day, shown in enumerate((NO_PAY, NO_PAY, TEN, TEN), 1):
        verdict = world.crawl(START + day * DAY, shown)
        assert told(verdict) == []
    assert (verdict.habits.drifts, verdict.reason) == ((), None)


def test_a_new_value_is_told_while_the_field_is_doubted(world: World) -> None:
    world.crawl(START + DAY, NO_PAY)
    raised = replace(TEN[page_of(3)], salary=Salary(200_000, 210_000, "CHF", "YEAR"))
    verdict = world.crawl(START + 2 * DAY, NO_PAY | {page_of(3): raised})
    assert told(verdict) == ["changed"]
    assert len(verdict.habits.drifts[0].postings) == 9


def test_a_loss_is_agreed_after_a_week(world: World) -> None:
    for day in range(1, 8):
        assert told(world.crawl(START + day * DAY, NO_PAY)) == []
    verdict = world.crawl(START + 8 * DAY, NO_PAY)
    assert told(verdict) == ["changed"] * 10
    assert {event.changes[0].after for event in verdict.events} == {None}
    assert verdict.habits.drifts == ()
    assert salaries(world) == {False}
    assert told(world.crawl(START + 9 * DAY, NO_PAY)) == []


def test_pages_that_are_not_read_again_agree_too(world: World) -> None:
    world.crawl(START + DAY, NO_PAY)
    for day in range(2, 8):
        assert told(world.crawl(START + day * DAY, NO_PAY, unread=PAGES)) == []
    verdict = world.crawl(START + 8 * DAY, NO_PAY, unread=PAGES)
    assert told(verdict) == ["changed"] * 10
    assert {event.evidence[0].detail for event in verdict.events} == {
        "not seen on any posting since 2026-03-03 09:00 UTC"
    }
    assert salaries(world) == {False}
    assert len({event.id for event in world.events}) == len(world.events)


def test_a_loss_that_is_believed_tells_nothing_of_what_a_better_reader_sees() -> None:
    def shown(**told: str) -> Shown:
        raws = (
            {"@type": "JobPosting", "title": f"Engineer {number}", "baseSalary": "60 T€", **told}
            for number in range(10)
        )
        return {
            page_of(number): posting_of(raw, syntax="json-ld", url=page_of(number))
            for number, raw in enumerate(raws)
        }

    world = World()
    world.crawl(START, shown(industry="Steel"))
    world.crawl(START + DAY, shown())
    for one in list(world.known.values()):
        blind = replace(one.snapshot.posting, salary=None)
        world.known[one.id] = replace(one, snapshot=replace(one.snapshot, posting=blind, reader=0))
    for day in range(2, 9):
        verdict = world.crawl(START + day * DAY, shown(), unread=PAGES)
    assert {change.field for event in verdict.events for change in event.changes} == {"industry"}
    assert salaries(world) == {True}
    assert told(world.crawl(START + 9 * DAY, shown())) == []


def test_a_crawl_that_reads_nothing_says_nothing_of_fields(world: World) -> None:
    world.crawl(START + DAY, NO_PAY)
    verdict = world.crawl(START + 9 * DAY, {}, first="failed")
    assert len(verdict.habits.drifts) == 1


def test_two_fields_lost_at_once_are_one_event_each_posting(world: World) -> None:
    bare = each(NO_PAY, lambda one, _: replace(one, locations=()))
    assert told(world.crawl(START + DAY, bare)) == []
    verdict = world.crawl(START + 9 * DAY, bare, unread=PAGES)
    assert told(verdict) == ["changed"] * 10
    fields = {change.field for change in verdict.events[0].changes}
    assert {"locations", "salary.min"} <= fields


def test_each_posting_loses_what_it_had() -> None:
    """One never had a place, and one never had a salary."""
    world = World()
    shown = TEN | {page_of(3): replace(TEN[page_of(3)], locations=())} | jobs(10)
    shown[page_of(10)] = replace(shown[page_of(10)], salary=None)
    world.crawl(START, shown)
    bare = each(shown, lambda one, _: replace(one, salary=None, locations=()))
    for day in (1, 2):
        assert told(world.crawl(START + day * DAY, bare)) == []
    verdict = world.crawl(START + 9 * DAY, bare, unread=PAGES)
    fields = {
        world.known[event.posting].url: {change.field.partition(".")[0] for change in event.changes}
        for event in verdict.events
    }
    assert fields.pop(page_of(3)) == {"salary"}
    assert fields.pop(page_of(10)) == {"locations"}
    assert set(map(frozenset, fields.values())) == {frozenset({"salary", "locations"})}


def test_a_deadline_that_all_lose_still_holds() -> None:
    world = World()
    dated = each(TEN, lambda one, _: replace(one, valid_through="2026-03-20T12:00:00Z"))
    world.crawl(START, dated)
    assert told(world.crawl(START + DAY, TEN)) == []
    assert told(world.sweep(START + 19 * DAY)) == ["expired"] * 10


def test_few_postings_are_believed() -> None:
    world = World()
    few = dict(list(TEN.items())[:5])
    world.crawl(START, few)
    assert told(world.crawl(START + DAY, {url: NO_PAY[url] for url in few})) == ["changed"] * 5


def test_a_field_that_many_never_had_may_go() -> None:
    world = World()
    half = each(TEN, lambda one, n: one if n % 5 else replace(one, salary=None))
    world.crawl(START, half)
    assert told(world.crawl(START + DAY, NO_PAY)) == ["changed"] * 8


def test_a_person_approves_a_loss(world: World) -> None:
    world.crawl(START + DAY, NO_PAY)
    gone = world.crawl(START + 2 * DAY, {url: NO_PAY[url] for url in list(NO_PAY)[1:]})
    assert told(gone) == ["removed"]
    verdict = approve(
        world.board, list(world.known.values()), by="me", url="u", now=START + 3 * DAY
    )
    assert told(verdict) == ["changed"] * 9
    assert verdict.events[0].evidence[0].kind == "approved"
    assert verdict.habits == Habits()
    assert {update.posting.snapshot.posting.salary for update in verdict.updates} == {None}


def test_a_person_rejects_a_loss_and_it_is_asked_anew(world: World) -> None:
    world.crawl(START + DAY, NO_PAY)
    verdict = reject(world.board, list(world.known.values()))
    assert (verdict.events, verdict.habits.drifts) == ((), ())
    world.board = replace(world.board, habits=verdict.habits)
    again = world.crawl(START + 2 * DAY, NO_PAY)
    assert (told(again), again.habits.drifts[0].since) == ([], START + 2 * DAY)


# --- volatile fields -----------------------------------------------------------------------------


def counted(day: int) -> Shown:
    """Every page says how often it was looked at."""
    return each(
        TEN, lambda one, _: replace(one, description_html=f"<p>{one.title} seen {day} times</p>")
    )


def test_a_field_that_moves_at_every_crawl_is_learnt(world: World) -> None:
    kinds = [told(world.crawl(START + day * DAY, counted(day))) for day in range(1, 8)]
    assert [len(one) for one in kinds] == [10, 10, 0, 0, 0, 0, 0]
    assert list(world.board.habits.volatile) == ["description_text"]


def test_the_crawl_that_learns_it_says_so(world: World) -> None:
    reasons = [world.crawl(START + day * DAY, counted(day)).reason for day in range(1, 5)]
    assert reasons == [
        None,
        None,
        "changes at every crawl on most postings, so it is not compared: description_text",
        None,
    ]


def test_other_fields_are_told_beside_a_volatile_one(world: World) -> None:
    for day in range(1, 5):
        world.crawl(START + day * DAY, counted(day))
    shown = counted(6)
    shown[page_of(3)] = replace(shown[page_of(3)], title="Chief engineer")
    events: tuple[Event, ...] = world.crawl(START + 6 * DAY, shown).events
    assert [[change.field for change in event.changes] for event in events] == [["title"]]


def test_one_part_of_a_salary_may_be_volatile() -> None:
    now = Posting(salary=Salary(3, 4, "EUR", "HOUR"))
    before = Posting(salary=Salary(1, 2, "CHF", "HOUR"))
    habits = Habits(volatile={"salary.max": START})
    assert hold(now, before, habits).salary == Salary(3, 2, "EUR", "HOUR")
    assert hold(Posting(), Posting(), habits).salary is None
    assert hold(Posting(), before, habits).salary == Salary(max=2)


def test_edits_now_and_then_teach_nothing(world: World) -> None:
    for day in range(1, 9):
        shown = counted(day // 3)
        world.crawl(START + day * DAY, shown)
    assert world.board.habits.volatile == {}


def test_edits_of_a_few_postings_teach_nothing(world: World) -> None:
    for day in range(1, 9):
        shown = TEN | {page_of(n): counted(day)[page_of(n)] for n in range(4)}
        assert len(told(world.crawl(START + day * DAY, shown))) == 4
    assert world.board.habits == Habits()


def test_a_crawl_that_saw_but_a_few_teaches_nothing(world: World) -> None:
    for day in range(1, 3):
        world.crawl(START + day * DAY, counted(day))
    shown = dict(list(counted(3).items())[:4])
    verdict = world.crawl(START + 3 * DAY, shown, exhausted=False)
    assert (told(verdict), verdict.habits.moving) == (["changed"] * 4, {"description_text": 2})
    assert told(world.crawl(START + 4 * DAY, counted(4))) == []


def test_a_board_of_two_is_learnt_later() -> None:
    world = World()
    world.crawl(START, jobs(1, 2))
    kinds = []
    for day in range(1, 9):
        shown = {url: posting for url, posting in counted(day).items() if url in jobs(1, 2)}
        kinds.append(len(told(world.crawl(START + day * DAY, shown))))
    assert kinds == [2, 2, 2, 2, 2, 0, 0, 0]


def test_a_person_has_volatile_fields_compared_again(world: World) -> None:
    for day in range(1, 5):
        world.crawl(START + day * DAY, counted(day))
    verdict = reject(world.board, list(world.known.values()))
    assert verdict.habits == Habits()
    world.board = replace(world.board, habits=verdict.habits)
    assert told(world.crawl(START + 6 * DAY, counted(4))) == ["changed"] * 10


# --- the parts -----------------------------------------------------------------------------------


def test_every_compared_field_has_an_attribute() -> None:
    assert attribute_of("title") == "title"
    assert attribute_of("organization.name") == "organization"
    assert named("occupational_category") == "occupational category"
    one = job(1)
    assert has(one, "salary")
    assert not has(without(one, "salary"), "salary")
    assert without(replace(one, raw={"baseSalary": 1}), "salary").raw == {}


def test_postings_that_were_not_seen_keep_a_question_open() -> None:
    question = Habits(drifts=(Drift("salary", START, frozenset(["a"])),))
    known: Any = next(iter(_known_world().known.values()))
    taught = learn(question, [Seen(known)], Policy(), START + DAY, repeated=3)
    assert taught == Learnt(question)
    assert learn(question, [], Policy(), START + DAY) == Learnt(question)


def _known_world() -> World:
    world = World()
    world.crawl(START, jobs(1))
    return world
