"""Feed files: valid, whole at any time, a new id for each change, hostile text inert."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from alerts.channels import CHANNELS, Outgoing, feed
from jobdiff.config import Channel
from postings.errors import DeliveryError
from tests.alerts.factory import event
from tests.storage.world import at

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def send(
    folder: Path,
    *events: dict[str, Any],
    rule: str = "Python in Bern",
    name: str = "feed",
    **told: Any,
) -> None:
    channel = Channel.model_validate({"name": name, "feed": str(folder)})
    outgoing = Outgoing("d1", rule, events, at(1), **told)
    asyncio.run(CHANNELS["feed"](channel, outgoing, allow_private=False))


def items(folder: Path, name: str = "python-in-bern") -> list[dict[str, Any]]:
    told: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    found: list[dict[str, Any]] = told["items"]
    return found


def entries(folder: Path, name: str = "python-in-bern") -> list[ET.Element]:
    root = ET.fromstring((folder / f"{name}.atom").read_bytes())
    assert root.findtext("a:id", namespaces=ATOM) == f"urn:jobdiff:rule:{name}"
    assert root.findtext("a:updated", namespaces=ATOM)
    return root.findall("a:entry", ATOM)


def test_what_is_new_stands_first_and_a_change_is_an_entry_of_its_own(tmp_path: Path) -> None:
    send(tmp_path, event(1))
    changes = [{"field": "title", "before": "a", "after": "b", "material": True}]
    same = event(1)["posting"]
    send(tmp_path, event(2, kind="changed", changes=changes, posting=same))
    told = items(tmp_path)
    assert [one["id"] for one in told] == ["e2", "e1"]
    assert told[0]["title"] == "Changed: Senior Python Engineer"
    assert "title: a → b" in told[0]["content_text"]
    assert told[0]["url"] == "https://example.org/jobs/1"
    atom = [one.findtext("a:id", namespaces=ATOM) for one in entries(tmp_path)]
    assert atom == ["urn:jobdiff:e2", "urn:jobdiff:e1"]
    links = [one.find("a:link", ATOM) for one in entries(tmp_path)]
    assert all(one is not None and one.get("href") for one in links)


def test_a_repeat_adds_nothing_and_old_entries_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "ENTRIES", 3)
    send(tmp_path, event(1), event(2))
    send(tmp_path, event(1), event(2))
    assert [one["id"] for one in items(tmp_path)] == ["e2", "e1"]
    send(tmp_path, event(3), event(4))
    assert [one["id"] for one in items(tmp_path)] == ["e4", "e3", "e2"]


def test_each_rule_has_its_own_files_and_none_leaves_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "feeds"
    send(folder, event(1), rule="../../etc/passwd")
    send(folder, event(1), rule="日本")
    send(folder, event(1), rule="//")
    names = {one.name for one in folder.iterdir()} - {".lock"}
    stems = ("etc-passwd", "日本", "feed")
    assert names == {f"{stem}.{end}" for stem in stems for end in ("atom", "json")}


def test_rules_whose_names_look_alike_share_no_file(tmp_path: Path) -> None:
    for rule in ("C++", "C", "C#"):
        send(tmp_path, event(1), rule=rule)
    (cpp,) = items(tmp_path, "c")
    assert cpp["id"] == "e1"
    stems = {one.stem for one in tmp_path.glob("*.json")}
    assert len(stems) == 3
    for number, rule in enumerate(("C#", "C++", "C"), 2):  # in whatever order they come again
        send(tmp_path, event(number), rule=rule)
    assert {one.stem for one in tmp_path.glob("*.json")} == stems
    assert [one["id"] for one in items(tmp_path, "c")] == ["e3", "e1"]
    told = {stem: json.loads((tmp_path / f"{stem}.json").read_text()) for stem in stems}
    assert {feed["_jobdiff"]["rule"] for feed in told.values()} == {"C++", "C", "C#"}
    for stem in stems:
        assert len(entries(tmp_path, stem)) == 2


def test_a_file_of_its_own_is_kept_when_the_other_rule_is_gone(tmp_path: Path) -> None:
    send(tmp_path, event(1), rule="C++")
    send(tmp_path, event(1), rule="C")
    (own,) = {one.stem for one in tmp_path.glob("*.json")} - {"c"}
    (tmp_path / "c.json").unlink()
    send(tmp_path, event(2), rule="C")
    assert [one["id"] for one in items(tmp_path, own)] == ["e2", "e1"]


def test_a_file_from_before_files_said_whose_they_are_stays_where_it_is(tmp_path: Path) -> None:
    old = {"version": feed.VERSION, "title": "jobdiff: Python in Bern", "items": [{"id": "e0"}]}
    (tmp_path / "python-in-bern.json").write_text(json.dumps(old), encoding="utf-8")
    send(tmp_path, event(1, detected_at="2026-03-01T12:00:00Z"), rule="Python, in Bern")
    assert [one["id"] for one in items(tmp_path)] == ["e0"]
    old["items"] = []
    (tmp_path / "python-in-bern.json").write_text(json.dumps(old), encoding="utf-8")
    send(tmp_path, event(2))
    assert [one["id"] for one in items(tmp_path)] == ["e2"]


def test_hostile_text_is_text(tmp_path: Path) -> None:
    title = "<script>alert(1)</script> ]]> & \x00\x0b\u202e {{7*7}}"
    send(tmp_path, event(1, posting={"title": title, "url": "javascript:alert(1)"}))
    one = entries(tmp_path)[0]
    assert one.findtext("a:title", namespaces=ATOM) == (
        "New: <script>alert(1)</script> ]]> & {{7*7}}"
    )
    assert one.find("a:link", ATOM) is None
    assert "url" not in items(tmp_path)[0]


def test_deadlines_boards_and_notices_are_entries_too(tmp_path: Path) -> None:
    deadline = {"board": "b", "deadline": "2026-03-05T00:00:00Z", "posting": event(1)["posting"]}
    board = {"board": "Example", "url": "https://example.org", "trouble": "failing",
             "active": True, "reason": "answered 503", "at": "2026-03-02T12:00:00Z"}  # fmt: skip
    send(tmp_path, deadlines=(deadline,), boards=(board,))
    send(tmp_path, subject="Still watching", notes=("All is well.",))
    assert [one["title"] for one in items(tmp_path)] == [
        "Still watching: All is well.",
        "Closes in 3 days: Senior Python Engineer",
        "Cannot be read: Example",
    ]


def test_a_feed_that_was_damaged_begins_anew(tmp_path: Path) -> None:
    send(tmp_path, event(1))
    (tmp_path / "python-in-bern.json").write_text("{", encoding="utf-8")
    send(tmp_path, event(2))
    assert [one["id"] for one in items(tmp_path)] == ["e2"]


def test_an_entry_that_somebody_cut_is_left_out(tmp_path: Path) -> None:
    send(tmp_path, event(1), event(2))
    file = tmp_path / "python-in-bern.json"
    feed = json.loads(file.read_text(encoding="utf-8"))
    del feed["items"][0]["title"]
    file.write_text(json.dumps(feed), encoding="utf-8")
    send(tmp_path, event(3))
    assert [one["id"] for one in items(tmp_path)] == ["e3", "e1"]


@pytest.mark.parametrize("letter", ["日", "\U00020000", "x"])
def test_rules_with_long_names_have_files_of_their_own(tmp_path: Path, letter: str) -> None:
    for number, name in enumerate((letter * 100, letter * 101)):
        send(tmp_path, event(number), rule=name)
    found = {json.loads(one.read_text())["_jobdiff"]["rule"] for one in tmp_path.glob("*.json")}
    assert found == {letter * 100, letter * 101}


def test_a_folder_that_another_process_keeps_locked_is_a_failure_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")
    monkeypatch.setattr(feed, "DEADLINE", 0.2)
    with (tmp_path / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(DeliveryError, match="another process keeps it locked"):
            send(tmp_path, event(1))
    send(tmp_path, event(1))


def test_a_folder_that_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DeliveryError, match="channel 'feed': its feed cannot be written"):
        send(tmp_path / "file", event(1))
    (tmp_path / "python-in-bern.json").mkdir()
    with pytest.raises(DeliveryError, match="cannot be written"):
        send(tmp_path, event(1))
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".python")]


def test_several_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    def add(first: int) -> None:
        for number in range(first, first + 10):
            send(tmp_path, event(number), name=f"feed {first}")

    writers = [threading.Thread(target=add, args=(first,)) for first in (0, 100, 200)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(items(tmp_path)) == len(entries(tmp_path)) == 30
