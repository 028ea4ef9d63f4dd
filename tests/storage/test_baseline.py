from __future__ import annotations

from typing import Literal

import pytest

from storage.baseline import Counted, count, is_baseline, under

Step = tuple[str | None, Literal["complete", "empty", "partial", "failed", "suspicious"], bool]


def told(steps: list[Step]) -> list[bool]:
    """Which of these crawls are baseline."""
    counted, found = Counted(), []
    for strategy, outcome, read in steps:
        found.append(is_baseline(counted, strategy))
        counted = count(counted, strategy, outcome, read=read)
    return found


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("a", "complete", True), ("a", "complete", True)], [True, False]),
        ([("a", "empty", False), ("a", "complete", True)], [True, False]),
        ([("a", "failed", False)] * 5 + [("a", "complete", True)], [True] * 6),
        ([("a", "partial", True)] * 4, [True, True, True, False]),
        (
            [("a", "partial", True), ("a", "complete", True), ("a", "partial", True)],
            [True, True, False],
        ),
        (
            [("a", "complete", True), ("b", "complete", True), ("b", "complete", True)],
            [True, True, False],
        ),
        (
            [("a", "complete", True), ("b", "failed", False), ("a", "complete", True)],
            [True, True, False],
        ),
        (
            [("a", "complete", True), ("b", "partial", True), ("b", "complete", True)],
            [True, True, True],
        ),
        (
            [(None, "complete", True), ("a", "complete", True), (None, "complete", True)],
            [True, False, False],
        ),
    ],
)
def test_the_first_complete_crawl_under_a_strategy_is_the_last_baseline(
    steps: list[Step], expected: list[bool]
) -> None:
    assert told(steps) == expected


def test_a_strategy_that_is_not_told_is_the_one_before() -> None:
    assert under(Counted("a", 1, 1), None) == Counted("a", 1, 1)
