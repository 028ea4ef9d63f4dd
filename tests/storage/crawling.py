"""A process that crawls for ever, says what it did, and waits to be killed."""

from __future__ import annotations

import itertools
import sys
from datetime import timedelta

from postings.model import Posting
from postings.visits import Policy
from storage import Store, boards, crawls, events
from tests.storage.world import LISTING, at, facts, posting, seen

BATCH = 20
ON_SITE = 120


def site(day: int) -> list[Posting]:
    """Every day has three new postings, and all of them pay more."""
    return [posting(number, pay=1000 + day) for number in range(day * 3 + 1, day * 3 + ON_SITE + 1)]


def main(url: str) -> None:
    with Store.open(url) as store:
        with store.write() as connection:
            board = boards.add(connection, url=LISTING, now=at(0))
            first = events.last_cursor(connection)
        for day in itertools.count(first):
            ticket = crawls.begin(store, board.id, owner="child", now=at(day), lease=timedelta(0))
            assert ticket is not None
            shown = site(day)
            for start in range(0, len(shown), BATCH):
                batch = shown[start : start + BATCH]
                crawls.stage(store, ticket, [seen(one, at(day)) for one in batch])
                say("staged", *(str(one.identifier.value) for one in batch))
            say("settling")
            crawls.settle(store, ticket, facts(ticket, at(day), ON_SITE), Policy(), at(day))
            say("settled")


def say(*words: str) -> None:
    print(*words, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
