"""Logs as others write them, and everything that is refused of them."""

from __future__ import annotations

import gzip
import json
import sqlite3
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import (
    ColumnsDiffer,
    IdsDamaged,
    NotMeasurable,
    NotUnderstood,
    SourceEmpty,
    SourceMalformed,
    SourceMissing,
)
from candlemark.measure.answers import Question, count
from candlemark.measure.log import stay_table
from candlemark.measure.log.reading import Columns, log_of, read_events
from candlemark.measure.log.reading.days import as_day, days_of

DAY = 18_690  # 2021-03-04


def days(texts, **more):
    found = days_of(pa.chunked_array([texts]), "when", **more)
    return list(zip(found.lo.to_pylist(), found.hi.to_pylist(), strict=True))


def written(tmp_path, text, name="log.csv"):
    (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return tmp_path / name


CSV = "case,activity,time\na,reported,2021-03-04\na,charged,2021-04\nb,reported,\n"


def facts(log):
    """Case, activity, first and last day of each event, whatever the form it came in."""
    columns = (log.events[name].to_pylist() for name in ("case", "activity", "lo", "hi"))
    return sorted(zip(*columns, strict=True), key=str)


def test_a_day_stays_the_day_that_was_written_whatever_zone_stands_behind_it():
    assert (
        days(
            [
                "2021-03-04",
                "2021-03-04T00:30:00+04:00",
                "2021-03-04 23:59:59.5-05:00",
                " 2021-03-04T12:00Z",
            ]
        )
        == [(DAY, DAY)] * 4
    )


def test_a_month_and_a_year_are_spans_and_an_empty_cell_is_no_day():
    assert days(["2021-03", "2021", "", None]) == [
        (18_687, 18_717),
        (18_628, 18_992),
        (None, None),
        (None, None),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ["04.03.2021"],
        ["2021-02-30"],
        ["soon"],
        ["44259"],
        ["2021-03-04T25:00"],
        ["2021-03-04 x"],
        ["2021/2022"],
        ["2021-03/2021-06"],
    ],
)
def test_times_that_cannot_be_read_are_refused_by_row_and_shape_without_what_they_say(texts):
    with pytest.raises(SourceMalformed) as refused:
        days(["2021-03-04", *texts])
    assert refused.value.message == "1 of 2 times cannot be read"
    assert refused.value.faults[0].where == "row 2, column when"
    assert texts[0] not in str(refused.value.faults[0])


def test_many_rows_that_cannot_be_read_are_counted_and_ten_are_named():
    with pytest.raises(SourceMalformed) as refused:
        days(["nothing"] * 25)
    assert len(refused.value.faults) == 11
    assert str(refused.value.faults[-1]) == "column when: 25 rows in all"


def test_days_in_another_form_are_read_when_it_is_said_and_keep_their_precision():
    assert days(["04.03.2021"], written="%d.%m.%Y") == [(DAY, DAY)]
    assert days(["03/2021"], written="%m/%Y") == [(18_687, 18_717)]
    assert days(["2021"], written="%Y") == [(18_628, 18_992)]
    assert days_of(
        pa.chunked_array([["04.03.2021 10:30"]]), "when", written="%d.%m.%Y %H:%M"
    ).time.tolist() == [37_800_000_000]
    with pytest.raises(SourceMalformed):
        days(["2021-03-04"], written="%d.%m.%Y")


def test_numbers_are_no_days():
    with pytest.raises(SourceMalformed, match="holds numbers, not days"):
        days(pa.array([44_259]))


