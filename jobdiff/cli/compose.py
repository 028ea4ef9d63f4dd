"""Where the rooms are put together: configuration and store in, crawls out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlsplit

from postings.errors import UsageError

if TYPE_CHECKING:
    from jobdiff.cli.session import Session
    from storage.boards import BoardRow
    from storage.results import CrawlResult

_AT_ONCE = 200


class Addressed(Protocol):
    """Something that stands at a URL."""

    @property
    def url(self) -> str: ...


_T = TypeVar("_T")
_Board = TypeVar("_Board", bound=Addressed)


def run(main: Callable[[], Coroutine[Any, Any, _T]]) -> _T:
    """Run a coroutine where crawls can run: on the process's one loop."""
    from crawler import reactor

    return reactor.run(main)


def crawl_each(
    session: Session, boards: Sequence[BoardRow], done: Callable[[BoardRow, CrawlResult], None]
) -> list[CrawlResult]:
    """Crawl boards, those of one host one after the other, and report each as it ends."""
    from jobdiff.cli.progress import crawl_bars
    from scheduler.turns import Turns
    from scheduler.work import crawl_board

    # One thread writes for all of them: a thread for each of 200 crawls would only wait.
    with (
        crawl_bars(session.out) as bars,
        ThreadPoolExecutor(1, "writer") as writer,
        Turns.beside(session.store.place) as turns,
    ):

        async def one(board: BoardRow) -> CrawlResult:
            with bars.following(board.name) as follow:
                result = await crawl_board(
                    session.store,
                    board,
                    session.config,
                    session.clock,
                    follow,
                    writer=writer,
                    turns=turns,
                )
            done(board, result)
            return result

        return run(lambda: in_turns(boards, one))


async def in_turns(
    boards: Sequence[_Board], one: Callable[[_Board], Coroutine[Any, Any, _T]]
) -> list[_T]:
    """Do ``one`` for every board: many hosts at once, the boards of a host one after the other.

    Raises:
        Whatever the first of those that broke off raised, when all others have ended.
    """
    slots = asyncio.Semaphore(_AT_ONCE)
    turns = {host_of(board): asyncio.Lock() for board in boards}

    async def turn(board: _Board) -> _T:
        async with turns[host_of(board)], slots:
            return await one(board)

    done = await asyncio.gather(*map(turn, boards), return_exceptions=True)
    results = [each for each in done if not isinstance(each, BaseException)]
    for each in done:
        if isinstance(each, BaseException):
            raise each
    return results


def host_of(board: Addressed) -> str:
    """The host and port of a board."""
    return urlsplit(board.url).netloc.lower()


def sweep(session: Session) -> int:
    """Settle the deadlines that passed; the number of postings that expired."""
    from postings.visits import Policy
    from storage import crawls

    return crawls.sweep(session.store, Policy(), session.time())


def asked_to_wait(board: BoardRow, now: datetime) -> str | None:
    """Why a board is not to be crawled now whoever asks, if it said so (Retry-After)."""
    if board.retry_after is None or board.retry_after <= now:
        return None
    return f"{board.name} asked to be left alone until {board.retry_after:%Y-%m-%d %H:%M:%S} UTC"


def owned_by_commands(board: BoardRow) -> BoardRow:
    """The board, if commands may change it.

    Raises:
        UsageError: it belongs to the configuration file; names the file and the line.
    """
    if board.origin != "file":
        return board
    where = board.origin_file or "the configuration file"
    line = f", line {board.origin_line}" if board.origin_line else ""
    raise UsageError(f"{board.name} belongs to {where}{line}; change it there")
