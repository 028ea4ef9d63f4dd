"""Sending: in order, once, each channel for itself. The receivers are real, on loopback."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from werkzeug import Request, Response

from alerts import dispatch
from alerts.channels import CHANNELS, Outgoing, webhook
from alerts.dispatch import ATTEMPTS, Counts, backoff, tick
from alerts.outbox import owe_news
from jobdiff.config import Channel, Config
from storage import Store, boards, outbox
from storage.boards import BoardRow
from storage.outbox import Delivery, State
from tests.alerts.factory import config
from tests.storage.world import at, posting, visit

SECRET = "whsec_" + base64.b64encode(b"a secret of some length").decode()
ALL = {"name": "all", "kinds": ["new", "changed", "expired", "removed", "reopened"]}


class Receiver:
    """A webhook that checks signatures and answers as it is told."""

    def __init__(self, server: HTTPServer, path: str = "/hook") -> None:
        self.url = server.url_for(path)
        self.answers: list[Response] = []
        self.ids: list[str] = []
        self.titles: list[str] = []
        server.expect_request(path, method="POST").respond_with_handler(self._take)

    def _take(self, request: Request) -> Response:
        body: Any = Webhook(SECRET).verify(request.get_data(), dict(request.headers))
        self.ids.append(request.headers["webhook-id"])
        self.titles += [event["posting"]["title"] for event in body["data"]["events"]]
        return self.answers.pop(0) if self.answers else Response(status=204)

    def channel(self, name: str = "hook") -> dict[str, Any]:
        return {"name": name, "webhook": self.url, "secret": SECRET}


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    return Receiver(httpserver)


@pytest.fixture
def silent() -> Iterator[dict[str, Any]]:
    """A channel that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        yield {"name": "silent", "webhook": url, "secret": SECRET}


def no_jitter() -> float:
    return 0.0


def run(store: Store, rules: Config, now: datetime, busy: set[str] | None = None) -> Counts:
    return asyncio.run(tick(store, rules, now, busy, jitter=no_jitter))


def news(store: Store, board: BoardRow, rules: Config, days: int = 1) -> None:
    """So many postings are new, each in a delivery of its own."""
    owe_news(store, rules, at(0))
    site = [posting(0)]
    visit(store, board, site, now=at(0))
    for day in range(1, days + 1):
        site.append(posting(day))
        visit(store, board, site, now=at(0) + timedelta(minutes=day))
        owe_news(store, rules, at(0) + timedelta(minutes=day))


def in_state(store: Store, state: State) -> list[Delivery]:
    with store.read() as connection:
        return outbox.by_state(connection, state)


