"""What leaves is complete, says what is in it, holds nobody's name unasked, and can be read back."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree as ET

import pytest

from candlemark import casefile, exchange
from candlemark.casefile import facts
from candlemark.casefile.listing import Filter
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.dates import PartialDate
from candlemark.errors import SourceMalformed
from candlemark.exchange import Form, Terms
from candlemark.exchange.out.complete import keep_complete, looks_complete, read_complete
from candlemark.exchange.out.spreadsheets import guarded
from candlemark.ids import new_id
from candlemark.ledger import Vault

TODAY = date(2026, 3, 1)
XES = "{http://www.xes-standard.org/}"


@pytest.fixture(scope="module")
def public(edition):
    vault = Vault.in_memory(casefile.KINDS)
    say_public_cases(vault.ledger, edition)
    return vault


def taken(vault, edition, **terms):
    return exchange.take(vault.ledger, edition, Filter(), TODAY, Terms(**terms), vault="A vault")


@pytest.mark.parametrize("form", list(Form))
def test_nobody_is_named_unless_it_was_asked_for(public, edition, form):
    names = {
        name.text
        for case in casefile.cases(public.ledger)
        for one in case.persons
        for name in one.names
    }
    content = exchange.export(taken(public, edition), form).content
    texts = [content.decode("utf-8", "replace")]
    if form in {Form.TABLES, Form.XLSX}:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            texts = [packed.read(one).decode() for one in packed.namelist()]
    assert len(names) > 5
    assert [one for one in names for text in texts if one in text] == []


def test_json_with_names_gives_the_same_cases_back(public, edition):
    made = exchange.export(taken(public, edition, identities=True), Form.JSON)
    other = Vault.in_memory(casefile.KINDS)
    read = read_complete(made.content)

    assert looks_complete(made.content)
    assert keep_complete(other.ledger, read) == len(read)
    assert keep_complete(other.ledger, read) == 0, "what is there already is not said again"
    again = exchange.export(taken(other, edition, identities=True), Form.JSON).content
    old, new = (json.loads(one)["entries"] for one in (made.content, again))
    assert [sorted(map(str, one["statements"])) for one in old] == [
        sorted(map(str, one["statements"])) for one in new
    ]
    for one, other_one in zip(
        casefile.cases(public.ledger), casefile.cases(other.ledger), strict=True
    ):
        assert (one.id, one.persons, one.stage_events) == (
            other_one.id, other_one.persons, other_one.stage_events,
        )  # fmt: skip


DAMAGED = {
    "no JSON": b"{",
    "another format": b'{"format": "x", "version": 1, "entries": []}',
    "a later version": b'{"format": "candlemark-cases", "version": 2, "entries": []}',
    "no entries": b'{"format": "candlemark-cases", "version": 1}',
    "an unknown kind": b'{"format":"candlemark-cases","version":1,"entries":[{"language":"en","statements":[{"kind":"case.x","kind_version":1}]}]}',
    "a field of another sort": b'{"format":"candlemark-cases","version":1,"entries":[{"language":"en","statements":[{"kind":"case.note","kind_version":1,"id":1,"case":"x","edition":"e","words":[]}]}]}',
    "a field that is not there": b'{"format":"candlemark-cases","version":1,"entries":[{"language":"en","statements":[{"kind":"case.note","kind_version":1,"id":"a","case":"x","edition":"e","words":[],"more":1}]}]}',
    "a day that is none": b'{"format":"candlemark-cases","version":1,"entries":[{"language":"en","statements":[{"kind":"case.note","kind_version":1,"id":"a","case":"x","edition":"e","words":[],"when":"2019-13"}]}]}',
    "a list": b"[]",
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_json_file_that_is_not_such_an_export_is_refused(what):
    with pytest.raises(SourceMalformed):
        read_complete(DAMAGED[what])


def test_a_workbook_and_the_csv_tables_say_the_same(public, edition):
    out = taken(public, edition)
    workbook = exchange.export(out, Form.XLSX).content
    with zipfile.ZipFile(io.BytesIO(exchange.export(out, Form.TABLES).content)) as packed:
        names = [one.removesuffix(".csv") for one in packed.namelist() if one.endswith(".csv")]
        assert "README.txt" in packed.namelist()
        for name in names:
            rows = list(csv.reader(io.StringIO(packed.read(f"{name}.csv").decode("utf-8-sig"))))
            if len(rows) < 2:
                continue
            sheet = exchange.read_table(workbook, name)
            assert list(sheet.headers) == rows[0]
            assert [[str(cell) for cell in row] for row in sheet.rows] == [
                [cell.strip() for cell in row] for row in rows[1:]
            ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_of_a_csv_is_a_formula(text):
    assert guarded(text) == f"'{text}"
    assert (guarded("x=1"), guarded(-1), guarded("")) == ("x=1", -1, "")


TEXT = str
PAIR = {"name": TEXT, "type": TEXT}
RELATED = [{"objectId": TEXT, "qualifier": TEXT}]
OCEL_2 = {
    "eventTypes": [{"name": TEXT, "attributes": [PAIR]}],
    "objectTypes": [{"name": TEXT, "attributes": [PAIR]}],
    "events": [
        {
            "id": TEXT, "type": TEXT, "time": datetime, "relationships": RELATED,
            "attributes": [{"name": TEXT, "value": TEXT}],
        }
    ],
    "objects": [
        {
            "id": TEXT, "type": TEXT, "relationships": RELATED,
            "attributes": [{"name": TEXT, "value": TEXT, "time": datetime}],
        }
    ],
}  # fmt: skip
"""What the specification of OCEL 2.0 (8.2) asks of a JSON log, in our words: its schema itself names
no licence under which it could lie here.  What is optional there is always written here."""


def misfits(shape, value, at="log"):
    """Where a value is not of a shape."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [at]
        return [one for n, each in enumerate(value) for one in misfits(shape[0], each, f"{at}/{n}")]
    if isinstance(shape, dict):
        if not isinstance(value, dict) or set(value) != set(shape):
            return [at]
        return [one for key in shape for one in misfits(shape[key], value[key], f"{at}/{key}")]
    if shape is datetime:
        whole = isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
        return [] if whole and value.endswith("Z") else [at]
    return [] if isinstance(value, shape) else [at]


