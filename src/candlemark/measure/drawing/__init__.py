"""Charts drawn as SVG: bars, steps and areas, no script, no colour without a pattern.

A chart takes numbers and gives mark-up.  What it draws is in the table beneath it, so each picture
is one image to a screen reader, with a title and a sentence.  Geometry is in per cent of the width
and in pixels of height: text keeps its size on a phone.  Right to left, the axis and the order run
from the right; numerals do not.  Nothing is styled inline: the policy of the pages forbids it, and
the style sheet knows light, dark, print and forced colours.

It is drawn here, below the web, because pages and notebooks show the same pictures; words come from
whoever shows them, in the tongue of who reads.
"""

from __future__ import annotations

from candlemark.measure.drawing.areas import Layer, areas_plot, small_areas
from candlemark.measure.drawing.attrition import OUTLINES, Part, attrition_bar
from candlemark.measure.drawing.differences import (
    Apart,
    axis_row,
    difference_bar,
    mix_bar,
    reach_of,
    top_of,
)
from candlemark.measure.drawing.durations import Stay, duration_bar
from candlemark.measure.drawing.flow import Leaving, flow_row
from candlemark.measure.drawing.graph import GraphMove, GraphNode, GraphRow, graph_rows
from candlemark.measure.drawing.occupancy import Line, Tick, days_apart, occupancy_plot
from candlemark.measure.drawing.patterns import PATTERNS
from candlemark.measure.drawing.shares import share_bar
from candlemark.measure.drawing.svg import Svg, element, joined
from candlemark.measure.drawing.trend import Dot, trend_plot

__all__ = [
    "OUTLINES",
    "PATTERNS",
    "Apart",
    "Dot",
    "GraphMove",
    "GraphNode",
    "GraphRow",
    "Layer",
    "Leaving",
    "Line",
    "Part",
    "Stay",
    "Svg",
    "Tick",
    "areas_plot",
    "attrition_bar",
    "axis_row",
    "days_apart",
    "difference_bar",
    "duration_bar",
    "element",
    "flow_row",
    "graph_rows",
    "joined",
    "mix_bar",
    "occupancy_plot",
    "reach_of",
    "share_bar",
    "small_areas",
    "top_of",
    "trend_plot",
]
