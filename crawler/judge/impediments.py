"""What stands between us and the page: a challenge, a login, a consent wall, maintenance, a shell.

Recognised by structure and by words, not by one vendor. Meant for pages that carry no posting and
lead to none that is known.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from lxml import html

from crawler.answer import Trouble
from crawler.html import Page, squash
from crawler.judge.walls import (
    ACCEPT,
    CHALLENGE,
    CONSENT,
    LOGIN,
    LOGIN_PATH,
    MAINTENANCE,
    NO_SITE,
)

SHORT: Final = 700
SHELL: Final = 200
_BESIDE: Final = 160
_FEW_LINKS: Final = 5
_LOGIN_PATH: Final = re.compile(LOGIN_PATH, re.IGNORECASE)
_LOGIN_HOST: Final = re.compile(r"^(login|signin|sso|auth|idp|accounts?|id)\.", re.IGNORECASE)
_CHALLENGE_PART: Final = (
    "//*[contains(@class,'captcha') or contains(@id,'captcha') or contains(@id,'challenge')"
    " or contains(@class,'challenge') or contains(@class,'turnstile')]"
    "|//script[contains(@src,'captcha') or contains(@src,'challenge')]"
    "|//iframe[contains(@src,'captcha') or contains(@src,'challenge')]"
    "|//form[contains(@action,'challenge') or contains(@action,'aptcha')]"
)
_APPLICATION: Final = (
    "//input[@type='file']|//form[count(.//input[not(@type='hidden')]) > 3]|//textarea"
)
_LINKS: Final = "//a[@href and not(starts-with(@href,'#')) and not(starts-with(@href,'java'))]"
_PASSWORD: Final = "//input[@type='password']"  # noqa: S105
_IDENTITY: Final = "//form[.//input[@type='email' or @type='text' or @type='tel' or not(@type)]]"
_SINGLE_SIGN_ON: Final = "//input[@name='SAMLRequest' or @name='SAMLResponse']"
_BUTTONS: Final = "//button|//a|//input[@type='submit' or @type='button']|//*[@role='button']"


def impediment(page: Page, url: str, asked: str) -> Trouble | None:
    """What the page at ``url`` (for which ``asked`` was asked) is instead of the page itself."""
    short = len(page.text) <= SHORT
    if short and _is_challenge(page):
        return Trouble("blocked", "it asked whether we are human")
    if _is_login(page, url, asked, short=short):
        return Trouble("blocked", "it asked to log in")
    if short and _is_consent(page):
        return Trouble("blocked", "it asked for consent before showing anything")
    if short and _says_up_front(MAINTENANCE, page):
        return Trouble("failed", "it says that it is under maintenance or out of order")
    if short and _says_up_front(NO_SITE, page):
        return Trouble("failed", "there is no site at this address any more")
    return None


def is_shell(page: Page) -> bool:
    """Whether the page is an empty frame that only scripts would fill."""
    return len(page.main_text) < SHELL and page.has("//script")


def _is_challenge(page: Page) -> bool:
    """It says so in its title or headings, or it is built so and has nothing else to offer."""
    if page.has(_APPLICATION):
        return False
    built = page.has(_CHALLENGE_PART)
    if _says_up_front(CHALLENGE, page) or (built and _says(CHALLENGE, page.text)):
        return True
    return built and _links(page) == 0 and len(page.main_text) < SHELL


def _is_login(page: Page, url: str, asked: str, *, short: bool) -> bool:
    moved = url != asked and (_leads_to_login(url) and not _leads_to_login(asked))
    if page.has(_SINGLE_SIGN_ON) or (moved and (page.has(_PASSWORD) or short)):
        return True
    if not short or _beside(page, _IDENTITY) > _BESIDE:
        return False
    if page.has(_PASSWORD):
        return moved or _says(LOGIN, page.text) or len(page.text) < SHELL
    asks = page.has(_IDENTITY) or any(_leads_to_login(str(each)) for each in _targets(page))
    return asks and len(page.text) < SHELL and _says(LOGIN, page.text)


def _is_consent(page: Page) -> bool:
    """It asks for consent in so many words, or a box that asks is all there is."""
    if "cookie" not in page.text.casefold():
        return False
    if _says(CONSENT, page.text):
        return True
    return any(
        _is_alone(page, _box_of(button))
        for button in page.tree.xpath(_BUTTONS)
        if _says(ACCEPT, squash(str(button.text_content())))
    )


def _box_of(button: html.HtmlElement) -> html.HtmlElement:
    """The smallest part around a button that speaks of cookies."""
    box = button
    while (above := box.getparent()) is not None:
        if "cookie" in str(box.text_content()).casefold():
            break
        box = above
    return box


def _is_alone(page: Page, box: html.HtmlElement) -> bool:
    """Whether there is next to nothing on a page beside a part of it."""
    outside = _links(page) - len(box.xpath(f".{_LINKS}"))
    return outside <= 0 and len(page.text) - len(Page(box).text) < _BESIDE


def _beside(page: Page, path: str) -> int:
    """How much text there is beside the parts that an expression finds."""
    return len(page.text) - sum(len(Page(part).text) for part in page.tree.xpath(path))


def _says_up_front(phrases: tuple[str, ...], page: Page) -> bool:
    """Whether title or headings say it; or the text, of a page that leads nowhere."""
    front = _says(phrases, f"{page.title}\n{page.headings}") and _links(page) <= _FEW_LINKS
    return front or (_links(page) == 0 and _says(phrases, page.text))


def _links(page: Page) -> int:
    return len(page.tree.xpath(_LINKS))


def _targets(page: Page) -> list[str]:
    return [str(each) for each in page.tree.xpath(f"{_LINKS}/@href")]


def _leads_to_login(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(_LOGIN_PATH.search(parts.path) or _LOGIN_HOST.match(parts.hostname or ""))


def _says(phrases: tuple[str, ...], text: str) -> bool:
    return bool(_any_of(phrases).search(text.casefold()))


@cache
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in phrases))
