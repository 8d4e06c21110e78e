"""Charts drawn by the server as SVG: bars and steps, no script, no colour without a pattern.

A chart takes a figure's numbers and gives mark-up.  What it draws is in the table beneath it, so
each picture is one image to a screen reader, with a title and a sentence.  Geometry is in per cent
of the width and in pixels of height: text keeps its size on a phone.  Right to left, the axis and
the order run from the right; numerals do not.  Nothing is styled inline: the policy of the pages
forbids it, and the style sheet knows light, dark, print and forced colours.
"""

from __future__ import annotations

from candlemark.web.charts.attrition import OUTLINES, Part, attrition_bar
from candlemark.web.charts.durations import Stay, duration_bar
from candlemark.web.charts.occupancy import Line, Tick, occupancy_plot
from candlemark.web.charts.stages import Strips
from candlemark.web.charts.standing import standing_bar

__all__ = [
    "OUTLINES",
    "Line",
    "Part",
    "Stay",
    "Strips",
    "Tick",
    "attrition_bar",
    "duration_bar",
    "occupancy_plot",
    "standing_bar",
]
