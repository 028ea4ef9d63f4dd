"""What a crawl saw, in few bytes and back."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from storage.sightings import Sightings, seen_json, seen_of

IDS = [f"{number:036d}" for number in range(40)]


@given(st.sets(st.sampled_from(IDS)), st.data())
def test_what_is_kept_is_what_was_seen(still_open: set[str], data: st.DataObject) -> None:
    some = st.sets(st.sampled_from(sorted(still_open))) if still_open else st.just(set[str]())
    read, listed = data.draw(some), data.draw(some)
    told = json.loads(
        json.dumps(seen_json(still_open, Sightings(frozenset(read), frozenset(listed))))
    )
    assert seen_of(told, still_open) == Sightings(frozenset(read), frozenset(listed - read))


def test_what_is_seen_whole_costs_a_few_bytes() -> None:
    whole = frozenset(IDS)
    for sightings in (Sightings(whole, frozenset()), Sightings(frozenset(), whole)):
        assert len(json.dumps(seen_json(whole, sightings))) < 80
