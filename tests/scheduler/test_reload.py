"""A new configuration while the daemon runs: a good one holds, a broken one is refused."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from crawler import reactor
from jobdiff.config import Config, load, wall_clock
from scheduler.daemon import Daemon, Setup
from scheduler.systemd import ServiceManager
from storage import Store, boards, processes
from tests.crawler.site import Site
from tests.scheduler.running import daemon_of, until
from tests.scheduler.test_store_trouble import held

HEAD = '[crawler]\ndelay = "0s"\n[network]\nallow_private = true\n[web]\nlisten = "off"\n'


@pytest.fixture
def file(tmp_path: Path, store: Store) -> Path:
    """A configuration without boards, for the store of the test."""
    made = tmp_path / "jobdiff.toml"
    made.write_text(f'database = "sqlite:///{store.place}"\n{HEAD}')
    return made


def running(
    store: Store,
    file: Path,
    script: Callable[[Daemon], Awaitable[Any]],
    *,
    can_load: bool = True,
) -> Any:
    """What a script says that drives a daemon's ticks itself."""

    def read() -> Config:
        return load(file, env={})

    async def main() -> Any:
        daemon = daemon_of(store, read(), load=read if can_load else None)
        with daemon.crew.writer:
            said = await script(daemon)
            await daemon.crew.finish()
            return said

    return reactor.run(main)


def add(file: Path, *lines: str) -> None:
    put(file, file.read_text() + "\n".join(lines) + "\n")


def put(file: Path, text: str) -> None:
    file.write_text(text)


def remove(file: Path) -> None:
    file.unlink()


def replace(file: Path, **words: str) -> None:
    text = file.read_text()
    for old, new in words.items():
        text = text.replace(old, new)
    put(file, text)


def state(store: Store) -> dict[str, tuple[str, bool]]:
    with store.read() as connection:
        return {one.name: (one.every, one.paused) for one in boards.all_boards(connection)}


async def checks(daemon: Daemon) -> dict[str, str]:
    return {one.check: one.detail for one in (await daemon.health()).checks}


def test_boards_and_intervals_of_a_good_one_hold(store: Store, file: Path, site: Site) -> None:
    head = file.read_text()
    add(file, f'[[boards]]\nurl = "{site.url("/careers")}"\nname = "Acme"\nevery = "1d"')

    async def change(daemon: Daemon) -> None:
        assert await daemon.reload() is None
        assert state(store) == {"Acme": ("1d", False)}
        replace(file, **{'"1d"': '"2h"', "Acme": "Acme AG"})
        add(file, '[[rules]]\nname = "all"', '[[channels]]\nname = "me"\nurl = "json://localhost"')
        assert await daemon.reload() is None
        assert state(store) == {"Acme AG": ("2h", False)}
        assert [rule.name for rule in daemon.crew.config.rules] == ["all"]
        put(file, head)
        assert await daemon.reload() is None
        assert state(store) == {"Acme AG": ("2h", True)}

    running(store, file, change)


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ('[[boards]]\nurl = "https://example.org"\nevry = "6h"', "line 10: unknown key"),
        ("[[boards]", "line 8: this is no TOML"),
        (f"x = {'[' * 20_000}", "nested too deep"),
        ('[scheduler]\nwindow = "7-19"', "line 9: scheduler.window"),
        ('[[boards]]\nurl = "https://example.org/b"\nname = "Taken"', "'Taken' is taken"),
    ],
)
def test_a_broken_one_is_refused_with_its_line_and_the_old_one_holds(
    store: Store, file: Path, lines: str, named: str, caplog: pytest.LogCaptureFixture
) -> None:
    with store.write() as connection:
        boards.add(connection, url="https://example.org/a", name="Taken", now=wall_clock())
        boards.set_paused(connection, boards.find(connection, "Taken").id, True)
    add(file, lines)

    async def refuse(daemon: Daemon) -> tuple[str | None, Config, dict[str, str]]:
        before = daemon.crew.config
        error = await daemon.reload()
        assert daemon.crew.config is before
        return error, before, await checks(daemon)

    old = file.read_text()
    file.write_text(old.removesuffix(lines + "\n"))
    wanted = load(file, env={})

    async def broken(daemon: Daemon) -> tuple[str | None, Config, dict[str, str]]:
        put(file, old)
        return await refuse(daemon)

    error, held, said = running(store, file, broken)
    assert named in str(error)
    assert held == wanted
    assert said["configuration"] == f"refused, the old one holds: {error}"
    assert caplog.messages == [f"the new configuration is refused, the old one holds: {error}"]
    assert set(state(store)) == {"Taken"}


