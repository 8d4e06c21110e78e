"""The order in which states follow each other as a rule: it decides between steps of one day.

What the log itself does not order is ordered by how many days after a unit's first event it first
reached the state, on the mean; where that is the same the state more units reached comes first,
then the name decides.  All are whole numbers added up, which no order of the rows can change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.measure.log.ordering import UNDATED_LO
from candlemark.measure.log.stay_table import State

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from candlemark.measure.log.event_log import EventLog
    from candlemark.measure.log.ordering import Happened

_LOOKED_AT: Final = 5_000_000
"""Units times states that are looked at: the first units by name, as many as that gives."""


def states_of(
    log: EventLog, own: pa.Array, happened: Happened
) -> tuple[tuple[State, ...], Happened]:
    """The states a log has, in their usual order, and its events by their places in it.

    Args:
        log: says which activities are which stages, and which end a case.
        own: the log's activities by the numbers that ``happened`` has for them.
        happened: its events.
    """
    names: list[str] = own.to_pylist()
    there = np.bincount(happened.state, minlength=len(names))
    waited, many = _waited(happened, len(names))
    given = {name: place for place, name in enumerate(log.order)}
    ranked = sorted(
        (place for place in range(len(names)) if there[place]),
        key=lambda place: (
            given.get(names[place], len(given)),
            waited[place],
            -many[place],
            names[place],
        ),
    )
    place_of = np.zeros(len(names), dtype=np.int16)
    place_of[ranked] = np.arange(len(ranked), dtype=np.int16)
    states = tuple(
        State(
            code=log.stages.get(names[place]) or names[place],
            own=names[place],
            stage=log.stages.get(names[place], ""),
            final=names[place] in log.final,
        )
        for place in ranked
    )
    return states, replace(happened, state=place_of[happened.state])


def _waited(happened: Happened, states: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Mean days from a unit's first event until it first reached each state, and how many did.

    The mean of nobody is infinite.
    """
    some = max(_LOOKED_AT // states, 1)
    mine = (happened.unit < some) & (happened.lo != UNDATED_LO)
    unit = happened.unit[mine].astype(np.int64)
    day = happened.lo[mine] + (happened.hi[mine] - happened.lo[mine]) // 2
    never = np.iinfo(np.int32).max
    days = np.full((int(unit.max(initial=0)) + 1) * states, never, dtype=np.int32)
    np.minimum.at(days, unit * states + happened.state[mine], day)
    reached = days.reshape(-1, states)
    first = reached.min(axis=1, keepdims=True)
    got_there = reached < never
    many = got_there.sum(axis=0)
    total = np.where(got_there, reached - first, 0).sum(axis=0, dtype=np.int64)
    mean: NDArray[np.float64] = np.full(states, np.inf)
    np.divide(total, many, out=mean, where=many > 0)
    return mean, many
