"""Signed webhooks, as https://www.standardwebhooks.com has them."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import datetime
from typing import Any, Final

import httpx
from standardwebhooks import Webhook

from alerts.addresses import reachable
from alerts.channels.answers import refusal, retry_after
from alerts.channels.base import Outgoing
from jobdiff import __version__
from jobdiff.config import Channel, resolve_secret, wall_clock
from postings.errors import ConfigurationError, DeliveryError
from postings.wire import instant

DEADLINE: Final = 15.0


async def send(channel: Channel, outgoing: Outgoing, *, allow_private: bool) -> None:
    """POST one signed body; see ``alerts.channels.base.Send``.

    The connection goes to the very address that was checked, redirects are not followed, and the
    answer's body is not read.
    """
    url = _url_of(channel)
    secret = resolve_secret(channel.secret or "")
    content = json.dumps(body_of(outgoing), ensure_ascii=False, separators=(",", ":"))
    headers = signed_headers(channel.name, secret, outgoing.id, content, wall_clock())
    try:
        async with asyncio.timeout(DEADLINE):
            address = await reachable(channel.name, url.host, url.port, allow_private)
            await _post(channel.name, url, address, headers, content)
    except (TimeoutError, httpx.TimeoutException):
        raise DeliveryError(
            f"channel {channel.name!r} did not answer within {DEADLINE:.0f} s; it is tried again"
        ) from None
    except httpx.HTTPError as wrong:
        raise DeliveryError(
            f"channel {channel.name!r} could not be reached ({type(wrong).__name__}); it is tried"
            " again"
        ) from None


def body_of(outgoing: Outgoing) -> dict[str, Any]:
    """The body of ``docs/contracts.md``, the same for one event and for many."""
    data: dict[str, Any] = {
        "rule": outgoing.rule,
        "events": [dict(event) for event in outgoing.events],
    }
    if outgoing.deadlines:
        data["deadlines"] = [dict(one) for one in outgoing.deadlines]
    if outgoing.boards:
        data["boards"] = [dict(one) for one in outgoing.boards]
    if outgoing.notes or outgoing.subject:
        data |= {"subject": outgoing.subject, "notes": list(outgoing.notes)}
    return {"type": _type(outgoing), "timestamp": instant(outgoing.now), "data": data}


def _type(outgoing: Outgoing) -> str:
    if outgoing.boards:
        return "jobdiff.boards"
    if outgoing.subject:
        return "jobdiff.notice"
    return "jobdiff.events" if outgoing.events or not outgoing.deadlines else "jobdiff.deadlines"


def signed_headers(
    name: str, secret: str, delivery_id: str, content: str, now: datetime
) -> dict[str, str]:
    """The headers of Standard Webhooks; ``now`` is real time, for receivers refuse old ones.

    Of several secrets, apart by white space, each signs: receivers may know the old or the new.

    Raises:
        ConfigurationError: a secret is not ``whsec_`` and base64.
    """
    keys = [_key(one) for one in secret.split()]
    if not keys or not all(keys):
        raise ConfigurationError(
            f"channel {name!r}: its secret cannot sign; write whsec_ and base64"
        )
    return {
        "Content-Type": "application/json",
        "User-Agent": f"jobdiff/{__version__}",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(delivery_id, now, content) for key in keys),
    }


def _key(secret: str) -> bytes:
    """The key that a secret stands for, with or without padding; empty where it is none."""
    text = secret.removeprefix("whsec_").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return b""


def _url_of(channel: Channel) -> httpx.URL:
    try:
        url = httpx.URL(resolve_secret(channel.webhook or ""))
    except (httpx.InvalidURL, ValueError):
        raise ConfigurationError(f"channel {channel.name!r}: its webhook is no URL") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ConfigurationError(
            f"channel {channel.name!r}: its webhook is no web address; write https://…"
        )
    return url


async def _post(
    name: str, url: httpx.URL, address: str, headers: dict[str, str], content: str
) -> None:
    pinned = url.copy_with(host=address)
    host = url.netloc.decode("ascii")
    async with (
        httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=DEADLINE) as client,
        client.stream(
            "POST",
            pinned,
            content=content.encode(),
            headers={**headers, "Host": host},
            extensions={"sni_hostname": url.host},
        ) as response,
    ):
        _judge(name, response)


def _judge(name: str, response: httpx.Response) -> None:
    if response.is_success:
        return
    wait = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
    raise refusal(name, response.status_code, wait)
