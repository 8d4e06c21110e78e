"""An agency's batch as comparable rows: one for each counting unit.

A crosswalk says which columns are dates and codes.  Which raw columns hold names, places and
dockets is said by :class:`RawColumns`, since crosswalks keep such columns as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.agency.source import normal
from candlemark.casefile.where import REGIONS, iso_of
from candlemark.dates import PartialDate
from candlemark.definition.places import place_key, region_of
from candlemark.errors import NotUnderstood
from candlemark.linkage.dockets import docket_of
from candlemark.linkage.preparing import name_columns, prepared, read_name, sex_of
from candlemark.linkage.unknowns import Notebook, says_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pyarrow as pa

    from candlemark.agency import BatchTables
    from candlemark.definition import Crosswalk
    from candlemark.linkage.columns import Prepared

_CLOCK: Final = re.compile(r"\b([01]?[0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9])?\s*([AaPp][Mm])?")
_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class RawColumns:
    """Which columns of an agency's main table say what; empty where none does."""

    name: tuple[str, ...] = ()
    """Columns of a person's name, in the order in which they make one; family name first where
    ``family`` says which it is."""
    family: str = ""
    tongue: str = ""
    """BCP 47 tag of the names."""
    place: str = ""
    docket: str = ""
    persons: str = ""
    birth: str = ""
    """Read as ISO 8601; anything else is unknown."""
    moment: str = ""
    """A date with a time of day."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every column named."""
        several = (*self.name, self.family, self.place, self.docket, self.persons)
        return tuple(dict.fromkeys(filter(None, (*several, self.birth, self.moment))))


def prepare_batch(
    tables: BatchTables, crosswalk: Crosswalk, columns: RawColumns | None = None
) -> Prepared:
    """One row for each counting unit of a batch.

    Raises:
        NotUnderstood: raw columns that are not there, or a main table whose rows have no key, so
            that nothing says which unit a raw row is about.
    """
    book = Notebook(crosswalk.code)
    cases = tables.cases.to_pylist()
    raw = _raw_rows(tables, crosswalk, columns or RawColumns())
    offences, grounds, regions = (
        _terms(tables.codes, name) for name in ("offences", "bias-grounds", REGIONS)
    )
    rows = []
    for case in cases:
        cells = raw.get(case["case"], {})
        row = {"source": crosswalk.code, "record": case["case"], "country": crosswalk.country}
        row["day"] = _between(case["start_lo"], case["start_hi"])
        row |= {"offences": offences.get(case["case"]), "grounds": grounds.get(case["case"])}
        row |= said_in_cells(cells, columns or RawColumns(), crosswalk.country, book)
        coded = {iso for one in regions.get(case["case"], ()) if (iso := iso_of(one))}
        if len(coded) == 1:  # a code says it better than the words of a cell
            row["region"] = coded.pop()
        rows.append(row)
    return prepared(rows, book)


def _raw_rows(
    tables: BatchTables, crosswalk: Crosswalk, columns: RawColumns
) -> dict[str, dict[str, str]]:
    """The first raw row of each unit, of the columns asked for."""
    if not columns.all:
        return {}
    main = crosswalk.main
    table = tables.raw[main.name]
    missing = [name for name in (*main.unit_key, *columns.all) if name not in table.column_names]
    if not main.unit_key:
        raise NotUnderstood(
            f"the rows of {crosswalk.code} have no key",
            hint="dates and codes can be compared; for names and places, name the key of a row",
        )
    if missing:
        raise NotUnderstood(
            f"{crosswalk.code} has no column {', '.join(missing)}",
            hint=f"its main table has {', '.join(table.column_names[:40])}",
        )
    found: dict[str, dict[str, str]] = {}
    for row in table.select([*dict.fromkeys((*main.unit_key, *columns.all))]).to_pylist():
        cells = {name: normal(cell or "") for name, cell in row.items()}
        keys = [cells[name] for name in main.unit_key]
        escaped = [key.replace("\\", "\\\\").replace("|", "\\|") for key in keys]
        found.setdefault(keys[0] if len(keys) == 1 else "|".join(escaped), cells)
    return found


def _terms(codes: pa.Table, scheme: str) -> dict[str, list[str]]:
    """Terms of a scheme by unit."""
    found: dict[str, list[str]] = {}
    for row in codes.select(["case", "scheme", "term"]).to_pylist():
        if row["scheme"] == scheme and row["term"]:
            found.setdefault(row["case"], []).append(row["term"])
    return {case: sorted(set(terms)) for case, terms in found.items()}


def said_in_cells(
    cells: Mapping[str, str], columns: RawColumns, country: str, book: Notebook
) -> dict[str, Any]:
    """The columns of a comparable row that come from raw cells of a source."""
    if not cells:
        return {}
    texts = {}
    for name in columns.all:
        texts[name] = "" if says_unknown(cells[name]) else cells[name]
        if cells[name] and not texts[name]:
            book.note(name, cells[name].lower(), "says that nothing is known")
    rest = " ".join(texts[name] for name in columns.name if texts[name])
    family = texts.get(columns.family, "")
    written = f"{family}, {rest}" if family and rest else family or rest
    names = [read_name(written, columns.tongue, book)] if written else []
    place, persons = texts.get(columns.place, ""), texts.get(columns.persons, "")
    clock = _CLOCK.search(texts.get(columns.moment, ""))
    return {
        "place": place_key(place) or None,
        "region": region_of(place, country) if place else None,
        "docket": docket_of(texts.get(columns.docket, "")),
        "persons": int(persons) if persons.isdecimal() and int(persons) else None,
        "minute": _minute(clock) if clock else None,
        "birth": _iso(texts.get(columns.birth, "")),
        **name_columns([name for name in names if name.known]),
        "sex": sex_of(names),
    }


def _minute(clock: re.Match[str]) -> int:
    hour, minute = int(clock[1]), int(clock[2])
    if clock[3]:
        hour = hour % 12 + (12 if clock[3].lower() == "pm" else 0)
    return hour * 60 + minute


def _iso(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text[:10]) if text else None
    except NotUnderstood:
        return None


def _between(lo: date | None, hi: date | None) -> PartialDate | None:
    """A batch's earliest and latest day as what the source said."""
    if lo is None:
        return None
    if hi is None or lo == hi:
        return PartialDate.of(lo)
    return PartialDate(lo.year, lo.month) if (hi - lo).days < _MONTH else PartialDate(lo.year)
