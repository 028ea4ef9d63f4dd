"""A value of a raw node together with the path that leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from postings.fields.values import is_absent, local_name

Steps = tuple[str | int, ...]
_NESTING = 200
_VALUE_KEYS = ("@value", "@list", "@set")


@dataclass(frozen=True)
class At:
    """A JSON value and where it stands under its posting: keys as written, and indices."""

    value: Any
    path: Steps = ()

    @property
    def says(self) -> bool:
        """Whether it says something: not null, empty or a placeholder."""
        return not is_absent(self.value)

    @property
    def is_object(self) -> bool:
        return isinstance(self.value, dict)

    def get(self, *names: str) -> At | None:
        """The property of one of these lower-case names, in any letter case.

        One that says something comes before one that does not.
        """
        if not isinstance(self.value, dict):
            return None
        found: At | None = None
        for name in names:
            for key, value in self.value.items():
                if local_name(key) == name:
                    item = At(value, (*self.path, key))
                    if item.says:
                        return item
                    found = found or item
        return found

    def said(self, *names: str) -> At | None:
        """The property of one of these names if it says something."""
        found = self.get(*names)
        return found if found and found.says else None

    def each(self) -> Iterator[At]:
        """The values that say something one by one: lists and value objects opened."""
        stack = [self]
        while stack:
            item = stack.pop()
            inside = item._opened()
            if inside is None:
                if item.says:
                    yield item
            elif len(item.path) - len(self.path) < _NESTING:
                stack.extend(reversed(inside))

    def _opened(self) -> list[At] | None:
        """What a list or value object holds; None of anything else."""
        if isinstance(self.value, list):
            return [At(item, (*self.path, index)) for index, item in enumerate(self.value)]
        if isinstance(self.value, dict):
            for key in _VALUE_KEYS:
                if key in self.value:
                    return [At(self.value[key], (*self.path, key))]
        return None

    def leaves(self) -> Iterator[At]:
        """All that is neither object nor list, in document order."""
        stack = [self]
        while stack:
            item = stack.pop()
            if isinstance(item.value, dict):
                inside = [At(value, (*item.path, key)) for key, value in item.value.items()]
            elif isinstance(item.value, list):
                inside = [
                    At(value, (*item.path, number)) for number, value in enumerate(item.value)
                ]
            else:
                yield item
                continue
            stack.extend(reversed(inside))


def shown(path: Steps) -> str:
    """A path as JSONPath writes it.

    >>> shown(("@graph", 0, "baseSalary"))
    "$['@graph'][0].baseSalary"
    """
    return "$" + "".join(map(_step, path))


def _step(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if step.isidentifier() else f"[{step!r}]"
