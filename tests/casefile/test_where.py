"""A region of an incident: said, refused, corrected, counted, and never made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import msgspec
import pytest

from candlemark import casefile, measure
from candlemark.casefile import KINDS, facts, listing
from candlemark.casefile.lines.way import read, written
from candlemark.casefile.listing import Filter
from candlemark.casefile.where import countries, country_of, iso_of
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.definition.places import own_words, region_named
from candlemark.errors import NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Vault

EDITION = Definition.load()
REGIONS = EDITION.scheme("regions")
TODAY = date(2026, 3, 1)
DISTRICT, LARGE = "az-lan", "az-region-lankaran-astara"


@pytest.fixture
def ledger():
    with Vault.in_memory(KINDS, "Where") as vault:
        yield vault.ledger


def described(ledger, case="", **fields):
    """A case, or the one given, with one more statement of what happened in it."""
    case = case or casefile.open_case(ledger, EDITION, {"en": "A window at night"})
    given = {"id": new_id("fact"), "case": case, "edition": EDITION.code}
    fact = facts.IncidentDescribed(**({"incident": new_id("incident")} | given | fields))
    casefile.say(ledger, EDITION, [fact])
    return fact


def absent(why):
    return (facts.Absence("region", why),)


def test_an_incident_said_before_there_were_regions_is_read_without_one():
    fact = facts.IncidentDescribed(
        id="fact_1", case="case_1", edition="2026.1", incident="incident_1", country="AZ",
        absent=(facts.Absence("place", "refused"),), region=DISTRICT,
    )  # fmt: skip
    content, ((code, version),) = KINDS.encode([fact])
    ((_, _, data),) = KINDS.decode(content)
    *third, _region = msgspec.msgpack.decode(data)
    earlier = KINDS.read(code, 3, msgspec.msgpack.encode(third))

    assert version == 4
    assert earlier == msgspec.structs.replace(fact, region="")


REFUSED = {
    "no term of the definition": ({"region": "az-xx"}, "is not a term of regions"),
    "a region of another country": ({"region": DISTRICT, "country": "GE"}, "in another country"),
    "a region and why there is none": (
        {"region": DISTRICT, "absent": absent("refused")},
        "an answer and a reason for none",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_region_that_cannot_be_is_refused_at_its_field_and_nothing_is_kept(ledger, what):
    fields, expected = REFUSED[what]
    case = casefile.open_case(ledger, EDITION, {"en": "A window at night"})
    before = ledger.size
    with pytest.raises(NotInOrder) as refused:
        described(ledger, case, **fields)

    (fault,) = refused.value.faults
    assert fault.where.endswith(", region")
    assert expected in fault.what
    assert ledger.size == before


def test_a_case_is_shown_listed_and_counted_by_its_region_and_by_what_that_lies_in(ledger):
    first = described(ledger, region=DISTRICT)
    described(ledger, region=LARGE, country="AZ")
    described(ledger, absent=absent("refused"))
    described(ledger)
    (shown,) = casefile.case(ledger, first.case).incidents
    counts = listing.listing(ledger, Filter(), TODAY).counts
    asked = Filter((("regions", LARGE), ("country", "AZ")))
    found = listing.listing(ledger, asked, TODAY).count

    assert (shown.region, shown.wider, shown.country) == (DISTRICT, LARGE, "AZ")
    assert counts["regions"] == {DISTRICT: 1, LARGE: 2}
    assert found == 2


def test_a_correction_takes_its_place_and_two_that_disagree_stand_side_by_side(ledger):
    first = described(ledger, region=DISTRICT)
    again = {"case": first.case, "incident": first.incident, "supersedes": (first.id,)}
    mine = described(ledger, **again, region="az-ler")
    corrected = casefile.case(ledger, first.case)
    theirs = facts.IncidentDescribed(
        id=new_id("fact"), edition=EDITION.code, region="az-ast", **again
    )
    noted = facts.ContradictionNoted(
        id=new_id("fact"), case=first.case, edition=EDITION.code, statements=(mine.id, theirs.id)
    )
    casefile.say(ledger, EDITION, [theirs, noted])
    both = casefile.case(ledger, first.case)
    changed = [
        (each.before, each.value)
        for one in casefile.history(ledger, first.case).happenings
        for each in one.fields
        if each.field == "region" and each.before
    ]

    assert corrected.incident.region == "az-ler"
    assert both.incident.region == "az-ler"
    assert all(
        {one.statement for one in each.sides} == {mine.id, theirs.id}
        for each in both.contradictions
    )
    assert both.contradictions
    assert changed == [(DISTRICT, "az-ler"), (DISTRICT, "az-ast")]


def test_cases_are_measured_by_region_and_those_without_one_say_why(ledger):
    for fields in ({"region": DISTRICT}, {"region": "az-ba"}, {"absent": absent("refused")}, {}):
        case = described(ledger, **fields).case
        casefile.say(
            ledger,
            EDITION,
            [
                facts.StageReached(
                    id=new_id("fact"), case=case, edition=EDITION.code,
                    stage="reported", when=PartialDate(2024, 5),
                )
            ],
        )  # fmt: skip
    study = measure.study(ledger, EDITION, "", vault_name="Where")
    coded = {
        (row["group"], row["absent"])
        for row in study.codes.to_pylist()
        if row["scheme"] == "regions"
    }
    figure = measure.attrition(study, by="regions")

    assert coded == {(DISTRICT, False), ("az-ba", False), ("refused", True)}
    assert {one.group: one.entered for one in figure.groups} == {
        DISTRICT: 1, "az-ba": 1, "refused": 1, "not-recorded": 1,
    }  # fmt: skip


def test_a_way_is_kept_with_its_regions_and_read_back(ledger):
    (way,) = casefile.ways_of(casefile.case(ledger, described(ledger, region=DISTRICT).case))

    assert way.regions == (DISTRICT,)
    assert read(way.case, written([way])) == (way,)
    assert read(way.case, written([replace(way, regions=())])) != (way,)


def test_every_region_lies_in_a_country_and_has_its_code_of_iso_3166_or_gathers_those_that_do():
    assert countries(EDITION) == {"AZ"}
    for term in REGIONS:
        lies_in = country_of(EDITION, term.code)
        gathers = bool(REGIONS.narrower(term.code))
        assert lies_in == "AZ"
        assert iso_of(term.code) or gathers
        assert not iso_of(term.code) or iso_of(term.code).startswith(f"{lies_in}-")
    assert country_of(EDITION, "zz-top") == country_of(None, DISTRICT) == ""


NAMES = {
    ("Lənkəran", "AZ"): DISTRICT,
    ("ленкорань", ""): DISTRICT,
    ("AZ-LAN", ""): DISTRICT,
    ("Bakı şəhəri", "AZ"): "az-ba",
    ("Bakı", "GE"): "",
    ("a village", "AZ"): "",
    ("", "AZ"): "",
}


@pytest.mark.parametrize("said", NAMES)
def test_a_text_names_a_region_only_where_it_names_one(said):
    assert region_named(REGIONS, *said) == NAMES[said]


def test_words_that_say_what_a_place_is_are_not_its_name():
    assert own_words("Baku (city)") == "Baku"
    assert own_words("Bakı şəhəri") == "Bakı"
