"""The shared corpus of real pages and records, field by field against what a person read."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from postings.fields.countries import country_code
from postings.model import Place, Posting
from postings.reading import read_document

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
DOCUMENTS = sorted([*CORPUS.glob("pages/*"), *CORPUS.glob("records/*")])
EXPECTED = sorted(CORPUS.glob("expected/*.json"))
MAY_DIFFER_USED = {
    # its `may_differ` allows it: every Place of the page says the country, which the text left out
    "metacareers_us": "locations add the country US",
}

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not here")


def read(path: Path) -> tuple[Posting, ...]:
    kind = "application/json" if path.suffix == ".json" else "text/html"
    return read_document(path.read_bytes(), "https://example.org/careers/1", kind).postings


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_file_is_read_into_storable_postings(path: Path) -> None:
    for posting in read(path):
        assert json.loads(json.dumps(posting.raw, allow_nan=False)) == posting.raw
        assert posting.title or posting.organization.name or posting.description_html


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_what_a_person_read_is_what_is_read(path: Path) -> None:
    expected = json.loads(path.read_text())
    postings = read(CORPUS / expected["file"])
    assert len(postings) == expected["n_postings"]
    for posting, wanted in zip(postings, expected["postings"], strict=True):
        found, due = compared(posting, wanted, path.stem)
        assert found == due


def compared(posting: Posting, wanted: dict[str, Any], name: str) -> tuple[Any, Any]:
    """What was read and what was wanted, in one form, for the fields that are wanted."""
    salary = posting.salary
    found: dict[str, Any] = {
        "title": posting.title,
        "hiring_organization": posting.organization.name,
        "date_posted": moment(posting.date_posted),
        "valid_through": moment(posting.valid_through),
        "locations": sorted(parts_of(place, name) for place in posting.locations),
        "employment_types": list(posting.employment_types),
        "salary": salary
        and {
            "min": salary.min,
            "max": salary.max,
            "currency": salary.currency,
            "unit": salary.unit,
        },
        "identifier": posting.identifier.value,
        "remote": posting.remote == "remote",
        "url": posting.url,
        "applicant_countries": list(posting.applicant_locations),
        "salary_estimated": bool(salary and salary.estimated),
        "geo": [[place.latitude, place.longitude] for place in posting.locations][0:1],
        "postal_code": next((place.postal_code for place in posting.locations), None),
        "street_address": next((place.street for place in posting.locations), None),
        "education": ", ".join(posting.education),
    }
    due = {key: wanted[key] for key in found if key in wanted}
    due["date_posted"] = moment(due["date_posted"])
    due["valid_through"] = moment(due["valid_through"])
    due["locations"] = sorted(parts(text) for text in due["locations"])
    if "geo" in due:
        due["geo"] = [due["geo"]]
    if "applicant_countries" in due:
        due["applicant_countries"] = [country_code(text) for text in due["applicant_countries"]]
    return {key: found[key] for key in due}, due


def moment(text: str | None) -> object:
    """A date as date, a local time as such, an instant as instant."""
    if text is None or len(text) == 10:
        return text
    return datetime.fromisoformat(text)


def parts(text: str) -> tuple[str, ...]:
    """The parts of a place that is written out, a country's name as its code."""
    pieces = [piece.strip() for piece in text.split(",")]
    if len(pieces) > 1 and len(pieces[-1]) != 2:
        pieces[-1] = country_code(pieces[-1]) or pieces[-1]
    return tuple(pieces)


def parts_of(place: Place, name: str) -> tuple[str, ...]:
    """The parts of a place that a person would write out: town, region, country."""
    country = place.country
    if name in MAY_DIFFER_USED and place.region:
        country = None
    told = [place.locality, place.region, country]
    found = tuple(part for part in told if part)
    return found or parts(place.street or "")


def test_the_seed_comes_out_as_the_design_has_it() -> None:
    [posting] = read(CORPUS / "records" / "seed_linkedin_apple.json")
    assert posting.title == "Machine Learning Engineer - Applied ML"
    assert posting.date_posted == "2021-08-05T15:51:56Z"
    assert posting.valid_through == "2021-09-04T15:51:55Z"
    assert posting.identifier.name == "Apple"
    assert posting.identifier.value == "200166605_en-US"
    assert posting.locations == (
        Place(
            locality="Cupertino",
            region="CA",
            postal_code="95014",
            country="US",
            latitude=37.319313,
            longitude=-122.02927,
        ),
    )
    assert posting.salary is not None
    assert posting.salary.estimated
    assert posting.education == ("bachelor degree",)
    assert posting.skills == ()
    assert posting.industry == "Consumer Electronics"


def test_the_seeds_description_is_clean_text() -> None:
    [posting] = read(CORPUS / "records" / "seed_linkedin_apple.json")
    text = posting.description_text or ""
    assert text.startswith("Summary")
    assert "Education & Experience" in text
    assert not re.search(r"&\w+;|<\w", text)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("talentbrew_double_escaped_breaks", "Build devices.\n\nTest them."),
        ("talemetry_bad_escape_us", "The salary range is $106490 to $177476."),
    ],
)
def test_descriptions_read_as_a_person_reads_them(name: str, words: str) -> None:
    [posting] = read(CORPUS / "pages" / f"{name}.html")
    assert posting.description_text == words


def test_written_out_line_ends_do_not_survive() -> None:
    [posting] = read(CORPUS / "pages" / "neura_robotics_de.html")
    assert "Your mission" in (posting.description_text or "")
    assert "\\n" not in (posting.description_text or "")
