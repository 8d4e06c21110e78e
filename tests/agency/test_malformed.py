"""A file that is not the table it claims to be is refused, with its lines, and nothing is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark import agency
from candlemark.agency.lines import Reader
from candlemark.definition.crosswalk import Column, EventRule, Table, Use
from candlemark.errors import SourceEmpty, SourceError, SourceMalformed
from candlemark.ledger import Vault

HEAD = b"id,said\n"

REFUSED = {
    "a row with a value too few": (b"1\n2,b\n", ["line 2"]),
    "a row with a value too many": (b"1,a\n2,b,c\n", ["line 3"]),
    "every row with an empty value too many": (b"1,a,\n2,b,\n", ["lines 2 to 3"]),
    "one row with an empty value too many": (b"1,a\n2,b,\n", ["line 3"]),
    "rows separated otherwise than the header": (b"1;a\n2,b\n3;c\n", ["line 2", "line 4"]),
    "a tab in the place of a comma": (b"1\ta\n2,b\n", ["line 2"]),
    "an empty line between rows": (b"1,a\n\n2,b\n", ["line 3"]),
    "a line of spaces": (b"1,a\n   \n2,b\n", ["line 3"]),
    "a quotation mark that is never closed": (b'1,"a\n2,b\n3,c\n', ["line 2"]),
    "two that are never closed": (b'1,"a\n2,b\n3,"c\n4,d\n', ["line 2", "line 4"]),
    "text behind a quoted value": (b'1,"a"x\n2,b\n', ["line 2"]),
    "a quotation mark inside an unquoted value": (b'1,a\n2,5" long\n', ["line 3"]),
    "two inside an unquoted value": (b'1,5" by 6" long\n2,b\n', ["line 2"]),
    "a space before a quoted value": (b'1, "a"\n2,b\n', ["line 2"]),
    "a NUL byte": (b"1,a\n2,b\0\n", ["line 3"]),
    "bytes that are not UTF-8": (b"1,\xff\n2,b\n3,\xe9t\xe9\n", ["line 2", "line 4"]),
    "an overlong sequence": (b"1,\xc0\xaf\n", ["line 2"]),
    "half a surrogate pair": (b"1,\xed\xa0\x80\n", ["line 2"]),
    "a byte order mark within": (b"1,a\n\xef\xbb\xbf2,b\n", ["line 3"]),
    "a carriage return alone": (b"1,a\rx\n2,b\n", ["line 2"]),
    "several things at once": (b"1\n2,b\n3,\xff\n\n5,e\0\n6,f\n", ["2", "4", "5", "6"]),
}

TABLE = Table(
    "said",
    "said.csv",
    (Column("id", Use.UNIT), Column("said", Use.KEPT)),
    (EventRule("report", "reported", {"en": "Report"}),),
    ("id",),
    main=True,
)


@pytest.fixture
def plain(nowhere):
    return nowhere.crosswalk(TABLE)


def places(error):
    return [fault.where.split(", ")[1] for fault in error.faults]


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_with_the_numbers_of_all_lines_at_fault(
    what, plain, tmp_path, vault, nowhere
):
    body, lines = REFUSED[what]
    path = tmp_path / "said.csv"
    path.write_bytes(HEAD + body)

    with pytest.raises(SourceMalformed) as refused:
        agency.import_source(vault.ledger, path, plain, nowhere.words)

    wanted = [line if line.startswith("line") else f"line {line}" for line in lines]
    assert wanted == places(refused.value)
    assert vault.ledger.size == 0


def test_a_byte_order_mark_before_the_header_is_refused_at_line_1(plain, tmp_path):
    path = tmp_path / "said.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD + b"1,a\n2,b\n")

    with pytest.raises(SourceMalformed) as refused:
        agency.check(path, plain)

    assert [(fault.where, fault.what) for fault in refused.value.faults] == [
        ("said.csv, line 1", "a byte order mark")
    ]


def test_a_byte_order_mark_is_read_where_the_crosswalk_says_the_agency_writes_it(nowhere, tmp_path):
    marked = nowhere.crosswalk(replace(TABLE, encoding="utf-8-sig"))
    path = tmp_path / "said.csv"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD + "1,é\n".encode())

    reading = agency.read_source(path, marked)

    assert reading.tables.raw["said"].to_pylist() == [{"id": "1", "said": "é"}]


def test_a_header_separated_otherwise_is_told_as_that_and_not_as_missing_columns(plain, tmp_path):
    path = tmp_path / "said.csv"
    path.write_bytes(b"id;said\n1;a\n")

    with pytest.raises(SourceMalformed) as refused:
        agency.check(path, plain)

    assert refused.value.faults[0].what == "separated by semicolons instead of commas"


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("cp1252", "é–"), ("latin-1", "é"), ("utf-16", "é\u0259"), ("cp1251", "год")],
)
def test_other_encodings_are_read_when_the_crosswalk_names_them(encoding, text, nowhere, tmp_path):
    table = replace(TABLE, encoding=encoding)
    path = tmp_path / "said.csv"
    path.write_bytes(f"id,said\n1,{text}\n".encode(encoding))

    reading = agency.read_source(path, nowhere.crosswalk(table))

    assert [{"id": "1", "said": text}] == reading.tables.raw["said"].to_pylist()


EMPTY = {
    "no byte": b"",
    "only line ends": b"\n\n",
    "a header and no line end": b"id,said",
    "a header": HEAD,
    "a header and empty lines": HEAD + b"\n\n",
}


@pytest.mark.parametrize("what", EMPTY)
def test_a_file_without_rows_is_empty(what, plain, tmp_path, vault, nowhere):
    path = tmp_path / "said.csv"
    path.write_bytes(EMPTY[what])

    with pytest.raises(SourceEmpty):
        agency.import_source(vault.ledger, path, plain, nowhere.words)

    assert vault.ledger.size == 0


ACCEPTED = {
    "line ends of Unix": (HEAD + b"1,a\n2,b\n", [("1", "a"), ("2", "b")]),
    "line ends of Windows": (b"id,said\r\n1,a\r\n2,b\r\n", [("1", "a"), ("2", "b")]),
    "line ends of both": (HEAD + b"1,a\r\n2,b\n", [("1", "a"), ("2", "b")]),
    "no line end at the end": (HEAD + b"1,a\n2,b", [("1", "a"), ("2", "b")]),
    "empty lines at the end": (HEAD + b"1,a\n\n\n", [("1", "a")]),
    "a quoted delimiter": (HEAD + b'1,"a,b"\n', [("1", "a,b")]),
    "a quoted quotation mark": (HEAD + b'1,"a ""b"""\n', [("1", 'a "b"')]),
    "a quoted line break": (HEAD + b'1,"a\nb"\n2,"c\r\nd"\n', [("1", "a\nb"), ("2", "c\r\nd")]),
    "empty values, quoted and not": (HEAD + b'1,""\n2,\n', [("1", ""), ("2", "")]),
    "words other programs read as nothing": (
        HEAD + b"1,NULL\n2,NA\n",
        [("1", "NULL"), ("2", "NA")],
    ),
    "a row that looks like a comment": (HEAD + b"#1,a\n", [("#1", "a")]),
    "outer space": (HEAD + b"1, a \n", [("1", " a ")]),
    "leading zeros": (HEAD + b"007,1e5\n", [("007", "1e5")]),
    "a backslash before a quotation mark": (HEAD + b'1,"a\\"\n', [("1", "a\\")]),
    "a very long value": (HEAD + b"1," + b"x" * 90_000 + b"\n", [("1", "x" * 90_000)]),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_a_well_formed_file_lands_as_it_stands(what, plain, tmp_path):
    stored, rows = ACCEPTED[what]
    path = tmp_path / "said.csv"
    path.write_bytes(stored)

    landed = agency.read_source(path, plain).tables.raw["said"]

    assert rows == [(row["id"], row["said"]) for row in landed.to_pylist()]


