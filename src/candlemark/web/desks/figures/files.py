"""Figures as files: values separated by commas, one header, numbers not rounded, ASCII digits.

What does not exist (a median not reached) is an empty cell; a count of nothing is 0.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from candlemark import measure

if TYPE_CHECKING:
    from candlemark.measure import Figure


def csv_of(figure: Figure) -> str:
    """The exact figure, for people inside the vault."""
    rows = measure.as_rows(figure)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def public_csv(figure: Figure) -> str:
    """The figure as the public would get it: protected first, then published."""
    raise NotImplementedError(figure)


def name_of(figure: Figure, *, public: bool) -> str:
    """The name of the file: what, whose, of which day, for whom."""
    basis = figure.basis
    parts = [
        basis.question,
        basis.crosswalk or "cases",
        basis.as_of.isoformat(),
        *([f"by-{basis.by}"] if basis.by else []),
        "public" if public else "inside",
    ]
    return "-".join(parts) + ".csv"
