"""What can be told about a study without its tables: whose it is, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - a kept card is read back by its types
from typing import TYPE_CHECKING

from candlemark.measure.stages import StudyStage  # noqa: TC001 - the same

if TYPE_CHECKING:
    from candlemark.measure.study import Study


@dataclass(frozen=True, slots=True)
class StudyCard:
    """A study as a page shows it; every field as in :class:`~candlemark.measure.study.Study`."""

    agency: str
    crosswalk: str
    unit: str
    stages: tuple[StudyStage, ...]
    entry: int
    entry_stages: tuple[StudyStage, ...]
    schemes: tuple[str, ...]
    known_until: date
    stated: bool
    why_not: str
    simulated: bool
    units: int
    beyond: bool
    """Whether ways beyond the state are a cohort of their own."""
    left_out: int


def card_of(study: Study) -> StudyCard:
    """The card of a study."""
    return StudyCard(
        agency=study.agency,
        crosswalk=study.crosswalk,
        unit=study.unit,
        stages=study.stages,
        entry=study.entry,
        entry_stages=study.entry_stages,
        schemes=study.schemes,
        known_until=study.known_until,
        stated=study.stated,
        why_not=study.why_not,
        simulated=study.simulated,
        units=study.units,
        beyond=study.beyond is not None,
        left_out=study.left_out,
    )
