"""Hearing what a store does with its database, for tests of what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from storage import Store


@contextmanager
def heard(store: Store, name: str) -> Iterator[list[tuple[Any, ...]]]:
    """What the engine's events of this name were told within the block, in their order."""
    told: list[tuple[Any, ...]] = []
    with store.read() as connection:
        engine = connection.engine

    def note(*arguments: Any) -> None:
        told.append(arguments)

    event.listen(engine, name, note, named=False)
    try:
        yield told
    finally:
        event.remove(engine, name, note)
