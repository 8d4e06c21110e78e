"""Figures that were computed at this state of the ledger, taken from where they are kept sealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

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
from candlemark.measure.study_card import StudyCard

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


@dataclass(frozen=True, slots=True)
class Taken:
    """A figure with its identity."""

    figure: Figure
    identity: str


def taken(ledger: Ledger, question: str, name: str, ask: Callable[[], Figure]) -> Taken:
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
