"""What changed, by type and in words: ``salary up 8 %``, ``place added: Bern``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from postings.redline import counted, redline
from postings.wording import NOTHING, label, number, place, value_words
from postings.wording import salary as salary_words

_LONG: Final = 60
_LISTS: Final = frozenset({"employment_types", "applicant_locations", "skills", "education"})
_DAY: Final = timedelta(days=1)

ChangeJson = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """One change, or all those of the salary.

    Attributes:
        type: of the table of ``docs/history.md``, like ``salary_up``.
        fields: the fields it is made of.
        label: what it is about, and how it moved: ``salary up 8 %``.
        detail: from what to what; empty where the label says it all.
        material: whether any of its fields matters.
    """

    type: str
    fields: tuple[str, ...]
    label: str
    detail: str
    material: bool

    @property
    def text(self) -> str:
        """The change as one phrase."""
        return f"{self.label}: {self.detail}" if self.detail else self.label


def told(changes: Sequence[ChangeJson], salary: Mapping[str, Any] | None) -> tuple[Told, ...]:
    """The changes of an event by type, the salary first and as one.

    Args:
        changes: as events carry them.
        salary: the posting's salary after them, for the parts of it that did not change.
    """
    parts = [change for change in changes if _of_salary(change)]
    rest = [_told(change) for change in changes if not _of_salary(change)]
    return (_salary(parts, salary), *rest) if parts else tuple(rest)


def types(changes: Sequence[ChangeJson], salary: Mapping[str, Any] | None) -> dict[str, str]:
    """The type of each changed field, by its name."""
    return {field: one.type for one in told(changes, salary) for field in one.fields}


def _told(change: ChangeJson) -> Told:
    field, before, after = change["field"], change["before"], change["after"]
    tell = _TELLERS.get(field, _list if field in _LISTS else _plain)
    type_, name, detail = tell(label(field), before, after)
    return Told(type_, (field,), name, detail, bool(change["material"]))


def _plain(name: str, before: Any, after: Any) -> tuple[str, str, str]:
    old, new = value_words(before), value_words(after)
    type_ = _added_or(NOTHING, old, new, "changed")
    if max(len(old), len(new)) <= _LONG:
        return type_, name, f"{old} → {new}"
    if type_ in ("added", "taken_out"):
        return type_, name, type_.replace("_", " ")
    coming, going = counted(redline(old, new))
    return "reworded", name, f"reworded (+{coming:,} −{going:,} words)"


def _added_or(nothing: Any, before: Any, after: Any, otherwise: str) -> str:
    if before == nothing:
        return "added"
    return "taken_out" if after == nothing else otherwise


def _list(name: str, before: Any, after: Any) -> tuple[str, str, str]:
    old, new = list(before or ()), list(after or ())
    coming = [one for one in new if one not in old]
    going = [one for one in old if one not in new]
    return _came_and_went(name, "values", coming, going, old, new)


def _came_and_went(
    name: str, kind: str, coming: list[str], going: list[str], old: list[str], new: list[str]
) -> tuple[str, str, str]:
    if coming and not going:
        return f"{kind}_added", f"{name} added", value_words(coming)
    if going and not coming:
        return f"{kind}_removed", f"{name} removed", value_words(going)
    return f"{kind}_changed", name, f"{value_words(going or old)} → {value_words(coming or new)}"


def _locations(name: str, before: Any, after: Any) -> tuple[str, str, str]:
    old, new = ([at for one in each or () if (at := place(one))] for each in (before, after))
    coming = [one for one in dict.fromkeys(new) if one not in old]
    going = [one for one in dict.fromkeys(old) if one not in new]
    if not coming and not going:
        return "place_changed", name, "its address changed"
    return _came_and_went(name, "place", coming, going, old, new)


def _remote(name: str, before: Any, after: Any) -> tuple[str, str, str]:
    old, new = (value_words(one).replace("_", " ") for one in (before, after))
    return "work_place", name, f"{old} → {new}"


def _deadline(name: str, before: Any, after: Any) -> tuple[str, str, str]:
    if before is None or after is None:
        type_ = "deadline_added" if before is None else "deadline_removed"
        return type_, name, f"{value_words(before)} → {value_words(after)}"
    moved = _between(before, after)
    if not moved:
        return "deadline_changed", name, f"{before} → {after}"
    word = "extended" if moved > timedelta() else "shortened"
    return f"deadline_{word}", f"{name} {word} by {_span(abs(moved))}", f"{before} → {after}"


def _between(before: str, after: str) -> timedelta | None:
    """How far apart two dates or times are; None where they cannot be compared."""
    try:
        if len(before) == 10 or len(after) == 10:
            return date.fromisoformat(after[:10]) - date.fromisoformat(before[:10])
        old, new = datetime.fromisoformat(before), datetime.fromisoformat(after)
    except ValueError:
        return None
    if (old.tzinfo is None) != (new.tzinfo is None):
        return new.replace(tzinfo=UTC) - old.replace(tzinfo=UTC)
    return new - old


def _span(span: timedelta) -> str:
    """Whole days, or hours or minutes where it is less than two days."""
    days = round(span / _DAY)
    if span >= 2 * _DAY or span == _DAY:
        return f"{days} day{'' if days == 1 else 's'}"
    hours = round(span / timedelta(hours=1))
    if hours:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{max(round(span / timedelta(minutes=1)), 1)} min"


_TELLERS: Final = {"locations": _locations, "remote": _remote, "valid_through": _deadline}


# --- the salary ----------------------------------------------------------------------------------


def _of_salary(change: ChangeJson) -> bool:
    return str(change["field"]).startswith("salary.")


def _salary(parts: Sequence[ChangeJson], salary: Mapping[str, Any] | None) -> Told:
    names = {change["field"]: change["field"].removeprefix("salary.") for change in parts}
    now = {**(salary or {}), **{names[one["field"]]: one["after"] for one in parts}}
    then = {**now, **{names[one["field"]]: one["before"] for one in parts}}
    type_, name = _salary_type(then, now, set(names.values()))
    material = any(change["material"] for change in parts)
    return Told(type_, tuple(names), name, _from_to(then, now), material)


def _salary_type(
    then: Mapping[str, Any], now: Mapping[str, Any], parts: set[str]
) -> tuple[str, str]:
    if not salary_words(then) or not salary_words(now):
        return ("salary_added" if salary_words(now) else "salary_removed"), "salary"
    if parts == {"estimated"}:
        return "salary_estimated", "salary"
    if parts & {"currency", "unit"}:
        return "salary_changed", "salary"
    up, down = (_moves(then, now, sign) for sign in (1, -1))
    if up == down:
        return "salary_changed", "salary"
    percent = _percent(_middle(then), _middle(now))
    return ("salary_up", f"salary up{percent}") if up else ("salary_down", f"salary down{percent}")


def _moves(then: Mapping[str, Any], now: Mapping[str, Any], sign: int) -> bool:
    """Whether an end of the range moved up (1) or down (-1); one that is only named did not."""
    ends = [(then.get(end), now.get(end)) for end in ("min", "max")]
    return any(a is not None and b is not None and (b - a) * sign > 0 for a, b in ends)


def _middle(pay: Mapping[str, Any]) -> float:
    ends = [float(pay[end]) for end in ("min", "max") if pay.get(end) is not None]
    return sum(ends) / len(ends)


def _percent(before: float, after: float) -> str:
    if before <= 0:
        return ""
    share = abs(after - before) / before * 100
    return f" {number(round(share) if share >= 1 else round(share, 1))} %" if share >= 0.05 else ""


def _from_to(then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    old, new = salary_words(then) or NOTHING, salary_words(now) or NOTHING
    if old != new:
        return f"{_without_same_unit(old, new)} → {new}"
    if bool(then.get("estimated")) != bool(now.get("estimated")):
        return f"{new}, {'now' if now.get('estimated') else 'no longer'} estimated"
    return f"{_named(then)} → {_named(now)}"


def _named(pay: Mapping[str, Any]) -> str:
    """A salary that has no amount, or only one that is named otherwise."""
    told = [f"{part} {value_words(pay.get(part))}" for part in ("min", "max", "currency", "unit")]
    return ", ".join(told)


def _without_same_unit(before: str, after: str) -> str:
    """``118,000 CHF a year → 120,000 CHF a year`` says the unit once."""
    amount, _, unit = before.partition(" ")
    return amount if unit and after.endswith(f" {unit}") else before
