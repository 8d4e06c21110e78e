"""A figure as a page shows it: a sentence, a picture, a table, and what it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.errors import NotUnderstood
from candlemark.measure import Attrition, Durations, Incidence, Occupancy
from candlemark.web.desks.figures.attrition import CountedGroup, counted, counted_sentence
from candlemark.web.desks.figures.durations import StayedGroup, longest_of, stayed, stayed_sentence
from candlemark.web.desks.figures.incidence import ReachedGroup, reached, reached_sentence
from candlemark.web.desks.figures.occupancy import StoodGroup, stood, stood_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.definition.pathway import NationalLimit
    from candlemark.errors import CandlemarkError
    from candlemark.measure import Figure
    from candlemark.measure.figure import Basis
    from candlemark.web.desks.figures.asking import Asked
    from candlemark.web.naming import Names


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer.  Exactly one of the four lists of groups is filled, or ``refused`` is."""

    question: str
    sentence: str = ""
    basis: Basis | None = None
    divided: bool = False
    """Several groups, shown side by side; otherwise one group, shown in full."""
    counted: tuple[CountedGroup, ...] = ()
    stood: tuple[StoodGroup, ...] = ()
    stayed: tuple[StayedGroup, ...] = ()
    reached: tuple[ReachedGroup, ...] = ()
    identity: str = ""
    refused: CandlemarkError | None = None


def shown(
    figure: Figure, asked: Asked, names: Names, limits: Sequence[NationalLimit] = ()
) -> Shown:
    """The figure for a page; one group of it when that was asked for.

    ``limits`` are those of the law that holds where the figure is from.
    """
    divided = bool(asked.by) and not asked.group
    groups = [one for one in figure.groups if not asked.group or one.group == asked.group]
    basis = figure.basis
    if not groups:
        return Shown(question=basis.question, basis=basis, divided=True)
    match figure:
        case Attrition():
            ends = figure.ends
            rows = tuple(counted(one, ends, basis, names) for one in figure.groups if one in groups)
            sentence = "" if divided else counted_sentence(rows[0], basis, names)
            return Shown(basis.question, sentence, basis, divided, counted=rows)
        case Occupancy():
            stand = tuple(stood(one, basis, names) for one in figure.groups if one in groups)
            sentence = "" if divided else stood_sentence(stand[0], basis, names)
            return Shown(basis.question, sentence, basis, divided, stood=stand)
        case Durations():
            mine = [one for one in figure.groups if one in groups]
            longest = longest_of(mine)
            stay = tuple(stayed(one, basis, names, longest) for one in mine)
            sentence = "" if divided else stayed_sentence(stay[0], names)
            return Shown(basis.question, sentence, basis, divided, stayed=stay)
        case Incidence():
            came = tuple(
                reached(one, basis, names, limits) for one in figure.groups if one in groups
            )
            sentence = "" if divided else reached_sentence(came[0], basis, names)
            return Shown(basis.question, sentence, basis, divided, reached=came)
        case _:
            raise NotUnderstood("figures of several groups have pages of their own")
