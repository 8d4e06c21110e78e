"""Charts of the pages of a case: its stages on one axis of time.

Charts of figures are drawn by ``measure.drawing``, because a notebook shows them too; what is said
there of text, direction and style holds here.
"""

from __future__ import annotations

from candlemark.web.charts.stages import Strips

__all__ = ["Strips"]
