"""A group's own cases on the map: entered by hand with a region, protected, drawn."""

from __future__ import annotations

import pytest

from candlemark import casefile, measure, protect
from candlemark.casefile import facts
from candlemark.casefile.record import new_case, open_all
from candlemark.dates import PartialDate
from candlemark.exchange.sayings import id_at
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.measure.log import Ask
from candlemark.protect import HOUSE, Secret, wanted
from candlemark.publish.site.cuts import cuts
from candlemark.publish.site.gathered import _rows
from candlemark.publish.site.regions import region_map
from candlemark.publish.site.speaking import Speaker
from candlemark.publish.table import Sign
from candlemark.publish.turning import table_of
from releasing import EDITION

MANY = {"az-lan": 40, "az-ler": 30, "az-ba": 25, "az-gor": 3}
NAMES = ("entered", "entered@regions^", "entered@regions")


@pytest.fixture(scope="module")
def tables():
    """What the first release of a hundred cases would show, by the name of what was asked."""
    with Vault.in_memory(casefile.KINDS, "Ours") as vault:
        fields = [{"region": region} for region, many in MANY.items() for _ in range(many)]
        fields += [{"absent": (facts.Absence("region", "refused"),)}] * 20 + [{}] * 2
        open_all(vault.ledger, [new_case(EDITION, said(n, one)) for n, one in enumerate(fields)])
        study = measure.study(vault.ledger, EDITION, vault_name=vault.name)
    source = protect.Source.of_study(study, Ask())
    found = protect.try_release(source, wanted(NAMES), HOUSE, Secret(b"s" * 32))
    return {one.table: table_of(one, EDITION, None) for one in found.figures}


def said(number, fields):
    """The statements of a case; its identifier, and so its noise, is the same in every run."""
    given = {"case": id_at("case", "", str(number)), "edition": EDITION.code}
    opened, incident, stage = (
        facts.CaseOpened(id=new_id("fact"), titles=(facts.Words(f"No. {number}", "en"),), **given),
        facts.IncidentDescribed(
            id=new_id("fact"), incident=new_id("incident"), **given, **fields
        ),
        facts.StageReached(
            id=new_id("fact"), stage="reported", when=PartialDate(2024, 1 + number % 12), **given
        ),
    )  # fmt: skip
    return [opened, incident, stage]


def cells(table):
    return {one.at[0]: one for one in table.cells}


def test_districts_with_enough_cases_are_out_and_the_others_wait(tables):
    by_district = cells(tables["entered@regions"])
    out = {code for code, one in by_district.items() if one.sign is Sign.NUMBER}

    assert {"az-lan", "az-ler", "az-ba", "refused"} <= out
    assert by_district["az-gor"].sign is Sign.WAITING
    assert by_district["az-tov"].sign is Sign.WAITING  # nobody there looks like three there
    for code in ("az-lan", "az-ler", "az-ba"):
        assert by_district[code].low <= MANY[code] <= by_district[code].high


def test_districts_add_up_to_regions_and_the_tables_do_not_share_a_name(tables):
    wide = cells(tables["entered@regions^"])["az-region-lankaran-astara"]

    assert wide.low <= MANY["az-lan"] + MANY["az-ler"] <= wide.high
    assert len({one.name for one in tables.values()}) == len(NAMES)
    assert len({one.titles["fa"] for one in tables.values()}) == len(NAMES)


def test_the_map_shows_both_and_the_table_gathers_those_that_wait(tables):
    (cut,) = cuts([tables["entered@regions"]], ("regions",), EDITION)
    drawn = region_map(cut, EDITION, Speaker("az"))
    rows, left_out = _rows(cut, None, Speaker("en"))
    labels = [label for label, _ in rows]

    assert drawn is not None
    assert {"Lankaran", "Lerik", "Baku (city)", "Refused"} <= set(labels)
    assert "Tovuz" not in labels
    assert labels[-1].endswith("others")
    assert left_out == 0
