"""Figures of a stay table: the questions of ``measure``, asked of any log of events.

Where :mod:`candlemark.measure.occupancy` and its siblings know an agency's stages and outcomes,
these know states of any graph, cyclic too, under the names the log gives them.  They give the same
classes of figures, with the same basis, so that what shows, writes and recomputes one does the
other.  Read ``asking`` first.
"""

from candlemark.measure.answerable import HORIZONS
from candlemark.measure.answers.asking import Question
from candlemark.measure.answers.comparing import compare
from candlemark.measure.answers.counting import count
from candlemark.measure.answers.dwelling import dwell
from candlemark.measure.answers.following import STATED, follow
from candlemark.measure.answers.joining import SHARED, SharedCounts, share, stand_jointly
from candlemark.measure.answers.reaching import reach
from candlemark.measure.answers.standardising import standardise
from candlemark.measure.answers.standing import stand

__all__ = [
    "HORIZONS",
    "SHARED",
    "STATED",
    "Question",
    "SharedCounts",
    "compare",
    "count",
    "dwell",
    "follow",
    "reach",
    "share",
    "stand",
    "stand_jointly",
    "standardise",
]
