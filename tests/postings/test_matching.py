from __future__ import annotations

from dataclasses import replace

import pytest

from postings.identity import keys_of, numbers, role_of
from postings.matching import match
from postings.model import Identifier, Known, Observation, Organization, Posting, Snapshot, State
from tests.postings.world import BOARD_URL, START, job, page_of


def seen(posting: Posting, url: str, *, alone: bool = True, listed: bool = True) -> Observation:
    keys = keys_of(posting, url=url, alone=alone)
    return Observation(url, START, "changed", listed=listed, keys=keys, posting=posting)


def remembered(posting: Posting, url: str, state: State = "open") -> Known:
    snapshot = Snapshot("s", START, posting, "f", 1)
    keys = keys_of(posting, url=url, alone=True)
    return Known(url, url, state, snapshot, keys, START, START)


def test_keys_are_ordered_by_strength() -> None:
    posting = job(1, url="https://example.org/apply/1")
    kinds = [key.partition(":")[0] for key in keys_of(posting, url=page_of(1), alone=True)]
    assert kinds == ["id", "url", "url", "content"]
    kinds = [key.partition(":")[0] for key in keys_of(Posting(), url=page_of(1), alone=False)]
    assert kinds == []


def test_keys_do_not_hang_on_letter_case_or_width() -> None:
    one = keys_of(job(1), url=page_of(1), alone=False)
    shouted = job(1, title="ＥＮＧＩＮＥＥＲ　1", organization=Organization("EXAMPLE"))
    assert one == keys_of(shouted, url=page_of(1), alone=False)


def renamed(posting: Posting, name: str | None = "Example Group") -> Posting:
    return replace(posting, organization=Organization(name))


def card(posting: Posting, state: State = "open") -> Known:
    """It is one of many on its board's page, and has none of its own."""
    keys = keys_of(posting, url=BOARD_URL, alone=False)
    name = str(posting.identifier.value or posting.title)
    return replace(remembered(posting, name, state), url=BOARD_URL, keys=keys, own_page=False)


def cards_of(*postings: Posting) -> list[Observation]:
    return [seen(one, BOARD_URL, alone=False) for one in postings]


@pytest.mark.parametrize("name", ["Example Group", None])
@pytest.mark.parametrize(("numbered", "described"), [(True, True), (True, False), (False, True)])
def test_a_new_name_of_the_employer_is_no_new_job(
    name: str | None, numbered: bool, described: bool
) -> None:
    jobs = [job(1), job(2)]
    if not numbered:
        jobs = [replace(one, identifier=Identifier()) for one in jobs]
    if not described:
        jobs = [replace(one, description_html=None) for one in jobs]
    matched = match(
        [card(one) for one in jobs], cards_of(*(renamed(one, name) for one in jobs)), frozenset()
    )
    assert not matched.unknown
    told = {one.known.snapshot.posting.title: one.read for one in matched.known if one.known}
    assert {title: one.posting and one.posting.title for title, one in told.items() if one} == {
        "Engineer 1": "Engineer 1",
        "Engineer 2": "Engineer 2",
    }


@pytest.mark.parametrize(
    "now",
    [
        replace(renamed(job(1)), title="Accountant"),
        replace(renamed(job(1)), description_html="<p>Keep the books in order.</p>"),
        replace(renamed(job(1)), identifier=Identifier("Example Group", "R-9")),
        replace(renamed(job(1)), identifier=Identifier()),
    ],
)
def test_what_says_otherwise_under_another_name_is_another_job(now: Posting) -> None:
    matched = match([card(job(1))], cards_of(now), frozenset())
    assert (len(matched.known), len(matched.unknown)) == (0, 1)


def of(employer: str, title: str, number: str | None, text: str | None = None) -> Posting:
    whose, told = Organization(employer), Identifier(None, number)
    return job(1, title=title, organization=whose, identifier=told, description_html=text)


