"""Figures of the process: a view of what follows what, with everything it stands on.

They carry a :class:`~candlemark.measure.figure.Basis` as every other figure does.  What is asked of
a view besides its cohort stands in :class:`Viewing`.  Nothing here can be made public: a rare way
can be somebody's own, and ``protect`` takes none of these.

A list of waiting cases names no case.  Its rows have the numbers of the study's units; the names
stand beside, outside of the identity, for whoever may read them, and are never kept with it.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - a remembered figure is read by its types
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from candlemark.measure.figure import Basis  # noqa: TC001 - the same
from candlemark.measure.log.stay_table import State  # noqa: TC001 - the same
from candlemark.measure.process import (
    CaseLimits,
    Changes,
    Coverage,
    Filled,
    Flow,
    Limit,
    Limits,
    Rework,
    Stuck,
    Variants,
)

View = Flow | Variants | Rework | Stuck | Limits | CaseLimits | Changes | Coverage
V_co = TypeVar("V_co", bound=View, covariant=True)

VIEWS: Final = ("flow", "variants", "rework", "stuck", "limits", "changes", "coverage")
"""The questions whose answer is a view of the process."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """What is asked of a view besides its cohort; enough to ask it again."""

    question: str
    """One of :data:`VIEWS`."""
    narrowed: tuple[tuple[str, ...], ...] = ()
    """Filters in the order in which they are applied: name, then what it was given, as texts."""
    limits: tuple[Limit, ...] = ()
    """Time limits that were written down, for ``limits`` and ``stuck``."""
    law: bool = False
    """For ``limits``: those of the state's law, by the pathway of each case file."""
    most: int = 0
    """For ``stuck``: so many cases of each group."""
    within: int = 0
    """For ``changes``: so many days of each way are compared."""
    later: tuple[str, str] = ("", "")
    """For ``changes``: first and last day of the second period, as ISO 8601."""
    period: str = ""
    """For ``coverage``: ``year`` or ``month``; empty for all of time."""


@dataclass(frozen=True, slots=True)
class ProcessFigure(Generic[V_co]):
    """One view of the process as a figure."""

    basis: Basis
    asked: Viewing
    states: tuple[State, ...]
    """What the numbers of states in ``found`` stand for, in the order of the pathway."""
    groups: tuple[str, ...]
    """Codes of the groups; one empty text for everybody."""
    entered: tuple[int, ...]
    """Units that entered, group by group."""
    found: V_co
    weakest: Filled | None = None
    """The input with the smallest share of answers, stage by stage (``process.weakest``)."""
    cases: Mapping[int, str] = field(default_factory=dict)
    """Names of the units in ``found``, for lists inside the house; no part of the identity."""
