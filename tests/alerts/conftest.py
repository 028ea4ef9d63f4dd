from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Store, boards
from storage.boards import BoardRow
from tests.storage.world import SITE, at


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with nothing in it, made once: migrations take their time."""
    place = tmp_path_factory.mktemp("empty") / "jobs.db"
    Store.open(f"sqlite:///{place}").close()
    return place


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> Iterator[Store]:
    shutil.copy(empty_store, tmp_path / "jobs.db")
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as opened:
        yield opened


@pytest.fixture
def board(store: Store) -> BoardRow:
    with store.write() as connection:
        return boards.add(connection, url=f"{SITE}/careers", name="Example", tags=["it"], now=at(0))
