"""Whatever stands in a list, and in whatever type: it is read, or it is refused, entry by entry."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.platforms import PLATFORMS
from crawler.platforms.platform import MISREAD, Platform, Tenant
from postings.normalise import posting_of

GOLDEN = Path(__file__).parents[1] / "golden_platforms"
TENANT = Tenant("acme", "https://acme.example.org", "careers")
JUNK: tuple[Any, ...] = (
    None, 7, -1, 1e308, True, "", "x", [], {}, [None], {"a": 1}, ["x"], [[]], "2026-99-99",
    float("nan"), 10**30, "<b>", "http://[::1",
)  # fmt: skip
SEED, TIMES = 20260302, 60


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of a JSON document."""
    yield path
    if isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places_in(each, (*path, name))


def with_junk(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    value[path[0]] = with_junk(value[path[0]], path[1:], junk)
    return value


def bodies(payload: Path, chance: random.Random) -> Iterator[bytes]:
    raw = payload.read_bytes()
    for _ in range(TIMES):
        if payload.suffix == ".json":
            told = json.loads(raw)
            path = chance.choice(list(places_in(told)))
            yield json.dumps(with_junk(copy.deepcopy(told), path, chance.choice(JUNK))).encode()
        mutated = bytearray(raw)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(mutated))
            mutated[at : at + chance.randint(0, 8)] = chance.randbytes(chance.randint(0, 5))
        yield bytes(mutated)


def read(platform: Platform, body: bytes) -> int:
    """How many entries were read, each of them as it should be."""
    part = platform.read(body, TENANT, platform.first(TENANT))
    for job in part.jobs:
        assert job.id
        assert job.updated is None or isinstance(job.updated, str)
        posting_of(job.node, syntax=f"api:{platform.name}", url=TENANT.api)
    return len(part.jobs)


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_mutated_list_is_read_or_refused(name: str) -> None:
    [payload] = (GOLDEN / name).glob("payload.*")
    assert read(PLATFORMS[name], payload.read_bytes()) > 0
    chance, outcomes = random.Random(f"{SEED} {name}"), set()
    for body in bodies(payload, chance):
        try:
            outcomes.add("read" if read(PLATFORMS[name], body) else "empty")
        except MISREAD:
            outcomes.add("refused")
    assert "read" in outcomes
