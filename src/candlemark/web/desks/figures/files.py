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
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.measure import Basis, Figure, Linked
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


def across_file(linked: Linked, form: str) -> tuple[str, bytes]:
    """Name and content of a figure across agencies, with the same at two thresholds beside it."""
    basis = linked.figure.basis
    made = {
        "csv": lambda: _rows_text(list(_beside_rows(linked))),
        "json": lambda: _text(measure.linked_document(linked)).encode(),
    }
    return _name(f"{basis.question}-across", basis, "inside", form), made[form]()


def _beside_rows(linked: Linked) -> Iterator[dict[str, object]]:
    for one in measure.told(linked):
        yield {
            "group": one.cell.group,
            "state_or_stage": one.cell.code,
            "what": one.cell.what,
            "day": one.cell.day,
            "sure_links": one.strict,
            "every_pair_kept": one.loose,
            "drawn": one.value if linked.spread else None,
            "drawn_low": one.low,
            "drawn_high": one.high,
        }


def kept_text(document: Mapping[str, object]) -> bytes:
    """The document of a figure that is kept, as a file."""
    return _text(document).encode()


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
    return _rows_text(measure.as_rows(figure))


def _rows_text(rows: Sequence[Mapping[str, object]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else [], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
