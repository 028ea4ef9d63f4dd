"""What services that are reached through Apprise answer, and what comes of it."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from pytest_httpserver import HTTPServer
from requests.adapters import HTTPAdapter
from werkzeug import Request, Response
from werkzeug.http import http_date

from alerts.channels import CHANNELS, Outgoing, apprise
from alerts.channels.errand import Errand, under_way
from alerts.channels.listening import LONGEST_BODY, Answer, Silence, heard
from alerts.dispatch import Counts, tick
from jobdiff.config import Channel
from postings.errors import DeliveryError, RetryLater
from storage import Store, outbox
from storage.boards import BoardRow
from storage.outbox import Delivery, State
from tests.alerts.factory import config, event
from tests.alerts.servers import dribbling
from tests.storage.world import at, posting, visit

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

ALL = {"name": "all", "kinds": ["new"]}
TOKEN = "3ccdd113474722377935511fc85d3dd4"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def team(url: str) -> Channel:
    return Channel.model_validate({"name": "team", "url": url})


def message(delivery_id: str = "d1", **values: Any) -> Outgoing:
    return Outgoing(delivery_id, "python", (event(),), NOW, **values)


def send(url: str, outgoing: Outgoing | None = None) -> None:
    asyncio.run(CHANNELS["apprise"](team(url), outgoing or message(), allow_private=True))


def answers(server: HTTPServer, answer: Response | Callable[[Request], Response]) -> str:
    """Let every request to the server be answered so; its host and port."""
    expected = server.expect_request(re.compile(".*"))
    if isinstance(answer, Response):
        expected.respond_with_response(answer)
    else:
        expected.respond_with_handler(answer)
    return f"127.0.0.1:{server.port}"


# --- what is answered --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "120"}, "", 120),
        ({"Retry-After": "0"}, "", 0),
        ({"Retry-After": "999999999999"}, "", 86_400),
        ({}, '{"message": "You are being rate limited.", "retry_after": 64.5}', 64.5),
        ({}, '{"ok": false, "parameters": {"retry_after": 35}}', 35),
        ({}, '{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2000}', 2),
        ({}, '{"retry_after": 1e999}', 86_400),
        ({"Retry-After": "7"}, '{"retry_after": 64.5}', 7),
    ],
)
@pytest.mark.parametrize("scheme", ["json", "ntfy", "mmost"])
def test_a_service_is_left_alone_for_as_long_as_it_asks(
    httpserver: HTTPServer, scheme: str, headers: dict[str, str], body: str, seconds: float
) -> None:
    place = answers(httpserver, Response(body, status=429, headers=headers))
    with pytest.raises(
        RetryLater, match=r"'team' answered 429.*: it wants fewer messages"
    ) as caught:
        send(f"{scheme}://{place}/{TOKEN}")
    assert caught.value.seconds == seconds


def test_a_service_may_ask_for_a_time(httpserver: HTTPServer) -> None:
    def answer(_request: Request) -> Response:
        return Response("", status=503, headers={"Retry-After": http_date(time.time() + 300)})

    with pytest.raises(RetryLater) as caught:
        send(f"json://{answers(httpserver, answer)}/")
    assert 295 <= caught.value.seconds <= 301


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4102444800"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"},
    ],
)
def test_discord_is_asked_once_and_no_thread_sleeps_until_it_lets_us(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, limits: dict[str, str]
) -> None:
    answers(httpserver, Response("", status=429, headers={"Retry-After": "120", **limits}))
    plain: Callable[..., Any] = HTTPAdapter.send

    def to_loopback(self: HTTPAdapter, request: Any, **options: Any) -> Any:
        request.url = httpserver.url_for("/")
        return plain(self, request, **options)

    monkeypatch.setattr(HTTPAdapter, "send", to_loopback)
    with pytest.raises(RetryLater, match="answered 429") as caught:
        send("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")
    assert caught.value.seconds == 120
    assert len(httpserver.log) == 1


def test_recipients_after_a_429_are_left_alone_too(httpserver: HTTPServer) -> None:
    place = answers(httpserver, Response("", status=429, headers={"Retry-After": "120"}))
    with pytest.raises(RetryLater):
        send(f"mmost://{place}/{TOKEN}?to=one,two,three")
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("body", ["", "[]", "{", '{"retry_after": null}', '{"retry_after": "5"}'])
def test_where_a_service_does_not_say_how_long_the_waits_grow(
    httpserver: HTTPServer, body: str
) -> None:
    place = answers(httpserver, Response(body, status=429, headers={"Retry-After": "soon"}))
    with pytest.raises(DeliveryError, match="answered 429") as caught:
        send(f"json://{place}/")
    assert not isinstance(caught.value, RetryLater)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "does not understand the message"),
        (401, "check its token"),
        (403, "check its token"),
        (404, "check its URL"),
        (410, "check its URL"),
        (413, "too long"),
        (418, "answered 418; it is tried again"),
        (503, "trouble of its own"),
    ],
)
def test_what_is_answered_is_said_and_no_secret_with_it(
    httpserver: HTTPServer, status: int, advice: str
) -> None:
    place = answers(httpserver, Response("hush", status=status))
    with pytest.raises(DeliveryError, match=f"'team' answered {status}") as caught:
        send(f"json://user:hush@{place}/hush?+Token=hush")
    assert advice in str(caught.value)
    assert "hush" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)


def test_where_nothing_answers_it_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DeliveryError, match="could not be reached: nothing answers there"):
        send(f"json://127.0.0.1:{port}/hush")


def test_a_yes_in_the_status_and_a_no_in_the_body_is_a_no(httpserver: HTTPServer) -> None:
    place = answers(httpserver, Response('{"ok": false, "error": "not_allowed"}', status=200))
    with pytest.raises(DeliveryError, match=r"but did not take the message \(not_allowed\);"):
        send(f"rocket://user:pass@{place}/#room")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"ok": false, "error": "channel_not_found"}', " (channel_not_found):"),
        ('{"errcode": "M_FORBIDDEN"}', " (M_FORBIDDEN):"),
        ('{"error": "no such token: hush-1234"}', "answered 403: check"),
        ('{"error": ["a_b"]}', "answered 403: check"),
        ('{"error": "' + "a_" * 30 + 'a"}', "answered 403: check"),
    ],
)
def test_a_service_has_its_own_names_for_what_is_wrong(
    httpserver: HTTPServer, body: str, reason: str
) -> None:
    place = answers(httpserver, Response(body, status=403))
    with pytest.raises(DeliveryError) as caught:
        send(f"json://{place}/")
    assert reason in str(caught.value)
    assert "hush" not in str(caught.value)


def test_an_answer_without_an_end_is_cut(httpserver: HTTPServer) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(200):
            yield b"x" * LONGEST_BODY

    place = answers(httpserver, Response(endless(), status=200))
    with heard() as told:
        response = requests.post(f"http://{place}/", data=b"", timeout=20)
    assert len(response.content) == LONGEST_BODY
    assert told == [Answer(200)]


def test_who_does_not_listen_is_left_alone(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/a").respond_with_data(
        "", status=307, headers={"Location": httpserver.url_for("/b")}
    )
    httpserver.expect_request("/b").respond_with_data("there")
    with heard() as told:
        assert requests.get(httpserver.url_for("/a"), timeout=20).status_code == 307
        elsewhere: list[str] = []
        other = threading.Thread(
            target=lambda: elsewhere.append(requests.get(httpserver.url_for("/a"), timeout=20).text)
        )
        other.start()
        other.join()
    assert elsewhere == ["there"]
    assert told == [Answer(307)]
    assert requests.get(httpserver.url_for("/a"), timeout=20).text == "there"
    assert told == [Answer(307)]


def test_why_there_was_no_answer_is_heard_without_its_url() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, heard() as told:
        with pytest.raises(requests.Timeout):
            requests.get(f"http://127.0.0.1:{server.getsockname()[1]}/hush", timeout=0.1)
        with pytest.raises(requests.exceptions.SSLError):
            _no_tls(server)
    assert told[0] == Silence("it did not answer in time")
    assert isinstance(told[1], Silence)
    assert "certificate" in told[1].reason


def _no_tls(server: socket.socket) -> None:
    def speak() -> None:
        for _ in range(2):
            client, _address = server.accept()
            with client:
                client.sendall(b"220 hello\r\n")

    speaking = threading.Thread(target=speak)
    speaking.start()
    try:
        requests.get(f"https://127.0.0.1:{server.getsockname()[1]}/hush", timeout=5)
    finally:
        speaking.join()


# --- several recipients, repeats ---------------------------------------------------------------


def test_who_has_a_message_is_not_told_again(httpserver: HTTPServer) -> None:
    asked: list[str] = []
    refused = {"two"}

    def answer(request: Request) -> Response:
        asked.append(json.loads(request.get_data())["channel"])
        return Response("{}", status=500 if asked[-1] in refused else 200)

    url = f"mmost://{answers(httpserver, answer)}/{TOKEN}?to=one,two,three"
    taken: set[str] = set()
    with pytest.raises(DeliveryError, match="; 2 recipients have the message"):
        send(url, message(taken=taken))
    assert sorted(asked) == ["one", "three", "two"]
    asked.clear()
    with pytest.raises(DeliveryError, match="answered 500"):
        send(url, message(taken=taken))
    assert asked == ["two"]
    asked.clear()
    refused.clear()
    send(url, message(taken=taken))
    assert asked == ["two"]
    assert not any(name in "".join(taken) for name in ("one", "two", "three"))


def test_a_repeat_carries_its_id(httpserver: HTTPServer) -> None:
    place = answers(httpserver, Response("", status=200))
    send(f"json://{place}/?+X-Own=yes")
    headers = httpserver.log[-1][0].headers
    assert headers["X-Jobdiff-Delivery"] == "d1"
    assert headers["X-Own"] == "yes"
    assert "Auto-Submitted" not in headers


@pytest.mark.parametrize("wish", ["optional=yes", "retry=5&wait=0", "overflow=split", "redirect=1"])
def test_a_failure_is_a_failure_whatever_the_url_wishes(httpserver: HTTPServer, wish: str) -> None:
    place = answers(httpserver, Response("", status=500))
    with pytest.raises(DeliveryError, match="answered 500"):
        send(f"json://{place}/?{wish}")
    assert len(httpserver.log) == 1


# --- slow ones ---------------------------------------------------------------------------------


@contextmanager
def deadline(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Iterator[None]:
    monkeypatch.setattr(apprise, "DEADLINE", seconds)
    yield
    for thread in threading.enumerate():
        if isinstance(thread, Errand):
            thread.join(timeout=20)


def test_a_hundred_messages_to_a_slow_channel_are_one_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = threading.active_count()
    with deadline(monkeypatch, 0.2), dribbling() as port:
        url = f"json://127.0.0.1:{port}/"
        with pytest.raises(DeliveryError, match="did not answer within"):
            send(url, message("d0"))
        for number in range(1, 100):
            with pytest.raises(DeliveryError, match="still busy with an earlier message"):
                send(url, message(f"d{number}"))
        with pytest.raises(DeliveryError, match="did not answer within"):
            send(url, message("d0"))
        left = [one for one in threading.enumerate() if isinstance(one, Errand)]
        assert [one.delivery_id for one in left] == ["d0"]
        assert threading.active_count() <= before + 2  # and the server's
    assert threading.active_count() <= before


def test_slow_channels_hold_up_no_other(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = answers(httpserver, Response("", status=200))

    async def all_at_once(port: int) -> list[Any]:
        slow = [
            Channel.model_validate({"name": f"slow{number}", "url": f"json://127.0.0.1:{port}/"})
            for number in range(40)
        ]
        async with asyncio.timeout(15):
            told = asyncio.gather(
                *(apprise.send(one, message(), allow_private=True) for one in slow),
                return_exceptions=True,
            )
            await apprise.send(team(f"json://{place}/"), message(), allow_private=True)
            assert not told.done()
            return await told

    with deadline(monkeypatch, 3), dribbling() as port:
        came = asyncio.run(all_at_once(port))
    assert [type(one) for one in came] == [DeliveryError] * 40


def in_state(store: Store, state: State) -> list[Delivery]:
    with store.read() as connection:
        return outbox.by_state(connection, state)


def news(store: Store, board: BoardRow, url: str) -> Callable[[datetime], Counts]:
    """One event for a channel, and what a tick at a time comes to."""
    rules = config(ALL, channels=({"name": "team", "url": url},))

    def run(now: datetime) -> Counts:
        return asyncio.run(tick(store, rules, now, jitter=lambda: 0.0))

    run(at(0))
    visit(store, board, [posting(0)], now=at(0))
    run(at(0))
    visit(store, board, [posting(0), posting(1)], now=at(1))
    return run


def test_what_was_taken_after_the_deadline_is_not_sent_again(
    store: Store, board: BoardRow, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    def answer(_request: Request) -> Response:
        assert goes_on.wait(20)
        return Response("", status=200)

    run = news(store, board, f"json://{answers(httpserver, answer)}/?rto=20")
    with deadline(monkeypatch, 0.2):
        assert run(at(1)) == Counts(owed=1, failed=1)
        assert "did not answer within" in str(in_state(store, "owed")[0].error)
        goes_on.set()
        until = time.monotonic() + 20
        while not in_state(store, "sent") and time.monotonic() < until:
            goes_on.wait(0.01)
    assert [one.error for one in in_state(store, "sent")] == [None]
    assert run(at(2)) == Counts()
    assert len(httpserver.log) == 1


def test_the_next_try_waits_for_the_one_that_is_still_under_way(
    store: Store, board: BoardRow, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    def answer(_request: Request) -> Response:
        assert goes_on.wait(20)
        return Response("", status=200)

    url = f"json://{answers(httpserver, answer)}/?rto=20"
    run = news(store, board, url)
    with deadline(monkeypatch, 0.2):
        assert run(at(1)) == Counts(owed=1, failed=1)
        assert under_way(("team", url)) is not None
        assert run(at(1) + timedelta(hours=1)) == Counts(failed=1)
        monkeypatch.setattr(apprise, "DEADLINE", 20)
        threading.Timer(0.2, goes_on.set).start()
        assert run(at(2)) == Counts(sent=1)
    assert len(httpserver.log) == 1


def test_who_took_it_after_the_deadline_is_not_told_again(
    store: Store, board: BoardRow, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, asked, refused = threading.Event(), list[str](), {"two"}

    def answer(request: Request) -> Response:
        asked.append(json.loads(request.get_data())["channel"])
        assert goes_on.wait(20)
        return Response("{}", status=500 if asked[-1] in refused else 200)

    run = news(store, board, f"mmost://{answers(httpserver, answer)}/{TOKEN}?to=one,two&rto=20")
    with deadline(monkeypatch, 0.2):
        assert run(at(1)) == Counts(owed=1, failed=1)
        goes_on.set()
    monkeypatch.setattr(apprise, "DEADLINE", 20)
    assert run(at(2)) == Counts(failed=1)
    assert sorted(asked) == ["one", "two", "two"]
    refused.clear()
    assert run(at(3)) == Counts(sent=1)
    assert sorted(asked) == ["one", "two", "two", "two"]


def test_retry_after_of_a_service_holds_its_channel_back(
    store: Store, board: BoardRow, httpserver: HTTPServer
) -> None:
    busy = [True]

    def answer(_request: Request) -> Response:
        headers = {"Retry-After": "3600"}
        return Response("", status=429, headers=headers) if busy[0] else Response("")

    run = news(store, board, f"json://{answers(httpserver, answer)}/")
    assert run(at(1)) == Counts(owed=1, failed=1)
    busy[0] = False
    assert run(at(1) + timedelta(seconds=3599)) == Counts()
    assert len(httpserver.log) == 1
    assert run(at(1) + timedelta(seconds=3600)) == Counts(sent=1)


def test_recipients_that_have_it_are_remembered_with_the_delivery(
    store: Store, board: BoardRow, httpserver: HTTPServer
) -> None:
    asked: list[str] = []
    refused = {"two"}

    def answer(request: Request) -> Response:
        asked.append(json.loads(request.get_data())["channel"])
        return Response("{}", status=500 if asked[-1] in refused else 200)

    run = news(store, board, f"mmost://{answers(httpserver, answer)}/{TOKEN}?to=one,two")
    assert run(at(1)) == Counts(owed=1, failed=1)
    assert run(at(2)) == Counts(failed=1)
    refused.clear()
    assert run(at(3)) == Counts(sent=1)
    assert sorted(asked) == ["one", "two", "two", "two"]
    with store.write() as connection:
        assert outbox.replay(connection, at(0), at(3), states=("sent",)) == 1
    assert run(at(3)) == Counts(sent=1)
    assert sorted(asked[4:]) == ["one", "two"]
