"""What one run of a command has at hand: configuration, clock, store and output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from jobdiff.cli.output import Output

if TYPE_CHECKING:
    from jobdiff.config import Clock, Config
    from storage import Store


@dataclass(frozen=True)
class Session:
    """One run of one command. What it needs is opened on first use and closed at its end."""

    json: bool
    now: str | None
    config_file: Path | None
    database: str | None
    env: Mapping[str, str]

    @cached_property
    def out(self) -> Output:
        """Where results go."""
        return Output(json=self.json)

    @cached_property
    def clock(self) -> Clock:
        """The time: a frozen instant with ``--now``, else the real one."""
        from jobdiff.config import clock

        return clock(self.now)

    @cached_property
    def config(self) -> Config:
        """The configuration, read once."""
        from jobdiff.config import load

        return load(self.config_file, database=self.database, env=self.env)

    @cached_property
    def store(self) -> Store:
        """The store, opened (and if need be made or upgraded) once; boards of the file in it."""
        return _open_store(self.config, self.time())

    def time(self) -> datetime:
        """Now, aware, in UTC."""
        return self.clock()

    def close(self) -> None:
        """Close what was opened."""
        if "store" in self.__dict__:
            self.store.close()


def _open_store(config: Config, now: datetime) -> Store:
    from storage import Store, boards, file_boards

    store = Store.open(config.database)
    try:
        if config.path is not None:
            file = str(config.path.resolve())
            with store.read() as connection:
                in_step = file_boards.are_in_step(connection, file, config.boards)
            if not in_step:
                with store.write() as connection:
                    boards.sync_file_boards(connection, file, config.boards, now)
    except BaseException:
        store.close()
        raise
    return store