def test_another_store_or_no_file_is_refused(store: Store, file: Path) -> None:
    async def elsewhere(daemon: Daemon) -> str | None:
        put(file, f'database = "sqlite:///elsewhere.db"\n{HEAD}')
        return await daemon.reload()

    assert "database: it cannot change" in running(store, file, elsewhere)
    file.write_text(HEAD)

    async def nothing(daemon: Daemon) -> str | None:
        return await daemon.reload()

    assert "start it anew" in running(store, file, nothing, can_load=False)


def test_a_file_that_is_gone_or_empty_for_a_moment_is_refused(store: Store, file: Path) -> None:
    add(file, '[[rules]]\nname = "all"', '[[channels]]\nname = "me"\nurl = "json://localhost"')
    whole = file.read_text()

    async def write_slowly(daemon: Daemon) -> list[str | None]:
        database = daemon.crew.config.database

        def read() -> Config:
            return load(file if file.exists() else None, database=database, env={})

        slow = daemon_of(store, daemon.crew.config, load=read)
        said = [await slow.reload()]
        for text in ("", "# soon\n"):
            put(file, text)
            said.append(await slow.reload())
        remove(file)
        said.append(await slow.reload())
        assert [rule.name for rule in slow.crew.config.rules] == ["all"]
        put(file, whole)
        said.append(await slow.reload())
        slow.crew.writer.shutdown()
        return said

    before, empty, comment, gone, after = running(store, file, write_slowly)
    assert (before, after) == (None, None)
    assert empty == comment == f"{file} is empty; was it cut off? Write it whole, or start anew"
    assert str(gone).startswith(f"{file} is gone")
    assert "put it back" in str(gone)