@given(
    st.datetimes(datetime(1980, 1, 1), datetime(2060, 1, 1)),  # noqa: DTZ001 - a clock on a wall
    st.sampled_from(["Asia/Baku", "Europe/Rome", "America/Chicago", "Australia/Lord_Howe"]),
)
def test_neither_a_zone_nor_daylight_saving_shifts_a_civil_day(moment, zone):
    """Written by a program of that zone, moved to UTC by another, or as text: the day is one day."""
    expected = (moment.date() - date(1970, 1, 1)).days
    naive = pa.chunked_array([pa.array([moment], pa.timestamp("us"))])
    assert days_of(naive, "when").lo.to_pylist() == [expected]
    try:
        here = pa.compute.assume_timezone(naive, zone, ambiguous="earliest", nonexistent="raise")
    except pa.ArrowInvalid:
        return  # no clock of that zone ever showed this hour
    assert days_of(here, "when").lo.to_pylist() == [expected]
    utc = here.cast(pa.timestamp("us", "UTC"))
    assert days_of(utc, "when", zone=zone).lo.to_pylist() == [expected]
    text = [utc[0].as_py().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")]
    assert days(text, zone=zone) == [(expected, expected)]


def test_midnights_that_a_program_moved_to_the_day_before_are_refused_until_their_zone_is_named():
    moments = [datetime(2021, month, 4, tzinfo=UTC) for month in range(1, 13)]
    rome = pa.chunked_array([pa.array(moments).cast(pa.timestamp("us"))])
    rome = pa.compute.assume_timezone(rome, "Europe/Rome").cast(pa.timestamp("us", "UTC"))
    with pytest.raises(NotUnderstood, match="a day too early") as refused:
        days_of(rome, "when")
    assert "--zone" in refused.value.hint
    put_right = days_of(rome, "when", zone="Europe/Rome").lo.cast(pa.date32()).to_pylist()
    assert [day.day for day in put_right] == [4] * 12
    with pytest.raises(NotUnderstood, match="a day too early"):
        days([f"2021-{month:02}-03T23:00:00Z" for month in range(1, 13)])


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(NotUnderstood, match="no zone Mars/Base"):
        days(["2021-03-04T10:00Z"], zone="Mars/Base")
    with pytest.raises(NotUnderstood, match="no zone Mars/Base"):
        days_of(
            pa.chunked_array([pa.array([0], pa.timestamp("s", "UTC"))]), "when", zone="Mars/Base"
        )


def test_a_form_that_is_none_is_refused():
    with pytest.raises(SourceMalformed):
        days(["2021-03-04"], written="days")


def test_a_typed_day_is_a_whole_day():
    assert as_day("2021-03-04") == date(2021, 3, 4)
    for text in ("2021-03", "soon"):
        with pytest.raises(NotUnderstood):
            as_day(text)


def test_a_table_of_text_is_read_with_its_months_and_its_missing_days(tmp_path):
    assert facts(read_events(written(tmp_path, CSV))) == [
        ("a", "charged", 18_718, 18_747),
        ("a", "reported", DAY, DAY),
        ("b", "reported", None, None),
    ]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_other_delimiters_and_a_byte_order_mark_are_understood(tmp_path, delimiter):
    text = "\ufeff" + CSV.replace(",", delimiter)
    assert len(facts(read_events(written(tmp_path, text)))) == 3


def test_columns_are_named_or_missed_all_at_once(tmp_path):
    path = written(tmp_path, "file,what,when\n007,reported,2021-03-04\n")
    with pytest.raises(ColumnsDiffer) as refused:
        read_events(path)
    assert [fault.where for fault in refused.value.faults] == ["case", "activity", "time"]
    assert refused.value.hint == "it has the columns file, what, when"
    with pytest.raises(ColumnsDiffer, match="which case when"):
        read_events(path, Columns(case="file", activity="what", time="when", agency="office"))
    log = read_events(path, Columns(case="file", activity="what", time="when"))
    assert facts(log) == [("007", "reported", DAY, DAY)]


def test_rows_without_a_case_or_an_activity_are_refused_together(tmp_path):
    with pytest.raises(SourceMalformed) as refused:
        read_events(written(tmp_path, "case,activity,time\n,,2021-01-01\n , ,2021-01-02\n"))
    assert [str(fault) for fault in refused.value.faults] == [
        "column case: empty in every row",
        "column activity: empty in every row",
    ]
    with pytest.raises(SourceMalformed) as refused:
        read_events(written(tmp_path, "case,activity,time\na,x,2021-01-01\n,x,2021-01-02\n"))
    assert str(refused.value.faults[0]) == "column case: empty in 1 rows, first in row 2"


def test_identifiers_a_spreadsheet_has_rounded_are_refused(tmp_path):
    with pytest.raises(IdsDamaged) as refused:
        read_events(written(tmp_path, "case,activity,time\n2.01901E+14,x,2021-01-01\n"))
    assert str(refused.value.faults[0]) == "row 1, column case: rounded by a spreadsheet"
    with pytest.raises(IdsDamaged):
        log_of(pa.table({"case": [1.5], "activity": ["x"], "time": ["2021-01-01"]}))
    with pytest.raises(IdsDamaged):
        log_of(pa.table({"case": [2.0**60], "activity": ["x"], "time": ["2021-01-01"]}))


def test_whole_numbers_that_a_program_made_floating_are_themselves_again():
    log = log_of(
        pa.table({"case": [7.0, 7.0], "activity": ["x", "y"], "time": ["2021-01-01", "2021-01-02"]})
    )
    assert log.events["case"].to_pylist() == ["7", "7"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ("", SourceEmpty),
        ("case,activity,time\n", SourceEmpty),
        ("case,activity,time\na,b\n", SourceMalformed),
        (b"case,activity,time\n\xff\xfe,b,2021-01-01\n", SourceMalformed),
        (b"\xff\xfec\x00a\x00s\x00e\x00\n", SourceMalformed),
        (b"PAR1 and nothing else", SourceMalformed),
        (b"SQLite format 3\0 and nothing else", SourceMalformed),
        (b"\x1f\x8b and nothing else", SourceMalformed),
        (gzip.compress(b"case,activity,time\n", mtime=0), SourceMalformed),
        ("<log><trace></log>", SourceMalformed),
        ("<html></html>", SourceMalformed),
        ("<log></log>", SourceEmpty),
        ("{", SourceMalformed),
        ('{"events": [], "objects": 7}', SourceMalformed),
        ("<log><object-types/><events></log>", SourceMalformed),
    ],
)
def test_what_is_no_log_is_refused(tmp_path, content, error):
    with pytest.raises(error):
        read_events(written(tmp_path, content))


