"""Case files as comparable rows: one for each case, or one for each person of each case.

Names are read as far as the case file has them: where identities are closed to the reader, there
are none, and none is made up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from candlemark.casefile.where import iso_of
from candlemark.definition.places import place_key, region_of
from candlemark.linkage.dockets import docket_of
from candlemark.linkage.preparing import name_columns, prepared, read_name, sex_of
from candlemark.linkage.unknowns import Notebook, says_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.casefile import CaseFile
    from candlemark.casefile.views import Person
    from candlemark.linkage.columns import Prepared
    from candlemark.linkage.names import PersonName

CASES: Final = "cases"
PERSONS: Final = "persons"


def prepare_cases(casefiles: Iterable[CaseFile]) -> Prepared:
    """One row for each case file that was not merged into another."""
    book = Notebook(CASES)
    rows = [
        {"source": CASES, "record": one.id, "persons": len(one.persons) or None}
        | _incident(one)
        | {"docket": next(iter(_dockets(one)), None)}
        | name_columns([name for person in one.persons for name in _names_of(person, book)])
        for one in casefiles
        if not one.merged_into
    ]
    return prepared(rows, book)


def prepare_persons(casefiles: Iterable[CaseFile]) -> Prepared:
    """One row for each person of each case file, with every name the person is known by."""
    book = Notebook(PERSONS)
    rows = []
    for one in casefiles:
        for person in () if one.merged_into else one.persons:
            names = _names_of(person, book)
            row: dict[str, Any] = {"source": PERSONS, "record": person.id, "persons": 1}
            row |= _incident(one) | name_columns(names)
            row |= {"docket": next(iter(_dockets(one, person.id)), None)}
            rows.append(row | {"sex": sex_of(names), "birth": person.birth})
    return prepared(rows, book)


def _incident(one: CaseFile) -> dict[str, Any]:
    """What is said of the case's incidents and charges."""
    first = one.incident
    acts = {act.offence for each in one.incidents for act in each.acts}
    grounds = {each.ground for incident in one.incidents for each in incident.grounds}
    said = list(first.place.values()) if first else []
    country = first.country if first else ""
    return {
        "day": first.when if first else None,
        "country": country or None,
        "place": place_key(said[0]) if said else None,
        "region": (_region(first.region, said, country) or None) if first else None,
        "offences": sorted({*acts, *(charge.offence for charge in one.charges)} - {""}),
        "grounds": sorted(grounds),
    }


def _region(coded: str, said: Iterable[str], country: str) -> str:
    """The region as it was coded; where it was not, the one that the words of the place name."""
    if iso := iso_of(coded):
        return region_of(iso, country) or iso
    named = {region for text in said if (region := region_of(text, country))}
    return named.pop() if len(named) == 1 else ""


def _dockets(one: CaseFile, person: str = "") -> list[str]:
    found = (
        docket_of(each.docket)
        for each in one.proceedings
        if each.docket and (not person or not each.persons or person in each.persons)
    )
    return [docket for docket in found if docket]


def _names_of(person: Person, book: Notebook) -> list[PersonName]:
    """Every name of a person that can be read and says something."""
    told = [name for name in person.names if not says_unknown(name.text)]
    if len(told) < len(person.names):
        book.note("name", "unknown", "says that nothing is known", len(person.names) - len(told))
    read = [read_name(name.text, name.language, book) for name in told]
    return [name for name in read if name.known]
