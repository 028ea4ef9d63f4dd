"""Why a request came to nothing, in words."""

from __future__ import annotations

import re
from typing import Final, Self

from OpenSSL import SSL
from scrapy import Spider, exceptions
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from service_identity import VerificationError
from twisted.internet import error as internet
from twisted.web._newclient import ParseError
from twisted.web.client import ResponseFailed

from crawler.guard.wire import ExcessBody, MalformedAnswer

# http://a\@b/ is on a for some, on b for others.
_TWO_HOSTS: Final = re.compile(rb"\s*(?:[a-z]+:)?[/\\]{2}[^/?#]*\\", re.IGNORECASE)


class TooManyRedirects(IgnoreRequest):
    """More redirects than are followed."""


class Redirects(RedirectMiddleware):
    """Scrapy's redirects, with an error of its own when there are too many, and no Referer."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        made = cls(crawler.settings)
        made.crawler = crawler
        return made

    def process_response(
        self,
        request: Request,
        response: Response,
        spider: Spider | None = None,  # noqa: ARG002
    ) -> Request | Response:
        """Follow a redirect, unless it is read in two ways where it goes."""
        if _TWO_HOSTS.match(response.headers.get("Location") or b""):
            return response
        return super().process_response(request, response)

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002
        """No hop is told where we come from."""
        request.headers.pop("Referer", None)

    def _redirect(self, redirected: Request, request: Request, reason: object) -> Request:
        try:
            return super()._redirect(redirected, request, reason)
        except IgnoreRequest as error:
            raise TooManyRedirects("redirected more than 5 times") from error


DOWNLOAD_ERRORS: Final = (
    IgnoreRequest,
    exceptions.CannotResolveHostError,
    exceptions.DownloadCancelledError,
    exceptions.DownloadConnectionRefusedError,
    exceptions.DownloadFailedError,
    exceptions.DownloadTimeoutError,
    exceptions.NotSupported,
    exceptions.ResponseDataLossError,
    exceptions.UnsupportedURLSchemeError,
    TunnelError,
    internet.ConnectError,
    internet.ConnectionClosed,
    SSL.Error,
    OSError,
    ValueError,
)

_SENTENCES: Final[tuple[tuple[tuple[type[BaseException], ...], str], ...]] = (
    ((exceptions.CannotResolveHostError,), "there is no such host"),
    ((exceptions.DownloadTimeoutError, internet.TimeoutError), "it took too long to answer"),
    ((exceptions.DownloadConnectionRefusedError,), "the connection was refused"),
    ((exceptions.ResponseDataLossError,), "its answer was cut off"),
    ((exceptions.DownloadCancelledError,), "its answer is larger than 16 MiB"),
    ((TunnelError,), "the proxy did not open a connection to it"),
    ((SSL.Error,), "its certificate could not be verified"),
    ((exceptions.DownloadFailedError, ResponseFailed), "the connection was lost"),
    ((internet.ConnectionClosed, internet.ConnectError), "the connection was lost"),
    ((OSError,), "the connection was lost"),
)


def sentence(error: BaseException) -> str:
    """What happened, for people.

    >>> sentence(exceptions.DownloadTimeoutError())
    'it took too long to answer'
    """
    for reason in _reasons(error):
        if isinstance(reason, SSL.Error | VerificationError):
            return "its certificate could not be verified"
        if isinstance(reason, MalformedAnswer | ExcessBody):
            return str(reason)
        if isinstance(reason, ParseError | ValueError):
            return "its answer is not valid HTTP"
    for kinds, text in _SENTENCES:
        if isinstance(error, kinds):
            return text
    return str(error) or type(error).__name__


def _reasons(error: BaseException) -> list[BaseException]:
    """What Twisted gives as the reasons of a failed response."""
    cause = error.__cause__
    reasons = getattr(cause, "reasons", ())
    return [getattr(reason, "value", reason) for reason in reasons]
