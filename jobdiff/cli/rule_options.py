"""A rule's keys as options: one line a key, in the words of a ``[[rules]]`` table.

The configuration is not asked for its keys here, for every command would start later by it; a test
holds the two together.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from postings.errors import UsageError

_PANEL: Final = "Keys of the rule (docs/configuration.md)"


@dataclass(frozen=True)
class Key:
    """One key.

    Attributes:
        help: what its option says.
        one: how the option is called where that is not the key's own name.
        many: whether it takes several, by repeating the option.
        metavar: what its value is called, where that is not the option's last word.
    """

    name: str
    help: str
    one: str = ""
    many: bool = True
    metavar: str = ""

    @property
    def option(self) -> str:
        """``not_title`` is ``--not-title``, ``kinds`` is ``--kind``."""
        return f"--{(self.one or self.name).replace('_', '-')}"

    @property
    def parameter(self) -> inspect.Parameter:
        """It as a parameter that typer reads."""
        told = typer.Option(
            self.option,
            metavar=self.metavar or self.option.rpartition("-")[2].upper(),
            help=self.help,
            show_default=False,
            rich_help_panel=_PANEL,
        )
        kind = (list[str] if self.many else str) | None
        keyword = inspect.Parameter.KEYWORD_ONLY
        return inspect.Parameter(self.name, keyword, default=None, annotation=Annotated[kind, told])


KEYS: Final = (
    Key("kinds", "Of new, changed, expired, removed, reopened; default new and reopened.", "kind"),
    Key("changed", "A field that changed, like salary; alone it means --kind changed."),
    Key("boards", "A board's name, URL or id.", "board"),
    Key("tags", "A tag of boards.", "tag"),
    Key("title", "A word that is in it, or re:PATTERN."),
    Key("not_title", "A word that is not in it."),
    Key("text", "A word of the description."),
    Key("not_text", "A word that is not in the description."),
    Key("employer", "A word of the employer's name."),
    Key("not_employer", "A word that is not in it."),
    Key("country", "Two letters, like CH."),
    Key("region", "A word of it."),
    Key("town", "A word of it."),
    Key("remote", "Of remote, hybrid, on_site."),
    Key("salary_at_least", "Like '100000 CHF/YEAR'.", many=False, metavar="AMOUNT"),
    Key("employment_type", "Of FULL_TIME, PART_TIME, CONTRACTOR, TEMPORARY, INTERN and so on."),
    Key("language", "Two letters, like de."),
    Key("max_age", "How long ago it may say that it was posted, like 14d.", many=False),
    Key("require", "What must be said, like salary; else what is missing passes."),
    Key("channels", "A channel that is told; default all.", "channel"),
    Key("deliver", "immediately, hourly, 'daily at 08:00', 'weekly on mon at 08:00'.", many=False),
    Key("timezone", "Of --deliver and --quiet, like Europe/Zurich; default UTC.", many=False),
    Key("quiet", "Found as ever, sent afterwards, like 22:00-07:00.", many=False),
    Key("remind", "Also when the deadline of a match is so near, like 3d.", many=False),
    Key(
        "at_most",
        "Entries of one message, the rest is counted; default 20.",
        many=False,
        metavar="N",
    ),
)
_BY_NAME: Final = {key.name: key for key in KEYS}
_BY_WORD: Final = {
    word: key
    for key in KEYS
    for word in (key.name, key.option.removeprefix("--"), key.name.replace("_", "-"))
}


def with_keys(work: Callable[..., None]) -> Callable[..., None]:
    """Give ``work(session, ..., **given)`` an option for each key; typer reads its signature."""
    own = inspect.signature(work, eval_str=True).parameters.values()
    plain = [one for one in own if one.kind is not inspect.Parameter.VAR_KEYWORD]
    made = inspect.Signature([*plain, *(key.parameter for key in KEYS)])
    work.__signature__ = made  # type: ignore[attr-defined]
    return work


def asked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The keys that were given, in their order."""
    return {key.name: given[key.name] for key in KEYS if given.get(key.name) not in (None, [], ())}


def option_of(name: str) -> str:
    """How messages name a key: as the option that gives it."""
    return _BY_NAME[name].option if name in _BY_NAME else name.upper()


def keys_named(words: Iterable[str]) -> tuple[str, ...]:
    """The keys that ``--clear`` names, by their own name or their option's.

    Raises:
        UsageError: there is no such key.
    """
    for word in words:
        if word.removeprefix("--") not in _BY_WORD:
            known = ", ".join(_BY_NAME)
            raise UsageError(f"--clear: {word!r} is no key; there are {known}")
    return tuple(_BY_WORD[word.removeprefix("--")].name for word in words)
