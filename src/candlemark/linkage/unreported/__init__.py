"""How many people no list holds, from who is on several: four answers together, or a lower bound.

:func:`read_overlaps` takes a table of overlaps out of a file, :func:`estimate` answers,
:func:`estimate_linked` answers where it is uncertain who is one person.  Read in this order:
``tables`` (what goes in), ``chao``, ``hierarchical`` and ``loglinear``, ``latent`` and
``convergence``, ``gate`` (when it may be shown), ``answer``.

Refused: fewer than three lists, lists that share nobody, one agency twice, a month or a small
region.  Nothing here sees a person or a vault.  People no list reaches are not counted, and
:data:`NOT_COUNTED` says so wherever a number is shown; :data:`LINKS_MISSED` goes with one that is
from links.
"""

from candlemark.linkage.unreported.answer import (
    FEWEST_DRAWS,
    LINKS_MISSED,
    NOT_COUNTED,
    TOO_LITTLE,
    Answer,
    AtLeast,
    Estimate,
    Interval,
    estimate,
    estimate_linked,
)
from candlemark.linkage.unreported.latent import Work
from candlemark.linkage.unreported.reading import read_overlaps
from candlemark.linkage.unreported.tables import OverlapTable

__all__ = [
    "FEWEST_DRAWS",
    "LINKS_MISSED",
    "NOT_COUNTED",
    "TOO_LITTLE",
    "Answer",
    "AtLeast",
    "Estimate",
    "Interval",
    "OverlapTable",
    "Work",
    "estimate",
    "estimate_linked",
    "read_overlaps",
]
