"""A release: protected figures that are published together, with a number.

A release refuses what was not protected, and two figures of one cohort that were not protected
*together*: each may be safe alone, and the two beside each other may not be.  Figures of closed
batches go on from release to release; a cohort that was shown in the other way, rounded once, is
not shown again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.errors import Disclosive, Fault, NotInOrder
from candlemark.protect import BATCHES
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
        before: every release published before, in order.

    Raises:
        Disclosive: a figure is not protected; two of one cohort were not protected together; or
            figures of the agency were published before, so that two releases could be subtracted.
        NotInOrder: the number or the texts are not.
    """

    number: int
    texts: Mapping[str, str]
    figures: tuple[ProtectedFigure, ...]
    before: tuple[Release, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "figures", tuple(self.figures))
        for figure in self.figures:
            only_protected(figure)
        faults = list(self._faults())
        if faults:
            raise NotInOrder(
                "this release is not in order", hint="mend what is named", faults=faults
            )
        sets: dict[tuple[str, ...], str] = {}
        for figure in self.figures:
            if sets.setdefault(_whose(figure), figure.together) != figure.together:
                raise Disclosive(
                    "two figures of one agency were not protected together",
                    hint="make them anew with candlemark.protect.protect_together",
                )
        if any(
            _whose(old) in sets and not old.together == sets[_whose(old)] == BATCHES
            for release in self.before
            for old in release.figures
        ):
            raise Disclosive(
                "figures of this agency were published before",
                hint="two releases can be subtracted; release in closed batches",
            )

    def _faults(self) -> Iterator[Fault]:
        if self.number != len(self.before) + 1:
            yield Fault("number", f"the next release is number {len(self.before) + 1}")
        if not self.texts.get("en", "").strip():
            yield Fault("texts", "the English text is missing")
        if not self.figures:
            yield Fault("figures", "there is nothing to publish")


def _whose(figure: ProtectedFigure) -> tuple[str, ...]:
    return figure.basis.agency, figure.basis.crosswalk, figure.basis.unit
