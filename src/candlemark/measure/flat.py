"""Figures as rows for a table of text, and as one plain document.

Numbers are numbers and are not rounded; a number that does not exist (a median not reached) is
None, never 0 and never an empty text.  Every row repeats what the figure stands on, because a row
is what people copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from candlemark.measure.figure import (
    Attrition,
    Comparison,
    Durations,
    Incidence,
    Occupancy,
    Standardised,
    Trend,
)
from candlemark.measure.views.figure import ProcessFigure
from candlemark.measure.views.rows import rows_of_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.measure.figure import Basis, Figure

Value = str | int | float | bool | None


def as_rows(figure: Figure | ProcessFigure[Any]) -> list[dict[str, Value]]:
    """One row per group, horizon and state, or per group and stage.

    All rows have one set of columns; those of the basis stand last.
    """
    basis = _basis(figure.basis)
    match figure:
        case ProcessFigure():
            rows = iter(rows_of_view(figure))
        case Occupancy():
            rows = _occupancy(figure)
        case Attrition():
            rows = _attrition(figure)
        case Durations():
            rows = _durations(figure)
        case Incidence():
            rows = _incidence(figure)
        case Comparison():
            rows = _comparison(figure)
        case Standardised():
            rows = _standardised(figure)
        case Trend():
            rows = _trend(figure)
    return [{**row, **basis} for row in rows]


def as_json(figure: Figure | ProcessFigure[Any]) -> dict[str, object]:
    """The whole figure as a plain document: dictionaries, lists, texts, numbers, None."""
    document = _plain(figure)
    if not isinstance(document, dict):  # a figure is a dataclass; this tells the type checker
        raise TypeError(type(figure))
    return document


def _occupancy(figure: Occupancy) -> Iterator[dict[str, Value]]:
    for group in figure.groups:
        for horizon in group.horizons:
            for value in horizon.values:
                yield {
                    "group": group.group,
                    "entered": group.entered,
                    "day": horizon.day,
                    "at_risk": horizon.at_risk,
                    "state": value.state,
                    "p": value.p,
                    "se": value.se,
                    "low": value.low,
                    "high": value.high,
                    "earliest": value.earliest,
                    "latest": value.latest,
                    "standing": group.standing[group.states.index(value.state)],
                }


def _attrition(figure: Attrition) -> Iterator[dict[str, Value]]:
    ends = dict.fromkeys(
        end for group in figure.groups for row in group.rows for end, _ in row.ended_by
    )
    for group in figure.groups:
        for row in group.rows:
            by = dict(row.ended_by)
            yield {
                "group": group.group,
                "entered": group.entered,
                "stage": row.stage,
                "own": row.own,
                "reached": row.reached,
                "ended": row.ended,
                "pending": row.pending,
                "in_doubt": row.in_doubt,
                **{f"ended_{end}": by.get(end, 0) for end in ends},
            }


def _durations(figure: Durations) -> Iterator[dict[str, Value]]:
    for group in figure.groups:
        for row in group.rows:
            cells: dict[str, Value] = {
                "group": group.group,
                "cohort": group.entered,
                "stage": row.stage,
                "own": row.own,
                "entered": row.entered,
                "ended": row.ended,
                "pending": row.pending,
            }
            for quantile in row.quantiles:
                name = f"q{quantile.q * 100:g}"
                cells[f"{name}_days"] = quantile.days
                cells[f"{name}_low"] = quantile.low
                cells[f"{name}_high"] = quantile.high
                cells[f"{name}_earliest"] = quantile.earliest
                cells[f"{name}_latest"] = quantile.latest
            yield cells


def _incidence(figure: Incidence) -> Iterator[dict[str, Value]]:
    for group in figure.groups:
        for row in group.rows:
            for by in row.horizons:
                yield {
                    "group": group.group,
                    "entered": group.entered,
                    "stage": row.stage,
                    "own": row.own,
                    "reached": row.reached,
                    "otherwise": row.otherwise,
                    "pending": row.pending,
                    "unknown": row.unknown,
                    "day": by.day,
                    "at_risk": by.at_risk,
                    "p": by.p,
                    "se": by.se,
                    "low": by.low,
                    "high": by.high,
                    "earliest": by.earliest,
                    "latest": by.latest,
                }


def _comparison(figure: Comparison) -> Iterator[dict[str, Value]]:
    for cell in figure.cells:
        yield {
            "group": cell.group,
            "compared_with": figure.groups[-1].group,
            "day": cell.day,
            "state": cell.state,
            "difference": cell.difference,
            "se": cell.se,
            "low": cell.low,
            "high": cell.high,
            "band_low": cell.band_low,
            "band_high": cell.band_high,
            "p_value": cell.p_value,
            "earliest": cell.earliest,
            "latest": cell.latest,
        }


def _standardised(figure: Standardised) -> Iterator[dict[str, Value]]:
    for group in figure.groups:
        for value in group.values:
            yield {
                "group": group.group,
                "entered": group.entered,
                "used": group.used,
                "mix_of": " ".join(figure.over),
                "mix_as_in": figure.to,
                "day": value.day,
                "state": value.state,
                "p": value.p,
                "se": value.se,
                "low": value.low,
                "high": value.high,
                "crude": value.crude,
                "crude_low": value.crude_low,
                "crude_high": value.crude_high,
            }


def _trend(figure: Trend) -> Iterator[dict[str, Value]]:
    for course in figure.courses:
        for period, point in zip(figure.groups, course.points, strict=True):
            yield {
                "group": period.group,
                "entered": period.entered,
                "watched": point.watched,
                "day": course.day,
                "state": course.state,
                "p": point.p,
                "se": point.se,
                "low": point.low,
                "high": point.high,
                "break_before": " / ".join(
                    f"{one.day.isoformat()} {one.what} {one.says}".strip()
                    for one in figure.breaks
                    if one.period == period.group
                ),
            }


def _basis(basis: Basis) -> dict[str, Value]:
    cells: dict[str, Value] = {}
    for field in fields(basis):
        value = getattr(basis, field.name)
        if field.name == "at":
            cells["at"] = " ".join(map(str, value))
        elif not isinstance(value, tuple):  # what is in doubt, and what is filled in, are no cells
            cells[field.name] = value.isoformat() if isinstance(value, date) else value
    return cells


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {f"{key}": _plain(each) for key, each in value.items()}
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
