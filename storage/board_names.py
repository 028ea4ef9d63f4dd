"""What boards are called: nobody may mean one and get another."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection, or_, select

from postings.errors import UsageError
from postings.urls import canonical
from storage.schema import boards

_TELLING: Final = 8  # so many letters of an id are no word


def refuse_taken(connection: Connection, name: str, address: str, own_id: str | None) -> None:
    """Refuse a name by which a person would mean another board: its name, address or id.

    Raises:
        UsageError: it is such a name; says of which board.
    """
    meant = [boards.c.name == name, boards.c.canonical == canonical(name)]
    if len(name) >= _TELLING:
        meant.append(boards.c.id.startswith(name.lower(), autoescape=True))
    others = select(boards).where(or_(*meant), boards.c.id != (own_id or ""))
    taken = connection.execute(others).first()
    if taken is not None and taken.name == name:
        raise UsageError(f"the name {name!r} is taken by {taken.url}; choose another with --name")
    if taken is not None:
        raise UsageError(f"by {name!r} {taken.url} is meant; choose another name with --name")
    if "://" in name and canonical(name) != address:
        raise UsageError(f"the name {name!r} is another address; choose another with --name")


def free_name(connection: Connection, url: str, but_not: Collection[str] = ()) -> str:
    """The host; with the path where that is taken; with a number where both are."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower() or url
    path = f"{host}{parts.path.rstrip('/')}"
    taken = set(
        connection.scalars(
            select(boards.c.name).where(boards.c.name.startswith(host, autoescape=True))
        )
    )
    taken.update(but_not)
    names = [host, path, *(f"{path} {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
