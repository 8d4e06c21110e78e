"""Where the official columns contradict a funnel by their own numbers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from candlemark.publish.beside.reading import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.publish.beside.reading import Country


@dataclass(frozen=True, slots=True)
class Against:
    """A year in which a later column is larger than an earlier one."""

    year: int
    earlier: str
    later: str
    of_earlier: int
    of_later: int


def against(country: Country) -> Iterator[Against]:
    """Every such year of a country, in order, each with the two columns furthest apart.

    In a funnel, whoever is sentenced was prosecuted before, and recorded before that, so no column
    could be larger than one before it.
    """
    for row in country.official:
        found = [
            Against(row.year, COLUMNS[first], COLUMNS[last], before, after)
            for first, last in combinations(range(len(COLUMNS)), 2)
            for before, after in [(row.values[first], row.values[last])]
            if isinstance(before, int) and isinstance(after, int) and after > before
        ]
        if found:
            yield max(found, key=lambda one: one.of_later - one.of_earlier)
