"""The queue under trouble: outages, floods, slow channels, two daemons, claims that run out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pytest_httpserver import HTTPServer
from sqlalchemy import insert, select
from werkzeug import Request, Response

from alerts.channels import CHANNELS, Outgoing, apprise, webhook
from alerts.dispatch import ATTEMPTS, DUE_AT_ONCE, Counts, owe, tick
from alerts.outbox import owe_news
from jobdiff.config import Channel, Config, wall_clock
from storage import Store, boards, channels, events, marks, merge, noted, outbox
from storage.boards import BoardRow
from storage.outbox import Delivery
from storage.schema import events as events_table
from tests.alerts.factory import config
from tests.alerts.servers import Inbox, dribbling, text_of
from tests.alerts.test_dispatch import ALL, SECRET, Receiver, in_state, news, no_jitter, run
from tests.storage.world import at, posting, visit

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def receiver(httpserver: HTTPServer) -> Receiver:
    return Receiver(httpserver)


def flood(store: Store, board: BoardRow, rules: Config, number: int) -> None:
    """So many new postings' events at once, without the crawls that would make them."""
    news(store, board, rules)
    with store.write() as connection:
        row = dict(connection.execute(select(events_table)).all()[-1]._mapping)
        rows = []
        for n in range(number):
            summary = row["summary"] | {"title": f"Cook {n}", "url": f"https://example.org/{n}"}
            cursor = row["cursor"] + 1 + n
            rows.append(row | {"cursor": cursor, "id": f"flood-{n}", "summary": summary})
        connection.execute(insert(events_table), rows)


# --- outages -----------------------------------------------------------------------------------


def test_a_day_without_the_mail_server_loses_nothing(store: Store, board: BoardRow) -> None:
    inbox = Inbox()
    rules = config(ALL, channels=(inbox.channel(),))
    news(store, board, rules, days=3)
    now, end = at(1), at(2)
    while now < end:
        assert run(store, rules, now).sent == 0
        now += timedelta(hours=2)
    assert inbox.mails == []
    assert len(in_state(store, "owed")) == 3

    with inbox.up():
        while in_state(store, "owed"):
            assert now < at(3)
            run(store, rules, now)
            now += timedelta(hours=2)
    subjects = sorted(str(mail["Subject"]) for mail in inbox.mails)
    assert subjects == [f"New: Engineer {n} at Example AG" for n in range(1, 4)]


