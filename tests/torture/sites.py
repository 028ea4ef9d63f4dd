"""Boards that change while they are watched, and the webhook that hears of it."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import threading
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks import Webhook

from tests.crawler.site import html, listing_page, posting_json, posting_page, script
from tests.torture.hosts import Asked, Told

SECRET = "whsec_" + base64.b64encode(b"a secret of some length").decode()
HOOK = "127.0.0.1"
LISTED, INLINE = "listed", "inline"


@dataclass
class Board:
    """What one board shows: postings by number, with the version of each one's salary."""

    host: str
    shape: str
    shown: dict[int, int]
    gone: set[int] = field(default_factory=set)

    def answer(self, path: str) -> Told:
        """A page of the board."""
        if path == "/careers":
            return Told(self._listing())
        number = int(path.removeprefix("/jobs/").partition("-")[0] or 0)
        if number in self.gone:
            return Told("<p>This position is no longer available.</p>", 410)
        if number not in self.shown:
            return Told("not found", 404)
        return Told(posting_page(number, **self._fields(number)))

    def _listing(self) -> str:
        if self.shape == LISTED:
            return listing_page([f"/jobs/{number}-engineer" for number in self.shown])
        items = [posting_json(number, **self._fields(number)) for number in self.shown]
        return html("Careers", "".join(map(script, items)))

    def _fields(self, number: int) -> dict[str, Any]:
        amount = 100_000 + 1_000 * self.shown[number]
        value = {"@type": "QuantitativeValue", "value": amount, "unitText": "YEAR"}
        name = f"{self.host}-{number}"
        return {
            "title": f"Engineer {number} at {self.host}",
            "identifier": {"@type": "PropertyValue", "name": "Acme", "value": name},
            "baseSalary": {"@type": "MonetaryAmount", "currency": "CHF", "value": value},
        }


class Sites:
    """Every board, what is told of them, and what should have been.

    What is due to be told of a posting is told before the next thing happens to it, so that
    exactly one event is right for each. Safe to use from the threads of server and test.
    """

    def __init__(self, hosts: Iterable[str], postings: int, seed: int) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self.boards = {
            host: Board(
                host, (LISTED, INLINE)[number % 2], dict.fromkeys(range(1, postings + 1), 0)
            )
            for number, host in enumerate(hosts)
        }
        self.expected: set[tuple[str, str]] = set()
        self.told: dict[str, tuple[str, str]] = {}
        self.deliveries: dict[str, set[str]] = defaultdict(set)
        self.received: list[str] = []
        self.unsigned = 0

    def answer(self, asked: Asked) -> Told:
        """What the server answers."""
        with self._lock:
            if asked.method == "POST":
                return self._hear(asked)
            if asked.path == "/robots.txt":
                return Told("", 404)
            return _validated(self.boards[asked.host].answer(asked.path), asked)

    def change(self) -> None:
        """Let something happen at a board: a posting appears, changes, or goes."""
        with self._lock:
            board = self._random.choice(list(self.boards.values()))
            kinds = ["new", "changed", "removed"] if board.shape == LISTED else ["new", "changed"]
            kind = self._random.choice(kinds)
            settled = [one for one in board.shown if not self._is_pending(board, one)]
            if kind == "new":
                number = max([*board.shown, *board.gone]) + 1
                board.shown[number] = 0
                self.expected.add(_fact("new", board, number))
            elif kind == "changed" and settled:
                number = self._random.choice(settled)
                board.shown[number] += 1
                self.expected.add(_fact("changed", board, number, board.shown[number]))
            elif kind == "removed" and len(settled) == len(board.shown) > 8 and settled[1:]:
                number = self._random.choice(settled)
                del board.shown[number]
                board.gone.add(number)
                self.expected.add(_fact("removed", board, number))

    def missing(self) -> set[tuple[str, str]]:
        """What should have been told and was not."""
        with self._lock:
            return self.expected - set(self.told.values())

    def invented(self) -> list[tuple[str, str]]:
        """What was told, and should not have been, or by more than one event."""
        with self._lock:
            facts = list(self.told.values())
            twice = [fact for fact in set(facts) if facts.count(fact) > 1]
            return [fact for fact in facts if fact not in self.expected] + twice

    def _is_pending(self, board: Board, number: int) -> bool:
        about = f"{board.host}-{number}"
        waiting = self.expected - set(self.told.values())
        return any(fact[1].partition(" ")[0] == about for fact in waiting)

    def _hear(self, asked: Asked) -> Told:
        try:
            body: Any = Webhook(SECRET).verify(asked.body, dict(asked.headers))
        except Exception:
            self.unsigned += 1
            raise
        delivery = asked.headers["webhook-id"]
        self.received.append(delivery)
        for event in body["data"]["events"]:
            self.deliveries[event["id"]].add(delivery)
            self.told[event["id"]] = _fact_of(event)
        return Told(status=204)


def _validated(told: Told, asked: Asked) -> Told:
    """The same with an ETag, or 304 where nothing changed."""
    if told.status != 200:
        return told
    tag = f'"{hashlib.sha256(told.body.encode()).hexdigest()[:16]}"'
    if asked.headers.get("if-none-match") == tag:
        return Told(status=304, headers={"ETag": tag})
    return Told(told.body, headers={"ETag": tag})


def _fact(kind: str, board: Board, number: int, version: int | None = None) -> tuple[str, str]:
    about = f"{board.host}-{number}"
    return kind, about if version is None else f"{about} {100_000 + 1_000 * version}"


def _fact_of(event: dict[str, Any]) -> tuple[str, str]:
    number, _, host = event["posting"]["title"].removeprefix("Engineer ").partition(" at ")
    about = f"{host}-{number}"
    if event["kind"] != "changed":
        return event["kind"], about
    values = [one["after"] for one in event["changes"] if one["field"].startswith("salary")]
    return "changed", f"{about} {int(values[0]) if values else json.dumps(event['changes'])}"


def configuration(urls: Iterable[str], port: int, **scheduler: object) -> str:
    """A ``jobdiff.toml`` that watches ``urls`` and tells the webhook everything."""
    kinds = ["new", "changed", "expired", "removed", "reopened"]
    more = "".join(f"{name} = {json.dumps(value)}\n" for name, value in scheduler.items())
    boards = "".join(f'[[boards]]\nurl = "{url}"\nevery = "1s"\n' for url in urls)
    return (
        'database = "sqlite:///jobs.db"\n'
        '[crawler]\ndelay = "0s"\ncontact = "mailto:test@example.org"\n'
        "[network]\nallow_private = true\n"
        f'[scheduler]\nmin_interval = "1s"\n{more}[web]\nlisten = "off"\n{boards}'
        f'[[channels]]\nname = "hook"\nwebhook = "http://{HOOK}:{port}/hook"\n'
        f'secret = "{SECRET}"\n[[rules]]\nname = "all"\nkinds = {json.dumps(kinds)}\n'
    )
