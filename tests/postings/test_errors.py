from __future__ import annotations

import pytest

from postings import errors


def tree() -> list[type[errors.JobdiffError]]:
    found = [errors.JobdiffError]
    for one in found:
        found.extend(sub for sub in one.__subclasses__() if sub.__module__ == errors.__name__)
    return found


def test_every_error_hangs_on_the_one_tree_and_is_drawn_at_its_top() -> None:
    defined = {
        one.__name__
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, Exception)
    }
    assert {one.__name__ for one in tree()} == defined
    assert all(name in (errors.__doc__ or "") for name in defined)


@pytest.mark.parametrize("error", tree())
def test_what_cannot_be_tried_ends_with_2_and_what_failed_with_1(
    error: type[errors.JobdiffError],
) -> None:
    assert error.exit_code == (2 if issubclass(error, errors.UsageError) else 1)


def test_a_channel_may_say_when_to_come_back() -> None:
    later = errors.RetryLater("the team's channel asks for a pause", 30.0)
    assert (str(later), later.seconds) == ("the team's channel asks for a pause", 30.0)
