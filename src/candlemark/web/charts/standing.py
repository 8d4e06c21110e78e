"""One group's bar: where everybody who entered stands, in parts of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.web.charts.attrition import Part, attrition_bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup


def standing_bar(shares: Sequence[tuple[str, float]], *, rtl: bool) -> Markup:
    """States with their shares of one, in the order given; they fill the bar."""
    return attrition_bar([Part(state, share) for state, share in shares], rtl=rtl)
