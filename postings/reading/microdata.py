"""Microdata: each JobPosting scope alone, on a copy of its own, through extruct.

extruct drops the markup of texts, takes the address of a link for its text, and follows
``itemref`` without end. So each scope is copied, prepared and given to it by itself, and the
copying is what is bounded.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import Element, HtmlElement

from postings.fields.text import clean_text
from postings.fields.values import folded, is_absent, local_name
from postings.reading.found import Found, RawNode
from postings.reading.limits import Limits
from postings.reading.tree import address_in_title, inner_html, markup_origin

_TEXTS_WITH_MARKUP = frozenset(
    "description responsibilities qualifications jobbenefits benefits skills"
    " experiencerequirements educationrequirements incentivecompensation".split()
)
_NO_ADDRESSES = frozenset(
    "title name hiringorganization joblocation employmenttype dateposted validthrough address"
    " addresslocality addressregion addresscountry industry basesalary identifier".split()
)
_SIGNS_OF_A_POSTING = frozenset(
    "dateposted hiringorganization joblocation employmenttype validthrough basesalary".split()
)
_MOST_NESTED_ITEMREFS = 3
_COPY_COST = 20
_ADDRESSES = ("href", "src", "data")
_LARGEST_SCOPE = 20_000
_DEEPEST_ITEM = 50
_MOST_NODES = 20_000
_NAME = re.compile(
    r"[A-Za-z][A-Za-z0-9-]*"
)  # an attribute that anybody reads; lxml sets no odd ones
_SIZE = etree.XPath("count(descendant-or-self::*)")
_POINTING = etree.XPath("descendant-or-self::*[@itemref]")
_TYPED = etree.XPath("//*[@itemtype]")


def read_microdata(root: HtmlElement, url: str, limits: Limits, found: Found) -> None:
    """Read the postings of a page's microdata into ``found``."""
    scopes = [scope for scope in _elements(_TYPED, root) if is_scope(scope)]
    reader = _Reader(root, url, limits.markup_nodes, found)
    if not scopes:
        scopes = _untyped_scope(root)
    for number, scope in enumerate(scopes, start=1):
        raw = reader.read(scope)
        if raw:
            if len(scopes) > 1 and is_absent(folded(raw).get("url")):
                raw |= address_in_title(scope, "itemprop", "itemscope")
            origin = markup_origin(f"microdata scope {number}", scope, "itemprop")
            found.nodes.append(RawNode(raw, "microdata", origins=(origin,)))


def is_scope(element: HtmlElement) -> bool:
    """Whether an element is an item of type JobPosting."""
    kinds = element.get("itemtype")
    return bool(kinds) and any(local_name(kind) == "jobposting" for kind in (kinds or "").split())


class _Reader:
    """Reads scopes as long as its budget of elements lasts."""

    def __init__(self, root: HtmlElement, url: str, budget: int, found: Found) -> None:
        self._root = root
        self._url = url
        self._left = budget
        self._copies_left = budget // _COPY_COST
        self._found = found
        self._by_id: dict[str, HtmlElement] | None = None

    def read(self, scope: HtmlElement) -> dict[str, Any] | None:
        size = _size(scope)
        if size > min(self._left, _LARGEST_SCOPE):
            self._tell_too_much()
            return None
        self._left -= size
        item = copy.deepcopy(scope)
        item.tail = None
        item.set("itemscope", "")
        self._inline_references(item)
        self._flatten(item)
        for element in item.iter():
            _clean(element)
        for element in item.iterdescendants(etree.Element):
            _prepare(element)
        nodes = _Nodes()
        node: dict[str, Any] | None = nodes.of(_item_of(item, self._url)) or None
        if not nodes.left:
            self._tell_too_much()
        return node

    def _tell_too_much(self) -> None:
        if not any(problem.rule == "microdata-too-much" for problem in self._found.problems):
            message = "there is more microdata on the page than is read"
            self._found.problem("microdata-too-much", message, partial=True)

    def _inline_references(self, item: HtmlElement) -> None:
        """Put copies of what ``itemref`` points at inside the items that point at it."""
        for _ in range(_MOST_NESTED_ITEMREFS):
            pointing = _elements(_POINTING, item)
            for element in pointing:
                names = element.attrib.pop("itemref").split()
                for target in map(self._target, dict.fromkeys(names)):
                    if target is not None:
                        self._inline(element, target)
            if not pointing:
                return
        for element in _elements(_POINTING, item):  # extruct would follow them without end
            del element.attrib["itemref"]

    def _flatten(self, item: HtmlElement) -> None:
        """Take items out that are nested deeper than extruct, which calls itself, can follow."""
        depth, deep = 0, []
        for event, element in etree.iterwalk(item, events=("start", "end")):
            if element.get("itemscope") is not None:
                depth += 1 if event == "start" else -1
                if event == "start" and depth > _DEEPEST_ITEM:
                    deep.append(element)
        for element in deep:
            element.attrib.pop("itemscope")
            element.attrib.pop("itemprop", None)
        if deep:
            self._tell_too_much()

    def _inline(self, element: HtmlElement, target: HtmlElement) -> None:
        size = _size(target)
        if size > self._copies_left:
            self._copies_left = 0
            self._tell_too_much()
            return
        self._copies_left -= size
        inner = copy.deepcopy(target)
        inner.tail = None
        element.append(inner)

    def _target(self, name: str) -> HtmlElement | None:
        if not self._copies_left:
            return None
        if self._by_id is None:
            self._by_id = {
                element.get("id"): element for element in self._root.iterfind(".//*[@id]")
            }
        return self._by_id.get(name)