def test_news_that_come_while_a_channel_rests_wait_with_the_others(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    receiver.answers = [Response(status=429, headers={"Retry-After": "3600"})]
    assert run(store, rules, at(1)) == Counts(failed=1)
    visit(store, board, [posting(n) for n in range(3)], now=at(1) + timedelta(minutes=5))
    assert run(store, rules, at(1) + timedelta(minutes=59)) == Counts(owed=1)
    with store.read() as connection:
        assert channels.states(connection)["hook"].rests_until == at(1) + timedelta(hours=1)
    assert run(store, rules, at(1) + timedelta(hours=1)) == Counts(sent=2)
    with store.read() as connection:
        assert channels.states(connection)["hook"].rests_until is None


# --- floods ------------------------------------------------------------------------------------


def test_ten_thousand_events_are_one_digest_for_each_channel(
    store: Store, board: BoardRow, receiver: Receiver, httpserver: HTTPServer
) -> None:
    said: list[str] = []

    def take(request: Request) -> Response:
        said.append(json.loads(request.get_data())["message"])
        return Response(status=200)

    httpserver.expect_request("/team").respond_with_handler(take)
    team = {"name": "team", "url": f"json://127.0.0.1:{httpserver.port}/team"}
    rules = config(ALL | {"deliver": "hourly"}, channels=(team, receiver.channel()))
    flood(store, board, rules, 10_000)
    assert run(store, rules, at(1)) == Counts(owed=2, sent=2)  # an earlier hour's, of one event
    for told in (receiver.ids, receiver.titles, said):
        assert len(told) == 1
        told.clear()
    assert run(store, rules, at(1) + timedelta(hours=1)) == Counts(sent=2)
    assert len(receiver.ids) == 1
    assert len(receiver.titles) == 10_000
    assert len(said) == 1
    assert "… and 9980 more: jobdiff alerts show " in said[0]


def test_a_flood_at_once_is_one_message_for_people(store: Store, board: BoardRow) -> None:
    team = {"name": "team", "url": "json://127.0.0.1:9"}
    rules = config(ALL, channels=(team,))
    flood(store, board, rules, 2_500)
    assert owe_news(store, rules, at(1)) == 1
    assert sorted(len(one.event_ids) for one in in_state(store, "owed")) == [1, 2_500]


# --- slow and poisonous ------------------------------------------------------------------------


@pytest.fixture
def slow() -> Iterator[int]:
    with dribbling() as port:
        yield port


def test_a_channel_of_a_byte_a_moment_delays_nobody_and_is_given_up(
    store: Store,
    board: BoardRow,
    receiver: Receiver,
    slow: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(webhook, "DEADLINE", 1.0)
    monkeypatch.setattr(apprise, "DEADLINE", 1.0)
    hook = {"name": "slow hook", "webhook": f"http://127.0.0.1:{slow}/", "secret": SECRET}
    team = {"name": "slow team", "url": f"json://127.0.0.1:{slow}/"}
    rules = config(ALL, channels=(hook, team, receiver.channel()))
    news(store, board, rules)
    arrived: list[float] = []

    async def timed() -> tuple[Counts, float]:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        ticking = asyncio.create_task(tick(store, rules, at(1), jitter=no_jitter))
        while not receiver.titles and loop.time() - begun < 20:  # noqa: ASYNC110  # a thread's
            await asyncio.sleep(0.01)
        arrived.append(loop.time())
        return await ticking, loop.time()

    done, ended = asyncio.run(timed())
    assert done == Counts(sent=1, failed=2)
    assert receiver.titles == ["Engineer 1"]
    assert ended - arrived[0] > 0.3
    errors = {one.channel: str(one.error) for one in in_state(store, "owed")}
    assert all("did not answer within" in error for error in errors.values())


def test_a_poison_message_is_set_aside_and_the_others_arrive(
    store: Store, board: BoardRow, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def picky(channel: Channel, outgoing: Outgoing, *, allow_private: bool) -> None:
        if outgoing.events[0]["posting"]["title"] == "Engineer 1":
            raise ZeroDivisionError
        await webhook.send(channel, outgoing, allow_private=allow_private)

    monkeypatch.setitem(CHANNELS, "webhook", picky)
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules, days=3)
    assert run(store, rules, at(1)) == Counts(sent=2, failed=1)
    assert receiver.titles == ["Engineer 2", "Engineer 3"]
    now = at(1)
    for _ in range(ATTEMPTS):
        now += timedelta(hours=8)
        run(store, rules, now)
    dead = in_state(store, "dead")
    assert [str(one.error) for one in dead] == ["channel 'hook' failed: ZeroDivisionError"]


# --- two daemons -------------------------------------------------------------------------------


def test_two_daemons_never_send_the_same_delivery(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules, days=12)

    async def both() -> tuple[Counts, Counts]:
        with Store.open(f"sqlite:///{store.place}") as other:
            one, two = await asyncio.gather(
                tick(store, rules, at(1), jitter=no_jitter),
                tick(other, rules, at(1), jitter=no_jitter),
            )
        return one, two

    one, two = asyncio.run(both())
    assert one.sent + two.sent == 12
    assert sorted(receiver.titles) == sorted(f"Engineer {n}" for n in range(1, 13))
    assert len(set(receiver.ids)) == 12


def test_a_claim_keeps_others_away_until_it_runs_out(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    real = datetime(2026, 6, 1, tzinfo=UTC)
    owed = in_state(store, "owed")[0]
    with store.write() as connection:
        first = outbox.claim(
            connection, owed.id, at(1), real=real, until=real + timedelta(seconds=25)
        )
    assert first is not None

    def ticked(after: timedelta) -> Counts:
        return asyncio.run(tick(store, rules, at(1), jitter=no_jitter, real=lambda: real + after))

    assert ticked(timedelta(seconds=24)) == Counts()
    assert ticked(timedelta(seconds=25)) == Counts(sent=1)
    assert len(receiver.ids) == 1

    with store.write() as connection:  # the first one wakes up, and has nothing to say any more
        outbox.failed(connection, owed.id, "too late", at(2), first.fence)
    assert [one.error for one in in_state(store, "sent")] == [None]


def test_whose_claim_ran_out_does_not_settle_what_another_sends(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    owed = in_state(store, "owed")[0]
    real = wall_clock()
    with store.write() as connection:
        first = outbox.claim(connection, owed.id, at(1), real=real, until=real)
        second = outbox.claim(connection, owed.id, at(1), real=real, until=real)
    assert first is not None
    assert second is not None
    with store.write() as connection:
        outbox.dead(connection, owed.id, "gave up", first.fence)
    assert len(in_state(store, "owed")) == 1
    with store.write() as connection:
        outbox.sent(connection, owed.id, at(1), second.fence)
    assert len(in_state(store, "sent")) == 1


def test_jitter_makes_waits_longer_and_never_shorter(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    receiver.answers = [Response(status=500)]
    asyncio.run(tick(store, rules, at(1), jitter=lambda: 1.0))
    assert in_state(store, "owed")[0].next_attempt_at == at(1) + timedelta(seconds=36)


# --- mails -------------------------------------------------------------------------------------


def test_a_mail_has_a_text_and_an_html_part_that_say_the_same(
    store: Store, board: BoardRow
) -> None:
    inbox = Inbox()
    rules = config(ALL, channels=(inbox.channel(),))
    owe_news(store, rules, at(0))
    visit(store, board, [posting(0)], now=at(0))
    hostile = posting(1, "<script>alert(1)</script> @everyone\r\nBcc: all@example.org {{7*7}}")
    visit(store, board, [posting(0), hostile], now=at(1))
    with inbox.up():
        assert run(store, rules, at(1)).sent == 1
    mail = inbox.mails[0]
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    html = str(mail.get_body(("html",)).get_content())
    for part in (text_of(mail), html):
        assert "https://example.org/jobs/1" in part
        assert "{{7*7}}" in part
    assert "<script>" not in html
    assert '<a href="https://example.org/jobs/1">' in html


def test_what_was_told_of_a_part_of_a_hidden_posting_is_not_sent(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules, days=3)
    with store.write() as connection:
        ids = [one.posting_id for one in events.log(connection, baseline=False)]
        marks.put(connection, ids[1], "hidden", at(1))
    assert merge.merge(store, ids[1], ids[0], by="ann", now=at(1)).kept == ids[1]
    run(store, rules, at(1))
    assert receiver.titles == ["Engineer 3"]


def test_what_is_void_by_now_is_not_sent(store: Store, board: BoardRow, receiver: Receiver) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules, days=2)
    with store.write() as connection:
        first = events.log(connection, baseline=False)[0]
        marks.put(connection, first.posting_id, "hidden", at(1))
    assert run(store, rules, at(1)).sent == 2
    assert receiver.titles == ["Engineer 2"]


@pytest.mark.parametrize("is_purged", [True, False])
def test_what_is_void_says_nothing_of_its_channel(
    store: Store, board: BoardRow, receiver: Receiver, is_purged: bool
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    news(store, board, rules)
    with store.write() as connection:
        channels.refused(connection, "hook", "answered 500", None)
        if is_purged:
            boards.remove(connection, board.id, purge=True)
        else:
            (found,) = {one.posting_id for one in events.log(connection, baseline=False)}
            marks.put(connection, found, "hidden", at(1))
    assert run(store, rules, at(1)).sent == 1
    assert receiver.ids == []
    with store.read() as connection:
        state = channels.states(connection)["hook"]
        drops = [(one.rule, one.filter, one.count) for one in noted.every_drop(connection)]
    assert (state.failures, state.sent_at) == (1, None)
    assert drops == ([] if is_purged else [("all", "hidden", 1)])


def test_what_one_channel_does_not_take_holds_up_no_other(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    dead = {"name": "dead", "webhook": "http://127.0.0.1:9/", "secret": SECRET}
    rules = config(ALL, channels=(dead, receiver.channel()))
    owe_news(store, rules, at(0))
    visit(store, board, [posting(0)], now=at(0))
    visit(store, board, [posting(0), posting(1)], now=at(1))
    with store.write() as connection:
        event_id = events.log(connection)[-1].id
        for number in range(DUE_AT_ONCE + 100):
            one = Delivery(f"old-{number}", "all", "dead", (event_id,), at(0.5), at(0.5))
            outbox.put(connection, one)
    assert run(store, rules, at(1)).sent == 1
    assert receiver.titles == ["Engineer 1"]


def test_quiet_hours_hold_for_what_operators_are_told(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    alerts = {"quiet": "22:00-07:00", "operator": ["hook"], "still_watching": "daily at 23:00"}
    made = config(ALL, channels=(receiver.channel(),)).model_dump() | {"alerts": alerts}
    rules = Config.model_validate(made)
    noon = at(0)
    owe(store, rules, noon)
    assert run(store, rules, noon + timedelta(hours=11, minutes=5)) == Counts(put_off=1)
    assert run(store, rules, noon + timedelta(hours=19, minutes=5)).sent == 1


def test_what_waits_for_quiet_hours_to_end_holds_up_nothing_that_is_due(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    quiet = {"name": "quiet", "quiet": "22:00-07:00"}
    rules = config(quiet, {"name": "loud"}, channels=(receiver.channel(),))
    owe_news(store, rules, at(0))
    with store.write() as connection:
        for number in range(DUE_AT_ONCE):
            outbox.put(connection, Delivery(f"{number}", "quiet", "hook", (), at(0), at(0)))
    visit(store, board, [posting(0)], now=at(0))
    visit(store, board, [posting(0), posting(1)], now=at(1))
    night = at(1) + timedelta(hours=11)
    first = run(store, rules, night)
    assert first.did_something
    assert (first.put_off, first.sent) == (DUE_AT_ONCE, 0)
    assert run(store, rules, night).sent == 1
    assert not run(store, rules, night).did_something


def test_a_time_that_somebody_gave_says_nothing_of_the_clock(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL | {"deliver": "weekly on mon at 08:00"}, channels=(receiver.channel(),))
    news(store, board, rules)
    (digest,) = in_state(store, "owed")
    earlier = digest.created_at - timedelta(hours=2)
    asyncio.run(tick(store, rules, earlier, is_frozen=True))
    assert in_state(store, "owed") == [digest]
    asyncio.run(tick(store, rules, earlier))
    assert in_state(store, "owed") != [digest]


# --- clocks ------------------------------------------------------------------------------------


def test_what_was_owed_before_the_clock_was_set_back_by_a_year_is_sent(
    store: Store, board: BoardRow, receiver: Receiver
) -> None:
    rules = config(ALL, channels=(receiver.channel(),))
    owe_news(store, rules, at(0))
    visit(store, board, [posting(0)], now=at(0))
    visit(store, board, [posting(0), posting(1)], now=at(365))
    receiver.answers = [Response(status=503)] * 3
    for hour in range(3):
        assert run(store, rules, at(365) + timedelta(hours=hour)).failed == 1

    assert run(store, rules, at(1)).sent == 1
    assert len(receiver.ids) == 4
    assert len(set(receiver.ids)) == 1
