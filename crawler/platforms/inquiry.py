"""Ask a platform about one posting where its own page does not tell."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus

from crawler.answer import Answer
from crawler.classify import CHANGED, UNCHANGED, Judgement
from crawler.details import Asked, Details, Target
from crawler.fetch import Fetcher
from crawler.platforms import Found
from crawler.platforms.listing import ACCEPT
from crawler.platforms.platform import MISREAD, Node, Query, Told
from postings.identity import keys_of
from postings.model import EvidenceKind
from postings.normalise import posting_of
from storage.pages import PageRecord

_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class Inquiry:
    """The ways of one platform (``crawler.details.OtherWays``).

    What it says against a posting is believed only of what its complete list lacks.
    """

    def __init__(self, found: Found, fetcher: Fetcher, details: Details) -> None:
        self._platform = found.platform
        self._tenant = found.tenant
        self._fetcher = fetcher
        self._details = details

    async def instead(self, target: Target, record: PageRecord | None) -> Asked | None:
        """The platform's answer in the place of a page that is drawn by script."""
        single = self._platform.single
        query = single.query(self._tenant, target.url) if single and single.only else None
        if query is None:
            return None
        known = record if record and record.role == "detail" else None
        answer = await self._ask(query, known)
        if known and _is_unchanged(answer, known):
            keys = tuple(tuple(each) for each in known.answer.get("keys", ()))
            return Asked(target, self._at_page(answer, target), UNCHANGED, bool(keys), keys)
        told = self._told(target, answer)
        return told and self._only_there(told)

    async def after(self, asked: Asked) -> Asked:
        """What more can be learnt where the page did not tell."""
        return self._only_there(asked if asked.carries else await self._more(asked))

    async def _more(self, asked: Asked) -> Asked:
        target = asked.target
        if not _is_undecided(asked):
            return asked
        if not target.listed and (why := self._platform.over(asked.answer)):
            moved = asked.answer.final_url != asked.answer.url
            kind: EvidenceKind = "redirect" if moved else "closing_phrase"
            return replace(asked, judgement=Judgement("ended", why, kind))
        single = self._platform.single
        if single and single.in_page:
            known = single.query(self._tenant, target.url) is not None
            return (known and self._told(target, asked.answer)) or asked
        asked = await self._elsewhere(asked)
        if asked.carries or single is None or single.only or not _is_undecided(asked):
            return asked
        query = single.query(self._tenant, target.url)
        return (query and self._told(target, await self._ask(query, None))) or asked

    def _only_there(self, asked: Asked) -> Asked:
        """A posting that the list lacks and that still stands is there, and is not compared.

        Without the list's entry the gaps of its page would look like changes.
        """
        unlisted = not asked.target.listed and bool(self._details.owners(asked.target.name))
        if not (unlisted and asked.carries and asked.judgement.fetch == "changed"):
            return asked
        return replace(asked, judgement=UNCHANGED, postings=())

    async def _elsewhere(self, asked: Asked) -> Asked:
        """The page where the platform shows the posting's content, if that is another one."""
        target = asked.target
        url = self._platform.page_too(target.url) if self._platform.page_too else None
        if url is None:
            return asked
        answer = await self._fetcher.ask(url)
        there = self._details.judged(replace(target, url=url, name=target.name), answer, None)
        if there.judgement.fetch in ("blocked", "failed"):
            return asked
        # Its validators are another page's.
        plain = replace(there.answer, url=target.url, headers=_without_validators(answer))
        return replace(there, target=target, answer=plain)

    async def _ask(self, query: Query, record: PageRecord | None) -> Answer:
        return await self._fetcher.ask(query.url(self._tenant.api), record, accept=ACCEPT)

    def _told(self, target: Target, answer: Answer) -> Asked | None:
        """What the platform's answer about a posting says; None where it says nothing."""
        single = self._platform.single
        if single is None or answer.trouble:
            return None
        try:
            told = single.read(answer, self._tenant)
        except MISREAD:
            return None
        if told.node:
            return self._read(target, answer, told.node)
        if told.over is None or target.listed:
            return None
        return Asked(target, self._at_page(answer, target), _over(answer, told), carries=False)

    def _read(self, target: Target, answer: Answer, node: Node) -> Asked:
        syntax = f"api:{self._platform.name}/posting"
        posting = posting_of(node, syntax=syntax, url=target.url)
        keys = keys_of(posting, url=target.url, alone=True)
        here = self._at_page(answer, target)
        return Asked(target, here, CHANGED, carries=True, keys=(keys,), postings=(posting,))

    def _at_page(self, answer: Answer, target: Target) -> Answer:
        """The answer as if the posting's page had given it."""
        single = self._platform.single
        headers = answer.headers if single and single.only else _without_validators(answer)
        return replace(answer, url=target.url, final_url=target.url, headers=headers)


def _is_unchanged(answer: Answer, record: PageRecord) -> bool:
    same = answer.status == HTTPStatus.OK and answer.body_hash == record.body_hash
    return same or answer.status == HTTPStatus.NOT_MODIFIED


def _is_undecided(asked: Asked) -> bool:
    """Whether a page answered and says nothing of its posting."""
    judgement = asked.judgement
    if judgement.fetch == "unchanged":
        return not asked.keys
    if judgement.fetch == "failed":
        return asked.answer.status == HTTPStatus.OK and not asked.answer.partial
    return judgement.evidence == "markup_removed"


def _over(answer: Answer, told: Told) -> Judgement:
    why = told.over or ""
    if answer.status in _GONE:
        return Judgement("gone", why, "http_status")
    if answer.status == HTTPStatus.OK:
        return Judgement("ended", why, "closing_phrase")
    return Judgement("ended", why, "http_status")


def _without_validators(answer: Answer) -> dict[str, str]:
    validators = ("etag", "last-modified")
    return {name: value for name, value in answer.headers.items() if name not in validators}
