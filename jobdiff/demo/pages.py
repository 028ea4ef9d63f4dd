"""The demo's pages: how its sites write their jobs down, as HTML with JSON-LD or microdata."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from html import escape
from math import ceil
from typing import Any

from jobdiff.demo.script import Job, Site, SiteDay

PER_PAGE = 10

_STYLE = "body{font:16px/1.5 sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"


@dataclass(frozen=True)
class Answer:
    """What the server says to one request."""

    status: int
    body: str


def answer(site: Site, day: int, path: str, query: str) -> Answer:
    """The site's answer to ``path`` on its ``day`` (from 1)."""
    shown = site.days[day - 1]
    if path == "/robots.txt":
        return Answer(200, "User-agent: *\nAllow: /\n")
    if shown.outage == "503":
        return Answer(503, _page("Service unavailable", "<p>Back soon.</p>"))
    if path == "/careers":
        return _board(site, shown, day, query)
    return _detail(site, shown, path)


def _board(site: Site, shown: SiteDay, day: int, query: str) -> Answer:
    if site.shape == "page":
        return Answer(200, _whole_page(site, shown, day))
    return Answer(200, _listing(site, shown, _page_number(query)))


def _detail(site: Site, shown: SiteDay, path: str) -> Answer:
    jobs = {_path(job): job for job in shown.jobs} if site.shape == "listing" else {}
    if path in jobs:
        return Answer(200, _job_page(site, jobs[path]))
    if path.startswith("/jobs/") and any(path.startswith(f"/jobs/{gone}-") for gone in shown.gone):
        return Answer(410, _page("Gone", "<p>This position has been filled.</p>"))
    return Answer(404, _page("Not found", "<p>There is no such page.</p>"))


def _listing(site: Site, shown: SiteDay, number: int) -> str:
    pages = max(1, ceil(len(shown.jobs) / PER_PAGE))
    here = shown.jobs[(number - 1) * PER_PAGE : number * PER_PAGE]
    rows = "".join(
        f'<li><a href="{_path(job)}">{escape(job.title)}</a> · {escape(job.place)}</li>'
        for job in here
    )
    links = " ".join(f'<a href="{_address(n)}">{n}</a>' for n in range(1, pages + 1))
    following = f' <a rel="next" href="{_address(number + 1)}">Next</a>' if number < pages else ""
    body = f"<p>{escape(site.about)}</p><ul>{rows}</ul><nav>{links}{following}</nav>"
    return _page(f"Careers at {site.name}", body)


def _job_page(site: Site, job: Job) -> str:
    markup = json.dumps(_job_posting(site, job), ensure_ascii=False).replace("<", "\\u003c")
    body = (
        f'<script type="application/ld+json">{markup}</script>'
        f"<p>{escape(job.place)} · {escape(job.salary)}</p>{_description(site, job)}"
        f'<p><a href="/careers">All positions</a></p>'
    )
    return _page(job.title, body)


def _job_posting(site: Site, job: Job) -> dict[str, Any]:
    low, high, currency, unit = _salary(job.salary)
    locality, region, country = job.place.split(", ")
    address = {"addressLocality": locality, "addressRegion": region, "addressCountry": country}
    posting = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": job.title,
        "description": _description(site, job),
        "datePosted": job.posted,
        "validThrough": job.until,
        "employmentType": job.type,
        "identifier": {"@type": "PropertyValue", "name": site.name, "value": job.id},
        "hiringOrganization": {"@type": "Organization", "name": site.name, "sameAs": site.home},
        "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", **address}},
        "jobLocationType": "TELECOMMUTE" if job.remote else None,
        "applicantLocationRequirements": (
            {"@type": "Country", "name": country} if job.remote else None
        ),
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": currency,
            "value": {
                "@type": "QuantitativeValue",
                "minValue": low,
                "maxValue": high,
                "unitText": unit,
            },
        },
    }
    return {name: value for name, value in posting.items() if value is not None}


def _whole_page(site: Site, shown: SiteDay, day: int) -> str:
    if shown.outage == "shell":
        return _page(f"Work with us at {site.name}", '<div id="app"></div>')
    jobs = shown.jobs[day % 3 :] + shown.jobs[: day % 3]
    sections = "".join(_job_section(site, job) for job in jobs)
    return _page(
        f"Work with us at {site.name}",
        f"<p>{escape(site.about)}</p>{sections or '<p>There are no open positions right now.</p>'}",
    )


def _job_section(site: Site, job: Job) -> str:
    low, high, currency, unit = _salary(job.salary)
    locality, region, country = job.place.split(", ")
    return f"""
<section id="{job.id}" itemscope itemtype="https://schema.org/JobPosting">
  <h2 itemprop="title">{escape(job.title)}</h2>
  <div itemprop="identifier" itemscope itemtype="https://schema.org/PropertyValue">
    <meta itemprop="name" content="{escape(site.name)}"><meta itemprop="value" content="{job.id}">
  </div>
  <div itemprop="hiringOrganization" itemscope itemtype="https://schema.org/Organization">
    <meta itemprop="name" content="{escape(site.name)}">
    <link itemprop="sameAs" href="{site.home}">
  </div>
  <div itemprop="jobLocation" itemscope itemtype="https://schema.org/Place">
    <div itemprop="address" itemscope itemtype="https://schema.org/PostalAddress">
      <span itemprop="addressLocality">{escape(locality)}</span>
      <meta itemprop="addressRegion" content="{escape(region)}">
      <meta itemprop="addressCountry" content="{country}">
    </div>
  </div>
  <div itemprop="baseSalary" itemscope itemtype="https://schema.org/MonetaryAmount">
    <meta itemprop="currency" content="{currency}">
    <div itemprop="value" itemscope itemtype="https://schema.org/QuantitativeValue">
      <span itemprop="minValue">{low}</span> to <span itemprop="maxValue">{high}</span>
      <meta itemprop="unitText" content="{unit}">
    </div>
  </div>
  <meta itemprop="datePosted" content="{job.posted}">
  <meta itemprop="employmentType" content="{job.type}">
  <div itemprop="description">{_description(site, job)}</div>
</section>"""


def _description(site: Site, job: Job) -> str:
    return (
        f"<p>{escape(job.text)}</p><p>{escape(site.about)}</p>"
        "<p>We answer every application within a week, in person.</p>"
    )


def _salary(text: str) -> tuple[str, str, str, str]:
    found = re.fullmatch(r"(\d+)-(\d+) ([A-Z]{3})/([A-Z]+)", text)
    if not found:
        raise ValueError(f"careers.toml: {text!r} is not MIN-MAX CUR/UNIT")
    low, high, currency, unit = found.groups()
    return low, high, currency, unit


def _path(job: Job) -> str:
    plain = unicodedata.normalize("NFKD", job.title).encode("ascii", "ignore").decode().lower()
    return f"/jobs/{job.id}-{'-'.join(re.findall(r'[a-z0-9]+', plain))}"


def _address(number: int) -> str:
    return "/careers" if number == 1 else f"/careers?page={number}"


def _page_number(query: str) -> int:
    found = re.search(r"(?:^|&)page=([1-9]\d{0,2})(?:&|$)", query)
    return int(found[1]) if found else 1


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
