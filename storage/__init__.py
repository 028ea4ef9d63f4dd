"""What is remembered, and the one place that writes: boards, crawls, postings, events, deliveries.

Everything goes through a ``Store``: functions of this package take the connection that
``Store.read`` or ``Store.write`` hands out, so that what belongs together is one transaction.
"""

from storage.store import Store

__all__ = ["Store"]
