"""Figures that were computed at this state of the ledger, taken from where they are kept sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec

from candlemark.measure.document import identity_of
from candlemark.measure.figure import (
    Attrition,
    Comparison,
    Durations,
    Figure,
    Incidence,
    Occupancy,
    Standardised,
    Trend,
)
from candlemark.measure.linked_told import Linked, Spread
from candlemark.measure.moved import UndoneLinks, kept_across
from candlemark.measure.process import (
    CaseLimits,
    Changes,
    Coverage,
    Flow,
    Limits,
    Rework,
    Variants,
)
from candlemark.measure.study_card import StudyCard
from candlemark.measure.views.figure import ProcessFigure

if TYPE_CHECKING:
    from collections.abc import Callable

    from candlemark.ledger import Ledger

_T = TypeVar("_T")
_FIGURES: Final[dict[str, Any]] = {
    "attrition": tuple[str, Attrition],
    "occupancy": tuple[str, Occupancy],
    "incidence": tuple[str, Incidence],
    "durations": tuple[str, Durations],
    "comparison": tuple[str, Comparison],
    "standardised": tuple[str, Standardised],
    "trend": tuple[str, Trend],
}


_ACROSS: Final[dict[str, Any]] = {
    "attrition": tuple[str, Attrition, Attrition, Attrition, tuple[Spread, ...]],
    "occupancy": tuple[str, Occupancy, Occupancy, Occupancy, tuple[Spread, ...]],
    "incidence": tuple[str, Incidence, Incidence, Incidence, tuple[Spread, ...]],
}
"""What can be asked across agencies."""
_VIEWS: Final[dict[str, Any]] = {
    "flow": tuple[str, ProcessFigure[Flow]],
    "variants": tuple[str, ProcessFigure[Variants]],
    "rework": tuple[str, ProcessFigure[Rework]],
    "limits": tuple[str, ProcessFigure[Limits]],
    "law": tuple[str, ProcessFigure[CaseLimits]],
    "changes": tuple[str, ProcessFigure[Changes]],
    "coverage": tuple[str, ProcessFigure[Coverage]],
}
"""Views that name no case.  What lists cases is not here, and is never remembered."""


@dataclass(frozen=True, slots=True)
class Taken(Generic[_T]):
    """A figure with its identity."""

    figure: _T
    identity: str


def taken(ledger: Ledger, question: str, name: str, ask: Callable[[], Figure]) -> Taken[Figure]:
    """A figure that was computed at this state of the ledger, or is computed now and kept.

    Args:
        ledger: of an opened vault.
        question: the figure's.
        name: all that the answer depends on besides the ledger.
        ask: computes it.
    """

    def made() -> tuple[str, Figure]:
        figure = ask()
        return identity_of(figure), figure

    identity, figure = _recalled(ledger, f"figure {name}", _FIGURES[question], made)
    return Taken(figure, identity)


@dataclass(frozen=True, slots=True)
class TakenLinked:
    """A figure across agencies with what stands beside it, and its identity."""

    linked: Linked
    identity: str


def taken_linked(
    ledger: Ledger, question: str, name: str, ask: Callable[[], Linked]
) -> TakenLinked:
    """A figure across agencies, in the same way."""

    def made() -> tuple[str, Figure, Figure, Figure, tuple[Spread, ...]]:
        found = ask()
        return identity_of(found.figure), found.figure, found.strict, found.loose, found.spread

    identity, figure, strict, loose, spread = _recalled(
        ledger, f"linked {name}", _ACROSS[question], made
    )
    return TakenLinked(Linked(figure, strict, loose, spread), identity)


def taken_view(
    ledger: Ledger, view: str, name: str, ask: Callable[[], ProcessFigure[Any]]
) -> Taken[ProcessFigure[Any]]:
    """A view of the process, in the same way.

    ``view`` is its question, or ``law`` for limits of the law.

    Raises:
        KeyError: it is one that lists cases.
    """

    def made() -> tuple[str, ProcessFigure[Any]]:
        figure = ask()
        return identity_of(figure), figure

    identity, figure = _recalled(ledger, f"view {name}", _VIEWS[view], made)
    return Taken(figure, identity)


def undone_of_kept(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """Of every kept figure that used a link which was undone, the judgements that undid one."""

    def made() -> dict[str, tuple[str, ...]]:
        links = UndoneLinks(ledger)
        told = (
            (one.identity, links.of(one.unit, one.size, one.sources)) for one in kept_across(ledger)
        )
        return {name: tuple(one.judgement for one in undone) for name, undone in told if undone}

    return _recalled(ledger, "undone links", dict[str, tuple[str, ...]], made)


def card(ledger: Ledger, name: str, ask: Callable[[], StudyCard]) -> StudyCard:
    """The card of a study, in the same way."""
    return _recalled(ledger, f"card {name}", StudyCard, ask)


def _recalled(ledger: Ledger, name: str, kind: Any, ask: Callable[[], _T]) -> _T:
    models = ledger.models
    if models is None:
        return ask()
    kept = models.recall(name)
    if kept is not None:
        found: _T = msgspec.msgpack.decode(kept, type=kind)
        return found
    root = ledger.tree().root
    made = ask()
    models.remember(name, msgspec.msgpack.encode(made), root)
    return made
