"""Words for the codes of a protected figure; those of an exact one are in ``measure.labels``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from candlemark.definition import crosswalk_codes, load_crosswalk
from candlemark.measure.labels import Labels as Names
from candlemark.protect import Status

if TYPE_CHECKING:
    from candlemark.definition import Edition

__all__ = ["Names", "quantity", "state_name", "status"]

_QUANTITIES: Final = {
    "entered": "entered",
    "reached": "reached the stage",
    "ended": "ended at this stage",
    "pending": "pending at this stage",
    "in-doubt": "date in doubt",
    "ended-by": "ended so at this stage",
    "standing": "standing there on the day looked at",
    "share": "share",
    "difference": "difference of shares",
    "began": "began the span",
    "went": "went there in the span",
    "stays": "came to the stage",
    "left": "left the stage",
    "still-there": "still there",
    "days-0.25": "days until a quarter had left",
    "days-0.5": "days until half had left",
    "days-0.75": "days until three quarters had left",
}
_STATUSES: Final = {
    Status.SHOWN.value: "shown",
    Status.ZERO.value: "zero",
    Status.HIDDEN.value: "hidden",
    Status.NOT_REACHED.value: "not reached yet",
    Status.WAITING.value: "waiting",
    Status.MISSING.value: "not recorded",
}


def quantity(code: str) -> str:
    """What a cell of a protected figure counts."""
    return _QUANTITIES.get(code, code)


def status(code: str) -> str:
    """Why a cell of a protected figure has its number, or has none."""
    return _STATUSES.get(code, code)


def state_name(state: str, edition: Edition, crosswalk: str) -> str:
    """A state as a person reads it, in the words of a crosswalk that is shipped."""
    walk = load_crosswalk(crosswalk, edition) if crosswalk in crosswalk_codes() else None
    return Names(edition, walk).state(state)
