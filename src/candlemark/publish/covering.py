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
    from collections.abc import Iterable, Iterator, Sequence

    from candlemark.definition import Crosswalk
    from candlemark.protect import ProtectedFigure, PublicRow, Wanted
    from candlemark.publish.table import Coverage

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
        yield _of_categories(figure, named)
    lines = [(row, _parts(row, named)) for row in _lines(figure)]
    for place, scheme in enumerate(named.by):
        yield _of_groups(lines, scheme, place)
    if named.by:
        finest = [row for row, parts in lines if _WHOLE not in parts]
        there = sum(row.value is not None for row in finest)
        share = math.floor(100 * there / max(len(finest), 1)) / 100
        yield Covering(GROUPS, "+".join(named.by), share)


def _of_categories(figure: ProtectedFigure, named: Wanted) -> Covering:
    """By a total over everybody where there is one, else over the groups that are counted."""
    rows = [row for row in figure.cells if row.quantity == "entered" and row.value is not None]
    if _totals(named):
        rows = [row for row in rows if row.group == ""]
    silent = [row for row in rows if row.category and row.category in _SILENT]
    return _share(named.of, silent, [row for row in rows if not row.category])


def _of_groups(
    lines: Sequence[tuple[PublicRow, Sequence[str]]], scheme: str, place: int
) -> Covering:
    """By the groups of one scheme: their totals over all others where there are such."""
    counted = [(row, parts) for row, parts in lines if row.value is not None]
    if any(_WHOLE in parts for _, parts in lines):
        counted = [
            (row, parts)
            for row, parts in counted
            if all((part == _WHOLE) is (side != place) for side, part in enumerate(parts))
        ]
    silent = [row for row, parts in counted if parts[place] in _SILENT]
    return _share(scheme, silent, [row for row, _ in counted])


def _totals(named: Wanted) -> bool:
    """Whether the group without a name is everybody: of a closed year, which has such totals."""
    return named.what == "entered" and bool(named.year and named.by)


def _parts(row: PublicRow, named: Wanted) -> tuple[str, ...]:
    """What a group is of each scheme."""
    if _totals(named) and row.group == "":
        return (_WHOLE,) * len(named.by)
    parts = tuple(row.group.split("+")) if len(named.by) > 1 else (row.group,)
    # Of somebody of whom a scheme says nothing its part may be left out of the name.
    return parts + ("",) * (len(named.by) - len(parts))


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


# What a table says of it


def told(coverage: Iterable[Coverage], tongue: str, none: str = "") -> list[str]:
    """What a table covers, a text each.

    Args:
        coverage: of the table.
        tongue: of the texts.
        none: what stands for a share that nobody can know yet; without it such a one is left out.
    """
    found = []
    for one in coverage:
        label = digits(one.labels[tongue], tongue)
        if one.share is not None:
            found.append(f"{label}: {_interval(one, tongue)}")
        elif one.what != SAID or none:
            found.append(f"{label}: {none}" if one.what == SAID else label)
    return found


def opening(coverage: Iterable[Coverage], tongue: str) -> str:
    """The same as what stands before another text; empty for a table of before."""
    found = "; ".join(told(coverage, tongue))
    return f"{found}. " if found else ""


def _interval(one: Coverage, tongue: str) -> str:
    value = percent(one.share or 0.0, tongue)
    if one.low is None or one.high is None or one.low == one.high:
        return value
    return f"{value} ({percent(one.low, tongue)} – {percent(one.high, tongue)})"


def percent(value: float, tongue: str) -> str:
    """A share as a tongue writes it."""
    said = format_percent(value, locale=Locale.parse(tongue), numbering_system="default")
    said = digits(said, tongue)
    return said.replace("%", "٪") if tongue == "fa" else said
