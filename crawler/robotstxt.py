"""Parse robots.txt and match URLs with it: RFC 9309, read as Google's published parser reads it.

Where the two differ, the reading that keeps out counts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import urlsplit

MOST_LINE: Final = 16 * 1024
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_PRODUCT: Final = re.compile(r"[A-Za-z_-]+")
_PERCENT: Final = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED: Final = re.compile(r"%(2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])")
_KEYS: Final = {
    "allow": "allow",
    "disallow": "disallow",
    **dict.fromkeys(("dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"),
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "agent"),
    **dict.fromkeys(("crawl-delay", "crawldelay", "crawl delay"), "delay"),
    **dict.fromkeys(("sitemap", "site-map"), "sitemap"),
}


@dataclass(frozen=True)
class Rule:
    """One line ``Allow:`` or ``Disallow:``; ``pattern`` is percent-encoded, hex in capitals."""

    verb: Literal["allow", "disallow"]
    pattern: str

    def weight(self, path: str) -> int:
        """How long its match of ``path`` is; -1 where it does not match."""
        if _matches(self.pattern, path):
            return len(self.pattern)
        if self.verb == "disallow":
            return len(self.pattern) if _matches(_plain(self.pattern), _plain(path)) else -1
        # As Google has it: /index.html stands for its folder, too.
        folder, index, _ = self.pattern.rpartition("/index.htm")
        return len(folder) + 2 if index and _matches(f"{folder}/$", path) else -1


@dataclass(frozen=True)
class RobotsTxt:
    """What a robots.txt says to one crawler.

    Attributes:
        delay: the Crawl-delay in seconds; None where there is none that makes sense.
    """

    rules: tuple[Rule, ...] = ()
    delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be asked: the longest rule decides, and Allow wins a draw."""
        path = _path_of(url)
        weights = {"allow": -1, "disallow": -1}
        for rule in self.rules:
            weights[rule.verb] = max(weights[rule.verb], rule.weight(path))
        return weights["allow"] >= weights["disallow"]


def parse_robots_txt(text: str, agent: str) -> RobotsTxt:
    """What ``text`` says to the product ``agent``: its own groups, else those of everyone."""
    lines = list(_lines(text))
    sitemaps = tuple(dict.fromkeys(value for key, value in lines if key == "sitemap" and value))
    own, everyone = _groups(lines, agent)
    said = everyone if own is None else own
    rules = tuple(
        Rule("allow" if key == "allow" else "disallow", _encoded(value))
        for key, value in said
        if key != "delay" and value
    )
    delays = [each for key, value in said if key == "delay" if (each := _seconds(value))]
    return RobotsTxt(rules, max(delays, default=None), sitemaps)


def _groups(
    lines: list[tuple[str, str]], agent: str
) -> tuple[list[tuple[str, str]] | None, list[tuple[str, str]]]:
    """The lines of the groups that name ``agent`` (None: no group does), and those of ``*``."""
    own: list[tuple[str, str]] | None = None
    everyone: list[tuple[str, str]] = []
    is_own = is_everyone = in_rules = False
    for key, value in lines:
        if key == "agent":
            if in_rules:
                is_own = is_everyone = in_rules = False
            is_everyone = is_everyone or value == "*" or value[:2] in ("* ", "*\t")
            product = _PRODUCT.match(value)
            is_own = is_own or (product is not None and product[0].lower() == agent.lower())
            own = [] if is_own and own is None else own
        elif key in ("allow", "disallow", "delay"):
            # A delay does not end the list of agents: it is no line of the standard's.
            in_rules = in_rules or key != "delay"
            if is_own and own is not None:
                own.append((key, value))
            if is_everyone:
                everyone.append((key, value))
    return own, everyone


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """The lines that mean something: what they are, and their value."""
    for line in _LINE_END.split(text):
        said = line[:MOST_LINE].partition("#")[0].strip()
        key, colon, value = said.partition(":")
        if not colon:
            words = said.split()
            key, value = words if len(words) == 2 else ("", "")
        known = _KEYS.get(key.strip().lower())
        if known:
            yield known, value.strip()


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def _path_of(url: str) -> str:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query or "?" in url.partition("#")[0] else ""
    return _encoded((parts.path or "/") + query)


def _encoded(path: str) -> str:
    capital = _PERCENT.sub(lambda found: found.group().upper(), path)
    return "".join(
        each if each.isascii() else "".join(f"%{byte:02X}" for byte in _bytes(each))
        for each in capital
    )


def _bytes(character: str) -> bytes:
    return character.encode("utf-8", errors="surrogatepass")


def _plain(path: str) -> str:
    """Without the percent-encoding of what needs none (RFC 9309, 2.2.2)."""
    return _UNRESERVED.sub(lambda found: chr(int(found.group(1), 16)), path)


def _matches(pattern: str, path: str) -> bool:
    """Match with ``*`` and a final ``$``, in time that no pattern can blow up."""
    anchored = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not others:
        return not anchored or at == len(path)
    *between, last = others
    for each in between:
        found = path.find(each, at)
        if found < 0:
            return False
        at = found + len(each)
    if anchored:
        return len(path) - at >= len(last) and path.endswith(last)
    return path.find(last, at) >= 0
