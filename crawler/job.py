"""What a spider is given to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from crawler.ports import BoardPlan, Clock, Item, Progress, Recorder
from crawler.settings_for import CrawlerSettings


@dataclass
class InMemory:
    """A recorder that keeps what it is given."""

    items: list[Item] = field(default_factory=list)

    async def record(self, items: Sequence[Item]) -> None:
        """Keep ``items``."""
        self.items.extend(items)


@dataclass(frozen=True)
class Job:
    """A crawl to be run: of which board, into which recorder, how, and by which clock."""

    plan: BoardPlan
    recorder: Recorder
    settings: CrawlerSettings
    clock: Clock
    progress: Callable[[Progress], None] | None = None