def test_an_ocel_log_has_the_structure_the_specification_asks_for(public, between, edition):
    for vault in (public, between):
        log = json.loads(exchange.export(taken(vault, edition), Form.OCEL).content)
        assert misfits(OCEL_2, log) == []
        for side in ("eventTypes", "objectTypes"):
            kinds = {each["type"] for one in log[side] for each in one["attributes"]}
            assert kinds <= {"string", "time", "integer", "float", "boolean"}
            names = [one["name"] for one in log[side]]
            assert len(set(names)) == len(names)
    del log["events"][0]["time"]
    assert misfits(OCEL_2, log) == ["log/events/0"]


SCHEMA_OF_EVENT = {"id", "type", "time", "attributes", "relationships"}


def test_an_ocel_log_declares_what_it_uses_and_relates_to_what_is_there(public, edition):
    log = json.loads(exchange.export(taken(public, edition), Form.OCEL).content)
    assert set(log) == {"eventTypes", "objectTypes", "events", "objects"}
    declared = {
        side: {one["name"]: {each["name"] for each in one["attributes"]} for one in log[side]}
        for side in ("eventTypes", "objectTypes")
    }
    ids = {one["id"] for one in log["objects"]}
    assert len(ids) == len(log["objects"])
    for one in log["events"]:
        assert set(one) == SCHEMA_OF_EVENT
        assert {each["name"] for each in one["attributes"]} <= declared["eventTypes"][one["type"]]
        assert all(isinstance(each["value"], str) for each in one["attributes"])
    for one in log["objects"]:
        assert {each["name"] for each in one["attributes"]} <= declared["objectTypes"][one["type"]]
        assert all(set(each) == {"name", "time", "value"} for each in one["attributes"])
    for one in (*log["events"], *log["objects"]):
        assert {each["objectId"] for each in one["relationships"]} <= ids
        assert all(set(each) == {"objectId", "qualifier"} for each in one["relationships"])
    dated = sum(
        event.when is not None
        for case in casefile.cases(public.ledger)
        for event in case.stage_events
    )
    assert len(log["events"]) == dated


