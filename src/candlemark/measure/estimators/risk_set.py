"""Where a curve has enough units under it to be read.

Few units at risk make a curve jump: with late entry at its beginning, everywhere at its end.  A
jump at the beginning stays in the whole curve, since probabilities are products.  So a curve starts
where enough are under observation, and says so ("of those who had not ended by day 40").  It stops
where one unit would move it by too much: a unit at risk in h stands for p_h / Y_h of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.estimators.aalen_johansen import Hazards, occupation

if TYPE_CHECKING:
    from candlemark.measure.estimators.counts import Counts

LEAST: Final = 10
"""Units under observation that a curve needs; one of them moves it by ten points at most."""

_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Readable:
    """The part of a curve that rests on enough units."""

    first: int
    """The tick after which it begins; ``since`` of the estimators, with the start estimated."""
    last: int
    """The last tick up to which it is to be read."""
    from_entry: bool
    """True when it begins where the first units came: nothing was left out in front."""
    least: int


def readable(counts: Counts, least: int = LEAST) -> Readable:
    """Where at least ``least`` are under observation and none stands for more than 1/``least``.

    Units that came to an end stay known: a curve of which nobody is open any more is not thin, it
    is over.

    Raises:
        NotMeasurable: there are never so many.
    """
    ticks = np.unique(np.concatenate([counts.entries[:, 0], counts.exits[:, 0]]))
    seen = counts.standing(ticks).sum(axis=1)
    enough = np.flatnonzero(seen >= least)
    if not len(enough):
        most = int(seen.max(initial=0))
        raise NotMeasurable(
            f"at most {most} are under observation at a time, and a curve needs {least}",
            hint="ask for numbers instead of shares, or for a larger group",
        )
    first = int(ticks[enough[0]])
    curve = occupation(counts, since=first)
    hazards = Hazards.of(counts, since=first)
    stands_for = curve.p[:-1] * hazards.share
    moves = counts.moves[counts.moves[:, 0] > first]
    heavy = stands_for[np.searchsorted(hazards.ticks, moves[:, 0]), moves[:, 1]]
    thin = moves[heavy > 1 / least + _ROUNDING, 0]
    last = int(thin[0]) - 1 if len(thin) else int(ticks[-1])
    return Readable(first, last, bool(enough[0] == 0), least)
