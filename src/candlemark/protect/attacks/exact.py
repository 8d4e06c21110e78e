"""The exact attack: the least and the largest value of a small cell that fit everything published.

Linear programming (HiGHS through scipy).  The solver is not believed: a solution counts only when
it was checked against every bound and relation, and where none is found that lies away from the
truth, the cell counts as worked out.  Where a corner is not whole, whole numbers are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from candlemark.protect.attacks.system import System

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]

_FIT: Final = 1e-4
_SLACK: Final = 1e-6


def narrow_cells(
    system: System, aims: Integers, possible: int, low: Floats, high: Floats
) -> list[tuple[int, int, int]]:
    """The cells of ``aims`` for which fewer than ``possible`` values are found.

    Every solution says something of every unknown, so that most need no search of their own.

    Args:
        system: everything published.
        aims: places of the cells.
        possible: values a cell has to be able to have.
        low: bounds that are known already, so that the solver has less to do.
        high: the same.

    Returns:
        Place, least and largest value found, of each.
    """
    found = []
    for part, relations in _components(system, aims):
        search = _Search(system, part, relations, low, high)
        for place in aims[np.isin(aims, part)]:
            least, most = search.range(int(place), possible)
            if most - least + 1 < possible:
                found.append((int(place), least, most))
    return found


def _components(system: System, aims: Integers) -> Iterator[tuple[Integers, Integers]]:
    """The unknowns that relations connect, with those relations, where one is aimed at."""
    relations = len(system.least)
    lengths = np.diff(system.start)
    relation = np.repeat(np.arange(relations), lengths)
    size = len(system)
    graph = csr_array(
        (np.ones(len(system.member)), (system.member, relation + size)),
        shape=(size + relations, size + relations),
    )
    _, label = connected_components(graph, directed=False)
    for wanted in np.unique(label[aims]):
        yield (
            np.flatnonzero(label[:size] == wanted),
            np.flatnonzero(label[size:] == wanted),
        )


class _Search:
    """One connected part, and the widest values found in it."""

    def __init__(
        self, system: System, part: Integers, relations: Integers, low: Floats, high: Floats
    ) -> None:
        self._place = {int(number): place for place, number in enumerate(part)}
        where = np.full(len(system), -1)
        where[part] = np.arange(len(part))
        down, across, weight = [], [], []
        for row, relation in enumerate(relations):
            some = slice(int(system.start[relation]), int(system.start[relation + 1]))
            across.append(where[system.member[some]])
            weight.append(system.weight[some])
            down.append(np.full(len(across[-1]), row))
        self._matrix = csr_array(
            (
                np.concatenate([*weight, np.zeros(0)]),
                (
                    np.concatenate([*down, []]).astype(int),
                    np.concatenate([*across, []]).astype(int),
                ),
            ),
            shape=(len(relations), len(part)),
        )
        self._least, self._most = system.least[relations], system.most[relations]
        self._low, self._high = low[part], high[part]
        truth = system.truth[part]
        self._widest = np.array([truth, truth])

    def range(self, number: int, possible: int) -> tuple[int, int]:
        """Least and largest value found of an unknown; it is searched for until enough are."""
        place = self._place[number]
        for sign in (1.0, -1.0):
            least, most = self._widest[:, place]
            if most - least < possible - 1 - _SLACK:
                self._look(place, sign)
        least, most = self._widest[:, place]
        return round(least), round(most)

    def _look(self, place: int, sign: float) -> None:
        aim = np.zeros(len(self._place))
        aim[place] = sign
        constraints = (
            LinearConstraint(self._matrix, self._least, self._most) if len(self._least) else ()
        )
        # With presolve HiGHS called systems infeasible that their own truth solves.
        for whole in (0, 1):
            result = milp(
                aim,
                integrality=np.full(len(aim), whole, dtype=np.uint8),
                bounds=Bounds(self._low, self._high),
                constraints=constraints,
                options={"presolve": False, "time_limit": 60.0},
            )
            if result.x is not None and self._fits(solution := np.round(result.x)):
                self._widest[0] = np.minimum(self._widest[0], solution)
                self._widest[1] = np.maximum(self._widest[1], solution)
                return

    def _fits(self, solution: Floats) -> bool:
        sums = self._matrix @ solution
        return bool(
            (solution >= self._low - _FIT).all()
            and (solution <= self._high + _FIT).all()
            and (sums >= self._least - _FIT).all()
            and (sums <= self._most + _FIT).all()
        )