def test_line_breaks_inside_cells_are_pointed_out(plain, tmp_path):
    path = tmp_path / "said.csv"
    path.write_bytes(HEAD + b'1,a\n2,"b\nc"\n')

    (finding,) = agency.check(path, plain).findings

    assert (
        finding.code,
        finding.column,
        finding.count,
        finding.rows,
    ) == ("line-breaks", "said", 1, (3,))


def test_a_folder_with_a_name_like_a_pattern_is_not_taken_for_one(plain, tmp_path):
    folder = tmp_path / "a [1] * ?"
    folder.mkdir()
    (folder / "b[2]*.csv").write_bytes(HEAD + b"1,a\n")

    assert agency.check(folder / "b[2]*.csv", plain).rows == 1


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=6)


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_whatever_a_careful_program_writes_is_read_back_cell_for_cell(rows, plain, tmp_path):
    path = tmp_path / "said.csv"
    lines = [",".join(map(quoted, row)) for row in rows]
    path.write_bytes("\n".join(["id,said", *lines, ""]).encode())

    landed = agency.read_source(path, plain).tables.raw["said"]

    assert rows == [(row["id"], row["said"]) for row in landed.to_pylist()]


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    where=st.tuples(st.integers(0, 60), st.integers(0, 3)),
    put=st.binary(max_size=3) | st.sampled_from([b'"', b",", b"\n", b"\r", b";", b"\0", b"\xff"]),
)
def test_a_file_bent_anywhere_is_refused_whole_or_read_whole(where, put, plain, tmp_path, nowhere):
    stored = HEAD + b'1,a\n2,"b,c"\n3,"d ""e"""\n4,\n5,"f\ng"\n6,h\n'
    place, cut = where
    bent = stored[:place] + put + stored[place + cut :]
    path = tmp_path / "said.csv"
    path.write_bytes(bent)

    with Vault.in_memory(agency.KINDS) as vault:
        try:
            imported = agency.import_source(vault.ledger, path, plain, nowhere.words)
        except SourceError:
            assert vault.ledger.size == 0
            return
        raw = agency.tables(vault.ledger, imported.batch.id).raw["said"]

    # Nothing lost and nothing made up: written out again, it is the same bytes but for quoting.
    cells = [cell for row in raw.to_pylist() for cell in row.values()]
    letters = sorted("".join(cells).replace('"', "").replace("\n", "").replace("\r", ""))
    body = bent.decode().split("\n", 1)[1]
    structure = body.replace('"', "").replace("\n", "").replace("\r", "")
    kept = sorted(structure)
    for _ in range(raw.num_rows):
        kept.remove(",")
    assert letters == kept


def test_the_exact_reader_tells_faults_in_the_order_of_the_file(tmp_path):
    path = tmp_path / "said.csv"
    path.write_bytes(HEAD + b'1,"a\n2\n3,\xff\n')
    reader = Reader(path, "utf-8", ",")

    records = [record.values for record in reader.records()]

    assert records == [["id", "said"]]
    assert [fault.where for fault in reader.faults.told()] == [
        "said.csv, line 2",
        "said.csv, line 3",
        "said.csv, line 4",
    ]
