"""Remote, hybrid, on site, or not said."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from postings.fields.remote import remote_of
from postings.model import Place


@pytest.mark.parametrize(
    ("node", "kind"),
    [
        ({}, None),
        ({"joblocationtype": None}, None),
        ({"joblocationtype": "TELECOMMUTE"}, "remote"),
        ({"joblocationtype": ["TELECOMMUTE"]}, "remote"),
        ({"joblocationtype": "Hybrid remote"}, "hybrid"),
        ({"joblocationtype": "partially remote"}, "hybrid"),
        ({"joblocationtype": "ON_SITE"}, "on_site"),
        ({"joblocationtype": "Not remote"}, None),
        ({"joblocationtype": "kein Homeoffice"}, None),
        ({"joblocationtype": "somewhere"}, None),
        ({"remote": True}, "remote"),
        ({"isremote": "yes"}, "remote"),
        ({"isremote": False}, None),
        ({"joblocation": "Remote"}, "remote"),
        ({"joblocation": "We work remotely from a long list of places around the world"}, None),
        ({"additionalproperty": [{"name": "Remote", "value": True}]}, "remote"),
        ({"additionalproperty": {"name": "Workplace", "value": "Hybrid"}}, "hybrid"),
        ({"additionalproperty": [{"name": "Remote", "value": "No"}]}, None),
        ({"additionalproperty": [{"name": "Colour", "value": "remote"}, "text", {}]}, None),
        ({"additionalproperty": {"value": "TELECOMMUTE"}}, "remote"),
        ({"additionalproperty": {"value": "remote controls"}}, None),
        ({"joblocation": {"additionalProperty": {"value": "TELECOMMUTE"}}}, "remote"),
        ({"joblocation": {"@type": "VirtualLocation"}}, "remote"),
        ({"joblocation": [{"@type": "Place", "name": "Ulm"}]}, None),
        ({"joblocationtype": "Op afstand"}, "remote"),
        ({"joblocationtype": "3 days remote"}, "hybrid"),
        ({"joblocationtype": "Remote: partial"}, "hybrid"),
        ({"joblocationtype": "Homeoffice möglich"}, None),
        ({"joblocationtype": "Remote optional"}, None),
        ({"joblocationtype": "telecommute: no"}, None),
        ({"joblocationtype": "0% remote"}, None),
        ({"joblocationtype": "100% remote"}, "remote"),
        ({"joblocationtype": "Remote 2 days a week"}, "hybrid"),
        ({"joblocationtype": "Homeoffice an 3 Tagen"}, "hybrid"),
        ({"joblocationtype": "Homeoffice: 3 Tage"}, "hybrid"),
    ],
)
def test_what_the_markup_says(node: dict[str, Any], kind: str | None) -> None:
    assert remote_of(node, ()) == kind


@pytest.mark.parametrize("word", ["telecommut", "telework", "remotx"])
def test_a_word_without_end_costs_no_more_than_its_length(word: str) -> None:
    began = process_time()
    assert remote_of({"joblocationtype": word * 16_000}, ())
    assert process_time() - began < 2


def test_a_place_that_is_only_the_word() -> None:
    assert remote_of({}, [Place(locality="Remote", country="US")]) == "remote"
    assert remote_of({}, [Place(locality="Remote", street="5 High Street")]) is None
    assert remote_of({}, [Place(locality="Bern")]) is None
