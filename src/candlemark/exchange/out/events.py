"""Event logs for programs that mine processes: OCEL 2.0 (JSON) and XES (IEEE 1849).

Both formats know instants only.  A stage known to a month or a year stands at the first day it can
be, and says so beside it: how exact its date is, and the first and last day it can be.  A stage
without any date is in neither; how many there are is said.  See docs/formats/event-log.md.
"""

from __future__ import annotations

import json
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import quoteattr

from candlemark.casefile.paths import person_paths
from candlemark.exchange.out.about import about_fields, about_text
from candlemark.exchange.out.taken import labelled, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.casefile import CaseFile, PersonPath, StageEvent
    from candlemark.dates import PartialDate
    from candlemark.exchange.out.taken import Taken

_EPOCH: Final = "1970-01-01T00:00:00Z"
"""The time of an attribute that holds always, as OCEL asks for one."""
_EVENT_ATTRIBUTES: Final = (
    ("precision", "string"),
    ("first_day", "string"),
    ("last_day", "string"),
    ("outcome", "string"),
    ("sentence", "string"),
    ("authority", "string"),
)
_OBJECTS: Final = {
    "case": ("reference", "grounds", "offences", "country"),
    "person": ("roles",),
    "proceeding": ("forum", "agency", "mechanism", "country"),
    "charge": ("offence", "bias"),
}


def instant(when: PartialDate) -> str:
    """The instant a stage stands at: the beginning of the first day it can be."""
    return f"{when.earliest.isoformat()}T00:00:00Z"


# OCEL 2.0


def ocel(taken: Taken) -> bytes:
    """An object-centric log: stages as events of cases, persons, proceedings and charges."""
    stages = taken.edition.scheme("stages")
    undated = sum(event.when is None for case in taken.cases for event in case.stage_events)
    content = {
        "eventTypes": [
            {
                "name": term.code,
                "attributes": [{"name": name, "type": sort} for name, sort in _EVENT_ATTRIBUTES],
            }
            for term in stages
        ],
        "objectTypes": [
            {"name": name, "attributes": [{"name": one, "type": "string"} for one in attributes]}
            for name, attributes in _OBJECTS.items()
        ]
        + [{"name": "export", "attributes": [{"name": "about", "type": "string"}]}],
        "events": [
            _ocel_event(case, event)
            for case in taken.cases
            for event in case.stage_events
            if event.when is not None and event.stage in stages
        ],
        "objects": [
            _object("export", "export", {"about": f"{about_text(taken)}Undated: {undated}.\n"}, []),
            *(one for case in taken.cases for one in _objects(case)),
        ],
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _ocel_event(case: CaseFile, event: StageEvent) -> dict[str, Any]:
    when = event.when
    said = {
        "precision": when.precision.value if when else "",
        "first_day": when.earliest.isoformat() if when else "",
        "last_day": when.latest.isoformat() if when else "",
        "outcome": event.outcome,
        "sentence": event.sentence,
        "authority": words_of(event.authority, "en"),
    }
    related = [
        (case.id, "case"),
        (event.person, "person"),
        (event.proceeding, "proceeding"),
        *((charge, "charge") for charge in event.charges),
    ]
    return {
        "id": event.id,
        "type": event.stage,
        "time": instant(when) if when else _EPOCH,
        "attributes": [{"name": name, "value": value} for name, value in said.items() if value],
        "relationships": _relations(related),
    }


def _objects(case: CaseFile) -> Iterator[dict[str, Any]]:
    grounds = dict.fromkeys(each.ground for one in case.incidents for each in one.grounds)
    offences = dict.fromkeys(act.offence for one in case.incidents for act in one.acts)
    countries = dict.fromkeys(one.country for one in case.incidents if one.country)
    about = {
        "reference": case.reference,
        "grounds": " ".join(grounds),
        "offences": " ".join(filter(None, offences)),
        "country": " ".join(countries),
    }
    yield _object(case.id, "case", about, [])
    for person in case.persons:
        yield _object(
            person.id, "person", {"roles": " ".join(person.roles)}, [(case.id, "person of")]
        )
    for one in case.proceedings:
        said = {
            "forum": one.forum.value,
            "agency": one.agency,
            "mechanism": one.mechanism,
            "country": one.country,
        }
        named = [(person, "against or of") for person in one.persons]
        yield _object(one.id, "proceeding", said, [(case.id, "proceeding of"), *named])
    for charge in case.charges:
        related = [(charge.person, "against"), (charge.proceeding, "in"), (case.id, "charge of")]
        yield _object(
            charge.id, "charge", {"offence": charge.offence, "bias": charge.bias}, related
        )


def _object(
    id_: str, sort: str, said: dict[str, str], related: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "id": id_,
        "type": sort,
        "attributes": [
            {"name": name, "time": _EPOCH, "value": value} for name, value in said.items() if value
        ],
        "relationships": _relations(related),
    }


def _relations(related: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": id_, "qualifier": how} for id_, how in related if id_]


# XES


_XES_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
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


def xes(taken: Taken) -> bytes:
    """A log with a trace for each person's way through each proceeding."""
    made = BytesIO()
    made.write(_XES_HEAD.encode())
    for name, value in about_fields(taken).items():
        made.write(_string(f"export_{name}", str(value)))
    for case in taken.cases:
        paths = person_paths(case)
        for n, path in enumerate(paths, 1):
            made.write(_trace(taken, case, f"{case.id}/{n}", path))
        if not paths:
            made.write(_trace(taken, case, f"{case.id}/0", None))
    made.write(b"</log>\n")
    return made.getvalue()


def _trace(taken: Taken, case: CaseFile, name: str, path: PersonPath | None) -> bytes:
    events = case.stage_events if path is None else (*path.shared, *path.events)
    dated = [one for one in events if one.when is not None]
    said = {
        "concept:name": name,
        "case": case.id,
        "reference": case.reference,
        "person": path.person if path else "",
        "proceeding": path.proceeding if path else "",
        "roles": " ".join(path.roles) if path else "",
        "grounds": " ".join(path.grounds) if path else "",
        "offences": " ".join(path.offences) if path else "",
        "ended": "yes" if path and path.ended else "no",
        "undated_stages": str(len(events) - len(dated)),
    }
    parts = [_string(key, value) for key, value in said.items() if value]
    parts += [_xes_event(taken, one) for one in dated]
    return b"<trace>\n" + b"".join(parts) + b"</trace>\n"


def _xes_event(taken: Taken, event: StageEvent) -> bytes:
    when = event.when
    if when is None:  # those without a date were left out before; this tells the type checker
        return b""
    said = {
        "concept:name": event.stage,
        "stage_label": labelled(taken, "stages", event.stage, "en"),
        "precision": when.precision.value,
        "first_day": when.earliest.isoformat(),
        "last_day": when.latest.isoformat(),
        "outcome": event.outcome,
        "sentence": event.sentence,
        "org:resource": words_of(event.authority, "en"),
    }
    parts = [_string(key, value) for key, value in said.items() if value]
    stamp = f'<date key="time:timestamp" value="{instant(when)}"/>\n'.encode()
    return b"<event>\n" + stamp + b"".join(parts) + b"</event>\n"


def _string(key: str, value: str) -> bytes:
    clean = "".join(one for one in value if one >= " " or one in "\n\t")
    return f"<string key={quoteattr(key)} value={quoteattr(clean)}/>\n".encode()
