"""Which column of a table means which field of a case: guessed, shown, and changed by a person.

A guess looks at the header first and at the values then.  It decides nothing: what it gives is
shown before anything is kept, and a column it does not know is left out and said to be.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from candlemark.definition.places import region_named
from candlemark.errors import Fault, NotUnderstood
from candlemark.exchange import days
from candlemark.tongues import INTERFACE, ascii_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from candlemark.definition import Edition
    from candlemark.exchange.tables import Cell, Table

FIELDS: Final = (
    "reference", "title", "when", "until", "country", "region", "place", "what", "grounds",
    "offences", "indicators", "victim", "suspect", "authority", "agency", "docket", "stage",
    "stage-when", "outcome", "sentence", "next-step", "next-step-due", "source",
    "source-address", "note",
)  # fmt: skip
"""The fields of a row, besides one for each stage."""
STAGE: Final = "stage:"
"""Before the code of a stage: the day it was reached."""
SCHEMES: Final = {
    "region": "regions",
    "grounds": "bias-grounds",
    "offences": "offences",
    "indicators": "bias-indicators",
    "agency": "agency-types",
    "stage": "stages",
    "outcome": "outcomes",
    "sentence": "sentences",
}
"""Fields that hold terms, and the scheme of each."""
DAYS: Final = frozenset({"when", "until", "stage-when", "next-step-due"})
SEVERAL: Final = frozenset({"grounds", "offences", "indicators", "victim", "suspect"})
"""Fields of which one cell can hold several values, parted by ``;``, ``|`` or a new line."""
IN_TONGUES: Final = frozenset({"title", "place", "what", "authority", "note"})
"""Fields of text that may stand in several columns, one for each tongue."""
_SAMPLE: Final = 200
_TONGUE: Final = re.compile(r"(.*?)(?:__|:|\s\()([a-z]{2,3}(?:-[A-Za-z]{4})?)\)?")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column means: a field, and the tongue its texts are in where that is another one."""

    field: str = ""
    """Empty: the column is left out."""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """What the columns of a table mean, and how its cells are read."""

    columns: tuple[Column, ...]
    language: str = "en"
    """The tongue of texts where a column says no other."""
    day_first: bool | None = None
    country: str = ""
    """The country of every incident where no column says it."""


def fields_of(edition: Edition) -> tuple[str, ...]:
    """Every field a column can mean."""
    stages = (f"{STAGE}{term.code}" for term in edition.scheme("stages"))
    return (*FIELDS, *stages)


def guess(table: Table, edition: Edition, language: str = "en") -> Meant:
    """What the columns most likely mean; each field once in each tongue."""
    words = _words(edition.code, tuple(sorted(_stage_words(edition).items())))
    taken: set[tuple[str, str]] = set()
    columns = []
    for at, header in enumerate(table.headers):
        name, tongue = _parted(header)
        field = _by_header(name, words)
        if field == "region" and not _holds_regions(table, at, edition):
            field = "place"  # in somebody's own words
        tongue = tongue if field in IN_TONGUES else ""
        if field and (field, tongue) not in taken:
            taken.add((field, tongue))
            columns.append(Column(field, tongue))
        else:
            columns.append(Column())
    return Meant(tuple(columns), language, _day_first(table, columns))


def _holds_regions(table: Table, at: int, edition: Edition) -> bool:
    """Whether most of what stands in a column names a region of the definition."""
    regions = edition.scheme(SCHEMES["region"])
    labels = {_key(label) for term in regions for label in (*term.labels.values(), term.code)}
    cells = [str(row[at]) for row in table.rows[:_SAMPLE] if row[at] != ""]
    known = sum(_key(one) in labels or bool(region_named(regions, one)) for one in cells)
    return 2 * known >= len(cells)


def _parted(header: str) -> tuple[str, str]:
    """A header without the tongue at its end: ``title__az``, ``title (az)``."""
    found = _TONGUE.fullmatch(header)
    if found and found[1] and found[2].split("-")[0] in {*INTERFACE, "tly"}:
        return found[1], found[2]
    return header, ""


def _by_header(header: str, words: Mapping[str, str]) -> str:
    key = _key(header)
    if key in words:
        return words[key]
    begins = [word for word in words if len(word) > 3 and key.startswith(f"{word} ")]
    return words[max(begins, key=len)] if begins else ""


def _key(text: str) -> str:
    return " ".join(re.split(r"[\W_]+", ascii_key(text))).strip()


def _stage_words(edition: Edition) -> dict[str, str]:
    return {
        label: f"{STAGE}{term.code}"
        for term in edition.scheme("stages")
        for label in (*term.labels.values(), term.code)
    }


@cache
def _words(_edition: str, stages: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Every word a header is known by, as it is compared, with its field."""
    text = files("candlemark.exchange").joinpath("headers.toml").read_text("utf-8")
    known = {_key(label): field for label, field in stages}
    for field, said in tomllib.loads(text).items():
        known |= {_key(word): field for word in said["words"]}
        known[_key(field)] = field
    known |= {_key(field): field for _, field in stages}
    return known


def _day_first(table: Table, columns: Sequence[Column]) -> bool | None:
    """Whether the day comes first, where a cell of the table shows it; None where none does."""
    at = [n for n, one in enumerate(columns) if is_day(one.field)]
    cells = [row[n] for row in table.rows for n in at]
    if not any(days.two_ways(cell) for cell in cells):
        return None
    shown = {_shows(cell) for cell in cells} - {None}
    return shown.pop() if len(shown) == 1 else None


def _shows(cell: Cell) -> bool | None:
    found = (
        re.fullmatch(r"(\d{1,2})[-/](\d{1,2})[-/]\d{4}.*", cell) if isinstance(cell, str) else None
    )
    if found is None:
        return None
    one, other = int(found[1]), int(found[2])
    return one > 12 if one > 12 or other > 12 else None


def is_day(field: str) -> bool:
    """Whether the cells of a field are days."""
    return field in DAYS or field.startswith(STAGE)


def check_mapping(mapping: Meant, table: Table, edition: Edition) -> None:
    """Refuse a mapping that cannot be carried out.

    Raises:
        NotUnderstood: ``faults`` names every column.
    """
    faults = list(_faults(mapping, table, frozenset(fields_of(edition))))
    if faults:
        raise NotUnderstood(
            "the columns cannot be read like this",
            hint="say for each column what it means",
            faults=faults,
        )


def _faults(mapping: Meant, table: Table, known: frozenset[str]) -> Iterable[Fault]:
    taken: dict[tuple[str, str], str] = {}
    if len(mapping.columns) != len(table.headers):
        yield Fault("the columns", "there are not as many as in the table")
        return
    for header, column in zip(table.headers, mapping.columns, strict=True):
        where = f"column {header[:60]}"
        if not column.field:
            continue
        if column.field not in known:
            yield Fault(where, f"there is no field {column.field[:60]!r}")
        elif (column.field, column.language) in taken:
            other = taken[column.field, column.language]
            yield Fault(where, f"column {other[:60]} means the same")
        taken[column.field, column.language] = header
    fields = {one.field for one in mapping.columns}
    if "title" not in fields and "reference" not in fields:
        yield Fault("the columns", "one must hold the title or the number of each case")
