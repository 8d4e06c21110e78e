"""An export of OpenEvSys as a table: a row for each event, with those it was done to and by whom.

Its XML names persons and acts apart and joins them by their record numbers.  Read are the events
with their title, days, place and description, the victims of their acts and the perpetrators of
their involvements; the classifications of HURIDOCS stay as their numbers, which the mapping can
use or leave.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from candlemark.errors import SourceMalformed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ROOT: Final = re.compile(rb"<events\b[^>]*huridocs", re.IGNORECASE)
_DECLARED: Final = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
_SPACE: Final = re.compile(r"^\{[^}]*\}")
FIELDS: Final = (
    "event_record_number", "event_title", "initial_date", "final_date", "local_geographical_area",
    "geographical_term", "event_description", "remarks", "violation_status", "victim",
    "perpetrator", "type_of_act",
)  # fmt: skip


def looks_like(content: bytes) -> bool:
    """Whether bytes are an export of OpenEvSys."""
    return _ROOT.search(content[:4_000]) is not None


def read(content: bytes) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Its headers and rows.

    Raises:
        SourceMalformed: it is not the XML it should be, or declares something of its own.
    """
    if _DECLARED.search(content):
        raise SourceMalformed(
            "this XML declares entities", hint="export it from OpenEvSys again, as it is"
        )
    try:
        root = ET.fromstring(content)  # noqa: S314 - without declarations there is nothing to expand
    except ET.ParseError:
        raise SourceMalformed(
            "this XML is damaged", hint="export it from OpenEvSys again, as it is"
        ) from None
    names = dict(_persons(root))
    return FIELDS, [_row(event, names) for event in _children(root, "event")]


def _persons(root: ET.Element) -> Iterator[tuple[str, str]]:
    for person in _children(root, "person"):
        number = _said(person, "person_record_number")
        if number:
            yield number, _said(person, "person_name") or number


def _row(event: ET.Element, names: dict[str, str]) -> tuple[str, ...]:
    acts = list(_children(event, "act"))
    involved = (one for act in acts for one in _children(act, "involvement"))
    several = {
        "victim": (_said(act, "victim") for act in acts),
        "perpetrator": (_said(one, "perpetrator") for one in involved),
        "type_of_act": (_said(act, "type_of_act") for act in acts),
    }
    joined = {name: _joined(values, names) for name, values in several.items()}
    return tuple(joined.get(field) or _said(event, field) for field in FIELDS)


def _joined(values: Iterable[str], names: dict[str, str]) -> str:
    return "; ".join(dict.fromkeys(names.get(one, one) for one in values if one))


def _children(parent: ET.Element, name: str) -> Iterator[ET.Element]:
    return (one for one in parent if _SPACE.sub("", one.tag) == name)


def _said(parent: ET.Element, name: str) -> str:
    texts = (one.text.strip() for one in _children(parent, name) if one.text)
    return "; ".join(text for text in texts if text)
