"""The ways of the units of a cohort: what every process view reads, and what a filter narrows.

A process view asks two relations and nothing else, ``stay(unit, cluster, seq, state, entry, leave,
next, days, …)`` and ``member(unit, grp)``, in SQL that DuckDB, SQLite, PostgreSQL and Spark
understand alike: whole numbers, GROUP BY, and window functions whose order ends in ``seq``.  A
filter puts a narrower relation in the place of one of them, so that every view works on what every
filter leaves.

Ticks are ``day * 64 + order within the day`` since the unit entered the cohort.  A stay that had
not ended when we stopped looking has ``next = -1``; it is open, and is never counted as an end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.estimators import TICKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

OPEN: Final = -1
"""The ``next`` of a stay that had not ended when we stopped looking."""


class Askable(Protocol):
    """What answers the queries: a cohort of a stay table."""

    @property
    def groups(self) -> Sequence[str]:
        """Codes of the groups, in the order of their numbers; one empty text for everybody."""
        ...

    def columns(self, sql: str) -> Mapping[str, Integers]:
        """The answer to a query of whole numbers, one array per column."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A state in which a unit can stand."""

    own: str
    """The name the source has for it."""
    stage: str
    """Code in the scheme ``stages`` or ``outcomes``; empty where nobody mapped it."""
    final: bool
    """True where a way ends with it."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The ways of a cohort, or of what filters left of it."""

    asked: Askable
    places: tuple[Place, ...]
    """By the numbers that ``state`` and ``next`` have."""
    last_day: int = 0
    """The last day looked at, in days since 1970-01-01."""
    stay: str = "stay"
    """The relation of stays: a name, or a query in parentheses with a name."""
    member: str = "member"
    dwell: str = "days"
    """Days in the state so far, of a row of ``stay``; below 0 where they are not known."""
    filters: tuple[str, ...] = ()
    """What was filtered, in codes, in the order in which it was done; stands beside every view."""

    @property
    def moving(self) -> str:
        """The relation of stays in states that can be left.

        A table may have a row for having arrived where a way ends; nobody waits in it.
        """
        final = [number for number, place in enumerate(self.places) if place.final]
        if not final:
            return self.stay
        listed = ", ".join(map(str, final))
        return f"(SELECT * FROM {self.stay} WHERE state NOT IN ({listed})) AS stay"

    @property
    def groups(self) -> tuple[str, ...]:
        """Codes of the groups; one empty text for everybody."""
        return tuple(self.asked.groups)

    def columns(self, sql: str) -> Mapping[str, Integers]:
        """The answer to a query of whole numbers."""
        return self.asked.columns(sql)

    def place(self, name: str) -> int:
        """The number of the state with this own name, or of the first with this code.

        Raises:
            NotMeasurable: there is none; the hint names those there are.
        """
        for number, place in enumerate(self.places):
            if place.own == name:
                return number
        for number, place in enumerate(self.places):
            if place.stage and place.stage == name:
                return number
        known = ", ".join(place.own for place in self.places[:20])
        raise NotMeasurable(
            f"nothing here is called {name[:60]!r}", hint=f"there are {known or 'no states'}"
        )

    def sizes(self) -> tuple[int, ...]:
        """How many units each group has that stood anywhere."""
        found = self.columns(
            f"SELECT grp, count(DISTINCT unit) AS many FROM {self.stay} JOIN {self.member}"
            " USING (unit) GROUP BY grp ORDER BY grp"
        )
        sizes = np.zeros(len(self.groups), dtype=np.int64)
        sizes[found["grp"]] = found["many"]
        return tuple(int(size) for size in sizes)


def days_of(ticks: Integers) -> Integers:
    """The whole days of ticks."""
    days: Integers = np.asarray(ticks, dtype=np.int64) // TICKS
    return days


COLUMNS: Final = (
    "unit, cluster, seq, state, entry, leave, next, days, since, agency, flags, day0,"
    " entry_lo, entry_hi, exit_lo, exit_hi"
)
"""What a filter hands on of a stay: never what it worked out for itself, or a second filter would
find a column twice, which one engine forgives and another does not."""


def in_order(stay: str) -> str:
    """A relation: the stays with ``place``, their number within the unit's way, from 1."""
    return (
        "(SELECT *, row_number() OVER (PARTITION BY unit ORDER BY seq) AS place"
        f" FROM {stay}) AS placed"
    )
