"""A list and a posting's own page speak of one posting: who speaks may change, that is no news."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from postings.model import Source
from tests.postings.world import START, World, job, page_of

DAY = timedelta(days=1)
LIST, PAGE, API = Source("api:greenhouse"), Source("json-ld"), Source("api:oracle_hcm/posting")

SHOWN = Source("json-ld:list")


def test_only_a_list_is_a_list() -> None:
    assert [one.is_list for one in (LIST, SHOWN, PAGE, API)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("before", "after"), [(LIST, PAGE), (PAGE, LIST), (LIST, API), (SHOWN, PAGE)]
)
def test_what_another_source_says_differently_is_kept_and_is_no_change(
    before: Source, after: Source
) -> None:
    world, url = World(), page_of(1)
    world.crawl(START, {url: job(1, source=before)})
    verdict = world.crawl(START + DAY, {url: job(1, title="Engineer (m/f)", source=after)})
    [update] = verdict.updates
    assert (update.snapshot_added, update.enriched, verdict.events) == (True, True, ())
    assert update.posting.snapshot.posting.title == "Engineer (m/f)"
    later = world.crawl(START + 2 * DAY, {url: job(1, title="Chief", source=after)})
    assert [event.kind for event in later.events] == ["changed"]


def test_a_change_that_one_source_tells_is_one() -> None:
    world, url = World(), page_of(1)
    world.crawl(START, {url: job(1, source=LIST)})
    verdict = world.crawl(START + DAY, {url: replace(job(1, source=LIST), title="Chief")})
    assert [event.kind for event in verdict.events] == ["changed"]
