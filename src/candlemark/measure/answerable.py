"""What a source can answer, and what is said when it cannot.

Refused are shares from a list of ended cases, times from an agency that dates no end, a day the
data cannot know of, and groups that are only known at the end: whoever was convicted was, of
course, convicted.  Every refusal names what can be asked instead.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from candlemark.errors import NotMeasurable, NotUnderstood

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from candlemark.measure.study import Study

KNOWN_AT_THE_END: Final = ("outcomes", "sentences", "stages")
"""Schemes that do not divide a cohort: their codes are given to those who got there."""

HORIZONS: Final = (30, 90, 270)
"""Days after entry that are shown when nobody asks for others."""
LONGEST: Final = 36_525
"""A century; a horizon beyond it is a mistake."""


def horizons(at: Sequence[int]) -> list[int]:
    """The days after entry that are asked for, each once and in order.

    Raises:
        NotUnderstood: there is none, or one is no number of days.
    """
    if not at or not all(0 <= day <= LONGEST for day in at):
        raise NotUnderstood(
            "a horizon is not a number of days", hint=f"give days between 0 and {LONGEST}"
        )
    return sorted(set(at))


class Question(Enum):
    """What can be asked.  Attrition needs no dates; the others are about time."""

    OCCUPANCY = "occupancy"
    ATTRITION = "attrition"
    DURATIONS = "durations"
    INCIDENCE = "incidence"


def entry_stage(study: Study, name: str) -> int:
    """The place of the stage with this own name or code; empty: the study's own.

    A code that stands for several own stages means the first of them.
    """
    if not name:
        return study.entry
    for place, stage in enumerate(study.stages):
        if stage.own == name:
            return place
    study.edition.term("stages", name)  # raises, and names the nearest stages
    for place, stage in enumerate(study.stages):
        if stage.stage == name:
            return place
    raise NotMeasurable(
        f"{study.agency} does not track the stage {name}",
        hint=f"it tracks {', '.join(stage.own for stage in study.entry_stages)}",
    )


def last_day(study: Study, as_of: date | None) -> date:
    """The last day looked at: the one asked for, or the last one the data can know of."""
    if as_of is None:
        return study.known_until
    if study.stated and as_of > study.known_until:
        raise NotMeasurable(
            f"the data are of {study.known_until}; nothing is known of {as_of}",
            hint=f"ask with --as-of {study.known_until} or an earlier day",
        )
    return as_of


def check_cohort(study: Study, by: str) -> None:
    """Refuse a source without a cohort, and groups that do not divide one."""
    if study.why_not:
        raise NotMeasurable(
            f"no share of all cases can be computed from the files of {study.agency}: "
            f"{study.why_not.rstrip('.')}",
            hint="candlemark batch show counts what the files hold",
        )
    if by in KNOWN_AT_THE_END:
        raise NotMeasurable(
            f"a cohort cannot be divided by {by}: who belongs where is known at the end only",
            hint=f"divide by {' or '.join(_dividing(study)) or 'nothing'}",
        )
    if by:
        study.edition.scheme(by)
        if by not in study.schemes:
            raise NotMeasurable(
                f"the files of {study.agency} are not coded by {by}",
                hint=f"they are coded by {', '.join(_dividing(study)) or 'no scheme'}",
            )


def _dividing(study: Study) -> list[str]:
    return [scheme for scheme in study.schemes if scheme not in KNOWN_AT_THE_END]


def check_dated(study: Study, question: Question, entry: int) -> None:
    """Refuse a question about time where the agency does not date the entry or the ends."""
    if not study.stages[entry].dated:
        raise NotMeasurable(
            f"{study.agency} does not date the stage {study.stages[entry].own},"
            " so no time runs from it",
            hint="candlemark measure attrition counts who reached each stage",
        )
    ending = [stage for stage in study.stages if stage.ends]
    ends = study.events.filter(study.events["ends"])
    without = not any(stage.dated for stage in ending) or (
        len(ends) > 0 and ends["lo"].null_count == len(ends)
    )
    if not ending and study.crosswalk and question is Question.OCCUPANCY:
        raise NotMeasurable(
            f"the files of {study.agency} never say that a case ended",
            hint="candlemark measure attrition counts who reached each stage",
        )
    if not ending and sum(stage.dated for stage in study.stages) < 2:
        raise NotMeasurable(
            f"{study.agency} dates one stage only, so nothing lasts from it to another",
            hint="candlemark measure attrition counts who reached each stage",
        )
    if ending and without:
        raise NotMeasurable(
            f"{study.agency} gives no dates for how cases end, so nothing can be said over time",
            hint="candlemark measure attrition counts who reached each stage, and how they ended",
        )
