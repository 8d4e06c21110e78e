"""Logs written for other programs are read back as what they were."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest

from candlemark.errors import SettingRefused
from candlemark.measure.log import stay_table
from candlemark.measure.log.reading import Columns, read_events
from candlemark.measure.process import write_log
from stay_logs import event_log

ROWS = [
    ("Fall 1 & <2>", "told", "2021-01-01", "Rəis “A”"),
    ("Fall 1 & <2>", "noted", "2021-01-01", ""),
    ("Fall 1 & <2>", "told", "2021-01-01", "B"),  # against the usual order, on one day
    ("Fall 1 & <2>", "charged", "2021-03", "B"),
    ("دو", "told", "2020", ""),
    ("دو", "noted", "2021-05-05", ""),
    ("c", "told", "2021-06-30", "B"),
    ("c", "closed", "2021-07-01", "B"),
]
CODES = [
    ("c", "bias-grounds", "ethnicity"),
    ("دو", "bias-grounds", "refused", True),
    ("Fall 1 & <2>", "bias-grounds", "religion"),
]
COLUMNS = Columns(
    agency="org:group",
    schemes={"bias-grounds": "bias-grounds"},
    absences=frozenset({"refused"}),
    known_until=date(2021, 12, 31),
    final=frozenset({"closed"}),
    states=("told", "noted", "charged", "closed"),
)


@pytest.fixture(scope="module")
def table():
    rows = [
        (case, what, day, agency or None, n) for n, (case, what, day, agency) in enumerate(ROWS)
    ]
    log = event_log(
        rows,
        CODES,
        also=("agency", "seq"),
        known_until="2021-12-31",
        final=COLUMNS.final,
        order=COLUMNS.states,
    )
    return stay_table(log)


def written(table, form, path):
    with path.open("wb") as file:
        write_log(table, form, file)
    return path


def same(one, other):
    """The same stays of the same cases, whatever numbers they have."""

    def told(table):
        own = [state.own for state in table.states]
        names = table.cases.to_pylist()
        return sorted(
            (
                names[row["unit"]],
                row["seq"],
                own[row["state"]],
                table.agencies[row["agency"]],
                *(row[each] for each in ("entry", "exit", "entry_lo", "entry_hi", "exit_hi")),
                own[row["next"]] if row["next"] >= 0 else None,
            )
            for row in table.rows.to_pylist()
        )

    def coded(table):
        names = table.cases.to_pylist()
        return sorted(
            (names[row["unit"]], row["scheme"], row["term"], row["absent"])
            for row in table.codes.to_pylist()
        )

    assert told(one) == told(other)
    assert coded(one) == coded(other)


@pytest.mark.parametrize(
    ("form", "ending", "columns"),
    [("xes", "xes", COLUMNS), ("ocel", "json", replace(COLUMNS, case="case"))],
)
def test_what_was_written_is_read_back_to_the_tick(table, tmp_path, form, ending, columns):
    path = written(table, form, tmp_path / f"log.{ending}")
    same(table, stay_table(read_events(path, columns)))


def test_the_steps_of_one_day_keep_their_order_for_whoever_sorts_by_time(table, tmp_path):
    root = ET.parse(written(table, "xes", tmp_path / "log.xes")).getroot()
    space = "{http://www.xes-standard.org/}"
    trace = root.findall(f"{space}trace")[table.cases.to_pylist().index("Fall 1 & <2>")]
    stamps = [each.get("value") for each in trace.iter(f"{space}date")]
    assert stamps[:3] == ["2021-01-01T00:00:00Z", "2021-01-01T00:00:01Z", "2021-01-01T00:00:02Z"]
    assert stamps == sorted(stamps)


def test_a_span_says_both_its_ends_and_a_day_does_not(table, tmp_path):
    document = json.loads(written(table, "ocel", tmp_path / "log.json").read_bytes())
    said = {
        event["type"]: {one["name"]: one["value"] for one in event["attributes"]}
        for event in document["events"]
    }
    assert said["charged"] == {
        "precision": "span",
        "first_day": "2021-03-01",
        "last_day": "2021-03-31",
        "org:group": "B",
    }
    assert said["closed"] == {"precision": "day", "org:group": "B"}
    (about,) = (each for each in document["objects"] if each["type"] == "export")
    assert {
        "name": "export_known_until",
        "time": "1970-01-01T00:00:00Z",
        "value": "2021-12-31",
    } in (about["attributes"])
    ids = [event["id"] for event in document["events"]]
    assert len(set(ids)) == len(ids) == len(ROWS)
    known = {each["id"] for each in document["objects"]}
    assert all(
        one["objectId"] in known for event in document["events"] for one in event["relationships"]
    )


@pytest.mark.parametrize("form", ["xes", "ocel"])
def test_what_a_vault_holds_leaves_with_numbers_for_its_cases(table, tmp_path, form):
    text = written(replace(table, sealed=True), form, tmp_path / "log").read_text("utf-8")
    assert "Fall 1" not in text
    assert "unit-0" in text


def test_a_form_nobody_knows_is_refused(table, tmp_path):
    with pytest.raises(SettingRefused, match="no form 'mxml'"):
        written(table, "mxml", tmp_path / "log")
