"""From arrays of an estimate to the values a figure holds: one row, a column a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.measure.figure import StateValue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.measure.estimators.counts import Floats


def state_values(
    states: Iterable[str],
    p: Floats,
    se: Floats,
    interval: tuple[Floats, Floats],
    bounds: tuple[Floats, Floats] | None = None,
) -> tuple[StateValue, ...]:
    """The values of ``states`` at one horizon.

    Args:
        states: their names, in the order of the columns.
        p: probabilities.
        se: their standard errors.
        interval: its lower and upper ends.
        bounds: the smallest and the largest value that coarse dates allow; None where none is asked
            for, or every date is exact.
    """
    (low, high), (earliest, latest) = interval, bounds or (None, None)
    return tuple(
        StateValue(
            state=state,
            p=float(p[column]),
            se=float(se[column]),
            low=float(low[column]),
            high=float(high[column]),
            earliest=None if earliest is None else float(earliest[column]),
            latest=None if latest is None else float(latest[column]),
        )
        for column, state in enumerate(states)
    )
