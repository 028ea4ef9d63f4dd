from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postings.survival import Life, curve, median

DAYS = st.integers(0, 12)
LIVES = st.lists(
    st.builds(
        lambda since, more, closed: Life(since + more, closed, since), DAYS, DAYS, st.booleans()
    ),
    max_size=30,
)


def brute_force(lives: list[Life]) -> list[tuple[float, int, int, float]]:
    """The product over every moment of a closing, counted one life at a time."""
    told: list[tuple[float, int, int, float]] = []
    share = 1.0
    for day in range(25):
        closed = sum(life.closed and life.until == day for life in lives)
        at_risk = sum(
            (life.since < day <= life.until) or (life.since == day == life.until) for life in lives
        )
        if closed:
            share *= (at_risk - closed) / at_risk
            told.append((day, at_risk, closed, share))
    return told


@given(LIVES)
def test_the_curve_is_that_of_the_definition(lives: list[Life]) -> None:
    steps = curve(lives)
    expected = brute_force(lives)
    assert [(step.days, step.at_risk, step.closed) for step in steps] == [
        (days, at_risk, closed) for days, at_risk, closed, _ in expected
    ]
    for step, (*_, share) in zip(steps, expected, strict=True):
        assert math.isclose(step.share, share, abs_tol=1e-12)
        assert 0 <= step.low <= step.share + 1e-12
        assert step.share - 1e-12 <= step.high <= 1


def test_a_textbook_example() -> None:
    """Freireich's remission times under 6-mercaptopurine, as every textbook has them."""
    closed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    steps = curve([Life(day, True) for day in closed] + [Life(day, False) for day in censored])
    shares = {step.days: round(step.share, 3) for step in steps}
    assert shares == {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.69, 16: 0.627, 22: 0.538, 23: 0.448}
    assert median(steps) == 23
    (at_six,) = [step for step in steps if step.days == 6]
    assert (at_six.at_risk, at_six.closed) == (21, 3)
    assert (round(at_six.low, 3), round(at_six.high, 3)) == (0.62, 0.952)


def test_what_is_still_open_counts_as_open_and_not_as_closed() -> None:
    assert curve([Life(10, False)]) == ()
    steps = curve([Life(5, True), Life(10, False), Life(10, False), Life(10, False)])
    assert [(step.days, step.share) for step in steps] == [(5, 0.75)]
    assert median(steps) is None


def test_a_posting_that_was_met_late_is_at_risk_only_from_then_on() -> None:
    steps = curve([Life(5, True), Life(20, True, since=10), Life(30, True, since=10)])
    assert [(step.days, step.at_risk) for step in steps] == [(5, 1), (20, 2), (30, 1)]


def test_when_all_are_closed_none_is_left() -> None:
    (step,) = curve([Life(3, True), Life(3, True)])
    assert (step.share, step.low, step.high) == (0.0, 0.0, 0.0)
    assert median([step]) == 3


@pytest.mark.parametrize("life", [Life(5, True, since=6), Life(5, True, since=-1)])
def test_what_ends_before_it_is_watched_says_nothing(life: Life) -> None:
    assert curve([life]) == ()
