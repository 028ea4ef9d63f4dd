from __future__ import annotations

import asyncio
import base64
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug import Request, Response

from alerts.channels import CHANNELS, Outgoing, answers, apprise, webhook
from alerts.channels.errand import NAME, Errand
from jobdiff.config import Channel
from postings.errors import ConfigurationError, DeliveryError, RetryLater
from tests.alerts.factory import event

# Apprise still imports a module that Python 3.11 and 3.12 call deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

SECRET = "whsec_" + base64.b64encode(b"a secret of some length").decode()
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def hook(url: str, secret: str = SECRET) -> Channel:
    return Channel.model_validate({"name": "hook", "webhook": url, "secret": secret})


def team(url: str) -> Channel:
    return Channel.model_validate({"name": "team", "url": url})


def send(channel: Channel, outgoing: Outgoing | None = None, *, allow_private: bool = True) -> None:
    told = outgoing or Outgoing("d1", "python", (event(),), NOW)
    asyncio.run(CHANNELS[channel.kind](channel, told, allow_private=allow_private))


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


# --- webhook -----------------------------------------------------------------------------------


def test_a_webhook_is_signed_and_has_the_contracts_body(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("", status=204)
    send(hook(httpserver.url_for("/hook")))
    request, _ = httpserver.log[0]
    body = Webhook(SECRET).verify(request.get_data(), dict(request.headers))
    assert body == {
        "type": "jobdiff.events",
        "timestamp": "2026-03-01T12:00:00Z",
        "data": {"rule": "python", "events": [event()]},
    }
    assert request.headers["webhook-id"] == "d1"
    assert request.headers["Host"] == f"localhost:{httpserver.port}"


@pytest.mark.parametrize("ending", ["", "=", "=="])
def test_a_signature_is_what_the_specification_says(httpserver: HTTPServer, ending: str) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("", status=204)
    key = b"a key, 22 bytes of it\xff"
    secret = "whsec_" + base64.b64encode(key).decode().rstrip("=") + ending
    send(hook(httpserver.url_for("/hook"), secret if ending != "=" else secret[6:]))
    request, _ = httpserver.log[0]
    signed = b".".join((b"d1", request.headers["webhook-timestamp"].encode(), request.get_data()))
    digest = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert request.headers["webhook-signature"] == f"v1,{digest}"


def test_of_several_secrets_each_signs(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST").respond_with_data("", status=204)
    secrets = ["whsec_" + base64.b64encode(name * 8).decode() for name in (b"new", b"old")]
    send(hook(httpserver.url_for("/hook"), "\n".join(secrets)))
    request, _ = httpserver.log[0]
    for secret in secrets:
        assert Webhook(secret).verify(request.get_data(), dict(request.headers))
    assert len(request.headers["webhook-signature"].split(" ")) == 2
    other = "whsec_" + base64.b64encode(b"other" * 8).decode()
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(request.get_data(), dict(request.headers))


@pytest.mark.parametrize(("status", "advice"), [(401, "check its token"), (503, "trouble of its")])
def test_an_answer_is_told_with_what_to_do(
    httpserver: HTTPServer, status: int, advice: str
) -> None:
    httpserver.expect_request("/hook").respond_with_data("hush", status=status)
    with pytest.raises(DeliveryError, match=f"answered {status}") as caught:
        send(hook(httpserver.url_for("/hook")))
    assert advice in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_private_address_is_refused_unless_allowed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data("")
    send(hook(httpserver.url_for("/hook")))
    assert len(httpserver.log) == 1
    with pytest.raises(DeliveryError, match="allow_private"):
        send(hook(httpserver.url_for("/hook")), allow_private=False)
    assert len(httpserver.log) == 1


def test_a_redirect_is_not_followed(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data(
        "", status=307, headers={"Location": httpserver.url_for("/elsewhere")}
    )
    with pytest.raises(DeliveryError, match="answered 307: it redirects"):
        send(hook(httpserver.url_for("/hook")))
    assert [request.path for request, _ in httpserver.log] == ["/hook"]


@pytest.mark.parametrize("status", [400, 410, 500])
def test_any_other_answer_is_a_failure(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/hook").respond_with_data("", status=status)
    with pytest.raises(DeliveryError, match=f"'hook' answered {status}"):
        send(hook(httpserver.url_for("/hook")))


def test_retry_after_is_told_on(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook").respond_with_data(
        "", status=429, headers={"Retry-After": "120"}
    )
    with pytest.raises(RetryLater) as caught:
        send(hook(httpserver.url_for("/hook")))
    assert caught.value.seconds == 120


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("120", None, 120),
        ("0", None, 0),
        ("999999999999", None, 86_400),
        ("Sun, 01 Mar 2026 12:05:00 GMT", "Sun, 01 Mar 2026 12:00:00 GMT", 300),
        ("Sun, 01 Mar 2026 11:00:00 GMT", "Sun, 01 Mar 2026 12:00:00 GMT", 0),
        ("Sun, 01 Mar 2036 12:00:00 -0000", "Sun, 01 Mar 2026 12:00:00 GMT", 86_400),
        ("Sun, 01 Mar 2026 12:05:00 GMT", None, None),
        ("soon", None, None),
        ("-5", None, None),
        (None, None, None),
    ],
)
def test_retry_after_in_both_forms(
    value: str | None, date: str | None, seconds: float | None
) -> None:
    assert answers.retry_after(value, date) == seconds


def test_a_webhook_that_never_answers_is_given_up(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "DEADLINE", 0.2)
    with pytest.raises(DeliveryError, match="did not answer"):
        send(hook(f"http://127.0.0.1:{silent_port}/"))


def test_a_webhook_that_is_not_there_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DeliveryError, match="could not be reached"):
        send(hook(f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_not base64!", "plain words", f"{SECRET} whsec_!"]
)
def test_a_secret_that_cannot_sign_is_said_and_not_shown(secret: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        send(hook("http://127.0.0.1:1/", secret))
    assert "'hook'" in str(caught.value)
    assert secret not in str(caught.value).replace("whsec_ and base64", "")


@pytest.mark.parametrize(
    "url", ["example.org/hook", "ftp://example.org/", "http://", "http://a:b:c/"]
)
def test_a_webhook_that_is_no_address_is_said(url: str) -> None:
    with pytest.raises(ConfigurationError, match="its webhook is no"):
        send(hook(url))


# --- Apprise -----------------------------------------------------------------------------------


def test_a_message_goes_out_through_apprise(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/notify", method="POST").respond_with_data("")
    send(team(f"json://127.0.0.1:{httpserver.port}/notify"))
    body: dict[str, Any] = json.loads(httpserver.log[0][0].get_data())
    assert body["title"] == "New: Senior Python Engineer at Example AG"
    assert "https://example.org/jobs/1" in body["message"]
    assert body["attachments"] == []


def test_apprise_follows_no_redirect_whatever_its_url_says(httpserver: HTTPServer) -> None:
    seen: list[str] = []

    def answer(request: Request) -> Response:
        seen.append(request.path)
        elsewhere = httpserver.url_for("/elsewhere")
        return Response("", status=307, headers={"Location": elsewhere})

    httpserver.expect_request("/notify").respond_with_handler(answer)
    httpserver.expect_request("/elsewhere").respond_with_handler(answer)
    with pytest.raises(DeliveryError, match="'team' answered 307: it redirects"):
        send(team(f"json://127.0.0.1:{httpserver.port}/notify?redirect=yes"))
    assert seen == ["/notify"]


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "syslog://", "apprise://127.0.0.1/x", "https://example.org", "x"]
)
def test_what_does_not_send_to_people_is_not_let_in(url: str) -> None:
    apprise.check(team("json://127.0.0.1/x"))
    with pytest.raises(ConfigurationError, match="'team'"):
        apprise.check(team(url))


def test_a_url_that_apprise_cannot_read_is_said_without_its_secrets() -> None:
    with pytest.raises(ConfigurationError) as caught:
        send(team("tgram://verysecret"))
    assert "'team'" in str(caught.value)
    assert "verysecret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["bob:hunter2@mail.example.org", "xoxb-hunter2-token", "hunter2://x", "env:slack://hunter2/b"],
)
def test_a_url_without_a_scheme_may_be_the_secret_itself(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        send(team(url))
    is_scheme = url.startswith("hunter2:")
    assert ("hunter2" in str(caught.value)) == is_scheme


def test_apprise_is_given_up_at_its_deadline_and_holds_up_nothing(
    silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apprise, "DEADLINE", 0.3)
    before = threading.active_count()
    with pytest.raises(DeliveryError, match="did not answer"):
        send(team(f"json://127.0.0.1:{silent_port}/?rto=1&cto=1"))
    left = [thread for thread in threading.enumerate() if thread.name == NAME]
    assert all(thread.daemon for thread in left)
    for thread in left:
        thread.join(timeout=10)
    assert threading.active_count() <= before


def test_what_a_service_raises_is_raised_where_it_is_waited_for() -> None:
    def broken() -> bool:
        raise ZeroDivisionError

    async def back() -> bool:
        errand = Errand(("team", "url"), "d1", broken, set())
        errand.start()
        return await errand.back(within=20)

    with pytest.raises(ZeroDivisionError):
        asyncio.run(back())


class Inbox:
    """What an SMTP server on loopback was given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def test_a_mail_arrives_with_a_one_line_subject() -> None:
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=0, ready_timeout=20)
    with socket.create_server(("127.0.0.1", 0)) as free:
        controller.port = free.getsockname()[1]
    controller.start()
    try:
        hostile = event(posting={"title": "Cook\r\nBcc: all@example.org <b>now</b>"})
        url = f"mailto://127.0.0.1:{controller.port}/?from=jobs@example.org&to=me@example.org"
        send(team(f"{url}&mode=insecure"), Outgoing("d1", "python", (hostile,), NOW))
    finally:
        controller.stop()
    mail = inbox.mails[0]
    assert mail["To"] == "me@example.org"
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("New: Cook Bcc:")
    text = mail.get_body(("plain", "html")).get_content()
    assert "https://example.org/jobs/1" in text
    assert "<b>now</b>" not in text
