"""The two forms in which programs hand each other event logs: XES (IEEE 1849) and OCEL 2.0.

Only the forms are here: what an element of each is called and how it is escaped.  What goes into a
log is decided by who writes one, ``exchange.out`` from case files and ``measure.process`` from
stays.  Both forms know instants only; see docs/formats/event-log.md for what that does to days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

ALWAYS: Final = "1970-01-01T00:00:00Z"
"""The time of an attribute that holds always, as OCEL asks for one."""
XES_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00Z"/>
<string key="precision" value="day"/>
<string key="first_day" value=""/>
<string key="last_day" value=""/>
</global>
<classifier name="Stage" keys="concept:name"/>
"""
XES_FOOT: Final = "</log>\n"


def instant(first_day: date) -> str:
    """The instant an event stands at: the beginning of the first day it can be."""
    return f"{first_day.isoformat()}T00:00:00Z"


def xes_text(key: str, value: str) -> str:
    """One attribute; characters that XML cannot hold are left out."""
    clean = "".join(one for one in value if one >= " " or one in "\n\t")
    return f"<string key={quoteattr(key)} value={quoteattr(clean)}/>\n"


def xes_event(stamp: str, said: Mapping[str, str]) -> str:
    """One event at an instant; empty values are left out."""
    parts = "".join(xes_text(key, value) for key, value in said.items() if value)
    return f'<event>\n<date key="time:timestamp" value="{stamp}"/>\n{parts}</event>\n'


def xes_trace(said: Mapping[str, str], events: Iterable[str]) -> str:
    """One trace with its events; empty values are left out."""
    parts = "".join(xes_text(key, value) for key, value in said.items() if value)
    return f"<trace>\n{parts}{''.join(events)}</trace>\n"


def ocel_type(name: str, attributes: Iterable[str]) -> dict[str, Any]:
    """A type of events or objects, all of whose attributes are texts."""
    return {"name": name, "attributes": [{"name": one, "type": "string"} for one in attributes]}


def ocel_event(
    id_: str, sort: str, stamp: str, said: Mapping[str, str], related: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """One event; empty values, and relations to nothing, are left out."""
    return {
        "id": id_,
        "type": sort,
        "time": stamp,
        "attributes": [{"name": name, "value": value} for name, value in said.items() if value],
        "relationships": _relations(related),
    }


def ocel_object(
    id_: str, sort: str, said: Mapping[str, str], related: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    """One object whose attributes hold always; empty values are left out."""
    return {
        "id": id_,
        "type": sort,
        "attributes": [
            {"name": name, "time": ALWAYS, "value": value} for name, value in said.items() if value
        ],
        "relationships": _relations(related),
    }


def _relations(related: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": id_, "qualifier": how} for id_, how in related if id_]
