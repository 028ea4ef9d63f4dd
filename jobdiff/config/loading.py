"""From ``jobdiff.toml`` and the environment to a ``Config``, or one clear line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import platformdirs
from pydantic import BaseModel, ValidationError
from pydantic_settings import EnvSettingsSource

from jobdiff.config import lines as toml_lines
from jobdiff.config.alerting import RuleOrigin
from jobdiff.config.model import Config, Scalars
from jobdiff.config.wrong import first_error, hint, reason
from postings.errors import ConfigurationError, NotFound

FILE_NAME = "jobdiff.toml"
PREFIX = "JOBDIFF_"
RESERVED = ("JOBDIFF_CONFIG", "JOBDIFF_NOW")


def load(
    path: Path | None = None, *, database: str | None = None, env: Mapping[str, str]
) -> Config:
    """Read the configuration; without a file, the defaults.

    The first of ``path``, ``JOBDIFF_CONFIG``, ``./jobdiff.toml`` and the XDG place is the file;
    a variable wins over it, and ``database`` (``--database``) over both.

    Raises:
        ConfigurationError: a key, value, variable or the file's syntax is wrong; names file, line
            and key, or the variable.
        NotFound: the file that was named does not exist.
    """
    file = _find_file(path, env)
    text = _text_of(file) if file else ""
    values = _parse(text, file) if file else {}
    _refuse_unknown_variables(env, values)
    overrides = _Environment(env)()
    origin = _Origin(file, toml_lines.key_lines(text), overrides)
    config = _validate(_merged(values, overrides), origin)
    _refuse_bad_names(config, origin)
    for number, board in enumerate(config.boards):
        board._line = toml_lines.line_of(origin.lines, ("boards", number))
    for number, (rule, written) in enumerate(
        zip(config.rules, values.get("rules", ()), strict=True)
    ):
        rule._origin = RuleOrigin(written, line=toml_lines.line_of(origin.lines, ("rules", number)))
    from_file = database is None and "database" in values and "database" not in overrides
    folder = file.parent if file and from_file else Path()
    url = _database_url(database or config.database or _default_database(env), folder)
    config = config.model_copy(update={"path": file, "database": url})
    return _with_folders(config, file.parent if file else Path())


class _Environment(EnvSettingsSource):
    """pydantic-settings' reader of variables, over a given environment."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        super().__init__(Scalars)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._env.items()}


@dataclass(frozen=True)
class _Origin:
    """Where values came from, for messages."""

    file: Path | None
    lines: Mapping[toml_lines.Path, int]
    overrides: Mapping[str, Any]

    def of(self, path: toml_lines.Path) -> str:
        """``jobdiff.toml, line 12`` or the variable's name."""
        if _get(self.overrides, path) is not None:
            return PREFIX + "__".join(str(part).upper() for part in path)
        line = toml_lines.line_of(self.lines, path)
        return f"{self.file}, line {line}" if line else str(self.file or "the configuration")


def _find_file(path: Path | None, env: Mapping[str, str]) -> Path | None:
    named = path or (Path(env["JOBDIFF_CONFIG"]) if env.get("JOBDIFF_CONFIG") else None)
    if named is not None:
        if _is_file(named):
            return named.expanduser()
        if named.is_dir():
            raise NotFound(f"{named} is a folder; name the file in it with --config")
        raise NotFound(f"the configuration file {named} does not exist; check --config")
    xdg = env.get("XDG_CONFIG_HOME")
    user = Path(xdg) / "jobdiff" if xdg else platformdirs.user_config_path("jobdiff")
    return next((f for f in (Path(FILE_NAME), user / FILE_NAME) if _is_file(f)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.expanduser().is_file()
    except (OSError, RuntimeError) as wrong:
        why = getattr(wrong, "strerror", None) or str(wrong)
        raise ConfigurationError(f"{path} cannot be read: {why}; check --config") from None


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file}: it is not UTF-8 text; save it as UTF-8") from None
    except OSError as wrong:
        raise ConfigurationError(f"{file} cannot be read: {wrong.strerror}") from None


def _parse(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        what = re.sub(r" \(at (line (\d+), column \d+|end of document)\)$", "", str(wrong))
        found = re.search(r"at line (\d+)", str(wrong))
        line = int(found[1]) if found else text.rstrip("\n").count("\n") + 1
        raise ConfigurationError(f"{file}, line {line}: this is no TOML: {what}") from None
    except RecursionError:
        raise ConfigurationError(f"{file}: its lists or tables are nested too deep") from None


def _merged(values: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(values)
    for key, value in overrides.items():
        below = merged.get(key)
        nested = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = {**below, **value} if nested else value  # type: ignore[dict-item]
    return merged


def _validate(values: Mapping[str, Any], origin: _Origin) -> Config:
    if "path" in values:
        raise _unknown(("path",), origin)
    try:
        return Config.model_validate(values)
    except ValidationError as wrong:
        first = first_error(wrong)
        path = first["loc"]
        if first["type"] == "extra_forbidden":
            raise _unknown(path, origin) from None
        raise ConfigurationError(
            f"{origin.of(path)}: {_dotted(path)}: {reason(first['msg'])}"
        ) from None


def _unknown(path: toml_lines.Path, origin: _Origin) -> ConfigurationError:
    told = hint(str(path[-1]), _keys_at(path[:-1]))
    return ConfigurationError(f"{origin.of(path)}: unknown key {_dotted(path)!r}{told}")


def _keys_at(path: toml_lines.Path) -> Sequence[str]:
    """The keys that the table at ``path`` may have."""
    model: type[BaseModel] = Config
    for part in path:
        if isinstance(part, int):
            continue
        annotation = model.model_fields[part].annotation
        candidates = (annotation, *get_args(annotation))
        model = next(c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel))
    return [name for name in model.model_fields if (model, name) != (Config, "path")]


def _dotted(path: toml_lines.Path) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.lstrip(".")


def _get(values: object, path: toml_lines.Path) -> object:
    for part in path:
        if not isinstance(values, Mapping):
            return None
        values = values.get(part)
    return values


def _refuse_unknown_variables(env: Mapping[str, str], values: Mapping[str, Any]) -> None:
    known = {PREFIX + name for name in _variable_names()}
    secrets = set(_secret_variables(values))
    for name in sorted(env):
        if name.upper().startswith(PREFIX) and name not in {*known, *RESERVED, *secrets}:
            told = hint(name, [*known, *RESERVED])
            raise ConfigurationError(f"unknown environment variable {name}{told}")


def _variable_names() -> Iterable[str]:
    for name, field in Scalars.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from (f"{name}__{key}".upper() for key in inner.model_fields)
        else:
            yield name.upper()


def _secret_variables(values: Mapping[str, Any]) -> Iterable[str]:
    channels = values.get("channels")
    for channel in channels if isinstance(channels, list) else ():
        for value in channel.values() if isinstance(channel, Mapping) else ():
            if isinstance(value, str) and value.startswith("env:"):
                yield value.removeprefix("env:")


def _refuse_bad_names(config: Config, origin: _Origin) -> None:
    """Names are unique, and a rule's channels exist."""
    for table, key in (
        ("boards", "name"),
        ("boards", "url"),
        ("channels", "name"),
        ("rules", "name"),
    ):
        seen: dict[str, int] = {}
        for number, entry in enumerate(getattr(config, table)):
            value = getattr(entry, key)
            if value is not None and seen.setdefault(value, number) != number:
                raise ConfigurationError(
                    f"{origin.of((table, number, key))}: {table}[{number}].{key}: {value!r} is"
                    f" taken by {table}[{seen[value]}]; each needs its own"
                )
    _refuse_unknown_channels(config, origin)


def _refuse_unknown_channels(config: Config, origin: _Origin) -> None:
    channels = [channel.name for channel in config.channels]
    told: dict[toml_lines.Path, tuple[str, ...]] = {
        ("alerts", "operator"): config.alerts.operator,
        ("alerts", "marked"): config.alerts.marked,
    }
    told |= {("rules", n, "channels"): rule.channels for n, rule in enumerate(config.rules)}
    for path, names in told.items():
        for name in names:
            if name not in channels:
                raise ConfigurationError(
                    f"{origin.of(path)}: {_dotted(path)}: unknown channel"
                    f" {name!r}{hint(name, channels)}"
                )


def _with_folders(config: Config, folder: Path) -> Config:
    """Relative folders of feeds, templates and the archive count from the file's own."""
    channels = tuple(
        one if one.feed is None else one.model_copy(update={"feed": _within(folder, one.feed)})
        for one in config.channels
    )
    alerts = config.alerts
    if alerts.templates is not None:
        alerts = alerts.model_copy(update={"templates": _within(folder, alerts.templates)})
    archive = config.archive
    if archive.folder is not None:
        archive = archive.model_copy(update={"folder": _within(folder, archive.folder)})
    told = {"channels": channels, "alerts": alerts, "archive": archive}
    return config.model_copy(update=told)


def _within(folder: Path, path: str) -> str:
    return str((folder / Path(path).expanduser()).absolute())


def _default_database(env: Mapping[str, str]) -> str:
    xdg = env.get("XDG_DATA_HOME")
    folder = Path(xdg) / "jobdiff" if xdg else platformdirs.user_data_path("jobdiff")
    return f"sqlite:///{folder / 'jobdiff.db'}"


def _database_url(text: str, folder: Path) -> str:
    """The store's URL, its SQLite path absolute; a bare path is a SQLite file."""
    scheme, separator, path = text.partition(":///")
    if "://" not in text:
        scheme, separator, path = "sqlite", ":///", text
    if not scheme.startswith("sqlite") or not separator or not path or path.startswith(":memory:"):
        return text
    if "?" in path:
        raise ConfigurationError(
            f"database: {text!r} has a ? in it; name a file alone, like sqlite:///jobs.db"
        )
    return f"{scheme}:///{(folder / Path(path).expanduser()).absolute()}"
