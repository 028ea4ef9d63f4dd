from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store, boards
from storage.boards import BoardRow
from tests.storage.world import SITE, at


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """The database that storage is tested on."""
    return f"sqlite:///{tmp_path / 'jobs.db'}"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


@pytest.fixture
def board(store: Store) -> BoardRow:
    with store.write() as connection:
        return boards.add(connection, url=f"{SITE}/careers", name="Example", now=at(0))
