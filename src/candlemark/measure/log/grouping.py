"""Which units a question chooses and into which groups they fall, by what they are coded by.

An absence (unknown, not asked, refused) counts only where nothing else is coded: several columns
can code one scheme, and most of them are empty for most units.  A unit with several terms of a
scheme stands in each of their groups; one with none in ``not-recorded``.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.measure.columns import NOT_RECORDED, day_of, days_since
from candlemark.measure.log.ask import AGENCY, PERIODS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from candlemark.measure.log.ask import Where
    from candlemark.measure.log.stay_table import StayTable

    Integers = NDArray[np.int64]


def fitting(table: StayTable, where: Where) -> NDArray[np.bool_]:
    """For each unit of a table, whether a condition holds.

    A term of the definition holds for every unit coded by it or by a term that is a part of it.
    """
    here = np.zeros(table.units, dtype=bool)
    if where.scheme == AGENCY:
        places = [place for place, name in enumerate(table.agencies) if name in where.terms]
        rows = np.isin(table.rows["agency"].to_numpy(), places)
        here[table.rows["unit"].to_numpy()[rows]] = True
        return here
    units, terms, names = _coded(table, where.scheme)
    places = [place for place, name in enumerate(names) if _within(table, where, name)]
    here[units[np.isin(terms, places)]] = True
    return here


def _within(table: StayTable, where: Where, term: str) -> bool:
    """Whether a term is one of those asked for, or a part of one of them."""
    broader = table.broader.get(where.scheme, {})
    while term and term not in where.terms:
        term = broader.get(term, "")
    return bool(term)


def divided(
    table: StayTable, by: str, unit: Integers, day0: Integers, agency: Integers
) -> tuple[tuple[str, ...], pa.Table]:
    """The groups that have a unit, in order, and a table ``unit, grp``.

    Args:
        table: the whole.
        by: a scheme, ``agency`` or one of :data:`PERIODS`.
        unit: those who entered, in order.
        day0: the day each entered.
        agency: where each entered.
    """
    if by == AGENCY:
        return _named(unit, agency, table.agencies)
    if by in PERIODS:
        return _by_period(unit, day0, PERIODS[by])
    units, terms, names = _coded(table, by)
    there = np.isin(units, unit)
    units, terms = units[there], terms[there]
    without = np.setdiff1d(unit, units, assume_unique=False)
    place = names.index(NOT_RECORDED) if NOT_RECORDED in names else len(names)
    names = names if NOT_RECORDED in names else (*names, NOT_RECORDED)
    return _named(
        np.concatenate([units, without]),
        np.concatenate([terms, np.full(len(without), place)]),
        names,
    )


def _coded(table: StayTable, scheme: str) -> tuple[Integers, Integers, tuple[str, ...]]:
    """Unit and term, once each, of a scheme; absences only of units with nothing else."""
    codes = table.codes.filter(pc.equal(table.codes["scheme"].cast(pa.string()), scheme))
    column = codes["term"].unify_dictionaries().combine_chunks()
    units = codes["unit"].to_numpy()
    terms = column.indices.to_numpy().astype(np.int64)
    absent = codes["absent"].combine_chunks().to_numpy(zero_copy_only=False)
    something = np.zeros(table.units, dtype=bool)
    something[units[~absent]] = True
    counts = ~absent | ~something[units]
    many = len(column.dictionary)
    pairs = np.unique(units[counts] * many + terms[counts])
    names: list[str] = column.dictionary.to_pylist()
    order = {term: place for place, term in enumerate(table.terms.get(scheme, ()))}
    ranked = sorted(
        range(many), key=lambda place: (order.get(names[place], len(order)), names[place])
    )
    rank = np.empty(many, dtype=np.int64)
    rank[ranked] = np.arange(many)
    return pairs // many, rank[pairs % many], tuple(names[place] for place in ranked)


def _by_period(unit: Integers, day0: Integers, months: int) -> tuple[tuple[str, ...], pa.Table]:
    first = day_of(int(day0.min()))
    last = int(day0.max())
    start = date(first.year, (first.month - 1) // months * months + 1, 1)
    edges, names = [], []
    while days_since(start) <= last:
        edges.append(days_since(start))
        names.append(_period_name(start, months))
        month = start.month - 1 + months
        start = date(start.year + month // 12, month % 12 + 1, 1)
    place = np.searchsorted(edges, day0, side="right") - 1
    return _named(unit, place, tuple(names))


def _period_name(start: date, months: int) -> str:
    if months == 12:
        return f"{start.year:04}"
    return f"{start.year:04}-Q{start.month // 3 + 1}" if months == 3 else f"{start:%Y-%m}"


def _named(
    units: Integers, places: Integers, names: tuple[str, ...]
) -> tuple[tuple[str, ...], pa.Table]:
    """Only groups with a unit, numbered anew in the same order."""
    there, numbers = np.unique(places, return_inverse=True)
    order = np.lexsort((numbers, units))
    members = pa.table(
        {
            "unit": pa.array(units[order], pa.int64()),
            "grp": pa.array(numbers.reshape(-1)[order], pa.int64()),
        }
    )
    return tuple(names[place] for place in there), members
