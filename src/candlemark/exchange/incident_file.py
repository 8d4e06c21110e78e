"""An incident as somebody writes it down in a file, and the statement that it makes.

::

    when = "2026-05"
    country = "AZ"
    region = "az-lan"            # or why there is none: "refused"
    grounds = ["talysh"]
    offences = ["assault"]
    indicators = ["slurs"]
    place.az = "Lənkəran"
    words.en = "Two men beat him at a bus stop."

What a file does not name is not said; in a correction it stays as it was.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final

from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.errors import Fault, NotUnderstood
from candlemark.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.definition import Edition

_DAYS: Final = ("when", "until")
_CODES: Final = ("country", "region")
_LISTS: Final = ("grounds", "offences", "indicators")
_TEXTS: Final = ("place", "words")
FIELDS: Final = (*_DAYS, *_CODES, *_LISTS, *_TEXTS)
"""What can be said of an incident in a file."""
_NOTHING: Final[dict[str, Any]] = {"when": None, "place": (), "region": ""}
"""Fields that can hold why there is no answer, and what they hold then."""
_KEPT: Final = facts.IncidentDescribed.__struct_fields__


def read_incident(text: str) -> dict[str, Any]:
    """What a file says, by field.

    Raises:
        NotUnderstood: it is no TOML, or ``faults`` names every field that cannot be read.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise NotUnderstood(
            f"this is not TOML: {str(error).rpartition('(')[2].rstrip(')')}",
            hint='write lines such as when = "2026-05" and region = "az-lan"',
        ) from None
    faults = [Fault(name, what) for name, value in said.items() for what in _wrong(name, value)]
    if faults:
        raise NotUnderstood(
            "an incident is not described so",
            hint=f"it has {', '.join(FIELDS)}; a text stands under its tongue: place.az",
            faults=faults,
        )
    return said


def _wrong(name: str, value: object) -> Iterator[str]:
    if name not in FIELDS:
        yield "there is no such field"
    elif name in _LISTS:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            yield "write a list of terms"
    elif name in _TEXTS and isinstance(value, dict):
        if not all(isinstance(one, str) for one in value.values()):
            yield "write a text under each tongue"
    elif not isinstance(value, str) or (name in _TEXTS and name not in _NOTHING):
        yield "write a text under its tongue" if name in _TEXTS else "write it between quotes"


def incident_of(
    said: Mapping[str, Any],
    case: str,
    edition: Edition,
    sources: Sequence[str] = (),
    before: facts.IncidentDescribed | None = None,
) -> facts.IncidentDescribed:
    """The statement of what is said.

    Args:
        said: by field, as :func:`read_incident` gives it.
        case: which case.
        edition: with the terms; its ``absences`` say why there is no day, place or region.
        sources: who says so.
        before: the statement it corrects; what is not said stays as it was there.

    Raises:
        NotUnderstood: ``faults`` names every day that cannot be read, and a text without a tongue.
    """
    absences = edition.scheme("absences")
    absent = {
        name: why for name in _NOTHING if isinstance(why := said.get(name), str) and why in absences
    }
    made: dict[str, Any] = {name: _NOTHING[name] for name in absent}
    faults = []
    for name, value in said.items():
        if name in absent:
            continue
        try:
            made |= _field(name, value)
        except NotUnderstood as error:
            faults.append(Fault(name, error.message))
    if faults:
        raise NotUnderstood(
            "some of it cannot be read",
            hint="write a day as 2026-05-14, 2026-05 or 2026; a text under its tongue",
            faults=faults,
        )
    old = {} if before is None else {name: getattr(before, name) for name in _KEPT}
    kept = [one for one in old.get("absent", ()) if one.field not in said]
    now = [facts.Absence(name, why) for name, why in sorted(absent.items())]
    return facts.IncidentDescribed(
        **{
            **old,
            **made,
            "absent": (*kept, *now),
            "id": new_id("fact"),
            "case": case,
            "edition": edition.code,
            "incident": new_id("incident") if before is None else before.incident,
            "sources": tuple(sources) or old.get("sources", ()),
            "supersedes": () if before is None else (before.id,),
        }
    )


def _field(name: str, value: Any) -> dict[str, Any]:
    if name in _DAYS:
        return {name: PartialDate.parse(value)}
    if name in _TEXTS:
        if not isinstance(value, dict):
            raise NotUnderstood("write a text under its tongue")
        return {name: tuple(facts.Words(text, tongue) for tongue, text in value.items())}
    if name == "grounds":
        alleged = facts.GroundStanding.ALLEGED
        return {name: tuple(facts.BiasGround(ground=one, standing=alleged) for one in value)}
    if name == "offences":
        return {"acts": tuple(facts.Act(offence=one) for one in value)}
    return {name: tuple(value) if name in _LISTS else value}
