import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobdiff.cli.compose import in_turns
from jobdiff.demo.site import SiteServer
from tests.cli.program import Jobdiff


@dataclass(frozen=True)
class Board:
    url: str


ONE, TWO, OTHER = (
    Board(f"https://{where}") for where in ("a.example/1", "A.example/2", "b.example")
)


def test_the_boards_of_a_host_take_turns_and_hosts_do_not_wait_for_each_other() -> None:
    running: list[Board] = []
    together: list[set[str]] = []

    async def one(board: Board) -> str:
        running.append(board)
        for _ in range(5):
            await asyncio.sleep(0)
        together.append({each.url for each in running})
        running.remove(board)
        return board.url

    done = asyncio.run(in_turns([ONE, TWO, OTHER], one))
    assert done == [ONE.url, TWO.url, OTHER.url]
    assert {ONE.url, OTHER.url} in together
    assert not any({ONE.url, TWO.url} <= each for each in together)


def test_one_that_breaks_off_does_not_stop_the_others() -> None:
    ended: list[str] = []

    async def one(board: Board) -> None:
        await asyncio.sleep(0)
        if board is ONE:
            raise ValueError("broken")
        ended.append(board.url)

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(in_turns([ONE, TWO, OTHER], one))
    assert sorted(ended) == [TWO.url, OTHER.url]


def test_a_name_of_the_file_that_is_taken_is_refused(
    jobdiff: Jobdiff, alone: Path, page: SiteServer, listing: SiteServer
) -> None:
    assert jobdiff("add", page.url, "--name", "Mine").code == 0
    (alone / "jobdiff.toml").write_text(f'[[boards]]\nurl = "{listing.url}"\nname = "Mine"\n')
    refused = jobdiff("boards")
    assert refused.code == 2
    assert "the name 'Mine' is taken" in refused.err
    assert len(refused.err.splitlines()) == 1