@pytest.mark.parametrize(("number", "text"), [(None, "<p>Nurse the sick.</p>"), ("1", None)])
def test_two_employers_of_a_board_are_not_one_that_was_renamed(
    number: str | None, text: str | None
) -> None:
    left, doctor = of("X", "Nurse", number, text), of("X", "Doctor", "8")
    came, cook = of("Y", "Nurse", number, text), of("Y", "Cook", "9")
    matched = match([card(left), card(doctor)], cards_of(came, cook), frozenset())
    assert [one.read and one.read.posting for one in matched.known] == [came]
    both = [card(left), card(doctor), card(cook)]
    assert len(match(both, cards_of(came, doctor, cook), frozenset()).unknown) == 1


def test_title_and_place_alone_make_no_renamed_job() -> None:
    unnumbered = of("X", "Nurse", None), of("Y", "Nurse", None)
    assert len(match([card(unnumbered[0])], cards_of(unnumbered[1]), frozenset()).unknown) == 1
    numbered = of("X", "Nurse", "1"), of("Y", "Nurse", "1")
    assert not match([card(numbered[0])], cards_of(numbered[1]), frozenset()).unknown


@pytest.mark.parametrize("state", ["removed", "expired"])
def test_a_closed_job_is_not_renamed_at_another_address(state: State) -> None:
    closed = remembered(job(1), page_of(1), state)
    assert match([closed], [seen(renamed(job(1)), page_of(1))], frozenset()).known
    assert len(match([closed], [seen(renamed(job(1)), page_of(99))], frozenset()).unknown) == 1


def test_two_that_may_be_the_renamed_one_are_both_new() -> None:
    nameless = replace(job(1), identifier=Identifier())
    both = [renamed(nameless, "A"), renamed(nameless, "B")]
    assert len(match([card(nameless)], cards_of(*both), frozenset()).unknown) == 2
    assert len(match([card(nameless, "removed")], cards_of(both[0]), frozenset()).unknown) == 1
    assert match([card(job(1), "expired")], cards_of(renamed(job(1))), frozenset()).known


def test_an_unread_or_untitled_card_is_nobodys() -> None:
    gone = replace(cards_of(renamed(job(1)))[0], posting=None)
    untitled = replace(job(2), title=None, identifier=Identifier())
    matched = match([card(job(1))], [gone, *cards_of(untitled)], frozenset())
    assert (len(matched.known), len(matched.unknown)) == (0, 2)


@pytest.mark.parametrize(
    ("still_published", "valid_through", "same"),
    [
        (True, "2026-03-01", True),
        (True, "2026-05-01", False),
        (True, None, False),
        (False, "2026-03-01", False),
    ],
)
def test_what_stands_past_its_deadline_may_move_but_not_begin_anew(
    still_published: bool, valid_through: str | None, same: bool
) -> None:
    nameless = replace(job(1), identifier=Identifier(), valid_through="2026-03-01")
    expired = replace(
        remembered(nameless, page_of(1), "expired"),
        still_published=still_published,
        valid_through_read="2026-03-01",
    )
    elsewhere = seen(replace(nameless, valid_through=valid_through), f"{BOARD_URL}/elsewhere")
    assert bool(match([expired], [elsewhere], frozenset()).known) == same


def test_a_number_is_looked_for_without_its_organisation() -> None:
    assert numbers(["id:acme:r-1", "url:https://a.example", "id::7"]) == ("number:r-1", "number:7")
    assert numbers(["id:acme: berlin:r:1"]) == ("number: berlin:r:1", "number:r:1", "number:1")
    assert len(numbers(["id:acme" + ":a" * 900])) == 8
    assert role_of(Posting()) is None
    assert role_of(job(1)) == role_of(renamed(job(1))) != role_of(job(2))


def test_one_number_for_different_jobs_identifies_nothing() -> None:
    number = Identifier("Example", "1")
    one, other = job(1, identifier=number), job(2, identifier=number)
    matched = match([], [seen(one, page_of(1)), seen(other, page_of(2))], frozenset())
    assert len(matched.unknown) == 2
    assert matched.ambiguous == {"id:example:1"}
    known = [remembered(one, page_of(1)), remembered(other, page_of(2))]
    again = match(known, [seen(other, page_of(2))], matched.ambiguous)
    assert [one.known and one.known.url for one in again.known] == [page_of(2)]


