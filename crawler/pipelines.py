"""For ``scrapy crawl``: postings go to the feeds as their JSON."""

from __future__ import annotations

from typing import Any

from scrapy.exceptions import DropItem

from postings.model import Observation
from postings.wire import posting_json


class PostingPipeline:
    """Makes a posting's JSON of what was read."""

    def process_item(self, item: Observation) -> dict[str, Any]:
        """The posting's JSON; its URL is at least the page it was read on."""
        if item.posting is None:
            raise DropItem("nothing was read")
        told = posting_json(item.posting)
        return {**told, "url": told["url"] or item.url}
