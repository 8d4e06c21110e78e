"""The files of six real agencies, read by the shipped crosswalks.

The expected numbers were counted in the files by other means than this code.  The files are not
part of the project; without them these tests skip.
"""

from __future__ import annotations

import csv
from datetime import date

import pytest

from candlemark import agency
from candlemark.definition import Definition, load_crosswalk
from candlemark.ledger import Vault

FILES = {
    "us-nypd": "nypd_2019_2020/nypd_hate_crimes_2019_2020.csv",
    "us-denver": "denver_2010_2018/bias_motivated_crimes.csv",
    "ca-toronto": "toronto_2018_2019/toronto_hate_crimes_2018_2019.csv",
    "es-catalunya": "catalunya_2021/fets_odi_2021.csv",
    "us-cook-county": "cook_county_2019_tenth",
    "coe-ecthr": "ecthr_azerbaijan/azerbaijan_judgments_citation_list.csv",
}


@pytest.fixture(scope="module")
def edition():
    return Definition.load()


@pytest.fixture(scope="module")
def readings(shared, edition):
    """Every source, read once."""
    return {
        code: agency.read_source(
            shared / "data" / path,
            load_crosswalk(code, edition),
            as_of=date(2019, 12, 2) if code == "us-cook-county" else None,
        )
        for code, path in FILES.items()
    }


def stage(reading, own):
    return next(one for one in reading.report.stages if one.own == own)


def code(reading, text):
    return next(
        one
        for cover in reading.report.coverage
        for one in cover.codes
        if one.code == text or one.code.startswith(f"{text}/")
    )


def finding(reading, name):
    return [one for one in reading.report.findings if one.code == name]


COUNTS = {
    "us-nypd": (731, 686),
    "us-denver": (368, 319),
    "ca-toronto": (275, 275),
    "us-cook-county": (13_473, 3_653),
    "coe-ecthr": (215, 215),
}


@pytest.mark.parametrize("source", COUNTS)
def test_rows_and_units_are_those_of_the_file(source, readings):
    report = readings[source].report

    assert COUNTS[source] == (report.rows, report.units)


@pytest.mark.parametrize("source", FILES)
def test_no_code_of_the_files_the_crosswalks_were_made_for_is_unknown(source, readings):
    assert readings[source].report.unmapped == ()


@pytest.mark.parametrize("source", FILES)
def test_every_row_lands_cell_for_cell(source, readings, shared):
    path = shared / "data" / FILES[source]
    names = {table.name: table.file for table in readings[source].report.tables}

    for name, table in readings[source].tables.raw.items():
        with (path / names[name] if path.is_dir() else path).open(
            encoding="utf-8", newline=""
        ) as file:
            wanted = list(csv.reader(file))

        assert wanted[0] == table.schema.names
        assert wanted[1:] == [list(row.values()) for row in table.to_pylist()]


def test_new_york_counts_complaints_and_those_with_an_arrest(readings):
    reading = readings["us-nypd"]

    assert (stage(reading, "recorded").units, stage(reading, "arrest").units) == (686, 198)
    assert (code(reading, "ANTI-JEWISH").rows, code(reading, "ANTI-JEWISH").units) == (378, 363)


def test_new_york_files_one_motive_under_several_of_its_groups(readings):
    groups = {one.subject: one for one in finding(readings["us-nypd"], "one-code-many-groups")}

    assert {share.value: share.rows for share in groups["ANTI-JEWISH"].shares} == {
        "Religion/Religious Practice": 375,
        "Unclassified": 3,
    }


def test_toronto_contradicts_itself_about_several_motives(readings):
    (contradiction,) = finding(readings["ca-toronto"], "flag-agrees")

    assert (
        contradiction.subject,
        contradiction.count,
        contradiction.of,
        contradiction.rows,
    ) == ("yes", 2, 275, (245, 271))


def test_toronto_made_45_arrests(readings):
    arrests = [one for one in readings["ca-toronto"].report.stages if one.units == 45]

    assert [one.stage for one in arrests] == ["suspect-identified"]


