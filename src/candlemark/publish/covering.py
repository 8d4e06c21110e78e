"""What a table covers: whose cases, since when, and what share of them says what is counted.

Everything here is computed of published numbers and of the crosswalk, which is public.  Whoever has
the table can compute it again, so that it tells nobody anything that the table does not tell.  A
share counted inside would: one case more moves it, and two releases of it are subtracted.  It is
therefore refused by being impossible; this module is given nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.numbers import format_percent

from candlemark.measure.process import ANSWERS, KINDS
from candlemark.protect import Status, wanted
from candlemark.tongues import digits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from candlemark.definition import Crosswalk
    from candlemark.protect import ProtectedFigure, PublicRow
    from candlemark.publish.table import Coverage, Table

CASES: Final = "cases"
"""Cases entered by hand: those that a group knows of."""
RECORDS: Final = "records"
"""What an agency recorded."""
SAID: Final = "said"
"""Of the cases counted, those that say something by the scheme ``code``."""
GROUPS: Final = "groups"
"""Of the groups of a table, those that are counted."""
_WHOLE: Final = "_T"
_SILENT: Final = frozenset({*KINDS, "_Z", ""}) - ANSWERS
"""Codes of those of whom a scheme does not say anything."""


@dataclass(frozen=True, slots=True)
class Covering:
    """One thing that is covered; ``low`` and ``high`` are what the noise leaves open."""

    what: str
    code: str
    share: float | None = None
    low: float | None = None
    high: float | None = None


def coverings(figure: ProtectedFigure, crosswalk: Crosswalk | None) -> Iterator[Covering]:
    """What a figure covers: whose cases, since when, how many groups, and what they say."""
    own = figure.basis.crosswalk
    yield Covering(RECORDS if own else CASES, own or CASES)
    if crosswalk is not None and crosswalk.valid_from:
        since, to = crosswalk.valid_from, crosswalk.valid_to
        yield Covering("between", f"{since}/{to}") if to else Covering("since", since)
    if not figure.table:
        return
    (named,) = wanted([figure.table])
    if named.year:
        yield Covering("year", named.year)
    if any(row.status is Status.MISSING for row in figure.cells):
        yield Covering("end" if named.what == "stands" else "date", named.of, 0.0)
        return
    if named.what == "entered" and named.of:
        yield _of_categories(figure, named.of)
    for place, scheme in enumerate(named.by):
        yield _of_groups(figure, scheme, place, len(named.by))
    if named.by:
        yield _counted(figure, "+".join(named.by))


def _of_categories(figure: ProtectedFigure, scheme: str) -> Covering:
    """By a total over everybody where there is one, else over the groups that are counted."""
    rows = [row for row in figure.cells if row.quantity == "entered" and row.value is not None]
    if any(row.group == "" for row in rows):
        rows = [row for row in rows if row.group == ""]
    silent = [row for row in rows if row.category and row.category in _SILENT]
    return _share(scheme, silent, [row for row in rows if not row.category])


def _of_groups(figure: ProtectedFigure, scheme: str, place: int, sides: int) -> Covering:
    lines = [
        (row, parts)
        for row in _lines(figure)
        if row.value is not None
        and len(parts := row.group.split("+") if sides > 1 else [row.group]) == sides
    ]
    if any(_WHOLE in parts for _, parts in lines):
        # A closed year has a total over each thing: only the lines of this one are taken.
        lines = [
            (row, parts)
            for row, parts in lines
            if all((part == _WHOLE) is (side != place) for side, part in enumerate(parts))
        ]
    elif any(row.group for row, _ in lines):
        lines = [(row, parts) for row, parts in lines if row.group or sides == 1]
    silent = [row for row, parts in lines if parts[place] in _SILENT]
    return _share(scheme, silent, [row for row, _ in lines])


def _lines(figure: ProtectedFigure) -> list[PublicRow]:
    """A count of everybody in each group: who entered, or who began the first span of a curve."""
    entered = [row for row in figure.cells if row.quantity == "entered" and not row.category]
    began = [row for row in figure.cells if row.quantity == "began"]
    first = min((row.day for row in began if row.day is not None), default=None)
    return entered or [row for row in began if row.day == first]


def _share(scheme: str, silent: Sequence[PublicRow], every: Sequence[PublicRow]) -> Covering:
    """What is left when those are taken away of whom the scheme says nothing."""
    scheme = scheme.rstrip("^")
    whole, off = _summed(every)
    if whole <= off:
        return Covering(SAID, scheme)
    without, more = _summed(silent)
    share = 1 - min(without / whole, 1.0)
    low = 1 - min((without + more) / (whole - off), 1.0)
    high = 1 - max(without - more, 0.0) / (whole + off)
    return Covering(
        SAID, scheme, round(share, 2), math.floor(100 * low) / 100, math.ceil(100 * high) / 100
    )


def _summed(rows: Sequence[PublicRow]) -> tuple[float, float]:
    """The sum of some published counts, and how far it may be off."""
    offs = ((row.high or 0) - (row.value or 0) for row in rows)
    return sum(row.value or 0 for row in rows), math.hypot(*offs)


def _counted(figure: ProtectedFigure, schemes: str) -> Covering:
    lines = _lines(figure)
    there = sum(row.value is not None for row in lines)
    return Covering(GROUPS, schemes, math.floor(100 * there / max(len(lines), 1)) / 100)


# What a table says of it


def told(
    table: Table, tongue: str, share: Callable[[float], str] | None = None, none: str = ""
) -> list[str]:
    """What a table covers, a text each.

    Args:
        table: see above.
        tongue: of the texts.
        share: how a share is written; by default as that tongue does.
        none: what stands for a share that nobody can know yet; without it such a one is left out.
    """
    write = share or (lambda value: percent(value, tongue))
    found = []
    for one in table.coverage:
        label = digits(one.labels[tongue], tongue)
        if one.share is not None:
            found.append(f"{label}: {_interval(one, write)}")
        elif one.what != SAID or none:
            found.append(f"{label}: {none}" if one.what == SAID else label)
    return found


def _interval(one: Coverage, write: Callable[[float], str]) -> str:
    value = write(one.share or 0.0)
    if one.low is None or one.high is None or one.low == one.high:
        return value
    return f"{value} ({write(one.low)} – {write(one.high)})"


def percent(value: float, tongue: str) -> str:
    """A share as a tongue writes it."""
    said = format_percent(value, locale=Locale.parse(tongue), numbering_system="default")
    said = digits(said, tongue)
    return said.replace("%", "٪") if tongue == "fa" else said
