"""A person's word on what is gone at once, postings or a field of them, carried out (rule 4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from postings import lifecycle
from postings.errors import UsageError
from postings.model import Verdict
from postings.visits import Board
from storage import boards, knowledge, postings, settling
from storage.boards import BoardRow
from storage.postings import PostingRow
from storage.store import Store


def doubted(connection: Connection, board_id: str) -> list[PostingRow]:
    """The postings that would be removed if the question were approved.

    Raises:
        UsageError: the board has no open question.
    """
    board = _asked(connection, board_id)
    missing = board.quarantine.missing if board.quarantine else frozenset()
    found = postings.search(connection, board=board.id, state="open")
    gone = [one for one in found if one.known.id in missing]
    return [one for one in gone if one.known.absence is not None]


def approve(store: Store, board_id: str, *, by: str, now: datetime) -> int:
    """What is missing is really gone: it is removed, with this word as its evidence.

    Returns:
        How many postings were removed, or have lost a field.

    Raises:
        UsageError: the board has no open question.
    """
    with store.write() as connection:
        board = _asked(connection, board_id)
        known = knowledge.by_id(knowledge.load(connection, board_id))
        verdict = lifecycle.approve(
            _value(connection, board), tuple(known.values()), by=by, url=board.url, now=now
        )
        return _settle(connection, board, known, verdict, now)


def reject(store: Store, board_id: str, *, now: datetime) -> None:
    """The site was wrong: nothing is removed, and the next crawl asks anew.

    Where nothing is asked, the fields that were learnt to be volatile are compared again.

    Raises:
        UsageError: the board has no open question, and no volatile fields.
    """
    with store.write() as connection:
        board = boards.get(connection, board_id)
        if not board.habits.volatile:
            board = _asked(connection, board_id)
        known = knowledge.by_id(knowledge.load(connection, board_id))
        verdict = lifecycle.reject(_value(connection, board), tuple(known.values()))
        _settle(connection, board, known, verdict, now)


def _settle(
    connection: Connection,
    board: BoardRow,
    known: knowledge.Postings,
    verdict: Verdict,
    now: datetime,
) -> int:
    settling.carry_out(connection, board.id, known, verdict, now)
    boards.close_question(connection, board.id, verdict.habits)
    return len(verdict.events)


def _asked(connection: Connection, board_id: str) -> BoardRow:
    board = boards.get(connection, board_id)
    if board.quarantine is None and not board.habits.drifts:
        raise UsageError(f"{board.name} is not quarantined; there is nothing to decide")
    return board


def _value(connection: Connection, board: BoardRow) -> Board:
    return Board(
        id=board.id,
        last_complete_at=board.last_complete_at,
        quarantine=board.quarantine,
        habits=board.habits,
        ambiguous=knowledge.ambiguous(connection, board.id),
    )
