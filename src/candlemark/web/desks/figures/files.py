"""Figures as files: CSV, JSON and Parquet, numbers not rounded, ASCII digits.

What does not exist (a median not reached) is an empty cell; a count of nothing is 0.  The JSON is
the figure itself, with its identity: ``candlemark measure reproduce`` takes it.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from candlemark import measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.measure import Basis, Figure
    from candlemark.measure.views import ProcessFigure

TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
"""The forms a figure can be had in, and what a browser is told of each."""


def inside_file(figure: Figure | ProcessFigure[Any], form: str) -> tuple[str, bytes]:
    """Name and content of the exact figure, for people inside the vault."""
    content = {"csv": _csv_of, "json": _json_of, "parquet": measure.as_parquet}[form](figure)
    return _name(figure.basis.question, figure.basis, "inside", form), content


def _name(question: str, basis: Basis, audience: str, form: str) -> str:
    """What, whose, of which day, by what, for whom."""
    by = f"by-{basis.by}" if basis.by else ""
    parts = [question, basis.crosswalk or "cases", basis.as_of.isoformat(), by, audience]
    return "-".join(part for part in parts if part) + f".{form}"


def _json_of(figure: Figure | ProcessFigure[Any]) -> bytes:
    return _text(measure.document(figure)).encode()


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _csv_of(figure: Figure | ProcessFigure[Any]) -> bytes:
    rows: Sequence[Mapping[str, object]] = measure.as_rows(figure)
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
