"""Audits report with their evidence and change nothing."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

from candlemark import agency
from candlemark.agency.report import LISTED
from candlemark.definition.crosswalk import Column, EventRule, Table, Use

LAST = date(2021, 12, 31)


def findings(path, crosswalk, code):
    report = agency.check(path, crosswalk, as_of=LAST)
    return [one for one in report.findings if one.code == code]


def test_a_code_the_agency_files_under_several_of_its_groups_is_shown_with_all(nowhere, written):
    audit = nowhere.audit(nowhere.kind.ONE_CODE_MANY_GROUPS, "complaints", "Motive", "Group")
    crosswalk = nowhere.crosswalk(nowhere.complaints, audits=[audit])
    path = written(
        {"Id": "1", "Group": "Religion"},
        {"Id": "2", "Group": "Religion "},
        {"Id": "2", "Group": "Religion", "Status": "Open"},
        {"Id": "3", "Group": "Unclassified"},
        {"Id": "4", "Group": ""},
        {"Id": "5", "Motive": "Roma", "Group": "Ethnicity"},
    )

    (finding,) = findings(path, crosswalk, "one-code-many-groups")

    assert (finding.subject, finding.count, finding.of) == ("Jewish", 1, 4)
    assert [(share.value, share.rows, share.units) for share in finding.shares] == [
        ("Religion", 3, 2),
        ("Unclassified", 1, 1),
    ]


def test_dates_before_the_case_began_and_in_the_far_future_are_shown_with_their_rows(
    nowhere, written
):
    path = written(
        {"Id": "1", "Status": "Guilty", "Closed": "02/01/2020"},
        {"Id": "2", "Status": "Guilty", "Closed": "02/01/2019"},
        {"Id": "3", "Status": "Guilty", "Closed": "02/01/2219"},
        {"Id": "4"},
    )

    (early,) = findings(path, nowhere.police, "before-start")
    (late,) = findings(path, nowhere.police, "far-future")

    assert (
        early.column,
        early.subject,
        early.count,
        early.of,
        early.rows,
    ) == ("Closed", "closing", 1, 2, (3,))
    assert (late.column, late.count, late.of, late.rows) == ("Closed", 1, 3, (4,))


def test_long_lists_are_capped_and_their_totals_are_not(nowhere, written):
    bad = [{"Id": str(number), "Reported": "never"} for number in range(LISTED + 50)]

    report = agency.check(written(*bad), nowhere.police)

    assert (len(report.faults), report.fault_total) == (LISTED, LISTED + 50)


def flagged(nowhere):
    return nowhere.crosswalk(
        nowhere.complaints,
        audits=[
            nowhere.audit(
                nowhere.kind.FLAG_AGREES, "complaints", "Several", "bias-grounds", yes=("Yes",)
            )
        ],
    )


def test_a_flag_that_says_several_is_held_against_the_codes_of_the_row(nowhere, written):
    path = written(
        {"Id": "1", "Several": "Yes", "Motive": "Jewish;Roma"},
        {"Id": "2", "Several": "No", "Motive": "Jewish"},
        {"Id": "3", "Several": "Yes", "Motive": "Jewish"},
        {"Id": "4", "Several": "No", "Motive": "Jewish;Roma"},
        {"Id": "5", "Several": "Yes", "Motive": "Jewish;Unknown"},
        {"Id": "6", "Several": "", "Motive": "Jewish;Roma"},
    )

    yes, no = findings(path, flagged(nowhere), "flag-agrees")

    assert (yes.subject, yes.count, yes.of, yes.rows) == ("yes", 2, 5, (4, 6))
    assert (no.subject, no.count, no.of, no.rows) == ("no", 1, 5, (5,))


def clocks(nowhere, tmp_path, pairs):
    """Two tables that give the time of the same arrest, and the crosswalk that compares them."""
    form = ("%Y-%m-%d %H:%M",)
    tables = [
        Table(
            name,
            f"{name}.csv",
            (Column("id", Use.UNIT), Column("arrest", Use.DATE, formats=form)),
            (EventRule(name, stage, {"en": name}, date="arrest"),),
            ("id",),
            main=name == "intake",
        )
        for name, stage in (("intake", "recorded"), ("charges", "charged"))
    ]
    audit = nowhere.audit(
        nowhere.kind.CLOCK_SHIFT, "intake", "arrest", "arrest", other_table="charges"
    )
    for side, table in enumerate(tables):
        lines = [f"{number},{pair[side]}" for number, pair in enumerate(pairs)]
        (tmp_path / table.file).write_text("\n".join(["id,arrest", *lines, ""]), encoding="utf-8")
    return nowhere.crosswalk(*tables, audits=[audit], maps=())


def test_a_clock_that_is_ahead_in_every_pair_is_reported_with_minutes_and_pairs(nowhere, tmp_path):
    pairs = [(f"2020-01-{day:02} 04:10", f"2020-01-{day:02} 00:10") for day in range(1, 11)]
    crosswalk = clocks(nowhere, tmp_path, pairs)

    (finding,) = findings(tmp_path, crosswalk, "clock-shift")

    assert (finding.minutes, finding.count, finding.of, finding.share) == (240, 10, 10, 1.0)
    assert finding.what == "intake.arrest is 240 minutes ahead of charges.arrest in 10 of 10 pairs"


def test_clocks_that_agree_or_differ_at_random_are_not_called_shifted(nowhere, tmp_path):
    agree = [("2020-01-01 10:00", "2020-01-01 10:00")] * 5
    random = [("2020-01-01 10:00", f"2020-01-01 0{hour}:00") for hour in range(5)]

    assert findings(tmp_path, clocks(nowhere, tmp_path, agree), "clock-shift") == []
    assert findings(tmp_path, clocks(nowhere, tmp_path, random), "clock-shift") == []


def test_a_row_about_a_unit_the_main_table_does_not_list_is_kept_and_pointed_out(nowhere, tmp_path):
    crosswalk = clocks(nowhere, tmp_path, [("2020-01-01 10:00", "2020-01-01 10:00")])
    with (tmp_path / "charges.csv").open("a", encoding="utf-8") as file:
        file.write("99,2020-01-01 10:00\n")

    (finding,) = findings(tmp_path, crosswalk, "not-in-main")
    reading = agency.read_source(tmp_path, crosswalk)

    assert (finding.count, finding.of, finding.rows) == (1, 2, (3,))
    assert reading.tables.cases["case"].to_pylist() == ["0"]
    assert {"0"} == set(reading.tables.events["case"].to_pylist())
    assert reading.tables.raw["charges"]["id"].to_pylist() == ["0", "99"]


def test_cases_from_outside_the_validity_of_the_crosswalk_are_pointed_out(nowhere, written):
    crosswalk = replace(nowhere.police, valid_from="2020", valid_to="2020-06")
    path = written(
        {"Id": "1", "Reported": "2019-12-31"},
        {"Id": "2", "Reported": "2020"},
        {"Id": "3", "Reported": "2020-06-30"},
        {"Id": "4", "Reported": "2020-07-01"},
    )

    (finding,) = findings(path, crosswalk, "outside-validity")

    assert (finding.count, finding.rows) == (2, (2, 5))


def test_a_report_is_plain_values_all_the_way_down(nowhere, written):
    report = agency.check(written({}), nowhere.police)

    def plain(value):
        if isinstance(value, dict):
            return all(isinstance(key, str) and plain(one) for key, one in value.items())
        if isinstance(value, (tuple, list)):
            return all(map(plain, value))
        return value is None or isinstance(value, (str, int, float, bool))

    assert plain(asdict(report))


def test_names_with_braces_and_quotes_are_names_and_nothing_else(nowhere, tmp_path):
    odd = "a {b} \"c\" 'd'; DROP TABLE raw_0; --"
    table = replace(
        nowhere.complaints,
        columns=(*nowhere.complaints.columns, Column(odd, Use.DATE, formats=("%Y",))),
    )
    rows = [
        {**row, odd: text} for row, text in zip(nowhere.rows({}, {}), ("2219", "x"), strict=True)
    ]
    path = nowhere.write(tmp_path / "x.csv", rows, header=(*nowhere.header, odd))

    report = agency.check(path, nowhere.crosswalk(table))

    assert [odd] == [fault.column for fault in report.faults]
    assert [odd] == [one.column for one in report.findings if one.code == "far-future"]