def _clean(element: HtmlElement) -> None:
    """Drop the characters that XML does not have: lxml gives them, and takes them nowhere."""
    if element.text and not element.text.isprintable():
        element.text = clean_text(element.text)
    if element.tail and not element.tail.isprintable():
        element.tail = clean_text(element.tail)
    for name, value in element.items():
        if not value.isprintable() and _NAME.fullmatch(name):
            element.set(name, clean_text(value))


def _prepare(element: HtmlElement) -> None:
    """Make extruct keep a text's markup, and the text of what is no address or time."""
    names = {local_name(name) for name in (element.get("itemprop") or "").split()}
    if not names:
        return
    is_text = element.get("itemscope") is None and not element.get("content")
    if is_text and names & _TEXTS_WITH_MARKUP and len(element):
        element.set("content", clean_text(inner_html(element)))
    if not all(_can_be_joined(element.get(name, "")) for name in _ADDRESSES):
        del element.attrib["itemprop"]
    is_link = element.tag in ("a", "link", "area") and names & _NO_ADDRESSES
    is_bare_time = element.tag == "time" and not element.get("datetime")
    if is_link or is_bare_time:
        element.tag = "span"


def _can_be_joined(reference: str) -> bool:
    """Whether urllib takes it; extruct would fail on the whole scope."""
    try:
        urlsplit(reference)
    except ValueError:
        return False
    return True


def _item_of(item: HtmlElement, url: str) -> dict[str, Any]:
    from extruct.w3cmicrodata import MicrodataExtractor

    found = MicrodataExtractor().extract_items(item, base_url=url)
    return found[0] if found else {}


class _Nodes:
    """Makes JSON-LD nodes of extruct's items, as many as a scope may have.

    An item under several names stands under each of them, and so does all that is in it: what is
    nested so doubles at every level.
    """

    def __init__(self) -> None:
        self.left = _MOST_NODES

    def of(self, item: Any, depth: int = 0) -> Any:
        """An item of extruct's in the shape of a JSON-LD node; None once there are too many."""
        if isinstance(item, list):
            return [self.of(value, depth) for value in item]
        if not isinstance(item, dict):
            return item
        if not self.left:
            return None
        self.left -= 1
        node = _typed(item)
        if depth and "value" in item and "properties" not in item:
            node["name"] = item["value"]
        for name, value in (item.get("properties") or {}).items():
            node[name] = self.of(value, depth + 1)
        return node


def _typed(item: dict[str, Any]) -> dict[str, Any]:
    kinds = item.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds] if kinds else []
    names = [kind.rpartition("/")[2] for kind in kinds]
    if not names:
        return {}
    return {"@type": names[0] if len(names) == 1 else names}


def _untyped_scope(root: HtmlElement) -> list[HtmlElement]:
    """One scope made of job properties that stand in none at all, as SuccessFactors has them."""
    loose = list(_loose_properties(root))
    names = {local_name(name) for element in loose for name in element.get("itemprop", "").split()}
    if not {"title", "description"} <= names:
        return []
    if not names & _SIGNS_OF_A_POSTING and not _about_jobs(loose):
        return []
    scope = Element("div", itemscope="", itemtype="https://schema.org/JobPosting")
    for element in loose:
        inner = copy.deepcopy(element)
        inner.tail = None
        scope.append(inner)
    return [scope]


def _loose_properties(root: HtmlElement) -> Iterator[HtmlElement]:
    """The topmost elements with ``itemprop`` outside of any scope, in document order."""
    # not by XPath, which would ask all ancestors of each; a page may have a second root
    stack = [root, *root.itersiblings()][::-1]
    while stack:
        element = stack.pop()
        if element.get("itemscope") is None:
            if element.get("itemprop") is None:
                stack.extend(reversed(element))
            else:
                yield element


def _size(element: HtmlElement) -> int:
    counted: Any = _SIZE(element)
    return int(counted)


def _elements(path: etree.XPath, root: HtmlElement) -> list[HtmlElement]:
    found: Any = path(root)
    return list(found)


def _about_jobs(loose: list[HtmlElement]) -> bool:
    """Whether the description's markup itself speaks of a job."""
    return any(
        "job" in (element.get("class") or "").lower()
        for described in loose
        if "description" in described.get("itemprop", "").split()
        for element in described.iter()
        if isinstance(element.tag, str)
    )
