"""RDFa: each JobPosting subject alone, through extruct, with stable names and order.

RDF knows neither order nor blank nodes that keep their names. Values are therefore put in the
order in which they stand in the markup, and blank nodes are replaced by what they say.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from postings.fields.text import clean_text, squash
from postings.fields.values import folded, is_absent, local_name
from postings.reading.found import Found, RawNode
from postings.reading.limits import Limits
from postings.reading.tree import address_in_title, inner_html, markup_origin

_TEXTS_WITH_MARKUP = frozenset(
    ("description", "responsibilities", "qualifications", "jobbenefits", "skills")
)
_NAMES_A_SUBJECT = ("typeof", "about", "resource", "property", "inlist")
_SAYS_ANOTHER_VALUE = ("about", "resource", "content", "href", "src")
# what rel means in HTML, and not in the vocabulary
_LINKS = frozenset(
    "nofollow noopener noreferrer external bookmark next prev tag ugc sponsored".split()
)
_NESTED_AT_MOST = 8
_NODES_COST = 10
_MOST_COPIES = 2_000
_SIZE: Any = etree.XPath("count(descendant-or-self::*)")
_TYPED = etree.XPath("//*[@typeof]")
_Subjects = dict[str, dict[str, Any]]


def read_rdfa(root: HtmlElement, url: str, limits: Limits, found: Found) -> None:
    """Read the postings of a page's RDFa into ``found``."""
    left = limits.markup_nodes // _NODES_COST
    typed: Any = _TYPED(root)
    subjects = [element for element in typed if is_subject(element)]
    for number, subject in enumerate(subjects, start=1):
        left -= int(_SIZE(subject))
        if left < 0:
            found.problem("rdfa-too-much", "there is more RDFa than is read", partial=True)
            return
        try:
            raw = _read(subject, url)
        except ValueError as error:  # of urllib, for an address in the markup that is none
            found.problem("rdfa-unreadable", f"RDFa of a posting: {error}", partial=True)
            continue
        if raw is None:
            found.problem("rdfa-too-much", "RDFa of a posting repeats too much", partial=True)
        elif raw:
            if len(subjects) > 1 and is_absent(folded(raw).get("url")):
                raw |= address_in_title(subject, "property", "typeof")
            origin = markup_origin(f"RDFa subject {number}", subject, "property")
            found.nodes.append(RawNode(raw, "rdfa", origins=(origin,)))


def is_subject(element: HtmlElement) -> bool:
    """Whether an element begins a subject of type JobPosting."""
    kinds = element.get("typeof")
    return bool(kinds) and any(local_name(kind) == "jobposting" for kind in (kinds or "").split())


def _read(subject: HtmlElement, url: str) -> dict[str, Any] | None:
    """The posting that a subject is, nothing in it when it is none; None where there is no end."""
    from extruct.rdfa import RDFaExtractor

    html = _alone(subject)
    nodes = RDFaExtractor().extract(html, base_url=url or "http://localhost/")
    subjects: _Subjects = {node["@id"]: node for node in nodes if "@id" in node}
    postings = [node for node in nodes if _is_posting(node)]
    if not postings:
        return {}
    order = _Order(html)
    graph = _Graph(subjects, _texts_with_markup(subject), order)
    read = [graph.as_node(node, ()) for node in postings]
    return None if graph.exhausted else min(read, key=order.of)


def _is_posting(node: dict[str, Any]) -> bool:
    return any(local_name(kind) == "jobposting" for kind in node.get("@type", ()))


def _alone(subject: HtmlElement) -> str:
    """The subject in a document of its own, with the vocabulary and prefixes it stands under."""
    context = {"vocab": "", "prefix": "", "lang": ""}
    for element in subject.iterancestors():
        context["vocab"] = context["vocab"] or element.get("vocab") or ""
        context["lang"] = context["lang"] or element.get("lang") or ""
        context["prefix"] = f"{element.get('prefix') or ''} {context['prefix']}".strip()
    body = etree.Element(
        "body", {name: clean_text(value) for name, value in context.items() if value}
    )
    prepared = _prepared(subject)
    html = etree.tostring(prepared, encoding="unicode", method="html", with_tail=False)
    opened = etree.tostring(body, encoding="unicode", method="html").removesuffix("</body>")
    return f"<html><head></head>{opened}{html}</body></html>"


