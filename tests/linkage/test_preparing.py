"""Rows of an agency and of case files come out in the same columns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from candlemark import casefile
from candlemark.agency import read_source
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.definition.crosswalk import (
    CodeMap,
    CodeRow,
    Column,
    Crosswalk,
    EventRule,
    Relation,
    Table,
    Use,
)
from candlemark.errors import NotUnderstood
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.linkage import ROWS, RawColumns, prepare_batch, prepare_cases, prepare_persons

GROUNDS = CodeMap(
    "grounds",
    "bias-grounds",
    (CodeRow("Roma", Relation.EXACT, "roma-sinti"), CodeRow("?", Relation.NONE, absent="unknown")),
)
KEPT = ("Name", "Family", "Town", "Docket", "People", "Born", "At")
TABLE = Table(
    name="rows",
    file="rows.csv",
    columns=(
        Column("Id", Use.UNIT),
        Column("Reported", Use.DATE, formats=("%Y-%m-%d", "%Y-%m", "%Y"), clock="local"),
        Column("Ground", Use.CODE, map="grounds"),
        *(Column(name, Use.KEPT) for name in KEPT),
    ),
    events=(EventRule("report", "reported", {"en": "Report"}, date="Reported"),),
    unit_key=("Id",),
    main=True,
)
WHERE = RawColumns(
    name=("Name",),
    family="Family",
    tongue="az",
    place="Town",
    docket="Docket",
    persons="People",
    birth="Born",
    moment="At",
)


def crosswalk(table=TABLE):
    return Crosswalk(
        code="az-police", version=1, edition="2026.1", agency="Police", agency_labels={"en": "Police"}, agency_type="police",
        country="AZ", language="az", author="the tests", valid_from="", valid_to="", unit="complaint", includes=(), excludes=(),
        source="nowhere", cohort=True, cohort_note="", simulated=True, tables=(table,), maps={"grounds": GROUNDS}, audits=(),
        fingerprint="0" * 64,
    )  # fmt: skip


def prepared(tmp_path, *lines, columns=WHERE, table=TABLE):
    file = tmp_path / "rows.csv"
    file.write_text(
        "\n".join((",".join(("Id", "Reported", "Ground", *KEPT)), *lines)) + "\n", "utf-8"
    )
    read = read_source(file, crosswalk(table), as_of=date(2026, 1, 1)).tables
    return prepare_batch(read, crosswalk(table), columns)


def test_a_row_of_an_agency_says_who_what_when_and_where(tmp_path):
    found = prepared(
        tmp_path,
        "7,2020-03,Roma,Vəli İlyas oğlu,Kərimov,Masallı rayonu,№ 1-7/2020,2,1980-05-06,2020-03-01 14:35",
    )

    assert found.rows.schema == ROWS
    (row,) = found.rows.to_pylist()
    assert {name: value for name, value in row.items() if value not in (None, [])} == {
        "source": "az-police", "record": "7", "country": "AZ", "region": "AZ-MAS", "place": "masalli",
        "day_lo": date(2020, 3, 1), "day_hi": date(2020, 3, 31), "day_precision": "month", "minute": 14 * 60 + 35,
        "grounds": ["roma-sinti"], "persons": 2, "docket": "1-7/2020",
        "given": ["veli"], "family": ["kerimov"], "father": ["ilyas"], "name_words": ["kerimov", "veli"],
        "name_keys": row["name_keys"], "father_keys": row["father_keys"], "sex": "man",
        "birth_lo": date(1980, 5, 6), "birth_hi": date(1980, 5, 6), "birth_precision": "day", "folding": row["folding"],
        "given_keys": ["vl"], "family_keys": ["krm", "krmv"], "pair_keys": ["krmv|vl", "krm|vl"],
    }  # fmt: skip
    assert found.noticed == ()


def test_empty_cells_and_defaults_are_null_and_said(tmp_path):
    found = prepared(
        tmp_path,
        "1,1900-01-01,?,naməlum,,N/A,0000,0,1900-01-01,2020-01-01 00:00",
        *(f"{n},2020-02-0{n},,,,,,,,2020-01-01 00:00" for n in range(2, 7)),
    )

    rows = found.rows.to_pylist()
    assert {name for name, value in rows[0].items() if value not in (None, [])} == {
        "source",
        "record",
        "country",
    }
    assert {(one.column, one.value, one.rows) for one in found.noticed} == {
        ("day", "1900-01-01", 1), ("birth", "1900-01-01", 1), ("Name", "naməlum", 1), ("Town", "n/a", 1), ("time", "00:00", 6),
    }  # fmt: skip


def test_a_name_in_a_script_without_a_table_is_said_by_its_script_and_not_compared(tmp_path):
    found = prepared(
        tmp_path, "1,2020-01-05,Roma,梅赫里班,,,,,,", "2,2020-01-05,Roma,梅赫里班,,,,,,"
    )

    assert found.rows["name_keys"].to_pylist() == [[], []]
    assert [(one.value, one.rows) for one in found.noticed] == [("cjk", 2)]
    assert "梅" not in str(found.noticed)


def test_an_agency_without_raw_columns_still_has_dates_and_codes(tmp_path):
    found = prepared(tmp_path, "1,2020,Roma,Vəli,,,,,,", columns=None)

    (row,) = found.rows.to_pylist()
    assert (row["day_precision"], row["grounds"], row["name_words"]) == ("year", ["roma-sinti"], [])


def test_a_column_that_is_not_there_is_named(tmp_path):
    with pytest.raises(NotUnderstood) as refused:
        prepared(tmp_path, "1,2020,Roma,Vəli,,,,,,", columns=RawColumns(place="City"))

    assert refused.value.message == "az-police has no column City"
    assert "Town" in refused.value.hint


def test_rows_without_a_key_cannot_carry_names(tmp_path):
    keyless = Table(**{name: getattr(TABLE, name) for name in TABLE.__slots__} | {"unit_key": ()})

    with pytest.raises(NotUnderstood) as refused:
        prepared(tmp_path, "1,2020,Roma,Vəli,,,,,,", table=keyless)
    assert refused.value.message == "the rows of az-police have no key"


@pytest.fixture(scope="module")
def one_case():
    edition = Definition.load()
    ledger = Vault.in_memory(casefile.KINDS).ledger
    case = casefile.open_case(ledger, edition, {"en": "A neutral title"})
    person, unnamed = new_id("person"), new_id("person")

    def made(kind, **more):
        return kind(**{"id": new_id("fact"), "case": case, "edition": edition.code} | more)

    names = (
        facts.Spelling(text="Hümbətova Aygün Əli qızı", language="az"),
        facts.Spelling(text="Гумбатова Айгюн", language="ru"),
        facts.Spelling(text="naməlum"),
    )
    casefile.say(
        ledger,
        edition,
        [
            made(facts.PersonInRole, person=person, roles=("victim",)),
            made(facts.PersonInRole, person=unnamed, roles=("suspect",)),
            made(facts.IdentityStated, person=person, names=names, birth=PartialDate(1971)),
            made(facts.IncidentDescribed, incident=new_id("incident"), when=PartialDate(2014, 1), country="AZ", place=(facts.Words("Ленкорань", "ru"),),
                 acts=(facts.Act(offence="threats"),), grounds=(facts.BiasGround(ground="ethnicity", standing=facts.GroundStanding.ALLEGED),)),
            made(facts.ProceedingOpened, proceeding=new_id("proceeding"), forum=facts.Forum.BEYOND, mechanism="ecthr", docket="Application no. 65583/13", persons=(person,)),
        ],
    )  # fmt: skip
    return casefile.case(ledger, case)


def test_a_case_file_gives_one_row_with_the_same_columns(one_case):
    found = prepare_cases([one_case])

    (row,) = found.rows.to_pylist()
    assert found.rows.schema == ROWS
    assert (row["source"], row["record"], row["persons"]) == ("cases", one_case.id, 2)
    assert (row["day_lo"], row["day_hi"], row["day_precision"]) == (
        date(2014, 1, 1),
        date(2014, 1, 31),
        "month",
    )
    assert (row["country"], row["region"], row["place"], row["docket"]) == (
        "AZ",
        "AZ-LAN",
        "lenkoran",
        "65583/13",
    )
    assert (row["offences"], row["grounds"]) == (["threats"], ["ethnicity"])
    assert row["father"] == ["eli"]
    assert [(one.value, one.rows) for one in found.noticed] == [("unknown", 1)]


def test_each_person_of_a_case_has_a_row_with_every_name(one_case):
    named, unnamed = prepare_persons([one_case]).rows.to_pylist()

    assert named["family"] == ["gumbatova", "humbetova"]
    assert (named["sex"], named["birth_precision"], named["docket"]) == (
        "woman",
        "year",
        "65583/13",
    )
    assert (unnamed["name_words"], unnamed["name_keys"], unnamed["docket"], unnamed["folding"]) == (
        [],
        [],
        None,
        None,
    )


def test_where_identities_are_sealed_there_are_rows_without_names(one_case):
    sealed = replace(
        one_case,
        persons=tuple(replace(one, names=(), birth=None, sealed=True) for one in one_case.persons),
    )
    found = prepare_persons([sealed])

    assert found.rows["name_keys"].to_pylist() == found.rows["family"].to_pylist() == [[], []]
    assert found.rows["birth_lo"].to_pylist() == [None, None]
    assert found.rows["region"].to_pylist() == ["AZ-LAN", "AZ-LAN"]


def test_a_region_that_was_coded_goes_before_what_the_words_of_the_place_name(one_case):
    (first,) = one_case.incidents
    coded = {
        "az-ba": "AZ-BA",  # the code, whatever the place says
        "az-nv": "AZ-NX",  # a town that stands for its district where places are compared
        "az-region-karabakh": "AZ-LAN",  # no code of ISO: the words of the place
        "": "AZ-LAN",
    }
    rows = [
        prepare_cases([replace(one_case, incidents=(replace(first, region=one),))]).rows
        for one in coded
    ]

    assert [one["region"].to_pylist() for one in rows] == [[code] for code in coded.values()]


def test_a_case_that_was_merged_is_only_in_the_one_that_shows_it(one_case):
    merged = replace(one_case, merged_into="case_other")

    assert prepare_cases([merged]).rows.num_rows == prepare_persons([merged]).rows.num_rows == 0