def test_a_date_that_is_no_day_says_so_in_both_logs(public, edition):
    out = taken(public, edition)
    events = json.loads(exchange.export(out, Form.OCEL).content)["events"]
    coarse = [
        {each["name"]: each["value"] for each in one["attributes"]} | {"time": one["time"]}
        for one in events
    ]
    months = [one for one in coarse if one["precision"] == "month"]
    assert months
    for one in coarse:
        when = one["first_day"][: {"year": 4, "month": 7, "day": 10}[one["precision"]]]
        assert str(PartialDate.parse(when).latest) == one["last_day"]
        assert one["time"] == f"{one['first_day']}T00:00:00Z"
    root = ET.fromstring(exchange.export(out, Form.XES).content)
    for event in root.iter(f"{XES}event"):
        said = {one.get("key"): one.get("value") for one in event}
        assert said["time:timestamp"] == f"{said['first_day']}T00:00:00Z"
        assert said["precision"] in {"year", "month", "day"}


@pytest.fixture(scope="module")
def between(edition):
    """A case whose stage was reached at some time between two months."""
    vault = Vault.in_memory(casefile.KINDS)
    case = casefile.open_case(vault.ledger, edition, {"en": "A neutral title"})
    given = {"case": case, "edition": edition.code}
    when = PartialDate.parse("2014-03/2014-06")
    person = new_id("person")
    said = (
        facts.PersonInRole(id=new_id("fact"), **given, person=person, roles=("suspect",)),
        facts.ConsentStated(
            id=new_id("fact"), **given, consent=new_id("consent"), person=person,
            use="statistics", answer="given", when=PartialDate(2014),
            review=PartialDate.parse("2016/2017"),
        ),
        facts.StageReached(
            id=new_id("fact"), **given, stage="charged", when=when, person=person
        ),
    )  # fmt: skip
    casefile.say(vault.ledger, edition, said)
    return vault


def test_a_range_leaves_with_both_bounds_in_every_form(between, edition):
    out = taken(between, edition, identities=True)

    with zipfile.ZipFile(io.BytesIO(exchange.export(out, Form.TABLES).content)) as packed:
        tables = {
            name: list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"))))
            for name in packed.namelist()
            if name.endswith(".csv")
        }
    (stage,) = tables["stages.csv"]
    assert [stage[f"when{part}"] for part in ("", "_first", "_last")] == [
        "2014-03/2014-06", "2014-03-01", "2014-06-30",
    ]  # fmt: skip
    assert tables["consents.csv"][0]["review"] == "2016/2017"

    (event,) = json.loads(exchange.export(out, Form.OCEL).content)["events"]
    said = {one["name"]: one["value"] for one in event["attributes"]}
    assert event["time"] == "2014-03-01T00:00:00Z"
    assert (said["precision"], said["first_day"], said["last_day"]) == (
        "range", "2014-03-01", "2014-06-30",
    )  # fmt: skip
    root = ET.fromstring(exchange.export(out, Form.XES).content)
    (of_xes,) = ({one.get("key"): one.get("value") for one in e} for e in root.iter(f"{XES}event"))
    assert (of_xes["time:timestamp"], of_xes["last_day"]) == ("2014-03-01T00:00:00Z", "2014-06-30")

    content = exchange.export(out, Form.JSON).content
    assert b'"2014-03/2014-06"' in content
    other = Vault.in_memory(casefile.KINDS)
    keep_complete(other.ledger, read_complete(content))
    one, again = (next(iter(casefile.cases(each.ledger))) for each in (between, other))
    assert (one.stage_events, one.consents) == (again.stage_events, again.consents)


