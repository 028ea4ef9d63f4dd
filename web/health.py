"""``/healthz`` and ``/readyz``: how the daemon is, for whoever restarts it or sends it work."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from web.ports import Health, HealthSource

SCHEMA: Final = "jobdiff.health/1"
_NEVER_KEPT = {"Cache-Control": "no-store"}


def health_routes(source: HealthSource) -> list[Route]:
    """The two routes: 200 where it is well, else 503; the body says what was looked at."""

    async def live(_request: Request) -> JSONResponse:
        health = await source()
        return _answer(health, well=health.live)

    async def ready(_request: Request) -> JSONResponse:
        health = await source()
        return _answer(health, well=health.ready)

    return [Route("/healthz", live), Route("/readyz", ready)]


def health_json(health: Health) -> dict[str, Any]:
    """A health as JSON."""
    checks = [{"check": one.check, "ok": one.ok, "detail": one.detail} for one in health.checks]
    return {
        "schema": SCHEMA,
        "live": health.live,
        "ready": health.ready,
        "started_at": health.started_at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "crawling": health.crawling,
        "crawled": health.crawled,
        "checks": checks,
    }


def _answer(health: Health, *, well: bool) -> JSONResponse:
    return JSONResponse(health_json(health), 200 if well else 503, headers=_NEVER_KEPT)