def test_each_event_is_sent_once_and_the_baseline_never(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    assert run(store, rules, at(0)) == Counts()
    visit(store, board, [posting(1)], now=at(0))
    assert run(store, rules, at(0)) == Counts()
    visit(store, board, [posting(1), posting(2)], now=at(1))
    assert run(store, rules, at(1)) == Counts(owed=1, sent=1)
    assert run(store, rules, at(1)) == Counts()
    assert receiver.titles == ["Engineer 2"]
    assert [one.sent_at for one in in_state(store, "sent")] == [at(1)]


def test_a_failure_is_tried_again_with_the_same_id_later_and_later(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    receiver.answers = [Response(status=500), Response(status=500)]
    now = at(1)
    assert run(store, rules, now) == Counts(failed=1)
    assert "'hook' answered 500" in str(in_state(store, "owed")[0].error)
    assert run(store, rules, now + timedelta(seconds=29)) == Counts()
    now += timedelta(seconds=30)
    assert run(store, rules, now) == Counts(failed=1)
    assert run(store, rules, now + timedelta(seconds=59)) == Counts()
    assert run(store, rules, now + timedelta(seconds=60)) == Counts(sent=1)
    assert len(receiver.ids) == 3
    assert len(set(receiver.ids)) == 1


def test_the_log_says_what_was_sent_and_what_was_not(
    store: Store, board: BoardRow, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    receiver.answers = [Response(status=500)]
    with caplog.at_level(logging.INFO, "alerts"):
        run(store, rules, at(1))
        run(store, rules, at(1) + timedelta(minutes=1))
    ours = (one for one in caplog.records if one.name == "alerts.dispatch")
    refused, sent = [(one.levelname, one.getMessage()) for one in ours]
    assert refused[0] == "WARNING"
    assert refused[1].startswith("rule 'all': channel 'hook' answered 500")
    assert sent == ("INFO", "rule 'all': sent to 'hook'")


def test_retry_after_holds_the_whole_channel_back(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules, days=3)
    receiver.answers = [Response(status=429, headers={"Retry-After": "3600"})]
    assert run(store, rules, at(1)) == Counts(failed=1)
    assert run(store, rules, at(1) + timedelta(seconds=3599)) == Counts()
    assert len(receiver.ids) == 1
    assert run(store, rules, at(1) + timedelta(seconds=3600)) == Counts(sent=3)


def test_a_channel_that_always_asks_for_a_second_does_not_use_up_all_tries(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    now, end = at(1), at(1) + timedelta(hours=1)
    receiver.answers = [Response(status=429, headers={"Retry-After": "1"})] * 50
    while now < end:
        run(store, rules, now)
        now = in_state(store, "owed")[0].next_attempt_at
    assert len(receiver.ids) < 12
    receiver.answers = []
    assert run(store, rules, now) == Counts(sent=1)


def test_a_message_that_is_never_taken_is_set_aside_and_the_queue_moves(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    receiver.answers = [Response(status=400)] * ATTEMPTS
    now = at(1)
    for _ in range(ATTEMPTS - 1):
        assert run(store, rules, now) == Counts(failed=1)
        now += timedelta(hours=6)
    assert run(store, rules, now) == Counts(dead=1)
    assert len(in_state(store, "dead")) == 1
    visit(store, board, [posting(0), posting(1), posting(2)], now=now)
    assert run(store, rules, now) == Counts(owed=1, sent=1)


def test_a_poison_message_does_not_stop_those_behind_it(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules, days=4)
    receiver.answers = [Response(status=400), Response(status=400)]
    assert run(store, rules, at(1)) == Counts(sent=2, failed=2)


def test_a_message_that_breaks_its_channel_harms_no_other(
    store: Store, board: BoardRow, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(channel: Channel, outgoing: Outgoing, *, allow_private: bool) -> None:
        raise ZeroDivisionError(outgoing.id)

    monkeypatch.setitem(CHANNELS, "apprise", broken)
    rules = config(ALL, channels=({"name": "team", "url": "json://x"}, receiver.channel()))
    news(store, board, rules)
    assert run(store, rules, at(1)) == Counts(sent=1, failed=1)
    assert in_state(store, "owed")[0].error == "channel 'team' failed: ZeroDivisionError"


def test_a_day_of_outage_loses_nothing(store: Store, board: BoardRow, receiver: Receiver) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules, days=12)
    now = at(1)
    while now < at(2):
        receiver.answers = [Response(status=503)] * 40
        run(store, rules, now)
        now += timedelta(hours=1)
    assert len(in_state(store, "owed")) == 12
    receiver.answers, receiver.titles = [], []
    while in_state(store, "owed"):
        assert now < at(2.5)
        run(store, rules, now)
        now += timedelta(hours=1)
    assert sorted(receiver.titles) == sorted(f"Engineer {number}" for number in range(1, 13))


def test_a_slow_channel_delays_nobody(
    store: Store,
    board: BoardRow,
    receiver: Receiver,
    silent: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook, "DEADLINE", 30.0)
    rules = config(ALL, channels=(silent, receiver.channel()))
    news(store, board, rules, days=2)

    async def both() -> tuple[Counts, set[str]]:
        busy: set[str] = set()
        first = asyncio.create_task(tick(store, rules, at(1), busy))
        async with asyncio.timeout(20):
            while len(receiver.titles) < 2 or busy != {"silent"}:  # noqa: ASYNC110  # a thread's
                await asyncio.sleep(0.01)
        left = set(busy)
        visit(store, board, [posting(number) for number in range(4)], now=at(1))
        second = await tick(store, rules, at(1), busy)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        return second, left

    second, left = asyncio.run(both())
    assert left == {"silent"}
    assert second == Counts(owed=2, sent=1)
    assert receiver.titles == ["Engineer 1", "Engineer 2", "Engineer 3"]


def test_a_turn_that_takes_long_leaves_the_rest_to_the_next(
    store: Store, board: BoardRow, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules, days=3)
    monkeypatch.setattr(dispatch, "LONGEST_TURN", -1.0)
    assert [run(store, rules, at(1)).sent for _ in range(4)] == [1, 1, 1, 0]


def test_a_channel_that_cannot_be_used_harms_no_other(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    broken = {"name": "broken", "url": "nonsense://x"}
    unset = {"name": "unset", "webhook": "env:NOWHERE_SET", "secret": SECRET}
    rules = config(ALL, channels=(broken, unset, receiver.channel()))
    news(store, board, rules)
    assert run(store, rules, at(1)) == Counts(sent=1, failed=2)
    errors = sorted(str(one.error) for one in in_state(store, "owed"))
    assert "'broken'" in errors[0]
    assert "NOWHERE_SET is not set" in errors[1]


def test_a_channel_that_left_the_configuration_is_said(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    news(store, board, config(ALL, channels=(receiver.channel("old"),)))
    assert run(store, config(ALL, channels=(receiver.channel(),)), at(1)) == Counts(failed=1)
    assert "'old' is no longer in the configuration" in str(in_state(store, "owed")[0].error)


def test_what_was_purged_meanwhile_is_not_told(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    with store.write() as connection:
        boards.remove(connection, board.id, purge=True)
    assert run(store, rules, at(1)) == Counts(sent=1)
    assert receiver.ids == []


def test_no_secret_is_kept_with_an_error(store: Store, board: BoardRow) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    channel = {"name": "hook", "webhook": f"http://u:hush@127.0.0.1:{port}/hush", "secret": SECRET}
    rules = config(ALL, channels=(channel,))
    news(store, board, rules)
    assert run(store, rules, at(1)) == Counts(failed=1)
    error = str(in_state(store, "owed")[0].error)
    assert "hush" not in error
    assert SECRET not in error


def test_waits_double_up_to_six_hours_and_last_longer_than_a_weekend() -> None:
    waits = [backoff(attempt) for attempt in range(1, ATTEMPTS)]
    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert max(waits) == timedelta(hours=6)
    assert sum(waits, timedelta()) > timedelta(days=2)


def test_nothing_is_left_running(store: Store, board: BoardRow, receiver: Receiver) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    before = {thread.name for thread in threading.enumerate()}
    run(store, rules, at(1))
    assert {thread.name for thread in threading.enumerate()} <= before
