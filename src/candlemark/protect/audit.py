"""What an attacker can work out from all that is shown: the hidden numbers that are given away.

The attacker assumed here has every shown number, knows that parts make up wholes, and knows every
rule of this floor: how counts are rounded, and that a number hidden for being small is below the
threshold.  They even know which hidden numbers are the small ones, which the pages do not say.  For
each small number two solutions are looked for that fit all of this and lie far enough apart (linear
and integer programming, HiGHS through scipy); a number for which there are none is given away.

What this does not cover: what the attacker knows from elsewhere (a whole group but one person), and
figures of the same cohort given at another time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from candlemark.protect.quantities import Quantity, Relation

    Vector = np.ndarray[tuple[int], np.dtype[np.float64]]

_SLACK = 1e-6
"""Units by which shares may miss their sum: they are floats."""
_FIT = 1e-4
"""Units by which a checked solution may miss; far below what anybody could use."""


def attacks(
    quantities: Sequence[Quantity],
    relations: Sequence[Relation],
    known: Mapping[int, tuple[float, float]],
    small: Collection[int],
) -> list[Attack]:
    """One attack per set of numbers that tell of each other and hold a small one.

    Args:
        quantities: of one set of figures.
        relations: between them.
        known: per quantity the bounds that follow from how it is shown, or hidden.
        small: numbers of the quantities that must not be worked out.
    """
    made = []
    for part in _components(len(quantities), relations):
        aims = sorted(part.intersection(small))
        if aims:
            inside = [rule for rule in relations if rule.weights[0][0] in part]
            made.append(Attack(quantities, inside, known, sorted(part), aims))
    return made


def _components(count: int, relations: Sequence[Relation]) -> list[set[int]]:
    """Sets of quantities that relations connect; nothing in one tells of another."""
    root = list(range(count))

    def top(number: int) -> int:
        while root[number] != number:
            root[number] = root[root[number]]
            number = root[number]
        return number

    for relation in relations:
        first = top(relation.weights[0][0])
        for number, _ in relation.weights[1:]:
            root[top(number)] = first
    sets: dict[int, set[int]] = {}
    for number in range(count):
        sets.setdefault(top(number), set()).add(number)
    return list(sets.values())


class Attack:
    """One connected set of numbers, and the search for what fits them.

    The solver is not believed.  Each solution it gives is held against every bound and relation,
    and only two checked solutions that differ enough show that a number can have several values;
    where the solver finds none, the number counts as given away.
    """

    def __init__(
        self,
        quantities: Sequence[Quantity],
        relations: Sequence[Relation],
        known: Mapping[int, tuple[float, float]],
        part: Sequence[int],
        aims: Sequence[int],
    ) -> None:
        self._part = part
        self._aims = aims
        self._place = {number: place for place, number in enumerate(part)}
        self._whole = np.array([quantities[number].whole for number in part])
        self._matrix = self._sums(relations, len(part))
        self._low = np.array([rule.low for rule in relations])
        self._high = np.array([rule.high for rule in relations])
        # The truth is one solution; a second one far from it is enough.
        truth = np.array([quantities[number].units for number in part])
        self._widest = np.array([truth, truth])
        self.know(known)

    def know(self, known: Mapping[int, tuple[float, float]]) -> None:
        """What is known of each number now.

        It can only have become less: what was found to fit before still does.
        """
        bounds = np.array([known[number] for number in self._part])
        self._bounds = Bounds(bounds[:, 0], bounds[:, 1])

    def _sums(self, rows: Sequence[Relation], width: int) -> csr_array:
        across = [self._place[number] for row in rows for number, _ in row.weights]
        down = [place for place, row in enumerate(rows) for _ in row.weights]
        weights = [weight for row in rows for _, weight in row.weights]
        return csr_array((weights, (down, across)), shape=(len(rows), width))

    def narrow(self, values: int) -> list[int]:
        """The small numbers with fewer than ``values`` values.

        Every solution says something of every number, so most need no search of their own.
        """
        found = []
        for number in self._aims:
            place = self._place[number]
            for sign in (1.0, -1.0):
                if not self._wide(place, values):
                    self._search(place, sign)
            if not self._wide(place, values):
                found.append(number)
        return found

    def _wide(self, place: int, values: int) -> bool:
        least, most = self._widest[:, place]
        return bool(most - least >= values - 1 - _SLACK)

    def _search(self, place: int, sign: float) -> None:
        """Look for a solution with a small, or a large, value at ``place``, and remember it."""
        aim = np.zeros(len(self._place))
        aim[place] = sign
        slack = 0.0 if self._whole.all() else _SLACK
        constraints = (
            LinearConstraint(self._matrix, self._low - slack, self._high + slack)
            if len(self._low)
            else ()
        )
        # Most corners of such tables are whole numbers already; only where not, search for whole.
        # Presolve is off: with it HiGHS called tables infeasible that their own truth solves.
        for integrality in (None, self._whole.astype(np.uint8)):
            result = milp(
                aim,
                integrality=integrality,
                bounds=self._bounds,
                constraints=constraints,
                options={"presolve": False},
            )
            if result.x is not None and self._holds(solution := self._cleaned(result.x)):
                self._widest[0] = np.minimum(self._widest[0], solution)
                self._widest[1] = np.maximum(self._widest[1], solution)
                return

    def _cleaned(self, solution: Vector) -> Vector:
        return np.where(self._whole, np.round(solution), solution)

    def _holds(self, solution: Vector) -> bool:
        """Whether a solution keeps every bound and every relation."""
        sums = self._matrix @ solution
        return bool(
            (solution >= self._bounds.lb - _FIT).all()
            and (solution <= self._bounds.ub + _FIT).all()
            and (sums >= self._low - _FIT).all()
            and (sums <= self._high + _FIT).all()
        )
