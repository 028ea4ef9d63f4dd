from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from postings.habits import Drift, Habits
from postings.model import Change, Evidence, Observation, Posting, Quarantine
from postings.wire import change_json, evidence_json
from storage import codec, pages
from storage.pages import PageRecord
from storage.types import dumps
from tests.storage.world import at, gone, posting, seen, unchanged

TIMES = st.integers(0, 10**12).map(lambda micros: at(0) + timedelta(microseconds=micros))
EVIDENCE = st.builds(
    Evidence, st.sampled_from(["content", "http_status", "redirect"]), st.text(), TIMES, st.text()
)
POSTINGS = st.one_of(
    st.none(), st.builds(posting, st.integers(0, 99), pay=st.one_of(st.none(), st.floats(1, 1e6))),
    st.just(Posting()),
)  # fmt: skip
OBSERVATIONS = st.builds(
    Observation,
    url=st.text(),
    at=TIMES,
    fetch=st.sampled_from(["changed", "unchanged", "gone", "ended", "blocked", "failed"]),
    listed=st.booleans(),
    asked=st.booleans(),
    keys=st.lists(st.text()).map(tuple),
    posting=POSTINGS,
    evidence=st.lists(EVIDENCE).map(tuple),
)


@given(OBSERVATIONS)
def test_an_observation_comes_back_as_it_was(one: Observation) -> None:
    assert codec.observation_of(json.loads(dumps(codec.observation_json(one)))) == one


def test_what_the_world_makes_comes_back_too() -> None:
    for one in (seen(posting(1), at(0)), unchanged(posting(1), at(0)), gone(posting(1), at(0))):
        assert codec.observation_of(codec.observation_json(one)) == one


@given(EVIDENCE)
def test_evidence_comes_back_as_it_was(one: Evidence) -> None:
    assert codec.evidence_of(evidence_json(one)) == one


def test_a_change_comes_back_as_it_was() -> None:
    one = Change("salary.max", 219000, None, material=True)
    assert codec.change_of(change_json(one)) == one


@given(TIMES, st.frozensets(st.text()), st.integers(1, 9))
def test_a_question_comes_back_as_it_was(
    since: object, missing: frozenset[str], agreeing: int
) -> None:
    one = Quarantine(since, missing, agreeing)  # type: ignore[arg-type]
    assert codec.quarantine_of(json.loads(dumps(codec.quarantine_json(one)))) == one


def test_a_page_comes_back_as_it_was() -> None:
    one = PageRecord(
        url="https://example.org/jobs", role="other", checked_at=at(1), changed_at=at(0),
        etag='W/"1"', last_modified="Sun, 01 Mar 2026 12:00:00 GMT", body_hash="00", lastmod="2026",
        answer={"links": ["a"], "n": 1},
    )  # fmt: skip
    assert pages.page_of(json.loads(dumps(pages.page_json(one)))) == one


def test_what_was_learnt_of_fields_comes_back_as_it_was() -> None:
    assert codec.habits_json(Habits()) is None
    assert codec.habits_of(None) == Habits()
    one = Habits(
        moving={"title": 2},
        volatile={"description_text": at(1)},
        drifts=(Drift("salary", at(2), frozenset(["a", "b"]), 3),),
    )
    assert codec.habits_of(json.loads(dumps(codec.habits_json(one)))) == one
