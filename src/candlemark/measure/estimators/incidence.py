"""Ever reached: the chance that a unit has come to a stage by a day, whether or not it left again.

That is another question than where it stands now.  A case that was charged, and then dismissed,
stands under "dismissed" and has been charged.  "Ever reached" is the cumulative incidence of the
first passage: units that have not come there yet are followed until they do, until they come to an
end from which nobody goes on, or until observation ends.  It needs no Markov assumption: with one
state to wait in, the present state is all the history there is.

What it refuses: to count a unit as a first arrival when it came under observation late and may have
been there before.  Those known to have been there are named in ``already`` and are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.estimators.counts import CENSORED, Stays

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import ArrayLike

WAITING: Final = 0
REACHED: Final = 1
ENDED: Final = 2
"""The three states of a first passage: not there yet, there, ended without having been there."""


def first_passage(
    stays: Stays, targets: Collection[int], states: int, *, already: ArrayLike = ()
) -> Stays:
    """One stay per unit, in ``WAITING`` until it first comes to one of the ``targets``.

    A unit that starts in a target counts as having been there from its first tick on and has no
    stay.  Counts, occupation, robust errors, differences and tests of these stays (with three
    states) are those of "ever reached".

    Args:
        stays: all stays of the units; observation of a unit may not have gaps.
        targets: the states whose first reaching is asked for.
        states: how many states there are; those nobody stands in are ends.
        already: units known to have been there before they came under observation.

    Raises:
        NotMeasurable: the observation of a unit has a gap, in which it may have been there.
    """
    order = np.lexsort((stays.entry, stays.units))
    stays = stays.taken(order)
    unit = stays.units
    fresh = np.append(True, unit[1:] != unit[:-1])[: len(unit)]
    if ((stays.entry[1:] != stays.leave[:-1]) & ~fresh[1:]).any():
        raise NotMeasurable(
            "the observation of a case has a gap",
            hint="ask where cases stand, or mend the log",
        )
    first = np.flatnonzero(fresh)
    aimed = np.zeros(states + 1, dtype=bool)  # the last place answers for CENSORED, which is -1
    aimed[np.asarray(list(targets), dtype=np.int64)] = True
    came = aimed[stays.state] & fresh
    reached = aimed[stays.to]
    # The stay that decides: the first that leads to a target, or the last of the unit.
    last = np.append(first[1:], len(unit)) - 1
    place = np.where(reached, np.arange(len(unit)), len(unit))
    decided = np.minimum(np.minimum.reduceat(place, first), last) if len(first) else first
    to = np.where(
        reached[decided], REACHED, np.where(stays.to[decided] == CENSORED, CENSORED, ENDED)
    )
    kept = ~came[first] & ~np.isin(unit[first], np.asarray(already, dtype=np.int64))
    return Stays(
        cluster=stays.cluster[first][kept],
        state=np.zeros(int(kept.sum()), dtype=np.int64),
        entry=stays.entry[first][kept],
        leave=stays.leave[decided][kept],
        to=to[kept],
        unit=None if stays.unit is None else stays.unit[first][kept],
    )
