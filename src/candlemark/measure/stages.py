"""The stages a study tracks, and the order of strength of the ways in which a case can end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from candlemark.definition import Edition

GOES_ON: Final = "convicted"
"""The group of outcomes after which a case goes on to its later stages."""


@dataclass(frozen=True, slots=True)
class StudyStage:
    """One stage as the agency tracks it."""

    own: str
    """The agency's own name of it."""
    stage: str
    """Code in the scheme ``stages``."""
    dated: bool
    """False when the agency gives no date for it at all."""
    ends: bool
    """True when reaching it with an outcome can end a way."""


def ends_by_strength(edition: Edition) -> tuple[str, ...]:
    """Groups of outcomes, the strongest first: of several on one day the strongest stands."""
    top = edition.scheme("outcomes").top
    return tuple(term.code for term in sorted(top, key=lambda term: (-term.rank, term.order)))


def outcome_places(edition: Edition) -> dict[str, int]:
    """For each outcome, the place of its group in :func:`ends_by_strength`."""
    scheme = edition.scheme("outcomes")
    strength = {code: place for place, code in enumerate(ends_by_strength(edition))}
    return {term.code: strength[scheme.group(term.code).code] for term in scheme.terms}