def test_one_number_in_two_languages_is_one_job() -> None:
    german = job(1, title="Ingenieurin 1")
    pages = ["https://example.org/en/jobs/1", "https://example.org/de/jobs/1"]
    matched = match([], [seen(job(1), pages[0]), seen(german, pages[1])], frozenset())
    assert len(matched.unknown) == 1
    assert not matched.ambiguous


def test_a_list_and_the_page_may_word_it_differently() -> None:
    listed = job(1, title="Engineer", url=page_of(1))
    items = [seen(listed, BOARD_URL, alone=False), seen(job(2), BOARD_URL, alone=False)]
    matched = match([], [*items, seen(job(1), page_of(1))], frozenset())
    assert len(matched.unknown) == 2
    assert not matched.ambiguous


def test_the_own_page_wins_over_the_list() -> None:
    listed = replace(seen(job(1, title="Short"), BOARD_URL, alone=False), asked=False)
    matched = match([], [listed, seen(job(1), page_of(1))], frozenset())
    assert matched.unknown[0].read is not None
    assert matched.unknown[0].read.posting == job(1)


def test_twins_on_one_page_are_one_posting() -> None:
    twin = Posting(title="Nurse", organization=Organization("Example"))
    items = [seen(twin, BOARD_URL, alone=False), seen(twin, BOARD_URL, alone=False)]
    assert len(match([], items, frozenset()).unknown) == 1


def test_alike_but_with_another_number_is_another_job() -> None:
    old = remembered(job(1), page_of(1))
    repost = seen(job(1, identifier=Identifier("Example", "R-99")), page_of(99))
    gone = Observation(page_of(1), START, "gone", keys=old.keys)
    matched = match([old], [repost, gone], frozenset())
    assert len(matched.unknown) == 1


@pytest.mark.parametrize(("state", "new"), [("open", 0), ("removed", 1)])
def test_alike_elsewhere_is_a_move_of_an_open_posting_and_a_repost_of_a_closed_one(
    state: State, new: int
) -> None:
    plain = job(1, identifier=Identifier())
    old = remembered(plain, page_of(1), state)
    matched = match([old], [seen(plain, page_of(5))], frozenset())
    assert len(matched.unknown) == new


def test_alike_while_the_first_stands_is_a_sibling() -> None:
    plain = job(1, identifier=Identifier())
    old = remembered(plain, page_of(1))
    both = [seen(plain, page_of(1)), seen(plain, page_of(5))]
    matched = match([old], both, frozenset())
    assert (len(matched.known), len(matched.unknown)) == (1, 1)


def test_two_that_read_alike_are_not_both_the_one_that_is_missing() -> None:
    plain = job(1, identifier=Identifier())
    old = remembered(plain, page_of(1))
    matched = match([old], [seen(plain, page_of(5)), seen(plain, page_of(6))], frozenset())
    assert (len(matched.known), len(matched.unknown)) == (0, 2)


def test_a_key_of_two_known_postings_decides_nothing() -> None:
    one, other = remembered(job(1), page_of(1)), remembered(job(2), page_of(2))
    other = replace(other, keys=(*other.keys, one.keys[0]))
    matched = match(
        [one, other], [Observation(page_of(9), START, "changed", keys=one.keys[:1])], frozenset()
    )
    assert (len(matched.known), len(matched.unknown)) == (0, 1)


@pytest.mark.parametrize(("state", "is_new"), [("open", False), ("removed", True)])
def test_what_was_taken_down_is_not_another_page_under_a_new_name(
    state: State, is_new: bool
) -> None:
    stood = replace(
        card(job(1), state), keys=keys_of(job(1), url=page_of(1), alone=True), own_page=True
    )
    elsewhere = renamed(replace(job(1), url=page_of(9)))
    matched = match([stood], [seen(elsewhere, page_of(9), alone=True)], frozenset())
    assert bool(matched.unknown) == is_new
