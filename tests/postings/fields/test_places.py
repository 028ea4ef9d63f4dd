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
        ("Bern (CH)", Place(locality="Bern", country="CH")),
        ("Remote - US", Place(locality="Remote", country="US")),
        ("Reno (NV)", Place(locality="Reno", region="NV")),
        ("Frankfurt (Oder)", Place(locality="Frankfurt (Oder)")),
        ("Germany (DE)", Place(country="DE")),
        ("Bath, England, United Kingdom",
         Place(locality="Bath", region="England", country="GB")),
        ("33 - Bordeaux", Place(locality="Bordeaux")),
        ("89073 Ulm, Germany", Place(locality="Ulm", postal_code="89073", country="DE")),
        ("D-89073 Ulm", Place(locality="Ulm", postal_code="89073", country="DE")),
        ("CH-3011 Bern", Place(locality="Bern", postal_code="3011", country="CH")),
        ("89073 Ulm", Place(street="89073 Ulm")),
        ("Ulm, DE, 89073", Place(locality="Ulm", country="DE", postal_code="89073")),
        ("Dover, DE, 19901", Place(locality="Dover", region="DE", postal_code="19901")),
        ("Pune, IN, 411001", Place(locality="Pune", country="IN", postal_code="411001")),
        ("Reno, NV, 89501", Place(locality="Reno", region="NV", postal_code="89501")),
        ("Haifa, IL, 31000", Place(locality="Haifa", region="IL", postal_code="31000")),
        ("Toronto, ON, M5V 2T6", Place(locality="Toronto", region="ON", postal_code="M5V 2T6")),
        ("Luzern - LU", Place(locality="Luzern", region="LU")),
        ("Adelaide, SA", Place(locality="Adelaide", region="SA")),
        ("Genova, GE, 16121", Place(locality="Genova", region="GE", postal_code="16121")),
        ("Weg, Genova, GE", Place(street="Weg, Genova, GE")),
        ("Belgrade, RS", Place(locality="Belgrade", country="RS")),
        ("Paris (FR)", Place(locality="Paris", country="FR")),
        ("Porto, PT", Place(locality="Porto", country="PT")),
        ("Ghent, BE, 9000", Place(locality="Ghent", country="BE", postal_code="9000")),
        ("Torino, TO, IT", Place(locality="Torino", region="TO", country="IT")),
        ("Austin, TX 78701, USA",
         Place(locality="Austin", region="TX", postal_code="78701", country="US")),
        ("1200 Market, USA", Place(street="1200 Market, USA")),
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
         Place(locality="Bern", region="BE", country="CH")),
        ({"addressLocality": "Bath, UK"}, Place(locality="Bath", country="GB")),
        ({"addressLocality": "Graz, Österreich"}, Place(locality="Graz", country="AT")),
        ({"addressLocality": "Regina, SK, Canada"},
         Place(locality="Regina", region="SK", country="CA")),
        ({"streetAddress": "Hobart, TAS"}, Place(locality="Hobart", region="TAS")),
        ({"streetAddress": "Weg 1, CH"}, Place(street="Weg 1, CH")),
        ({"streetAddress": "Old Mill, Wales"}, Place(street="Old Mill, Wales")),
        ({"addressLocality": "Reno, NV"}, Place(locality="Reno", region="NV")),
        ({"addressLocality": "Reno, NV", "addressRegion": "NV", "addressCountry": "US"},
         Place(locality="Reno", region="NV", country="US")),
        ({"addressLocality": "Reno, Nevada", "addressCountry": "US"},
         Place(locality="Reno", region="Nevada", country="US")),
        ({"addressLocality": "Fresno, CA"}, Place(locality="Fresno, CA")),
        ({"addressLocality": "Natal - RN", "addressCountry": "BR"},
         Place(locality="Natal", region="RN", country="BR")),
        ({"addressLocality": "Lodi (LO)", "addressCountry": "Italia"},
         Place(locality="Lodi", region="LO", country="IT")),
        ({"addressLocality": "Halle - XX", "addressCountry": "DE"},
         Place(locality="Halle - XX", country="DE")),
        ({"addressLocality": "Mitte, Halle", "addressCountry": "DE"},
         Place(locality="Mitte, Halle", country="DE")),
        ({"addressLocality": "One, Two, Three"}, Place(locality="One, Two, Three")),
        ({"addressLocality": ", Ulm;"}, Place(locality="Ulm")),
    ],
)  # fmt: skip
def test_what_stands_with_a_city_is_taken_apart_where_it_can_be_nothing_else(
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


def test_one_text_may_name_several_places() -> None:
    assert read("Ulm, Germany; Bern") == (
        Place(locality="Ulm", country="DE"), Place(locality="Bern"),
    )  # fmt: skip
    assert read("Ulm | Bern") == (Place(locality="Ulm"), Place(locality="Bern"))
    assert read("Weg 1; Ulm") == (Place(street="Weg 1; Ulm"),)
    assert len(read("; ".join(["Ulm", "Bern"] * 100))) == 1


@pytest.mark.parametrize(
    ("location", "place"),
    [
        ({"@type": "City", "name": "Graz", "containedInPlace": {"@type": "Country", "name": "AT"}},
         Place(locality="Graz", country="AT")),
        ({"@type": "Place", "name": "North Works", "containedInPlace": {
            "@type": "City", "name": "Graz", "containedInPlace": {
                "@type": "State", "name": "Styria", "containedInPlace": [
                    {"@type": "Country", "name": "Austria"}]}}},
         Place(locality="Graz", region="Styria", country="AT")),
        ({"containedIn": {"address": {"addressLocality": "Graz"}}}, Place(locality="Graz")),
        ({"@type": "Place", "name": "Graz", "containedInPlace": {"@type": "Country", "name": "AT"}},
         Place(locality="Graz", country="AT")),
        ({"@type": "Place", "name": "Acme", "containedInPlace": {"@type": "Country", "name": "AT"}},
         Place(country="AT")),
        ({"containedIn": {"address": {"x": 1}}, "name": "Graz"}, Place(locality="Graz")),
        ({"name": "Graz", "containedInPlace": "Austria"}, Place(locality="Graz")),
    ],
)  # fmt: skip
def test_a_place_may_be_told_by_what_it_is_contained_in(location: Any, place: Place) -> None:
    assert read(location, "Acme") == (place,)


def test_places_contained_in_one_another_end() -> None:
    deep: dict[str, Any] = {"@type": "City", "name": "Graz"}
    for _ in range(20):
        deep = {"@type": "Place", "name": "Hall", "containedInPlace": deep}
    assert read(deep) == (Place(locality="Hall"),)


def test_positions() -> None:
    place = {"address": {"addressLocality": "Ulm"}, "geo": {"latitude": "48.4", "longitude": 9.9}}
    assert read(place) == (Place(locality="Ulm", latitude=48.4, longitude=9.9),)
    assert read({"latitude": 48.4, "longitude": 9.9}) == (Place(latitude=48.4, longitude=9.9),)
    assert read({"latitude": "48,4", "longitude": "9,9"}) == (Place(latitude=48.4, longitude=9.9),)


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
        ("Utopia", None), ("Wales", "GB"), ("Ivory Coast", "CI"), ("Česká republika", "CZ"),
        ("Korea", None),
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
    assert not is_no_region("England", "GB")


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
    assert applicant_locations("Germany, Austria and Switzerland") == ("DE", "AT", "CH")
    assert applicant_locations("Trinidad and Tobago") == ("TT",)
    assert applicant_locations("Texas, USA") == ("Texas, USA",)
    assert applicant_locations({"@type": "Country", "name": ["US", "CA"]}) == ("US", "CA")
    assert applicant_locations({"address": {"addressCountry": "DE"}}) == ("DE",)


@pytest.mark.parametrize(
    ("text", "locality", "region", "country"),
    [
        ("Bern (BE)", "Bern", "BE", None),
        ("Basel (BS)", "Basel", "BS", None),
        ("Genova, GE", "Genova", "GE", None),
        ("Bari (BA)", "Bari", "BA", None),
        ("Chur (GR)", "Chur (GR)", None, None),
        ("Gent, BE", "Gent, BE", None, None),
        ("Porto Alegre, RS", "Porto Alegre, RS", None, None),
        ("Athens, GR", "Athens", None, "GR"),
        ("Singapore, SG", "Singapore", None, "SG"),
        ("Bern (CH)", "Bern", None, "CH"),
        ("Paris, FR", "Paris", None, "FR"),
        ("New York, NY or Remote", "New York", "NY", None),
    ],
)
def test_a_code_that_a_canton_and_a_country_have_is_what_the_city_tells(
    text: str, locality: str, region: str | None, country: str | None
) -> None:
    (told,) = places({"joblocation": text}, None)
    assert (told.locality, told.region, told.country) == (locality, region, country)


@pytest.mark.parametrize("text", ["Luzern, LU", "St. Gallen, SG", "Chur, GR"])
def test_a_city_with_such_a_code_behind_it_is_in_no_country_for_that(text: str) -> None:
    beside = {"address": {"addressLocality": text}}
    assert places({"joblocation": beside}, None)[0].country is None


@pytest.mark.parametrize(
    ("text", "region", "postal_code"),
    [
        ("Cambridge, MA 02139", "MA", "02139"),
        ("Toronto, ON M5V 2T6", "ON", "M5V 2T6"),
        ("Perth, WA 6000", "WA", "6000"),
    ],
)
def test_a_state_and_its_postal_code_are_taken_apart(
    text: str, region: str, postal_code: str
) -> None:
    (told,) = places({"joblocation": text}, None)
    assert (told.region, told.postal_code) == (region, postal_code)
