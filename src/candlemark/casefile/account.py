"""One case as it is told to a person: what its page says and what the terminal says.

Both take everything from here, so that they cannot tell two stories.  Nothing is worded here: an
account holds codes, dates and the case's own words, and whoever shows it finds the words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.casefile.candle import candle
from candlemark.casefile.conformance import departures
from candlemark.casefile.custody import person_state
from candlemark.casefile.differing import differing
from candlemark.casefile.docket import docket
from candlemark.casefile.paths import person_paths
from candlemark.casefile.pathways import shipped_pathways
from candlemark.casefile.rows import rows
from candlemark.casefile.timeline import timeline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from candlemark.casefile.candle import Mark
    from candlemark.casefile.conformance import Departure
    from candlemark.casefile.custody import PersonState
    from candlemark.casefile.differing import Difference
    from candlemark.casefile.docket import DocketRow
    from candlemark.casefile.paths import PersonPath
    from candlemark.casefile.pathways import Pathways
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
    """The time limits of the case, and what else is due in it."""
    departures: tuple[Departure, ...]
    """What its pathway does not know of it."""


def account(
    case: CaseFile, edition: Edition, today: date, pathways: Pathways | None = None
) -> Account:
    """The case as it is told on this day, in the stages of this edition.

    ``pathways`` are those of its vault; those that come with Candlemark when not given.
    """
    line = timeline(case)
    ways = pathways or shipped_pathways()
    return Account(
        case=case,
        timeline=line,
        candle=candle(line, edition),
        ways=person_paths(case),
        rows=rows(line),
        differing=differing(case),
        states={person.id: person_state(case, person.id) for person in case.persons},
        limits=tuple(row for row in docket([case], today, ways).rows if row.rule),
        departures=departures(case, ways),
    )
