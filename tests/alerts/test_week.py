"""A week of news through three real channels, over the night in which the clocks change."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook
from werkzeug import Request, Response

from alerts.dispatch import tick
from jobdiff.config import Config
from postings.model import Posting
from storage import Store, events
from storage.boards import BoardRow
from tests.alerts.factory import config
from tests.alerts.servers import Inbox, text_of
from tests.storage.world import gone, posting, visit

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

SECRET = "whsec_" + base64.b64encode(b"a secret of some length").decode()
KINDS = ["new", "changed", "removed"]
HOUR = timedelta(hours=1)
BEGIN = datetime(2026, 3, 23, tzinfo=UTC)  # a Monday, 01:00 in Zurich
END = datetime(2026, 3, 31, tzinfo=UTC)
# Zurich is at UTC+1 until March 29, 01:00 UTC, and then at UTC+2.
AT_EIGHT = [datetime(2026, 3, day, 7, tzinfo=UTC) for day in range(23, 29)] + [
    datetime(2026, 3, day, 6, tzinfo=UTC) for day in (29, 30, 31)
]
MONDAYS = [AT_EIGHT[0], datetime(2026, 3, 30, 6, tzinfo=UTC)]
Told = tuple[str, str]  # what happened, to whom


class Week:
    """The receivers, and when each was told what."""

    def __init__(self, server: HTTPServer) -> None:
        self.now = BEGIN
        self.inbox = Inbox()
        self.told: dict[str, list[tuple[datetime, Told]]] = {"mail": [], "hook": [], "team": []}
        self.messages: Counter[tuple[str, datetime]] = Counter()
        self.ids: list[str] = []
        self.team = f"json://127.0.0.1:{server.port}/team"
        self.hook = server.url_for("/hook")
        server.expect_request("/hook").respond_with_handler(self._hooked)
        server.expect_request("/team").respond_with_handler(self._noticed)

    def _hooked(self, request: Request) -> Response:
        body: Any = Webhook(SECRET).verify(request.get_data(), dict(request.headers))
        self.ids.append(request.headers["webhook-id"])
        self._note("hook", [(e["kind"], e["posting"]["title"]) for e in body["data"]["events"]])
        return Response(status=204)

    def _noticed(self, request: Request) -> Response:
        self._note("team", lines_of(json.loads(request.get_data())["message"]))
        return Response(status=200)

    def read_mails(self) -> None:
        for mail in self.inbox.mails:
            self._note("mail", lines_of(text_of(mail)))
        self.inbox.mails.clear()

    def _note(self, channel: str, told: list[Told]) -> None:
        self.messages[channel, self.now] += 1
        self.told[channel] += [(self.now, one) for one in told]

    def config(self) -> Config:
        rule = {"kinds": KINDS, "timezone": "Europe/Zurich", "at_most": 100}
        return config(
            rule | {"name": "soon", "channels": "team", "quiet": "22:00-07:00"},
            rule | {"name": "daily", "channels": "mail", "deliver": "daily at 08:00"},
            rule | {"name": "weekly", "channels": "hook", "deliver": "weekly on mon at 08:00"},
            channels=(
                {"name": "team", "url": self.team},
                self.inbox.channel(),
                {"name": "hook", "webhook": self.hook, "secret": SECRET},
            ),
        )


def lines_of(text: str) -> list[Told]:
    found = re.findall(r"^(New|Changed|Removed): (.+)$", text, re.MULTILINE)
    return [(kind.lower(), title) for kind, title in found]


@pytest.fixture
def week(httpserver: HTTPServer) -> Iterator[Week]:
    week = Week(httpserver)
    with week.inbox.up():
        yield week


def site_at(hours: int) -> tuple[list[Posting], list[Posting]]:
    """What stands on the site, and what is gone from it: something new every five hours."""
    numbers = range(hours // 5 + 2)
    pay = 100_000.0 + hours // 24
    shown = [
        posting(n, pay=pay if n == 0 else None)
        for n in numbers
        if n % 4 != 3 or n + 3 > max(numbers)
    ]
    return shown, [posting(n) for n in numbers if n % 4 == 3 and n + 3 == max(numbers)]


def live(store: Store, board: BoardRow, week: Week) -> None:
    """Crawl every five hours, and let the alerts run every hour."""
    rules, hours = week.config(), 0
    asyncio.run(tick(store, rules, BEGIN - HOUR))
    visit(store, board, site_at(0)[0], now=BEGIN - HOUR)
    while week.now < END:
        if hours % 5 == 0:
            shown, lost = site_at(hours)
            at = week.now - timedelta(minutes=30)
            visit(store, board, shown, now=at, also=[gone(one, at) for one in lost])
        asyncio.run(tick(store, rules, week.now))
        week.read_mails()
        week.now += HOUR
        hours += 1


def expected(store: Store, slots: list[datetime]) -> Counter[tuple[datetime, Told]]:
    """Each event of the log in the first slot after it was found."""
    with store.read() as connection:
        log = [one for one in events.log(connection) if not one.baseline]
    found = [one.detected_at + timedelta(minutes=30) for one in log]
    told = [(one.kind, str(one.posting["title"])) for one in log]
    slotted = [next((s for s in slots if s > at), END) for at in found]
    return Counter((at, one) for at, one in zip(slotted, told, strict=True) if at < END)


def awake(at: datetime) -> datetime:
    """The hour itself, or 07:00 in Zurich where that is at night."""
    while (
        not 7 <= (at + (HOUR if at < datetime(2026, 3, 29, 1, tzinfo=UTC) else 2 * HOUR)).hour < 22
    ):
        at += HOUR
    return at


def test_each_event_arrives_once_in_its_digest_at_the_local_time(
    store: Store, board: BoardRow, week: Week
) -> None:
    live(store, board, week)

    assert {kind for _, (kind, _) in week.told["mail"]} == set(KINDS)
    assert Counter(week.told["mail"]) == expected(store, AT_EIGHT)
    assert Counter(week.told["hook"]) == expected(store, MONDAYS)
    assert max(Counter(one for _, one in week.told["mail"] if one[0] != "changed").values()) == 1

    with store.read() as connection:
        log = [one for one in events.log(connection) if not one.baseline]
    soon = [(awake(one.detected_at + timedelta(minutes=30)), one) for one in log]
    team = Counter((at, (one.kind, str(one.posting["title"]))) for at, one in soon if at < END)
    assert Counter(week.told["team"]) == team

    digests = {number for (name, _), number in week.messages.items() if name != "team"}
    assert digests == {1}
    assert {at for at, _ in week.told["mail"]} == {at for at in AT_EIGHT if at < END}
    assert len(week.ids) == len(set(week.ids)) == len(MONDAYS)
