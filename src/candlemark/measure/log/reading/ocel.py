"""OCEL 2.0 as an event log: events about several objects, seen from the objects of one type.

The type says what a case is; a file with several types is refused until somebody names one.  An
event about two objects of that type happened to both.  Read are the three forms of the standard:
JSON, XML (streamed, and refused when it declares entities), and SQLite (opened for reading only).
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

import pyarrow as pa

from candlemark.errors import NotUnderstood, SourceEmpty, SourceMalformed
from candlemark.measure.log.reading.tables import log_of_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from candlemark.measure.log.event_log import EventLog
    from candlemark.measure.log.reading.columns import Columns

_BROKEN: Final = "the file is no whole OCEL 2.0"
_AGAIN: Final = "export the log again, as OCEL 2.0"


@dataclass(slots=True)
class _Happening:
    """One event."""

    activity: str
    time: str | None
    said: dict[str, str] = field(default_factory=dict)
    objects: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Objects:
    """What a file says of objects: their types, and the first value of each attribute."""

    types: dict[str, str] = field(default_factory=dict)
    said: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)

    def say(self, thing: str, name: str, value: str, time: str) -> None:
        """An attribute had a value from some time on; the earliest counts."""
        mine = self.said.setdefault(thing, {})
        if name not in mine or time < mine[name][0]:
            mine[name] = (time, value)

    def value(self, thing: str, name: str) -> str | None:
        """What it was at first."""
        return self.said.get(thing, {}).get(name, ("", None))[1]


def log_of_ocel_json(path: Path, columns: Columns) -> EventLog:
    """The event log of OCEL 2.0 in JSON."""
    try:
        whole = json.loads(path.read_bytes())
        things = _Objects()
        for each in whole["objects"]:
            things.types[str(each["id"])] = str(each["type"])
            for said in each.get("attributes", ()):
                things.say(
                    str(each["id"]), str(said["name"]), str(said["value"]), str(said.get("time"))
                )
        events = [
            _Happening(
                str(each["type"]),
                str(each["time"]),
                {str(one["name"]): str(one["value"]) for one in each.get("attributes", ())},
                [str(one["objectId"]) for one in each.get("relationships", ())],
            )
            for each in whole["events"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise SourceMalformed(_BROKEN, hint=_AGAIN) from None
    return _log(events, things, columns, path.name)


def log_of_ocel_xml(path: Path, columns: Columns) -> EventLog:
    """The event log of OCEL 2.0 in XML."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _declared
    parser.EntityDeclHandler = _declared
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise SourceMalformed(f"this XML is damaged in line {error.lineno}", hint=_AGAIN) from None
    return _log(reader.events, reader.things, columns, path.name)


def _declared(*_: object) -> None:
    raise SourceMalformed("this XML declares a type or entities of its own", hint=_AGAIN)


class _Reader:
    """Events and objects of an XML file while it is read."""

    def __init__(self) -> None:
        self.events: list[_Happening] = []
        self.things = _Objects()
        self._thing = ""
        self._event: _Happening | None = None
        self._attribute: tuple[str, str] | None = None
        self._text: list[str] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "object" and "type" in attributes:
            self._thing = attributes.get("id", "")
            self.things.types[self._thing] = attributes["type"]
        elif name == "event" and "type" in attributes:
            self._event = _Happening(attributes["type"], attributes.get("time"))
        elif name == "attribute" and (self._event is not None or self._thing):
            self._attribute = (attributes.get("name", ""), attributes.get("time", ""))
            self._text = []
        elif name in {"relationship", "object"} and self._event is not None:
            self._event.objects.append(attributes.get("object-id", ""))

    def text(self, text: str) -> None:
        """Text inside an element."""
        if self._attribute is not None:
            self._text.append(text)

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "attribute" and self._attribute is not None:
            value = "".join(self._text).strip()
            if self._event is not None:
                self._event.said[self._attribute[0]] = value
            else:
                self.things.say(self._thing, self._attribute[0], value, self._attribute[1])
            self._attribute = None
        elif name == "event" and self._event is not None:
            self.events.append(self._event)
            self._event = None
        elif name == "object" and self._event is None:
            self._thing = ""