def test_a_channel_whose_secret_is_missing_is_said_before_it_is_needed(
    store: Store, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hook = '[[channels]]\nname = "{}"\nwebhook = "https://example.org/"\nsecret = "{}"'
    missing = file.with_name("secret")

    async def take_in(daemon: Daemon) -> None:
        add(file, hook.format("one", "whsec_c2VjcmV0"), hook.format("two", f"file:{missing}"))
        assert await daemon.reload() is None
        missing.write_text("whsec_c2VjcmV0")
        assert await daemon.reload() is None

    running(store, file, take_in)
    (said,) = (one.getMessage() for one in caplog.records if one.levelname == "WARNING")
    assert said.startswith(f"channel 'two' cannot be told anything: the secret file {missing}")


def test_what_is_asked_for_through_the_store_is_answered_there(store: Store, file: Path) -> None:
    def ask() -> str:
        with store.write() as connection:
            (one,) = processes.alive(connection, wall_clock())
            processes.ask(connection, [one.id])
        return one.id

    async def asked(daemon: Daemon) -> list[tuple[int, str | None]]:
        answers = []
        for more in ("", "[[boards]"):
            add(file, more)
            process_id = ask()
            await daemon.listen()
            await daemon.listen()
            with store.read() as connection:
                answered = processes.get(connection, process_id)
            assert answered is not None
            assert answered.asked == answered.answered
            answers.append((answered.answered, answered.error))
        return answers

    (first, second) = running(store, file, asked)
    assert first == (1, None)
    assert second[0] == 2
    assert "line 9: this is no TOML" in second[1]


def test_sighup_is_the_same(store: Store, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "scheduler")

    async def hang_up(daemon: Daemon) -> None:
        await daemon.listen()
        assert caplog.messages == []
        daemon.hang_up()
        await daemon.listen()
        await daemon.listen()

    running(store, file, hang_up)
    told = f"watching 0 boards in {store.place} by {file}"
    assert caplog.messages == [f"the new configuration holds: {told}"]


def test_one_that_is_asked_for_while_the_store_is_held_is_taken_later(
    store: Store, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(file, '[[rules]]\nname = "first"', '[[channels]]\nname = "me"\nurl = "json://localhost"')

    async def hang_up(daemon: Daemon) -> None:
        replace(file, first="second")
        daemon.hang_up()
        with monkeypatch.context() as hasty, held(store):
            hasty.setattr("storage.engine.BEGIN_TRIES", 0)
            hasty.setattr("storage.engine.HASTY_MILLISECONDS", 1)
            await daemon.listen()
        assert [rule.name for rule in daemon.crew.config.rules] == ["first"]
        assert (await checks(daemon))["configuration"] == "in force"
        await daemon.listen()
        assert [rule.name for rule in daemon.crew.config.rules] == ["second"]

    running(store, file, hang_up)


def test_whatever_goes_wrong_the_service_manager_hears_that_it_goes_on(
    store: Store, file: Path, tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(10)

        def fail() -> Config:
            raise RuntimeError("of a kind that nobody thought of")

        async def reload() -> None:
            daemon = daemon_of(
                store,
                load(file, env={}),
                load=fail,
                manager=ServiceManager(str(tmp_path / "notify")),
            )
            daemon.hang_up()
            await daemon.listen()
            daemon.crew.writer.shutdown()

        reactor.run(reload)
        heard = [listening.recv(200).split(b"\n")[0] for _ in range(2)]
    assert heard == [b"RELOADING=1", b"READY=1"]


def test_a_served_sighup_takes_the_new_boards_in(store: Store, file: Path, site: Site) -> None:
    from scheduler.daemon import serve

    def crawled() -> bool:
        with store.read() as connection:
            return [one.outcome for one in boards.all_boards(connection)] == ["complete"]

    async def main() -> None:
        stopping = asyncio.Event()

        def read() -> Config:
            return load(file, env={})

        setup = Setup(read(), store, wall_clock, load=read, stopping=stopping)
        serving = asyncio.ensure_future(serve(setup))
        await until(lambda: signal.getsignal(signal.SIGHUP) != signal.SIG_DFL)
        add(file, f"[[boards]]\nurl = {json.dumps(site.url('/careers'))}")
        signal.raise_signal(signal.SIGHUP)
        await until(crawled)
        stopping.set()
        await serving

    reactor.run(main)
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_DFL


def test_where_it_is_served_moves_with_the_configuration(store: Store, file: Path) -> None:
    from jobdiff.cli.daemon import web_server
    from tests.web.running import ask, free_port

    first, second = free_port(), free_port()
    replace(file, **{'listen = "off"': f'listen = "127.0.0.1:{first}"'})

    def read() -> Config:
        return load(file, env={})

    async def moved(daemon: Daemon) -> list[int]:
        beside = web_server(store, wall_clock)
        host = "Host: jobs.example.org"
        async with beside(read(), daemon.health) as daemon.beside:
            codes = [(await ask(first, "/healthz", host))[0]]
            replace(file, **{f':{first}"': f':{second}"\nurl = "https://jobs.example.org"'})
            assert await daemon.reload() is None
            codes.append((await ask(second, "/healthz", host))[0])
            replace(file, **{"jobs.example.org": "other.example.org", "[web]": "[webb]"})
            assert "webb" in str(await daemon.reload())
            codes.append((await ask(second, "/healthz", host))[0])
            replace(file, **{"[webb]": "[web]"})
            assert await daemon.reload() is None
            return [*codes, (await ask(second, "/healthz", host))[0]]

    assert running(store, file, moved) == [421, 200, 200, 421]
