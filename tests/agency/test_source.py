"""Which files are read, which are not there, and which columns nobody has looked at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from candlemark import agency
from candlemark.agency import landing, source
from candlemark.agency.engine import engine
from candlemark.definition.crosswalk import Column, EventRule, Table, Use
from candlemark.errors import (
    ColumnsDiffer,
    IdsDamaged,
    SourceError,
    SourceMissing,
    TablesMissing,
)


@pytest.fixture
def court(nowhere):
    """Two tables: cases, and judgments about them."""
    cases = Table(
        "cases",
        "cases.csv",
        (Column("Id", Use.UNIT), Column("Filed", Use.DATE, formats=("%Y-%m-%d",))),
        (EventRule("filing", "in-court", {"en": "Filing"}, date="Filed"),),
        ("Id",),
        main=True,
    )
    judgments = Table(
        "judgments",
        "judgments.csv",
        (Column("Id", Use.UNIT), Column("Judged", Use.DATE, formats=("%Y-%m-%d",))),
        (EventRule("judgment", "judged", {"en": "Judgment"}, date="Judged"),),
        ("Id",),
    )
    return nowhere.crosswalk(cases, judgments, code="xx-court")


def test_a_path_that_is_not_there_is_missing(nowhere, tmp_path):
    with pytest.raises(SourceMissing) as refused:
        agency.check(tmp_path / "nothing.csv", nowhere.police)

    assert refused.value.message == "'nothing.csv' cannot be read"


def test_a_folder_with_the_named_file_reads_that_and_leaves_others_alone(
    nowhere, written, tmp_path
):
    written({})
    written({}, {}, name="another.csv")

    assert agency.check(tmp_path, nowhere.police).rows == 1


def test_a_folder_with_one_csv_file_of_any_name_is_read_for_a_crosswalk_of_one_table(
    nowhere, written, tmp_path
):
    written({}, name="2020 final.CSV")
    (tmp_path / "read me.txt").write_text("hello", encoding="utf-8")

    report = agency.check(tmp_path, nowhere.police)

    assert [table.file for table in report.tables] == ["2020 final.CSV"]


@pytest.mark.parametrize("others", [(), ("a.csv", "b.csv")])
def test_a_folder_with_no_csv_file_or_several_unknown_ones_lacks_the_table(
    others, nowhere, written, tmp_path
):
    for other in others:
        written({}, name=other)

    with pytest.raises(TablesMissing) as refused:
        agency.check(tmp_path, nowhere.police)

    assert [fault.where for fault in refused.value.faults] == ["complaints.csv"]


def test_a_folder_without_a_table_names_every_one_it_lacks(court, tmp_path):
    (tmp_path / "other.csv").write_text("x\n1\n", encoding="utf-8")

    with pytest.raises(TablesMissing) as refused:
        agency.check(tmp_path, court)

    assert [fault.where for fault in refused.value.faults] == ["cases.csv", "judgments.csv"]


def test_one_file_is_not_enough_for_a_crosswalk_of_two_tables(court, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("Id,Filed\n1,2020-01-01\n", encoding="utf-8")

    with pytest.raises(TablesMissing) as refused:
        agency.check(path, court)

    assert refused.value.message == "xx-court reads a folder of 2 tables, not one file"


def test_everything_wrong_with_all_headers_is_said_at_once(court, tmp_path):
    (tmp_path / "cases.csv").write_text("Id,Opened,Id\n1,2020-01-01,1\n", encoding="utf-8")
    (tmp_path / "judgments.csv").write_text("Id,Judged,Judge\n1,2020-01-01,x\n", encoding="utf-8")

    with pytest.raises(ColumnsDiffer) as refused:
        agency.check(tmp_path, court)

    assert [str(fault) for fault in refused.value.faults] == [
        "cases.csv: the column 'Filed' is missing",
        "cases.csv: the column 'Opened' is not known to the crosswalk",
        "cases.csv: the column 'Id' stands twice",
        "judgments.csv: the column 'Judge' is not known to the crosswalk",
    ]


def test_a_column_the_crosswalk_calls_optional_may_be_absent_and_the_report_says_so(
    nowhere, written
):
    path = written({}, header=[name for name in nowhere.header if name != "Note"])

    (table,) = agency.check(path, nowhere.police).tables

    assert table.absent == ("Note",)


def test_the_order_of_columns_means_nothing(nowhere, written):
    path = written({"Id": "7"}, header=list(reversed(nowhere.header)))

    assert agency.read_source(path, nowhere.police).tables.cases["case"].to_pylist() == ["7"]


def test_a_column_may_be_written_in_another_unicode_form(nowhere, tmp_path):
    table = replace(
        nowhere.complaints, columns=(*nowhere.complaints.columns, Column("Àmbit", Use.KEPT))
    )
    path = nowhere.write(
        tmp_path / "x.csv",
        [{**nowhere.rows({})[0], "A\u0300mbit": "x"}],
        header=(*nowhere.header, "A\u0300mbit"),
    )

    landed = agency.read_source(path, nowhere.crosswalk(table)).tables.raw["complaints"]

    assert landed["Àmbit"].to_pylist() == ["x"]


DAMAGED = ["2.01901E+14", "2,01901E+14", "2E+14", "1.0e+9", " 2.01901E+14 "]
SOUND = ["201901000000000", "12E34", "E+14", "K31675023", "2.01901", "1E5"]


@pytest.mark.parametrize("number", DAMAGED)
def test_an_identifier_a_spreadsheet_rounded_is_refused_with_its_row(
    number, nowhere, written, vault
):
    path = written({"Id": "1"}, {"Id": number}, {"Id": "3", "Incident": number})

    with pytest.raises(IdsDamaged) as refused:
        agency.import_source(vault.ledger, path, nowhere.police, nowhere.words)

    assert {
        "complaints.csv, row 3, column Id",
        "complaints.csv, row 4, column Incident",
    } == {fault.where for fault in refused.value.faults}
    assert vault.ledger.size == 0


@pytest.mark.parametrize("number", SOUND)
def test_an_identifier_that_only_looks_odd_is_not_refused(number, nowhere, written):
    assert agency.check(written({"Id": number}), nowhere.police).units == 1


def test_duckdb_still_pushes_a_try_cast_into_read_csv_where_it_fails(tmp_path):
    """The reason why a source lands in a table first; once this fails, the detour can go."""
    path = tmp_path / "x.csv"
    path.write_text("a\n1\nx\n", encoding="utf-8")
    straight = f"SELECT try_cast(a AS DATE) FROM read_csv('{path}', all_varchar = true)"

    with engine([path]) as made:
        with pytest.raises(Exception, match="Could not convert"):
            made.rows(straight)
        made.run(f"CREATE TABLE landed AS SELECT * FROM read_csv('{path}', all_varchar = true)")

        assert made.rows("SELECT try_cast(a AS DATE) FROM landed") == [(None,), (None,)]


def test_the_engine_opens_no_other_file_and_keeps_none(tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")

    with engine([]) as made:
        with pytest.raises(Exception, match="disabled by configuration"):
            made.rows(f"SELECT * FROM read_csv('{tmp_path}/secret.csv')")

        assert made.rows("SELECT current_setting('temp_directory')") == [("",)]


def test_a_file_that_grows_while_it_is_read_is_refused(nowhere, written):
    path = written({})
    (found,) = source.find(path, nowhere.police)
    weight = source.weigh(path)
    with path.open("a", encoding="utf-8") as file:
        file.write("\n")

    with pytest.raises(SourceError, match="changed while it was read"):
        source.refuse_changed(found, weight)


def test_the_fast_reader_is_used_for_a_plain_file_and_not_believed_for_a_bent_one(
    nowhere, tmp_path
):
    plain = nowhere.write(tmp_path / "a.csv", nowhere.rows({}, {"Motive": "a,b"}))
    bent = tmp_path / "b.csv"
    bent.write_bytes(plain.read_bytes().replace(b"\n1,", b"\n\n1,", 1))

    with engine([plain, bent]) as made:
        found = [source.find(path, nowhere.police)[0] for path in (plain, bent)]
        header = source.headers((found[0],))[0]
        believed = [
            landing._fast(made, "raw_0", one, source.weigh(one.path), header) for one in found
        ]

    assert believed == [True, False]
