"""Official numbers and statements about countries, read from data: each with where it was read.

A number that is not there keeps why: the source says that none was reported, prints no number
without a word, or was not found by us.  None of them is zero, and a zero is only what the source
prints as one.  Nothing here is ours, nothing is computed, and nothing is filled in.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from candlemark.errors import DefinitionFaulty, Fault
from candlemark.publish.table import TONGUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.publish.table import Texts

COUNTRIES: Final = ("az", "am", "ge", "tr")
"""Files of countries, in the order in which readers meet them."""
COLUMNS: Final = ("recorded", "prosecuted", "sentenced")
"""The three official columns, in the order of the source."""


class Absence(StrEnum):
    """Why there is no number."""

    NOT_REPORTED = "not-reported"  # the source says that none is available
    NOT_PUBLISHED = "not-published"  # the source prints a dash, or nothing, and not why
    NOT_FOUND = "not-found"  # we found no source that we can name


class Kind(StrEnum):
    """How near to its maker a number was read."""

    OWN = "own"
    COPY = "copy"
    REPORT = "report"


Value = int | str | Absence
"""A number, a word of the source (a status, a place such as ``47/49``), or why there is none."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where something was read."""

    code: str
    publisher: str
    title: str
    address: str
    kind: Kind
    read: date


@dataclass(frozen=True, slots=True)
class Row:
    """What a source says of one year, in the order of the columns."""

    year: int
    values: tuple[Value, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know; ``years`` is empty when it is of all of them."""

    years: tuple[int, ...]
    texts: Texts
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """What one index says of a country, year by year, and remarks on it."""

    index: str
    rows: tuple[Row, ...]
    remarks: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """A number about countries: what it measures, what it does not, which year it names."""

    code: str
    maker: str
    columns: tuple[str, ...]
    labels: Texts
    year: Texts
    measures: Texts
    caveat: Texts
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Country:
    """The official columns of a country, and what others say of it."""

    code: str
    """ISO 3166-1, two letters."""
    labels: Texts
    official: tuple[Row, ...]
    notes: tuple[Note, ...]
    others: tuple[Row, ...]
    """Incidents that civil society and international organisations reported to ODIHR."""
    context: tuple[Context, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything in the folder."""

    sources: Mapping[str, Source]
    indices: Mapping[str, Index]
    countries: tuple[Country, ...]


@cache
def facts() -> Facts:
    """What the files of this folder say.

    Raises:
        DefinitionFaulty: a number without a source, a text missing in a tongue, years out of
            order; every fault is named.
    """
    return understood(_toml("sources"), _toml("indices"), {code: _toml(code) for code in COUNTRIES})


def understood(
    sources: Mapping[str, Any], indices: Mapping[str, Any], countries: Mapping[str, Any]
) -> Facts:
    """What such documents say; separate from the files, so that faulty ones can be tried.

    Raises:
        DefinitionFaulty: as :func:`facts`.
    """
    known = {code: _source(code, said) for code, said in sources.items()}
    found = Facts(
        known,
        {code: _index(code, said) for code, said in indices.items()},
        tuple(_country(said) for said in countries.values()),
    )
    faults = tuple(_faults(found))
    if faults:
        raise DefinitionFaulty(
            "the facts about countries are not in order",
            hint="a number without a source is left out",
            faults=faults,
        )
    return found


def _toml(name: str) -> dict[str, Any]:
    content = files("candlemark.publish.beside").joinpath(f"{name}.toml").read_bytes()
    return tomllib.loads(content.decode())


def _source(code: str, said: Mapping[str, Any]) -> Source:
    read = said.get("read")
    return Source(
        code,
        str(said.get("publisher", "")),
        str(said.get("title", "")),
        str(said.get("address", "")),
        Kind(said.get("kind", Kind.REPORT)),
        read if isinstance(read, date) else date.min,
    )


def _index(code: str, said: Mapping[str, Any]) -> Index:
    return Index(
        code,
        said["maker"],
        tuple(said["columns"]),
        said["labels"],
        said["year"],
        said["measures"],
        said["caveat"],
        tuple(said["sources"]),
    )


def _country(said: Mapping[str, Any]) -> Country:
    official = said["official"]
    return Country(
        code=said["code"],
        labels=said["labels"],
        official=tuple(
            Row(year, _values(values), official["source"]) for year, *values in official["rows"]
        ),
        notes=tuple(
            Note(tuple(one["years"]), _texts(one), tuple(one["sources"]))
            for one in said.get("notes", ())
        ),
        others=tuple(
            Row(one["year"], _values([one["count"]]), one["source"])
            for one in said.get("others", ())
        ),
        context=tuple(
            Context(
                one["index"],
                tuple(Row(year, _values(values), source) for year, values, source in one["rows"]),
                tuple(
                    Note((each["year"],), _texts(each), (each["source"],))
                    for each in said.get("remarks", ())
                    if each["index"] == one["index"]
                ),
            )
            for one in said.get("context", ())
        ),
    )


def _values(said: Sequence[int | str]) -> tuple[Value, ...]:
    reasons = {one.value for one in Absence}
    return tuple(Absence(one) if one in reasons else one for one in said)


def _texts(said: Mapping[str, Any]) -> Texts:
    return {tongue: said.get(tongue, "") for tongue in TONGUES}


def _faults(found: Facts) -> Iterator[Fault]:
    for source in found.sources.values():
        if not (source.publisher and source.title and source.address.startswith("https://")):
            yield Fault(source.code, "it says no publisher, no title or no address")
        if source.read == date.min:
            yield Fault(source.code, "it does not say when it was read")
    for index in found.indices.values():
        for what in ("labels", "year", "measures", "caveat"):
            yield from _untold(f"{index.code}, {what}", getattr(index, what))
        yield from _unknown(found, index.code, index.sources)
    for country in found.countries:
        yield from _of_country(found, country)


def _of_country(found: Facts, country: Country) -> Iterator[Fault]:
    yield from _untold(f"{country.code}, its name", country.labels)
    yield from _of_rows(found, country.code, country.official, len(COLUMNS))
    yield from _of_rows(found, f"{country.code}, others", country.others, 1)
    for number, note in enumerate(country.notes, 1):
        yield from _untold(f"{country.code}, note {number}", note.texts)
        yield from _unknown(found, f"{country.code}, note {number}", note.sources)
    for one in country.context:
        where = f"{country.code}, {one.index}"
        if one.index not in found.indices:
            yield Fault(where, "there is no such index")
            continue
        yield from _of_rows(found, where, one.rows, len(found.indices[one.index].columns))
        for note in one.remarks:
            yield from _untold(f"{where}, its remark", note.texts)
            yield from _unknown(found, where, note.sources)


def _of_rows(found: Facts, where: str, rows: Sequence[Row], width: int) -> Iterator[Fault]:
    for row in rows:
        yield from _unknown(found, f"{where} {row.year}", (row.source,))
        if len(row.values) != width:
            yield Fault(f"{where} {row.year}", f"it has {len(row.values)} values, not {width}")
        if any(isinstance(one, int) and one < 0 for one in row.values):
            yield Fault(f"{where} {row.year}", "a number is below zero")
    if any(before.year >= after.year for before, after in pairwise(rows)):
        yield Fault(where, "its years are not in order, each once")


def _untold(where: str, texts: Texts) -> Iterator[Fault]:
    missing = [tongue for tongue in TONGUES if not texts.get(tongue, "").strip()]
    if missing:
        yield Fault(where, f"the text is missing in {', '.join(missing)}")


def _unknown(found: Facts, where: str, sources: Sequence[str]) -> Iterator[Fault]:
    for code in sources or ("",):
        if code not in found.sources:
            yield Fault(where, f"its source is not named: {code or 'none'}")
