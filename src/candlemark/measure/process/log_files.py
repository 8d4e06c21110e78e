"""A stay table as a file for other programs: XES (IEEE 1849) or OCEL 2.0 in JSON.

Every stay is written as the event that began it, in its order.  Both forms know instants only: a
step stands at the beginning of its day, the steps of one day a second apart so that their order is
kept by whoever sorts by time.  A day known as a span stands on the first day it can be and says
both ends beside it; whoever measures durations must use them.  What had no day, or one after the
last day of the source, made no stay and is not written; how many events there were is said.

A table made of what a vault holds is written with numbers in the place of its cases' names.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from candlemark import __version__
from candlemark.errors import SettingRefused
from candlemark.exchange.log_forms import (
    XES_FOOT,
    XES_HEAD,
    ocel_event,
    ocel_object,
    ocel_type,
    xes_event,
    xes_text,
    xes_trace,
)
from candlemark.measure.columns import day_of
from candlemark.measure.estimators import TICKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from candlemark.measure.log import StayTable

AGENCY: Final = "org:group"
"""The attribute of an event that says whose it is."""
_AT_ONCE: Final = 50_000
"""So many stays are turned into text at a time."""


def write_xes(table: StayTable, to: BinaryIO) -> None:
    """The stays as a log of XES, a trace for each unit; written as it is made."""
    to.write(XES_HEAD.encode())
    to.writelines(xes_text(name, value).encode() for name, value in _about(table).items())
    for unit, name, codes, events in _units(table):
        said = {"concept:name": name, "unit": str(unit), **codes}
        told = (
            xes_event(stamp, {"concept:name": own, **span, AGENCY: agency})
            for own, stamp, span, agency in events
        )
        to.write(xes_trace(said, told).encode())
    to.write(XES_FOOT.encode())


def write_ocel(table: StayTable, to: BinaryIO) -> None:
    """The stays as a log of OCEL 2.0, an object of the type ``case`` for each unit."""
    head = {
        "eventTypes": [
            ocel_type(state.own, ("precision", "first_day", "last_day", AGENCY))
            for state in table.states
        ],
        "objectTypes": [
            ocel_type("case", table.schemes),
            ocel_type("export", _about(table)),
        ],
    }
    to.write(json.dumps(head, ensure_ascii=False).encode()[:-1])
    to.write(b', "objects": [')
    to.write(_line(ocel_object("export", "export", _about(table))))
    to.writelines(
        b",\n" + _line(ocel_object(name, "case", codes)) for _, name, codes, _ in _units(table)
    )
    to.write(b'], "events": [')
    between = b""
    for unit, name, _, events in _units(table):
        for place, (own, stamp, span, agency) in enumerate(events):
            event = ocel_event(
                f"{unit}-{place}", own, stamp, {**span, AGENCY: agency}, [(name, "case")]
            )
            to.write(between + _line(event))
            between = b",\n"
    to.write(b"]}")


WRITERS: Final = {"xes": write_xes, "ocel": write_ocel}
"""The forms there are."""


def write_log(table: StayTable, form: str, to: BinaryIO) -> None:
    """The stays in a form.

    Raises:
        SettingRefused: there is no such form.
    """
    if form not in WRITERS:
        raise SettingRefused(
            f"there is no form {form[:20]!r} for a log", hint=f"name {' or '.join(WRITERS)}"
        )
    WRITERS[form](table, to)


Event = tuple[str, str, dict[str, str], str]
"""Own name of the state, instant, what is said of the day, agency."""


def _units(table: StayTable) -> Iterator[tuple[int, str, dict[str, str], list[Event]]]:
    """Each unit with its name, its codes and its events, in order."""
    codes = _codes(table)
    columns = table.rows.select(["unit", "state", "entry", "entry_lo", "entry_hi", "agency"])
    unit = -1
    events: list[Event] = []
    for start in range(0, len(columns), _AT_ONCE):
        some = columns.slice(start, _AT_ONCE)
        for of, *row in zip(*(column.to_pylist() for column in some.columns), strict=True):
            if of != unit and events:
                yield unit, _name(table, unit), codes.get(unit, {}), events
                events = []
            unit = of
            events.append(_event(table, row))
    if events:
        yield unit, _name(table, unit), codes.get(unit, {}), events


def _event(table: StayTable, row: Sequence[int]) -> Event:
    state, entry, lo, hi, agency = row
    span = {"precision": "day"}
    if lo != hi:
        span = {
            "precision": "span",
            "first_day": day_of(lo).isoformat(),
            "last_day": day_of(hi).isoformat(),
        }
    clock = timedelta(seconds=entry % TICKS)
    stamp = f"{day_of(lo).isoformat()}T00:{clock.seconds // 60:02}:{clock.seconds % 60:02}Z"
    return table.states[state].own, stamp, span, table.agencies[agency]


def _name(table: StayTable, unit: int) -> str:
    return f"unit-{unit}" if table.sealed else str(table.cases[unit].as_py())


def _codes(table: StayTable) -> dict[int, dict[str, str]]:
    """What each unit is coded by: the terms of each scheme, in order, absences where nothing is."""
    found: dict[int, dict[str, dict[str, bool]]] = {}
    texts = [table.codes[name].cast(pa.string()).to_pylist() for name in ("scheme", "term")]
    units, absent = table.codes["unit"].to_pylist(), table.codes["absent"].to_pylist()
    for unit, scheme, term, nothing in zip(units, *texts, absent, strict=True):
        found.setdefault(unit, {}).setdefault(scheme, {})[term] = nothing
    return {
        unit: {
            scheme: " ".join([term for term, nothing in terms.items() if not nothing] or terms)
            for scheme, terms in schemes.items()
        }
        for unit, schemes in found.items()
    }


def _about(table: StayTable) -> dict[str, str]:
    """What the file says of itself."""
    stays = np.asarray(table.rows["unit"]).size
    said = {
        "program": f"Candlemark {__version__}",
        "source": table.source,
        "unit": table.unit,
        "known_until": table.known_until.isoformat(),
        "edition": table.edition,
        "edition_fingerprint": table.edition_fingerprint,
        "events": str(stays),
        "undated": str(table.aside.undated),
        "after_the_last_day": str(table.aside.after),
        "simulated": "yes" if table.simulated else "",
    }
    return {f"export_{name}": value for name, value in said.items() if value}


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