def test_a_file_that_is_not_there_is_named_without_its_folder(tmp_path):
    with pytest.raises(SourceMissing) as refused:
        read_events(tmp_path / "away.csv")
    assert str(tmp_path) not in refused.value.message


def test_lines_with_other_fields_than_the_headers_are_named(tmp_path):
    text = "case,activity,time\na,x,2021-01-01\na,x\na,x,2021-01-01,y\n"
    with pytest.raises(SourceMalformed, match="2 lines have not as many fields") as refused:
        read_events(written(tmp_path, text))
    assert [str(fault) for fault in refused.value.faults] == [
        "line 3: 2 fields, not 3",
        "line 4: 4 fields, not 3",
    ]


class Stream:
    """A data frame as pandas and Polars give theirs away."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


def test_a_frame_gives_the_log_its_table_gives(tmp_path):
    table = pa.table(
        {
            "case": pa.array(["a", "b"]).dictionary_encode(),
            "activity": ["x", "y"],
            "time": pa.array([date(2021, 3, 4), None]),
        }
    )
    pq.write_table(table, tmp_path / "log.parquet")
    expected = [("a", "x", DAY, DAY), ("b", "y", None, None)]
    for log in (log_of(table), log_of(Stream(table)), read_events(tmp_path / "log.parquet")):
        assert facts(log) == expected
    with pytest.raises(NotUnderstood, match="list is no table"):
        log_of([1, 2])


def test_terms_absences_agencies_and_spans_come_from_the_columns_that_are_named():
    table = pa.table(
        {
            "case": ["a", "a", "b"],
            "activity": ["x", "y", "x"],
            "time": ["2021-03-04", "2021-03-05", "2021-03-04"],
            "last": ["2021-03-08", "", None],
            "ground": ["religion", "religion", "unknown"],
            "office": ["north", "north", None],
            "n": [2, 1, 1],
        }
    )
    columns = Columns(
        until="last",
        agency="office",
        order="n",
        schemes={"bias-grounds": "ground"},
        absences=frozenset({"unknown"}),
    )
    log = log_of(table, columns)
    assert facts(log) == [
        ("a", "x", DAY, DAY + 4),
        ("a", "y", DAY + 1, DAY + 1),
        ("b", "x", DAY, DAY),
    ]
    assert [tuple(row.values()) for row in log.codes.to_pylist()] == [
        ("a", "bias-grounds", "religion", False),
        ("b", "bias-grounds", "unknown", True),
    ]
    assert log.events["agency"].to_pylist() == ["north", "north", None]
    assert log.events["seq"].to_pylist() == [2, 1, 1]
    with pytest.raises(SourceMalformed, match="is before time"):
        log_of(table.set_column(3, "last", [["2020-01-01"] * 3]), columns)
    with pytest.raises(SourceMalformed, match="whole number in every row"):
        log_of(table, Columns(order="ground"))


XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
<global scope="event"><string key="concept:name" value="none"/></global>
<trace>
 <string key="concept:name" value="a"/><string key="ground" value="religion"/>
 <event><string key="concept:name" value="x"/><date key="time:timestamp" value="2021-03-04T00:00:00.000+04:00"/>
  <list key="nested"><values><string key="concept:name" value="never"/></values></list></event>
 <event><string key="concept:name" value="z"/><date key="time:timestamp" value="2021-03-04T00:00:00.000+04:00"/></event>
 <event><string key="concept:name" value="y"/><date key="time:timestamp" value="2021-03-01T00:00:00Z"/>
  <string key="first_day" value="2021-03-01"/><string key="last_day" value="2021-03-31"/></event>
</trace>
</log>"""


