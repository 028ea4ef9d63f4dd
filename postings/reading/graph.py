"""JobPosting nodes in parsed JSON, at any depth, and the references between nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from postings.fields.values import folded, is_absent, local_name

_TYPE_KEYS = ("@type", "type", "@Type", "Type", "rdf:type")
_WRAPPED_AS = "_jobposting"
_REFERENCE_DEPTH = 3


def has_type(node: Mapping[str, Any], name: str) -> bool:
    """Whether the node's types include ``name`` (lower case), as name, prefixed name or IRI."""
    for key in _TYPE_KEYS:
        if key in node:
            types = node[key]
            each = types if isinstance(types, list) else [types]
            if any(isinstance(item, str) and local_name(item) == name for item in each):
                return True
    return False


Path: TypeAlias = "tuple[Path, str | int] | None"
"""The way to a value: that of what holds it, and its key or index there; None for the list."""


def job_postings(values: list[Any], depth: int) -> Iterator[tuple[dict[str, Any], bool, Path]]:
    """All JobPosting nodes in document order, each with whether it is whole and its path.

    A node that is wrapped in the item of a list or feed gets that item's ``url`` and, of a feed,
    ``dateModified`` where it has none itself. A node nested deeper than ``depth`` is not found;
    the last one then is an empty node that is not whole.
    """
    too_deep = False
    stack: list[tuple[Any, int, dict[str, Any], Path]] = []
    stack.extend((values[index], 1, {}, (None, index)) for index in reversed(range(len(values))))
    while stack:
        value, level, wrapper, path = stack.pop()
        if level > depth:
            too_deep = too_deep or isinstance(value, dict | list)
        elif isinstance(value, list):
            stack.extend(
                (value[index], level + 1, wrapper, (path, index))
                for index in reversed(range(len(value)))
            )
        elif isinstance(value, dict):
            if has_type(value, "jobposting"):
                yield {**wrapper, **value}, True, path
            children = _wrapper_of(value)
            for key, item in reversed(value.items()):
                if not isinstance(item, dict | list):
                    continue
                inner = _typed(item) if key == _WRAPPED_AS else item
                around = children if key in _ITEM_KEYS else {}
                stack.append((inner, level + 1, around, (path, key)))
    if too_deep:
        yield {}, False, None


def steps(path: Path) -> tuple[str | int, ...]:
    """A path's keys and indices, outermost first."""
    found: list[str | int] = []
    while path is not None:
        path, step = path
        found.append(step)
    return tuple(reversed(found))


def _typed(value: Any) -> Any:
    """What a JSON Feed's extension holds, as a JobPosting even where it does not say so."""
    if isinstance(value, dict) and not has_type(value, "jobposting"):
        return {"@type": "JobPosting", **value}
    return value


_ITEM_KEYS = frozenset({"item", _WRAPPED_AS})


def _wrapper_of(value: dict[str, Any]) -> dict[str, Any]:
    """What an item of a list or feed says about what it wraps."""
    if not _ITEM_KEYS & value.keys():
        return {}
    names = {"url": "url", "dateModified": "dateModified", "date_modified": "dateModified"}
    return {kept: value[name] for name, kept in names.items() if isinstance(value.get(name), str)}


def is_posting_record(value: Any) -> bool:
    """Whether an untyped record has the fields of a JobPosting, as the 2014 vocabulary did."""
    if not isinstance(value, dict):
        return False
    names = folded(value).keys()
    told = {"hiringorganization", "joblocation", "employmenttype", "basesalary", "dateposted",
            "jobdescription", "validthrough", "dateexpires"}  # fmt: skip
    return "title" in names and "hiringorganization" in names and len(told & names) >= 3


# --- references ----------------------------------------------------------------------------------


class References:
    """The nodes of one document by ``@id``, and how many references may still be followed."""

    def __init__(self, budget: int) -> None:
        self._nodes: dict[str, dict[str, Any]] = {}
        self._left = budget
        self.dangling: dict[str, None] = {}

    def add(self, values: list[Any], depth: int) -> None:
        """Remember every node with an ``@id`` that says more than its ``@id``."""
        stack = [(value, 1) for value in values]
        while stack:
            value, level = stack.pop()
            if level > depth:
                continue
            if isinstance(value, list):
                stack.extend((item, level + 1) for item in value)
            elif isinstance(value, dict):
                self._remember(value)
                stack.extend((item, level + 1) for item in value.values())

    @property
    def known(self) -> bool:
        """Whether any node has an ``@id``."""
        return bool(self._nodes)

    def _remember(self, node: dict[str, Any]) -> None:
        name = node.get("@id")
        if isinstance(name, str) and not is_reference(node):
            known = self._nodes.get(name)
            self._nodes[name] = node if known is None else {**known, **node}

    def resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        """The node with its references replaced by what they refer to, a few levels deep."""
        name = node.get("@id")
        whole = self._nodes.get(name, node) if isinstance(name, str) else node
        return {
            key: self._resolve(value, _REFERENCE_DEPTH, (name,)) for key, value in whole.items()
        }

    def _resolve(self, value: Any, depth: int, above: tuple[Any, ...]) -> Any:
        if depth == 0:
            return value
        if isinstance(value, list):
            return [self._resolve(item, depth, above) for item in value]
        if not isinstance(value, dict):
            return value
        name = value.get("@id")
        if is_reference(value):
            value = self._follow(value, above)
        elif self._left <= 0:
            return value
        return {key: self._resolve(item, depth - 1, (*above, name)) for key, item in value.items()}

    def _follow(self, reference: dict[str, Any], above: tuple[Any, ...]) -> dict[str, Any]:
        name = reference["@id"]
        target = self._nodes.get(name)
        if target is None:
            self.dangling[name] = None
        if target is None or name in above or self._left <= 0:
            return reference
        self._left -= 1
        return target


def is_reference(node: Mapping[str, Any]) -> bool:
    """Whether a node only points at another one."""
    if not isinstance(node.get("@id"), str):
        return False
    return all(key in ("@id", "@type", "@context") or is_absent(node[key]) for key in node)
