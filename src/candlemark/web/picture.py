"""The timeline of a case as a picture, a table and words, for its page and for print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.casefile.axis import axis
from candlemark.web.charts import Strips

if TYPE_CHECKING:
    from datetime import date

    from candlemark.casefile import Account
    from candlemark.casefile.axis import Axis, Lane
    from candlemark.measure.drawing import Svg
    from candlemark.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Picture:
    """The strips of one case."""

    axis: Axis
    lanes: tuple[tuple[Lane, Svg], ...]
    beside: Svg | None
    limits: Svg | None
    scale: Svg


def picture(told: Account, reader: Reader, today: date) -> Picture | None:
    """The timeline as strips; None where nothing is dated, and nothing could be drawn."""
    found = axis(told, today)
    if found is None:
        return None
    # A year is no amount: it has no mark between its thousands.
    strips = Strips(found, lambda number: reader.digits(str(number)), rtl=reader.rtl)
    return Picture(
        axis=found,
        lanes=tuple((lane, strips.lane(lane)) for lane in found.lanes),
        beside=strips.beside(found.beside) if found.beside else None,
        limits=strips.limits(found.limits) if found.limits else None,
        scale=strips.scale(),
    )
