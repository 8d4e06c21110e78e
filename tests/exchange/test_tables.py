"""Whatever a table was saved as, the same cells come out; what is no table is refused in words."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from candlemark.errors import IdsDamaged, SourceEmpty, SourceMalformed
from candlemark.exchange import read_table, tables
from candlemark.exchange.out.sheets import Sheet, sheets_file

LINES = [["Номер", "Başlıq"], ["A-1", "Bakıda, gecə"], ["A-2", "در تهران"]]


def as_csv(separator, encoding, lines=LINES):
    quoted = (separator.join(f'"{cell}"' for cell in line) for line in lines)
    return "\r\n".join(quoted).encode(encoding)


def as_workbook(lines, name="one"):
    head, *rest = [tuple(line) for line in lines]
    return sheets_file([Sheet(name, head, rest)])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_in_any_common_encoding_and_separator(separator, encoding):
    table = read_table(as_csv(separator, encoding))
    assert [list(table.headers), *map(list, table.rows)] == LINES


OLDER = {
    "cp1251": ["Дело о поджоге на улице", "Обвиняемый оправдан судом"],
    "cp1254": ["Kavga: şüpheli, İstanbul, ığdır", "Mağdur şikâyetçi değil"],
    "cp1256": ["پرونده حمله در بازار تبريز", "مظنون آزاد شد و رفت"],
}


@pytest.mark.parametrize("encoding", OLDER)
def test_an_older_encoding_is_told_by_its_letters(encoding):
    lines = [["id", "title"], *([str(n), text] for n, text in enumerate(OLDER[encoding]))]
    content = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    table = read_table(content.encode(encoding, errors="ignore"))
    assert table.encoding == encoding


def test_a_workbook_gives_what_a_csv_gives():
    table = read_table(as_workbook(LINES))
    assert [list(table.headers), *map(list, table.rows)] == LINES
    assert (table.sort, table.sheet) == ("workbook", "one")


def test_a_number_keeps_no_decimal_point_and_one_that_was_rounded_shows_it():
    assert [tables._text(one) for one in (12.0, 12.5, 2.01901e14, 2.01901e17)] == [
        "12", "12.5", "201901000000000", "2.01901E+17",
    ]  # fmt: skip
    assert tables._text(date(2019, 5, 3)) == date(2019, 5, 3)


def test_headers_are_each_there_once_and_rows_are_as_wide_as_they():
    table = read_table(b"a,a,,b\n1,2\n\n3,4,5,6\n,,,\n")
    assert table.headers == ("a", "a (2)", "#3", "b")
    assert table.rows == (("1", "2", "", ""), ("", "", "", ""), ("3", "4", "5", "6"))


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (401 * 1024 * 1024))
    return packed.getvalue()


def other_zip():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("letter.docx", "x")
    return packed.getvalue()


NO_TABLES = {
    "a PDF": b"%PDF-1.7 something",
    "a picture": b"\x89PNG\r\n\x1a\n",
    "bytes": b"a,b\n\0\0\0",
    "half a workbook": as_workbook(LINES)[:300],
    "another ZIP": other_zip(),
    "quotation marks that do not close": b'a,b\n"1,2\n3,4',
    "half of UTF-16": b"\xff\xfea",
    "bytes of no alphabet": bytes(range(128, 160)) * 3,
    "XML that declares entities": b'<!DOCTYPE x [<!ENTITY a "b">]><events xmlns="http://www.huridocs.org/"/>',
    "XML that is cut": b'<events xmlns="http://www.huridocs.org/"><event>',
}


@pytest.mark.parametrize("what", NO_TABLES)
def test_what_is_no_table_is_refused(what):
    with pytest.raises(SourceMalformed) as refused:
        read_table(NO_TABLES[what])
    assert refused.value.hint


def test_a_workbook_that_becomes_too_large_is_not_opened():
    content = bomb()
    assert len(content) < 1_000_000
    with pytest.raises(SourceMalformed, match="far too large"):
        read_table(content)


@pytest.mark.parametrize("content", [b"", b"  \n ", b"a,b\n", b",,\n,,\n", as_workbook([["", ""]])])
def test_a_table_without_rows_is_refused(content):
    with pytest.raises(SourceEmpty):
        read_table(content)


def test_a_file_or_table_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    with pytest.raises(SourceMalformed, match="3 rows"):
        read_table(b"a\n1\n2\n3\n")
    monkeypatch.setattr(tables, "MOST_BYTES", 5)
    with pytest.raises(SourceMalformed, match="too large"):
        read_table(b"a,b\n1,2\n")


def test_numbers_of_cases_that_a_spreadsheet_rounded_are_refused(desk):
    with pytest.raises(IdsDamaged, match="1 numbers"):
        desk.plan("reference,title\n2.01901E+14,one\nA-2,two\n")


EVENTS = """<?xml version="1.0" encoding="UTF-8"?>
<events xmlns='http://www.huridocs.org/'>
<event><event_record_number>E-1</event_record_number><event_title>A raid</event_title>
<initial_date>2014-05-00</initial_date><event_description>They came at night.</event_description>
<act><type_of_act>010101</type_of_act><victim>P-1</victim>
<involvement><perpetrator>P-2</perpetrator></involvement></act>
<act><victim>P-1</victim></act></event>
<person><person_record_number>P-1</person_record_number><person_name>One Victim</person_name></person>
<person><person_record_number>P-2</person_record_number><person_name>One Officer</person_name></person>
</events>"""


def test_an_export_of_openevsys_is_a_table_of_its_events(desk):
    plan = desk.bring(EVENTS)
    case = desk.case("E-1")

    assert plan.counts == {"new": 1}
    assert (case.title, str(case.incidents[0].when)) == ("A raid", "2014-05")
    assert case.incidents[0].words == {"en": "They came at night."}
    assert [(one.roles, one.names[0].text) for one in case.persons] == [
        (("victim",), "One Victim"),
        (("suspect",), "One Officer"),
    ]


def test_an_export_of_uwazi_is_read_with_its_tongues_and_lists(desk):
    text = (
        "title__en,title__az,Date added,Country,Victims,Bias ground,shared id\n"
        "A raid,Basqın,2020-02-01,Azerbaijan,One Victim|Another Victim,ethnicity|religion,x1\n"
    )
    table = desk.plan(text)
    assert table.counts == {"new": 1}
    desk.bring(text.replace("shared id", "sharedId"))
    case = desk.case("x1")

    assert case.titles == {"en": "A raid", "az": "Basqın"}
    assert len(case.persons) == 2
    assert [one.ground for one in case.incidents[0].grounds] == ["ethnicity", "religion"]
    assert case.incidents[0].country == "AZ"
