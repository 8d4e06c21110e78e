"""How far an agency's codes reach into the definition, in few numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.agency import Report

RELATIONS: Final = ("exact", "broader", "narrower", "none", "unmapped")


@dataclass(frozen=True, slots=True)
class Reach:
    """Coded cells of an import by their relation to the definition."""

    rows: tuple[tuple[str, int], ...]
    """In the order of :data:`RELATIONS`."""

    @property
    def total(self) -> int:
        """All coded cells."""
        return sum(count for _, count in self.rows)

    @property
    def known(self) -> float:
        """Share of cells whose code the crosswalk knows; 1 when nothing is coded."""
        unmapped = dict(self.rows).get("unmapped", 0)
        return 1 - unmapped / self.total if self.total else 1.0

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """Shares by relation."""
        return tuple((name, count / self.total if self.total else 0.0) for name, count in self.rows)


def reach_of(report: Report) -> Reach:
    """The reach of all coded columns of an import together."""
    return Reach(
        tuple(
            (
                name,
                _rows(
                    name, ((one.relation, one.rows) for c in report.coverage for one in c.relations)
                ),
            )
            for name in RELATIONS
        )
    )


def _rows(name: str, counted: Iterable[tuple[str, int]]) -> int:
    return sum(rows for relation, rows in counted if relation == name)
