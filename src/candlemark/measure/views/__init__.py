"""Views of the process as figures: asked, written down, and asked again from what was written.

``process`` computes a view; here it becomes a figure with an identity.  Read ``figure`` (what comes
out), ``answering`` (how it is asked), ``again`` (from a document back to the question).
"""

from candlemark.measure.views.again import viewing_of
from candlemark.measure.views.answering import view
from candlemark.measure.views.figure import VIEWS, ProcessFigure, View, Viewing
from candlemark.measure.views.lawful import law_at, law_of
from candlemark.measure.views.narrowing import between, first_steps, followed_by, lasting

__all__ = [
    "VIEWS",
    "ProcessFigure",
    "View",
    "Viewing",
    "between",
    "first_steps",
    "followed_by",
    "lasting",
    "law_at",
    "law_of",
    "view",
    "viewing_of",
]
