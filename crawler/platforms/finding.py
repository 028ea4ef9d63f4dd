"""Which platform's list a board is read by: asked for, learnt, by its URL or by its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery.walk import ListingPage
from crawler.learnt import Learnt
from crawler.platforms import PLATFORMS, Found, by_page, by_url, named
from crawler.ports import BoardPlan

if TYPE_CHECKING:
    from jobdiff.config.model import PlatformSettings


def told(plan: BoardPlan, learnt: Learnt, settings: Mapping[str, PlatformSettings]) -> Found | None:
    """The platform that is known before anything was asked."""
    name = plan.strategy if plan.strategy != "auto" else learnt.strategy
    if name in PLATFORMS:
        found = named(name, learnt.source or plan.url)
    else:
        found = by_url(plan.url) if name is None else None
    return found and _configured(found, settings)


def on_page(
    opening: ListingPage,
    plan: BoardPlan,
    learnt: Learnt,
    settings: Mapping[str, PlatformSettings],
) -> Found | None:
    """The platform that the board's page leads to, if it carries no posting itself.

    It is looked for where one was asked for, and where nothing has worked yet.
    """
    asked_for = plan.strategy in PLATFORMS
    if not asked_for and (plan.strategy != "auto" or learnt.strategy is not None):
        return None
    page = opening.opened.page if opening.opened else None
    if page is None or not opening.good or opening.content.carried:
        return None
    names = (plan.strategy,) if asked_for else tuple(PLATFORMS)
    found = by_page(page, opening.answer.final_url, names)
    return found and _configured(found, settings)


def _configured(found: Found, settings: Mapping[str, PlatformSettings]) -> Found:
    """With the host of the configuration, if it names one."""
    chosen = settings.get(found.platform.name)
    if chosen is None or chosen.api is None:
        return found
    return replace(found, tenant=replace(found.tenant, api=chosen.api))
