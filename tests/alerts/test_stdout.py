"""Standard output, whoever reads it, in whatever encoding."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
import threading
from dataclasses import replace

import pytest

from alerts.channels import CHANNELS, Outgoing, stdout
from alerts.channels.errand import Errand
from jobdiff.config import Channel
from postings.errors import DeliveryError
from tests.alerts.factory import event
from tests.storage.world import at

OUT = Channel(name="out", stdout="json")
OUTGOING = Outgoing("d1", "python", (event(posting={"title": "Köchin, 東京"}),), at(0))


def send(outgoing: Outgoing = OUTGOING) -> None:
    asyncio.run(CHANNELS["stdout"](OUT, outgoing, allow_private=False))


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_no_letter_is_lost_where_the_encoding_has_none_for_it(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="replace")
    monkeypatch.setattr(sys, "stdout", stream)
    send()
    told = json.loads(raw.getvalue().decode(encoding))
    assert told["events"][0]["posting"]["title"] == "Köchin, 東京"


def test_who_does_not_read_stops_nobody_and_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdout, "DEADLINE", 0.2)
    reads, writes = os.pipe()
    late: list[bool] = []
    long = replace(OUTGOING, events=tuple(event(n) for n in range(500)), came_late=late.append)
    with open(writes, "w", encoding="utf-8") as full, open(reads, "rb") as reader:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdout", full)
        for one in (long, replace(OUTGOING, id="d2")):
            with pytest.raises(DeliveryError, match="nobody reads standard output"):
                send(one)
        (errand,) = (one for one in threading.enumerate() if isinstance(one, Errand))
        assert json.loads(reader.readline())["id"] == "d1"
        errand.join(10)
    assert late == [True]


def test_a_stream_that_is_closed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    with pytest.raises(DeliveryError, match="is closed"):
        send()


def test_two_channels_take_turns_at_a_slow_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    reads, writes = os.pipe()
    long = [replace(OUTGOING, id=f"d{n}", events=tuple(map(event, range(300)))) for n in range(2)]

    async def both() -> None:
        channels = (OUT, Channel(name="too", stdout="json"))
        sending = (
            CHANNELS["stdout"](channel, told, allow_private=False)
            for channel, told in zip(channels, long, strict=True)
        )
        await asyncio.gather(*sending, asyncio.to_thread(take))

    taken: list[str] = []

    def take() -> None:
        with open(reads, encoding="utf-8") as reader:  # noqa: PTH123
            taken.extend(json.loads(reader.readline())["id"] for _ in long)

    with open(writes, "w", encoding="utf-8") as full:  # noqa: PTH123
        monkeypatch.setattr(sys, "stdout", full)
        asyncio.run(both())
    assert taken == ["d0", "d1"]
