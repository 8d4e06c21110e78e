"""What the rows of a table say, cell by cell, and every cell that could not be understood.

Nothing is repaired.  A cell that is not understood is a fault of its row; whether the row is then
left out, or only the cell, is for a person to say.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.definition.places import region_named
from candlemark.errors import IdsDamaged, NotUnderstood
from candlemark.exchange.days import NOT_KNOWN, read_day
from candlemark.exchange.mapping import IN_TONGUES, SCHEMES, SEVERAL, is_day
from candlemark.tongues import ascii_key, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from candlemark.dates import PartialDate
    from candlemark.definition import Edition
    from candlemark.exchange.mapping import Column, Meant
    from candlemark.exchange.tables import Cell, Table

_PARTS: Final = re.compile(r"\s*[;|\n]\s*")
_DAMAGED: Final = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_TOO_LONG: Final = 20_000
_NUMBER: Final = 200
"""Letters of a case's own number."""


class CellFault(NamedTuple):
    """A cell that was not understood; ``why`` is a code, ``said`` the cell, cut."""

    row: int
    header: str
    field: str
    why: str
    said: str


@dataclass(frozen=True, slots=True)
class RowRead:
    """What one row says."""

    row: int
    """As the program that made the file counts rows."""
    reference: str
    values: Mapping[str, tuple[object, ...]] = field(hash=False)
    """By field: days, terms, countries, texts; names and terms may be several."""
    texts: Mapping[str, tuple[tuple[str, str], ...]] = field(hash=False)
    """By field: text and its tongue."""
    faults: tuple[CellFault, ...]


def understand(table: Table, meant: Meant, edition: Edition) -> Iterator[RowRead]:
    """Each row in turn; an empty one says nothing and is left out.

    Raises:
        IdsDamaged: a spreadsheet has rounded the numbers of cases.
    """
    _refuse_damaged(table, meant)
    words = _Words(
        {field: _terms(edition, scheme) for field, scheme in SCHEMES.items()},
        lambda text: region_named(edition.scheme("regions"), text, meant.country),
    )
    for n, row in enumerate(table.rows, table.first):
        if any(cell != "" for cell in row):
            yield _read(n, row, table.headers, meant, words)


def _refuse_damaged(table: Table, meant: Meant) -> None:
    for at, column in enumerate(meant.columns):
        if column.field != "reference":
            continue
        damaged = sum(
            isinstance(row[at], str) and _DAMAGED.fullmatch(row[at]) is not None  # type: ignore[arg-type]
            for row in table.rows
        )
        if damaged:
            raise IdsDamaged(
                f"{damaged:,} numbers of cases were rounded by a spreadsheet, as in 2.01901E+14",
                hint="take the file as its maker gave it, and do not open and save it in between",
            )


def _read(
    n: int,
    row: tuple[Cell, ...],
    headers: tuple[str, ...],
    meant: Meant,
    words: _Words,
) -> RowRead:
    values: dict[str, tuple[object, ...]] = {}
    texts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    faults: list[CellFault] = []
    for header, column, cell in zip(headers, meant.columns, row, strict=True):
        if not column.field or cell == "":
            continue
        try:
            if column.field in IN_TONGUES:
                texts[column.field].append((_text(cell), column.language or meant.language))
            elif found := _value(column, cell, meant, words):
                values[column.field] = found
        except NotUnderstood as error:
            faults.append(CellFault(n, header, column.field, error.message, str(cell)[:60]))
    reference = str(next(iter(values.pop("reference", ())), ""))
    return RowRead(
        n, reference, values, {name: tuple(said) for name, said in texts.items()}, tuple(faults)
    )


def _value(column: Column, cell: Cell, meant: Meant, words: _Words) -> tuple[object, ...]:
    """What a cell says, as several; nothing where it says that nothing is known."""
    if is_day(column.field):
        day: PartialDate | None = read_day(cell, day_first=meant.day_first)
        return () if day is None else (day,)
    text = _text(cell)
    if words.say_nothing(text):
        return ()
    if column.field == "reference" and len(text) > _NUMBER:
        raise NotUnderstood("a number of a case has at most 200 letters")
    parts = tuple(filter(None, _PARTS.split(text))) if column.field in SEVERAL else (text,)
    if column.field in SCHEMES:
        return tuple(dict.fromkeys(words.term(column.field, part) for part in parts))
    if column.field == "country":
        return (country_of(text),)
    return tuple(dict.fromkeys(parts))


def not_known(text: str) -> bool:
    """Whether a cell says that nothing is known."""
    return fold(text) in NOT_KNOWN or ascii_key(text) in NOT_KNOWN


def _text(cell: Cell) -> str:
    text = cell.isoformat() if isinstance(cell, date) else cell
    if len(text) > _TOO_LONG:
        raise NotUnderstood("a text has at most 20,000 letters")
    return text


class _Words:
    """What cells mean by their words; a cell met before, as codes are, is not worked out again.

    Made for one table and then dropped, because some cells are names.
    """

    def __init__(
        self, terms: Mapping[str, Mapping[str, str]], region: Callable[[str], str]
    ) -> None:
        self._terms = terms
        self._region = region
        self._nothing: dict[str, bool] = {}
        self._found: dict[tuple[str, str], str] = {}

    def say_nothing(self, text: str) -> bool:
        """Whether a cell says that nothing is known."""
        if text not in self._nothing:
            self._nothing[text] = not_known(text)
        return self._nothing[text]

    def term(self, field: str, text: str) -> str:
        """The term of a field's scheme; a region also by a name that is not its label.

        Raises:
            NotUnderstood: there is none.
        """
        if (field, text) not in self._found:
            found = self._terms[field].get(_key(text))
            self._found[field, text] = found or (self._region(text) if field == "region" else "")
        found = self._found[field, text]
        if not found:
            raise NotUnderstood("the definition has no such term")
        return found


@cache
def _terms(edition: Edition, scheme: str) -> dict[str, str]:
    """The terms of a scheme by code and label, as they are compared.

    A label that two terms share in different tongues means neither.
    """
    known: dict[str, set[str]] = defaultdict(set)
    for term in edition.scheme(scheme):
        for label in term.labels.values():
            known[_key(label)].add(term.code)
    clear = {word: codes.pop() for word, codes in known.items() if len(codes) == 1}
    return clear | {_key(term.code): term.code for term in edition.scheme(scheme)}


def _key(text: str) -> str:
    return " ".join(re.split(r"[\W_]+", ascii_key(text))).strip()


def country_of(text: str) -> str:
    """The code of a country, from its code or its name in one of five tongues.

    Raises:
        NotUnderstood: there is none.
    """
    if re.fullmatch(r"[A-Za-z]{2}", text) and text.upper() in _countries().values():
        return text.upper()
    found = _countries().get(_key(text))
    if found is None:
        raise NotUnderstood("there is no such country")
    return found


@cache
def _countries() -> dict[str, str]:
    text = files("candlemark.exchange").joinpath("countries.toml").read_text("utf-8")
    return {_key(name): code for code, names in tomllib.loads(text).items() for name in names}
