"""From rows to units, codes and stages: what is said is kept, and what is odd is named."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import date

import pytest

from candlemark import agency
from candlemark.agency.reading import reading, weigh
from candlemark.definition.crosswalk import Column, Condition, EventRule, Table, Use
from candlemark.errors import DefinitionFaulty

LAST = date(2021, 12, 31)


def read(path, crosswalk):
    return agency.read_source(path, crosswalk, as_of=LAST)


def events(reading, *names):
    return [tuple(row[name] for name in names) for row in reading.tables.events.to_pylist()]


def coverage(reading, column):
    return next(one for one in reading.report.coverage if one.column == column)


# Units


def test_complaints_are_counted_and_not_rows(nowhere, written):
    path = written({"Id": "1"}, {"Id": "1", "Status": "Guilty"}, {"Id": "2"})

    reading = read(path, nowhere.police)

    assert (reading.report.rows, reading.report.units) == (3, 2)
    assert reading.tables.cases["case"].to_pylist() == ["1", "2"]


def test_outer_space_and_unicode_form_do_not_make_another_unit(nowhere, written):
    path = written({"Id": "é1"}, {"Id": " e\u03011 "}, {"Id": "\u00a0é1\t"})

    assert read(path, nowhere.police).report.units == 1


def test_two_key_columns_never_meet_in_one_name(nowhere, written):
    table = replace(nowhere.complaints, unit_key=("Id", "Incident"))
    path = written(
        {"Id": "a|b", "Incident": "c"},
        {"Id": "a", "Incident": "b|c"},
        {"Id": "a\\", "Incident": "b"},
        {"Id": "a", "Incident": "\\b"},
    )

    reading = read(path, nowhere.crosswalk(table))

    assert sorted(reading.tables.cases["case"].to_pylist()) == [
        "a\\\\|b",
        "a\\|b|c",
        "a|\\\\b",
        "a|b\\|c",
    ]


def test_a_row_without_an_identifier_is_kept_and_is_a_fault(nowhere, written):
    path = written({"Id": "1"}, {"Id": " "})

    reading = read(path, nowhere.police)

    assert (reading.report.rows, reading.report.units) == (2, 1)
    assert [(one.kind, one.column, one.rows) for one in reading.report.fault_counts] == [
        ("identifier", "Id", 1)
    ]
    assert [fault.row for fault in reading.report.faults] == [3]
    assert reading.tables.raw["complaints"].num_rows == 2


def test_where_each_row_is_a_unit_equal_rows_are_several_units_with_lasting_names(nowhere, written):
    table = replace(nowhere.complaints, unit_key=(), row_key=())
    person = {"Id": "", "Motive": "Roma"}
    one = read(written(person, {"Id": "9"}, person), nowhere.crosswalk(table))
    two = read(written(person, person, {"Id": "9"}), nowhere.crosswalk(table))

    names = one.tables.cases["case"].to_pylist()

    assert names == two.tables.cases["case"].to_pylist()
    assert len(set(names)) == 3
    assert [f"{min(names, key=len)}"] != names
    assert sum(name.endswith("#2") for name in names) == 1


def test_the_incident_of_a_unit_is_kept_for_clustering(nowhere, written):
    path = written({"Id": "1", "Incident": "A"}, {"Id": "2"}, {"Id": "3", "Incident": "A"})

    assert read(path, nowhere.police).tables.cases["incident"].to_pylist() == ["A", None, "A"]


# Codes


def test_two_spellings_of_the_agency_are_one_term_and_stay_two_codes(nowhere, written):
    path = written({"Id": "1", "Motive": "Etnic"}, {"Id": "2", "Motive": "E\u0300tnic "})

    reading = read(path, nowhere.police)
    codes = [
        (row["case"], row["term"], row["raw"])
        for row in reading.tables.codes.to_pylist()
        if row["scheme"] == "bias-grounds"
    ]

    assert codes == [("1", "ethnicity", "Etnic"), ("2", "ethnicity", "Ètnic")]


def test_a_code_nobody_knows_is_named_counted_and_kept(nowhere, written):
    path = written(
        {"Id": "1", "Motive": "Martian"},
        {"Id": "1", "Motive": "Martian", "Status": "Guilty"},
        {"Id": "2", "Motive": "martian"},
        {"Id": "3"},
    )

    reading = read(path, nowhere.police)

    assert [
        (code.code, code.rows, code.units) for code in coverage(reading, "Motive").unmapped
    ] == [("Martian", 2, 1), ("martian", 1, 1)]
    assert ("1", None, "Martian", "unmapped") in [
        (row["case"], row["term"], row["raw"], row["relation"])
        for row in reading.tables.codes.to_pylist()
    ]


def test_no_likeness_makes_a_code_known(nowhere, written):
    path = written({"Motive": "jewish"}, {"Motive": "Jewish."}, {"Motive": "Jew ish"})

    assert len(coverage(read(path, nowhere.police), "Motive").unmapped) == 3


def test_coverage_counts_rows_and_units_per_relation(nowhere, written):
    path = written(
        {"Id": "1", "Motive": "Jewish"},
        {"Id": "1", "Motive": "Foreign", "Status": "Open"},
        {"Id": "2", "Motive": "Belief"},
        {"Id": "3", "Motive": "Unknown"},
        {"Id": "4", "Motive": "???"},
        {"Id": "5", "Motive": ""},
    )

    found = coverage(read(path, nowhere.police), "Motive")

    assert [(one.relation, one.codes, one.rows, one.units) for one in found.relations] == [
        ("exact", 1, 1, 1),
        ("broader", 1, 1, 1),
        ("narrower", 1, 1, 1),
        ("none", 1, 1, 1),
        ("unmapped", 1, 1, 1),
    ]
    assert found.empty_rows == 1


def test_a_cell_with_several_codes_is_cut_where_the_crosswalk_says(nowhere, written):
    path = written({"Motive": "Jewish; Roma;;Jewish"})

    codes = read(path, nowhere.police).tables.codes.to_pylist()

    assert [row["term"] for row in codes] == ["antisemitic", "roma-sinti"]


def test_what_is_unknown_to_the_agency_is_not_the_same_as_nothing_written(nowhere, written):
    path = written({"Id": "1", "Motive": "Unknown"}, {"Id": "2", "Motive": ""})

    codes = read(path, nowhere.police).tables.codes.to_pylist()

    assert [(row["case"], row["term"], row["relation"], row["absent"]) for row in codes] == [
        ("1", None, "none", "unknown")
    ]


# Dates


DATES = {
    "a day is a day": ("2020-02-29", date(2020, 2, 29), date(2020, 2, 29)),
    "a month stays a month": ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
    "a month of one digit": ("2019-2", date(2019, 2, 1), date(2019, 2, 28)),
    "a year stays a year": ("2020", date(2020, 1, 1), date(2020, 12, 31)),
    "outer space means nothing": (" 2020-01-02 ", date(2020, 1, 2), date(2020, 1, 2)),
}


@pytest.mark.parametrize("what", DATES)
def test_a_date_is_as_exact_as_its_source(what, nowhere, written):
    text, lo, hi = DATES[what]

    cases = read(written({"Reported": text}), nowhere.police).tables.cases.to_pylist()

    assert [(lo, hi)] == [(row["start_lo"], row["start_hi"]) for row in cases]


UNREADABLE = ["2020-02-30", "30/01/2020", "20-01-02", "yesterday", "2020-01-02T", "0019-01-02"]


@pytest.mark.parametrize("text", UNREADABLE)
def test_a_date_no_format_reads_is_a_fault_with_row_and_column_and_the_row_stays(
    text, nowhere, written
):
    reading = read(written({}, {"Id": "2", "Reported": text}), nowhere.police)

    (fault,) = reading.report.faults
    assert (fault.table, fault.row, fault.column) == ("complaints", 3, "Reported")
    assert f"{text!r} is not a date of the form %Y-%m-%d or %Y-%m or %Y" == fault.what
    assert events(reading, "case", "doubt", "lo")[1:] == [("2", "unreadable", None)]
    assert [stage.unreadable for stage in reading.report.stages if stage.own == "report"] == [1]


def test_the_day_is_the_one_the_source_wrote_whatever_the_zone_of_the_machine(
    nowhere, written, monkeypatch
):
    table = nowhere.column(nowhere.complaints, "Reported", formats=("%Y-%m-%d %H:%M",), clock="utc")
    path = written(
        {"Id": "1", "Reported": "2020-03-29 02:30"},
        {"Id": "2", "Reported": "2020-01-01 23:59"},
        {"Id": "3", "Reported": "2020-01-01 00:00"},
    )
    found = []

    for zone in ("Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin", "UTC"):
        monkeypatch.setitem(os.environ, "TZ", zone)
        time.tzset()
        found.append(read(path, nowhere.crosswalk(table)).tables.cases["start_lo"].to_pylist())
    monkeypatch.undo()
    time.tzset()

    assert [[date(2020, 3, 29), date(2020, 1, 1), date(2020, 1, 1)]] * 4 == found


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M%z", "%Y-%m-%d %Z"])
def test_a_format_with_an_offset_is_refused_because_it_would_make_an_instant(
    form, nowhere, written
):
    table = nowhere.column(nowhere.complaints, "Reported", formats=(form,))

    with pytest.raises(DefinitionFaulty):
        read(written({}), nowhere.crosswalk(table))


def test_no_column_of_the_engine_ever_holds_an_instant(nowhere, written):
    files = weigh(written({"Status": "Guilty", "Closed": "01/02/2020"}), nowhere.police)

    with reading(files, LAST, None) as made:
        kinds = {
            kind
            for (kind,) in made.engine.rows(
                "SELECT DISTINCT data_type FROM duckdb_columns() WHERE NOT internal"
            )
        }

    assert "DATE" in kinds
    assert not [kind for kind in kinds if "ZONE" in kind]


def test_a_date_in_two_columns_is_read_from_both(nowhere, tmp_path):
    table = Table(
        "facts",
        "facts.csv",
        (
            Column("Any", Use.DATE, formats=("%Y-%m",), date_parts=("Any", "Mes")),
            Column("Mes", Use.KEPT),
        ),
        (EventRule("fact", "recorded", {"en": "Fact"}, date="Any"),),
        (),
        main=True,
    )
    path = tmp_path / "facts.csv"
    path.write_text("Any,Mes\n2021,1\n2021,02\n2021,\n,\n2021,13\n", encoding="utf-8")

    reading = read(path, nowhere.crosswalk(table))
    found = sorted(
        (row["lo"] or date.min, row["doubt"]) for row in reading.tables.events.to_pylist()
    )

    assert [
        (date(2021, 1, 1), None),
        (date(2021, 2, 1), None),
    ] == found[3:]
    assert sorted(doubt for _, doubt in found[:3]) == ["undated", "unreadable", "unreadable"]


def test_a_number_nobody_can_read_is_a_fault(nowhere, written):
    path = written({"Victims": "two"}, {"Victims": ""}, {"Victims": "-1"}, {"Victims": "1,5"})

    report = read(path, nowhere.police).report

    assert [(fault.column, fault.row, fault.what) for fault in report.faults] == [
        ("Victims", 2, "'two' is not a number")
    ]


# Stages


def test_rows_that_say_the_same_of_a_unit_are_one_event(nowhere, written):
    path = written({"Note": "a"}, {"Note": "b"}, {"Note": "c"})

    assert events(read(path, nowhere.police), "case", "seq", "own") == [("1", 0, "report")]


def test_events_of_a_unit_are_numbered_by_day_undated_ones_last(nowhere, written):
    closed = {"Status": "Guilty"}
    path = written(
        {**closed, "Closed": ""},
        {**closed, "Closed": "03/01/2020"},
        {**closed, "Closed": "02/01/2020"},
    )

    found = events(read(path, nowhere.police), "seq", "own", "lo")

    assert [
        (0, "report", date(2020, 1, 1)),
        (1, "closing", date(2020, 2, 1)),
        (2, "closing", date(2020, 3, 1)),
        (3, "closing", None),
    ] == found


def test_the_case_begins_on_the_first_day_its_first_stage_is_given(nowhere, written):
    path = written({"Reported": "2020-05-05"}, {"Reported": "2020-05"}, {"Reported": "2020-06-01"})

    (case,) = read(path, nowhere.police).tables.cases.to_pylist()

    assert (date(2020, 5, 1), date(2020, 5, 31)) == (case["start_lo"], case["start_hi"])


DOUBTS = {
    "the day of the report is no doubt": ("01/01/2020", None),
    "a day before it is": ("12/31/2019", "before-start"),
    "the last day the source can know of is none": ("12/31/2021", None),
    "the day after is": ("01/01/2022", "far-future"),
    "a slip of two hundred years is": ("08/05/2219", "far-future"),
    "nothing written": ("", "undated"),
    "something nobody can read": ("5 August", "unreadable"),
}


@pytest.mark.parametrize("what", DOUBTS)
def test_a_date_that_cannot_be_right_is_kept_and_marked(what, nowhere, written):
    text, doubt = DOUBTS[what]
    path = written({"Status": "Guilty", "Closed": text})

    found = events(read(path, nowhere.police), "own", "doubt", "outcome")

    assert ("closing", doubt, "found-guilty") in found


def test_a_coarse_date_that_may_lie_before_the_start_is_not_said_to(nowhere, written):
    table = nowhere.column(nowhere.complaints, "Closed", formats=("%Y-%m",))
    path = written({"Reported": "2020-01-15", "Status": "Guilty", "Closed": "2020-01"})

    assert [doubt for (doubt,) in events(read(path, nowhere.crosswalk(table)), "doubt")] == [
        None,
        None,
    ]


def test_a_start_in_the_far_future_begins_no_case(nowhere, written):
    path = written({"Reported": "2220-01-01", "Status": "Guilty", "Closed": "01/01/2020"})

    reading = read(path, nowhere.police)

    assert reading.tables.cases["start_lo"].to_pylist() == [None]
    assert {("report", "far-future"), ("closing", None)} == set(events(reading, "own", "doubt"))


def test_only_an_outcome_the_crosswalk_knows_ends_a_case(nowhere, written):
    path = written(
        {"Id": "1", "Status": "Guilty", "Closed": "02/01/2020"},
        {"Id": "2", "Status": "Open", "Closed": "02/01/2020"},
        {"Id": "3", "Status": "Vanished", "Closed": "02/01/2020"},
    )

    reading = read(path, nowhere.police)
    closings = [
        one for one in events(reading, "own", "outcome", "raw", "ends") if one[0] == "closing"
    ]

    assert closings == [
        ("closing", "found-guilty", "Guilty", True),
        ("closing", None, "Open", False),
        ("closing", None, "Vanished", False),
    ]
    assert [(one.code, one.count, one.rows) for one in reading.report.findings] == [
        ("outcome-unknown", 1, (4,))
    ]


def test_a_rule_may_give_every_event_the_same_outcome(nowhere, written):
    closing = replace(nowhere.complaints.events[1], outcome="", outcome_term="reached")
    table = replace(nowhere.complaints, events=(nowhere.complaints.events[0], closing))
    path = written({"Status": "Guilty", "Closed": "02/01/2020"})

    found = events(read(path, nowhere.crosswalk(table)), "own", "outcome", "raw", "ends")

    assert ("closing", "reached", None, True) in found


def test_a_condition_compares_as_codes_are_compared(nowhere, written):
    closing = replace(
        nowhere.complaints.events[1], when=(Condition("Status", ("Guilty", "Dropped")),)
    )
    table = replace(nowhere.complaints, events=(nowhere.complaints.events[0], closing))
    path = written({"Id": "1", "Status": " Guilty"}, {"Id": "2", "Status": "guilty"})

    found = events(read(path, nowhere.crosswalk(table)), "case", "own")

    assert found == [("1", "report"), ("1", "closing"), ("2", "report")]


def test_the_report_counts_units_per_stage_whatever_their_dates(nowhere, written):
    path = written(
        {"Id": "1", "Status": "Guilty", "Closed": ""},
        {"Id": "1", "Status": "Dropped", "Closed": "01/01/2219"},
        {"Id": "2", "Status": "Guilty", "Closed": "01/01/1999"},
        {"Id": "3"},
    )

    _, closing = read(path, nowhere.police).report.stages

    assert (
        closing.units,
        closing.events,
        closing.undated,
        closing.unreadable,
        closing.before_start,
        closing.far_future,
    ) == (2, 3, 1, 0, 1, 1)
