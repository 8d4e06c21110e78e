"""Event logs for programs that mine processes: OCEL 2.0 (JSON) and XES (IEEE 1849).

Both formats know instants only.  A stage known to a month or a year stands at the first day it can
be, and says so beside it: how exact its date is, and the first and last day it can be.  A stage
without any date is in neither; how many there are is said.  See docs/formats/event-log.md.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from candlemark.casefile.paths import person_paths
from candlemark.casefile.where import regions_of
from candlemark.exchange.log_forms import (
    ALWAYS,
    XES_FOOT,
    XES_HEAD,
    instant,
    ocel_event,
    ocel_object,
    ocel_type,
    xes_event,
    xes_text,
    xes_trace,
)
from candlemark.exchange.out.about import about_fields, about_text
from candlemark.exchange.out.taken import labelled, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.casefile import CaseFile, PersonPath, StageEvent
    from candlemark.exchange.out.taken import Taken

_EVENT_ATTRIBUTES: Final = (
    "precision",
    "first_day",
    "last_day",
    "outcome",
    "sentence",
    "authority",
)
_OBJECTS: Final = {
    "case": ("reference", "grounds", "offences", "country", "region"),
    "person": ("roles",),
    "proceeding": ("forum", "agency", "mechanism", "country"),
    "charge": ("offence", "bias"),
}


# OCEL 2.0


def ocel(taken: Taken) -> bytes:
    """An object-centric log: stages as events of cases, persons, proceedings and charges."""
    stages = taken.edition.scheme("stages")
    undated = sum(event.when is None for case in taken.cases for event in case.stage_events)
    content = {
        "eventTypes": [ocel_type(term.code, _EVENT_ATTRIBUTES) for term in stages],
        "objectTypes": [
            *(ocel_type(name, attributes) for name, attributes in _OBJECTS.items()),
            ocel_type("export", ("about",)),
        ],
        "events": [
            _ocel_event(case, event)
            for case in taken.cases
            for event in case.stage_events
            if event.when is not None and event.stage in stages
        ],
        "objects": [
            ocel_object("export", "export", {"about": f"{about_text(taken)}Undated: {undated}.\n"}),
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
    stamp = instant(when.earliest) if when else ALWAYS
    return ocel_event(event.id, event.stage, stamp, said, related)


def _objects(case: CaseFile) -> Iterator[dict[str, Any]]:
    grounds = dict.fromkeys(each.ground for one in case.incidents for each in one.grounds)
    offences = dict.fromkeys(act.offence for one in case.incidents for act in one.acts)
    countries = dict.fromkeys(one.country for one in case.incidents if one.country)
    regions = dict.fromkeys(one.region for one in case.incidents if one.region)
    about = {
        "reference": case.reference,
        "grounds": " ".join(grounds),
        "offences": " ".join(filter(None, offences)),
        "country": " ".join(countries),
        "region": " ".join(regions),
    }
    yield ocel_object(case.id, "case", about)
    for person in case.persons:
        yield ocel_object(
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
        yield ocel_object(one.id, "proceeding", said, [(case.id, "proceeding of"), *named])
    for charge in case.charges:
        related = [(charge.person, "against"), (charge.proceeding, "in"), (case.id, "charge of")]
        yield ocel_object(
            charge.id, "charge", {"offence": charge.offence, "bias": charge.bias}, related
        )


# XES


def xes(taken: Taken) -> bytes:
    """A log with a trace for each person's way through each proceeding."""
    parts = [XES_HEAD]
    parts += [xes_text(f"export_{name}", str(value)) for name, value in about_fields(taken).items()]
    for case in taken.cases:
        paths = person_paths(case)
        parts += [_trace(taken, case, f"{case.id}/{n}", path) for n, path in enumerate(paths, 1)]
        if not paths:
            parts.append(_trace(taken, case, f"{case.id}/0", None))
    return "".join([*parts, XES_FOOT]).encode()


def _trace(taken: Taken, case: CaseFile, name: str, path: PersonPath | None) -> str:
    events = case.stage_events if path is None else (*path.shared, *path.events)
    dated = [_xes_event(taken, one) for one in events if one.when is not None]
    said = {
        "concept:name": name,
        "case": case.id,
        "reference": case.reference,
        "person": path.person if path else "",
        "proceeding": path.proceeding if path else "",
        "roles": " ".join(path.roles) if path else "",
        "grounds": " ".join(path.grounds) if path else "",
        "offences": " ".join(path.offences) if path else "",
        "regions": " ".join(path.regions) if path else " ".join(regions_of(case)),
        "ended": "yes" if path and path.ended else "no",
        "undated_stages": str(len(events) - len(dated)),
    }
    return xes_trace(said, dated)


def _xes_event(taken: Taken, event: StageEvent) -> str:
    when = event.when
    if when is None:  # those without a date were left out before; this tells the type checker
        return ""
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
    return xes_event(instant(when.earliest), said)
