from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store, boards
from storage.boards import BoardRow
from tests.storage.world import SITE, at


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as opened:
        yield opened


@pytest.fixture
def board(store: Store) -> BoardRow:
    with store.write() as connection:
        return boards.add(connection, url=f"{SITE}/careers", name="Example", tags=["it"], now=at(0))
