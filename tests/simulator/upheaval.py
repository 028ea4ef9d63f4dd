"""What happens to a whole board at once, or to one job under two names, added to made-up boards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from random import Random
from typing import Any, Final

Opening = dict[str, Any]

_LIST_STANDS: Final = frozenset({"failed", "blocked", "timeout", "challenge", "shell", "login"})
"""Outages in which the board answers nothing, so that nothing false is on its list."""
_AROUND: Final = 4.0
"""Days before and after it in which nothing else changes on what has little to be known by."""


def upset(made: dict[str, Any], seed: int) -> dict[str, Any]:
    """A board with what may befall it: a relaunch or a new name, reposts, earlier deadlines."""
    random = Random(f"upheaval {seed}")
    happens = random.random()
    if happens < 0.2 and made["shape"] == "links":
        relaunch(made, random)
    elif happens < 0.35:
        rename_employer(made, random)
    if random.random() < 0.3 and made["shape"] != "single":
        made["openings"] += list(reposts(made, random))
    for one in made["openings"]:
        if "deadline" in one and not one["edits"] and random.random() < 0.3:
            hasten(one)
    return made


def relaunch(made: dict[str, Any], random: Random) -> None:
    """One day every page stands at another address, outages of the whole site or not."""
    day = _day(made, random)
    broken = [one for one in made["outages"] if one["shape"] not in _LIST_STANDS]
    if day is None or _near(broken, day):
        return
    for number, one in enumerate(made["openings"]):
        one["moves"] = [{"day": day, "address": f"/karriere/stelle/{number}"}]
        if "identifier" not in one["posting"]:
            one["edits"] = [e for e in one["edits"] if abs(e["day"] - day) > _AROUND]
            one["open"] = one["open"][:1]


def rename_employer(made: dict[str, Any], random: Random) -> None:
    """One day every posting names the employer by its new name."""
    day = _day(made, random)
    if day is None:
        return
    for one in made["openings"]:
        name = one["posting"]["hiringOrganization"]["name"]
        renamed = {"@type": "Organization", "name": f"{name} Group"}
        if made["shape"] == "cards":
            one["edits"] = [e for e in one["edits"] if abs(e["day"] - day) > _AROUND]
        one["edits"].append({"day": day, "set": {"hiringOrganization": renamed}})


def reposts(made: dict[str, Any], random: Random) -> Iterator[Opening]:
    """Jobs that are there again, word for word, under another number and address."""
    for one in list(made["openings"]):
        closes = one["open"][0][1] if len(one["open"]) == 1 and len(one["open"][0]) == 2 else None
        if closes is None or one["edits"] or one["moves"] or random.random() > 0.2:
            continue
        opens = round(closes + random.uniform(0.2, 10), 3)
        if opens >= made["days"] - 1 or not _is_told_apart(made, one, closes, opens):
            continue
        yield _again(one, opens)


def hasten(one: Opening) -> None:
    """The employer brings a deadline forward by four days, eight days before it."""
    stated = one["deadline"]
    day = stated["day"] - 8
    if day > one["open"][0][0]:
        sooner = {**stated, "day": round(stated["day"] - 4, 3)}
        one["edits"] = [{"day": round(day, 3), "deadline": sooner}]


def _is_told_apart(made: dict[str, Any], one: Opening, closes: float, opens: float) -> bool:
    """Without a number, only who was seen to be gone before is not taken to have moved."""
    if "identifier" in one["posting"]:
        return True
    calm = not any(o["from"] < opens and o["until"] > closes - 1 for o in made["outages"])
    return calm and one["ends"] == "gone" and opens - closes > 3


def _again(one: Opening, opens: float) -> Opening:
    again = deepcopy(one) | {"name": f"{one['name']}-again", "open": [[opens]]}
    again["address"] = f"{one['address']}-again"
    again.pop("deadline", None)
    told = again["posting"]
    told["datePosted"] = f"2026-{3 + int(opens + 1) // 31:02}-{1 + int(opens + 1) % 28:02}"
    if "identifier" in told:
        told["identifier"]["value"] += "-again"
    return again


def _day(made: dict[str, Any], random: Random) -> float | None:
    """Some day in the middle; None where there is no middle."""
    days = made["days"]
    return round(random.uniform(10, days - 10), 3) if days > 20 else None


def _near(outages: Iterable[dict[str, Any]], day: float) -> bool:
    return any(one["from"] - 2 <= day <= one["until"] + 2 for one in outages)
