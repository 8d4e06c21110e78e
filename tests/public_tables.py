"""Tables for tests: one made of a protected figure, one by hand that holds every sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from candlemark.definition import Definition
from candlemark.publish import wording
from candlemark.publish.open import Placing
from candlemark.publish.table import Cell, Coverage, Dimension, Form, Named, Sign, Table
from candlemark.publish.turning import table_of
from cohorts import attrition, durations, occupancy
from stand_in import protect_together

PLACING = Placing(wording.same("House of Nobody"), 1, date(2026, 4, 1), "https://example.org/")
PEOPLE = {
    "gay": [(20, "convicted")] * 60 + [(30, "acquitted")] * 4 + [(None, "")] * 70,
    "religion": [(None, "")] * 60,
}


def turned(*figures) -> tuple[Table, ...]:
    edition = Definition.load()
    return tuple(table_of(one, edition) for one in protect_together(figures))


def occupancy_table() -> Table:
    return turned(occupancy(PEOPLE, by="bias-grounds"))[0]


def all_tables() -> tuple[Table, ...]:
    """Of each question one, as protection gives them today."""
    people = {"": [(20, "convicted")] * 60 + [(30, "acquitted")] * 14 + [(None, "")] * 70}
    ways = {"": [(2, "convicted")] * 60 + [(1, "acquitted")] * 14 + [(0, "")] * 70}
    return (
        *turned(occupancy(people)),
        *turned(attrition(ways)),
        *turned(durations({"": (60, 40, (20, 45, None))})),
    )


def every_sign() -> Table:
    """Two dimensions, two measures, all five signs, with and without an interval and a reason."""
    plain = occupancy_table()
    day = wording.texts("dimension", "day")
    label = wording.texts("category", "pending")
    group = wording.texts("dimension", "group")
    cells = (
        Cell(("a", "30"), "entered", Sign.NUMBER, 135),
        Cell(("a", "30"), "share", Sign.NUMBER, 0.45, 0.4, 0.55),
        Cell(("a", "90"), "share", Sign.ZERO, 0, 0, 0.05),
        Cell(("a", "90"), "entered", Sign.ZERO, 0),
        Cell(("b-1", "30"), "entered", Sign.SUPPRESSED),
        Cell(("b-1", "30"), "share", Sign.WAITING),
        Cell(("b-1", "90"), "entered", Sign.MISSING),
        Cell(("b-1", "90"), "share", Sign.MISSING, reason="not-reached"),
    )
    return replace(
        plain,
        name="every-sign",
        dimensions=(
            Dimension("group", group, (Named("a", label), Named("b-1", label))),
            Dimension("day", day, (Named("30", label), Named("90", label))),
        ),
        measures=(wording.measure("entered"), wording.measure("share")),
        cells=cells,
        coverage=(
            *plain.coverage,
            Coverage("said", "bias-grounds", wording.texts("dimension", "group"), 0.8, 0.75, 0.86),
        ),
        protection=replace(plain.protection, suppressed=1),
    )


assert {Form.COUNT, Form.SHARE} == {one.form for one in every_sign().measures}
