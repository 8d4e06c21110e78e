"""One group's bar: where everybody who entered stands, in parts of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.measure.drawing.attrition import Part, attrition_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.drawing.svg import Svg


def standing_bar(shares: Sequence[tuple[str, float]], *, rtl: bool) -> Svg:
    """States with their shares of one, in the order given; they fill the bar."""
    return attrition_bar([Part(state, share) for state, share in shares], rtl=rtl)
