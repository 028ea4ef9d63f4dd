"""Feeds: an Atom and a JSON Feed file for each rule, in a folder that any web server may serve.

The JSON Feed is the feed's own memory: what is new is added to what it says, and it says whose it
is, so that two rules never share one. Every event is an entry of its own, so a change has a new id
and readers show it.
"""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

from alerts.channels.base import Outgoing
from alerts.channels.errand import carried_out
from alerts.inert import line, web_address
from alerts.view import Entry, board_entries, deadline_entries, event_entries
from jobdiff.config import Channel
from postings.errors import DeliveryError
from postings.wire import instant

ENTRIES: Final = 200
DEADLINE: Final = 10.0
"""Seconds to wait for another process's turn at the folder; as many more for its disk."""
VERSION: Final = "https://jsonfeed.org/version/1.1"
_OWN: Final = "_jobdiff"
_LONGEST_NAME: Final = 150
"""Bytes; file systems take 255, with a hash, an ending and what makes a new file's name."""
_NEEDED: Final = frozenset({"title", "content_text", "date_published"})
_ATOM: Final = "http://www.w3.org/2005/Atom"
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


async def send(channel: Channel, outgoing: Outgoing, *, allow_private: bool) -> None:  # noqa: ARG001
    """Add to the rule's two files, each replaced at once; see ``alerts.channels.base.Send``."""
    folder = Path(channel.feed or "")
    try:
        await carried_out(
            (channel.name, str(folder)),
            outgoing.id,
            lambda: _write(folder, outgoing),
            within=2 * DEADLINE,
            came_late=outgoing.came_late,
        )
    except TimeoutError:
        raise DeliveryError(
            f"channel {channel.name!r}: its feed's folder does not answer; it is tried again"
        ) from None
    except OSError as wrong:
        raise DeliveryError(
            f"channel {channel.name!r}: its feed cannot be written: {wrong.strerror or wrong}"
        ) from None


def file_name(rule: str) -> str:
    """A rule's name as the name of its files, without their endings, if no other rule has it.

    >>> file_name("Python in Bern / ../x")
    'python-in-bern-x'
    """
    name = re.sub(r"[^\w]+", "-", rule.lower()).strip("-_")[:80]
    return name.encode(errors="ignore")[:_LONGEST_NAME].decode(errors="ignore") or "feed"


def _write(folder: Path, outgoing: Outgoing) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        _add_to(_own(folder, outgoing.rule), outgoing)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes out of the folder, where the system can: what they add must stay."""
    with (folder / ".lock").open("w") as lock:
        if sys.platform != "win32":
            import fcntl

            _wait_for(lambda: fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB))  # until closed
        yield


def _wait_for(take: Callable[[], None]) -> None:
    """Take a lock within ``DEADLINE`` seconds.

    Raises:
        OSError: another process has it for longer.
    """
    until = time.monotonic() + DEADLINE
    while True:
        try:
            return take()
        except BlockingIOError:
            if time.monotonic() > until:
                raise OSError(errno.EBUSY, "another process keeps it locked") from None
            time.sleep(0.05)


def _own(folder: Path, rule: str) -> Path:
    """The rule's own files: those that say so, else the first that are nobody's."""
    plain = file_name(rule)
    digest = hashlib.sha256(rule.encode(errors="surrogatepass")).hexdigest()
    names = [folder / name for name in (plain, f"{plain}-{digest[:8]}", f"{plain}-{digest}")]
    owners = {name: _owner(name) for name in names}
    own = (name for name, owner in owners.items() if owner in {rule, _titled(rule)})
    free = (name for name, owner in owners.items() if not owner)
    return next(itertools.chain(own, free), names[-1])


def _owner(base: Path) -> str:
    """The rule whose feed it is, or its title where it does not say so; empty if it is nobody's."""
    feed = _read(base.with_name(f"{base.name}.json"))
    said = feed.get(_OWN)
    rule = said.get("rule") if isinstance(said, dict) else None
    return str(rule or feed.get("title") or "")


