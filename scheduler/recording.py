"""What a crawl saw, on its way to the stage: what is as it was takes few bytes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from crawler.ports import Item, KnownPosting
from postings.identity import is_weak
from postings.model import Observation
from scheduler.memory import BoardMemory
from storage.pages import Checked, PageRecord, only_checked
from storage.repeated import Repeated
from storage.staging import Item as Staged

Staging: TypeAlias = Callable[[Sequence[Staged]], Awaitable[None]]


class Recording:
    """Takes what a crawl saw (``crawler.ports.Recorder``) and stages it, condensed."""

    def __init__(self, stage: Staging, memory: BoardMemory) -> None:
        self._stage = stage
        self._by_key = _by_first_key(memory.known())
        self._pages = memory.pages

    async def record(self, items: Sequence[Item]) -> None:
        """Stage ``items``."""
        await self._stage(condensed(items, self._by_key, self._pages))


@dataclass
class _Same:
    """What is as it was, collected: names of postings or pages, and a time."""

    names: list[str] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)

    def add(self, name: str, at: datetime) -> None:
        self.names.append(name)
        self.times.append(at)


def condensed(
    items: Iterable[Item], by_key: Mapping[str, KnownPosting], pages: Mapping[str, PageRecord]
) -> list[Staged]:
    """``items``, with all that only repeats what is known told in one item of each kind."""
    rest: list[Staged] = []
    listed, looked, checked = _Same(), _Same(), _Same()
    for item in items:
        if isinstance(item, PageRecord):
            before = pages.get(item.url)
            if before is not None and only_checked(before, item):
                checked.add(item.url, item.checked_at)
            else:
                rest.append(item)
        elif known := _repeated(item, by_key):
            (looked if item.asked else listed).add(known.id, item.at)
        else:
            rest.append(item)
    rest.extend(
        Repeated(max(same.times), tuple(same.names), looked=same is looked)
        for same in (listed, looked)
        if same.names
    )
    if checked.names:
        rest.append(Checked(min(checked.times), tuple(checked.names)))
    return rest


def _by_first_key(known: Iterable[KnownPosting]) -> dict[str, KnownPosting]:
    """The open, listed postings that nothing is asked about, by their strongest key."""
    found: dict[str, KnownPosting | None] = {}
    for one in known:
        if one.keys and not is_weak(one.keys[0]):
            found[one.keys[0]] = None if one.keys[0] in found else one
    return {
        key: one
        for key, one in found.items()
        if one and one.state == "open" and one.listed and not one.asked_due
    }


def _repeated(seen: Observation, by_key: Mapping[str, KnownPosting]) -> KnownPosting | None:
    """The known posting of which an observation says no more than that it is listed as it was."""
    if seen.posting or not seen.listed or seen.fetch != "unchanged" or not seen.keys:
        return None
    known = by_key.get(seen.keys[0])
    if known is None or known.keys is seen.keys or set(seen.keys) <= set(known.keys):
        return known
    return None
