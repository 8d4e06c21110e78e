"""The only door from a figure to the public.

:func:`protect` takes a figure and gives a :class:`ProtectedFigure`: counts rounded, small ones
hidden, and with them every number that would give a small one away; an exact attack on the result
decides.  :func:`protect_together` does the same for several figures of one cohort that will stand
beside each other: of one source, day, entry stage and grouping.  Read in this order: ``policy``,
``quantities``, ``audit``, ``suppress``, ``protected``.

What this floor does not cover yet: figures of one cohort given at different times.
"""

from candlemark.protect.policy import HOUSE, Policy
from candlemark.protect.protected import (
    ProtectedFigure,
    PublicBasis,
    PublicRow,
    protect,
    protect_together,
)
from candlemark.protect.suppress import Status

__all__ = [
    "HOUSE",
    "Policy",
    "ProtectedFigure",
    "PublicBasis",
    "PublicRow",
    "Status",
    "protect",
    "protect_together",
]
