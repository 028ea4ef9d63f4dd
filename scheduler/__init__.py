"""When: one crawl from claim to settlement (``work``), and the daemon that runs them (``daemon``).

``due`` says when a board is crawled next; the decision itself is ``postings.cadence``.
"""