def test_xes_is_read_with_the_order_of_its_traces_and_the_days_an_event_can_be(tmp_path):
    for name, content in (("a.xes", XES.encode()), ("a.xes.gz", gzip.compress(XES.encode()))):
        log = read_events(
            written(tmp_path, content, name), Columns(schemes={"bias-grounds": "ground"})
        )
        assert [
            row[:4]
            for row in zip(
                *(log.events[c].to_pylist() for c in ("case", "activity", "lo", "hi")), strict=True
            )
        ] == [
            ("a", "x", DAY, DAY),
            ("a", "z", DAY, DAY),
            ("a", "y", 18_687, 18_717),
        ]
        assert log.codes["term"].to_pylist() == ["religion"]
    table = stay_table(log)
    assert [table.states[place].own for place in table.rows["state"].to_pylist()] == ["x", "z", "y"]


def test_an_xml_that_declares_entities_is_refused_before_they_are_expanded(tmp_path):
    bomb = '<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + XES.split("?>", 1)[1]
    with pytest.raises(SourceMalformed, match="declares a type or entities"):
        read_events(written(tmp_path, bomb, "a.xes"))
    with pytest.raises(SourceMalformed, match="declares a type or entities"):
        read_events(
            written(
                tmp_path,
                "<!DOCTYPE log SYSTEM 'file:///etc/passwd'><log><object-types/></log>",
                "a.xml",
            )
        )


def test_of_an_event_told_in_steps_the_completion_counts(tmp_path):
    steps = "".join(
        f'<event><string key="concept:name" value="x"/><date key="time:timestamp" value="2021-03-0{day}"/>'
        f'<string key="lifecycle:transition" value="{step}"/></event>'
        for day, step in ((4, "start"), (5, "complete"))
    )
    log = read_events(
        written(
            tmp_path, f'<log><trace><string key="concept:name" value="a"/>{steps}</trace></log>'
        )
    )
    assert facts(log) == [("a", "x", DAY + 1, DAY + 1)]
    assert log.incomplete == 1
    table = stay_table(log)
    assert table.aside.incomplete == 1
    doubts = count(Question(table)).basis.doubts
    assert ("not-complete", 1) in [(doubt.code, doubt.count) for doubt in doubts]


def test_where_no_event_is_told_in_steps_nothing_is_left_out(tmp_path):
    event = (
        '<event><string key="concept:name" value="x"/>'
        '<date key="time:timestamp" value="2021-03-04"/>'
        '<string key="lifecycle:transition" value="start"/></event>'
    )
    log = read_events(
        written(
            tmp_path, f'<log><trace><string key="concept:name" value="a"/>{event}</trace></log>'
        )
    )
    assert (log.events.num_rows, log.incomplete) == (1, 0)


def test_traces_that_do_not_say_their_case_are_refused(tmp_path):
    event = '<event><string key="concept:name" value="x"/></event>'
    with pytest.raises(SourceMalformed) as refused:
        read_events(written(tmp_path, f"<log><trace>{event}</trace></log>"))
    assert str(refused.value.faults[0]) == "trace 1: has no concept:name"


def ocel_json():
    return {
        "objectTypes": [{"name": "case", "attributes": []}, {"name": "person", "attributes": []}],
        "eventTypes": [],
        "objects": [
            {"id": "a", "type": "case", "attributes": [
                {"name": "ground", "time": "1970-01-01T00:00:00Z", "value": "religion"},
                {"name": "ground", "time": "2022-01-01T00:00:00Z", "value": "later"},
            ]},
            {"id": "b", "type": "case"},
            {"id": "p", "type": "person"},
        ],
        "events": [
            {"id": "1", "type": "x", "time": "2021-03-04T00:00:00Z", "relationships": [{"objectId": "a", "qualifier": ""}, {"objectId": "b", "qualifier": ""}, {"objectId": "p", "qualifier": ""}]},
            {"id": "2", "type": "y", "time": "2021-03-01T00:00:00Z", "attributes": [{"name": "first_day", "value": "2021-03-01"}, {"name": "last_day", "value": "2021-03-31"}], "relationships": [{"objectId": "a", "qualifier": ""}]},
        ],
    }  # fmt: skip


