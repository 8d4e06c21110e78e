"""What of a figure of many numbers is told in a sentence: chosen here, once for all who tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

UNLIKELY: Final = 0.05
"""A p-value below this is called more than chance could make."""

if TYPE_CHECKING:
    from candlemark.measure.figure import (
        Cell,
        Comparison,
        Course,
        Segment,
        Standardised,
        StandardValue,
        Trend,
    )


def widest(figure: Comparison) -> Cell | None:
    """The largest difference of those whose band leaves out zero; None where there is none."""
    apart = [cell for cell in figure.cells if cell.band_low > 0 or cell.band_high < 0]
    return max(apart, key=lambda cell: abs(cell.difference), default=None)


def somewhere(figure: Comparison) -> bool:
    """Whether "they differ nowhere" is unlikely; no single band need leave out zero for that."""
    anywhere = next(test for test in figure.tests if test.code == "anywhere")
    return anywhere.p_value < UNLIKELY


def most_apart(figure: Standardised) -> str:
    """The state in which groups differ most under the standard mix, on the last day asked for."""
    spread = {}
    for value in figure.groups[0].values:
        if value.day == figure.basis.at[-1]:
            shares = [one.p for one in values_of(figure, value.state)]
            spread[value.state] = max(shares) - min(shares)
    return max(spread, key=lambda state: spread[state])


def values_of(figure: Standardised, state: str, day: int | None = None) -> list[StandardValue]:
    """The value of each group in a state; on the last day where none is named."""
    wanted = figure.basis.at[-1] if day is None else day
    return [
        value
        for group in figure.groups
        for value in group.values
        if (value.state, value.day) == (state, wanted)
    ]


def course_of(figure: Trend, state: str = "") -> Course | None:
    """The course of a state on the last day asked for.

    Of none in particular, the one for which "no change at all" is least likely; the first where no
    part of time has two cohorts that were watched for long enough.
    """
    last = [one for one in figure.courses if one.day == figure.basis.at[-1]]
    if state:
        return next((one for one in last if one.state == state), None)
    return min(last, key=_least_likely, default=None)


def _least_likely(course: Course) -> float:
    return min((one.p_change for one in course.segments if one.p_change is not None), default=1.0)


def last_segment(course: Course) -> Segment | None:
    """The latest part of time with at least two cohorts that were watched for long enough."""
    return next((one for one in reversed(course.segments) if one.slope is not None), None)
