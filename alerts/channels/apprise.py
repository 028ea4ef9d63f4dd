"""Messages through Apprise: e-mail and chat services.

Apprise blocks, follows redirects and has no deadline of its own, so it runs in a thread that is
left behind after ``DEADLINE`` seconds, without redirects and without attachments. Of its
services only those that send to people are let in.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

from alerts.channels.base import Outgoing
from alerts.message import Message
from jobdiff.config import Channel, resolve_secret
from postings.errors import ConfigurationError, DeliveryError

DEADLINE: Final = 20.0
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


async def send(channel: Channel, outgoing: Outgoing, *, allow_private: bool) -> None:  # noqa: ARG001
    """Send one message; see ``alerts.channels.base.Send``.

    Private addresses are let in: the URL is the owner's own word, and mail servers, ntfy or
    Gotify often stand in the owner's network.
    """
    url = resolve_secret(channel.url or "")
    plugin = _plugin(channel.name, url)
    message = outgoing.message(longest=plugin.body_maxlen)
    try:
        async with asyncio.timeout(DEADLINE):
            taken = await _in_thread(lambda: _notify(plugin, message))
    except TimeoutError:
        raise DeliveryError(
            f"channel {channel.name!r} did not answer within {DEADLINE:.0f} s; it is tried again"
        ) from None
    if not taken:
        raise DeliveryError(
            f"channel {channel.name!r} did not take the message; check its URL and that its"
            " service can be reached"
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
        raise ConfigurationError(
            f"channel {name!r}: {scheme[:20]!r} is no service that jobdiff sends to; write an"
            " Apprise URL like slack:// or mailto://"
        )
    asset = apprise.AppriseAsset(secure_logging=True, http_redirects=False)
    plugin = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if plugin is None:
        raise ConfigurationError(
            f"channel {name!r}: Apprise cannot read its {scheme}:// URL; check its parts"
        )
    plugin.redirects = False
    return plugin


def _notify(plugin: Any, message: Message) -> bool:
    import apprise

    sender = apprise.Apprise(asset=plugin.asset)
    sender.add(plugin)
    as_mail = plugin.schemas().isdisjoint(MAIL) is False
    body = message.html if as_mail else message.text
    kind = apprise.NotifyFormat.HTML if as_mail else apprise.NotifyFormat.TEXT
    return bool(sender.notify(title=message.subject, body=body, body_format=kind))


async def _in_thread(work: Callable[[], bool]) -> bool:
    """Run ``work`` in a daemon thread, so that one that hangs holds up no exit."""
    loop = asyncio.get_running_loop()
    outcome: Future[bool] = Future()

    def run() -> None:
        outcome.set_running_or_notify_cancel()
        try:
            outcome.set_result(work())
        except Exception as error:  # noqa: BLE001  # it is raised where it is waited for
            outcome.set_exception(error)

    threading.Thread(target=run, name="alerts-apprise", daemon=True).start()
    return await asyncio.wrap_future(outcome, loop=loop)
