"""What a service manager hears."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.systemd import ServiceManager


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(10)
        yield listening


def test_it_hears_what_it_is_told(manager: socket.socket) -> None:
    told = ServiceManager.of({"NOTIFY_SOCKET": str(manager.getsockname())})
    told.tell("READY=1", "STATUS=watching 3 boards")
    assert manager.recv(200) == b"READY=1\nSTATUS=watching 3 boards"


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="abstract sockets are Linux's own")
def test_an_abstract_socket_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0jobdiff-test-{os.getpid()}")
        listening.settimeout(10)
        ServiceManager(f"@jobdiff-test-{os.getpid()}").tell("STOPPING=1")
        assert listening.recv(200) == b"STOPPING=1"


def test_nobody_who_hears_is_no_error(tmp_path: Path) -> None:
    ServiceManager.of({}).tell("READY=1")
    ServiceManager(str(tmp_path / "nobody")).tell("READY=1")


@pytest.mark.parametrize(
    ("env", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
    ],
)
def test_the_watchdogs_patience_is_read(env: dict[str, str], seconds: float | None) -> None:
    assert ServiceManager.of(env).watchdog == seconds