def _prepared(subject: HtmlElement) -> HtmlElement:
    """A copy in which RDFa means what people who write it mean.

    By its rules a plain link around the title is the subject of the title, and a text marked as an
    Organization is an organization without a name.
    """
    copied = copy.deepcopy(subject)
    for element in copied.iterdescendants(etree.Element):
        if not any(name in element.attrib for name in _NAMES_A_SUBJECT):
            if set((element.get("rel") or "").lower().split()) <= _LINKS:
                for name in ("href", "src", "rel"):
                    element.attrib.pop(name, None)
        elif {"property", "typeof"} <= set(element.attrib) and _is_text_only(element):
            del element.attrib["typeof"]
    return copied


def _is_text_only(element: HtmlElement) -> bool:
    if any(name in element.attrib for name in _SAYS_ANOTHER_VALUE):
        return False
    return element.find(".//*[@property]") is None and element.find(".//*[@rel]") is None


def _texts_with_markup(subject: HtmlElement) -> dict[str, str]:
    """The markup of longer texts by the plain text that RDFa makes of them."""
    found: dict[str, str] = {}
    for element in subject.iter():
        names = {local_name(name) for name in (element.get("property") or "").split()}
        if names & _TEXTS_WITH_MARKUP and len(element) and not element.get("content"):
            found[squash("".join(element.itertext()))] = inner_html(element)
    return found


class _Order:
    """Where in the markup a value stands first."""

    def __init__(self, html: str) -> None:
        self._html = html

    def of(self, value: Any) -> tuple[int, str, str]:
        """The place, then the text, then all of the value: a tie would be broken by chance."""
        told = _first_text(value)
        at = self._html.find(told[:100]) if told else -1
        whole = json.dumps(value, sort_keys=True) if isinstance(value, dict) else ""
        return (at if at >= 0 else len(self._html), told, whole)


def _first_text(value: Any) -> str:
    if isinstance(value, dict):
        return min((_first_text(inner) for key, inner in value.items() if key != "@id"), default="")
    if isinstance(value, list):
        return min((_first_text(inner) for inner in value), default="")
    return str(value)


class _Graph:
    """Subjects put inside one another, in no circles and only so often."""

    def __init__(self, subjects: _Subjects, texts: dict[str, str], order: _Order) -> None:
        self._subjects = subjects
        self._texts = texts
        self._order = order
        self._left = _MOST_COPIES

    @property
    def exhausted(self) -> bool:
        """Whether something was left out, which would be another thing each time."""
        return self._left < 0

    def as_node(self, node: dict[str, Any], above: tuple[str, ...]) -> dict[str, Any]:
        """The node in the shape of a JSON-LD one; ``above``: the subjects that it stands in."""
        kinds = sorted(kind.rpartition("/")[2] for kind in node.get("@type", ()))
        result: dict[str, Any] = {"@type": kinds[0] if len(kinds) == 1 else kinds} if kinds else {}
        inside = (*above, node.get("@id", ""))
        for name in sorted(key for key in node if not key.startswith("@")):
            values = [self._as_value(value, inside) for value in node[name]]
            values.sort(key=self._order.of)
            result[name.rpartition("/")[2]] = values[0] if len(values) == 1 else values
        return result

    def _as_value(self, value: dict[str, Any], above: tuple[str, ...]) -> Any:
        if "@value" in value:
            text = value["@value"]
            return self._texts.get(squash(text), text) if isinstance(text, str) else text
        name = value.get("@id", "")
        target = self._subjects.get(name)
        self._left -= 1
        if target is None or name in above or len(above) > _NESTED_AT_MOST or self._left < 0:
            return None if name.startswith("_:") else name
        return self.as_node(target, above)
