"""The web application: what is served, behind the check of who is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.types import ASGIApp

from web.health import health_routes
from web.hosts import OwnHosts
from web.ports import HealthSource


def application(health: HealthSource, hosts: Iterable[str] = ()) -> ASGIApp:
    """Everything that is served.

    Args:
        health: asked at every request for it.
        hosts: names beside this machine's own under which it may be asked for.
    """
    return OwnHosts(Starlette(routes=health_routes(health)), hosts)
