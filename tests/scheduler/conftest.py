from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_httpserver import HTTPServer

from jobdiff.config import Config
from storage import Store
from tests.crawler.site import Site, board_of

if TYPE_CHECKING:
    from tests.scheduler.running import Receiver


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}") as opened:
        yield opened


@pytest.fixture
def site() -> Iterator[Site]:
    """Three postings, each with its own page, on a listing."""
    with Site(board_of(3)) as opened:
        yield opened


@pytest.fixture
def config() -> Config:
    """Loopback is let in, and nothing waits."""
    return fast()


def fast(**values: Any) -> Config:
    return Config.model_validate(
        {
            "crawler": {"delay": "0s"},
            "network": {"allow_private": True},
            "scheduler": {"min_interval": "1s"},
            "web": {"listen": "off"},
            **values,
        }
    )


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    """A webhook that takes what the daemon sends."""
    from tests.scheduler.running import Receiver

    made = Receiver(httpserver.url_for("/hook"))
    httpserver.expect_request("/hook", method="POST").respond_with_handler(made.take)
    return made
