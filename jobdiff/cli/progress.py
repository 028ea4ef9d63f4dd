"""Crawls in progress, one line a board on stderr; only a terminal sees them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jobdiff.cli.output import Output
from jobdiff.cli.text import clean, count

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from crawler.ports import Progress


class CrawlBars:
    """The lines of the crawls that are running; none without a terminal."""

    def __init__(self, bars: Bars | None = None) -> None:
        self._bars = bars

    @contextmanager
    def following(self, name: str) -> Iterator[Callable[[Progress], None] | None]:
        """A line for one board as long as the block; what it yields is told how far it is."""
        bars = self._bars
        if bars is None:
            yield None
            return
        line = bars.add_task(clean(name), total=None, far="")
        try:
            yield lambda stand: bars.update(line, far=_words(stand))
        finally:
            bars.refresh()
            bars.remove_task(line)


@contextmanager
def crawl_bars(out: Output) -> Iterator[CrawlBars]:
    """Lines on stderr if that is a terminal; results printed meanwhile go above them."""
    if not out.errors.is_terminal:
        yield CrawlBars()
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.fields[far]}", style="dim", markup=False),
        TimeElapsedColumn(),
    )
    # Results go through the lines above only where both are on the same screen.
    same_screen = sys.stdout.isatty()
    with Progress(
        *columns,
        console=out.errors,
        transient=True,
        redirect_stdout=same_screen,
        redirect_stderr=same_screen,
    ) as bars:
        yield CrawlBars(bars)


def _words(stand: Progress) -> str:
    return (
        f"{count(stand.pages, 'page')} · {stand.not_modified:,} not modified · "
        f"{count(stand.postings, 'posting')}"
    )
