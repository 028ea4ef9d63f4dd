"""Receivers on loopback: a mail server, and a server that answers a byte at a time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


class Inbox:
    """What an SMTP server on loopback was given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    @property
    def url(self) -> str:
        to = "from=jobs@example.org&to=me@example.org&mode=insecure"
        return f"mailto://127.0.0.1:{self.port}/?{to}"

    def channel(self, name: str = "mail") -> dict[str, Any]:
        return {"name": name, "url": self.url}

    @contextmanager
    def up(self) -> Iterator[None]:
        """The server runs for as long as the block."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=20)
        controller.start()
        try:
            yield
        finally:
            controller.stop()


def text_of(mail: Any) -> str:
    """The text part of a mail."""
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")


@contextmanager
def dribbling(greeting: bytes = b"HTTP/1.1 200 OK\r\nX: ") -> Iterator[int]:
    """The port of a server that answers one byte every tenth of a second, for ever."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        serving = threading.Thread(target=_dribble, args=(server, ended, greeting))
        serving.start()
        try:
            yield server.getsockname()[1]
        finally:
            ended.set()
            serving.join()


def _dribble(server: socket.socket, ended: threading.Event, greeting: bytes) -> None:
    clients: list[socket.socket] = []
    while not ended.wait(0.1):
        try:
            client, _ = server.accept()
            client.sendall(greeting)
            clients.append(client)
        except TimeoutError:
            pass
        for one in list(clients):
            try:
                one.sendall(b"x")
            except OSError:
                clients.remove(one)
                one.close()
    for one in clients:
        one.close()
