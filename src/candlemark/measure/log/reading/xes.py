"""XES (IEEE 1849) as an event log, read as a stream: a trace at a time, whatever the file's size.

A trace is a case, its events stand in order.  A document that declares a type or entities is
refused before anything in it is read, so that there is nothing to expand or fetch.  Of an event
that is told in several steps (scheduled, started, completed) the completion counts, and how many
other steps were left out is counted.  Where an event
says which days it can be (``first_day``, ``last_day``, as our own export does) those count and not
the instant beside them.
"""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from xml.parsers import expat

import pyarrow as pa

from candlemark.errors import Fault, SourceEmpty, SourceMalformed
from candlemark.measure.log.reading.columns import Columns
from candlemark.measure.log.reading.tables import log_of_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from candlemark.measure.log.event_log import EventLog

_NAME: Final = "concept:name"
_TIME: Final = "time:timestamp"
_TRANSITION: Final = "lifecycle:transition"
_VALUES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
_GZIP: Final = b"\x1f\x8b"


def log_of_xes(path: Path, columns: Columns) -> EventLog:
    """The event log of a file of XES, packed by gzip or not.

    Raises:
        SourceMalformed: it is no whole XML, declares entities, or has traces without a name.
        SourceEmpty: there is no event in it.
    """
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    found = _Traces(columns)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = found.begin
    parser.EndElementHandler = found.end
    parser.StartDoctypeDeclHandler = _declared
    parser.EntityDeclHandler = _declared
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise SourceMalformed(
            f"this XML is damaged in line {error.lineno}", hint="export the log again"
        ) from None
    except (EOFError, gzip.BadGzipFile):
        raise SourceMalformed("the packed file is damaged", hint="fetch it again") from None
    return found.log(path.name)


def _declared(*_: object) -> None:
    raise SourceMalformed(
        "this XML declares a type or entities of its own",
        hint="a log needs none: remove the declaration, or export the log again",
    )


class _Traces:
    """The columns of a log while its file is read."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._case = columns.case or _NAME
        self._activity = columns.activity or _NAME
        self._time = columns.time or _TIME
        self._extra = {
            key
            for key in (columns.agency, columns.cluster, columns.until, *columns.schemes.values())
            if key
        }
        self._path: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._pending: list[dict[str, str]] = []
        self._rows: dict[str, list[str | None]] = {
            name: [] for name in ("case", "activity", "time", "until", *self._extra)
        }
        self._completions: list[str] = []
        self._nameless: list[Fault] = []
        self._traces = 0
        self._log = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        inside = self._path[-1] if self._path else ""
        self._path.append(name)
        if name == "log":
            self._log = True
        elif name == "trace":
            self._trace, self._pending = {}, []
        elif name == "event":
            self._event = {}
        elif name in _VALUES and inside in {"trace", "event"}:
            kept = self._trace if inside == "trace" else self._event
            kept[attributes.get("key", "")] = attributes.get("value", "").strip()

    def end(self, name: str) -> None:
        """An element ends."""
        self._path.pop()
        if name == "event" and self._path[-1:] == ["trace"]:
            self._pending.append(self._event)
        elif name == "trace":
            self._traces += 1
            self._keep()

    def _keep(self) -> None:
        """Write down the events of a trace, which is whole now."""
        case = self._trace.get(self._case, "")
        if not case and self._pending:
            self._nameless.append(Fault(f"trace {self._traces}", f"has no {self._case}"))
        rows = self._rows
        for event in self._pending:
            first, last = event.get("first_day", ""), event.get("last_day", "")
            rows["case"].append(case)
            rows["activity"].append(event.get(self._activity))
            rows["time"].append(first or event.get(self._time))
            rows["until"].append(last or None)
            for key in self._extra:
                rows[key].append(event.get(key) or self._trace.get(key))
            self._completions.append(event.get(_TRANSITION, "").lower())

    def log(self, source: str) -> EventLog:
        """The log of what was read."""
        if not self._log:
            raise SourceMalformed("this XML is no log of XES", hint="its root must be log")
        if self._nameless:
            many = len(self._nameless)
            raise SourceMalformed(
                f"{many:,} traces do not say which case they are",
                hint="name the attribute of the trace that does with --case",
                faults=self._nameless[:10],
            )
        if not self._completions:
            raise SourceEmpty("the log holds no events", hint="give a file with traces of events")
        texts: dict[str, Any] = {
            name: pa.array(values, pa.string()) for name, values in self._rows.items()
        }
        spans = texts["until"].null_count < len(texts["until"])
        columns = self._as_columns(spans=spans)
        table = pa.table(texts)
        kept = self._completed()
        if kept is None:
            return log_of_table(table, columns, source)
        log = log_of_table(table.filter(kept), columns, source)
        return replace(log, incomplete=table.num_rows - log.events.num_rows)

    def _completed(self) -> pa.Array | None:
        """Which events are completions; None: no event is told in several steps."""
        steps = set(self._completions)
        if "complete" not in steps or steps <= {"complete", ""}:
            return None
        return pa.array([step in {"complete", ""} for step in self._completions])

    def _as_columns(self, *, spans: bool) -> Columns:
        given = self._columns
        return Columns(
            case="case",
            activity="activity",
            time="time",
            until=given.until or ("until" if spans else ""),
            agency=given.agency,
            cluster=given.cluster,
            order="rows",
            schemes=given.schemes,
            absences=given.absences,
            time_format=given.time_format,
            zone=given.zone,
            known_until=given.known_until,
            tracked_from=given.tracked_from,
            final=given.final,
            stages=given.stages,
            states=given.states,
            unit=given.unit,
        )