def test_an_xes_log_holds_every_way_once(public, edition):
    root = ET.fromstring(exchange.export(taken(public, edition), Form.XES).content)
    ways = sum(len(casefile.person_paths(case)) for case in casefile.cases(public.ledger))
    traces = list(root.iter(f"{XES}trace"))
    names = {
        one.get("value") for trace in traces for one in trace if one.get("key") == "concept:name"
    }

    assert root.tag == f"{XES}log"
    assert len(traces) == len(names) == ways
    declared = {one.get("prefix") for one in root.iter(f"{XES}extension")}
    keys = {one.get("key") for one in root.iter() if one.get("key")}
    assert {key.split(":")[0] for key in keys if ":" in key} <= declared


def test_cases_of_somebody_who_does_not_agree_are_left_out_and_counted(desk):
    desk.bring("reference,title,victim\nA-1,One,A\nA-2,Two,B\nA-3,Three,C\n")
    answers = {"A-1": "given", "A-2": "refused"}
    for reference, answer in answers.items():
        case = desk.case(reference)
        consent = facts.ConsentStated(
            id=new_id("fact"), case=case.id, edition=desk.edition.code, consent=new_id("consent"),
            person=case.persons[0].id, use="statistics", answer=answer,
        )  # fmt: skip
        casefile.say(desk.ledger, desk.edition, [consent])
    out = taken(desk.vault, desk.edition, use="statistics")

    assert [case.reference for case in out.cases] == ["A-1", "A-3"]
    assert out.left_out == 1
    assert (
        "Left out because somebody does not agree to this use: 1."
        in exchange.export(out, Form.JSON).content.decode()
    )
    assert len(taken(desk.vault, desk.edition).cases) == 3, "the group's own work asks nobody"


def test_only_the_cases_asked_for_leave(public, edition):
    ids = [case.id for case in casefile.cases(public.ledger)]
    out = exchange.take(public.ledger, edition, Filter(among=(ids[1],)), TODAY)
    assert [case.id for case in out.cases] == [ids[1]]


@pytest.mark.parametrize("form", list(Form))
def test_no_case_at_all_still_makes_a_file(edition, form):
    empty = Vault.in_memory(casefile.KINDS)
    assert exchange.export(taken(empty, edition), form).content


def test_the_region_leaves_with_the_place_as_code_and_label_and_json_gives_it_back(edition):
    vault, other = (Vault.in_memory(casefile.KINDS) for _ in range(2))
    for fields in ({"region": "az-lan"}, {"absent": (facts.Absence("region", "refused"),)}):
        case = casefile.open_case(vault.ledger, edition, {"en": "A window at night"})
        said = facts.IncidentDescribed(
            id=new_id("fact"), case=case, edition=edition.code, incident=new_id("incident"),
            when=PartialDate(2025), **fields,
        )  # fmt: skip
        casefile.say(vault.ledger, edition, [said])
    files = exchange.export(taken(vault, edition), Form.CSV).content.decode("utf-8-sig")
    with zipfile.ZipFile(
        io.BytesIO(exchange.export(taken(vault, edition), Form.TABLES).content)
    ) as packed:
        table = packed.read("incidents.csv").decode("utf-8-sig")
    kept = exchange.export(taken(vault, edition), Form.JSON).content
    keep_complete(other.ledger, read_complete(kept))

    for text in (files, table):
        rows = list(csv.DictReader(io.StringIO(text)))
        assert [(one["region"], one["region_label"]) for one in rows] == [
            ("az-lan", "Lankaran"),
            ("refused", "Refused"),
        ]
    assert [one.incident.region for one in casefile.cases(other.ledger)] == ["az-lan", ""]
    assert [dict(one.incident.absent) for one in casefile.cases(other.ledger)] == [
        {},
        {"region": "refused"},
    ]
