"""Mail: what arrives, and what a mail server that does not take it comes to."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from alerts.channels import Outgoing, apprise
from jobdiff.config import Channel
from postings.errors import DeliveryError, RetryLater
from tests.alerts.factory import event
from tests.alerts.servers import dribbling
from tests.crawler.test_guard import LOOPBACK, certificate

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FROM = "from=jobs@example.org"


class Post:
    """A mail server that answers as it is told."""

    def __init__(self, *, data: str = "250 OK", refused: dict[str, str] | None = None) -> None:
        self.mails: list[tuple[list[str], Any]] = []
        self.data = data
        self.refused = refused or {}

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data == "drop":
            server.transport.abort()
            return ""
        if self.data.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=default)
            self.mails.append((list(envelope.rcpt_tos), mail))
        return self.data


def no_password(*_: Any) -> AuthResult:
    return AuthResult(success=False, handled=False, message="535 5.7.8 no")


@contextmanager
def serving(post: Post, **options: Any) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port, ready_timeout=20, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def saying(*pieces: bytes) -> Iterator[int]:
    """A server that says so to whoever comes, and goes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            client, _address = server.accept()
            with client:
                for piece in pieces:
                    client.sendall(piece)

        speaking = threading.Thread(target=speak)
        speaking.start()
        yield server.getsockname()[1]
        speaking.join()


def message(**values: Any) -> Outgoing:
    return Outgoing("d1", "python", (event(),), NOW, **values)


def send(url: str, outgoing: Outgoing | None = None) -> None:
    channel = Channel.model_validate({"name": "mail", "url": url})
    asyncio.run(apprise.send(channel, outgoing or message(), allow_private=True))


def mail_to(port: int, *to: str, more: str = "mode=insecure") -> str:
    who = ",".join(to or ("me@example.org",))
    return f"mailto://127.0.0.1:{port}/?{FROM}&to={who}&{more}"


def test_both_parts_are_whole_and_say_who_wrote_when() -> None:
    post = Post()
    with serving(post) as port:
        send(mail_to(port))
    mail = post.mails[0][1]
    assert mail["From"] == "jobs@example.org"
    assert mail["To"] == "me@example.org"
    assert mail["Subject"] == "New: Senior Python Engineer at Example AG"
    assert abs((datetime.now(UTC) - parsedate_to_datetime(mail["Date"])).total_seconds()) < 60
    assert mail.get_all("Message-ID") is not None
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for part in (text, html):
        assert "Senior Python Engineer" in part
        assert "https://example.org/jobs/1" in part
        assert "Rule: python" in part
    assert html.startswith("<!doctype html>")


def test_a_mail_says_that_a_program_wrote_it_and_which_delivery_it_is() -> None:
    post = Post()
    with serving(post) as port:
        send(mail_to(port))
        send(mail_to(port, more="mode=insecure&+auto-submitted=no&+List-Id=jobs.example.org"))
    first, second = (mail for _, mail in post.mails)
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["X-Jobdiff-Delivery"] == second["X-Jobdiff-Delivery"] == "d1"
    assert second.get_all("Auto-Submitted") == ["no"]
    assert second["List-Id"] == "jobs.example.org"


def test_a_title_of_a_megabyte_is_a_short_subject() -> None:
    post = Post()
    hostile = event(
        posting={"title": "\u202eKöchin\r\nBcc: all@example.org \x00" + "ü" * 1_000_000}
    )
    with serving(post) as port:
        send(mail_to(port), Outgoing("d1", "python", (hostile,), NOW))
    recipients, mail = post.mails[0]
    assert recipients == ["me@example.org"]
    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("New: Köchin Bcc: all@")
    assert len(mail["Subject"]) <= 150
    assert len(mail.as_bytes()) < 20_000


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("451 4.7.1 greylisted", "'mail' answered 451: the mail server asks to come back later"),
        ("452 4.2.2 full", "'mail' answered 452: the mailbox is full"),
        ("552 5.3.4 too big", "'mail' answered 552: the mailbox is full, or the message too long"),
        ("554 5.7.1 spam", "'mail' answered 554: the mail server refuses the message"),
        ("drop", "'mail' could not be reached: it broke off"),
    ],
)
def test_what_the_mail_server_answers_is_said(answer: str, told: str) -> None:
    with (
        serving(Post(data=answer)) as port,
        pytest.raises(DeliveryError) as caught,
    ):
        send(mail_to(port))
    assert told in str(caught.value)
    assert "tried again" in str(caught.value)
    assert not isinstance(caught.value, RetryLater)


def test_a_recipient_that_is_refused_does_not_double_the_mail_of_the_other() -> None:
    post = Post(refused={"two@example.org": "550 5.1.1 unknown"})
    taken: set[str] = set()
    with serving(post) as port:
        url = mail_to(port, "one@example.org", "two@example.org")
        for _ in range(3):
            with pytest.raises(DeliveryError) as caught:
                send(url, message(taken=taken))
        told = "answered 550: the mail server refuses the recipient or the sender; one recipient"
        assert told in str(caught.value)
        assert "example.org" not in str(caught.value)
        assert [who for who, _ in post.mails] == [["one@example.org"]]
        post.refused.clear()
        send(url, message(taken=taken))
    assert [who for who, _ in post.mails] == [["one@example.org"], ["two@example.org"]]


def test_a_wrong_password_is_said_and_not_shown() -> None:
    options = {"authenticator": no_password, "auth_require_tls": False}
    with (
        serving(Post(), **options) as port,
        pytest.raises(DeliveryError, match="answered 535: check its user and password") as caught,
    ):
        send(mail_to(port).replace("mailto://", "mailto://user:hush@"))
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("mode=starttls", "it offers no encryption"),
        ("mode=ssl", "it does not speak TLS there; check the port and mode"),
    ],
)
def test_a_server_without_encryption_is_given_no_mail_where_it_is_asked_for(
    more: str, told: str
) -> None:
    post = Post()
    with serving(post) as port:
        send(mail_to(port))
        with pytest.raises(DeliveryError, match=told):
            send(mail_to(port, more=more))
    assert len(post.mails) == 1


def test_a_certificate_that_is_not_to_be_trusted_is_said(tmp_path: Path) -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(*certificate(tmp_path, LOOPBACK, days=30))
    post = Post()
    with serving(post, tls_context=own) as port:
        send(mail_to(port, more="mode=starttls&verify=no"))
        with pytest.raises(DeliveryError, match="its certificate is not to be trusted"):
            send(mail_to(port, more="mode=starttls"))
    assert len(post.mails) == 1


def test_a_server_of_a_byte_at_a_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apprise, "DEADLINE", 0.3)
    with dribbling(b"220-") as port, pytest.raises(DeliveryError, match="did not answer within"):
        send(mail_to(port))


def test_what_is_no_mail_server_is_said() -> None:
    with dribbling() as port, pytest.raises(DeliveryError, match="does not speak SMTP there"):
        send(mail_to(port))


def test_a_server_that_is_not_there_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(DeliveryError, match="could not be reached: nothing answers there"):
        send(mail_to(port))


def test_a_server_that_closes_at_once_is_said() -> None:
    with (
        saying(b"421 4.3.2 closing\r\n") as port,
        pytest.raises(DeliveryError, match="answered 421: the mail server is closing"),
    ):
        send(mail_to(port))
