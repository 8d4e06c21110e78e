"""One case as it is told to a person: what its page says and what the terminal says.

Both take everything from here, so that they cannot tell two stories.  Nothing is worded here: an
account holds codes, dates and the case's own words, and whoever shows it finds the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.casefile.candle import candle
from candlemark.casefile.custody import person_state
from candlemark.casefile.differing import differing
from candlemark.casefile.docket import docket
from candlemark.casefile.paths import person_paths
from candlemark.casefile.rows import rows
from candlemark.casefile.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from candlemark.casefile.candle import Mark
    from candlemark.casefile.custody import PersonState
    from candlemark.casefile.differing import Difference
    from candlemark.casefile.docket import DocketRow
    from candlemark.casefile.paths import PersonPath
    from candlemark.casefile.rows import Row
    from candlemark.casefile.timeline import Timeline
    from candlemark.casefile.views import CaseFile
    from candlemark.definition import Edition


@dataclass(frozen=True, slots=True)
class Account:
    """A case with everything that follows from it on one day."""

    case: CaseFile
    timeline: Timeline
    candle: tuple[Mark, ...]
    """How far it came."""
    ways: tuple[PersonPath, ...]
    """Who stands where: every person's way through every proceeding."""
    rows: tuple[Row, ...]
    """Stages and what stands beside them, in one order."""
    differing: tuple[Difference, ...]
    states: Mapping[str, PersonState]
    """How things stand for each person, by identifier."""
    limits: tuple[DocketRow, ...]
    """The time limits of the case."""


def account(case: CaseFile, edition: Edition, today: date) -> Account:
    """The case as it is told on this day, in the stages of this edition."""
    line = timeline(case)
    return Account(
        case=case,
        timeline=line,
        candle=candle(line, edition),
        ways=person_paths(case),
        rows=rows(line),
        differing=differing(case),
        states={person.id: person_state(case, person.id) for person in case.persons},
        limits=tuple(row for row in docket([case], today).rows if row.rule),
    )