def _titled(rule: str) -> str:
    return f"jobdiff: {line(rule)}"


def _add_to(base: Path, outgoing: Outgoing) -> None:
    known = _known(base.with_name(f"{base.name}.json"))
    new = {item["id"]: item for item in _items(outgoing)}
    items = list({**new, **{id_: one for id_, one in known.items() if id_ not in new}}.values())
    feed = {
        "version": VERSION,
        "title": _titled(outgoing.rule),
        _OWN: {"rule": outgoing.rule},
        "items": items[:ENTRIES],
    }
    _replace(base.with_name(f"{base.name}.atom"), _atom(base.name, feed, outgoing))
    _replace(
        base.with_name(f"{base.name}.json"), json.dumps(feed, ensure_ascii=True, indent=1).encode()
    )


def _known(file: Path) -> dict[str, dict[str, Any]]:
    """What the feed says already; one that cannot be read begins anew.

    Entries that somebody cut while editing it are left out.
    """
    try:
        known = {str(item["id"]): dict(item) for item in _read(file)["items"]}
        return {id_: item for id_, item in known.items() if item.keys() >= _NEEDED}
    except (ValueError, KeyError, TypeError):
        return {}


def _read(file: Path) -> dict[str, Any]:
    try:
        feed = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return feed if isinstance(feed, dict) else {}


def _items(outgoing: Outgoing) -> Iterator[dict[str, Any]]:
    """The newest first."""
    for event in reversed(outgoing.events):
        entry = event_entries([event], outgoing.unknown)[0]
        yield _item(event["id"], entry, event["detected_at"])
    for one in outgoing.deadlines:
        entry = deadline_entries([one], outgoing.now)[0]
        id_ = f"{one['posting']['id']}#{one['deadline']}"
        yield _item(id_, entry, instant(outgoing.now))
    for one in outgoing.boards:
        id_ = f"{one['url']}#{one['trouble']}-{one['active']}-{one['at']}"
        yield _item(id_, board_entries([one])[0], one["at"])
    if outgoing.subject:
        notes = " ".join(outgoing.notes)
        yield _item(outgoing.id, Entry(outgoing.subject, notes), instant(outgoing.now))


def _item(id_: str, entry: Entry, at: str | None) -> dict[str, Any]:
    because = (f"because: {reason}" for reason in entry.because)
    told = [entry.facts, *entry.changes, *because]
    if entry.unknown:
        told.append(f"not said: {entry.unknown}")
    item: dict[str, Any] = {
        "id": id_,
        "title": f"{entry.verb}: {entry.title}",
        "content_text": "\n".join(text for text in told if text) or entry.title,
        "date_published": at,
    }
    return item | ({"url": str(entry.urls[0])} if entry.urls else {})


def _atom(name: str, feed: Mapping[str, Any], outgoing: Outgoing) -> bytes:
    root = ET.Element("feed", {"xmlns": _ATOM})
    _add(root, "id", f"urn:jobdiff:rule:{name}")
    _add(root, "title", feed["title"])
    _add(root, "updated", instant(outgoing.now))
    _add(ET.SubElement(root, "author"), "name", "jobdiff")
    for item in feed["items"]:
        entry = ET.SubElement(root, "entry")
        _add(entry, "id", f"urn:jobdiff:{item['id']}")
        _add(entry, "title", item["title"])
        _add(entry, "updated", item["date_published"])
        _add(entry, "content", item["content_text"])
        if url := web_address(item.get("url", "")):
            ET.SubElement(entry, "link", {"href": str(url)})
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _add(parent: ET.Element, name: str, text: object) -> None:
    ET.SubElement(parent, name).text = _NO_XML.sub("", str(text))


def _replace(file: Path, content: bytes) -> None:
    """Write a file so that whoever reads it sees the old one or the new one, whole."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        new.chmod(0o644)
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
