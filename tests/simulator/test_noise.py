"""Pages that say the same in other bytes, and postings whose identity is written anew: no events.

``make simulate`` does both with 10,000.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

from postings.identity import keys_of, url_key
from postings.model import Observation
from postings.reading import read_document
from postings.simulation.noise import noisy, tracked
from postings.simulation.scenario import NOISES
from postings.visits import Crawl, PageSeen
from tests.postings.world import BOARD_URL, START, World, job, page_of
from tests.simulator.generate import Maker

DAY = timedelta(days=1)
PAGES = 1_000
MIGRATED = 2_500


def page(number: int, crawl: int) -> tuple[str, bytes]:
    """A posting's page at a crawl, with every kind of noise: its address and its bytes."""
    maker = Maker(number, 90)
    node = maker.posting(number, 0.0)
    url = f"https://employer.example/jobs/{number}"
    salt = f"{number}:{crawl}"
    told = noisy({**node, "url": url}, NOISES, START + crawl * DAY, salt)
    block = json.dumps({"@context": "https://schema.org", "@type": "JobPosting", **told})
    gap = " " * (Random(salt).randrange(9))
    markup = f"<html><script type='application/ld+json'>{gap}{block}</script><p>{salt}</p></html>"
    return tracked(url, NOISES, salt), markup.encode()


def observed(number: int, crawl: int) -> Observation:
    url, body = page(number, crawl)
    (posting,) = read_document(body, url, "text/html; charset=utf-8").postings
    at = START + crawl * DAY
    keys = keys_of(posting, url=url, alone=True)
    return Observation(url, at, "changed", listed=True, keys=keys, posting=posting)


def events(count: int, crawls: int = 2) -> Counter[str]:
    """What is told of so many pages that are crawled so often."""
    world = World()
    for crawl in range(crawls):
        at = START + crawl * DAY
        listing = PageSeen(BOARD_URL, "listing", "changed", at, postings=count, first=True)
        seen = [observed(number, crawl) for number in range(count)]
        world.settle(seen, Crawl(f"c{crawl}", BOARD_URL, at, (listing,), exhausted=True), at)
    return Counter(event.kind for event in world.events)


def test_noise_on_every_page_is_no_event() -> None:
    assert events(PAGES) == {"new": PAGES}


def test_what_is_changed_beside_the_noise_is_told() -> None:
    first, second = observed(1, 0), observed(1, 1)
    assert first.posting
    assert second.posting
    raised = replace(second, posting=replace(second.posting, title="Chief"))
    world = World()
    for seen in (first, raised):
        listing = PageSeen(BOARD_URL, "listing", "changed", seen.at, postings=1, first=True)
        crawl = Crawl(f"{seen.at}", BOARD_URL, seen.at, (listing,), exhausted=True)
        world.settle([seen], crawl, seen.at)
    assert [event.kind for event in world.events] == ["new", "changed"]


def test_a_new_scheme_of_identity_is_no_event() -> None:
    assert migrated(MIGRATED) == {"new": MIGRATED}


def migrated(count: int) -> Counter[str]:
    """What is told while postings get keys of another scheme, and then have those alone."""
    world = World()
    for scheme in range(3):
        at = START + scheme * DAY
        listing = PageSeen(BOARD_URL, "listing", "changed", at, postings=count, first=True)
        seen = [with_scheme(number, scheme) for number in range(count)]
        world.settle(seen, Crawl(f"s{scheme}", BOARD_URL, at, (listing,), exhausted=True), at)
    assert len(world.known) == count
    one = next(iter(world.known.values()))
    assert {key.partition(":")[0] for key in one.keys} >= {"id", "url", "platform"}
    return Counter(event.kind for event in world.events)


def with_scheme(number: int, scheme: int) -> Observation:
    """A posting under the first scheme, under both, and under the new one alone."""
    posting, url = job(number), page_of(number)
    old = (f"id:example:r-{number}", url_key(url))
    new = (f"platform:acme:{number}", url_key(f"{url}-new"))
    keys = (old, (*new, *old), new)[scheme]
    at = START + scheme * DAY
    return Observation(url, at, "changed", listed=True, keys=keys, posting=posting)
