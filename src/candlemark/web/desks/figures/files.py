"""Figures as files: values separated by commas, one header, numbers not rounded, ASCII digits.

What does not exist (a median not reached) is an empty cell; a count of nothing is 0.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from candlemark import measure
from candlemark.publish import csv_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.measure import Figure
    from candlemark.protect import ProtectedFigure


def inside_file(figure: Figure) -> tuple[str, str]:
    """Name and text of the exact figure, for people inside the vault."""
    basis = figure.basis
    name = _name(basis.question, basis.crosswalk, basis.as_of.isoformat(), basis.by, "inside")
    return name, _csv(measure.as_rows(figure))


def public_file(figure: ProtectedFigure) -> tuple[str, str]:
    """Name and text of a protected figure, as ``publish`` would give it away."""
    basis = figure.basis
    name = _name(figure.question, basis.crosswalk, basis.as_of.isoformat(), basis.by, "public")
    return name, csv_text(figure)


def _name(question: str, crosswalk: str, day: str, by: str, audience: str) -> str:
    """What, whose, of which day, by what, for whom."""
    parts = [question, crosswalk or "cases", day, f"by-{by}" if by else "", audience]
    return "-".join(part for part in parts if part) + ".csv"


def _csv(rows: Sequence[Mapping[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
