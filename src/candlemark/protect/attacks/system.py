"""All that is published, as one set of unknowns with what everybody knows about them.

An unknown is the true count behind a published number, or a count that follows from several of
them (what still waits somewhere).  A relation says that a weighted sum of unknowns lies between two
bounds: parts make up a total, the regions' cases are among the country's, a month's are among the
year's.  Everything published in any release stands in one system, because an attacker keeps old
releases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class System:
    """Unknowns and relations, as arrays."""

    truth: Floats
    low: Floats
    """The least each can be by its own published number."""
    high: Floats
    start: Integers
    """Of each relation, the first place in ``member``; one more at the end (compressed rows)."""
    member: Integers
    weight: Floats
    least: Floats
    most: Floats
    shown: Flags
    """Which are cells that people are counted in; the others only follow from them."""
    names: Sequence[str] = ()
    """Where each stands, for people inside; empty where nobody asks."""

    def __len__(self) -> int:
        return len(self.truth)

    def small(self, below: int) -> Integers:
        """Places of the cells in which few are: more than none, fewer than ``below``."""
        return np.flatnonzero(self.shown & (self.truth > 0) & (self.truth < below))

    def name(self, place: int) -> str:
        """Where an unknown stands."""
        return self.names[place] if len(self.names) else f"cell {place}"


@dataclass(slots=True)
class Building:
    """A system while it is put together."""

    truth: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    shown: list[bool] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    relations: list[tuple[list[int], list[float], float, float]] = field(default_factory=list)

    def unknown(
        self, truth: float, low: float, high: float, name: str, *, shown: bool = True
    ) -> int:
        """Add an unknown; its place."""
        self.truth.append(truth)
        self.low.append(low)
        self.high.append(high)
        self.shown.append(shown)
        self.names.append(name)
        return len(self.truth) - 1

    def equal(self, whole: Sequence[int], parts: Sequence[int]) -> None:
        """That ``parts`` make up ``whole``."""
        self.between(whole, parts, 0.0, 0.0)

    def within(self, whole: Sequence[int], parts: Sequence[int]) -> None:
        """That ``parts`` are no more than ``whole``."""
        self.between(whole, parts, 0.0, float("inf"))

    def between(
        self, whole: Sequence[int], parts: Sequence[int], least: float, most: float
    ) -> None:
        """That ``whole`` less ``parts`` is between two bounds."""
        self.relations.append(
            ([*whole, *parts], [1.0] * len(whole) + [-1.0] * len(parts), least, most)
        )

    def system(self) -> System:
        """The system as arrays."""
        lengths = [len(relation[0]) for relation in self.relations]
        return System(
            np.array(self.truth, dtype=np.float64),
            np.array(self.low, dtype=np.float64),
            np.array(self.high, dtype=np.float64),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            np.array([one for relation in self.relations for one in relation[0]], dtype=np.int64),
            np.array([one for relation in self.relations for one in relation[1]]),
            np.array([relation[2] for relation in self.relations]),
            np.array([relation[3] for relation in self.relations]),
            np.array(self.shown, dtype=bool),
            self.names,
        )


def cube_system(exact: Integers, low: ArrayLike, high: ArrayLike) -> System:
    """The system of one table with all margins, the total last along each axis.

    Args:
        exact: true counts.
        low: least true count that each published one can come from, in the same shape.
        high: largest.
    """
    places = np.arange(exact.size, dtype=np.int64).reshape(exact.shape)
    member, lengths = [], []
    for axis, size in enumerate(exact.shape):
        lines = np.moveaxis(places, axis, -1).reshape(-1, size)
        member.append(lines.ravel())
        lengths.append(np.full(len(lines), size, dtype=np.int64))
    every = np.concatenate(lengths)
    start = np.concatenate([[0], np.cumsum(every)])
    weight = np.full(start[-1], -1.0)
    weight[start[1:] - 1] = 1.0  # the total closes its line
    nothing = np.zeros(len(every))
    return System(
        exact.ravel().astype(np.float64),
        np.asarray(low, dtype=np.float64).ravel(),
        np.asarray(high, dtype=np.float64).ravel(),
        start,
        np.concatenate(member),
        weight,
        nothing,
        nothing,
        np.ones(exact.size, dtype=bool),
    )
