"""A release: protected figures that are published together, with a number.

A release refuses what was not protected, and two figures of one cohort that were not protected
*together*: each may be safe alone, and the two beside each other may not be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.errors import Disclosive, Fault, NotInOrder
from candlemark.publish.dataset import only_protected

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from candlemark.protect import ProtectedFigure


@dataclass(frozen=True, slots=True)
class Release:
    """Figures that leave the vault at one time.

    Args:
        number: 1 for the first; each later one is one more.
        texts: what is said with it, by tongue; ``en`` at least.
        figures: what is published.

    Raises:
        Disclosive: a figure is not protected, or two of one cohort were not protected together.
        NotInOrder: the number or the texts are not.
    """

    number: int
    texts: Mapping[str, str]
    figures: tuple[ProtectedFigure, ...]

    def __post_init__(self) -> None:
        for figure in self.figures:
            only_protected(figure)
        faults = list(self._faults())
        if faults:
            raise NotInOrder(
                "this release is not in order", hint="mend what is named", faults=faults
            )
        sets: dict[tuple[object, ...], str] = {}
        for figure in self.figures:
            basis = figure.basis
            cohort = (basis.agency, basis.crosswalk, basis.unit)
            if sets.setdefault(cohort, figure.together) != figure.together:
                raise Disclosive(
                    "two figures of one agency were not protected together",
                    hint="make them anew with candlemark.protect.protect_together",
                )

    def _faults(self) -> Iterator[Fault]:
        if self.number < 1:
            yield Fault("number", "releases are numbered from 1")
        if not self.texts.get("en", "").strip():
            yield Fault("texts", "the English text is missing")
        if not self.figures:
            yield Fault("figures", "there is nothing to publish")
