"""The short forms of the long runs (``make torture``, ``make soak``)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.kills import kill_at_random
from tests.torture.pairs import share_work
from tests.torture.soak import soak

SEED = 7


@pytest.mark.slow
def test_kill_9_anywhere_loses_nothing_and_repeats_only_with_the_same_id(tmp_path: Path) -> None:
    outcome = kill_at_random(tmp_path, kills=10, seed=SEED, patience=100)
    print(f"seed {SEED}: {outcome}")
    assert outcome.kills == 10
    assert outcome.events > 10
    assert (outcome.lost, outcome.invented, outcome.under_other_ids) == ((), (), 0)


@pytest.mark.slow
def test_two_daemons_share_the_work_and_one_outlives_the_other(tmp_path: Path) -> None:
    outcome = share_work(tmp_path, 40, seed=SEED, patience=100)
    print(f"seed {SEED}: {outcome}")
    assert (outcome.done, outcome.again, outcome.at_once) == (40, 0, 0)
    assert outcome.busiest_host == 1


@pytest.mark.slow
def test_memory_and_descriptors_stay_flat(tmp_path: Path) -> None:
    outcome = soak(tmp_path, 40, cycles=3, limit=60)
    print(outcome)
    assert outcome.crawls > 40
    assert outcome.growth < 1.15
    assert outcome.last[1] <= outcome.first[1] + 25
