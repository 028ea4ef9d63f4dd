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
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    full, locked = StoreError("the disk is full"), ValueError("locked")

    async def work() -> None:
        one = Guard()
        await one("nothing was sent", do_well())
        assert caplog.messages == []
        for error in (full, full, full, locked, locked):
            await one("nothing was sent", fail(error))
        await one("nothing was swept", fail(full))
        assert one.store_trouble == "the disk is full"
        monkeypatch.setattr(guard, "OVER_AFTER", 0.0)
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


def test_an_error_that_comes_and_goes_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        one = Guard()
        for _ in range(5):
            await one("nothing was sent", fail(StoreError("it is damaged")))
            await one("nothing was sent", do_well())

    asyncio.run(work())
    assert caplog.messages == ["nothing was sent: it is damaged"]


def test_a_trouble_of_the_store_that_nothing_meets_any_more_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def work() -> None:
        one = Guard()
        await one("the store was not tidied up", fail(StoreError("it is locked")))
        await one("nobody was told that it lives", do_well())
        assert one.store_trouble == "it is locked"
        monkeypatch.setattr(guard, "STORE_TROUBLE_FOR", -1.0)
        assert one.store_trouble is None

    asyncio.run(work())
