"""English words for the codes of a figure, for a terminal and a notebook.

Pages say the same in the tongue of who reads, from their catalogues.  A code without a label (an
agency's own name in a crosswalk that is no longer here, a state of somebody's log) is said as it
is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.definition import REACHED
from candlemark.measure.columns import UNMAPPED
from candlemark.measure.figure import PENDING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.definition import Crosswalk, Edition
    from candlemark.measure.figure import Doubt, Filled

_DOUBTS: Final = {
    "date-before-start": "with a date before the case began",
    "date-after-as-of": "with a date after the last day the data can know of",
    "undated": "without a date",
    "no-start-date": "without a day of entry",
    "reached-at-the-end": "there as the case ended or after; the stage is left out here, and is in"
    " the answer without --robust, --where and --entered",
    "length-unknown": "there for a time nobody can tell, and left out of this figure",
    "codes-overlap": "in several groups, so groups do not add up",
    "date-coarse": "with a date known to the month or year only",
    "date-middle": "with a date known to the month or year only, which stands in the middle of it:"
    " this figure does not draw dates, and can be wrong by that much",
    "no-end-named": "pending because nobody said which activity ends a case: name it with --final",
    "after-end": "said of a case after its end, and not looked at",
    "crowded": "beyond the 63 steps a day has room for",
    "not-complete": "told as planned, begun or otherwise not complete, and not looked at:"
    " completions count",
    "group-absent": "in no group that says what they are (not recorded, refused, unknown), and not"
    " compared",
    "group-small": "in groups of fewer than 10, which are not compared",
    "mix-unshared": "of kinds that some group lacks, and left out of the mix",
    "outcome-unknown": "ended with a code the crosswalk does not know, and counted as pending",
}
_ENDS: Final = {
    "end-date-wrong": "an end whose date cannot be right",
    "end-undated": "an end without a date",
}
AND: Final = " + "
"""Between several terms of one scheme that a unit is coded by."""
ENDED: Final = "end:"
"""How a stay table names the groups of outcomes in which a way ends."""


def label(labels: Mapping[str, str], fallback: str = "") -> str:
    """The English label of something."""
    return labels.get("en", fallback)


def percent(share: float) -> str:
    """A probability as people read it: 20.2 %."""
    return f"{100 * share:.1f} %"


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels of one edition, and of the crosswalk a figure was coded by."""

    edition: Edition | None
    """None for a log in its own words: every name is then what the log says."""
    crosswalk: Crosswalk | None

    def state(self, code: str) -> str:
        """The label of an outcome, or the word pending.

        Where an agency sees only that its last stage was reached, that stage is named.
        """
        if code == PENDING:
            return "pending"
        if self.edition is None:
            return code
        code, own = code.removeprefix(ENDED), code
        if code == own and code not in self.edition.scheme("outcomes"):
            return self.stage(own)
        goal = self.crosswalk.goal if self.crosswalk is not None else None
        if code == REACHED and goal is not None:
            return label(goal.labels)
        return self.term("outcomes", code)

    def stage(self, own: str) -> str:
        """The agency's name of a stage; the definition's for cases entered by hand."""
        if own.startswith(ENDED):
            return self.state(own)
        for rule in self.crosswalk.stages if self.crosswalk is not None else ():
            if rule.own == own:
                return label(rule.labels, own)
        return self.term("stages", own)

    def group(self, by: str, code: str) -> str:
        """A group of a divided figure: a term, an absence, or codes nobody knows."""
        if code == UNMAPPED:
            return "codes the crosswalk does not know"
        if self.edition is None:
            return code
        if by and by not in {one.code for one in self.edition.schemes}:
            return code  # an agency, or a period
        if by and code in self.edition.scheme(by):
            return self.term(by, code)
        return self.term("absences", code)

    def kind(self, over: Sequence[str], terms: Sequence[str]) -> str:
        """A kind of cases: its terms, scheme by scheme; several of one scheme with "and"."""
        return ", ".join(
            " and ".join(self.group(scheme, code) for code in term.split(AND))
            for scheme, term in zip(over, terms, strict=True)
        )

    def agency(self, own: str) -> str:
        """The agency in English, or by its own name where the crosswalk has no other."""
        labels = self.crosswalk.agency_labels if self.crosswalk is not None else {}
        return label(labels, own)

    def unit(self, code: str) -> str:
        """What is counted."""
        return self.term("counting-units", code)

    def scheme(self, code: str) -> str:
        """The name of a scheme; nothing for no scheme."""
        if (
            self.edition is None
            or not code
            or code not in {one.code for one in self.edition.schemes}
        ):
            return code
        return label(self.edition.scheme(code).labels, code)

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
        share = percent(filled.known / filled.of) if filled.of else percent(0)
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
        if self.edition is None:
            return code
        found = self.edition.scheme(scheme)
        return label(found.term(code).labels, code) if code in found else code
