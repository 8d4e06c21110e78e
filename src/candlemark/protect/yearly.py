"""A large yearly table with all its margins: made, attacked, and what is too small left out.

Along the last axis stands what somebody may want to know of a person; the others are what they may
know.  A line along the last axis of fewer cases than a group must have is suppressed whole, its
total too; so is one in which a single category is shown.  Everything is then attacked together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlemark.errors import Disclosive, Fault
from candlemark.protect.attacks.exact import narrow_cells
from candlemark.protect.attacks.intervals import intervals
from candlemark.protect.attacks.system import cube_system
from candlemark.protect.batches.closing import table_of
from candlemark.protect.policy import EXACT_BELOW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from candlemark.protect.batches.cube import Cube
    from candlemark.protect.policy import Policy


@dataclass(frozen=True, slots=True, eq=False)
class Yearly:
    """A yearly table as it may leave: numbers, and which of them are suppressed."""

    name: str
    published: NDArray[np.int64]
    suppressed: NDArray[np.bool_]


def yearly(made: Cube, policy: Policy) -> Yearly:
    """What may leave of a yearly table.

    Raises:
        Disclosive: an attack opens it; ``faults`` names the cells by their places, for people
            inside.
    """
    shown, values = made.published, made.published[..., :-1]
    least = policy.least(1)
    small = made.exact[..., -1] < least
    alone = (values > 0).sum(axis=-1) <= 1
    hidden = np.repeat((small | alone)[..., None], shown.shape[-1], axis=-1)
    low, high = table_of(policy).possible(shown)
    # Whoever reads a suppressed line knows no more than that it is no larger than everything.
    low, high = np.where(hidden, 0, low), np.where(hidden, high.max(), high)
    system = cube_system(made.exact, low, high)
    lowest, highest = intervals(system)
    aims = system.small(policy.small)
    narrow = highest[aims] - lowest[aims] + 1 < policy.possible
    opened = aims[narrow].tolist()
    if len(system) < EXACT_BELOW:
        found = narrow_cells(system, aims[~narrow], policy.possible, lowest, highest)
        opened += [place for place, _, _ in found]
    if opened:
        raise Disclosive(
            "an attack opens this yearly table",
            hint="cross fewer things, or take broader groups",
            faults=[Fault(_where(made, place), "has too few values") for place in opened],
        )
    return Yearly(made.name, np.where(hidden, 0, shown), hidden)


def _where(made: Cube, place: int) -> str:
    return f"{made.name} {tuple(int(one) for one in np.unravel_index(place, made.exact.shape))}"
