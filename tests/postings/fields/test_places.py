"""Places, countries and where applicants may live."""

from __future__ import annotations

from typing import Any

import pytest

from postings.fields.countries import country_code, is_no_region, zones_of
from postings.fields.places import applicant_locations, places
from postings.model import Place


def read(location: Any, organization: str | None = None) -> tuple[Place, ...]:
    return places({"joblocation": location}, organization)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Berlin", Place(locality="Berlin")),
        ("Franklin Lakes, NJ", Place(locality="Franklin Lakes", region="NJ")),
        ("Toronto, ON", Place(locality="Toronto", region="ON")),
        ("Lisbon, Portugal", Place(locality="Lisbon", country="PT")),
        ("Remote, US", Place(locality="Remote", country="US")),
        ("Schweiz", Place(country="CH")),
        ("Atlanta, Georgia", Place(locality="Atlanta", region="Georgia")),
        ("Austin, Texas, USA", Place(locality="Austin", region="Texas", country="US")),
        ("San Ramon, CA, US, 94583",
         Place(locality="San Ramon", region="CA", country="US", postal_code="94583")),
        ("One, Two, Three", Place(street="One, Two, Three")),
        ("Main St 5, Reno", Place(street="Main St 5, Reno")),
        ("東京都新宿区西新宿1-26-2\n新宿野村ビル48階",
         Place(street="東京都新宿区西新宿1-26-2 新宿野村ビル48階")),
    ],
)  # fmt: skip
def test_places_in_words(text: str, place: Place) -> None:
    assert read(text) == (place,)
    assert read({"address": text}) == (place,)
    assert read({"name": text}) == (place,)


@pytest.mark.parametrize(
    "nothing", [None, "", "-", [], {}, {"address": {}}, {"address": "<b></b>"}, True, 7.5j, ","]
)
def test_nothing_is_no_place(nothing: Any) -> None:
    assert read("Ulm")
    assert read(nothing) == ()


def test_an_address_field_by_field() -> None:
    address = {"streetAddress": "Weg 1", "addressLocality": "Bern", "postalCode": 3011,
               "addressRegion": "Schweiz",
               "addressCountry": {"name": [["Nowhere"], "CH"]}}  # fmt: skip
    place = Place(street="Weg 1", locality="Bern", postal_code="3011", country="CH")
    assert read({"address": [address, address]}) == (place,)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ({"addressLocality": "Bern, CH"}, Place(locality="Bern", country="CH")),
        ({"streetAddress": "Bern, CH"}, Place(locality="Bern", country="CH")),
        ({"streetAddress": "Weg 1", "addressLocality": "Bern, CH", "postalCode": "3011"},
         Place(street="Weg 1", locality="Bern", country="CH", postal_code="3011")),
        ({"addressLocality": "Berlin, DE", "addressCountry": "Germany"},
         Place(locality="Berlin", country="DE")),
        ({"addressLocality": "Berlin, DE"}, Place(locality="Berlin, DE")),
        ({"addressLocality": "Bern, CH", "addressCountry": "AT"},
         Place(locality="Bern, CH", country="AT")),
        ({"addressLocality": "Bern, CH", "addressRegion": "BE"},
         Place(locality="Bern, CH", region="BE")),
        ({"addressLocality": "Bern, UK"}, Place(locality="Bern, UK")),
        ({"streetAddress": "Weg 1, CH"}, Place(street="Weg 1, CH")),
    ],
)  # fmt: skip
def test_a_country_is_taken_out_of_a_city_where_it_can_be_nothing_else(
    address: dict[str, str], place: Place
) -> None:
    assert read({"address": address}) == (place,)


def test_an_address_beside_the_posting_or_the_place() -> None:
    assert places({"addresslocality": "Bern"}, None) == (Place(locality="Bern"),)
    assert read({"addressLocality": "Bern"}) == (Place(locality="Bern"),)


def test_an_address_that_is_only_a_name() -> None:
    assert read({"address": {"fullText": "Bern, Switzerland"}}) == (
        Place(locality="Bern", country="CH"),
    )


def test_a_name_wins_where_places_differ_in_nothing_else() -> None:
    address = {"addressLocality": "Sunnyvale", "addressRegion": "CA", "addressCountry": "USA"}
    found = read([{"name": name, "address": address} for name in ("Sunnyvale, CA", "Austin, TX")])
    assert [place.locality for place in found] == ["Sunnyvale", "Austin"]
    assert {place.country for place in found} == {"US"}


def test_the_employers_name_is_no_place() -> None:
    place = {"name": "Acme", "address": {"addressLocality": "Ulm"}}
    assert read(place, "Acme") == (Place(locality="Ulm"),)
    assert read([place, place], "Acme") == (Place(locality="Ulm"),)
    assert read({"name": "Acme"}, "Acme") == ()


def test_positions() -> None:
    place = {"address": {"addressLocality": "Ulm"}, "geo": {"latitude": "48.4", "longitude": 9.9}}
    assert read(place) == (Place(locality="Ulm", latitude=48.4, longitude=9.9),)
    assert read({"latitude": 48.4, "longitude": 9.9}) == (Place(latitude=48.4, longitude=9.9),)


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(0, 0), (91, 5), (5, 181), (None, 5), ("x", 5)]
)
def test_impossible_positions_are_absent(latitude: Any, longitude: Any) -> None:
    place = {"address": {"addressLocality": "Ulm"}, "latitude": latitude, "longitude": longitude}
    assert read(place) == (Place(locality="Ulm"),)


def test_several_addresses_share_no_position() -> None:
    addresses = [{"addressLocality": "Ulm"}, {"addressLocality": "Bern"}]
    found = read({"address": addresses, "latitude": 48.4, "longitude": 9.9})
    assert found == (Place(locality="Ulm"), Place(locality="Bern"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("us", "US"), ("USA", "US"), ("U.S.A.", "US"), ("UK", "GB"), ("Schweiz", "CH"),
        ("Suisse", "CH"), ("Brasil", "BR"), ("The Netherlands", "NL"), ("日本", "JP"),
        ("United States of America", "US"), ("England", "GB"), ("Turkey", "TR"),
        ("Korea, Republic of", "KR"), ("Germany (DE)", "DE"), ("Land (DE)", "DE"),
        ("https://en.wikipedia.org/wiki/Germany", "DE"), ("Europe", None), ("XX", None),
        ("Utopia", None),
    ],
)  # fmt: skip
def test_countries_by_code_and_name(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_the_first_country_that_is_one_counts() -> None:
    address = {"addressLocality": "Bern", "addressCountry": [{"name": "Nowhere"}, {}, "CH"]}
    assert read({"address": address}) == (Place(locality="Bern", country="CH"),)


def test_regions_that_are_none() -> None:
    assert is_no_region("Europe", None)
    assert is_no_region("Sweden", "SE")
    assert not is_no_region("Georgia", "US")
    assert not is_no_region("Bavaria", "DE")


def test_zones() -> None:
    assert zones_of("CH") == ["Europe/Zurich"]
    assert zones_of("ZZ") == []


def test_where_applicants_may_live() -> None:
    value = [{"@type": "Country", "name": "USA"}, "Germany", {"name": "Bavaria"}, "N/A", {},
             {"@id": "https://www.wikidata.org/wiki/Q30"},
             {"address": {"name": "Ulm"}}]  # fmt: skip
    assert applicant_locations(value) == (
        "US", "DE", "Bavaria", "https://www.wikidata.org/wiki/Q30", "Ulm",
    )  # fmt: skip
    assert applicant_locations([{"x": 1}, 5, {"name": "<i></i>"}]) == ("5",)
