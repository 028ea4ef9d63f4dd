"""What goes wrong again and again is logged once."""

from __future__ import annotations

import asyncio

import pytest

from postings.errors import StoreError
from scheduler import guard
from scheduler.guard import Guard


async def fail(error: Exception) -> None:
    raise error


async def do_well() -> None:
    """Nothing."""


def test_an_error_is_logged_once_until_it_changes_or_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    full, locked = StoreError("the disk is full"), ValueError("locked")

    async def work() -> None:
        one = Guard()
        await one("nothing was sent", do_well())
        assert caplog.messages == []
        for error in (full, full, full, locked, locked):
            await one("nothing was sent", fail(error))
        await one("nothing was swept", fail(full))
        assert one.store_troubles["nothing was swept"] == "the disk is full"
        for _ in range(2):
            await one("nothing was sent", do_well())
        assert set(one.store_troubles) == {"nothing was swept"}
        await one("nothing was sent", fail(full))

    asyncio.run(work())
    assert caplog.messages == [
        "nothing was sent: the disk is full",
        "nothing was sent: ValueError: locked",
        "nothing was swept: the disk is full",
        "over: nothing was sent",
        "nothing was sent: the disk is full",
    ]
    assert [bool(record.exc_info) for record in caplog.records] == [False, True, *[False] * 3]


def test_an_error_that_goes_on_is_logged_again_now_and_then(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "AGAIN_AFTER", 0.0)

    async def work() -> None:
        one = Guard()
        for _ in range(3):
            await one("nothing was sent", fail(StoreError("the disk is full")))

    asyncio.run(work())
    assert caplog.messages == ["nothing was sent: the disk is full"] * 3
