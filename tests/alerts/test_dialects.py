"""What each service is given, so that people see what the page said, and nothing that it plotted.

Services that stand elsewhere are reached on loopback: whatever their host is, the connection goes
to a server of the test.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

import pytest
from markdown_it import MarkdownIt
from pytest_httpserver import HTTPServer
from requests.adapters import HTTPAdapter
from werkzeug import Request, Response

from alerts.channels import Outgoing, apprise
from alerts.channels.dialects import dialect_of, inlined, markdown, starless
from jobdiff.config import Channel
from postings.errors import DeliveryError
from tests.alerts.factory import event

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CLEAN = "Entwickler*in C++ & C# für Kund*innen (m/w/d) – 100 % | Node.js_Dev *remote*"
URL = "https://example.org/jobs/_1_"
Sent: TypeAlias = list[Any]
SERVICES = {
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "gchat": "gchat://space/key/token",
    "gotify": "gotify://gotify.example/Aabcdefghijklmno",
    "hassio": f"hassio://home.example/{'a' * 40}",
    "matrix": f"matrix://{'t' * 40}@matrix.example/!room:matrix.example",
    "mmost": "mmost://chat.example/3ccdd113474722377935511fc85d3dd4",
    "nctalk": "nctalk://user:pass@cloud.example/room",
    "ntfy": "ntfy://ntfy.example/topic",
    "signal": "signal://signal.example/+15551234567/+15557654321",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
    "tgram": "tgram://123456789:abcdefg_hijklmnop/12315544/",
    "wxteams": f"wxteams://{'a' * 80}",
    "workflow": f"workflow://prod.example.com:443/{'a' * 32}/{'b' * 43}/",
    "zulip": f"zulip://bot@org/{'a' * 32}/stream/",
}


@pytest.fixture
def sent(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What services were sent last."""
    taken: Sent = []

    def take(request: Request) -> Response:
        body = request.get_data(as_text=True)
        if told := json.loads(body) if body.startswith("{") else parse_qs(body):
            taken.append(told)
        return Response('{"ok": true, "result": "success", "event_id": "e", "room_id": "!r:m"}')

    httpserver.expect_request(re.compile(".*")).respond_with_handler(take)
    plain: Callable[..., Any] = HTTPAdapter.send

    def to_loopback(self: HTTPAdapter, request: Any, **options: Any) -> Any:
        request.url = httpserver.url_for(urlsplit(request.url).path or "/")
        return plain(self, request, **options)

    monkeypatch.setattr(HTTPAdapter, "send", to_loopback)
    return taken


def tell(service: str, outgoing: Outgoing, sent: Sent) -> str:
    """What the service was given, all texts of it, a line each."""
    channel = Channel.model_validate({"name": service, "url": SERVICES[service]})
    try:
        asyncio.run(apprise.send(channel, outgoing, allow_private=True))
    except DeliveryError:
        assert service == "slack"  # whose yes is the bare word "ok"
    return "\n".join(texts(sent[-1]))


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


def news(*titles: str, **values: Any) -> Outgoing:
    events = [
        event(number, posting={"title": title, "url": URL, **values})
        for number, title in enumerate(titles)
    ]
    return Outgoing("d1", "python", tuple(events), NOW)


def seen(marked: str) -> str:
    """What a reader of CommonMark shows, without the tags."""
    shown = re.sub(r"<[^>]+>", "", MarkdownIt("commonmark").render(marked))
    return shown.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.parametrize("service", ["discord", "mmost", "nctalk", "hassio", "wxteams", "workflow"])
def test_a_clean_title_is_seen_as_it_is_where_text_is_markdown(service: str, sent: Sent) -> None:
    given = tell(service, news(CLEAN), sent)
    assert "Kund\\*innen" in given
    assert f"New: {CLEAN}" in seen(given)
    assert URL in given
    assert "\\." not in given
    assert "\\+" not in given


@pytest.mark.parametrize("service", ["gotify", "matrix", "ntfy", "signal"])
def test_a_clean_title_is_given_as_it_is_where_text_is_text(service: str, sent: Sent) -> None:
    given = tell(service, news(CLEAN), sent)
    assert f"New: {CLEAN}" in given
    assert "# New" not in given
    assert URL in given


@pytest.mark.parametrize("service", ["tgram", "slack"])
def test_a_clean_title_has_its_ampersand_escaped_where_that_is_asked_for(
    service: str, sent: Sent
) -> None:
    given = tell(service, news(CLEAN), sent)
    assert f"New: {CLEAN.replace('&', '&amp;')}" in given
    assert URL in given


