"""Every error jobdiff raises on purpose, in one tree.

::

    JobdiffError                 exit code 1: the work failed
    ├── UsageError               exit code 2: what was asked for cannot be
    │   ├── ConfigurationError   jobdiff.toml or a JOBDIFF_* variable is wrong; names the key
    │   ├── NotFound             no such file, board or posting
    │   ├── RefusedUrl           a URL that jobdiff does not go to
    │   └── StoreError           the database cannot be used
    │       ├── StoreNewer       it was written by a newer jobdiff
    │       ├── StoreCorrupt     it is damaged, or no database at all
    │       └── StoreUnwritable  the folder or file cannot be written
    ├── ReadError                a document could not be read at all
    ├── CrawlError               a crawl could not be carried through
    │   └── LeaseLost            another process took the crawl over
    └── DeliveryError            a channel did not take a message
        └── RetryLater           … and said when to come back

Every message is one line, names the URL, board, file or key it is about, and says what to do.
"""

from __future__ import annotations


class JobdiffError(Exception):
    """The work failed; the text is one line for a person."""

    exit_code = 1


class UsageError(JobdiffError):
    """What was asked for cannot be: usage, configuration, or a thing that does not exist."""

    exit_code = 2


class ConfigurationError(UsageError):
    """jobdiff.toml or a ``JOBDIFF_*`` variable is wrong; the text names the key."""


class NotFound(UsageError):
    """No such file, board or posting."""


class RefusedUrl(UsageError):
    """A URL that jobdiff does not go to: not http(s), malformed, or not a public address."""


class StoreError(UsageError):
    """The database cannot be used."""


class StoreNewer(StoreError):
    """The database was written by a newer jobdiff."""


class StoreCorrupt(StoreError):
    """The database is damaged, or the file is no database."""


class StoreUnwritable(StoreError):
    """The database's folder or file cannot be written."""


class ReadError(JobdiffError):
    """A document could not be read at all."""


class CrawlError(JobdiffError):
    """A crawl could not be carried through."""


class LeaseLost(CrawlError):
    """Another process took the crawl over; what this one still had to say is dropped."""


class DeliveryError(JobdiffError):
    """A channel did not take a message."""


class RetryLater(DeliveryError):
    """A channel asked to be left alone for a while.

    Attributes:
        seconds: how long, as the channel said.
    """

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds
