"""Secrets: literal, ``env:NAME`` or ``file:PATH``; looked up on use, never kept or shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from postings.errors import ConfigurationError


def resolve_secret(text: str | SecretStr, env: Mapping[str, str] | None = None) -> str:
    """Return what ``text`` stands for.

    Raises:
        ConfigurationError: the variable is not set, or the file cannot be read; the message
            names the variable or the file, never the secret.
    """
    plain = text.get_secret_value() if isinstance(text, SecretStr) else text
    where, colon, name = plain.partition(":")
    if colon and where == "env":
        if not re.fullmatch(r"\w+", name, re.ASCII):
            raise ConfigurationError("what follows env: is no name of a variable; write env:NAME")
        value = (os.environ if env is None else env).get(name, "")
        if not value:
            raise ConfigurationError(f"the environment variable {name} is not set; set it")
        return value
    if colon and where == "file":
        return _from_file(Path(name).expanduser())
    return plain


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        reason = getattr(wrong, "strerror", None) or "it is not text"
        raise ConfigurationError(f"the secret file {path} cannot be read: {reason}") from None