@pytest.mark.parametrize("service", ["gchat", "zulip"])
def test_stars_stay_stars_where_there_is_no_way_around_markup(service: str, sent: Sent) -> None:
    given = tell(service, news(CLEAN), sent)
    assert f"New: {CLEAN.replace('*', '∗')}" in given
    assert "\\" not in given
    assert URL in given


@pytest.mark.parametrize("service", ["tgram", "discord", "mmost", "matrix", "gotify"])
def test_entries_are_apart_and_each_thing_has_its_line(service: str, sent: Sent) -> None:
    given = tell(service, news("Cook", "Baker"), sent).replace("\r\n", "\n")
    assert f"\n{URL}\n\nNew: Baker\nat Example AG" in given
    assert "2 new (python)" in given


def test_a_card_has_paragraphs_and_links(sent: Sent) -> None:
    given = tell("workflow", news("Cook", "Baker"), sent)
    assert f"CHF/YEAR\n\n[https://example.org/jobs/\\_1\\_]({URL})\n\nNew: Baker" in given


def test_a_card_works_nothing_out(sent: Sent) -> None:
    assert "{{DATE" in tell("ntfy", news("{{DATE(2026-03-01T06:00:00Z)}}"), sent)
    assert "{{" not in tell("workflow", news("{{DATE(2026-03-01T06:00:00Z)}}"), sent)


HOSTILE = (
    "@everyone <!channel> <!here> <@U123> <users/all> [free](https://evil.example) `x` "
    "<https://evil.example|click> ![x](https://evil.example/x.png) <script>alert(1)</script> "
    "{{7*7}} ${x} {0.__class__} \u202egnp.exe\u2066 \x00\x1b[31m\r\nBcc: a@example.org "
    "\\[free](https://evil.example) \\<@U123> \\@everyone 🎉👩‍💻"
)
TRIGGERS = ("@everyone", "@e", "<!", "<@", "<users", "](h", "://evil", "<s", "<h", "\u202e", "\x1b")


@pytest.mark.parametrize("service", SERVICES)
def test_a_hostile_title_is_one_harmless_line_everywhere(service: str, sent: Sent) -> None:
    values: dict[str, Any] = {"organization": HOSTILE, "url": "https://example.org/(<@everyone>)"}
    given = tell(service, news(HOSTILE, **values), sent)
    assert "everyone" in given
    assert "gnp.exe" in given
    assert "🎉" in given
    for trigger in TRIGGERS:
        assert trigger not in given.replace("](https://example.org", "")
    assert len([text for text in given.splitlines() if "Bcc" in text]) <= 3
    assert not any(text.strip().startswith("Bcc") for text in given.splitlines())


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_too_long_for_a_service_is_shortened_by_us(service: str, sent: Sent) -> None:
    channel = Channel.model_validate({"name": service, "url": SERVICES[service]})
    longest = apprise._plugin(channel.name, SERVICES[service]).body_maxlen
    given = tell(service, news(*(f"Kund*innen_{'x*' * 500} {n}" for n in range(60))), sent)
    assert "New: Kund" in given
    assert max(len(text) for text in texts(sent[-1])) <= longest
    assert "… and " in given
    assert len(sent) == 1


def test_a_title_of_a_megabyte_is_clipped(sent: Sent) -> None:
    given = tell("ntfy", news("ü" * 1_000_000), sent)
    assert len(given) < 2_000
    assert "…" in given


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Node.js_Dev", "Node.js_Dev"),
        ("Kund*innen", "Kund\\*innen"),
        ("_x_ ~y~ `z` a|b ||c||", "\\_x\\_ \\~y\\~ \\`z\\` a|b \\|\\|c\\|\\|"),
        ("C:\\Users", "C:\\\\Users"),
        ("C++ & C# (m/w/d) – 100 %", "C++ & C# (m/w/d) – 100 %"),
    ],
)
def test_only_what_would_be_markup_is_escaped(text: str, marked: str) -> None:
    assert markdown(text) == marked
    assert seen(marked).strip() == text


def test_a_title_that_the_text_begins_with_is_not_said_twice() -> None:
    assert inlined("New: Cook at A", "New: Cook\nat A") == "New: Cook\nat A"
    assert inlined("2 new (r)", "New: Cook").startswith("2 new (r)\n\n")
    assert inlined("2 new (r)", "") == "2 new (r)\n\n"


def test_services_that_nobody_knows_better_take_text() -> None:
    assert dialect_of({"json"}).kind == "text"
    assert dialect_of({"mmosts", "mmost"}).kind == "markdown"
    assert starless("a*b https://example.org/*") == "a∗b https://example.org/*"
