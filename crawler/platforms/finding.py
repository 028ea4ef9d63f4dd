"""Which platform's list a board is read by: asked for, learnt, by its URL or by its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discovery.walk import ListingPage
from crawler.known import KnownPostings
from crawler.learnt import Learnt
from crawler.platforms import PLATFORMS, Found, by_page, by_url, is_embedded, named
from crawler.ports import BoardPlan

if TYPE_CHECKING:
    from jobdiff.config.model import PlatformSettings


def told(plan: BoardPlan, learnt: Learnt, settings: Mapping[str, PlatformSettings]) -> Found | None:
    """The platform that is known before anything was asked.

    The board's URL counts whatever was learnt: the platform may be one that was not known then.
    """
    name = plan.strategy if plan.strategy != "auto" else learnt.strategy
    if name in PLATFORMS:
        found = named(name, learnt.source or plan.url)
    else:
        found = by_url(plan.url) if plan.strategy == "auto" else None
    return found and _configured(found, settings)


def on_page(
    opening: ListingPage,
    plan: BoardPlan,
    learnt: Learnt,
    settings: Mapping[str, PlatformSettings],
    known: KnownPostings | None = None,
) -> Found | None:
    """The platform that the board's page leads to, if it carries no posting itself.

    A board that is read well in another way is left for a platform only where its page shows the
    platform's board itself: a mere link may lead to somebody else.
    """
    asked_for = plan.strategy in PLATFORMS
    if not asked_for and plan.strategy != "auto":
        return None
    found = led_to(opening, settings, (plan.strategy,) if asked_for else None)
    page = opening.opened.page if opening.opened else None
    if found is None or page is None or asked_for or learnt.strategy is None:
        return found
    embedded = is_embedded(page, opening.answer.final_url, found)
    dead = known is None or not known.in_content(opening.content)
    return found if embedded or dead else None


def led_to(
    opening: ListingPage,
    settings: Mapping[str, PlatformSettings],
    names: tuple[str, ...] | None = None,
) -> Found | None:
    """The platform's board that a page without postings of its own leads to."""
    page = opening.opened.page if opening.opened else None
    if page is None or not opening.good or opening.content.carried:
        return None
    found = by_page(page, opening.answer.final_url, tuple(PLATFORMS) if names is None else names)
    return found and _configured(found, settings)


def _configured(found: Found, settings: Mapping[str, PlatformSettings]) -> Found:
    """With the host of the configuration, if it names one."""
    chosen = settings.get(found.platform.name)
    if chosen is None or chosen.api is None:
        return found
    return replace(found, tenant=replace(found.tenant, api=chosen.api))