def test_catalonia_writes_one_ground_in_two_ways(readings):
    reading = readings["es-catalunya"]

    assert (code(reading, "Etnic").rows, code(reading, "Ètnic").rows) == (172, 158)
    assert code(reading, "Etnic").term == code(reading, "Ètnic").term != ""
    assert code(reading, "LGTBI-fòbia").rows == 480
    assert reading.report.rows == 1027


def test_cook_county_reaches_its_four_stages(readings):
    assert [one.units for one in readings["us-cook-county"].report.stages] == [
        3_653,
        2_886,
        1_140,
        422,
    ]


def test_cook_county_brings_few_hate_crimes_to_each_stage(readings):
    reading = readings["us-cook-county"]
    ours = {
        row["case_participant_id"]
        for row in reading.tables.raw["intake"].to_pylist()
        if row["offense_category"] == "Hate Crimes"
    }
    reached = {}
    for row in reading.tables.events.to_pylist():
        if row["case"] in ours:
            reached.setdefault(row["own"], set()).add(row["case"])

    assert [len(units) for units in reached.values()] == [13, 8, 2, 1]


def test_the_clock_of_cook_county_is_240_minutes_ahead_in_every_pair(readings):
    (clock,) = finding(readings["us-cook-county"], "clock-shift")

    assert (clock.minutes, clock.share) == (240, 1.0)
    assert clock.count == clock.of > 2_000


def test_cook_county_has_dates_before_receipt_and_in_the_far_future(readings):
    reading = readings["us-cook-county"]

    assert {"initiation", "disposition"} <= {
        one.subject for one in finding(reading, "before-start")
    }
    assert 2109 in {
        row["lo"].year for row in reading.tables.events.to_pylist() if row["doubt"] == "far-future"
    }


def test_the_first_disposition_in_time_ends_a_case_as_the_county_is_known_to_end_them(readings):
    """The states on 2019-12-02, from the content alone: what measure will find again."""
    tables = readings["us-cook-county"].tables
    rank = {"plea-of-guilty": 4, "found-guilty": 4, "lesser-offence": 4}
    rank |= {"found-not-guilty": 3, "not-guilty-insanity": 3}
    rank |= {
        "not-proceeded-with": 2,
        "no-probable-cause": 2,
        "victim-withdrew": 2,
        "not-presented": 2,
    }
    first: dict[str, tuple[date, int]] = {}
    for row in tables.events.to_pylist():
        if row["ends"] and row["doubt"] is None:
            known = first.get(row["case"])
            standing = (row["lo"], -rank.get(row["outcome"], 1))
            first[row["case"]] = min(known, standing) if known else standing
    ended = [-standing for _, standing in first.values()]

    assert len(ended) == 3_653 - 2_569
    assert (ended.count(4), ended.count(3)) == (425, 5)


def test_a_whole_real_source_goes_through_a_vault_unharmed(readings, shared, edition):
    path = shared / "data" / FILES["us-cook-county"]
    with Vault.in_memory(agency.KINDS) as vault:
        imported = agency.import_source(
            vault.ledger,
            path,
            load_crosswalk("us-cook-county", edition),
            edition,
            as_of=date(2019, 12, 2),
        )
        kept = agency.tables(vault.ledger, imported.batch.id)

    assert readings["us-cook-county"].tables.events.equals(kept.events)
    assert readings["us-cook-county"].report == imported.report


def test_a_later_year_with_codes_nobody_has_seen_is_read_and_the_codes_are_named(
    shared, edition, tmp_path
):
    text = (shared / "data" / FILES["us-nypd"]).read_text(encoding="utf-8")
    later = tmp_path / "2031.csv"
    later.write_text(text.replace("ANTI-ASIAN", "ANTI-NEWCOMER"), encoding="utf-8")

    report = agency.check(later, load_crosswalk("us-nypd", edition))

    assert report.rows == 731
    assert [(column, one.code) for column, one in report.unmapped] == [
        ("Bias Motive Description", "ANTI-NEWCOMER")
    ]
