"""The exact attack: the least and the largest value of a small cell that fit everything published.

Most cells can be seen to be safe by hand: change the cell by one or two, and mend every relation
that this breaks at a number that has room.  Where that does not lead to an end, linear programming
(HiGHS through scipy) looks for the bounds; where its corner is not whole, whole numbers are asked
for.  Neither is believed: a solution counts only when it was checked against every bound and
relation, and where none is found that lies away from the truth, the cell counts as worked out.
"""

from __future__ import annotations

import random
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
_GOES: Final = 6
"""How often mending by hand is tried; it takes a hundredth of what linear programming takes."""
_STEPS: Final = 200
"""Unknowns that are changed by hand at most, before linear programming is asked."""


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
        self.least, self.most = system.least[relations], system.most[relations]
        self.low, self.high = low[part], high[part]
        self.chance = random.Random(len(part))  # noqa: S311 - to find witnesses, not keys
        self.truth = system.truth[part]
        self._widest = np.array([self.truth, self.truth])
        self.bounds: list[tuple[float, float]] = list(
            zip(self.least.tolist(), self.most.tolist(), strict=True)
        )
        self.sums = [float(each) for each in self._matrix @ self.truth]
        self.members: list[list[tuple[int, float]]] = []
        self.inside: list[list[tuple[int, float]]] = [[] for _ in part]
        for row, (members, weights) in enumerate(zip(across, weight, strict=True)):
            pairs = list(zip(members.tolist(), weights.tolist(), strict=True))
            self.members.append(pairs)
            for one, each in pairs:
                self.inside[one].append((row, each))

    def range(self, number: int, possible: int) -> tuple[int, int]:
        """Least and largest value found of an unknown; it is searched for until enough are."""
        place = self._place[number]
        for _ in range(_GOES):
            for away in range(possible - 1, 0, -1):
                for sign in (1.0, -1.0):
                    if not self._enough(place, possible):
                        self._nudge(place, sign * away)
        for sign in (1.0, -1.0):
            if not self._enough(place, possible):
                self._look(place, sign)
        least, most = self._widest[:, place]
        return round(least), round(most)

    def _enough(self, place: int, possible: int) -> bool:
        least, most = self._widest[:, place]
        return bool(most - least >= possible - 1 - _SLACK)

    def _nudge(self, place: int, away: float) -> None:
        """Change one unknown, and mend what that breaks, a step of one at a time.

        Of the numbers with room in a broken relation the one is moved that mends most and breaks
        least; of several, one by chance.
        """
        mending = _Mending(self, place, away)
        for _ in range(_STEPS):
            if not mending.broken:
                self._keep(mending.solution())
                return
            if not mending.step(self.chance):
                return

    def _keep(self, solution: Floats) -> bool:
        """Remember a solution, once it is known to be one."""
        if not self._fits(solution):
            return False
        self._widest[0] = np.minimum(self._widest[0], solution)
        self._widest[1] = np.maximum(self._widest[1], solution)
        return True

    def _look(self, place: int, sign: float) -> None:
        aim = np.zeros(len(self._place))
        aim[place] = sign
        constraints = (
            LinearConstraint(self._matrix, self.least, self.most) if len(self.least) else ()
        )
        # With presolve HiGHS is quick, and called systems infeasible that their own truth solves.
        for presolve, whole in ((True, 0), (True, 1), (False, 0), (False, 1)):
            result = milp(
                aim,
                integrality=np.full(len(aim), whole, dtype=np.uint8),
                bounds=Bounds(self.low, self.high),
                constraints=constraints,
                options={"presolve": presolve, "time_limit": 60.0},
            )
            if result.x is not None and self._keep(np.round(result.x)):
                return

    def _fits(self, solution: Floats) -> bool:
        sums = self._matrix @ solution
        return bool(
            (solution >= self.low - _FIT).all()
            and (solution <= self.high + _FIT).all()
            and (sums >= self.least - _FIT).all()
            and (sums <= self.most + _FIT).all()
        )


class _Mending:
    """The truth with one unknown changed, while it is mended."""

    def __init__(self, search: _Search, place: int, away: float) -> None:
        self._search = search
        self._fixed = place
        self._value: dict[int, float] = {}
        self._off: dict[int, float] = {}
        self.broken: set[int] = set()
        if search.low[place] <= search.truth[place] + away <= search.high[place]:
            self._move(place, away)
        else:
            self.broken = {-1}

    def step(self, chance: random.Random) -> bool:
        """Move one unknown by one in a broken relation; whether one could be moved."""
        if -1 in self.broken:
            return False
        relation = chance.choice(sorted(self.broken))
        sign = 1.0 if self._missing(relation, self._at(relation)) > 0 else -1.0
        best: list[tuple[int, float]] = []
        least = 1_000
        for one, weight in self._search.members[relation]:
            away = sign * weight
            if one != self._fixed and self._room(one, away):
                breaks = sum(self._worse(each, of * away) for each, of in self._search.inside[one])
                if breaks < least:
                    best, least = [], breaks
                if breaks == least:
                    best.append((one, away))
        if not best:
            return False
        self._move(*chance.choice(best))
        return True

    def solution(self) -> Floats:
        """The truth with all changes."""
        found = self._search.truth.copy()
        for one, value in self._value.items():
            found[one] += value
        return found

    def _room(self, one: int, away: float) -> bool:
        there = self._search.truth[one] + self._value.get(one, 0.0) + away
        return bool(self._search.low[one] <= there <= self._search.high[one])

    def _at(self, relation: int) -> float:
        return self._search.sums[relation] + self._off.get(relation, 0.0)

    def _missing(self, relation: int, at: float) -> float:
        least, most = self._search.bounds[relation]
        return max(least - at, 0.0) or min(most - at, 0.0)

    def _worse(self, relation: int, by: float) -> int:
        """-1 where a relation comes nearer to holding, 1 where it goes away from it."""
        at = self._at(relation)
        before, after = abs(self._missing(relation, at)), abs(self._missing(relation, at + by))
        return int(after > before) - int(after < before)

    def _move(self, one: int, away: float) -> None:
        self._value[one] = self._value.get(one, 0.0) + away
        for relation, weight in self._search.inside[one]:
            self._off[relation] = self._off.get(relation, 0.0) + weight * away
            if abs(self._missing(relation, self._at(relation))) < _SLACK:
                self.broken.discard(relation)
            else:
                self.broken.add(relation)