def log_of_ocel_sqlite(path: Path, columns: Columns) -> EventLog:
    """The event log of OCEL 2.0 in SQLite; the file is not written to, and nothing in it is run."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            file.execute("PRAGMA trusted_schema = OFF")
            file.row_factory = sqlite3.Row
            things = _things_of(file)
            events = _events_of(file)
    except (sqlite3.Error, KeyError, IndexError):
        raise SourceMalformed(_BROKEN, hint=_AGAIN) from None
    return _log(events.values(), things, columns, path.name)


def _things_of(file: sqlite3.Connection) -> _Objects:
    things = _Objects()
    for one, kind in file.execute("SELECT ocel_id, ocel_type FROM object"):
        things.types[str(one)] = str(kind)
    for table in _tables(file, "object"):
        for row in file.execute(f"SELECT * FROM {table}"):
            for name, value in _said(row).items():
                things.say(str(row["ocel_id"]), name, value, str(row["ocel_time"]))
    return things


def _events_of(file: sqlite3.Connection) -> dict[str, _Happening]:
    events = {}
    kinds = dict(file.execute("SELECT ocel_id, ocel_type FROM event").fetchall())
    for table in _tables(file, "event"):
        for row in file.execute(f"SELECT * FROM {table}"):
            time = row["ocel_time"]
            events[str(row["ocel_id"])] = _Happening(
                str(kinds[row["ocel_id"]]), None if time is None else str(time), _said(row)
            )
    for event, thing in file.execute("SELECT ocel_event_id, ocel_object_id FROM event_object"):
        events[str(event)].objects.append(str(thing))
    return events


def _said(row: sqlite3.Row) -> dict[str, str]:
    """The attributes of a row, as texts."""
    pairs = zip(row.keys(), row, strict=True)
    return {
        name: str(value)
        for name, value in pairs
        if not name.startswith("ocel_") and value is not None
    }


def _tables(file: sqlite3.Connection, what: str) -> list[str]:
    """The tables of the types of events or of objects, as SQL names them."""
    there = {
        name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    mapped = [row[0] for row in file.execute(f"SELECT ocel_type_map FROM {what}_map_type")]
    return [
        '"' + f"{what}_{name}".replace('"', '""') + '"'
        for name in dict.fromkeys(mapped)
        if f"{what}_{name}" in there
    ]


def _log(events: Iterable[_Happening], things: _Objects, columns: Columns, source: str) -> EventLog:
    """The log of one type of objects."""
    kind = _kind(things, columns)
    names = ("case", "activity", "time", "until")
    extra = [columns.agency, columns.cluster, *columns.schemes.values()]
    rows: dict[str, list[str | None]] = {name: [] for name in (*names, *filter(None, extra))}
    for event in events:
        for thing in dict.fromkeys(event.objects):
            if things.types.get(thing) != kind:
                continue
            rows["case"].append(thing)
            rows["activity"].append(event.activity)
            rows["time"].append(event.said.get("first_day") or event.time)
            rows["until"].append(event.said.get("last_day") or None)
            for name in rows.keys() - set(names):
                rows[name].append(event.said.get(name) or things.value(thing, name))
    if not rows["case"]:
        raise SourceEmpty(
            f"no event of the log is about an object of the type {kind}",
            hint=f"name another type with --case: {', '.join(sorted(set(things.types.values())))}",
        )
    spans = any(rows["until"])
    table = pa.table({name: pa.array(values, pa.string()) for name, values in rows.items()})
    named = replace(columns, case="case", activity="activity", time="time", order="")
    return log_of_table(table, replace(named, until="until" if spans else ""), source)


def _kind(things: _Objects, columns: Columns) -> str:
    kinds: dict[str, Any] = dict.fromkeys(things.types.values())
    if columns.case in kinds:
        return columns.case
    if columns.case or len(kinds) != 1:
        raise NotUnderstood(
            f"the log has no objects of the type {columns.case}"
            if columns.case
            else "the log is about objects of several types, and nobody says which are the cases",
            hint=f"name one with --case: {', '.join(sorted(kinds)) or 'there is none'}",
        )
    return str(next(iter(kinds)))
