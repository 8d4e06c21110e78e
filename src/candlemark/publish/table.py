"""The one form in which numbers leave: a frozen table, from which every file and page is written.

A table says what it counts, of which day, by which definition and method, how sure it is, what the
source did not fill in and what protection did; then come its dimensions, its measures and its
cells.  A cell without a number has a *sign* that says why, and there is no cell without a sign:
missing, suppressed, waiting and zero are four different things.

Every text stands in every tongue of :data:`TONGUES`; a table that lacks one is refused, like one
without an as-of day.  What is refused is refused with all its faults together.

A table is made out of a protected figure (``turning``) or read back from where one was kept.  It
does not protect: docs/decisions/0025-protection.md.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date  # noqa: TC003 - the same
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import msgspec

from candlemark.errors import Fault, NotInOrder
from candlemark.measure.canonical import canonical
from candlemark.tongues import INTERFACE

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT: Final = "candlemark-table/1"
TONGUES: Final = INTERFACE
"""The tongues in which everything published is said."""
TOTAL: Final = "_T"
"""The code of a dimension that stands for everybody together (as in SDMX)."""
NOT_APPLICABLE: Final = "_Z"
"""The code of a dimension that does not divide this number (as in SDMX)."""
LICENCE: Final = "CC-BY-4.0"
"""Licence of what is published; the name of an SPDX identifier."""
LICENCE_ADDRESS: Final = "https://creativecommons.org/licenses/by/4.0/"

_CODE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_@$-]{0,79}")
_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Texts = Mapping[str, str]
"""One text in every tongue."""


class Sign(StrEnum):
    """What stands in a cell."""

    NUMBER = "number"
    MISSING = "missing"  # there is no such number: nobody knows it, or it has not come about
    SUPPRESSED = "suppressed"  # small, or it would give a small one away
    WAITING = "waiting"  # too few new cases so far; it comes with a later release
    ZERO = "zero"  # nobody; with an interval beside it, as few as that says


class Form(StrEnum):
    """What the numbers of a measure are."""

    COUNT = "count"  # units
    SHARE = "share"  # between 0 and 1
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Named:
    """A code and what it is called in every tongue."""

    code: str
    labels: Texts


@dataclass(frozen=True, slots=True)
class Dimension:
    """What cells are divided by; ``categories`` in the order in which readers meet them."""

    code: str
    labels: Texts
    categories: tuple[Named, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the categories."""
        return tuple(one.code for one in self.categories)


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of number."""

    code: str
    labels: Texts
    notes: Texts
    form: Form


@dataclass(frozen=True, slots=True)
class Cell:
    """One number, or the sign that stands where there is none.

    ``low`` and ``high`` are the ends of the 95 % interval.  ``reason`` is a code that says more
    than the sign (``not-reached``), empty when there is no more to say.
    """

    at: tuple[str, ...]
    """A code of every dimension, in their order."""
    measure: str
    sign: Sign
    value: int | float | None = None
    low: int | float | None = None
    high: int | float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """One thing that a table covers; ``covering`` says how it is found.

    ``share`` is between 0 and 1, in steps of a hundredth; None where the text says all, or where
    nobody can know.
    """

    what: str
    """``cases`` or ``records``: whose; ``since``, ``between``, ``year``: when; ``said``: of the
    cases counted, those that say something by the scheme ``code``; ``groups``: of the groups, those
    that are counted; ``date`` (of the stage ``code``) and ``end``: what the source does not tell.
    Tables of an early version say ``group``."""
    code: str
    labels: Texts
    share: float | None
    low: float | None = None
    high: float | None = None
    """Ends of the 95 % interval of a share that is made of numbers with noise."""


@dataclass(frozen=True, slots=True)
class Protection:
    """What protection did to the numbers of a table."""

    policy: str
    way: str
    """``closed-batches``; ``round-and-hide`` of what an early version published.  Only releases of
    closed batches may stand beside each other."""
    notes: Texts
    parameters: Mapping[str, int | float]
    suppressed: int
    """Cells with the sign ``suppressed``."""


CLOSED_BATCHES: Final = "closed-batches"


@dataclass(frozen=True)
class Table:
    """Numbers as they are published, with all that a reader needs to use them."""

    name: str
    """Stays the same from release to release: the address of its newest form."""
    titles: Texts
    question: Named
    agency: Named
    unit: Named
    entry: Named
    """The stage at which units enter."""
    edition: str
    edition_fingerprint: str
    as_of: date
    as_of_stated: bool
    """False when nobody said of which day the data are, and the latest day in them was taken."""
    method: Named
    uncertainty: Named
    coverage: tuple[Coverage, ...]
    protection: Protection
    overlap: bool
    """True when a unit can stand in several groups, so that groups do not add up."""
    simulated: bool
    dimensions: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    cells: tuple[Cell, ...]
    licence: str = LICENCE
    position: int = 0
    """Entries of the ledger when it was first published; 0 before.  It is no part of the identity,
    so a table that stays the same keeps its address."""

    def __post_init__(self) -> None:
        faults = tuple(_faults(self))
        if faults:
            raise NotInOrder(
                "this table is not in order", hint="nothing of it is published", faults=faults
            )

    @cached_property
    def identity(self) -> str:
        """SHA-256 of the canonical document, in hex: its permanent address."""
        return hashlib.sha256(canonical(document(self, placed=False))).hexdigest()

    def dimension(self, code: str) -> Dimension | None:
        """The dimension with this code, if the table has it."""
        return next((one for one in self.dimensions if one.code == code), None)

    def measure(self, code: str) -> Measure:
        """The measure with this code."""
        return next(one for one in self.measures if one.code == code)

    @property
    def covered(self) -> float | None:
        """Of the cases counted, the share that says something on what the table divides them by.

        None where it divides by nothing that a source could leave open, or where nobody can know.
        """
        return next((one.share for one in self.coverage if one.what == "said"), None)

    def placed(self, position: int) -> Table:
        """The same table, first published when the ledger had so many entries."""
        return replace(self, position=position)


def columns(table: Table) -> tuple[str, ...]:
    """The columns of the table as rows, the same in every tabular file."""
    return (
        *(one.code for one in table.dimensions),
        "measure",
        "value",
        "low",
        "high",
        "sign",
        "reason",
        "source",
        "covered",
    )


def rows(table: Table) -> Iterator[tuple[str | int | float | None, ...]]:
    """The cells as rows of :func:`columns`."""
    for cell in table.cells:
        yield (
            *cell.at,
            cell.measure,
            cell.value,
            cell.low,
            cell.high,
            cell.sign.value,
            cell.reason,
            table.agency.code,
            table.covered,
        )


def document(table: Table, *, placed: bool = True) -> dict[str, Any]:
    """The table as a document for JSON."""
    found: dict[str, Any] = {"format": FORMAT, **msgspec.to_builtins(table)}
    if not placed:
        del found["position"]
    for one in found["coverage"]:
        # What has no interval says nothing of one, so that tables keep the identity they had.
        if one["low"] is None:
            del one["low"], one["high"]
    return found


def read_table(stored: bytes) -> Table:
    """The table in a JSON document.

    Raises:
        NotInOrder: it is not one, or not in order.
    """
    try:
        found = json.loads(stored)
        if found.pop("format") != FORMAT:
            raise _no_table()
        return msgspec.convert(found, Table)
    except (msgspec.ValidationError, ValueError, KeyError, AttributeError, RecursionError):
        raise _no_table() from None


def _no_table() -> NotInOrder:
    return NotInOrder(
        "this is not a table of Candlemark", hint=f"a table is a document of format {FORMAT}"
    )


def _faults(table: Table) -> Iterator[Fault]:
    if _NAME.fullmatch(table.name) is None:
        yield Fault("name", "it is not lower-case words with hyphens")
    # Its type says that there is one; a figure that was put together elsewhere may not.
    if table.as_of is None:
        yield Fault("as_of", "there is no as-of date")  # type: ignore[unreachable]
    for where, texts in _texts(table):
        missing = [tongue for tongue in TONGUES if not texts.get(tongue, "").strip()]
        if missing:
            yield Fault(where, f"the text is missing in {', '.join(missing)}")
    yield from _codes_faults(table)
    yield from _cell_faults(table)


def _texts(table: Table) -> Iterator[tuple[str, Texts]]:
    yield "titles", table.titles
    named = ("question", "agency", "unit", "entry", "method", "uncertainty")
    for name in named:
        yield name, getattr(table, name).labels
    yield "protection", table.protection.notes
    for covered in table.coverage:
        yield f"coverage {covered.what} {covered.code}", covered.labels
    for dimension in table.dimensions:
        yield dimension.code, dimension.labels
        for one in dimension.categories:
            yield f"{dimension.code} {one.code}", one.labels
    for measure in table.measures:
        yield measure.code, measure.labels
        yield f"{measure.code}, its note", measure.notes


def _codes_faults(table: Table) -> Iterator[Fault]:
    lists = {one.code: one.codes for one in table.dimensions}
    lists["measure"] = tuple(one.code for one in table.measures)
    if len(lists) != len(table.dimensions) + 1:
        yield Fault("dimensions", "two have the same code")
    for where, codes in lists.items():
        if _CODE.fullmatch(where) is None or any(_CODE.fullmatch(one) is None for one in codes):
            yield Fault(where, "a code holds something else than letters, digits and -_@$")
        if any(one == other for one, other in pairwise(sorted(codes))):
            yield Fault(where, "a code stands in it twice")


def _cell_faults(table: Table) -> Iterator[Fault]:
    known = [frozenset(one.codes) for one in table.dimensions]
    forms = {one.code: one.form for one in table.measures}
    seen: set[tuple[tuple[str, ...], str]] = set()
    for number, cell in enumerate(table.cells):
        where = f"cell {number}"
        if len(cell.at) != len(known) or any(
            code not in codes for code, codes in zip(cell.at, known, strict=False)
        ):
            yield Fault(where, "it stands at a place the dimensions do not have")
        if cell.measure not in forms:
            yield Fault(where, "its measure is not one of the table")
        elif cell.value is not None and forms[cell.measure] is Form.COUNT and cell.value % 1:
            yield Fault(where, "a count is no whole number")
        if (cell.at, cell.measure) in seen:
            yield Fault(where, "there is another one at this place")
        seen.add((cell.at, cell.measure))
        yield from _sign_faults(where, cell)
    hidden = sum(cell.sign is Sign.SUPPRESSED for cell in table.cells)
    if hidden != table.protection.suppressed:
        yield Fault(
            "protection", f"it counts {table.protection.suppressed} suppressed, not {hidden}"
        )


def _sign_faults(where: str, cell: Cell) -> Iterator[Fault]:
    if cell.sign is Sign.NUMBER and cell.value is None:
        yield Fault(where, "it is called a number and has none")
    elif cell.sign is Sign.ZERO and cell.value != 0:
        yield Fault(where, "it is called zero and is not")
    elif cell.sign not in {Sign.NUMBER, Sign.ZERO} and (
        cell.value is not None or cell.low is not None or cell.high is not None
    ):
        yield Fault(where, f"it is {cell.sign.value} and has a number all the same")
    if cell.low is not None and cell.high is not None and cell.low > cell.high:
        yield Fault(where, "its interval ends before it begins")
