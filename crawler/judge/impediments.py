"""What stands between us and the page: a challenge, a login, a consent wall, maintenance, a shell.

Recognised by structure and by words, not by one vendor. Meant for pages that carry no posting and
lead to none that is known.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from crawler.answer import Trouble
from crawler.html import Page
from crawler.judge.phrases import CHALLENGE, CONSENT, LOGIN, LOGIN_PATH, MAINTENANCE

SHORT: Final = 700
SHELL: Final = 200
_LOGIN_PATH: Final = re.compile(LOGIN_PATH, re.IGNORECASE)
_LOGIN_HOST: Final = re.compile(r"^(login|signin|sso|auth|idp|accounts?|id)\.", re.IGNORECASE)
_CHALLENGE_PART: Final = (
    "//*[contains(@class,'captcha') or contains(@id,'captcha') or contains(@id,'challenge')"
    " or contains(@class,'challenge') or contains(@class,'turnstile')]"
    "|//script[contains(@src,'captcha') or contains(@src,'challenge')]"
    "|//iframe[contains(@src,'captcha') or contains(@src,'challenge')]"
    "|//form[contains(@action,'challenge') or contains(@action,'captcha')]"
)
_REFRESH: Final = "//meta[translate(@http-equiv,'REFSH','refsh')='refresh']"
_PASSWORD: Final = "//input[@type='password']"  # noqa: S105
_SINGLE_SIGN_ON: Final = "//input[@name='SAMLRequest' or @name='SAMLResponse']"


def impediment(page: Page, url: str, asked: str) -> Trouble | None:
    """What the page at ``url`` (for which ``asked`` was asked) is instead of the page itself."""
    short = len(page.text) <= SHORT
    if short and _is_challenge(page):
        return Trouble("blocked", "it asked whether we are human")
    if _is_login(page, url, asked, short=short):
        return Trouble("blocked", "it asked to log in")
    if short and _says(CONSENT, page.text) and "cookie" in page.text.casefold():
        return Trouble("blocked", "it asked for consent before showing anything")
    if short and _says(MAINTENANCE, f"{page.title}\n{page.text}"):
        return Trouble("failed", "it says that it is under maintenance or out of order")
    return None


def is_shell(page: Page) -> bool:
    """Whether the page is an empty frame that only scripts would fill."""
    return len(page.main_text) < SHELL and page.has("//script")


def _is_challenge(page: Page) -> bool:
    said = _says(CHALLENGE, f"{page.title}\n{page.text}")
    built = page.has(_CHALLENGE_PART)
    if said:
        return built or page.has("//script") or page.has(_REFRESH) or not page.has("//a[@href]")
    return built and not page.has("//nav") and len(page.main_text) < SHELL


def _is_login(page: Page, url: str, asked: str, *, short: bool) -> bool:
    moved = url != asked and (_leads_to_login(url) and not _leads_to_login(asked))
    if page.has(_SINGLE_SIGN_ON) or (moved and (page.has(_PASSWORD) or short)):
        return True
    password = page.has(_PASSWORD)
    return password and short and (moved or _says(LOGIN, page.text) or len(page.text) < SHELL)


def _leads_to_login(url: str) -> bool:
    parts = urlsplit(url)
    return bool(_LOGIN_PATH.search(parts.path) or _LOGIN_HOST.match(parts.hostname or ""))


def _says(phrases: tuple[str, ...], text: str) -> bool:
    return bool(_any_of(phrases).search(text.casefold()))


@cache
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in phrases))
