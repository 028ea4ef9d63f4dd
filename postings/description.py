"""A description's HTML, sanitised no sooner than somebody wants to see it.

Sanitising costs more than all else that is done to a posting, and what it says is compared far more
often than shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import overload

from postings.fields.sanitising import sanitised


@dataclass(frozen=True)
class Description:
    """A description that says something.

    Attributes:
        markup: its HTML, for comparing its words.
        sanitised: the HTML is safe to show as it is.
    """

    markup: str
    sanitised: bool

    @cached_property
    def html(self) -> str:
        """The sanitised HTML."""
        return self.markup if self.sanitised else sanitised(self.markup)


class DescriptionHtml:
    """A field of a frozen dataclass: text or None to all who read it, also if given a Description.

    >>> from postings.model import Posting
    >>> given = Description("<p onclick='steal()'>Build rockets</p>", sanitised=False)
    >>> Posting(description_html=given).description_html
    '<p>Build rockets</p>'
    """

    _name: str

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, holder: None, owner: type) -> None: ...
    @overload
    def __get__(self, holder: object, owner: type) -> str | None: ...
    def __get__(self, holder: object | None, owner: type) -> str | None:
        if holder is None:  # dataclass asks the class for the field's default
            return None
        given: Description | str | None = vars(holder)[self._name]
        return given.html if isinstance(given, Description) else given

    def __set__(self, holder: object, given: Description | str | None) -> None:
        vars(holder)[self._name] = given