def ocel_xml():
    return """<log><object-types/><event-types/><objects>
    <object id="a" type="case"><attributes><attribute name="ground" time="2022-01-01T00:00:00Z">later</attribute>
     <attribute name="ground" time="1970-01-01T00:00:00Z">religion</attribute></attributes>
     <objects><relationship object-id="p" qualifier="of"/></objects></object>
    <object id="b" type="case"/><object id="p" type="person"/></objects><events>
    <event id="1" type="x" time="2021-03-04T00:00:00Z"><objects><relationship object-id="a" qualifier=""/><relationship object-id="b" qualifier=""/><relationship object-id="p" qualifier=""/></objects></event>
    <event id="2" type="y" time="2021-03-01T00:00:00Z"><attributes><attribute name="first_day">2021-03-01</attribute><attribute name="last_day">2021-03-31</attribute></attributes><objects><relationship object-id="a" qualifier=""/></objects></event>
    </events></log>"""


def ocel_sqlite(path):
    with sqlite3.connect(path) as file:
        file.executescript(
            """
            CREATE TABLE event (ocel_id TEXT, ocel_type TEXT); CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);
            CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT);
            CREATE TABLE object_map_type (ocel_type TEXT, ocel_type_map TEXT);
            CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);
            CREATE TABLE "event_x" (ocel_id TEXT, ocel_time TEXT);
            CREATE TABLE "event_y" (ocel_id TEXT, ocel_time TEXT, first_day TEXT, last_day TEXT);
            CREATE TABLE "object_case" (ocel_id TEXT, ocel_time TEXT, ground TEXT, ocel_changed_field TEXT);
            INSERT INTO event VALUES ('1', 'x'), ('2', 'y');
            INSERT INTO object VALUES ('a', 'case'), ('b', 'case'), ('p', 'person');
            INSERT INTO event_map_type VALUES ('x', 'x'), ('y', 'y');
            INSERT INTO object_map_type VALUES ('case', 'case'), ('person', 'person');
            INSERT INTO event_object VALUES ('1', 'a', ''), ('1', 'b', ''), ('1', 'p', ''), ('2', 'a', '');
            INSERT INTO event_x VALUES ('1', '2021-03-04 00:00:00');
            INSERT INTO event_y VALUES ('2', '2021-03-01 00:00:00', '2021-03-01', '2021-03-31');
            INSERT INTO object_case VALUES ('a', '2022-01-01 00:00:00', 'later', 'ground'),
                ('a', '1970-01-01 00:00:00', 'religion', NULL), ('b', '1970-01-01 00:00:00', NULL, NULL);
            """
        )
    file.close()
    return path


def test_ocel_is_the_same_log_in_each_of_its_three_forms(tmp_path):
    forms = [
        written(tmp_path, json.dumps(ocel_json()), "a.json"),
        written(tmp_path, ocel_xml(), "a.xml"),
        ocel_sqlite(tmp_path / "a.sqlite"),
    ]
    for path in forms:
        log = read_events(path, Columns(case="case", schemes={"bias-grounds": "ground"}))
        assert facts(log) == [
            ("a", "x", DAY, DAY),
            ("a", "y", 18_687, 18_717),
            ("b", "x", DAY, DAY),
        ], path
        assert log.codes["term"].to_pylist() == ["religion"], path
        with pytest.raises(NotUnderstood, match="several types") as refused:
            read_events(path)
        assert refused.value.hint == "name one with --case: case, person"
        with pytest.raises(NotUnderstood, match="of the type charge"):
            read_events(path, Columns(case="charge"))


def test_a_log_whose_activity_is_different_in_every_row_is_refused():
    rows = [str(n) for n in range(1_001)]
    log = log_of(pa.table({"case": rows, "activity": rows, "time": ["2021-01-01"] * len(rows)}))
    with pytest.raises(NotMeasurable, match="1,001 kinds of activity"):
        stay_table(log)
