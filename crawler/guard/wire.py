"""HTTP/1.1 on the wire, stricter than Scrapy's: a bounded head, and lengths that agree.

What a server sends beyond the length that it told would be taken for the next answer on the same
connection; so such a connection is closed, and its answer counts as cut off.
"""

from __future__ import annotations

from typing import Any, Final

from scrapy.core.downloader.handlers import http11
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed
from twisted.web.http import _DataLoss

MAX_HEAD: Final = 64 * 1024


class MalformedAnswer(Exception):
    """An answer that no careful client reads; its text says why."""


class ExcessBody(_DataLoss):
    """More came than the answer's own length told."""


class BoundedParser(http11._LenientHTTPClientParser):
    """Scrapy's parser of answers, within bounds.

    Interim answers (1xx) count into the same head, so that they cannot go on for ever.
    """

    MAX_LENGTH = MAX_HEAD
    _head = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        """Count the line into the head."""
        self._head += len(line) + 2
        if self._head > MAX_HEAD:
            raise MalformedAnswer("its headers are larger than 64 KiB")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002, N802
        """Refuse a head that is one endless line."""
        raise MalformedAnswer("its headers are larger than 64 KiB")

    def allHeadersReceived(self) -> None:  # noqa: N802
        """Refuse an answer whose end could be told in two ways."""
        told = self.connHeaders.hasHeader(b"content-length")
        codings = self.connHeaders.getRawHeaders(b"transfer-encoding") or []
        if codings and (told or [each.strip().lower() for each in codings] != [b"chunked"]):
            raise MalformedAnswer("its headers contradict each other about its length")
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def _finished(self, rest: bytes) -> None:
        if not rest.strip(b"\r\n"):
            super()._finished(b"")  # type: ignore[no-untyped-call]
            return
        excess = ExcessBody("it sent more than it told")
        if self.bodyDecoder is not None:
            self.state = "DONE"
            self.bodyDecoder = None
            lost = ResponseFailed([Failure(excess)], self.response)  # type: ignore[no-untyped-call]
            self.response._bodyDataFinished(Failure(lost))  # type: ignore[no-untyped-call]
        raise excess


class BoundedProtocol(http11._LenientHTTP11ClientProtocol):
    """A connection whose answers are parsed within bounds."""

    def request(self, request: Any) -> Deferred[Any]:
        """Send ``request``; its answer is read by the bounded parser."""
        answer: Deferred[Any] = super().request(request)
        if self._parser is not None:
            # Twisted names its parser's class in the middle of a method; Scrapy swaps it likewise.
            self._parser.__class__ = BoundedParser
        return answer


class BoundedFactory(http11._LenientHTTP11ClientFactory):
    """Builds ``BoundedProtocol`` connections."""

    def buildProtocol(self, addr: Any) -> BoundedProtocol:  # noqa: ARG002, N802
        """A new connection's protocol."""
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
