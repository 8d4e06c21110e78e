"""A question of the process answered: the cohort is opened, one view asked, and the figure made."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from candlemark.errors import NotMeasurable, NotUnderstood
from candlemark.measure import process
from candlemark.measure.answers.asking import basis as stands_on
from candlemark.measure.log import asked
from candlemark.measure.process import Stuck
from candlemark.measure.views.figure import VIEWS, ProcessFigure
from candlemark.measure.views.narrowing import narrowed

if TYPE_CHECKING:
    from candlemark.measure.answers import Question
    from candlemark.measure.log import AskedCohort
    from candlemark.measure.process import Law
    from candlemark.measure.views.figure import View, Viewing


def view(
    question: Question,
    viewing: Viewing,
    *,
    law: Law | None = None,
    left_out: int = 0,
    crosswalk_fingerprint: str = "",
) -> ProcessFigure[Any]:
    """The figure that answers a question of the process.

    Args:
        question: the cohort, and the days at which shares are given.
        viewing: which view, and what is asked of it besides.
        law: the case files and pathways of the vault, for limits of the state's law.
        left_out: cases that may not be counted.
        crosswalk_fingerprint: of the crosswalk the files were read by.

    Raises:
        NotMeasurable, NothingToMeasure, NotUnderstood, SettingRefused: it cannot be answered.
    """
    if viewing.question not in VIEWS:
        raise NotUnderstood("this version does not know the question of this figure")
    with question.open() as cohort:
        found = _found(question, viewing, cohort, law)
        said = stands_on(question, cohort, viewing.question)
        cases = cohort.table.cases
        timed = viewing.question in {"flow", "rework"}
        return ProcessFigure(
            replace(
                said,
                at=question.at if timed else (),
                left_out=left_out,
                crosswalk_fingerprint=crosswalk_fingerprint,
            ),
            viewing,
            cohort.table.states,
            cohort.groups,
            tuple(cohort.entered().tolist()),
            found,
            process.weakest(cohort),
            {unit: str(cases[unit].as_py()) for unit in _listed(found)},
        )


def _found(question: Question, viewing: Viewing, cohort: AskedCohort, law: Law | None) -> View:
    if viewing.question == "coverage":
        return process.coverage(cohort, period=viewing.period)
    ways = narrowed(process.ways_of(cohort), viewing.narrowed)
    match viewing.question:
        case "flow":
            return process.flow(ways, question.at)
        case "variants":
            return process.variants(ways)
        case "rework":
            return process.rework(ways, question.at)
        case "stuck":
            return process.stuck(ways, viewing.limits, most=viewing.most)
        case "limits" if not viewing.law:
            return process.limits(ways, viewing.limits)
        case "limits":
            if law is None:
                raise NotMeasurable(
                    "a law runs in the case files of a vault",
                    hint="open the vault, or write the limits down",
                )
            return process.case_limits(law, cohort, ways, viewing.narrowed)
    return _changes(question, viewing, ways)


def _changes(question: Question, viewing: Viewing, first: process.Ways) -> View:
    begin, end = (date.fromisoformat(day) if day else None for day in viewing.later)
    ask = replace(question.ask, window=(begin, end))
    with asked(question.table, ask, engine=question.engine) as later:
        second = narrowed(process.ways_of(later), viewing.narrowed)
        return process.changes(first, second, viewing.within)


def _listed(found: View) -> list[int]:
    """The numbers of the units that a view lists one by one."""
    if not isinstance(found, Stuck):
        return []
    return sorted({row.unit for group in found.groups for row in group.rows})
