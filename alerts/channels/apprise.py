"""Messages through Apprise: e-mail and chat services.

Apprise blocks and has no deadline of its own, so it runs in a thread that is left behind after
``DEADLINE`` seconds; there is never more than one on its way to a channel, and what is taken
after the deadline is noted when it is. It follows no redirects and sends no attachments. Of its
services only those that send to people are let in.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from alerts.channels import mailed
from alerts.channels.answers import AGAIN, refusal, unreached
from alerts.channels.base import Outgoing
from alerts.channels.dialects import Dialect, dialect_of, inlined
from alerts.channels.errand import Errand, under_way
from alerts.channels.listening import TOO_MANY, Answer, Heard, Silence, heard
from jobdiff.config import Channel, resolve_secret
from postings.errors import ConfigurationError, DeliveryError

DEADLINE: Final = 20.0
LONGEST_PAUSE: Final = 1.0
"""Seconds between recipients: Apprise would wait up to 5.5, because it obeys no Retry-After."""
SCHEMES: Final = frozenset({
    "bark", "barks", "dbus", "discord", "feishu", "flock", "gchat", "glib", "gnome", "gotify",
    "gotifys", "groupme", "hassio", "hassios", "json", "jsons", "lark", "line", "macosx",
    "mailersend", "mailgun", "mailto", "mailtos", "mastodon", "mastodons", "matrix", "matrixs",
    "mmost", "mmosts", "nctalk", "nctalks", "ncloud", "nclouds", "ntfy", "ntfys", "o365",
    "pbul", "postmark", "pover", "prowl", "pushdeer", "pushy", "qq", "resend", "revolt",
    "rocket", "rockets", "ryver", "sendgrid", "ses", "signal", "signals", "simplepush", "slack",
    "smtp2go", "sns", "sparkpost", "synology", "synologys", "tgram", "threema", "twilio",
    "twist", "voipms", "vonage", "webex", "windows", "workflow", "workflows", "wxteams", "xml",
    "xmls", "zoom", "zulip",
})  # fmt: skip
DESKTOP: Final = "desktop"
_DESKTOPS: Final = {"win32": "windows", "darwin": "macosx"}
MAIL: Final = frozenset({
    "mailto", "mailtos", "mailgun", "mailersend", "o365", "postmark", "resend", "sendgrid", "ses",
    "smtp2go", "sparkpost",
})  # fmt: skip
SMTP: Final = frozenset({"mailto", "mailtos"})
WITH_HEADERS: Final = SMTP | {"json", "jsons", "xml", "xmls"}


@dataclass(frozen=True)
class _Letter:
    """What Apprise is handed; ``kind`` None: a text that it takes as it is."""

    title: str
    body: str
    kind: str | None


@dataclass(frozen=True)
class _Outcome:
    """What came of handing a message to Apprise: what services answered, what Apprise noted."""

    is_taken: bool
    heard: Heard
    notes: tuple[str, ...]


async def send(channel: Channel, outgoing: Outgoing, *, allow_private: bool) -> None:  # noqa: ARG001
    """Send one message; see ``alerts.channels.base.Send``.

    Private addresses are let in: the URL is the owner's own word, and mail servers, ntfy or
    Gotify often stand in the owner's network.
    """
    url = resolve_secret(channel.url or "")
    errand: Errand[_Outcome] | None = under_way((channel.name, url))
    if errand is None:
        # Composing 50,000 events takes seconds in which the loop is wanted elsewhere.
        errand = await asyncio.to_thread(_set_out, channel.name, url, outgoing)
    elif errand.delivery_id != outgoing.id:
        raise DeliveryError(
            f"channel {channel.name!r} is still busy with an earlier message{AGAIN}"
        )
    try:
        outcome = await errand.back(DEADLINE)
    except TimeoutError:
        errand.outcome.add_done_callback(_note_later(outgoing.came_late))
        raise DeliveryError(
            f"channel {channel.name!r} did not answer within {DEADLINE:.0f} s{AGAIN}"
        ) from None
    finally:
        outgoing.taken.update(frozenset(errand.taken))
    if not outcome.is_taken:
        raise _refused(channel.name, outcome, len(outgoing.taken))


def _set_out(name: str, url: str, outgoing: Outgoing) -> Errand[_Outcome]:
    plugin = _plugin(name, url)
    _prepare(plugin, outgoing)
    letter = _write(plugin, outgoing)
    errand = Errand((name, url), outgoing.id, lambda: _notify(plugin, letter), outgoing.taken)
    errand.start()
    return errand


def _note_later(came_late: Callable[[bool], None]) -> Callable[[Future[_Outcome]], None]:
    def note(outcome: Future[_Outcome]) -> None:
        is_over = not outcome.cancelled() and outcome.exception() is None
        came_late(is_over and outcome.result().is_taken)

    return note


def _refused(name: str, outcome: _Outcome, taken: int) -> DeliveryError:
    """Why it was not taken: what made it wait longest, or else what was answered last."""
    answers = [one for one in outcome.heard if isinstance(one, Answer) and not one.is_yes]
    if answers:
        worst = max(reversed(answers), key=lambda one: -1 if one.wait is None else one.wait)
        return refusal(name, worst.status, worst.wait, reason=worst.reason, taken=taken)
    silences = [one for one in outcome.heard if isinstance(one, Silence)]
    if silences:
        return unreached(name, silences[-1].reason, taken=taken)
    if outcome.heard:
        reasons = [one.reason for one in outcome.heard if isinstance(one, Answer) and one.reason]
        return DeliveryError(
            f"channel {name!r} answered, but did not take the message"
            f"{f' ({reasons[-1]})' if reasons else ''}; check its URL{AGAIN}"
        )
    return mailed.refusal_of(name, outcome.notes, taken) or DeliveryError(
        f"channel {name!r} did not take the message; check its URL and that its service can be"
        f" reached{AGAIN}"
    )


def check(channel: Channel) -> None:
    """Refuse a URL that Apprise cannot use or that is not let in.

    Raises:
        ConfigurationError: the message names the channel.
    """
    _plugin(channel.name, resolve_secret(channel.url or ""))


def _plugin(name: str, url: str) -> Any:
    import apprise

    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if scheme == DESKTOP:
        scheme = _DESKTOPS.get(sys.platform, "dbus")
        url = f"{scheme}{separator}{rest}"
    if scheme not in SCHEMES:
        # Without "://" it may be the secret itself.
        is_one = separator and re.fullmatch("[a-z][a-z0-9+.-]{0,19}", scheme)
        what = repr(scheme) if is_one else "what its URL begins with"
        raise ConfigurationError(
            f"channel {name!r}: {what} is no service that jobdiff sends to; write an Apprise URL"
            " like slack:// or mailto://"
        )
    asset = apprise.AppriseAsset(
        app_id="jobdiff",
        app_desc="jobdiff",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        secure_logging=True,
        http_redirects=False,
        service_timeout=0,  # else Apprise's few threads do the work, and slow channels fill them
    )
    plugin = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if plugin is None:
        raise ConfigurationError(
            f"channel {name!r}: Apprise cannot read its {scheme}:// URL; check its parts"
        )
    return plugin


def _prepare(plugin: Any, outgoing: Outgoing) -> None:
    """Whatever the URL says: one try, one piece, nobody told twice, and a failure is a failure."""
    import apprise

    plugin.redirects = False
    plugin.retry = 0
    plugin.optional = False
    plugin.overflow_mode = apprise.OverflowMode.UPSTREAM
    plugin.request_rate_per_sec = min(plugin.request_rate_per_sec, LONGEST_PAUSE)
    _leave_out(plugin, outgoing.taken)
    if plugin.schemas() & WITH_HEADERS:
        mails = plugin.schemas() & SMTP
        plugin.headers = mailed.with_own(plugin.headers, outgoing.id, as_mail=bool(mails))


def _keep_from_waiting(plugin: Any, answers: Heard) -> None:
    """A service that wants to be left alone is left alone by all of us, and at once.

    Some plugins would sleep until it lets them, or ask it once more.
    """
    plain = plugin.throttle

    def throttle(last_io: object = None, wait: float | None = None) -> None:
        last = answers[-1] if answers else None
        if isinstance(last, Answer) and last.status == TOO_MANY:
            raise DeliveryError("it wants fewer messages")
        if wait is not None and wait > LONGEST_PAUSE:
            answers.append(Silence("it wants fewer messages"))
            raise DeliveryError("it wants fewer messages")
        plain(last_io=last_io, wait=wait)

    plugin.throttle = throttle


def _leave_out(plugin: Any, taken: set[str]) -> None:
    """Let the plugin pass over recipients that have the message, and note those that take it.

    Apprise asks so between tries of its own; ours are further apart than it can remember. With
    other recipients in the URL, or in another order, everybody counts as not told.
    """
    where = plugin.url(privacy=True)

    def is_delivered(key: object, per_message: bool = False) -> bool:  # noqa: ARG001
        return _digest(where, key) in taken

    def mark_delivered(key: object, per_message: bool = False) -> None:  # noqa: ARG001
        if type(key) is not object:  # Apprise's sign for all of them
            taken.add(_digest(where, key))

    plugin.is_delivered, plugin.mark_delivered = is_delivered, mark_delivered


def _digest(where: str, key: object) -> str:
    """A recipient in short, without its address."""
    return hashlib.sha256(repr((where, key)).encode()).hexdigest()[:16]


def _write(plugin: Any, outgoing: Outgoing) -> _Letter:
    """The message in the service's own way, in as many characters as it takes."""
    longest = int(plugin.body_maxlen)
    if not MAIL.isdisjoint(plugin.schemas()):
        message = outgoing.message(longest=longest)
        return _Letter(message.subject, message.html, "html")
    dialect = dialect_of(plugin.schemas())
    is_inline = dialect.is_inline or plugin.title_maxlen <= 0
    room = longest
    while True:
        message = outgoing.message(longest=room)
        text = inlined(message.subject, message.text) if is_inline else message.text
        body = dialect.body(text)
        over = len(body) - longest
        if not 0 < over < room:
            break
        room -= over
    title = "" if is_inline else dialect.title(message.subject)
    return _Letter(title, body, _kind(plugin, dialect))


def _kind(plugin: Any, dialect: Dialect) -> str | None:
    """Markdown that we wrote is not to be escaped again for services that say they take text."""
    if dialect.kind != "markdown":
        return dialect.kind
    return str(plugin.resolve_format("markdown").value)


def _notify(plugin: Any, letter: _Letter) -> _Outcome:
    import apprise

    sender = apprise.Apprise(asset=plugin.asset)
    sender.add(plugin)
    with heard() as answers:
        _keep_from_waiting(plugin, answers)
        result = sender.notify(
            title=letter.title, body=letter.body, body_format=letter.kind, log_level=logging.DEBUG
        )
    return _Outcome(bool(result), answers, tuple(note.message for note in result.logs()))
