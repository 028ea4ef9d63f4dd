"""URLs as names of things: when two spellings name one page, and which are no address at all."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING = re.compile(
    r"""^( utm_.* | _ga | _gl | gclid | gclsrc | dclid | gbraid | wbraid | fbclid | msclkid | yclid
      | twclid | ttclid | igshid | li_fat_id | mc_[ce]id | mkt_tok | _hs(enc|mi) | hs.*tracking
      | vero_id | wickedid | oly_(anon|enc)_id | rb_clickid | s_cid | trk | trackingid | refid
      | gh_src | lever-(source|origin|via) | (traffic|referral|lead)_?source | src | source
      | referer | referrer | recommended | (jsession|php)?sess(ion)?_?id
      | _token | csrf(_token|token)? | nonce | timestamp | _ | cachebuster | cb )$""",
    re.VERBOSE | re.IGNORECASE,
)
_LANGUAGE_PATH = re.compile(r"/[a-z]{2}([-_][a-z]{2})?(?=/)", re.IGNORECASE)
_LANGUAGE_QUERY = re.compile(r"^(lang|language|locale|hl|lc)=", re.IGNORECASE)
_SESSION_PATH = re.compile(r";(jsessionid|phpsessid|sid)=[^/;?#]*", re.IGNORECASE)
_LEADING_NUMBER = re.compile(r"^(?!(?:19|20)\d\d(?!\d))\d{2,}(?=-)")
_LONG_NUMBER = re.compile(
    r"(?<![^\W_])(?:\d{6,}|(?=[a-f]*\d)[0-9a-f]{8,})(?![^\W_])", re.IGNORECASE
)
_UNSAFE_IN_URL = re.compile(r"[\x00-\x20\x7f]")


def absolute(base: str, reference: str) -> str | None:
    """``reference`` resolved against ``base``, or None where it is no http(s) address.

    >>> absolute("https://example.org/careers/", "engineer?jobId=7")
    'https://example.org/careers/engineer?jobId=7'
    >>> absolute("https://example.org/", "javascript:alert(1)") is None
    True
    """
    try:
        joined = urljoin(base, reference.strip())
        parts = urlsplit(joined)
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return _UNSAFE_IN_URL.sub(_percent, joined) if usable and "\\" not in parts.netloc else None


@lru_cache(maxsize=16_384)
def canonical(url: str) -> str:
    """The one spelling by which a page is remembered (rule 7, RFC 3986 section 6).

    Scheme and host in lower case, ``http`` and ``https`` as one, default port, fragment, session
    and tracking parameters gone, the rest of the query sorted, one spelling of percent-encoding,
    no slash at the end. A name, not an address: it is compared, never fetched. What is no URL
    comes back as it is.

    >>> canonical("HTTPS://Example.org:443/jobs/7/?utm_source=x&b=2&a=1#apply")
    'https://example.org/jobs/7?a=1&b=2'
    """
    try:
        return _canonical(url.strip().encode("utf-8", "replace").decode()) or url
    except ValueError:
        return url


def _canonical(url: str) -> str | None:
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    host = _host(parts.hostname)
    netloc = host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"
    path = _SESSION_PATH.sub("", parts.path.replace("\\", "/")).rstrip("/; ") or "/"
    one = urlsplit(canonicalize_url(urlunsplit(("https", netloc, path, _query(parts.query), ""))))
    return urlunsplit(one._replace(path=one.path.rstrip("/;") or "/"))


def same_site(one: str, other: str) -> bool:
    """Whether two URLs stand on one host, ``www.`` aside, or one on a subdomain of the other."""
    a, b = _bare_host(one), _bare_host(other)
    return bool(a and b) and (a == b or a.endswith("." + b) or b.endswith("." + a))


def without_language(url: str) -> str:
    """The canonical URL without the parts that only name a language.

    >>> without_language("https://example.org/de/jobs/7?lang=de")
    'https://example.org/jobs/7'
    """
    path, _, query = canonical(url).partition("?")
    pairs = [pair for pair in query.split("&") if pair and not _LANGUAGE_QUERY.match(pair)]
    bare = _LANGUAGE_PATH.sub("", path)
    return f"{bare}?{'&'.join(pairs)}" if pairs else bare


def locator(url: str) -> str | None:
    """The canonical URL as far as it stays when its language and the words of its slug change.

    Of a path's last two parts, the one with a number in it stands for itself and what follows.
    None where there is no number by which a page is found.

    >>> locator("https://example.org/de/jobs/123456-senior-nurse?a=1")
    'https://example.org/jobs/123456?a=1'
    """
    path, _, query = without_language(url).partition("?")
    parts = path.split("/")
    for number in range(max(len(parts) - 2, 3), len(parts)):
        found = _LEADING_NUMBER.search(parts[number]) or _LONG_NUMBER.search(parts[number])
        if found:
            kept = "/".join([*parts[:number], found[0]])
            return f"{kept}?{query}" if query else kept
    return None


def _bare_host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _host(host: str) -> str:
    host = host.rstrip(".")
    return f"[{host}]" if ":" in host else host


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([pair for pair in pairs if not _TRACKING.match(pair[0])])


def _percent(match: re.Match[str]) -> str:
    return quote(match.group())
