"""Words for the codes of a figure: states, stages, groups, units, doubts, protected quantities.

A person at a terminal reads labels, in English; ``--json`` keeps the codes.  A code without a label
(an agency's own name in a crosswalk that is no longer here) is printed as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.cli import paper
from candlemark.definition import REACHED
from candlemark.measure import PENDING, UNMAPPED
from candlemark.protect import Status

if TYPE_CHECKING:
    from candlemark.definition import Crosswalk, Edition
    from candlemark.measure import Doubt, Filled

_DOUBTS: Final = {
    "date-before-start": "with a date before the case began",
    "date-after-as-of": "with a date after the last day the data can know of",
    "undated": "without a date",
    "no-start-date": "without a day of entry",
    "length-unknown": "there for a time nobody can tell, and left out of this figure",
    "codes-overlap": "in several groups, so groups do not add up",
    "date-coarse": "with a date known to the month or year only",
    "outcome-unknown": "ended with a code the crosswalk does not know, and counted as pending",
}
_ENDS: Final = {
    "end-date-wrong": "an end whose date cannot be right",
    "end-undated": "an end without a date",
}
_QUANTITIES: Final = {
    "entered": "entered",
    "reached": "reached the stage",
    "ended": "ended at this stage",
    "pending": "pending at this stage",
    "in-doubt": "date in doubt",
    "ended-by": "ended so at this stage",
    "standing": "standing there on the day looked at",
    "share": "share",
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
}


@dataclass(frozen=True, slots=True)
class Names:
    """Labels of one edition, and of the crosswalk a figure was coded by."""

    edition: Edition
    crosswalk: Crosswalk | None

    def state(self, code: str) -> str:
        """The label of an outcome, or the word pending.

        Where an agency sees only that its last stage was reached, that stage is named.
        """
        if code == PENDING:
            return "pending"
        goal = self.crosswalk.goal if self.crosswalk is not None else None
        if code == REACHED and goal is not None:
            return paper.label(goal.labels)
        return self.term("outcomes", code)

    def stage(self, own: str) -> str:
        """The agency's name of a stage; the definition's for cases entered by hand."""
        for rule in self.crosswalk.stages if self.crosswalk is not None else ():
            if rule.own == own:
                return paper.label(rule.labels, own)
        return self.term("stages", own)

    def group(self, by: str, code: str) -> str:
        """A group of a divided figure: a term, an absence, or codes nobody knows."""
        if code == UNMAPPED:
            return "codes the crosswalk does not know"
        if by and code in self.edition.scheme(by):
            return self.term(by, code)
        return self.term("absences", code)

    def agency(self, own: str) -> str:
        """The agency in English, or by its own name where the crosswalk has no other."""
        labels = self.crosswalk.agency_labels if self.crosswalk is not None else {}
        return paper.label(labels, own)

    def unit(self, code: str) -> str:
        """What is counted."""
        return self.term("counting-units", code)

    def scheme(self, code: str) -> str:
        """The name of a scheme; nothing for no scheme."""
        return paper.label(self.edition.scheme(code).labels, code) if code else ""

    def doubt(self, doubt: Doubt) -> str:
        """A line that says what is in doubt, and what was made of it."""
        end = _ENDS.get(doubt.code)
        if end is not None and doubt.count == 1:
            return f"Of those pending, 1 has {end}; it is counted as pending."
        if end is not None:
            return f"Of those pending, {doubt.count:,} have {end}; they are counted as pending."
        where = f" ({self.term('stages', doubt.stage)})" if doubt.stage else ""
        return f"In doubt: {doubt.count:,} {_DOUBTS.get(doubt.code, doubt.code)}{where}"

    def weakest(self, filled: Filled) -> str:
        """A line that names the weakest input of a figure, with its share."""
        share = paper.percent(filled.known / filled.of) if filled.of else paper.percent(0)
        of = f"{filled.known:,} of {filled.of:,} ({share})"
        match filled.what:
            case "date":
                return f"Weakest input: {of} that reached {self.stage(filled.code)} have its date"
            case "group":
                return f"Weakest input: {of} that entered are coded by {self.scheme(filled.code)}"
            case _:
                return f"Weakest input: {of} that ended say how, in a code the crosswalk knows"

    def term(self, scheme: str, code: str) -> str:
        """The label of a term."""
        found = self.edition.scheme(scheme)
        return paper.label(found.term(code).labels, code) if code in found else code


def quantity(code: str) -> str:
    """What a cell of a protected figure counts."""
    return _QUANTITIES.get(code, code)


def status(code: str) -> str:
    """Why a cell of a protected figure has its number, or has none."""
    return _STATUSES.get(code, code)
