"""Hearing what services answer to Apprise, which tells its callers no more than yes or no.

Apprise's plugins call ``requests.post`` and its like, whose sessions nobody else can reach, so
``requests.Session.send`` is wrapped, once. Outside of ``heard`` the wrapper only hands on.
"""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from alerts.channels.answers import LONGEST_WAIT, retry_after

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

LONGEST_BODY: Final = 1 << 20
TOO_MANY: Final = 429
_LONGEST_LETTER: Final = 10_000
_NAME: Final = re.compile(r"(?=.{3,40}$)[A-Za-z]+(_[A-Za-z]+)+")  # never a token or a sentence


@dataclass(frozen=True)
class Answer:
    """What a service answered to one request.

    Attributes:
        status: of HTTP.
        wait: in seconds, if it asked for that.
        reason: its own name for what is wrong, as Slack and Matrix have it.
    """

    status: int
    wait: float | None = None
    reason: str = ""

    @property
    def is_yes(self) -> bool:
        """Whether it took what it was sent."""
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Silence:
    """There was no answer to a request, and why."""

    reason: str


Heard: TypeAlias = list[Answer | Silence]

_HEARD: Final[ContextVar[Heard | None]] = ContextVar("heard", default=None)
_INSTALLING: Final = threading.Lock()


@contextmanager
def heard() -> Iterator[Heard]:
    """What services answer to this thread within the block, in the order of its requests.

    No redirect is followed there, and of an answer's body no more than ``LONGEST_BODY`` is read.
    """
    _install()
    answers: Heard = []
    token = _HEARD.set(answers)
    try:
        yield answers
    finally:
        _HEARD.reset(token)


def _install() -> None:
    import requests

    with _INSTALLING:
        plain = requests.Session.send
        if hasattr(plain, "hears"):
            return

        @wraps(plain)
        def send(self: Session, request: PreparedRequest, **options: Any) -> Response:
            answers = _HEARD.get()
            if answers is None:
                return plain(self, request, **options)
            return _listened(self, request, options, answers)

        send.hears = plain  # type: ignore[attr-defined]
        requests.Session.send = send  # type: ignore[method-assign]


def _listened(
    session: Session, request: PreparedRequest, options: dict[str, Any], answers: Heard
) -> Response:
    import requests

    plain = requests.Session.send.hears  # type: ignore[attr-defined]
    try:
        response: Response = plain(
            session, request, **{**options, "stream": True, "allow_redirects": False}
        )
        if not options.get("stream"):
            _read(response)
    except requests.RequestException as wrong:
        answers.append(Silence(_why(wrong)))
        raise
    answers.append(_answer(response, is_read=not options.get("stream")))
    return response


def _read(response: Response) -> None:
    """Take the body in, up to a limit: a service may send one without an end."""
    import requests
    from urllib3.exceptions import HTTPError

    try:
        body = response.raw.read(LONGEST_BODY, decode_content=True)
    except (HTTPError, OSError) as wrong:
        raise requests.ConnectionError("the answer was cut off") from wrong
    response.raw.close()
    response.raw = io.BytesIO(body)


def _answer(response: Response, *, is_read: bool) -> Answer:
    headers = response.headers
    wait = retry_after(headers.get("Retry-After"), headers.get("Date"))
    told = _letter(response.content) if is_read else {}
    if wait is None and response.status_code == TOO_MANY:
        wait = _asked(told)
    return Answer(response.status_code, wait, _reason(told))


def _letter(body: bytes) -> dict[str, Any]:
    """What a body says, if it is a JSON object of moderate size."""
    if len(body) > _LONGEST_LETTER or not body.lstrip().startswith(b"{"):
        return {}
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _reason(told: Mapping[str, Any]) -> str:
    names = (told.get("error"), told.get("errcode"))
    return next((one for one in names if isinstance(one, str) and _NAME.fullmatch(one)), "")


def _asked(told: Mapping[str, Any]) -> float | None:
    """Where Discord, Telegram and Matrix say in the body how many seconds to wait."""
    parameters = told.get("parameters")
    inner = parameters if isinstance(parameters, dict) else {}
    for value, a_second in (
        (told.get("retry_after"), 1),
        (inner.get("retry_after"), 1),
        (told.get("retry_after_ms"), 1_000),
    ):
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return min(value / a_second, LONGEST_WAIT)
    return None


def _why(wrong: Exception) -> str:
    """In words, without the URL that is in the error's own."""
    import requests

    if isinstance(wrong, requests.exceptions.SSLError):
        return "its certificate is not to be trusted, or it does not speak TLS"
    if isinstance(wrong, requests.Timeout):
        return "it did not answer in time"
    if isinstance(wrong, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return "check its URL"
    return "nothing answers there, or it broke off"
