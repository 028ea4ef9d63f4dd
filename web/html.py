"""Pages for people, from templates: sandboxed, everything escaped, no script, nothing loaded."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

STYLE: Final = resources.files("web").joinpath("templates", "style.css").read_text("utf-8")
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""The Content-Security-Policy of every answer: one style, which is ours, and nothing else."""


def render(template: str, **values: Any) -> str:
    """A page; ``values`` may hold text that anybody wrote."""
    return _environment().get_template(template).render(values, style=Markup(STYLE))  # noqa: S704


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        loader=PackageLoader("web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.tests["web_address"] = _is_web_address
    return made


def _is_web_address(value: str) -> bool:
    return value.startswith(("https://", "http://"))
