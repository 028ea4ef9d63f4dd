"""The way from a message to its page: what is sent, asked for over a socket."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from alerts.contents import outgoing_of
from jobdiff.cli.daemon import web_server
from jobdiff.config.model import WebSection
from scheduler.health import Health
from storage import Store, boards
from tests.alerts.conftest import empty_store  # noqa: F401  # a fixture
from tests.alerts.factory import config
from tests.alerts.test_outbox import ALL
from tests.alerts.test_pages import flood
from tests.cli.program import Jobdiff
from tests.storage.world import SITE, at
from tests.web.running import ask, free_port


@pytest.fixture
def store(tmp_path: Path, empty_store: Path) -> Iterator[Store]:  # noqa: F811
    shutil.copy(empty_store, tmp_path / "jobs.db")
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as opened:
        yield opened


async def well() -> Health:
    return Health(True, True, at(0), 0, 0, ())


def test_the_link_of_a_message_leads_to_all_of_it(store: Store) -> None:
    with store.write() as connection:
        board = boards.add(connection, url=f"{SITE}/careers", name="Example", now=at(0))
    port = free_port()
    web = WebSection(listen=f"127.0.0.1:{port}", url="https://jobs.example.org")
    rules = config(ALL | {"at_most": 2}).model_copy(update={"web": web})
    one = flood(store, board, rules, 30)
    text = outgoing_of(store, rules, one, at(1)).message().text
    (link,) = re.findall(r"… and 28 more: (\S+)", text)
    parts = urlsplit(link)

    async def follow() -> tuple[int, str, str]:
        async with web_server(store, lambda: at(1))(rules, well):
            return await ask(port, parts.path, f"Host: {parts.netloc}")

    status, _, page = asyncio.run(follow())
    assert status == 200
    assert [f">Engineer {n}</bdi></a>" in page for n in range(1, 31)] == [True] * 30


def test_a_message_that_is_shown_names_its_page(
    store: Store, jobdiff: Jobdiff, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.write() as connection:
        board = boards.add(connection, url=f"{SITE}/careers", name="Example", now=at(0))
    one = flood(store, board, config(ALL), 2)
    show = ("--database", f"sqlite:///{store.place}", "alerts", "show", one.id[:8])
    assert "As a page" not in jobdiff(*show).out
    monkeypatch.setenv("JOBDIFF_WEB__URL", "https://jobs.example.org/")
    link = f"https://jobs.example.org/messages/{one.id}/{one.payload['key']}"
    assert f"As a page: {link}" in jobdiff(*show).out
